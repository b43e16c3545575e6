"""The guideline as SQL: executed, with the same rows as the walk; the other dialects parse back."""

from typing import Any

import duckdb
import hypothesis.strategies as st
import populations
import strategies
from hypothesis import given, settings

import ros1tree
from ros1tree.export.sql import sql
from ros1tree.model import Guideline


def in_duckdb(guideline: Guideline, patients: Any, **options: Any) -> list[dict[str, Any]]:
    with duckdb.connect() as connection:
        connection.register("patients", patients)
        return populations.rows(
            connection.sql(sql(guideline, "duckdb", **options)).to_arrow_table(),
            populations.walked(guideline, {}),
        )


@st.composite
def populated(draw: st.DrawFn) -> tuple[Guideline, list[dict[str, Any]]]:
    data = draw(strategies.guidelines())
    guideline = ros1tree.guideline(data)
    return guideline, draw(st.lists(strategies.patients(data), min_size=1, max_size=20))


@given(populated())
@settings(max_examples=100)
def test_duckdb_says_what_the_walk_says(drawn: tuple[Guideline, list[dict[str, Any]]]) -> None:
    guideline, patients = drawn
    expected = [populations.walked(guideline, patient) for patient in patients]
    table = populations.table(guideline, patients)
    assert in_duckdb(guideline, table) == expected
    members = populations.by_member(guideline, table)
    assert in_duckdb(guideline, members, members=True) == expected
