"""The same logic as Polars expressions: the recipe of the outcome in an algebra of Polars."""

from collections.abc import Callable, Sequence
from functools import reduce
from operator import and_, or_
from typing import NamedTuple

import polars as pl

import ros1tree
from ros1tree.model import (
    BooleanFact,
    Condition,
    Guideline,
    Is,
    Within,
)
from ros1tree.outcome import STATUSES, Outcome, outcome, reading

Join = Callable[[pl.Expr, pl.Expr], pl.Expr]


class Truth(NamedTuple):
    """An expression that is null where the truth is unknown, and the step it can stand in."""

    expr: pl.Expr
    level: int = 0


class Expressions:
    """Truths as expressions; what is kept is a column of an earlier step."""

    def __init__(self, guideline: Guideline) -> None:
        """Begin with the columns of the patients."""
        self.facts = guideline.facts
        self.steps: list[dict[str, pl.Expr]] = []
        self._conditions: dict[Condition, Truth] = {}

    def possible(self, barred: Sequence[Truth]) -> Truth:
        """Return who has nothing that is barred."""
        anything = self.either(*barred)
        return self.keep(Truth(~anything.expr, anything.level), "valid")

    def condition(self, when: Condition) -> Truth:
        """Return the truth of a condition, as a column of its own."""
        found = self._conditions.get(when)
        if found is None:
            read = reading(when, self.facts, self)
            found = self.keep(read, f"when {len(self._conditions)}")
            self._conditions[when] = found
        return found

    def single(self, test: Is | Within) -> Truth:
        """Return the truth of a test on one column."""
        column = pl.col(test.fact)
        if isinstance(test, Within):
            ends = ((test.min, "ge"), (test.above, "gt"), (test.max, "le"), (test.below, "lt"))
            parts: list[pl.Expr] = [getattr(column, w)(end) for end, w in ends if end is not None]
            return Truth(reduce(and_, parts))
        if isinstance(self.facts[test.fact], BooleanFact):
            return Truth(column if test.values[0] else ~column)
        return Truth(reduce(or_, [column == value for value in test.values]))

    def member(self, fact: str, member: str) -> Truth:
        """Return whether a set has a member."""
        column, default = pl.col(f"{fact}.{member}"), self.facts[fact].default
        held = default if isinstance(default, tuple) else None
        return Truth(column if held is None else column.fill_null(member in held))

    def negated(self, truth: Truth) -> Truth:
        """Return Kleene's "not"."""
        return truth._replace(expr=~truth.expr)

    def both(self, *truths: Truth) -> Truth:
        """Return Kleene's "and"."""
        return self._joined(and_, truths, neutral=True)

    def either(self, *truths: Truth) -> Truth:
        """Return Kleene's "or"."""
        return self._joined(or_, truths, neutral=False)

    def _joined(self, join: Join, truths: Sequence[Truth], *, neutral: bool) -> Truth:
        if not truths:
            return Truth(pl.lit(neutral))
        level = max(truth.level for truth in truths)
        return Truth(reduce(join, [truth.expr for truth in truths]), level)

    def certain(self, truth: Truth) -> Truth:
        """Return whether it is true."""
        return truth._replace(expr=truth.expr.fill_null(value=False))

    def excluded(self, truth: Truth) -> Truth:
        """Return whether it is false."""
        return truth._replace(expr=(~truth.expr).fill_null(value=False))

    def unknown(self, truth: Truth) -> Truth:
        """Return whether it is unknown."""
        return truth._replace(expr=truth.expr.is_null())

    def unknown_fact(self, fact: str) -> Truth:
        """Return whether a fact is unknown; only lists of names need it, which are not asked."""
        return Truth(pl.lit(fact).is_null())

    def keep(self, truth: Truth, *name: str) -> Truth:
        """Keep a truth as a column of the step after all that it is made from."""
        while len(self.steps) <= truth.level:
            self.steps.append({})
        title = " ".join(name)
        self.steps[truth.level][title] = truth.expr
        return Truth(pl.col(title), truth.level + 1)


Told = tuple[list[dict[str, pl.Expr]], dict[str, pl.Expr]]
"""The columns of each step, and what is counted in the end."""


def expressions() -> Told:
    """Return the ROS1 guideline as expressions; of its facts only sets have a default."""
    guideline = ros1tree.load("ros1-nsclc")
    algebra = Expressions(guideline)
    found: Outcome[Truth] = outcome(guideline, algebra)
    return algebra.steps, {name: truth.expr for name, truth in _told(algebra, found)}


def counts(frame: pl.DataFrame, told: Told) -> dict[str, int]:
    """Return how many patients have each outcome."""
    lazy = frame.lazy()
    for step in told[0]:
        lazy = lazy.with_columns(**step)
    row = lazy.select(**{name: expr.sum() for name, expr in told[1].items()}).collect()
    return {name: int(value) for name, value in row.row(0, named=True).items()}


def _told(algebra: Expressions, found: Outcome[Truth]) -> list[tuple[str, Truth]]:
    told: list[tuple[str, Truth]] = []
    rest = algebra.keep(found.valid, "rest")
    ways = [
        ("fault", algebra.either(*found.faults.values())),
        ("incomplete", found.waiting),
        ("not_covered", algebra.either(*found.silent.values())),
    ]
    for name, truth in ways:
        has = algebra.keep(algebra.both(rest, truth), "status", name)
        told.append((f"status.{name}", has))
        rest = algebra.keep(algebra.both(rest, algebra.excluded(has)), "rest after", name)
    told += [
        (f"status.{STATUSES[0]}", rest),
        (f"status.{STATUSES[-1]}", algebra.excluded(found.valid)),
    ]
    for name, tiers in found.tiers.items():
        better: list[Truth] = []
        for tier, truth in tiers.items():
            best = algebra.both(truth, *map(algebra.excluded, better))
            told.append((f"tier.{name}.{tier}", best))
            better.append(truth)
    told += [(f"avoid.{name}", truth) for name, truth in found.avoid.items()]
    told += [(f"possible.{name}", truth) for name, truth in found.possible.items()]
    return told
