"""Exports: other people's formats, checked with other people's readers."""

import io
import json
from pathlib import Path
from typing import Any

import networkx
import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator
from strategies import guidelines

import ros1tree
from ros1tree.document import read_file
from ros1tree.export import FORMATS
from ros1tree.export.schema import TEST, WHEN
from ros1tree.model.when import COMBINERS, RANGE_TESTS, SET_TESTS

INVALID = sorted((Path(__file__).parent / "invalid").glob("*.yaml"))

# What a schema of one file cannot say: names that must be declared elsewhere, cycles, and YAML.
BEYOND = {
    "range-too-large",
    "hit-elsewhere", "min-above-max",
    "alias-without-anchor", "bad-words", "boolean-as-text", "control-character",
    "cycle", "dangling-edge", "duplicate-key", "empty-next", "empty-text", "key-not-text", "no-start", "not-yaml", "range", "second-edge", "tag", "two-documents",
    "unknown-fact", "unknown-intervention", "unknown-reference", "unknown-section",
    "value-outside-domain",
}  # fmt: skip


@pytest.fixture(scope="module")
def schema() -> Draft202012Validator:
    data = json.loads(ros1tree.export(ros1tree.load("ros1-nsclc"), "schema"))
    Draft202012Validator.check_schema(data)
    return Draft202012Validator(data)


def test_the_bundled_guideline_keeps_its_schema(schema: Draft202012Validator) -> None:
    for path in ros1tree.bundled().values():
        assert [e.message for e in schema.iter_errors(read_file(path).value)] == []


@settings(max_examples=50)
@given(guidelines())
def test_every_guideline_keeps_the_schema(data: dict[str, Any]) -> None:
    loaded = ros1tree.loads(json.dumps(data, ensure_ascii=False))
    text = ros1tree.export(loaded, "schema")
    assert list(Draft202012Validator(json.loads(text)).iter_errors(data)) == []
    assert list(Draft202012Validator(json.loads(text)).iter_errors(loaded.to_data())) == []


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_wrong_files_break_the_schema_where_it_can_say_so(
    path: Path, schema: Draft202012Validator
) -> None:
    document = read_file(path)
    if document.problems:
        return  # it is not even a document
    broken = bool(list(schema.iter_errors(document.value)))
    assert broken != (path.stem in BEYOND)


def test_the_schema_knows_the_tests_that_the_loader_knows() -> None:
    assert set(TEST["properties"]) == {*SET_TESTS, *RANGE_TESTS, "empty"}
    assert set(WHEN["properties"]) == set(COMBINERS)


def test_every_field_is_described(schema: Draft202012Validator) -> None:
    root: Any = schema.schema
    models = [root, *(model for name, model in root["$defs"].items() if name != "When")]
    bare = [
        (model.get("title"), name)
        for model in models
        for name, field in model["properties"].items()
        if not field.get("description")
    ]
    assert bare == []


def read_graphml(guideline: ros1tree.Guideline) -> "networkx.DiGraph[str]":
    text = ros1tree.export(guideline, "graphml")
    return networkx.DiGraph(networkx.read_graphml(io.BytesIO(text.encode())))


def test_graphml_is_read_by_networkx(guideline: ros1tree.Guideline) -> None:
    graph = read_graphml(guideline)
    assert set(graph) == set(guideline.nodes)
    assert graph.nodes["brain"] == {
        "kind": "decision",
        "title": "Brain metastases?",
        "section": "first_line",
        "offers": "",
    }
    assert graph.edges["brain", "first_line"] == {"label": "No", "when": "no brain metastases"}
    assert graph.number_of_edges() == ros1tree.graph(guideline).number_of_edges()


@settings(max_examples=30)
@given(guidelines())
def test_graphml_takes_any_text(data: dict[str, Any]) -> None:
    guideline = ros1tree.loads(json.dumps(data, ensure_ascii=False))
    graph = read_graphml(guideline)
    titles = {name: node["title"] for name, node in data["nodes"].items()}
    assert {name: graph.nodes[name]["title"] for name in graph} == titles


def test_an_unknown_format_names_the_known_ones(guideline: ros1tree.Guideline) -> None:
    with pytest.raises(ros1tree.UnknownFormatError) as caught:
        ros1tree.export(guideline, "owl")
    assert str(caught.value) == "no format 'owl'; allowed: schema, facts-schema, json, graphml, sql"
    assert caught.value.known == tuple(FORMATS)
