"""A clinical guideline as source code: loaded, walked, tested and drawn.

>>> import ros1tree
>>> guideline = ros1tree.load("ros1-nsclc")
>>> walk = ros1tree.walk(guideline, {"ros1_rearrangement": "not_tested"})
>>> walk.status, [missing.question for missing in walk.missing]
('incomplete', ['Is tumour tissue available for testing?'])
>>> svg = ros1tree.draw(guideline, walk)

It supports people who decide; it never replaces them.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ros1tree.ask import Interview
    from ros1tree.book import book
    from ros1tree.cases import Mutation, Run, cases, generate, mutate
    from ros1tree.cohort import cohort, population
    from ros1tree.condition import words
    from ros1tree.diff import Diff, diff
    from ros1tree.draw import Drawing, draw, drawings
    from ros1tree.errors import (
        CasesError,
        EngineError,
        ExtraError,
        FactsError,
        GuidelineError,
        MismatchError,
        OptionError,
        PatientsError,
        Problem,
        Ros1TreeError,
        TooLargeError,
        UnknownFormatError,
        UnknownNameError,
    )
    from ros1tree.explore import explore
    from ros1tree.export import export
    from ros1tree.facts import Facts, facts, read_facts
    from ros1tree.graph import graph
    from ros1tree.load import bundled, guideline, load, loads
    from ros1tree.model import Guideline
    from ros1tree.population import Population
    from ros1tree.proof import Relevant, relevant
    from ros1tree.review import Finding, Review, Summary, review, summary
    from ros1tree.walk import Walk, walk

__version__ = "0.1.0"

_HOMES = {
    "ask": ("Interview",),
    "book": ("book",),
    "cases": ("Mutation", "Run", "cases", "generate", "mutate"),
    "cohort": ("cohort", "population"),
    "condition": ("words",),
    "diff": ("Diff", "diff"),
    "draw": ("Drawing", "draw", "drawings"),
    "errors": (
        "CasesError",
        "EngineError",
        "ExtraError",
        "FactsError",
        "GuidelineError",
        "MismatchError",
        "OptionError",
        "PatientsError",
        "Problem",
        "Ros1TreeError",
        "TooLargeError",
        "UnknownFormatError",
        "UnknownNameError",
    ),
    "explore": ("explore",),
    "export": ("export",),
    "facts": ("Facts", "facts", "read_facts"),
    "graph": ("graph",),
    "load": ("bundled", "guideline", "load", "loads"),
    "model": ("Guideline",),
    "population": ("Population",),
    "proof": ("Relevant", "relevant"),
    "review": ("Finding", "Review", "Summary", "review", "summary"),
    "walk": ("Walk", "walk"),
}

__all__ = [
    "CasesError",
    "Diff",
    "Drawing",
    "EngineError",
    "ExtraError",
    "Facts",
    "FactsError",
    "Finding",
    "Guideline",
    "GuidelineError",
    "Interview",
    "MismatchError",
    "Mutation",
    "OptionError",
    "PatientsError",
    "Population",
    "Problem",
    "Relevant",
    "Review",
    "Ros1TreeError",
    "Run",
    "Summary",
    "TooLargeError",
    "UnknownFormatError",
    "UnknownNameError",
    "Walk",
    "book",
    "bundled",
    "cases",
    "cohort",
    "diff",
    "draw",
    "drawings",
    "explore",
    "export",
    "facts",
    "generate",
    "graph",
    "guideline",
    "load",
    "loads",
    "mutate",
    "population",
    "read_facts",
    "relevant",
    "review",
    "summary",
    "walk",
    "words",
]


class _Public:
    """A public name that is imported when it is first used, so that importing the package is quick.

    Several functions are called as their modules are. The import system sets a module on its
    package once it is imported; here that changes nothing, and the name stays the function's.
    """

    def __init__(self, module: str, name: str) -> None:
        self._module, self._name = f"{__name__}.{module}", name

    def __get__(self, package: ModuleType | None, kind: type) -> Any:
        replaced = vars(package).get(self._name) if package is not None else None
        return replaced or getattr(import_module(self._module), self._name)

    def __set__(self, package: ModuleType, value: Any) -> None:
        if not isinstance(value, ModuleType):  # somebody's fake, in a test
            vars(package)[self._name] = value

    def __delete__(self, package: ModuleType) -> None:
        vars(package).pop(self._name, None)


class _Package(ModuleType):
    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *__all__})


for _module, _names in _HOMES.items():
    for _name in _names:
        setattr(_Package, _name, _Public(_module, _name))
sys.modules[__name__].__class__ = _Package
