"""Facts as codes: each value of a fact has a number, which bits can hold.

A boolean has one bit, a set one a member, a choice as many as number its values. A whole number is
counted from its lowest value, so that patients are counted exactly. A number has one code for each
interval that the conditions tell apart: inside it, all values are the same patient.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import ceil, floor

from ros1tree.model import (
    AnyFact,
    BooleanFact,
    ChoiceFact,
    IntegerFact,
    Is,
    NumberFact,
    SetFact,
    Test,
    Value,
    Within,
)
from ros1tree.model.vocabulary import LARGEST
from ros1tree.model.when import whole

Cut = tuple[float, bool]
"""A place between numbers: just before a number, or, where true, just after it."""


@dataclass(frozen=True, slots=True)
class Coding:
    """How the values of one fact are numbered; a set has a bit a member instead."""

    fact: AnyFact
    cuts: tuple[Cut, ...] = ()
    """Of a number: where its intervals end."""

    @property
    def size(self) -> int:
        """How many values, or classes of values, there are."""
        match self.fact:
            case BooleanFact():
                return 2
            case ChoiceFact():
                return len(self.fact.values)
            case SetFact():
                return 1 << len(self.fact.values)
            case IntegerFact():
                return self.fact.max - self.fact.min + 1
            case _:
                return len(self.cuts) + 1

    @property
    def bits(self) -> int:
        """How many Boolean variables the codes need."""
        return (self.size - 1).bit_length()

    def code(self, value: Value) -> int:
        """Return the code of a value that the fact accepts."""
        match self.fact:
            case ChoiceFact():
                return list(self.fact.values).index(str(value))
            case SetFact():
                members = value if isinstance(value, tuple) else ()
                return sum(1 << i for i, name in enumerate(self.fact.values) if name in members)
            case IntegerFact():
                return int(_number(value)) - self.fact.min
            case NumberFact():
                return bisect_right(self.cuts, (_number(value), False))
            case _:
                return int(bool(value))

    def value(self, code: int) -> Value:
        """Return the value with a code; of an interval one that is easy to read."""
        match self.fact:
            case ChoiceFact():
                return list(self.fact.values)[code]
            case SetFact():
                return tuple(sorted(n for i, n in enumerate(self.fact.values) if code >> i & 1))
            case IntegerFact():
                return self.fact.min + code
            case NumberFact():
                ends = (_floor(self.fact), *self.cuts, _roof(self.fact))
                inside: Value = whole(_within(ends[code], ends[code + 1]))
                return inside
            case _:
                return bool(code)

    def spans(self, test: Is | Within) -> Iterator[tuple[int, int]]:
        """Yield the codes, from a first to a last one, for which a test holds."""
        if isinstance(test, Is) and not isinstance(self.fact, NumberFact):
            codes = (self.code(value) for value in test.values if self.fact.accepts(value))
            yield from ((code, code) for code in codes)
            return
        for low, high in bounds(test):
            first = 0 if low is None else self._before(low)
            last = self.size - 1 if high is None else self._before(high) - 1
            if first <= last:
                yield first, last

    def _before(self, cut: Cut) -> int:
        """Return how many codes lie before a cut."""
        if isinstance(self.fact, IntegerFact):
            number = floor(cut[0]) + 1 if cut[1] else ceil(cut[0])
            return min(max(number - self.fact.min, 0), self.size)
        if isinstance(self.fact, NumberFact) and cut >= _roof(self.fact):
            return self.size
        return bisect_right(self.cuts, cut)


def bounds(test: Test) -> Iterator[tuple[Cut | None, Cut | None]]:
    """Yield the cuts between which the numbers of a test lie; None where there is no end."""
    if isinstance(test, Is):
        for value in test.values:
            if isinstance(value, int | float):
                yield (value, False), (value, True)
    elif isinstance(test, Within):
        lows = [(test.min, False), (test.above, True)]
        highs = [(test.max, True), (test.below, False)]
        low = max(((end, after) for end, after in lows if end is not None), default=None)
        high = min(((end, after) for end, after in highs if end is not None), default=None)
        yield low, high


def coding(fact: AnyFact, tests: Iterable[Test]) -> Coding:
    """Return the coding of a fact for the tests that are made on it."""
    if not isinstance(fact, NumberFact):
        return Coding(fact)
    cuts = {cut for test in tests for ends in bounds(test) for cut in ends if cut is not None}
    low, high = _floor(fact), _roof(fact)
    return Coding(fact, tuple(sorted(cut for cut in cuts if low < cut < high)))


def _number(value: Value) -> float:
    return value if isinstance(value, int | float) else 0.0


def _floor(fact: NumberFact) -> Cut:
    return (-LARGEST if fact.min is None else fact.min), False


def _roof(fact: NumberFact) -> Cut:
    return (LARGEST if fact.max is None else fact.max), True


def _within(low: Cut, high: Cut) -> float:
    """Return a number between two cuts: an end that belongs to them, or a near whole number."""
    if not low[1] and low[0] > -LARGEST:
        return low[0]
    if high[1] and high[0] < LARGEST:
        return high[0]
    if low[0] == -LARGEST:
        return 0 if high[0] == LARGEST else high[0] - 1
    return low[0] + 1 if low[0] + 1 < high[0] else (low[0] + high[0]) / 2
