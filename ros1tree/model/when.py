"""Conditions: a small algebra that stands in the data, and its form there.

A condition in a file is a mapping whose entries must all hold. Here it is a tree of a few frozen
classes; every reading of it (truth for one patient, words, a formula, SQL) is one function over
these. Entries of one mapping are kept in the order of their names, so that two spellings of one
condition are equal and nothing depends on the order of keys.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Scalar = bool | int | float | str
"""A single value that a fact may have."""

COMBINERS = ("all", "any", "not")
"""Words that a condition keeps for itself; no fact may be called so."""


@dataclass(frozen=True, slots=True)
class Is:
    """The fact has one of these values."""

    fact: str
    values: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class Within:
    """The number lies in a range: `min` and `max` belong to it, `above` and `below` do not."""

    fact: str
    min: float | None = None
    max: float | None = None
    above: float | None = None
    below: float | None = None


@dataclass(frozen=True, slots=True)
class Includes:
    """The set has all of these members."""

    fact: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IncludesAny:
    """The set has at least one of these members."""

    fact: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lacks:
    """The set has none of these members."""

    fact: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Empty:
    """The set is empty, or, where `empty` is false, has a member."""

    fact: str
    empty: bool


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part holds; without parts it always does."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: "Condition"


Test = Is | Within | Includes | IncludesAny | Lacks | Empty
"""A condition on one fact."""

Condition = Test | AllOf | AnyOf | Not

ALWAYS = AllOf(())
"""The condition of an edge or an offer that has no `when`."""

SET_TESTS: dict[str, type[Includes] | type[IncludesAny] | type[Lacks]] = {
    "includes": Includes,
    "includes_any": IncludesAny,
    "lacks": Lacks,
}
RANGE_TESTS = ("min", "max", "above", "below")


def from_data(data: Mapping[str, Any]) -> Condition:
    """Return the condition that a mapping of a file means; its form was checked before."""
    return _joined([part for name in sorted(data) for part in _parts(name, data[name])])


def _joined(parts: list[Condition]) -> Condition:
    return parts[0] if len(parts) == 1 else AllOf(tuple(parts))


def _parts(name: str, value: Any) -> Iterator[Condition]:
    match name:
        case "all":
            yield AllOf(tuple(map(from_data, value)))
        case "any":
            yield AnyOf(tuple(map(from_data, value)))
        case "not":
            yield Not(from_data(value))
        case _ if isinstance(value, Mapping):
            yield from _tests(name, value)
        case _:
            yield Is(name, _many(value))


def _tests(fact: str, tests: Mapping[str, Any]) -> Iterator[Test]:
    if ends := {name: tests[name] for name in RANGE_TESTS if name in tests}:
        yield Within(fact, **{name: whole(end) for name, end in ends.items()})
    for name, test in SET_TESTS.items():
        if name in tests:
            yield test(fact, _many(tests[name]))
    if "empty" in tests:
        yield Empty(fact, tests["empty"])


def _many(value: Any) -> tuple[Any, ...]:
    values = value if isinstance(value, list | tuple) else (value,)
    return tuple(dict.fromkeys(map(whole, values)))


def whole(value: Any) -> Any:
    """Return a whole number without a point, so that 3 and 3.0 are one; others as they are."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def number_words(value: float) -> str:
    """Return a number as it is written, no digit lost and none added."""
    return str(whole(value))


def to_data(condition: Condition) -> dict[str, Any]:
    """Return the mapping that `from_data` reads as this very condition."""
    match condition:
        case AllOf(parts):
            return _spread(parts)
        case AnyOf(parts):
            return {"any": [to_data(part) for part in parts]}
        case Not(part):
            return {"not": to_data(part)}
        case _:
            return {condition.fact: test_data(condition)}


def _spread(parts: tuple[Condition, ...]) -> dict[str, Any]:
    """Return the parts as entries of one mapping where that reads back the same, else as a list."""
    entries: dict[str, Any] = {}
    written = [to_data(part) for part in parts]
    for data in written:
        for name, value in data.items():
            held = entries.get(name)
            if isinstance(held, dict) and isinstance(value, dict) and name not in COMBINERS:
                entries[name] = held | value
            else:
                entries.setdefault(name, value)
    if parts == () or from_data(entries) == AllOf(parts):
        return entries
    return {"all": written}


def test_data(test: Test) -> Any:
    """Return what stands behind the fact's name in a file: a value, a list or a mapping."""
    match test:
        case Is(_, values):
            return values[0] if len(values) == 1 else list(values)
        case Within():
            ends = {name: getattr(test, name) for name in RANGE_TESTS}
            return {name: end for name, end in ends.items() if end is not None}
        case Empty(_, empty):
            return {"empty": empty}
        case Includes(_, members) | IncludesAny(_, members) | Lacks(_, members):
            word = next(name for name, kind in SET_TESTS.items() if isinstance(test, kind))
            return {word: members[0] if len(members) == 1 else list(members)}
