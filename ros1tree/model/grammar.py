"""The grammar of conditions: what may stand behind `when`, given the facts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ros1tree.errors import Near, listed, shown
from ros1tree.model.vocabulary import (
    LARGEST,
    AnyFact,
    BooleanFact,
    IntegerFact,
    NumberFact,
    SetFact,
    is_number,
)
from ros1tree.model.when import COMBINERS, RANGE_TESTS, SET_TESTS

Facts = Mapping[str, AnyFact | None]
"""The declared facts by name; None where the declaration itself could not be read."""

_ANY_TEST = (*SET_TESTS, "empty", *RANGE_TESTS)


@dataclass(frozen=True, slots=True)
class Misfit:
    """Something in a condition that is not allowed, and where in it that stands."""

    at: tuple[str | int, ...]
    message: str
    remedy: str | Near = ""


def misfits(data: Any, facts: Facts | None, at: tuple[str | int, ...] = ()) -> Iterator[Misfit]:
    """Yield all that is wrong in a condition; without `facts` its form alone is looked at."""
    if not isinstance(data, Mapping):
        yield Misfit(at, f"a condition must be a mapping, not {kind_of(data)}", "write fact: value")
        return
    for name, value in data.items():
        here = (*at, name)
        if name == "not":
            yield from misfits(value, facts, here)
        elif name in COMBINERS:
            yield from _in_list(value, facts, here)
        else:
            yield from _on_fact(name, value, facts, here)


def _in_list(value: Any, facts: Facts | None, at: tuple[str | int, ...]) -> Iterator[Misfit]:
    if not isinstance(value, list | tuple) or not value:
        yield Misfit(at, f"'{at[-1]}' must be a list of conditions", "write - fact: value")
        return
    for index, part in enumerate(value):
        yield from misfits(part, facts, (*at, index))


def _on_fact(
    name: str, value: Any, facts: Facts | None, at: tuple[str | int, ...]
) -> Iterator[Misfit]:
    if facts is not None and name not in facts:
        remedy = Near(name, facts, f"declared: {listed(facts)}")
        yield Misfit(at, f"no fact '{shown(name)}'", remedy)
        return
    fact = facts[name] if facts is not None else None
    if isinstance(value, Mapping):
        yield from _mapping(fact, value, at)
    elif isinstance(fact, SetFact):
        yield Misfit(
            at,
            f"the set '{shown(name)}' cannot equal {_say(value)}",
            "write {includes: …}, {includes_any: …}, {lacks: …} or {empty: true}",
        )
    else:
        yield from _values(fact, name, value, at)


def _values(
    fact: AnyFact | None, name: str, value: Any, at: tuple[str | int, ...]
) -> Iterator[Misfit]:
    many = value if isinstance(value, list | tuple) else [value]
    if not many:
        yield Misfit(at, "an empty list never holds", "name a value, or remove the entry")
    if isinstance(fact, BooleanFact) and isinstance(value, list | tuple):
        yield Misfit(at, "a boolean is tested with one value", "write true or false")
        return
    for index, one in enumerate(many):
        here = (*at, index) if many is value else at
        if not isinstance(one, bool | int | float | str):
            yield Misfit(here, f"a value must be text, a number or a boolean, not {kind_of(one)}")
        elif fact is not None and not fact.accepts(one):
            yield _outside(fact, name, one, here)


def _outside(fact: AnyFact, name: str, value: Any, at: tuple[str | int, ...]) -> Misfit:
    return Misfit(at, f"{_say(value)} is not a value of '{shown(name)}'", fact.remedy(value))


def _mapping(
    fact: AnyFact | None, tests: Mapping[str, Any], at: tuple[str | int, ...]
) -> Iterator[Misfit]:
    allowed = _allowed(fact)
    if not tests:
        yield Misfit(at, "an empty test", _remedy(allowed))
    for word, value in tests.items():
        here = (*at, word)
        if word not in allowed:
            kind = f"a fact of type {fact.type}" if fact is not None else "any fact"
            yield Misfit(
                here, f"no test '{shown(word)}' for {kind}", Near(word, allowed, _remedy(allowed))
            )
        elif word == "empty":
            if not isinstance(value, bool):
                yield Misfit(here, f"'empty' is true or false, not {_say(value)}")
        elif word in SET_TESTS:
            yield from _members(fact, str(at[-1]), value, here)
        else:
            yield from _end(fact, str(at[-1]), value, here)
    yield from _range(tests, at)


def _allowed(fact: AnyFact | None) -> tuple[str, ...]:
    match fact:
        case None:
            return _ANY_TEST
        case SetFact():
            return (*SET_TESTS, "empty")
        case IntegerFact() | NumberFact():
            return RANGE_TESTS
        case _:
            return ()


def _remedy(allowed: tuple[str, ...]) -> str:
    return f"allowed: {listed(allowed)}" if allowed else "write the value itself"


def _members(
    fact: AnyFact | None, name: str, value: Any, at: tuple[str | int, ...]
) -> Iterator[Misfit]:
    members = value if isinstance(value, list | tuple) else [value]
    if not members:
        yield Misfit(at, "an empty list tests nothing", "name a value")
    for index, member in enumerate(members):
        here = (*at, index) if members is value else at
        if not isinstance(member, str):
            yield Misfit(here, f"a member must be text, not {kind_of(member)}", "put it in quotes")
        elif isinstance(fact, SetFact) and member not in fact.values:
            yield _outside(fact, name, member, here)


def _end(
    fact: AnyFact | None, name: str, value: Any, at: tuple[str | int, ...]
) -> Iterator[Misfit]:
    if not is_number(value):
        yield Misfit(at, f"the end of a range must be a number, not {kind_of(value)}")
    elif isinstance(fact, IntegerFact | NumberFact) and not fact.accepts(value):
        yield _outside(fact, name, value, at)


def _range(tests: Mapping[str, Any], at: tuple[str | int, ...]) -> Iterator[Misfit]:
    for pair in (("min", "above"), ("max", "below")):
        if all(word in tests for word in pair):
            yield Misfit(at, f"{pair[0]} and {pair[1]} at once", "keep one of the two")
    low, high = (tests.get(a, tests.get(b)) for a, b in (("min", "above"), ("max", "below")))
    if (
        isinstance(low, int | float)
        and isinstance(high, int | float)
        and not _has_room(tests, low, high)
    ):
        yield Misfit(at, "no number lies in this range", "exchange its ends")


def _has_room(tests: Mapping[str, Any], low: float, high: float) -> bool:
    closed = "min" in tests and "max" in tests
    return low < high or (low == high and closed)


def _say(value: Any) -> str:
    return f"'{shown(value)}'" if isinstance(value, str) else kind_of(value)


def kind_of(value: Any) -> str:
    """Return what a value of a file is, for a message: `'no' (text)`, `a list`, `nothing`."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "true" if value else "false"
        case int() | float():
            # Python refuses to write out an integer of thousands of digits.
            huge = isinstance(value, int) and abs(value) > LARGEST**2
            return "a number that is too large" if huge else f"the number {value}"
        case str():
            return f"the text '{shown(value)}'"
        case list() | tuple():
            return "a list"
        case _:
            return "a mapping"
