"""Many patients at once: the same answers as the walk, row by row."""

from typing import Any

import hypothesis.strategies as st
import populations
import strategies
from hypothesis import given

import ros1tree
from ros1tree.model import Guideline


def agree(guideline: Guideline, table: Any, patients: list[dict[str, Any]], **options: Any) -> None:
    found = ros1tree.cohort(guideline, table, **options)
    expected = [populations.walked(guideline, patient) for patient in patients]
    assert populations.rows(found, expected[0]) == expected


@st.composite
def populated(draw: st.DrawFn) -> tuple[Guideline, list[dict[str, Any]]]:
    data = draw(strategies.guidelines())
    guideline = ros1tree.guideline(data)
    return guideline, draw(st.lists(strategies.patients(data), min_size=1, max_size=20))


@given(populated())
def test_every_row_is_what_the_walk_says(drawn: tuple[Guideline, list[dict[str, Any]]]) -> None:
    guideline, patients = drawn
    table = populations.table(guideline, patients)
    agree(guideline, table, patients)
    agree(guideline, populations.by_member(guideline, table), patients)
