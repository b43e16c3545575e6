"""Who is in a set, in words: a few conditions that together describe all of its patients."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ros1tree.condition import words
from ros1tree.model import (
    AllOf,
    BooleanFact,
    Condition,
    Empty,
    Includes,
    IntegerFact,
    Is,
    Lacks,
    NumberFact,
    SetFact,
    Value,
    Within,
)
from ros1tree.proof.space import Patients, Space

PARTS = 4
"""How many conditions are told before the rest is counted."""

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Cover:
    """A set of patients as conditions of which any one holds, and how many they leave out."""

    parts: tuple[Condition, ...]
    rest: int


def cover(space: Space, who: Patients, among: Patients) -> Cover:
    """Return who is in a set, as told `among` the patients that there are."""
    parts: list[Condition] = []
    rest = who
    while rest.satisfiable() and len(parts) < PARTS:
        part, covered = _part(space, rest, who, among)
        parts.append(part)
        rest &= ~covered
    return Cover(tuple(parts), space.count(rest))


def told(space: Space, found: Cover) -> str:
    """Return a cover in words."""
    facts = {name: code.fact for (name, _), code in space.codings.items()}
    said = [words(part, facts) for part in found.parts]
    said = ["everybody" if text == "always" else text for text in said]
    more = [f"{found.rest:,} more"] if found.rest else []
    return "; or ".join([*said, *more])


def _part(
    space: Space, rest: Patients, who: Patients, among: Patients
) -> tuple[Condition, Patients]:
    """Return a condition that holds for one of the rest, and as widely as it may."""
    patient = space.one(rest)
    keys = space.asks(who)
    if patient is None:
        raise ValueError("nobody is in this set")
    chosen = {key: _values(space, key, patient[key]) for key in keys}
    # Sets take many words, and what is asked last is the first that can be left out.
    sets = [key for key in keys if isinstance(space.codings[key].fact, SetFact)]
    for key in [*reversed(sets), *(key for key in reversed(keys) if key not in sets)]:
        others = (
            space.every(part for name, own in chosen.items() if name != key for _, part in own)
            & among
        )
        chosen[key] = _widened(space, key, chosen[key], others, who)
    tests = tuple(test for key, own in chosen.items() for test in _merged(space, key, own))
    covered = space.every(part for own in chosen.values() for _, part in own) & among
    return (tests[0] if len(tests) == 1 else AllOf(tests)), covered


_Tests = list[tuple[Condition, Patients]]


def _values(space: Space, key: Key, value: Value) -> _Tests:
    """Return the tests that say that a fact has a value; of a set one a member."""
    fact = space.codings[key].fact
    if isinstance(fact, SetFact):
        members = value if isinstance(value, tuple) else ()
        return [_member(space, key, name, held=name in members) for name in fact.values]
    codes = [space.codings[key].code(value)]
    return [_codes(space, key, codes)]


def _member(space: Space, key: Key, name: str, *, held: bool) -> tuple[Condition, Patients]:
    who = space.member(key, name)
    return (Includes(key[0], (name,)), who) if held else (Lacks(key[0], (name,)), ~who)


def _merged(space: Space, key: Key, own: _Tests) -> Iterator[Condition]:
    """Yield the tests on a fact, those on the members of a set as one or two."""
    fact = space.codings[key].fact
    held = tuple(m for test, _ in own if isinstance(test, Includes) for m in test.members)
    gone = tuple(m for test, _ in own if isinstance(test, Lacks) for m in test.members)
    if isinstance(fact, SetFact) and len(gone) == len(fact.values):
        yield Empty(key[0], empty=True)
        return
    if held:
        yield Includes(key[0], held)
    if gone:
        yield Lacks(key[0], gone)
    yield from (test for test, _ in own if not isinstance(test, Includes | Lacks))


def _widened(space: Space, key: Key, own: _Tests, others: Patients, who: Patients) -> _Tests:
    """Return fewer or wider tests on a fact that still hold for patients of the set alone."""
    if _inside(others, who):
        return []
    fact = space.codings[key].fact
    if isinstance(fact, SetFact):
        kept = list(own)
        for test in own:
            fewer = [other for other in kept if other is not test]
            if _inside(others & space.every(part for _, part in fewer), who):
                kept = fewer
        return kept
    if isinstance(fact, IntegerFact | NumberFact):
        return [_grown(space, key, own[0][1], others, who)]
    if isinstance(fact, BooleanFact):
        return own
    codes = [
        code
        for code in range(space.codings[key].size)
        if _inside(others & space.equal(key, code), who)
    ]
    return [_codes(space, key, codes)]


def _inside(part: Patients, whole: Patients) -> bool:
    return not (part & ~whole).satisfiable()


def _codes(space: Space, key: Key, codes: list[int]) -> tuple[Condition, Patients]:
    code = space.codings[key]
    if isinstance(code.fact, IntegerFact | NumberFact):
        return _range(space, key, codes[0], codes[-1])
    values = tuple(_single(code.value(number)) for number in codes)
    return Is(key[0], values), space.some(space.equal(key, number) for number in codes)


def _single(value: Value) -> bool | int | float | str:
    return str(value) if isinstance(value, tuple) else value


def _grown(
    space: Space, key: Key, own: Patients, others: Patients, who: Patients
) -> tuple[Condition, Patients]:
    """Return the widest range around a value, found by halving, that stays inside the set."""
    code = space.codings[key]
    patient = space.one(own)
    at = code.code(patient[key]) if patient else 0

    def fits(first: int, last: int) -> bool:
        return _inside(others & space.span(key, first, last), who)

    low, high = _farthest(at, 0, lambda n: fits(n, at)), at
    high = _farthest(at, code.size - 1, lambda n: fits(low, n))
    return _range(space, key, low, high)


def _farthest(near: int, far: int, fits: Callable[[int], bool]) -> int:
    """Return the number farthest from `near` up to which all fit."""
    while near != far:
        middle = (near + far + (far > near)) // 2
        if fits(middle):
            near = middle
        else:
            far = middle - (1 if far > near else -1)
    return near


def _range(space: Space, key: Key, first: int, last: int) -> tuple[Condition, Patients]:
    code = space.codings[key]
    who = space.span(key, first, last)
    if isinstance(code.fact, IntegerFact):
        low = code.value(first) if first else None
        high = code.value(last) if last < code.size - 1 else None
        return Within(key[0], min=low, max=high), who  # type: ignore[arg-type]
    ends = [None, *code.cuts, None]
    low_cut, high_cut = ends[first], ends[last + 1]
    test = Within(
        key[0],
        min=low_cut[0] if low_cut and not low_cut[1] else None,
        above=low_cut[0] if low_cut and low_cut[1] else None,
        max=high_cut[0] if high_cut and high_cut[1] else None,
        below=high_cut[0] if high_cut and not high_cut[1] else None,
    )
    return test, who
