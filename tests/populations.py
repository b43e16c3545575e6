"""Many patients as Arrow tables, and what the walk says of each: the oracle of every fast engine."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa

import ros1tree
from ros1tree.model import Guideline

Row = dict[str, Any]

TYPES = {
    "boolean": pa.bool_(),
    "choice": pa.string(),
    "set": pa.list_(pa.string()),
    "integer": pa.int64(),
    "number": pa.float64(),
}


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
    open_ = {(p.intervention, p.tier == "avoid") for p in walk.possible}
    columns = [(name, bar) for name in names for bar in (False, True)]
    return {
        "status": walk.status,
        **dict.fromkeys(names),
        **{r.intervention: r.tier for r in walk.recommendations},
        **{f"avoid.{name}": name in barred for name in names},
        "possible": [
            f"avoid.{name}" if bar else name for name, bar in columns if (name, bar) in open_
        ],
        "missing": [entry.fact for entry in walk.missing],
        "silent": [entry.node for entry in walk.not_covered],
        "faults": list(dict.fromkeys(entry.node for entry in walk.faults)),
    }


def table(guideline: Guideline, patients: Sequence[Mapping[str, Any]]) -> Any:
    """The plainest table of some patients: a column a fact, sets as lists."""
    return pa.table(
        {
            name: pa.array([patient.get(name) for patient in patients], TYPES[fact.type])
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
