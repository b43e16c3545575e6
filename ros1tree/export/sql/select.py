"""From a guideline to one SELECT in a dialect of SQL."""

from collections.abc import Iterator, Sequence

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError

from ros1tree.condition import tests
from ros1tree.errors import OptionError, UnknownNameError, shown
from ros1tree.export.sql.dialects import DIALECTS, Dialect, Sql
from ros1tree.export.sql.names import PREFIX, Names, distinct
from ros1tree.export.sql.truths import Truth, Truths, column, literal, or_false
from ros1tree.model import (
    LARGEST,
    AnyFact,
    BooleanFact,
    ChoiceFact,
    Guideline,
    IntegerFact,
    NumberFact,
    SetFact,
)
from ros1tree.outcome import (
    STATUSES,
    Outcome,
    barred_column,
    conditions,
    impossible_words,
    outcome,
    output_columns,
    selected_columns,
)


def sql(
    guideline: Guideline,
    dialect: str = "duckdb",
    table: str = "patients",
    *,
    members: bool = False,
    select: Sequence[str] = (),
) -> str:
    """Return a guideline as one SELECT over a table with a column for each fact.

    The rows and what it says of them are those of `ros1tree cohort`; a column that is no fact
    passes. A set is a column of lists or, with `members`, a boolean column a member, `fact.member`.
    `select` names the output columns, all without it. Raises UnknownNameError for what there is
    not, and OptionError for a table that is no name.
    """
    if dialect not in DIALECTS:
        raise UnknownNameError("dialect", dialect, DIALECTS)
    wanted = selected_columns(guideline, select)
    query = Query(guideline, DIALECTS[dialect], _table(table, dialect), members=members)
    text = query.select(wanted).sql(dialect, pretty=True)
    return f"{_head(guideline)}{text};\n"


def _head(guideline: Guideline) -> str:
    """Return what tells which guideline the SELECT is."""
    lines = (
        f"{guideline.title}",
        f"{guideline.id}, version {guideline.version}, {guideline.digest}",
        guideline.disclaimer or "",
    )
    return "".join(f"-- {shown(line, 400)}\n" for line in lines if line)


def _table(name: str, dialect: str) -> Sql:
    try:
        found = parse_one(name, read=dialect, into=exp.Table)
    except SqlglotError:
        found = None
    if not isinstance(found, exp.Table) or isinstance(found.this, exp.Func):
        raise OptionError(f"'{shown(name)}' is no name of a table; write it as in the database")
    return found


ROW = f"{PREFIX}row"
"""Where a star cannot leave columns out, this is the row as it came in."""


class Query:
    """One guideline over one table."""

    def __init__(
        self, guideline: Guideline, dialect: Dialect, table: Sql, *, members: bool
    ) -> None:
        self.guideline, self.dialect, self.table, self.members = guideline, dialect, table, members
        self.checks: dict[str, Sql] = {}
        self.facts: dict[str, Sql] = {}
        self.bad: dict[str, str] = {}
        """The columns that say whose value of a fact is not allowed."""
        self.inputs: list[exp.Identifier] = []
        outputs = output_columns(guideline)
        distinct("facts", guideline.facts)
        distinct("output columns", outputs)
        self.names = Names([*guideline.facts, *outputs])
        asked = {test.fact for when in conditions(guideline) for test in tests(when)}
        for name, fact in guideline.facts.items():
            self._read(name, fact, asked=name in asked)
        bad = [column(name) for name in self.bad.values()]
        self.truths = Truths(guideline.facts, bad, self.names)
        self.found: Outcome[Truth] = outcome(guideline, self.truths)
        self.faults = {
            name: self.truths.keep(truth, "fault", name)
            for name, truth in self.found.faults.items()
        }

    def _read(self, name: str, fact: AnyFact, *, asked: bool) -> None:
        """Put a fact into the two steps: what is wrong with it, and what is known of it."""
        if isinstance(fact, SetFact):
            self._read_set(name, fact, asked=asked)
            return
        own = self._input(name)
        if isinstance(fact, IntegerFact | NumberFact):
            own = exp.cast(own, "double")  # a number in any type means the same
        if not isinstance(fact, BooleanFact):
            unsound = self.bad[name] = self.names.of("bad", name)
            self.checks[unsound] = or_false(exp.not_(exp.paren(_allowed(fact, own))))
            sound = exp.not_(column(unsound))
            own = exp.Case(ifs=[exp.If(this=sound, true=own)])
        if asked:
            self.facts[self.names.of("known", name)] = _with_default(own, fact.default)

    def _read_set(self, name: str, fact: SetFact, *, asked: bool) -> None:
        partial = self.names.of("partial", name)
        if self.members:
            has = {member: self._input(f"{name}.{member}") for member in fact.values}
            nulls = [exp.Is(this=one.copy(), expression=exp.null()) for one in has.values()]
            self.checks[partial] = exp.or_(*nulls)
            sound: Sql = exp.not_(column(partial))
        else:
            own, say = self._input(name), self.dialect.sql
            unsound = self.bad[name] = self.names.of("bad", name)
            values = [literal(member) for member in fact.values]
            self.checks[unsound] = or_false(say(self.dialect.has_other, list=own, known=values))
            # In BigQuery a list that is null looks like an empty one.
            absent = exp.Is(this=own.copy(), expression=exp.null())
            self.checks[partial] = exp.or_(absent, say(self.dialect.has_null, list=own))
            sound = exp.and_(exp.not_(column(unsound)), exp.not_(column(partial)))
            has = {
                member: say(self.dialect.has, list=own, member=literal(member))
                for member in fact.values
            }
        for member, held in has.items() if asked else ():
            default = None if fact.default is None else member in fact.default
            sql = exp.Case(ifs=[exp.If(this=sound.copy(), true=held)])
            self.facts[self.names.of("known", name, member)] = _with_default(sql, default)

    def _input(self, name: str) -> Sql:
        self.inputs.append(self.dialect.name_of(name))
        return exp.column(self.inputs[-1].copy())

    def select(self, wanted: Sequence[str]) -> exp.Select:
        """Return the whole SELECT."""
        steps = {"checked": self.checks, "facts": self.facts}
        steps |= {f"step_{place}": made for place, made in enumerate(self.truths.steps, 1)}
        query, before = exp.Select(), self.table
        if not self.dialect.excluding:
            before = exp.alias_(self.table, ROW, table=True)
        for title, made in steps.items():
            columns = [self._named(sql, name) for name, sql in made.items()]
            star: Sql = exp.Star()
            if title == "checked" and not self.dialect.excluding:
                star = exp.column(ROW)
                columns += [exp.column(name.copy(), table=ROW) for name in self.inputs]
            step = exp.Select().select(star, *columns, copy=False).from_(before, copy=False)
            kept = True if self.dialect.materialized and title == "facts" else None
            query = query.with_(title, as_=step, materialized=kept, copy=False)
            before = exp.to_table(title)
        outputs = [exp.alias_(self._output(name), self.dialect.name_of(name)) for name in wanted]
        inner = [column(name).this for made in steps.values() for name in made]
        told = query.select(self._passing(inner), *outputs, copy=False)
        return told.from_(before, copy=False)

    def _named(self, sql: Sql, name: str) -> Sql:
        """Return a column of a step under its name, with what it means."""
        named: Sql = exp.alias_(sql, column(name).this)
        named.add_comments([text] if (text := self.truths.meaning.get(name)) else [])
        return named

    def _passing(self, inner: Sequence[exp.Identifier]) -> Sql:
        """Return what lets the columns pass that are neither a fact nor a step."""
        if not self.dialect.excluding:
            return parse_one(f"({ROW}).*", read=self.dialect.name)
        names = [*self.inputs, *inner]
        return exp.Star(except_=[exp.column(name.copy()) for name in names])

    def _output(self, name: str) -> Sql:
        """Return an output column."""
        found, valid = self.found, self.found.valid.sql
        if name == "status":
            return self._status()
        if name in self.guideline.interventions:
            ways = found.tiers.get(name, {})
            return _chosen([(truth.sql, tier) for tier, truth in ways.items()])
        if name == "problems":
            return self._when(exp.not_(valid.copy()), self._filled(list(self._problems())))
        lists = {
            "possible": found.possible.items(), "missing": found.missing,
            "silent": found.silent.items(), "faults": self.faults.items(),
        }  # fmt: skip
        if name in lists:
            return self._when(valid, self._filled([(t.sql, literal(n)) for n, t in lists[name]]))
        barred = {barred_column(one): truth.sql for one, truth in found.avoid.items()}
        return self._when(valid, barred.get(name, exp.false()))

    def _status(self) -> Sql:
        found = self.found
        complete, incomplete, not_covered, fault, invalid = STATUSES
        silent, fails = self.truths.either(*found.silent.values()), self.faults.values()
        return _chosen(
            [
                (exp.not_(found.valid.sql.copy()), invalid),
                (self.truths.either(*fails).sql, fault),
                (found.waiting.sql, incomplete),
                (silent.sql, not_covered),
                (exp.true(), complete),
            ]
        )

    def _problems(self) -> Iterator[tuple[Sql, Sql]]:
        """Yield what can be wrong with a patient, and the text that says so."""
        for name, fact in self.guideline.facts.items():
            if name in self.bad:
                yield column(self.bad[name]), self._refused(name, fact)
        for place, truth in enumerate(self.found.problems):
            yield truth.sql, literal(impossible_words(self.guideline, place))

    def _refused(self, name: str, fact: AnyFact) -> Sql:
        if isinstance(fact, SetFact):
            return literal(f"{name}: a member is not allowed")
        value = exp.cast(exp.column(self.dialect.name_of(name)), "text")
        return exp.func("CONCAT", literal(f"{name}: "), value, literal(" is not allowed"))

    def _filled(self, entries: Sequence[tuple[Sql, Sql]]) -> Sql:
        """Return the list of the entries that hold."""
        held = [self._when(sql, entry) for sql, entry in entries]
        return self.dialect.sql(self.dialect.filled, entries=held or [exp.cast(exp.null(), "text")])

    def _when(self, condition: Sql, sql: Sql) -> Sql:
        return exp.Case(ifs=[exp.If(this=condition.copy(), true=sql.copy())])


def _allowed(fact: AnyFact, own: Sql) -> Sql:
    """Return whether a fact allows a value; NULL where there is none."""
    if isinstance(fact, ChoiceFact):
        return exp.In(this=own.copy(), expressions=[literal(value) for value in fact.values])
    low = fact.min if isinstance(fact, IntegerFact | NumberFact) else None
    high = fact.max if isinstance(fact, IntegerFact | NumberFact) else None
    between: Sql = exp.Between(
        this=own.copy(),
        low=literal(-LARGEST if low is None else low),
        high=literal(LARGEST if high is None else high),
    )
    if isinstance(fact, IntegerFact):
        whole = exp.EQ(this=own.copy(), expression=exp.Floor(this=own.copy()))
        between = exp.and_(between, whole)
    return between


def _with_default(sql: Sql, default: object) -> Sql:
    if not isinstance(default, bool | int | float | str):
        return sql
    return exp.Coalesce(this=sql, expressions=[literal(default)])


def _chosen(ways: Sequence[tuple[Sql, str]]) -> Sql:
    """Return the name of the first way that holds; NULL where none does."""
    if not ways:
        return exp.cast(exp.null(), "text")
    ifs = [exp.If(this=sql.copy(), true=literal(name)) for sql, name in ways]
    return exp.Case(ifs=ifs)
