"""Many patients as Arrow tables, and what the walk says of each: the oracle of every fast engine."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa
from hypothesis import strategies as st
from strategies import guidelines, patients

import ros1tree
from ros1tree.model import Guideline

Row = dict[str, Any]
Draw = Callable[[st.SearchStrategy[Any]], Any]

TYPES = {
    "boolean": pa.bool_(),
    "choice": pa.string(),
    "set": pa.list_(pa.string()),
    "integer": pa.int64(),
    "number": pa.float64(),
}
WRONG = {"choice": "?", "set": ["?"], "integer": 999, "number": 1e16}
"""A value that no fact of a type allows; of a boolean there is none."""


def walked(guideline: Guideline, patient: Mapping[str, Any]) -> Row:
    """What a cohort must say of one patient, made from the walk alone."""
    names = list(guideline.interventions)
    empty: Row = {"status": "invalid", **dict.fromkeys(names)}
    empty |= dict.fromkeys([f"avoid.{name}" for name in names])
    empty |= dict.fromkeys(["possible", "missing", "silent", "faults"])
    try:
        walk = ros1tree.walk(guideline, patient)
    except ros1tree.FactsError:
        return empty
    barred = {entry.intervention for entry in walk.avoid}
    still = {(p.intervention, p.tier == "avoid") for p in walk.possible}
    columns = [(name, bar) for name in names for bar in (False, True) if (name, bar) in still]
    return {
        "status": walk.status,
        **dict.fromkeys(names),
        **{r.intervention: r.tier for r in walk.recommendations},
        **{f"avoid.{name}": name in barred for name in names},
        "possible": [f"avoid.{name}" if bar else name for name, bar in columns],
        "missing": [entry.fact for entry in walk.missing],
        "silent": [entry.node for entry in walk.not_covered],
        "faults": list(dict.fromkeys(entry.node for entry in walk.faults)),
    }


def table(guideline: Guideline, people: Sequence[Mapping[str, Any]]) -> Any:
    """The plainest table of some patients: a column a fact, sets as lists."""
    return pa.table(
        {
            name: pa.array([patient.get(name) for patient in people], TYPES[fact.type])
            for name, fact in guideline.facts.items()
        }
    )


def by_member(guideline: Guideline, given: Any) -> Any:
    """The same with a boolean column for each member of a set."""
    columns: dict[str, Any] = {}
    for name in given.column_names:
        fact, values = guideline.facts[name], given[name].to_pylist()
        if fact.type == "set":
            for member in fact.values:
                has = [None if value is None else member in value for value in values]
                columns[f"{name}.{member}"] = pa.array(has, pa.bool_())
        else:
            columns[name] = given[name]
    return pa.table(columns)


def rows(found: Any, columns: Iterable[str]) -> list[Row]:
    """The rows of a table, for some columns."""
    listed: list[Row] = found.select(list(columns)).to_pylist()
    return listed


@st.composite
def populated(
    draw: st.DrawFn, size: int = 20, *, wrong: bool = False
) -> tuple[Guideline, list[Row]]:
    """A random guideline and some patients; where `wrong` with values that are not allowed."""
    data = draw(guidelines())
    guideline = ros1tree.guideline(data)
    people: list[Row] = draw(st.lists(patients(data), min_size=1, max_size=size))
    if wrong:
        bad = {name: WRONG[f.type] for name, f in guideline.facts.items() if f.type in WRONG}
        one = st.sampled_from(sorted(bad.items())) if bad else st.none()
        for patient in people:
            if found := draw(st.none() | one):
                patient[found[0]] = found[1]
    return guideline, people


def dressed(draw: Draw, given: Any) -> Any:
    """The same rows in other Arrow types, in chunks, and as slices of longer arrays."""
    columns = {name: _dressed(draw, given[name].combine_chunks()) for name in given.column_names}
    return pa.table(columns)


def _dressed(draw: Draw, array: Any) -> Any:
    kind, values = array.type, array.to_pylist()
    if pa.types.is_string(kind):
        kind = draw(st.sampled_from([kind, pa.large_string(), pa.string_view(), None]))
        array = _coded(draw, values) if kind is None else pa.array(values, kind)
    elif pa.types.is_list(kind):
        inner = draw(st.sampled_from([pa.string(), pa.large_string()]))
        kind = draw(st.sampled_from([pa.list_(inner), pa.large_list(inner), pa.list_view(inner)]))
        array = pa.array(values, kind)
    elif pa.types.is_integer(kind):
        array = array.cast(draw(st.sampled_from([pa.int16(), pa.int64(), pa.float64()])))
    elif pa.types.is_floating(kind) and all(v is None or abs(v) < 100 for v in values):
        array = array.cast(draw(st.sampled_from([pa.float32(), pa.float64()])))
    junk = draw(st.integers(0, 9))
    longer = pa.concat_arrays([array[:1]] * junk + [array] + [array[-1:]]) if junk else array
    sliced = longer.slice(junk, len(array))
    cut = draw(st.integers(0, len(array)))
    return pa.chunked_array([sliced[:cut], sliced[cut:]])


def _coded(draw: Draw, values: list[str | None]) -> Any:
    """Texts as a dictionary in another order, with values that nobody has, and a null among them."""
    names: list[str | None] = draw(
        st.permutations([*{v for v in values if v is not None}, "unused", None])
    )
    index = draw(st.sampled_from([pa.int8(), pa.int32(), pa.uint16()]))
    codes = [None if value is None else names.index(value) for value in values]
    return pa.DictionaryArray.from_arrays(pa.array(codes, index), pa.array(names, pa.string()))
