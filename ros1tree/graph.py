"""The guideline as a graph: its order, and networkx for every other question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ros1tree.condition import words
from ros1tree.model import Guideline, kept

if TYPE_CHECKING:
    import networkx


def graph(guideline: Guideline) -> networkx.DiGraph[str]:
    """Return the guideline as `networkx.DiGraph`.

    Every node carries its model as `node`, every edge its model as `edge`:
    `g.nodes["brain"]["node"].title`, `g.edges["brain", "first_line"]["edge"].when`.
    """
    import networkx  # noqa: PLC0415 - takes longer to import than a patient to walk

    digraph: networkx.DiGraph[str] = networkx.DiGraph(id=guideline.id, version=guideline.version)
    for name, node in guideline.nodes.items():
        digraph.add_node(name, node=node)
    for name, node in guideline.nodes.items():
        for edge in node.next:
            digraph.add_edge(name, edge.to, edge=edge)
    return digraph


def to_graphml(guideline: Guideline) -> str:
    """Return the graph as GraphML text, with models turned into titles and words."""
    import networkx  # noqa: PLC0415 - see above

    digraph = graph(guideline)
    for _, node in digraph.nodes(data=True):
        model = node.pop("node")
        node |= {"kind": model.kind, "title": model.title, "section": model.section or ""}
        node["offers"] = "; ".join(f"{o.tier}: {o.intervention}" for o in model.offers)
    for _, _, edge in digraph.edges(data=True):
        model = edge.pop("edge")
        edge |= {"label": model.label or "", "when": words(model.when, guideline.facts)}
    return "\n".join(networkx.generate_graphml(digraph)) + "\n"


@kept
def order(guideline: Guideline) -> tuple[str, ...]:
    """Return the nodes that edges lead to from the start, each after all that lead to it.

    Branches follow each other as they are written in `next`; the order of the keys under `nodes`
    has no influence.
    """
    seen = {guideline.start}
    agenda = [(guideline.start, _backwards(guideline, guideline.start))]
    finished: list[str] = []
    while agenda:
        node, targets = agenda[-1]
        if not targets:
            agenda.pop()
            finished.append(node)
        elif (to := targets.pop(0)) not in seen:
            seen.add(to)
            agenda.append((to, _backwards(guideline, to)))
    return tuple(reversed(finished))


def _backwards(guideline: Guideline, node: str) -> list[str]:
    # The last branch is finished first, so that in the reversed order the first one comes first.
    return [edge.to for edge in reversed(guideline.nodes[node].next)]


def ways_in(guideline: Guideline) -> dict[str, list[str]]:
    """Return for every node the nodes that have an edge to it."""
    found: dict[str, list[str]] = {name: [] for name in guideline.nodes}
    for name, node in guideline.nodes.items():
        for edge in node.next:
            found[edge.to].append(name)
    return found
