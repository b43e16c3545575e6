"""Which column of a table tells of which fact, and whether its type fits."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from ros1tree.errors import Near, PatientsError, Problem, listed, shown
from ros1tree.model import (
    AnyFact,
    BooleanFact,
    ChoiceFact,
    FrozenDict,
    Guideline,
    SetFact,
)
from ros1tree.population import Population

MEMBER = BooleanFact(type="boolean")
"""What the column of a set's member tells."""


@dataclass(frozen=True, slots=True)
class Source:
    """The columns that tell of a fact; none where nothing is known of it."""

    columns: tuple[str, ...] = ()
    by_member: bool = False
    """Whether it is a set with a boolean column a member, in the order of the members."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Where the facts stand in a table."""

    facts: FrozenDict[str, Source]
    passed: tuple[str, ...]
    """The columns that are no fact, in the order of the table."""
    file: str
    """What messages call the table."""

    def needed(self, *, passing: bool) -> list[str]:
        """Return the columns to read, each once."""
        read = [column for source in self.facts.values() for column in source.columns]
        return list(dict.fromkeys([*(self.passed if passing else ()), *read]))


def planned(  # noqa: PLR0913 - what a table can be
    guideline: Guideline,
    schema: Any,
    renamed: Mapping[str, str],
    file: str,
    *,
    text: bool = False,
    seen: Sequence[str] | None = None,
) -> Plan:
    """Return where the facts stand in a table with this Arrow schema.

    `renamed` says which fact, or member of a set, a column is. With `text` every column is text
    that will be read by the type of its fact; where not all columns were `seen` yet, one of those
    must be a fact. Raises PatientsError with everything that is wrong.
    """
    return _Planner(guideline, schema, renamed, file, text=text, seen=seen).plan()


class _Planner:
    def __init__(  # noqa: PLR0913 - as above
        self,
        guideline: Guideline,
        schema: Any,
        renamed: Mapping[str, str],
        file: str,
        *,
        text: bool,
        seen: Sequence[str] | None,
    ) -> None:
        self.guideline, self.schema, self.file, self.text = guideline, schema, file, text
        self.seen = set(schema.names if seen is None else seen)
        self.renamed = renamed
        self.problems: list[Problem] = []
        self.meant: dict[str, str] = {}
        self.passed: list[str] = []

    def plan(self) -> Plan:
        self._read_names()
        facts = {name: self._source(name, fact) for name, fact in self.guideline.facts.items()}
        found = {column for source in facts.values() for column in source.columns}
        if not found & self.seen and not self.problems:
            near = (str(Near(column, self.guideline.facts)) for column in self.passed)
            remedy = next(filter(None, near), "") or self._known()
            self._wrong("", "no column is a fact of this guideline", remedy)
        if self.problems:
            raise PatientsError(self.problems)
        return Plan(FrozenDict(facts), tuple(self.passed), self.file)

    def _known(self) -> str:
        return f"known: {listed(self.guideline.facts, 40)}"

    def _wrong(self, column: str, message: str, remedy: str | Near = "") -> None:
        self.problems.append(Problem(self.file, column, message, str(remedy)))

    def _read_names(self) -> None:
        """Find out what each column means; the first one that means a fact counts."""
        for column, fact in self.renamed.items():
            if column not in self.schema.names:
                near = Near(column, self.schema.names, f"there are {listed(self.schema.names)}")
                self._wrong("--map", f"no column '{shown(column)}' in the table", near)
            if fact not in self._names():
                near = Near(fact, self._names(), self._known())
                self._wrong("--map", f"no fact '{shown(fact)}'", near)
        for place, column in enumerate(self.schema.names):
            name = self.renamed.get(column, column)
            if column in self.schema.names[:place]:
                self._wrong(column, "stands twice in the table", "rename one of the two")
            elif name not in self._names():
                self._pass(column, name)
            elif name in self.meant:
                text = f"'{shown(self.meant[name])}' and '{shown(column)}' are both '{name}'"
                self._wrong(column, text, "keep one of the two")
            else:
                self.meant[name] = column

    def _names(self) -> Mapping[str, None]:
        members = (
            f"{name}.{member}"
            for name, fact in self.guideline.facts.items()
            if isinstance(fact, SetFact)
            for member in fact.values
        )
        return dict.fromkeys([*self.guideline.facts, *members])

    def _pass(self, column: str, name: str) -> None:
        """Let a column pass that is no fact; one that looks like a member of a set is a mistake."""
        fact = self.guideline.facts.get(name.partition(".")[0])
        if isinstance(fact, SetFact):
            member = name.partition(".")[2]
            self._wrong(column, f"the set has no member '{shown(member)}'", fact.remedy(member))
        else:
            self.passed.append(column)

    def _source(self, name: str, fact: AnyFact) -> Source:
        whole = self.meant.get(name)
        if isinstance(fact, SetFact) and (source := self._members(name, fact, whole)):
            return source
        return Source((whole,)) if whole and self._fits(whole, fact) else Source()

    def _members(self, name: str, fact: SetFact, whole: str | None) -> Source | None:
        """Return the columns of a set's members, if there is one of them."""
        wanted = [f"{name}.{member}" for member in fact.values]
        found = [self.meant[one] for one in wanted if one in self.meant]
        if not found:
            return None
        if whole:
            text = f"the set has this column, and '{shown(found[0])}' too"
            self._wrong(whole, text, "keep the list, or one column a member")
        elif absent := [one for one in wanted if one not in self.meant]:
            text = f"the set needs one column a member; missing: {listed(absent)}"
            self._wrong(name, text, "add them, or map them")
        else:
            fitting = [column for column in found if self._fits(column, MEMBER)]
            return Source(tuple(fitting), by_member=True)
        return Source()

    def _fits(self, column: str, fact: AnyFact) -> bool:
        kind = self.schema.types[self.schema.names.index(column)]
        if self.text or pa.types.is_null(kind) or _accepts(fact, kind):
            return True
        needs = f"a fact of type {fact.type} needs {_NEEDS[fact.type]}"
        self._wrong(column, f"the column is {kind}", needs)
        return False


_NEEDS = {
    "boolean": "booleans",
    "choice": "text, plain or dictionary-coded",
    "set": "lists of text, or one boolean column a member",
    "integer": "numbers",
    "number": "numbers",
}


def _accepts(fact: AnyFact, kind: Any) -> bool:
    match fact:
        case BooleanFact():
            return bool(pa.types.is_boolean(kind))
        case ChoiceFact():
            return _is_text(kind)
        case SetFact():
            return _is_list(kind) and (
                _is_text(kind.value_type) or pa.types.is_null(kind.value_type)
            )
        case _:
            return any(
                check(kind)
                for check in (pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal)
            )


def _is_text(kind: Any) -> bool:
    inner = kind.value_type if pa.types.is_dictionary(kind) else kind
    checks = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)
    return any(check(inner) for check in checks)


def _is_list(kind: Any) -> bool:
    checks: Sequence[Any] = (
        pa.types.is_list, pa.types.is_large_list, pa.types.is_fixed_size_list,
        pa.types.is_list_view, pa.types.is_large_list_view,
    )  # fmt: skip
    return any(check(kind) for check in checks)


def expected(
    guideline: Guideline, renamed: Mapping[str, str], names: Sequence[str]
) -> dict[str, Any]:
    """Return the types that columns ought to have where a file does not say its own.

    `names` are the columns found so far; a fact that is not among them may still come.
    """
    types: dict[str, Any] = {}
    found = {renamed.get(name, name): name for name in names}
    for name, fact in guideline.facts.items():
        members = [f"{name}.{m}" for m in fact.values] if isinstance(fact, SetFact) else []
        own = {found[member]: pa.bool_() for member in members if member in found}
        types |= own or {found.get(name, name): _TYPES[fact.type]}
    return types


_TYPES = {
    "boolean": pa.bool_(), "choice": pa.string(), "set": pa.list_(pa.string()),
    "integer": pa.float64(), "number": pa.float64(),
}  # fmt: skip


def near_misses(guideline: Guideline, found: Population) -> Iterator[tuple[str, str]]:
    """Yield the columns that passed and nearly are a fact of which nothing is known."""
    unknown = [name for name in guideline.facts if not found.columns[name]]
    for column in found.passed:
        near = str(Near(column, unknown))
        if near:
            yield column, near
