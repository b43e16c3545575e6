"""Facts as variables: which planes a fact needs, and which of its values a test tells apart."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import count
from math import ceil, floor

from ros1tree.cohort.logic import Variable
from ros1tree.condition import tests, truth
from ros1tree.model import (
    AnyFact,
    BooleanFact,
    ChoiceFact,
    Condition,
    Guideline,
    IntegerFact,
    Is,
    NumberFact,
    SetFact,
    Test,
    Value,
    Within,
)
from ros1tree.proof.coding import Cut, bounds

THERE, BAD = 0, 1
"""The input planes of the patients that are there, and of those with a value not allowed."""


@dataclass(frozen=True, slots=True)
class Term:
    """A fact that conditions test, its classes of values, and the input planes that tell of it."""

    name: str
    fact: AnyFact
    cuts: tuple[Cut, ...]
    """Of a number: where its classes end."""
    known: int
    """The plane of who is known."""
    planes: tuple[int, ...]
    """The planes of the value: a boolean has one, a set one a member, a choice the bits of its
    code, a number one a cut: who lies beyond it."""
    first: int
    """Its variable; a set has one a member, from this on."""

    @property
    def members(self) -> tuple[str, ...]:
        """The members of a set, in the order of its planes and variables."""
        return tuple(self.fact.values) if isinstance(self.fact, SetFact) else ()

    def code(self, value: Value) -> int:
        """Return the class of a value; of a fact that is no set."""
        if isinstance(self.fact, ChoiceFact):
            return list(self.fact.values).index(str(value))
        if isinstance(self.fact, BooleanFact):
            return int(bool(value))
        return bisect_right(self.cuts, (float(str(value)), False))

    def mask(self, test: Is | Within) -> int:
        """Return the classes for which a test holds, a bit for each."""
        samples = enumerate(self._samples())
        return sum(1 << code for code, value in samples if truth(test, {self.name: value}))

    def _samples(self) -> tuple[Value, ...]:
        """Return a value of each class."""
        if isinstance(self.fact, ChoiceFact):
            return tuple(self.fact.values)
        if isinstance(self.fact, BooleanFact) or not self.cuts:
            return False, True
        after = (*self.cuts[1:], (self.cuts[-1][0] + 2, False))
        inside = [
            (cut[0] + high[0]) / 2 if cut[1] else cut[0]
            for cut, high in zip(self.cuts, after, strict=True)
        ]
        return self.cuts[0][0] - 1, *inside

    def variables(self) -> list[Variable]:
        """Return its variables."""
        default = None if self.fact.default is None else self.fact.value(self.fact.default)
        if isinstance(self.fact, SetFact):
            held = default if isinstance(default, tuple) else None
            return [
                Variable(2, self.known, (plane,), default=None if held is None else name in held)
                for name, plane in zip(self.fact.values, self.planes, strict=True)
            ]
        code = None if default is None else self.code(default)
        size = len(self._samples())
        return [Variable(size, self.known, self.planes, scale=bool(self.cuts), default=code)]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The facts that conditions test, in the order of the guideline."""

    facts: Mapping[str, AnyFact]
    """All facts of the guideline."""
    terms: Mapping[str, Term]
    variables: tuple[Variable, ...]
    inputs: int
    """How many input planes there are."""


def vocabulary(guideline: Guideline, conditions: Iterable[Condition]) -> Vocabulary:
    """Return the facts that some conditions of a guideline test."""
    asked: dict[str, list[Test]] = {}
    for condition in conditions:
        for test in tests(condition):
            asked.setdefault(test.fact, []).append(test)
    terms: dict[str, Term] = {}
    variables: list[Variable] = []
    places = count(BAD + 1)
    for name, fact in guideline.facts.items():
        if name in asked:
            cuts = _cuts(fact, asked[name])
            known, planes = (
                next(places),
                tuple(next(places) for _ in range(plane_count(fact, cuts))),
            )
            terms[name] = Term(name, fact, cuts, known, planes, len(variables))
            variables += terms[name].variables()
    return Vocabulary(guideline.facts, terms, tuple(variables), next(places))


def plane_count(fact: AnyFact, cuts: tuple[Cut, ...]) -> int:
    """Return how many planes tell the value of a fact: see `Term.planes`."""
    match fact:
        case BooleanFact():
            return 1
        case ChoiceFact():
            return (len(fact.values) - 1).bit_length()
        case SetFact():
            return len(fact.values)
        case _:
            return len(cuts)


def _cuts(fact: AnyFact, asked: Iterable[Test]) -> tuple[Cut, ...]:
    """Return where the tests cut a number; a whole number always just before one."""
    if not isinstance(fact, IntegerFact | NumberFact):
        return ()
    ends = {cut for test in asked for pair in bounds(test) for cut in pair if cut is not None}
    if isinstance(fact, IntegerFact):
        ends = {(floor(end) + 1 if after else ceil(end), False) for end, after in ends}
    return tuple(sorted(ends))
