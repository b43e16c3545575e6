"""Conditions: their form in a file, their truth, and their words."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracle import holds
from strategies import conditions, facts, value_of

from ros1tree import loads
from ros1tree.condition import both, either, facts_of, truth, words
from ros1tree.model import Guideline, from_data, to_data

Data = dict[str, Any]

KNOWN: Data = {
    "brain_metastases": {
        "type": "boolean",
        "words": {"true": "brain metastases present", "false": "no brain metastases"},
    },
    "repotrectinib_available": {"type": "boolean"},
    "histology": {"type": "choice", "values": {"squamous": "squamous", "other": "other", "x": "X"}},
    "drugs": {"type": "set", "title": "drugs so far", "values": ["a", "b", "c"]},
    "ecog": {"type": "integer", "title": "ECOG status", "min": 0, "max": 4},
    "weight": {"type": "number", "unit": "kg"},
}


@pytest.fixture(scope="module")
def guideline() -> Guideline:
    data: Data = {"id": "w", "title": "W", "version": "1", "start": "n", "interventions": {}}
    nodes = {"n": {"kind": "silent", "title": "N"}}
    return loads(json.dumps({**data, "facts": KNOWN, "nodes": nodes}))


SAID = [
    ({}, "always"),
    ({"brain_metastases": True}, "brain metastases present"),
    ({"brain_metastases": False}, "no brain metastases"),
    ({"repotrectinib_available": True}, "repotrectinib available: yes"),
    ({"not": {"repotrectinib_available": True}}, "repotrectinib available: no"),
    (
        {"brain_metastases": True, "repotrectinib_available": False},
        "brain metastases present and repotrectinib available: no",
    ),
    ({"histology": "squamous"}, "histology squamous"),
    ({"histology": ["squamous", "other"]}, "histology squamous or other"),
    ({"histology": ["squamous", "other", "x"]}, "histology squamous, other or X"),
    ({"not": {"histology": "squamous"}}, "histology not squamous"),
    ({"drugs": {"includes": "a"}}, "a among drugs so far"),
    ({"drugs": {"includes": ["a", "b"]}}, "a and b among drugs so far"),
    ({"drugs": {"includes_any": ["a", "b"]}}, "a or b among drugs so far"),
    ({"drugs": {"lacks": "a"}}, "a not among drugs so far"),
    ({"drugs": {"lacks": ["a", "b"]}}, "none of a or b among drugs so far"),
    ({"not": {"drugs": {"lacks": "a"}}}, "a among drugs so far"),
    ({"not": {"drugs": {"lacks": ["a", "b"]}}}, "a or b among drugs so far"),
    ({"not": {"drugs": {"includes": ["a", "b"]}}}, "not both a and b among drugs so far"),
    ({"not": {"drugs": {"includes": ["a", "b", "c"]}}}, "not all of a, b and c among drugs so far"),
    ({"drugs": {"empty": True}}, "no drugs so far"),
    ({"drugs": {"empty": False}}, "some drugs so far"),
    ({"not": {"drugs": {"empty": True}}}, "some drugs so far"),
    ({"ecog": 2}, "ECOG status 2"),
    ({"ecog": {"min": 1, "max": 3}}, "ECOG status from 1 to 3"),
    ({"ecog": {"min": 3}}, "ECOG status at least 3"),
    ({"ecog": {"min": 2, "max": 2}}, "ECOG status 2"),
    ({"weight": {"above": 50, "max": 80.5}}, "weight above 50 and at most 80.5 kg"),
    ({"weight": {"below": 50}}, "weight below 50 kg"),
    ({"not": {"weight": {"below": 50}}}, "weight not below 50 kg"),
    ({"weight": 70}, "weight 70 kg"),
    (
        {"any": [{"brain_metastases": True}, {"ecog": 1, "histology": "x"}]},
        "brain metastases present or (ECOG status 1 and histology X)",
    ),
    (
        {"ecog": 1, "any": [{"histology": "x"}, {"brain_metastases": True}]},
        "(histology X or brain metastases present) and ECOG status 1",
    ),
    (
        {"not": {"any": [{"histology": "x"}, {"ecog": 1}]}},
        "not (histology X or ECOG status 1)",
    ),
    ({"not": {}}, "not (always)"),
    ({"all": [{"ecog": 1}]}, "ECOG status 1"),
]


@pytest.mark.parametrize(("data", "said"), SAID, ids=[said for _, said in SAID])
def test_words(data: Data, said: str, guideline: Guideline) -> None:
    assert words(from_data(data), guideline.facts) == said


@st.composite
def vocabulary_condition_facts(draw: st.DrawFn) -> tuple[Data, Data, Data]:
    known = draw(st.dictionaries(st.sampled_from(["a", "b", "c", "no"]), facts(), min_size=1))
    names = draw(st.lists(st.sampled_from(list(known)), unique=True))
    return known, draw(conditions(known)), {name: draw(value_of(known[name])) for name in names}


@given(vocabulary_condition_facts())
def test_truth_agrees_with_the_plain_reading(case: tuple[Data, Data, Data]) -> None:
    known, data, patient = case
    values = {
        name: tuple(sorted(value)) if known[name]["type"] == "set" else value
        for name, value in patient.items()
    }
    assert (
        truth(from_data(data), values) == {"T": True, "F": False, "U": None}[holds(data, patient)]
    )


@given(vocabulary_condition_facts())
def test_form_in_a_file_and_back(case: tuple[Data, Data, Data]) -> None:
    condition = from_data(case[1])
    assert from_data(to_data(condition)) == condition
    assert set(facts_of(condition)) <= set(case[0])


@given(vocabulary_condition_facts())
def test_the_order_of_keys_is_no_part_of_a_condition(case: tuple[Data, Data, Data]) -> None:
    assert from_data(dict(reversed(case[1].items()))) == from_data(case[1])


def test_kleene_tables() -> None:
    values = (True, None, False)
    assert [both((a, b)) for a in values for b in values] == [
        True, None, False, None, None, False, False, False, False,
    ]  # fmt: skip
    assert [either((a, b)) for a in values for b in values] == [
        True, True, True, True, None, None, True, None, False,
    ]  # fmt: skip
    assert both(()) is True
    assert either(()) is False
