"""How far a patient gets: every node and edge reached, not reached, or unknown."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ros1tree.condition import Truth, both, either, facts_of, say, tests, truth
from ros1tree.graph import order
from ros1tree.model import Condition, Edge, Guideline, Node, Value
from ros1tree.walk.result import Because, Certainty, EdgeStep, Fault, Step


@dataclass(frozen=True, slots=True)
class Reading:
    """A guideline and the facts of one patient, defaults among them."""

    guideline: Guideline
    facts: Mapping[str, Value]

    def truth(self, condition: Condition) -> Truth:
        """Tell whether a condition holds for the patient."""
        return truth(condition, self.facts)

    def unknown(self, condition: Condition) -> tuple[str, ...]:
        """Return the facts of a condition that are unknown."""
        return tuple(name for name in facts_of(condition) if name not in self.facts)

    def because(self, condition: Condition) -> tuple[Because, ...]:
        """Return the tests of a condition with what they found."""
        return tuple(
            Because(
                test.fact,
                self.facts.get(test.fact),
                say(test, self.guideline.facts),
                certainty(self.truth(test)),
            )
            for test in tests(condition)
        )


@dataclass(slots=True)
class Trace:
    """The nodes that are reached or may be, in the order of the graph."""

    reading: Reading
    reached: dict[str, Truth]
    ways: dict[str, list[tuple[str, Edge]]]
    """For each such node the nodes and edges by which it is, or may be, reached."""

    def nodes(self, *, certain: bool) -> Iterator[tuple[str, Node]]:
        """Yield the nodes that are certainly reached, or those that only may be."""
        for name, reached in self.reached.items():
            if (reached is True) is certain:
                yield name, self.reading.guideline.nodes[name]

    def grounds(self) -> dict[str, dict[Because, None]]:
        """Return for each certainly reached node the tests that led to it, each once."""
        found: dict[str, dict[Because, None]] = {}
        for name, _ in self.nodes(certain=True):
            found[name] = {}
            for source, edge in self.ways[name]:
                if source in found and self.reading.truth(edge.when) is True:
                    found[name] |= found[source]
                    found[name] |= dict.fromkeys(self.reading.because(edge.when))
        return found

    def waits(self) -> dict[str, dict[str, None]]:
        """Return for each node the unknown facts on which reaching it depends."""
        found: dict[str, dict[str, None]] = {}
        for name, reached in self.reached.items():
            found[name] = {}
            for source, edge in self.ways[name] if reached is None else ():
                found[name] |= found[source]
                if self.reading.truth(edge.when) is None:
                    found[name] |= dict.fromkeys(self.reading.unknown(edge.when))
        return found

    def steps(self) -> tuple[Step, ...]:
        """Return the reached nodes with all their edges."""
        return tuple(self._step(name) for name in self.reached)

    def _step(self, name: str) -> Step:
        node = self.reading.guideline.nodes[name]
        reached = self.reached[name]
        edges = tuple(
            EdgeStep(
                edge.to,
                certainty(both((reached, self.reading.truth(edge.when)))),
                self.reading.because(edge.when),
            )
            for edge in node.next
        )
        return Step(name, node.kind, node.title, certainty(reached), edges)

    def faults(self) -> tuple[Fault, ...]:
        """Return the certainly reached decisions without a true edge, or with too many."""
        return tuple(
            fault for name, node in self.nodes(certain=True) if (fault := self._fault(name, node))
        )

    def _fault(self, name: str, node: Node) -> Fault | None:
        if node.kind != "decision":
            return None
        truths = {edge.to: self.reading.truth(edge.when) for edge in node.next}
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
            taken = both((found[name], reading.truth(edge.when)))
            if taken is not False:
                reached[edge.to] = either((reached.get(edge.to, False), taken))
                ways.setdefault(edge.to, []).append((name, edge))
    return Trace(reading, found, ways)


def certainty(held: Truth) -> Certainty:
    """Return a truth as the result says it."""
    return "maybe" if held is None else "yes" if held else "no"
