"""The algebra of SQL: a truth is an expression whose NULL is "unknown", as Kleene has it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlglot import exp

from ros1tree.condition import words
from ros1tree.export.sql.dialects import Sql
from ros1tree.export.sql.names import Names
from ros1tree.model import AnyFact, BooleanFact, Condition, Is, Scalar, SetFact, Within
from ros1tree.outcome import reading


class Truth(NamedTuple):
    """An expression, and how many steps must come before it."""

    sql: Sql
    level: int = 0
    never_null: bool = False
    null_with: str = ""
    """The column with which it is NULL, where it asks one fact alone."""


def literal(value: Scalar) -> Sql:
    """Return a value of a fact as SQL."""
    if isinstance(value, bool):
        return exp.Boolean(this=value)
    if isinstance(value, str):
        return exp.Literal.string(value)
    return exp.convert(value)


def column(name: str) -> Sql:
    """Return a column of the steps, which has a name that needs no quotes or is put in quotes."""
    return exp.column(exp.to_identifier(name, quoted=not name.isidentifier()))


class Truths:
    """Truths as expressions; those that are kept are columns of one step after the other."""

    def __init__(self, facts: Mapping[str, AnyFact], bad: Sequence[Sql], names: Names) -> None:
        """Begin with the facts; `bad` says of each whether a value is not allowed."""
        self._facts, self._names = facts, names
        self._bad = bad
        self.steps: list[dict[str, Sql]] = []
        """The columns of each step, by name."""
        self.meaning: dict[str, str] = {}
        """What some of them mean, in words."""
        self._conditions: dict[Condition, Truth] = {}

    def possible(self, barred: Sequence[Truth]) -> Truth:
        """Return who has only allowed values and nothing that is barred."""
        bad = [Truth(sql, 0, never_null=True) for sql in self._bad]
        anything = self.either(*bad, *barred)
        valid = Truth(exp.not_(_inner(anything.sql)), anything.level, never_null=True)
        return self.keep(valid, "valid")

    def condition(self, when: Condition) -> Truth:
        """Return the truth of a condition; it is kept, and says what it means.

        What is no more than a column of a fact, or its opposite, is not.
        """
        found = self._conditions.get(when)
        if found is None:
            found = reading(when, self._facts, self)
            plain = found.sql.this if isinstance(found.sql, exp.Not) else found.sql
            if not isinstance(plain, exp.Column):
                number = str(len(self.meaning) + 1)
                kept = self.keep(found, "when", number)
                if kept is not found:
                    self.meaning[self._names.of("when", number)] = words(when, self._facts)
                found = kept
            self._conditions[when] = found
        return found

    def single(self, test: Is | Within) -> Truth:
        """Return the truth of a test on one column."""
        name = self._names.of("known", test.fact)
        return Truth(_single(test, self._facts[test.fact], column(name)), null_with=name)

    def member(self, fact: str, member: str) -> Truth:
        """Return whether a set has a member; all are known or unknown together."""
        sql = column(self._names.of("known", fact, member))
        return Truth(sql, null_with=self._together(fact))

    def _together(self, fact: str) -> str:
        """Return a column that is NULL where a fact is unknown."""
        declared = self._facts[fact]
        first = list(declared.values)[:1] if isinstance(declared, SetFact) else []
        return self._names.of("known", fact, *first)

    def both(self, *truths: Truth) -> Truth:
        """Return AND, which is Kleene's."""
        return _joined(exp.And, truths, neutral=True)

    def either(self, *truths: Truth) -> Truth:
        """Return OR, which is Kleene's."""
        return _joined(exp.Or, truths, neutral=False)

    def negated(self, truth: Truth) -> Truth:
        """Return NOT, which is Kleene's."""
        if isinstance(truth.sql, exp.Not):
            return truth._replace(sql=truth.sql.this.unnest())
        return truth._replace(sql=exp.Not(this=_inner(truth.sql)))

    def certain(self, truth: Truth) -> Truth:
        """Return whether it is true: NULL is not."""
        if truth.never_null or isinstance(truth.sql, exp.Boolean):
            return truth
        return Truth(or_false(truth.sql), truth.level, never_null=True)

    def excluded(self, truth: Truth) -> Truth:
        """Return whether it is false: NULL is not."""
        negated = self.negated(truth)
        if isinstance(truth.sql, exp.Boolean):
            return Truth(exp.Boolean(this=not truth.sql.this), truth.level, never_null=True)
        if truth.never_null:
            return negated
        return Truth(or_false(negated.sql), truth.level, never_null=True)

    def unknown(self, truth: Truth) -> Truth:
        """Return whether it is NULL."""
        if truth.never_null or isinstance(truth.sql, exp.Boolean):
            return Truth(exp.false(), truth.level, never_null=True)
        inner = column(truth.null_with) if truth.null_with else truth.sql.copy()
        if not isinstance(inner, exp.Column):
            inner = exp.Paren(this=inner)
        sql = exp.Is(this=inner, expression=exp.null())
        return Truth(sql, truth.level, never_null=True)

    def unknown_fact(self, fact: str) -> Truth:
        """Return whether a fact is neither known nor has a default."""
        declared = self._facts[fact]
        if declared.default is not None:
            return Truth(exp.false(), never_null=True)
        return self.unknown(Truth(column(self._together(fact))))

    def keep(self, truth: Truth, *name: str) -> Truth:
        """Keep a truth as a column of the step after all that it is made from."""
        if isinstance(truth.sql, exp.Boolean | exp.Column):
            return truth
        title = self._names.of(*name)
        while len(self.steps) <= truth.level:
            self.steps.append({})
        self.steps[truth.level][title] = truth.sql
        return truth._replace(sql=column(title), level=truth.level + 1)


def _joined(kind: type[exp.Connector], truths: Iterable[Truth], *, neutral: bool) -> Truth:
    """Join truths; one that decides alone does, one that adds nothing is left out."""
    parts: dict[str, Truth] = {}
    level = 0
    for truth in truths:
        level = max(level, truth.level)
        if isinstance(truth.sql, exp.Boolean):
            if bool(truth.sql.this) is not neutral:
                return Truth(truth.sql, 0, never_null=True)
        else:
            parts.setdefault(truth.sql.sql(comments=False), truth)
    if not parts:
        return Truth(exp.Boolean(this=neutral), 0, never_null=True)
    first, *rest = parts.values()
    if not rest:
        return first._replace(level=level)
    sql: Sql = _inner(first.sql)
    for truth in rest:
        sql = kind(this=sql, expression=_inner(truth.sql))
    asked = {truth.null_with for truth in parts.values()}
    never_null = all(truth.never_null for truth in parts.values())
    return Truth(sql, level, never_null, asked.pop() if len(asked) == 1 else "")


def _inner(sql: Sql) -> Sql:
    """Return an expression as a part of another one."""
    copy = sql.copy()
    return exp.Paren(this=copy) if isinstance(copy, exp.Connector) else copy


def or_false(sql: Sql) -> Sql:
    """Return an expression with false in place of NULL."""
    return exp.Coalesce(this=sql.copy(), expressions=[exp.false()])


def _single(test: Is | Within, fact: AnyFact, name: Sql) -> Sql:
    if isinstance(test, Within):
        ends = (
            (exp.GTE, test.min), (exp.GT, test.above), (exp.LTE, test.max), (exp.LT, test.below),
        )  # fmt: skip
        parts = [kind(this=name.copy(), expression=literal(e)) for kind, e in ends if e is not None]
        return exp.and_(*parts, copy=False)
    if isinstance(fact, BooleanFact):
        return name if test.values[0] else exp.not_(name)
    values = [literal(value) for value in test.values]
    if len(values) == 1:
        return exp.EQ(this=name, expression=values[0])
    return exp.In(this=name, expressions=values)
