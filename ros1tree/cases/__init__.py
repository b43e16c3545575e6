"""Patient vignettes: run, generated from the proof, and tried on broken guidelines."""

from ros1tree.cases.generate import generate
from ros1tree.cases.mutate import Mutation, Survivor, mutate
from ros1tree.cases.suite import (
    Case,
    CasesFile,
    Expectation,
    Failure,
    Outcome,
    Run,
    beside,
    cases,
    load_cases,
    run,
)

__all__ = [
    "Case",
    "CasesFile",
    "Expectation",
    "Failure",
    "Mutation",
    "Outcome",
    "Run",
    "Survivor",
    "beside",
    "cases",
    "generate",
    "load_cases",
    "mutate",
    "run",
]
