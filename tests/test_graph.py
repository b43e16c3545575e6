"""The graph: networkx sees what the file says, and the order is the graph's alone."""

import json
from typing import Any

import networkx
from hypothesis import given
from strategies import guidelines

import ros1tree
from ros1tree.graph import order, ways_in

Data = dict[str, Any]


@given(guidelines())
def test_every_node_and_edge_with_its_model(data: Data) -> None:
    guideline = ros1tree.loads(json.dumps(data, ensure_ascii=False))
    graph = ros1tree.graph(guideline)
    assert set(graph) == set(data["nodes"])
    assert set(graph.edges) == {
        (name, edge["to"]) for name, node in data["nodes"].items() for edge in node["next"]
    }
    assert all(graph.nodes[name]["node"] is guideline.nodes[name] for name in graph)
    assert all(graph.edges[a, b]["edge"].to == b for a, b in graph.edges)
    assert networkx.is_directed_acyclic_graph(graph)


@given(guidelines())
def test_order_holds_what_the_start_leads_to_each_after_its_sources(data: Data) -> None:
    guideline = ros1tree.loads(json.dumps(data, ensure_ascii=False))
    graph = ros1tree.graph(guideline)
    found = order(guideline)
    assert set(found) == {data["start"]} | networkx.descendants(graph, data["start"])
    assert len(found) == len(set(found))
    place = {name: index for index, name in enumerate(found)}
    assert all(place[a] < place[b] for a, b in graph.edges if a in place)
    assert {b: sorted(a) for b, a in ways_in(guideline).items()} == {
        name: sorted(graph.predecessors(name)) for name in graph
    }


def test_order_follows_the_branches_as_they_are_written(guideline: ros1tree.Guideline) -> None:
    found = order(guideline)
    assert found[0] == "ros1_result"
    assert found.index("untreated") < found.index("tki_progression") < found.index("under_way")


def test_a_path_of_ten_thousand_nodes_is_no_matter_of_the_stack() -> None:
    nodes = {
        f"n{i}": {"kind": "workup", "title": "N", "next": [{"to": f"n{i + 1}"}]}
        for i in range(9999)
    }
    nodes["n9999"] = {"kind": "treatment", "title": "N", "next": []}
    text = json.dumps(
        {"id": "long", "title": "L", "version": "1", "start": "n0", "facts": {}}
        | {"interventions": {}, "nodes": nodes}
    )
    walk = ros1tree.walk(ros1tree.loads(text), {})
    assert walk.status == "complete"
    assert len(walk.steps) == 10_000
