"""Views: parts of a picture that keep everything they show, and say where the rest is."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import guidelines

import ros1tree
from ros1tree.draw import FORMATS
from ros1tree.draw.layout import layout
from ros1tree.draw.picture import Picture
from ros1tree.draw.sketch import sketch
from ros1tree.draw.view import after, overview, section

UMBRELLA = Path(__file__).parent.parent / "docs" / "umbrella.yaml"


def loaded(data: dict[str, Any]) -> ros1tree.Guideline:
    return ros1tree.loads(json.dumps(data, ensure_ascii=False))


def ids(picture: Picture, *, links: bool = False) -> set[str]:
    return {box.id for box in picture.boxes() if (box.kind == "link") == links}


@settings(max_examples=60)
@given(guidelines())
def test_a_section_has_its_nodes_and_every_way_in_and_out(data: dict[str, Any]) -> None:
    guideline = loaded(data)
    edges = set(ros1tree.graph(guideline).edges)
    for name in {node.section for node in guideline.nodes.values() if node.section}:
        part = section(sketch(guideline), name)
        here = {n for n, node in guideline.nodes.items() if node.section == name}
        assert ids(part) == here
        plain = {
            (a.tail.removeprefix("from:") if a.tail not in here else a.tail,
             a.head.removeprefix("to:") if a.head not in here else a.head)
            for a in part.arrows
        }  # fmt: skip
        assert plain == {(a, b) for a, b in edges if {a, b} & here}
        grounded(part)


@settings(max_examples=60)
@given(guidelines(), st.data())
def test_what_follows_a_node_is_what_the_graph_says(
    data: dict[str, Any], draw: st.DataObject
) -> None:
    guideline = loaded(data)
    graph = ros1tree.graph(guideline)
    start = draw.draw(st.sampled_from(sorted(guideline.nodes)))
    depth = draw.draw(st.none() | st.integers(0, 4))
    part = after(sketch(guideline), start, depth)
    reached = nx.single_source_shortest_path_length(graph, start, cutoff=depth)
    assert ids(part) == set(reached)
    cut = {b for a in reached for b in graph.successors(a)} - set(reached)
    assert {name.removeprefix("to:") for name in ids(part, links=True)} == cut
    grounded(part)


def grounded(picture: Picture) -> None:
    """Every mark and every citation of a picture has its entry in it, and nothing else has one."""
    marks = {mark for box in picture.boxes() for mark in box.marks}
    assert marks == {note.mark for note in picture.notes}
    cites = {cite.name for cite in picture.cites()}
    behind = {cite.name for source in picture.sources for cite in source.cites}
    assert {source.cite.name for source in picture.sources} == cites | behind


@settings(max_examples=60)
@given(guidelines())
def test_an_overview_has_every_section_and_every_way_between_them(data: dict[str, Any]) -> None:
    guideline = loaded(data)
    part = overview(sketch(guideline))
    home = {name: node.section or "" for name, node in guideline.nodes.items()}
    assert ids(part) == set(home.values())
    edges = ros1tree.graph(guideline).edges
    ways = {(home[a], home[b]) for a, b in edges if home[a] != home[b]}
    assert {(arrow.tail, arrow.head) for arrow in part.arrows} == ways
    if any(ways):
        ros1tree.draw(guideline, overview=True)  # sections may lead to each other in a circle


@pytest.mark.engine
def test_sections_may_lead_to_each_other() -> None:
    steps = ["a0", "b0", "a1", "b1"]
    guideline = ros1tree.guideline(
        {
            "id": "c", "title": "C", "version": "1", "start": "a0", "facts": {}, "interventions": {},
            "sections": {"a": "A", "b": "B"},
            "nodes": {
                name: {"kind": "workup", "title": name, "section": name[0], "next": [{"to": to}] if to else []}
                for name, to in zip(steps, [*steps[1:], None], strict=True)
            },
        }
    )  # fmt: skip
    part = overview(sketch(guideline))
    assert [(arrow.tail, arrow.head) for arrow in part.arrows] == [("a", "b"), ("b", "a")]
    plan = layout(part)
    assert plan.rank == {"a": 0, "b": 1}
    svg = ros1tree.draw(guideline, overview=True)
    assert b'id="edge-b..a"' in svg


def test_the_overview_says_what_is_in_a_section(guideline: ros1tree.Guideline) -> None:
    boxes = {box.id: box for box in overview(sketch(guideline)).boxes()}
    assert boxes["history"].title == "Disease and treatment so far"
    assert boxes["history"].asks == "3 questions, 4 silent ends"
    labels = {(a.tail, a.head): a.label for a in overview(sketch(guideline)).arrows}
    assert labels["diagnosis", "history"] == "Present"
    assert labels["history", "first_line"] == (
        "Which therapy so far? Untreated; Oligometastatic, and a ROS1 TKI begun? Yes"
    )


def test_a_patient_in_the_overview(guideline: ros1tree.Guideline) -> None:
    walk = ros1tree.walk(guideline, {"ros1_rearrangement": "present", "metastatic": True})
    boxes = {box.id: box for box in overview(sketch(guideline, walk)).boxes()}
    assert [boxes[name].state for name in ("diagnosis", "history", "first_line")] == [
        "yes", "yes", "maybe",
    ]  # fmt: skip
    assert boxes["history"].missing == ("prior_therapies", "progressed_on")


def test_parts_go_together(guideline: ros1tree.Guideline) -> None:
    told = ros1tree.draw(guideline, format="txt", section="first_line", start="brain", depth=1)
    lines = [line.strip() for line in told.decode().splitlines()]
    assert "QUESTION: Brain metastases? [S18*]" in lines
    assert "ELSEWHERE: Consolidation on a ROS1 TKI" in lines
    assert not [line for line in lines if "Targeted therapy feasible" in line]


@pytest.mark.parametrize("part", [{"section": "history"}, {"start": "brain"}, {"depth": 1}])
def test_an_overview_and_a_set_have_no_part(guideline: ros1tree.Guideline, part: Any) -> None:
    with pytest.raises(ros1tree.OptionError) as caught:
        ros1tree.draw(guideline, format="txt", overview=True, **part)
    assert str(caught.value) == "an overview has no section, start or depth; leave them out"
    with pytest.raises(ros1tree.OptionError) as caught:
        ros1tree.drawings(guideline, "x.txt", whole_set=True, **part)
    assert str(caught.value) == (
        "a whole set has every section and the overview; leave the part out"
    )


@pytest.mark.parametrize("format", FORMATS)
def test_a_set_is_an_overview_and_every_section(guideline: ros1tree.Guideline, format: str) -> None:
    found = ros1tree.drawings(guideline, f"p.{format}", whole_set=True)
    assert list(found) == [
        f"p.{format}", *(f"p-{name}.{format}" for name in guideline.sections)
    ]  # fmt: skip
    assert found[f"p-first_line.{format}"].picture.home == f"p.{format}"


@pytest.mark.engine
def test_the_links_of_a_set_lead_to_places_that_there_are(guideline: ros1tree.Guideline) -> None:
    files = {
        name: ElementTree.fromstring(drawing.data())  # noqa: S314
        for name, drawing in ros1tree.drawings(guideline, "p.svg", whole_set=True).items()
    }
    ids = {name: {e.get("id") for e in svg.iter() if e.get("id")} for name, svg in files.items()}
    led: set[str] = set()
    for name, svg in files.items():
        for link in svg.iter("{http://www.w3.org/2000/svg}a"):
            file, _, place = link.get("href", "").partition("#")
            assert (file or name) in files
            assert not place or place in ids[file or name]
            led |= {file} - {""}
    assert led == set(files), "every file can be reached"


def test_a_set_holds_every_node() -> None:
    for source in ("ros1-nsclc", UMBRELLA):
        guideline = ros1tree.load(source)
        pages = ros1tree.drawings(guideline, "p.txt", whole_set=True)
        shown = {
            box.id
            for page in pages.values()
            for box in page.picture.boxes()
            if box.rows or box.kind in ("decision", "silent")
        }
        assert shown == set(guideline.nodes)
    assert list(pages) == ["p.txt", "p-other.txt"]


def test_the_names_of_a_set_are_addresses(guideline: ros1tree.Guideline) -> None:
    pages = ros1tree.drawings(guideline, "out/my (1).svg", whole_set=True)
    assert list(pages)[1] == "out/my (1)-diagnosis.svg"
    assert pages["out/my (1)-diagnosis.svg"].picture.home == "my%20%281%29.svg"
    assert b'href="my%20%281%29-diagnosis.svg"' in pages["out/my (1).svg"].data()


def test_depth_begins_where_everybody_does() -> None:
    nodes = {
        "b": {"kind": "workup", "title": "B", "section": "one"},
        "a": {"kind": "workup", "title": "A", "section": "two", "next": [{"to": "b"}]},
    }
    guideline = ros1tree.guideline(
        {"id": "d", "title": "D", "version": "1", "start": "a", "facts": {}, "interventions": {},
         "sections": {"one": "One", "two": "Two"}, "nodes": nodes}
    )  # fmt: skip
    assert ids(after(sketch(guideline), None, 0)) == {"a"}
    assert ids(after(sketch(guideline), None, 1)) == {"a", "b"}
    assert ids(after(sketch(guideline), None, 0, "one")) == {"b"}


def test_no_node_is_taken_for_a_link() -> None:
    node = {"kind": "workup", "title": "Real"}
    guideline = ros1tree.guideline(
        {"id": "d", "title": "D", "version": "1", "start": "a", "facts": {}, "interventions": {},
         "sections": {"one": "One", "two": "Two"},
         "nodes": {
             "a": node | {"section": "one", "next": [{"to": "to-b"}]},
             "to-b": node | {"section": "one", "next": [{"to": "b"}]},
             "b": node | {"section": "two"}}}
    )  # fmt: skip
    part = section(sketch(guideline), "one")
    assert [(arrow.tail, arrow.head) for arrow in part.arrows] == [("a", "to-b"), ("to-b", "to:b")]


def test_an_overview_tells_the_patient_s_own_answers(guideline: ros1tree.Guideline) -> None:
    known = {
        "ros1_rearrangement": "present",
        "metastatic": True,
        "prior_therapies": [],
        "progressed_on": "none",
    }
    part = overview(sketch(guideline, ros1tree.walk(guideline, known)))
    labels = {(a.tail, a.head): (a.label, a.state) for a in part.arrows}
    assert labels["history", "first_line"] == ("Untreated", "yes")


@pytest.mark.engine
@pytest.mark.usefixtures("each_engine")
def test_panels_of_another_section_stay_in_it() -> None:
    offer = [{"intervention": "i", "tier": "preferred"}]
    guideline = ros1tree.guideline(
        {"id": "m", "title": "M", "version": "1", "start": "q", "facts": {"x": {"type": "boolean"}},
         "interventions": {"i": {"title": "I"}}, "sections": {"one": "One", "two": "Two"},
         "nodes": {
             "q": {"kind": "decision", "section": "one", "title": "Q", "next": [{"to": "t", "when": {"x": True}}, {"to": "u", "when": {"x": False}}]},
             "t": {"kind": "treatment", "section": "two", "title": "T", "offers": offer},
             "u": {"kind": "treatment", "section": "two", "title": "U", "offers": offer}}}
    )  # fmt: skip
    assert layout(sketch(guideline)).fans == {}
    assert ros1tree.draw(guideline)
