"""Rules on conditions: what a way there, or another part of the condition, has already answered."""

from collections.abc import Iterator
from typing import NamedTuple

from ros1tree.compose import Location
from ros1tree.condition import words
from ros1tree.model import ALWAYS, AllOf, AnyOf, Condition, Guideline, Not, Within
from ros1tree.model.when import RANGE_TESTS
from ros1tree.proof import Patients, Reach
from ros1tree.review.finding import Draft, intervention_words, node_words


class _Placed(NamedTuple):
    """A condition with its place in the file, and what it is the condition of."""

    at: Location
    what: str
    when: Condition
    edge: str
    is_branch: bool


def conditions(found: Reach) -> Iterator[Draft]:
    """Yield conditions, or parts of them, that change nothing for anybody who gets there."""
    for name in found.guideline.nodes:
        here = found.nodes[name]
        if not here.satisfiable():
            continue
        for placed in _conditions(found.guideline, name):
            yield from _condition(found, name, here, placed)


def _conditions(guideline: Guideline, name: str) -> Iterator[_Placed]:
    node = guideline.nodes[name]
    branch = node.kind == "decision" and node.hit == "unique" and len(node.next) > 1
    for place, edge in enumerate(node.next):
        yield _Placed(
            ("nodes", name, "next", place),
            f"the way to {node_words(guideline, edge.to)}",
            edge.when,
            edge.to,
            branch,
        )
    for place, offer in enumerate(node.offers):
        what = f"the offer of {intervention_words(guideline, offer.intervention)}"
        yield _Placed(("nodes", name, "offers", place), what, offer.when, "", is_branch=False)
    for place, note in enumerate(node.notes):
        yield _Placed(("nodes", name, "notes", place), "a note", note.when, "", is_branch=False)


def _condition(found: Reach, name: str, here: Patients, placed: _Placed) -> Iterator[Draft]:
    when, facts = placed.when, found.guideline.facts
    held = here & found.reader.patients(when)
    if when == ALWAYS or not held.satisfiable():
        return
    at, goals = (*placed.at, "when"), ((name, (when,)),)
    if held == here and not placed.is_branch:
        yield Draft(
            "always-true", at,
            f"the condition of {placed.what} at {node_words(found.guideline, name)} holds for"
            " everybody who gets there:"
            f" {words(when, facts)}",
            "remove it", name, placed.edge, held, goals,
        )  # fmt: skip
        return
    for part, rest in dict.fromkeys(_shorter(when)):
        if here & found.reader.patients(rest) == held:
            yield Draft(
                "redundant-test", at,
                f"a part of the condition of {placed.what} at"
                f" {node_words(found.guideline, name)} changes nothing:"
                f" {words(part, facts)}",
                f"leave it out; what remains is: {words(rest, facts)}",
                name, placed.edge, held, goals,
            )  # fmt: skip
            return  # of two parts that say the same, one alone may go


def _shorter(when: Condition) -> Iterator[tuple[Condition, Condition]]:
    """Yield each part of a condition together with the condition without it."""
    match when:
        case Not(part):
            for left, rest in _shorter(part):
                yield left, Not(rest)
        case AllOf(parts) | AnyOf(parts):
            for place, part in enumerate(parts):
                before, after = parts[:place], parts[place + 1 :]
                if before or after:
                    yield part, type(when)((*before, *after))
                for left, rest in _shorter(part):
                    yield left, type(when)((*before, rest, *after))
        case Within():
            yield from _wider(when)


def _wider(when: Within) -> Iterator[tuple[Condition, Condition]]:
    """Yield each end of a range together with the range without it."""
    ends = {name: end for name in RANGE_TESTS if (end := getattr(when, name)) is not None}
    if len(ends) > 1:
        for name, end in ends.items():
            others = {other: ends[other] for other in ends if other != name}
            yield Within(when.fact, **{name: end}), Within(when.fact, **others)
