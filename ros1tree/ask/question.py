"""A question with the answers that are allowed, and why some of them are not possible."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ros1tree.ask.standing import possible
from ros1tree.condition import fact_words
from ros1tree.errors import TooLargeError
from ros1tree.facts import inspect
from ros1tree.model import (
    AnyFact,
    BooleanFact,
    ChoiceFact,
    Condition,
    Empty,
    Guideline,
    Includes,
    Is,
    Lacks,
    Scalar,
    SetFact,
    Value,
)
from ros1tree.proof import Outcome

NONE, EMPTY = "none", "-"
"""What stands for the empty set: the one unless a member is called so, the other always."""
NOBODY = "no patient has this together with what is known"


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of which one, or of a set several, can be chosen; its place is its number."""

    value: bool | str
    label: str
    barred: str = ""
    """Why no patient with the known facts has it."""
    sure: str = ""
    """Of a member of a set: why every patient with the known facts has it."""


@dataclass(frozen=True, slots=True)
class Question:
    """The question for one fact."""

    fact: str
    kind: str
    """The type of the fact."""
    text: str
    help: str
    """How the fact is to be understood; empty where the guideline does not say it."""
    allowed: str
    """What a number may be, with its unit; else empty."""
    choices: tuple[Choice, ...]
    """What can be chosen from; empty for a number."""
    decides: tuple[Outcome, ...]
    """What the answer can change; empty where that is not known."""
    some: str = ""
    """Why none of the members of a set is no answer."""


def question(
    guideline: Guideline, known: Mapping[str, Value], name: str, decides: tuple[Outcome, ...]
) -> Question:
    """Return the question for a fact of a patient."""
    fact = guideline.facts[name]
    found = tuple(choices(guideline, known, name))
    return Question(
        name,
        fact.type,
        _line(fact.question or f"{fact_words(name, fact)}?"),
        _line(fact.help or ""),
        "" if found else _line(" ".join(filter(None, (fact.allowed, getattr(fact, "unit", ""))))),
        found,
        decides,
        _some(guideline, known, name) if fact.type == "set" else "",
    )


def _some(guideline: Guideline, known: Mapping[str, Value], name: str) -> str:
    """Return why a set cannot be empty; nothing where it can."""
    barred = _impossible(guideline, known, {NONE: Empty(name, empty=True)})
    return _reason(guideline, {**known, name: ()}) if barred else ""


def choices(guideline: Guideline, known: Mapping[str, Value], name: str) -> Iterator[Choice]:
    """Yield what can be chosen for a fact that is not known, with what is not possible."""
    labels = _labels(guideline.facts[name])
    if isinstance(guideline.facts[name], SetFact):
        members = [str(value) for value in labels]
        barred = _impossible(guideline, known, {m: Includes(name, (m,)) for m in members})
        sure = _impossible(guideline, known, {m: Lacks(name, (m,)) for m in members})
        for m in members:
            having = tuple(sorted({m, *map(str, sure)}))
            lacking = tuple(sorted({*members}.difference({m}, map(str, barred))))
            yield Choice(
                m,
                labels[m],
                _reason(guideline, {**known, name: having}) if m in barred else "",
                _reason(guideline, {**known, name: lacking}) if m in sure else "",
            )
        return
    barred = _impossible(guideline, known, {value: Is(name, (value,)) for value in labels})
    for value, label in labels.items():
        told = _reason(guideline, {**known, name: value}) if value in barred else ""
        yield Choice(value, label, told)


def _labels(fact: AnyFact) -> dict[bool | str, str]:
    match fact:
        case BooleanFact():
            return {True: "yes", False: "no"}
        case ChoiceFact() | SetFact():
            return {value: _line(label) for value, label in fact.values.items()}
        case _:
            return {}


def _impossible(
    guideline: Guideline, known: Mapping[str, Value], tests: Mapping[Scalar, Condition]
) -> set[Scalar]:
    """Return the values whose condition no patient with the known facts meets."""
    try:
        held = possible(guideline, known, tests.values())
    except TooLargeError:  # then an answer is tried against the rules once it is given
        return set()
    return {value for value, here in zip(tests, held, strict=True) if not here}


def _reason(guideline: Guideline, values: Mapping[str, Value]) -> str:
    """Return why no patient has these facts, in the guideline's words where one rule says it."""
    wrong = inspect(guideline, values)[1]
    return _line(str(wrong[0].remedy)) if len(wrong) == 1 else NOBODY


def _line(text: str) -> str:
    return " ".join(text.split())
