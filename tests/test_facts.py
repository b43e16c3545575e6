"""A patient's facts: what is accepted, what is refused and with which words."""

import json
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from oracle import is_impossible
from strategies import guidelines, patients

import ros1tree

Data = dict[str, Any]


def refused(guideline: ros1tree.Guideline, values: Data) -> list[str]:
    with pytest.raises(ros1tree.FactsError) as caught:
        ros1tree.facts(guideline, values)
    return str(caught.value).splitlines()


def test_all_problems_at_once(guideline: ros1tree.Guideline) -> None:
    assert refused(
        guideline,
        {
            "brain_mets": True,
            "metastatic": "yes",
            "histology": "squamus",
            "prior_therapies": ["crizotinib", "aspirin", 3],
            "progressed_on": "ceritinib",
            "ecog_performance_status": 5,
            "tp53_mutation": ["present"],
            "plasma_testing": None,
        },
    ) == [
        "facts brain_mets: no such fact; did you mean 'brain_metastases'?",
        "facts metastatic: the text 'yes' is not allowed; allowed: true or false",
        "facts histology: the text 'squamus' is not allowed; "
        "allowed: one of nonsquamous, squamous, other; did you mean 'squamous'?",
        "facts prior_therapies[1]: the text 'aspirin' is not allowed; allowed: a list of any of "
        "crizotinib, ceritinib, entrectinib, repotrectinib, lorlatinib, platinum_chemotherapy, "
        "immunotherapy",
        "facts prior_therapies[2]: the number 3 is not allowed; allowed: a list of any of "
        "crizotinib, ceritinib, entrectinib, repotrectinib, lorlatinib, platinum_chemotherapy, "
        "immunotherapy",
        "facts ecog_performance_status: the number 5 is not allowed; "
        "allowed: a whole number from 0 to 4",
        "facts tp53_mutation: a list is not allowed; allowed: one of present, absent, not_tested",
    ]


def test_contradictions_give_the_reason_of_the_rule(guideline: ros1tree.Guideline) -> None:
    assert refused(
        guideline,
        {
            "progressed_on": "crizotinib",
            "prior_therapies": [],
            "metastatic": False,
            "brain_metastases": True,
        },
    ) == [
        "facts prior_therapies: no patient has this: crizotinib not among systemic therapies so "
        "far and progression on crizotinib; a therapy on which the disease progressed was given",
        "facts brain_metastases: no patient has this: brain metastases present and disease not "
        "metastatic; disease with brain metastases is metastatic",
    ]


def test_file_names_line_and_column(guideline: ros1tree.Guideline, tmp_path: Path) -> None:
    for name, text in {
        "p.yaml": "metastatic: true\nbrain_mets: true\nmetastatic: false\n",
        "p.json": '{"metastatic": true,\n"brain_mets": true,\n"metastatic": false}',
    }.items():
        path = tmp_path / name
        path.write_text(text)
        with pytest.raises(ros1tree.FactsError) as caught:
            ros1tree.read_facts(guideline, path, ["histology=squamus", "oops"])
        assert str(caught.value).replace(f"{tmp_path}/", "").splitlines() == [
            f"{name}:2:1 brain_mets: no such fact; did you mean 'brain_metastases'?",
            f"{name}:3:1 metastatic: this key stands here twice; keep one of the two",
            "--fact oops: has no '='; write name=value",
            "--fact histology: the text 'squamus' is not allowed; "
            "allowed: one of nonsquamous, squamous, other; did you mean 'squamous'?",
        ]


def test_given_texts_are_read_by_the_type_of_the_fact(guideline: ros1tree.Guideline) -> None:
    read = ros1tree.read_facts(
        guideline,
        None,
        [
            "metastatic=true",
            "prior_therapies=crizotinib, ceritinib",
            "baseline_assessments=",
            "ecog_performance_status=2",
            "progressed_on=none",
        ],
    )
    assert dict(read) == {
        "metastatic": True,
        "prior_therapies": ("ceritinib", "crizotinib"),
        "baseline_assessments": (),
        "ecog_performance_status": 2,
        "progressed_on": "none",
    }


def test_given_wins_over_the_file_and_twice_is_refused(
    guideline: ros1tree.Guideline, tmp_path: Path
) -> None:
    path = tmp_path / "p.yaml"
    path.write_text("metastatic: maybe\nhistology: other\n")
    assert dict(ros1tree.read_facts(guideline, path, ["metastatic=true"])) == {
        "histology": "other",
        "metastatic": True,
    }
    with pytest.raises(ros1tree.FactsError, match="--fact metastatic: is given twice"):
        ros1tree.read_facts(guideline, None, ["metastatic=true", "metastatic=false"])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", ""),
        ("# nothing\n", ""),
        ("- a\n", "must be a mapping of facts, not a list; write fact: value"),
        ("metastatic", "must be a mapping of facts, not the text 'metastatic'; write fact: value"),
        ("a: [", "is not YAML"),
    ],
)
def test_files_that_hold_no_mapping(
    text: str, message: str, guideline: ros1tree.Guideline, tmp_path: Path
) -> None:
    path = tmp_path / "p.yaml"
    path.write_text(text)
    if message:
        with pytest.raises(ros1tree.FactsError, match=message):
            ros1tree.read_facts(guideline, path)
    else:
        assert dict(ros1tree.read_facts(guideline, path)) == {}


def test_standard_input_takes_yaml_and_json() -> None:
    code = (
        "import ros1tree\ng = ros1tree.load('ros1-nsclc')\n"
        "print(sorted(ros1tree.read_facts(g, '-').items()))"
    )
    for text in ("metastatic: true\n", '{"metastatic": true}', '\n {\t"metastatic":\ttrue\n}\n'):
        done = subprocess.run(
            [sys.executable, "-c", code], input=text, capture_output=True, text=True, check=True
        )
        assert done.stdout == "[('metastatic', True)]\n"


def test_facts_do_not_change_and_survive_pickling(guideline: ros1tree.Guideline) -> None:
    known = ros1tree.facts(guideline, {"prior_therapies": {"lorlatinib", "ceritinib"}})
    assert known["prior_therapies"] == ("ceritinib", "lorlatinib")
    assert pickle.loads(pickle.dumps(known)) == known  # noqa: S301
    assert ros1tree.facts(guideline, json.loads(known.to_json())) == known
    assert ros1tree.facts(guideline, known) is known
    assert hash(known) == hash(ros1tree.facts(guideline, dict(known)))
    with pytest.raises(TypeError):
        known["metastatic"] = True  # type: ignore[index]
    with pytest.raises(AttributeError):
        known.digest = "another"  # type: ignore[misc]


def test_facts_of_another_guideline_are_checked_again(guideline: ros1tree.Guideline) -> None:
    other = ros1tree.loads(
        "{id: o, title: O, version: v, start: n, facts: {metastatic: {type: choice, values: [x]}},"
        " interventions: {}, nodes: {n: {kind: silent, title: N}}}"
    )
    known = ros1tree.facts(guideline, {"metastatic": True})
    with pytest.raises(ros1tree.FactsError, match="metastatic: true is not allowed"):
        ros1tree.facts(other, known)


anything = (
    st.none()
    | st.booleans()
    | st.integers(-9, 9)
    | st.floats(-9, 9)
    | st.sampled_from(["a", "no", ""])
)


@given(guidelines(), st.data())
def test_the_schema_accepts_exactly_what_the_walk_accepts(data: Data, pick: st.DataObject) -> None:
    guideline = ros1tree.loads(json.dumps(data, ensure_ascii=False))
    schema = json.loads(ros1tree.export(guideline, "facts-schema"))
    Draft202012Validator.check_schema(schema)
    facts: Data = pick.draw(patients(data))
    if pick.draw(st.booleans()):
        name = pick.draw(st.sampled_from([*data["facts"], "unheard_of"]))
        facts[name] = pick.draw(anything | st.lists(anything, max_size=2))
    valid = Draft202012Validator(schema).is_valid(facts)
    try:
        ros1tree.facts(guideline, facts)
        accepted = True
    except ros1tree.FactsError:
        accepted = False
    assert accepted == valid


@given(guidelines(), st.data())
def test_impossible_patients_are_refused(data: Data, pick: st.DataObject) -> None:
    guideline = ros1tree.loads(json.dumps(data, ensure_ascii=False))
    facts: Data = pick.draw(patients(data))
    if is_impossible(data, facts):
        with pytest.raises(ros1tree.FactsError, match="no patient has this"):
            ros1tree.facts(guideline, facts)
    else:
        assert set(ros1tree.facts(guideline, facts)) == set(facts)


def test_problems_stay_on_their_line_and_within_bounds(guideline: ros1tree.Guideline) -> None:
    forged = ros1tree.loads(
        '{id: f, title: F, version: v, start: n, facts: {z: {type: boolean, title: "a\\nb"}, w: {type: number}},'
        ' impossible: [{when: {z: true}, because: "x\\nforged.yaml:1:1 y"}], interventions: {},'
        " nodes: {n: {kind: silent, title: N}}}"
    )
    assert len(refused(forged, {"z": True})) == 1
    assert refused(forged, {"w": 10**5000}) == [
        "facts w: a number that is too large is not allowed; allowed: a number"
    ]
    many = {f"unknown_{i}": i for i in range(20_000)}
    assert len(refused(guideline, many)) == 1000


def test_numbers_are_shown_as_they_are_written() -> None:
    exact = ros1tree.loads(
        "{id: e, title: E, version: v, start: n, facts: {c: {type: number, min: 0.1, max: 1234567}},"
        " interventions: {}, nodes: {n: {kind: silent, title: N, next: [{to: m, when: {c: {max: 1.2345678}}}]},"
        " m: {kind: silent, title: M}}}"
    )
    assert exact.facts["c"].allowed == "a number from 0.1 to 1234567"
    (edge,) = ros1tree.walk(exact, {"c": 1.2345679}).steps[0].edges
    assert (edge.because[0].test, edge.because[0].value) == ("c at most 1.2345678", 1.2345679)
