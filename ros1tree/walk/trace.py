"""How far a patient gets: every node and edge reached, not reached, or unknown."""

from collections.abc import Iterator
from dataclasses import dataclass

from ros1tree.condition import Truth, both, either
from ros1tree.graph import order
from ros1tree.model import Edge, Node
from ros1tree.walk.reading import Reading, certainty
from ros1tree.walk.result import Because, EdgeStep, Fault, Step


@dataclass(slots=True)
class Trace:
    """The nodes that are reached or may be, in the order of the graph."""

    reading: Reading
    reached: dict[str, Truth]
    ways: dict[str, list[tuple[str, Edge]]]
    """For each such node the nodes and edges by which it is, or may be, reached."""

    def certain(self) -> Iterator[tuple[str, Node]]:
        """Yield the nodes that are certainly reached."""
        for name, reached in self.reached.items():
            if reached:
                yield name, self.reading.guideline.nodes[name]

    def grounds(self, node: str) -> dict[Because, None]:
        """Return the tests that led to a certainly reached node, each once, from the start on."""
        return dict.fromkeys(
            test
            for edge in self._edges_to(node, certain=True)
            for test in self.reading.find(edge.when).support
        )

    def waits(self, node: str) -> dict[str, None]:
        """Return the unknown facts on which reaching a node depends; none where it is certain."""
        return dict.fromkeys(
            fact
            for edge in self._edges_to(node, certain=False)
            if (found := self.reading.find(edge.when)).truth is None
            for fact in found.unknown
        )

    def _edges_to(self, node: str, *, certain: bool) -> list[Edge]:
        """Return the edges on the ways to a node, back to where all is certain or to the start."""
        seen: set[str] = set()
        agenda = [node]
        while agenda:
            name = agenda.pop()
            if name not in seen and (certain or self.reached[name] is None):
                seen.add(name)
                agenda += [source for source, _ in self.ways[name]]
        return [
            edge
            for name in self.reached
            if name in seen
            for source, edge in self.ways[name]
            if not certain or (self.reached[source] and self.reading.find(edge.when).truth)
        ]

    def steps(self) -> tuple[Step, ...]:
        """Return the reached nodes with all their edges."""
        return tuple(self._step(name) for name in self.reached)

    def _step(self, name: str) -> Step:
        node = self.reading.guideline.nodes[name]
        reached = self.reached[name]
        edges = tuple(
            EdgeStep(
                edge.to,
                certainty(both((reached, self.reading.find(edge.when).truth))),
                self.reading.find(edge.when).because,
            )
            for edge in node.next
        )
        return Step(name, node.kind, node.title, certainty(reached), edges)

    def faults(self) -> tuple[Fault, ...]:
        """Return the certainly reached decisions without a true edge, or with too many."""
        return tuple(fault for name, node in self.certain() if (fault := self._fault(name, node)))

    def _fault(self, name: str, node: Node) -> Fault | None:
        if node.kind != "decision":
            return None
        truths = {edge.to: self.reading.find(edge.when).truth for edge in node.next}
        taken = tuple(to for to, held in truths.items() if held)
        if either(truths.values()) is False:
            return Fault(name, "gap", ())
        if node.hit == "unique" and len(taken) > 1:
            return Fault(name, "overlap", taken)
        return None


def trace(reading: Reading) -> Trace:
    """Follow every edge that is true or may be, from the start."""
    reached: dict[str, Truth] = {reading.guideline.start: True}
    ways: dict[str, list[tuple[str, Edge]]] = {reading.guideline.start: []}
    found: dict[str, Truth] = {}
    for name in order(reading.guideline):
        if name not in reached:
            continue
        found[name] = reached[name]
        for edge in reading.guideline.nodes[name].next:
            taken = both((found[name], reading.find(edge.when).truth))
            if taken is not False:
                reached[edge.to] = either((reached.get(edge.to, False), taken))
                ways.setdefault(edge.to, []).append((name, edge))
    return Trace(reading, found, ways)
