"""The guideline as SQL: executed, with the same rows as the walk; the other dialects parse back."""

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import populations
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sqlglot
from bench_review import woven
from conftest import Golden
from hypothesis import given, settings
from sqlglot import exp

import ros1tree
from ros1tree.export.sql import DIALECTS, sql
from ros1tree.model import Guideline

Row = dict[str, Any]
Run = Callable[[str, Any], list[Row]]
"""Runs a SELECT over a table called patients, and gives its rows."""


def in_duckdb(query: str, patients: Any) -> list[Row]:
    with duckdb.connect() as connection:
        connection.register("patients", patients)
        rows: list[Row] = connection.sql(query).to_arrow_table().to_pylist()
        return rows


@pytest.fixture
def in_spark(spark: Any, tmp_path: Path) -> Run:
    def run(query: str, patients: Any) -> list[Row]:
        path = tmp_path / f"p{len(list(tmp_path.iterdir()))}.parquet"
        pq.write_table(patients, path)
        spark.read.parquet(str(path)).createOrReplaceTempView("patients")
        return [row.asDict() for row in spark.sql(query.strip().rstrip(";")).collect()]

    return run


def agree(run: Run, dialect: str, guideline: Guideline, people: list[Row], **options: Any) -> None:
    expected = [populations.walked(guideline, patient) for patient in people]
    table = populations.table(guideline, people)
    if options.get("members"):
        table = populations.by_member(guideline, table)
    table = table.append_column("row", pa.array(range(len(table))))
    found = sorted(run(sql(guideline, dialect, **options), table), key=lambda row: int(row["row"]))
    assert [{name: row[name] for name in expected[0]} for row in found] == expected
    assert [bool(row["problems"]) for row in found] == [r["status"] == "invalid" for r in expected]


@given(populations.populated(wrong=True))
def test_duckdb_says_what_the_walk_says(drawn: tuple[Guideline, list[Row]]) -> None:
    guideline, people = drawn
    agree(in_duckdb, "duckdb", guideline, people)


@given(populations.populated())
@settings(max_examples=50)
def test_members_may_stand_in_columns(drawn: tuple[Guideline, list[Row]]) -> None:
    guideline, people = drawn
    agree(in_duckdb, "duckdb", guideline, people, members=True)


@pytest.mark.parametrize("members", [False, True])
def test_spark_says_what_the_walk_says(in_spark: Run, members: bool) -> None:
    found: list[tuple[Guideline, list[Row]]] = []

    @given(populations.populated(size=30, wrong=not members))
    @settings(max_examples=12, database=None)
    def collect(drawn: tuple[Guideline, list[Row]]) -> None:
        found.append(drawn)

    collect()
    for guideline, people in found:
        agree(in_spark, "spark", guideline, people, members=members)


def of_ros1(guideline: Guideline, size: int) -> list[Row]:
    """Patients of the ROS1 guideline, some of its facts known; few of them are impossible."""
    chance = random.Random(5)  # noqa: S311 - a test
    people: list[Row] = []
    while len(people) < size:
        walk = ros1tree.cases(guideline, "ros1-nsclc").outcomes[len(people) % 50].walk
        patient = dict(walk.facts)
        for name in [name for name in patient if chance.random() < 0.2]:
            del patient[name]
        people.append(patient)
    return people


def test_the_ros1_guideline_in_both_databases(guideline: Guideline, in_spark: Run) -> None:
    people = of_ros1(guideline, 200)
    agree(in_duckdb, "duckdb", guideline, people)
    agree(in_spark, "spark", guideline, people)


def test_nulls_among_members_in_both_databases(guideline: Guideline, in_spark: Run) -> None:
    lists = pa.array(
        [[None], ["crizotinib", None], ["crizotinib"], [], None], pa.list_(pa.string())
    )
    rest = {
        name: pa.nulls(5, populations.TYPES[fact.type])
        for name, fact in guideline.facts.items()
        if name not in ("prior_therapies", "progressed_on")
    }
    table = pa.table({**rest, "prior_therapies": lists, "progressed_on": ["crizotinib"] * 5})
    expected = ros1tree.cohort(guideline, table)["status"].to_pylist()
    assert expected == ["incomplete", "incomplete", "incomplete", "invalid", "incomplete"]
    for run, dialect in ((in_duckdb, "duckdb"), (in_spark, "spark")):
        assert [row["status"] for row in run(sql(guideline, dialect), table)] == expected


HOSTILE = "it's \\ \"*/ -- \n; DROP TABLE patients"


def test_hostile_texts_stay_texts(in_spark: Run) -> None:
    data = {
        "id": "x", "title": HOSTILE, "version": HOSTILE, "disclaimer": HOSTILE, "start": "select",
        "facts": {
            "order": {"type": "choice", "values": {"null": HOSTILE, "b": "b"}, "title": HOSTILE},
            "group": {"type": "set", "values": {"from": HOSTILE}, "title": HOSTILE},
        },
        "impossible": [{"when": {"order": "b", "group": {"includes": "from"}}}],
        "interventions": {"table": {"title": HOSTILE}},
        "nodes": {
            "select": {"kind": "treatment", "title": HOSTILE, "offers": [
                {"intervention": "table", "tier": "preferred", "when": {"any": [{"order": "null"}, {"group": {"empty": True}}]}},
            ]},
        },
    }  # fmt: skip
    guideline = ros1tree.guideline(data)
    people: list[Row] = [
        {"order": "b", "group": ["from"]},
        {"order": "null"},
        {},
        {"order": "it's"},
    ]
    agree(in_duckdb, "duckdb", guideline, people)
    agree(in_spark, "spark", guideline, people)


def test_names_that_run_together_stay_apart() -> None:
    offers = [{"intervention": "one", "tier": "preferred", "when": {"a__b": True}},
              {"intervention": "two", "tier": "preferred", "when": {"a": {"includes": "b"}}}]  # fmt: skip
    data = {
        "id": "x", "title": "X", "version": "1", "start": "valid",
        "facts": {"a__b": {"type": "boolean"}, "a": {"type": "set", "values": ["b", "c"]},
                  "_ros1tree_known__a__b": {"type": "boolean"}, "valid": {"type": "boolean"}},
        "interventions": {"one": {"title": "1"}, "two": {"title": "2"}},
        "nodes": {"valid": {"kind": "treatment", "title": "X", "offers": offers}},
    }  # fmt: skip
    people: list[Row] = [{"a__b": True, "a": ["c"]}, {"a__b": False, "a": ["b"]}, {"valid": True}]
    agree(in_duckdb, "duckdb", ros1tree.guideline(data), people)


def test_names_that_differ_by_capitals_alone_are_refused() -> None:
    data: dict[str, Any] = {
        "id": "x", "title": "X", "version": "1", "start": "n",
        "facts": {"a": {"type": "boolean"}, "A": {"type": "boolean"}},
        "interventions": {}, "nodes": {"n": {"kind": "silent", "title": "N"}},
    }  # fmt: skip
    with pytest.raises(
        ros1tree.OptionError, match="the facts 'a' and 'A' differ by capitals alone"
    ):
        sql(ros1tree.guideline(data))


def test_a_large_guideline_is_written_in_linear_time() -> None:
    small, large = (len(sql(woven(nodes))) for nodes in (50, 400))
    assert large < 10 * small
    people: list[Row] = [{}, {"ask0": True, "guard0": False, "state0": True}]
    agree(in_duckdb, "duckdb", woven(100), people)


def test_columns_that_are_no_fact_pass(guideline: Guideline) -> None:
    table = populations.table(guideline, [{}]).append_column("id", pa.array([7]))
    (row,) = in_duckdb(sql(guideline, select=("status",)), table)
    assert row == {"id": 7, "status": "incomplete"}


def test_what_is_wrong_with_a_row_is_told(guideline: Guideline) -> None:
    people: list[Row] = [
        {"histology": "x", "metastatic": False, "brain_metastases": True},
        {"prior_therapies": ["y"], "ecog_performance_status": 9},
    ]
    rows = in_duckdb(sql(guideline), populations.table(guideline, people))
    assert [row["problems"] for row in rows] == [
        ["histology: x is not allowed",
         "no patient has this: brain metastases present and disease not metastatic"],
        ["prior_therapies: a member is not allowed", "ecog_performance_status: 9 is not allowed"],
    ]  # fmt: skip


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("members", [False, True])
def test_every_dialect_is_parsed_back(guideline: Guideline, dialect: str, members: bool) -> None:
    text = sql(guideline, dialect, "registry.patients", members=members)
    (tree,) = sqlglot.parse(text, read=dialect)
    assert isinstance(tree, exp.Select)
    assert tree.sql(dialect, pretty=True) == sqlglot.parse_one(tree.sql(dialect), read=dialect).sql(
        dialect, pretty=True
    )
    assert not [node for node in tree.walk() if isinstance(node, exp.Command | exp.Anonymous)
                and node.name.upper() not in KNOWN]  # fmt: skip
    told = [alias.upper() for alias in tree.named_selects]
    expected = "status" if dialect != "snowflake" else "STATUS"
    assert expected.upper() in told
    assert guideline.digest in text


KNOWN = {"LEN", "ARRAY_POSITION", "ARRAY_REMOVE", "LIST_FILTER", "ARRAY_CONSTRUCT"}


def test_lists_that_are_null_are_unknown_in_every_dialect(guideline: Guideline) -> None:
    for name, dialect in DIALECTS.items():
        text = " ".join(sql(guideline, name).split())
        own = dialect.name_of("prior_therapies").sql(name)
        assert f"{own} IS NULL OR " in text


def test_postgres_keeps_the_row_under_a_name_of_its_own(guideline: Guideline) -> None:
    text = " ".join(sql(guideline, "postgres", "patients").split())
    assert "FROM patients AS _ros1tree_row" in text
    assert "( _ros1tree_row ).*" in text


def test_the_text_of_a_small_guideline(golden: Golden) -> None:
    path = Path(__file__).parent / "guidelines/espresso.yaml"
    golden.check("espresso.sql", sql(ros1tree.load(path), "duckdb"))


def test_what_there_is_not_is_refused(guideline: Guideline) -> None:
    with pytest.raises(ros1tree.UnknownNameError, match="no dialect 'sparc'; allowed: duckdb"):
        sql(guideline, "sparc")
    with pytest.raises(ros1tree.UnknownNameError, match="no output column 'statu'"):
        sql(guideline, select=("statu",))
    for name in ("a; DROP TABLE x", "", "f(x)", "(SELECT 1)"):
        with pytest.raises(ros1tree.OptionError, match="is no name of a table"):
            sql(guideline, table=name)
    with pytest.raises(ros1tree.OptionError, match="dialect: says nothing about json"):
        ros1tree.export(guideline, "json", dialect="spark")
