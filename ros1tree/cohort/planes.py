"""The algebra of planes: a truth is two formulas, who certainly has it and who may have it.

Who may have it is everybody of whom it is not certainly false; whose truth is unknown may have it,
and does not certainly have it.
"""

from collections.abc import Sequence
from typing import NamedTuple

from ros1tree.cohort.logic import Formula, Logic
from ros1tree.cohort.vocabulary import BAD, THERE, Vocabulary
from ros1tree.model import Condition, Is, Within
from ros1tree.outcome import reading


class Pair(NamedTuple):
    """Who certainly has a truth, and who may have it; equal where nothing is unknown."""

    true: Formula
    maybe: Formula


class Planes:
    """Truths as formulas over the input planes of a vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        """Begin with nothing."""
        self.logic = Logic(vocabulary.variables)
        self.there = self.logic.input(THERE)
        """Who is there at all: a plane may be longer than there are rows."""
        self._vocabulary = vocabulary
        self._conditions: dict[Condition, Pair] = {}

    def possible(self, barred: Sequence[Pair]) -> Pair:
        """Return who is there, has only allowed values, and nothing that is barred."""
        wrong = self.logic.disjunction(self.logic.input(BAD), *(pair.true for pair in barred))
        return self._sure(self.logic.conjunction(self.there, self.logic.negated(wrong)))

    def condition(self, when: Condition) -> Pair:
        """Return the truth of a condition."""
        found = self._conditions.get(when)
        if found is None:
            found = self._conditions[when] = reading(when, self._vocabulary.facts, self)
        return found

    def single(self, test: Is | Within) -> Pair:
        """Return the truth of a test: the fact is in one of the classes that it means."""
        term = self._vocabulary.terms[test.fact]
        return self._literal(term.first, term.mask(test))

    def member(self, fact: str, member: str) -> Pair:
        """Return whether a set has a member."""
        term = self._vocabulary.terms[fact]
        return self._literal(term.first + term.members.index(member), 0b10)

    def _literal(self, variable: int, mask: int) -> Pair:
        unknown = 1 << self._vocabulary.variables[variable].size
        logic = self.logic
        return Pair(logic.literal(variable, mask), logic.literal(variable, mask | unknown))

    def both(self, *truths: Pair) -> Pair:
        """Return Kleene's "and"."""
        join = self.logic.conjunction
        return Pair(join(*(t.true for t in truths)), join(*(t.maybe for t in truths)))

    def either(self, *truths: Pair) -> Pair:
        """Return Kleene's "or"."""
        join = self.logic.disjunction
        return Pair(join(*(t.true for t in truths)), join(*(t.maybe for t in truths)))

    def negated(self, truth: Pair) -> Pair:
        """Return Kleene's "not"."""
        return Pair(self.logic.negated(truth.maybe), self.logic.negated(truth.true))

    def certain(self, truth: Pair) -> Pair:
        """Return whether it is true."""
        return self._sure(truth.true)

    def excluded(self, truth: Pair) -> Pair:
        """Return whether it is false."""
        return self._sure(self.logic.negated(truth.maybe))

    def unknown(self, truth: Pair) -> Pair:
        """Return whether it is unknown."""
        return self._sure(self.logic.without(truth.maybe, truth.true))

    def unknown_fact(self, fact: str) -> Pair:
        """Return whether a fact is neither known nor has a default."""
        term = self._vocabulary.terms[fact]
        variable = self._vocabulary.variables[term.first]
        return self._sure(self.logic.literal(term.first, 1 << variable.size))

    def keep(self, truth: Pair, *_: str) -> Pair:
        """Return the truth as it is: equal formulas are kept once anyway."""
        return truth

    def _sure(self, formula: Formula) -> Pair:
        return Pair(formula, formula)
