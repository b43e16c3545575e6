"""Many patients at once: the same answers as the walk, row by row, and nothing lost on the way."""

import json
import pickle
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import populations
import pyarrow as pa
import pytest
from conftest import Golden
from hypothesis import given, settings

import ros1tree
from ros1tree.cohort import engine, stream
from ros1tree.cohort.program import BLOCK
from ros1tree.model import Guideline, SetFact
from ros1tree.outcome import output_columns

Row = dict[str, Any]

PATIENTS: list[Row] = [
    {},
    {"ros1_rearrangement": "not_tested", "tumor_tissue_available": True},
    {"ros1_rearrangement": "absent"},
    {"ros1_rearrangement": "present", "metastatic": True, "prior_therapies": [],
     "progressed_on": "none", "targeted_therapy_feasible": True, "brain_metastases": True},
    {"ros1_rearrangement": "present", "metastatic": True, "progressed_on": "crizotinib",
     "prior_therapies": ["crizotinib"], "progression_pattern": ["cns", "limited"],
     "plasma_testing": "negative", "baseline_assessments": ["lvef"]},
    {"progressed_on": "crizotinib", "prior_therapies": []},
    {"ecog_performance_status": 7, "histology": "squamos"},
]  # fmt: skip


@pytest.fixture(scope="module")
def expected() -> list[Row]:
    guideline = ros1tree.load("ros1-nsclc")
    return [populations.walked(guideline, patient) for patient in PATIENTS]


def agree(guideline: Guideline, table: Any, expected: list[Row], **options: Any) -> None:
    found = ros1tree.cohort(guideline, table, **options)
    assert populations.rows(found, expected[0]) == expected


@given(populations.populated())
def test_every_row_is_what_the_walk_says(drawn: tuple[Guideline, list[Row]]) -> None:
    guideline, people = drawn
    table = populations.table(guideline, people)
    expected = [populations.walked(guideline, patient) for patient in people]
    agree(guideline, table, expected)
    agree(guideline, populations.by_member(guideline, table), expected, threads=1)


@given(populations.populated(wrong=True), st.data())
def test_neither_types_nor_chunks_nor_bad_values_change_a_row(
    drawn: tuple[Guideline, list[Row]], data: st.DataObject
) -> None:
    guideline, people = drawn
    expected = [populations.walked(guideline, patient) for patient in people]
    table = populations.dressed(data.draw, populations.table(guideline, people))
    agree(guideline, table, expected)


@given(populations.populated(wrong=True))
def test_what_is_wrong_is_what_the_walk_refuses(drawn: tuple[Guideline, list[Row]]) -> None:
    guideline, people = drawn
    table = populations.table(guideline, people)
    found = ros1tree.cohort(guideline, table, select=["status", "problems"]).to_pylist()
    for row, patient in zip(found, people, strict=True):
        try:
            ros1tree.facts(guideline, patient)
        except ros1tree.FactsError as error:
            refused = [p.message for p in error.problems]
            assert row["status"] == "invalid"
            assert len(row["problems"]) == len(refused)
            for text in refused:
                if text.startswith("no patient has this"):
                    assert text in row["problems"]
        else:
            assert row["problems"] is None


@given(populations.populated(), st.data())
def test_a_null_among_the_members_makes_the_set_unknown(
    drawn: tuple[Guideline, list[Row]], data: st.DataObject
) -> None:
    guideline, people = drawn
    sets = [name for name, fact in guideline.facts.items() if isinstance(fact, SetFact)]
    table = populations.table(guideline, people)
    for name in sets:
        place = data.draw(st.integers(0, len(people) - 1))
        values = table[name].to_pylist()
        values[place] = [*(values[place] or []), None]
        column = pa.array(values, pa.list_(pa.string()))
        table = table.set_column(table.column_names.index(name), name, column)
        people[place] = {key: value for key, value in people[place].items() if key != name}
    agree(guideline, table, [populations.walked(guideline, patient) for patient in people])


@pytest.mark.parametrize("rows", [0, 1, 7, 8, 9, 63, 64, 65, 1000])
def test_rows_at_the_borders_of_bytes_and_words(
    guideline: Guideline, expected: list[Row], rows: int
) -> None:
    people = [PATIENTS[place % len(PATIENTS)] for place in range(rows)]
    table = populations.table(guideline, people)
    found = populations.rows(ros1tree.cohort(guideline, table), expected[0])
    assert found == [expected[place % len(expected)] for place in range(rows)]


@pytest.mark.parametrize("more", [-1, 0, 1])
@pytest.mark.parametrize("threads", [1, 2])
def test_rows_at_the_borders_of_blocks(
    guideline: Guideline, expected: list[Row], more: int, threads: int
) -> None:
    size = len(PATIENTS)
    few = populations.table(guideline, PATIENTS)
    times = -(-(BLOCK + more) // size)
    many = few.take(pa.array(list(range(size)) * times)).slice(0, BLOCK + more)
    select = ["status", "entrectinib", "avoid.immunotherapy", "missing", "silent"]
    found = ros1tree.cohort(guideline, many, select=select, threads=threads)
    assert len(found) == BLOCK + more
    short = pa.table({name: pa.array([row[name] for row in expected]) for name in select})
    for name in select:
        wanted = short[name].take(pa.array(list(range(size)) * times)).slice(0, BLOCK + more)
        got = found[name].combine_chunks()
        kind = pa.list_(pa.string()) if pa.types.is_list(got.type) else wanted.type
        assert got.cast(kind).equals(wanted.combine_chunks())


def test_small_blocks_of_many_threads_keep_the_order(
    guideline: Guideline, expected: list[Row], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BLOCK", 64)
    people = [PATIENTS[place % len(PATIENTS)] for place in range(1000)]
    table = populations.table(guideline, people)
    found = populations.rows(ros1tree.cohort(guideline, table, threads=5), expected[0])
    assert found == [expected[place % len(expected)] for place in range(1000)]
    population = ros1tree.population(guideline, table, threads=3)
    assert population.patients == 1000
    assert population.status["invalid"] == sum(row["status"] == "invalid" for row in found)


def test_twenty_threads_at_once(expected: list[Row]) -> None:
    guideline = ros1tree.load("ros1-nsclc")
    table = populations.table(guideline, PATIENTS)

    def ask(number: int) -> list[Row]:
        if number % 3 == 0:
            ros1tree.population(guideline, table)
        return populations.rows(ros1tree.cohort(guideline, table), expected[0])

    with ThreadPoolExecutor(20) as pool:
        assert all(found == expected for found in pool.map(ask, range(60)))


def test_a_dictionary_far_larger_than_the_fact(guideline: Guideline) -> None:
    values = [f"v{place}" for place in range(500)]
    values[300], values[400] = "present", "absent"
    codes = pa.array([300, 400, 7, None, 300], pa.int16())
    column = pa.DictionaryArray.from_arrays(codes, pa.array(values))
    found = ros1tree.cohort(guideline, pa.table({"ros1_rearrangement": column}))
    assert found["status"].to_pylist() == [
        "incomplete", "not_covered", "invalid", "incomplete", "incomplete",
    ]  # fmt: skip
    assert found["problems"][2].as_py() == ["ros1_rearrangement: v7 is not allowed"]


def test_numbers_of_every_type_mean_what_they_mean_to_the_walk() -> None:
    text = """
id: dose
title: Dose
version: "1"
start: dose
facts: {dose: {type: number, min: 0, max: 2}, count: {type: integer, min: 0, max: 3}}
interventions: {less: {title: Less}, more: {title: More}, two: {title: Two}}
nodes:
  dose:
    kind: treatment
    title: Dose
    offers:
      - {intervention: less, tier: preferred, when: {dose: {max: 0.1}}}
      - {intervention: more, tier: preferred, when: {dose: {above: 0.1}}}
      - {intervention: two, tier: preferred, when: {count: 2}}
"""
    guideline = ros1tree.loads(text)
    values: list[Any] = [0.1, 0.2, 1.5, 2, 2.5, -1, float("nan"), float("inf"), None, 1e300, 0]
    for kind in (pa.float32(), pa.float64()):
        column = pa.array(values, kind)
        people = [{"dose": value} for value in column.to_pylist()]
        agree(guideline, pa.table({"dose": column, "count": column}),
              [populations.walked(guideline, {**p, "count": p["dose"]}) for p in people])  # fmt: skip
    whole = [0, 1, 2, 3, 4, None]
    for kind in (pa.int8(), pa.uint64(), pa.decimal128(22, 2)):
        column = pa.array(whole, pa.int64()).cast(kind)
        agree(guideline, pa.table({"count": column}),
              [populations.walked(guideline, {"count": value}) for value in whole])  # fmt: skip


def test_columns_that_are_no_fact_pass_first_and_in_order(guideline: Guideline) -> None:
    codes = pa.array(["a", "b", "a"]).dictionary_encode()
    table = pa.table({"id": [3, 1, 2], "metastatic": [True, None, False], "group": codes})
    found = ros1tree.cohort(guideline, table, select=["status"])
    assert found.column_names == ["id", "group", "status"]
    assert found["id"].to_pylist() == [3, 1, 2]
    assert found["group"].to_pylist() == ["a", "b", "a"]


def test_a_column_can_be_renamed_to_its_fact(guideline: Guideline) -> None:
    table = pa.table({"ros1": ["absent", None]})
    found = ros1tree.cohort(guideline, table, renamed={"ros1": "ros1_rearrangement"})
    assert found["status"].to_pylist() == ["not_covered", "incomplete"]


LISTS = pa.list_(pa.string())
WRONG_TABLES = {
    "no fact": ({"x": [1]}, {}, "table: no column is a fact of this guideline; known: ros1_rearrangement, "),
    "wrong types": (
        {"metastatic": [1], "histology": [True], "ecog_performance_status": ["1"], "prior_therapies": ["crizotinib"]},
        {},
        "table metastatic: the column is int64; a fact of type boolean needs booleans\n"
        "table prior_therapies: the column is string; a fact of type set needs lists of text, or one boolean column a member\n"
        "table histology: the column is bool; a fact of type choice needs text, plain or dictionary-coded\n"
        "table ecog_performance_status: the column is string; a fact of type integer needs numbers",
    ),
    "members missing": (
        {"progression_pattern.cns": [True]}, {},
        "table progression_pattern: the set needs one column a member; missing: progression_pattern.limited, progression_pattern.symptomatic_systemic; add them, or map them",
    ),
    "no such member": (
        {"progression_pattern.cnss": [True]}, {},
        "table progression_pattern.cnss: the set has no member 'cnss'; allowed: a list of any of limited, cns, symptomatic_systemic; did you mean 'cns'?",
    ),
    "mapped to nothing": (
        {"m": [True]}, {"m": "metastatc", "n": "metastatic"},
        "table --map: no fact 'metastatc'; did you mean 'metastatic'?\n"
        "table --map: no column 'n' in the table; there are m",
    ),
    "mapped twice": (
        {"m": [True], "metastatic": [True]}, {"m": "metastatic"},
        "table metastatic: 'm' and 'metastatic' are both 'metastatic'; keep one of the two",
    ),
    "list and members": (
        {"progression_pattern": pa.array([["cns"]], LISTS), "progression_pattern.cns": [True]}, {},
        "table progression_pattern: the set has this column, and 'progression_pattern.cns' too; keep the list, or one column a member",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG_TABLES)
def test_what_does_not_fit_is_told_all_at_once(guideline: Guideline, name: str) -> None:
    columns, renamed, text = WRONG_TABLES[name]
    with pytest.raises(ros1tree.PatientsError) as caught:
        ros1tree.cohort(guideline, pa.table(columns), renamed=renamed)
    assert text in str(caught.value)


def test_two_columns_of_one_name(guideline: Guideline) -> None:
    table = pa.Table.from_arrays([pa.array([True])] * 2, ["metastatic", "metastatic"])
    with pytest.raises(ros1tree.PatientsError, match="metastatic: stands twice in the table"):
        ros1tree.cohort(guideline, table)


def test_a_column_called_like_an_output(guideline: Guideline) -> None:
    table = pa.table({"status": [1], "metastatic": [True]})
    with pytest.raises(ros1tree.PatientsError, match="table status: the column has the name of an"):
        ros1tree.cohort(guideline, table)
    found = ros1tree.cohort(guideline, table, select=["missing"])
    assert found.column_names == ["status", "missing"]


def test_an_unknown_output_and_no_table(guideline: Guideline) -> None:
    table = pa.table({"metastatic": [True]})
    with pytest.raises(ros1tree.UnknownNameError, match="did you mean 'crizotinib'"):
        ros1tree.cohort(guideline, table, select=["crizotinb"])
    with pytest.raises(ros1tree.OptionError, match="list has no Arrow PyCapsule interface"):
        ros1tree.cohort(guideline, [{"metastatic": True}])


def test_an_intervention_called_like_an_output_is_refused() -> None:
    data = {
        "id": "x", "title": "X", "version": "1", "start": "a",
        "facts": {"f": {"type": "boolean"}}, "interventions": {"status": {"title": "S"}},
        "nodes": {"a": {"kind": "silent", "title": "A"}},
    }  # fmt: skip
    with pytest.raises(ros1tree.OptionError, match="called like another output column: status;"):
        ros1tree.cohort(ros1tree.guideline(data), pa.table({"f": [True]}))
    with pytest.raises(ros1tree.OptionError, match="called like another output column: status;"):
        ros1tree.export(ros1tree.guideline(data), "sql")


def test_the_output_columns_are_named_in_one_order(guideline: Guideline) -> None:
    found = ros1tree.cohort(guideline, pa.table({"metastatic": [True]}))
    assert tuple(found.column_names) == output_columns(guideline)


def possible_walks(guideline: Guideline, people: list[Row]) -> Iterator[ros1tree.Walk]:
    for patient in people:
        with suppress(ros1tree.FactsError):
            yield ros1tree.walk(guideline, patient)


@given(populations.populated(size=40, wrong=True))
@settings(max_examples=50)
def test_a_population_counts_the_rows(drawn: tuple[Guideline, list[Row]]) -> None:
    guideline, people = drawn
    table = populations.table(guideline, people)
    found = ros1tree.population(guideline, table)
    walks = list(possible_walks(guideline, people))
    assert found.patients == len(people)
    assert found.status["invalid"] == len(people) - len(walks)
    for status, count in found.status.items():
        assert status == "invalid" or count == sum(walk.status == status for walk in walks)
    for name, share in found.interventions.items():
        tiers = [r.tier for walk in walks for r in walk.recommendations if r.intervention == name]
        assert {tier: count for tier, count in share.tiers.items() if count} == {
            tier: tiers.count(tier) for tier in tiers
        }
        assert share.avoid == sum(name in {a.intervention for a in walk.avoid} for walk in walks)
    steps = [step for walk in walks for step in walk.steps]
    for name, passage in found.nodes.items():
        at = [step.reached for step in steps if step.node == name]
        assert (passage.certain, passage.possible) == (at.count("yes"), at.count("maybe"))
        for edge in guideline.nodes[name].next:
            taken = [e.taken for s in steps if s.node == name for e in s.edges if e.to == edge.to]
            way = found.edges[name][edge.to]
            assert (way.certain, way.possible) == (taken.count("yes"), taken.count("maybe"))
    for fact, count in found.missing.items():
        assert count == sum(fact in {m.fact for m in walk.missing} for walk in walks)
    for name, count in found.faults.items():
        assert count == sum(name in {f.node for f in walk.faults} for walk in walks)
    assert ros1tree.Population.from_json(found.to_json()) == found


def test_why_rows_are_invalid_is_counted(guideline: Guideline) -> None:
    people: list[Row] = [{"ecog_performance_status": 7}, {"ecog_performance_status": 7}, {"histology": "x"},
              {"metastatic": False, "brain_metastases": True}, {}]  # fmt: skip
    found = ros1tree.population(guideline, populations.table(guideline, people))
    assert [(row.column, row.value, row.patients) for row in found.refused] == [
        ("ecog_performance_status", "7", 2),
        ("", "no patient has this: brain metastases present and disease not metastatic", 1),
        ("histology", "x", 1),
    ]


def test_too_many_different_bad_values_are_counted_together(
    guideline: Guideline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "MAX_REFUSED", 2)
    table = pa.table({"histology": ["a", "b", "c", "d", "a"]})
    found = ros1tree.population(guideline, table)
    told = {row.value: row.patients for row in found.refused}
    assert sum(told.values()) == 5
    assert len(told) == 3
    assert "other values" in told


def test_a_population_of_another_guideline_is_refused(guideline: Guideline) -> None:
    other = ros1tree.loads((Path(__file__).parent / "guidelines/espresso.yaml").read_text("utf-8"))
    name = next(iter(other.facts))
    found = ros1tree.population(other, pa.table({name: pa.nulls(2)}))
    with pytest.raises(ros1tree.MismatchError, match="count again"):
        ros1tree.draw(guideline, population=found)
    with pytest.raises(ros1tree.OptionError, match="leave out the others"):
        ros1tree.draw(guideline, ros1tree.walk(guideline, {}), population=found)
    with pytest.raises(ValueError, match="not a population"):
        ros1tree.Population.from_json("{}")


def test_a_population_is_drawn(guideline: Guideline, golden: Golden) -> None:
    people = [PATIENTS[place % len(PATIENTS)] for place in range(70)]
    found = ros1tree.population(guideline, populations.table(guideline, people))
    golden.check(
        "population.txt", ros1tree.draw(guideline, format="txt", population=found).decode()
    )
    dot = ros1tree.draw(guideline, format="dot", population=found).decode()
    widths = {float(w) for w in re.findall(r"penwidth=([\d.]+)[],]", dot)}
    assert len(widths) > 3
    assert max(widths) < 9.0
    assert '"? ' not in dot
    assert '"node-ros1_result":s -> "node-metastatic_disease":n' in dot
    mermaid = ros1tree.draw(guideline, format="mmd", population=found).decode()
    assert "stroke-width:" in mermaid


@pytest.mark.parametrize(("room", "library"), [("cohort", "pyarrow"), ("export.sql", "sqlglot")])
def test_without_the_extra_one_line_says_what_to_install(room: str, library: str) -> None:
    code = f"import sys; sys.modules[{library!r}] = None\nimport ros1tree.{room}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    extra = "cohort" if room == "cohort" else "sql"
    assert done.stderr.splitlines()[-1].endswith(f"needs more: pip install 'ros1tree[{extra}]'")


def test_an_error_of_an_extra_crosses_processes() -> None:
    error = ros1tree.ExtraError("a cohort", "cohort")
    assert isinstance(error, ImportError)
    assert str(pickle.loads(pickle.dumps(error))) == str(error)  # noqa: S301 - our own


def test_the_machine_form_of_a_population(guideline: Guideline) -> None:
    found = json.loads(ros1tree.population(guideline, pa.table({"metastatic": [True]})).to_json())
    assert found["guideline"] == "ros1-nsclc"
    assert found["digest"] == guideline.digest
    assert found["status"]["incomplete"] == 1
    assert found["columns"]["metastatic"] == ["metastatic"]
    assert found["columns"]["histology"] == []


def test_streaming_a_file_says_what_the_table_says(guideline: Guideline, tmp_path: Path) -> None:
    table = populations.table(guideline, PATIENTS)
    with pa.ipc.new_file(tmp_path / "p.arrow", table.schema) as file:
        file.write_table(table)
    found = stream(guideline, tmp_path / "p.arrow")
    assert found == ros1tree.population(guideline, table)


def test_decimals_are_what_they_are_written_as() -> None:
    data = {
        "id": "x", "title": "X", "version": "1", "start": "n",
        "facts": {"d": {"type": "number", "min": 0, "max": 200}},
        "interventions": {"i": {"title": "I"}},
        "nodes": {"n": {"kind": "treatment", "title": "N", "offers": [
            {"intervention": "i", "tier": "preferred", "when": {"d": [0.3, 0.7, 1.9, 6.1, 19.9]}}]}},
    }  # fmt: skip
    guideline = ros1tree.guideline(data)
    texts = [f"{place / 10:.1f}" for place in range(2000)]
    for kind in (pa.decimal128(10, 1), pa.decimal256(40, 5)):
        column = pa.array([Decimal(text) for text in texts], kind)
        found = ros1tree.cohort(guideline, pa.table({"d": column}))["i"].to_pylist()
        assert [text for text, tier in zip(texts, found, strict=True) if tier] == [
            "0.3", "0.7", "1.9", "6.1", "19.9",
        ]  # fmt: skip


@pytest.mark.parametrize("kind", [pa.string_view(), pa.large_string()])
def test_bad_values_of_every_kind_of_text(guideline: Guideline, kind: Any) -> None:
    texts = pa.array(["present", "zz", None], kind)
    codes = pa.array([0, 1, None], pa.int8())
    lists = pa.ListArray.from_arrays([0, 1, 4, 4], pa.array(["crizotinib", "zz", "zz", None], kind))
    for column in (texts, pa.DictionaryArray.from_arrays(codes, texts[:2])):
        found = ros1tree.cohort(guideline, pa.table({"ros1_rearrangement": column, "id": column}))
        assert found["problems"].to_pylist() == [
            None, ["ros1_rearrangement: zz is not allowed"], None,
        ]  # fmt: skip
        assert found["id"].to_pylist() == ["present", "zz", None]
    found = ros1tree.cohort(guideline, pa.table({"prior_therapies": lists}))
    assert found["problems"].to_pylist() == [None, ["prior_therapies: zz is not allowed"], None]


def test_chunks_with_dictionaries_that_do_not_go_into_one(guideline: Guideline) -> None:
    def coded(values: list[str | None]) -> Any:
        codes = pa.array(range(len(values)), pa.int8())
        return pa.DictionaryArray.from_arrays(codes, pa.array(values, pa.string()))

    many: list[list[str | None]] = [[f"{letter}{place}" for place in range(90)] for letter in "ab"]
    for chunks in ([coded(["absent", None]), coded(["present"])], list(map(coded, many))):
        column = pa.chunked_array(chunks)
        found = ros1tree.cohort(guideline, pa.table({"ros1_rearrangement": column}))
        walks = [populations.walked(guideline, {"ros1_rearrangement": value})["status"]
                 for value in column.to_pylist()]  # fmt: skip
        assert found["status"].to_pylist() == walks


def test_lists_of_dictionaries_in_chunks(guideline: Guideline) -> None:
    def lists(names: list[str]) -> Any:
        codes = pa.array(range(len(names)), pa.int8())
        values = pa.DictionaryArray.from_arrays(codes, pa.array(names))
        return pa.ListArray.from_arrays(list(range(len(names) + 1)), values)

    many = [[f"{letter}{place}" for place in range(100)] for letter in "ab"]
    column = pa.chunked_array([lists(["crizotinib", *many[0]]), lists(many[1])])
    found = ros1tree.cohort(guideline, pa.table({"prior_therapies": column}))
    assert found["status"].to_pylist() == ["incomplete"] + ["invalid"] * 200


def test_a_section_is_faint_where_nobody_comes(guideline: Guideline) -> None:
    people: list[Row] = [{"ros1_rearrangement": "absent"}]
    found = ros1tree.population(guideline, populations.table(guideline, people))
    text = ros1tree.draw(guideline, format="txt", population=found, overview=True).decode()
    assert "\n  SECTION: Diagnosis\n" in text
    present = ros1tree.population(guideline, pa.table({
        "ros1_rearrangement": ["present"], "metastatic": [True], "progressed_on": ["none"],
        "prior_therapies": pa.array([[]], pa.list_(pa.string())),
    }))  # fmt: skip
    way = ros1tree.draw(guideline, format="txt", population=present, overview=True).decode()
    assert "Untreated \N{RIGHTWARDS ARROW} First-line therapy: 1 (100 %)" in way
    assert "\n  \N{MIDDLE DOT} SECTION: First-line therapy\n" in text
    pages = ros1tree.drawings(guideline, "x.txt", whole_set=True, population=found)
    assert "1 (100 %)" in pages["x-diagnosis.txt"].data().decode()


def test_what_is_no_table_or_no_number_of_threads(guideline: Guideline) -> None:
    table = pa.table({"metastatic": [True]})
    with pytest.raises(ros1tree.OptionError, match="-1 threads are not allowed"):
        ros1tree.cohort(guideline, table, threads=-1)
    with pytest.raises(ros1tree.OptionError, match="select is a list of output columns"):
        ros1tree.cohort(guideline, table, select="status")
    with pytest.raises(ros1tree.PatientsError, match="table: is no table for Arrow"):
        ros1tree.cohort(guideline, pa.chunked_array([[1]]))
