"""What a review finds: a rule that holds somewhere, for whom, and what to do about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from ros1tree.compose import Location
from ros1tree.model import FrozenDict, Guideline, Value
from ros1tree.proof import Patients
from ros1tree.proof.witness import Goal

Severity = Literal["error", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")


@dataclass(frozen=True, slots=True)
class Rule:
    """Something that a guideline should not have, or that its reader should know."""

    severity: Severity
    holds: str
    """When it holds, in words."""
    why: str
    """Why it matters."""


RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "gap": Rule(
            "error",
            "a decision is reached and none of its branches is true",
            "The guideline leaves a patient without an answer and does not say so.",
        ),
        "overlap": Rule(
            "error",
            "a decision with one branch for each patient is reached and two are true",
            "The guideline gives two answers where it means to give one.",
        ),
        "contradiction": Rule(
            "error",
            "one patient is offered an intervention and told to avoid it",
            "The guideline contradicts itself; a reader cannot follow both.",
        ),
        "impossible-everything": Rule(
            "error",
            "the impossible combinations exclude every patient",
            "Nothing that is proved means anything: there is nobody left.",
        ),
        "unreachable-node": Rule(
            "warning",
            "no patient gets to a node",
            "What stands there is never said; a way to it is missing or wrong.",
        ),
        "dead-edge": Rule(
            "warning",
            "a node is reached but nobody takes one of its edges",
            "The branch looks as if it meant something, and means nothing.",
        ),
        "dead-offer": Rule(
            "warning",
            "a node is reached but nobody gets one of its offers",
            "The offer looks as if it could be made, and never is.",
        ),
        "dead-note": Rule(
            "warning",
            "a node is reached but one of its notes concerns nobody",
            "The note looks as if it could be shown, and never is.",
        ),
        "always-true": Rule(
            "warning",
            "a condition holds for everybody who gets there",
            "It asks what the way there has already answered.",
        ),
        "redundant-test": Rule(
            "warning",
            "a part of a condition changes nothing for anybody who gets there",
            "It asks what the way there, or the rest of the condition, has already answered.",
        ),
        "repeated-offer": Rule(
            "warning",
            "an intervention is offered to patients who had it before",
            "Whether it may be given again should be said, or the offer be guarded.",
        ),
        "vacuous-impossible": Rule(
            "warning",
            "an impossible combination excludes nobody",
            "It cannot occur anyway; perhaps it says something else than was meant.",
        ),
        "useless-question": Rule(
            "warning",
            "whatever the answer to a decision is, everybody gets the same from there on",
            "A question that changes nothing need not be asked.",
        ),
        "late-question": Rule(
            "warning",
            "on one of the ways to a decision its answer is already known",
            "A patient is asked what their way there has answered.",
        ),
        "dead-end": Rule(
            "warning",
            "a track ends at a node that offers and notes nothing and is not silent",
            "The patient is left with nothing, and the guideline does not say that it is silent.",
        ),
        "silent-share": Rule(
            "info",
            "patients reach a silent node",
            "How often the guideline does not speak should be known.",
        ),
        "unused-fact": Rule(
            "warning",
            "no condition asks a fact",
            "It is declared and supplied for nothing.",
        ),
        "unused-value": Rule(
            "info",
            "no condition names a value of a fact",
            "It may be meant as the rest, or be forgotten.",
        ),
        "unused-intervention": Rule(
            "warning",
            "nothing offers or bars an intervention",
            "It is declared for nothing.",
        ),
        "unused-reference": Rule(
            "warning",
            "nothing cites a reference",
            "It is declared for nothing.",
        ),
        "unused-section": Rule(
            "warning",
            "no node stands in a section",
            "It is declared for nothing.",
        ),
        "uncited-offer": Rule(
            "warning",
            "an offer cites nothing",
            "Every recommendation should lead back to its source.",
        ),
        "uncarried-statement": Rule(
            "warning",
            "nothing in the graph carries a statement of the source",
            "Something that the source says was forgotten, or its reason for being left out.",
        ),
        "caution": Rule(
            "info",
            "a statement is used although a check of the facts has a remark on it",
            "The reader should know what was found.",
        ),
        "uncrossed-edge": Rule(
            "warning",
            "no case takes an edge",
            "Nobody has looked at a patient there.",
        ),
        "uncrossed-offer": Rule(
            "warning",
            "no case gets an offer",
            "Nobody has looked at a patient there.",
        ),
        "unused-waiver": Rule(
            "warning",
            "a waiver accepts a finding that there is not",
            "What was accepted is gone, or the waiver names it wrongly.",
        ),
    }
)
"""The rules by name; errors first, then in the order in which a reader looks."""


def node_words(guideline: Guideline, name: str) -> str:
    """Return what a node is called for a reader, and by its id."""
    return f"'{guideline.nodes[name].title}' ({name})"


def intervention_words(guideline: Guideline, name: str) -> str:
    """Return what an intervention is called."""
    return f"'{guideline.interventions[name].title}'"


@dataclass(frozen=True, slots=True)
class Draft:
    """A finding as its rule makes it: where in the file, and the patients it concerns."""

    rule: str
    at: Location
    message: str
    remedy: str
    node: str = ""
    edge: str = ""
    """The target of the edge that it is about."""
    who: Patients | None = None
    goals: tuple[Goal, ...] = ()
    """What one patient must reach and decide to show it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found."""

    rule: str
    severity: Severity
    file: str
    line: int | None
    node: str | None
    edge: str | None
    """The target of the edge that it is about."""
    message: str
    remedy: str
    witness: FrozenDict[str, Value] | None
    """Facts of one patient that show it in a walk; None where no patient can."""
    patients: int | None
    """For how many patients it holds, exactly; None where it is no matter of patients."""
    share: float | None
    """Their share of all possible patients."""
    waived: str | None = None
    """Why it is accepted, where the guideline says so."""
