"""What one node says of a patient, found out once for each combination of the facts it asks.

Nothing here changes once it is made, so walks share it. What is shared is told apart by identity:
to compare by content would take longer than to find it out anew.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from ros1tree.condition import Truth, either, facts_of, say, support, tests, truth
from ros1tree.model import Condition, Guideline, Node, Offer, Test, Value
from ros1tree.walk.result import Because, Certainty, EdgeStep, Fault, Noted, Silence, Step


class Made(NamedTuple):
    """An offer that is certain or, where `held` is None, possible."""

    node: str
    place: int
    """Its place among the offers of the node."""
    offer: Offer
    held: Truth


@dataclass(frozen=True, slots=True, eq=False)
class Finding:
    """What a condition says of a patient: its truth, its tests, and which of them decide it."""

    truth: Truth
    because: tuple[Because, ...]
    support: tuple[Because, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """An offer that is not excluded, and what its own condition says."""

    made: Made
    finding: Finding


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """An edge that is not excluded, if its node is reached."""

    to: str
    rank: tuple[int, int]
    """Where it stands among all edges: by the node it leads to, and the one it leaves."""
    finding: Finding


@dataclass(frozen=True, slots=True, eq=False)
class Here:
    """What a node says of a patient who certainly reaches it, or of one who may."""

    step: Step
    ways: tuple[Way, ...]
    given: tuple[Given, ...]
    notes: tuple[Noted, ...]
    doubts: tuple[str, ...]
    """The statements on which the notes rest, and of which a check of the facts has a remark."""
    asked: tuple[str, ...]
    """The unknown facts for which the node waits."""
    fault: Fault | None
    silence: Silence | None


def certainty(held: Truth) -> Certainty:
    """Return a truth as the result says it."""
    return "maybe" if held is None else "yes" if held else "no"


def here(
    guideline: Guideline,
    name: str,
    ranks: Mapping[str, int],
    facts: Mapping[str, Value],
    *,
    sure: bool,
) -> Here:
    """Return what a node says; `ranks` has the rank of each node among all, in their order."""
    return _Reader(guideline, name, facts, sure=sure).here(ranks)


def conditions(node: Node) -> Iterator[Condition]:
    """Yield the conditions of a node."""
    yield from (edge.when for edge in node.next)
    yield from (offer.when for offer in node.offers)
    yield from (note.when for note in node.notes)


def doubtful(guideline: Guideline, cites: Iterable[str]) -> tuple[str, ...]:
    """Return the statements, of some citations, of which a check of the facts has a remark."""
    statements = guideline.statements
    return tuple(cite for cite in cites if cite in statements and statements[cite].caution)


class _Reader:
    def __init__(
        self, guideline: Guideline, name: str, facts: Mapping[str, Value], *, sure: bool
    ) -> None:
        self.name, self.node, self.facts = name, guideline.nodes[name], facts
        self.guideline, self.sure = guideline, sure
        self.edges = [(edge, self._find(edge.when)) for edge in self.node.next]
        self.offers = [(offer, self._find(offer.when)) for offer in self.node.offers]

    def here(self, ranks: Mapping[str, int]) -> Here:
        node, sure = self.node, self.sure
        notes = tuple(self._notes()) if sure else ()
        return Here(
            step=self._step(),
            ways=tuple(
                Way(edge.to, (ranks[edge.to], ranks[self.name]), finding)
                for edge, finding in self.edges
                if finding.truth is not False
            ),
            given=tuple(
                Given(Made(self.name, place, offer, finding.truth if sure else None), finding)
                for place, (offer, finding) in enumerate(self.offers)
                if finding.truth is not False
            ),
            notes=notes,
            doubts=doubtful(self.guideline, (cite for note in notes for cite in note.cites)),
            asked=tuple(dict.fromkeys(self._asked())) if sure else (),
            fault=self._fault() if sure and node.kind == "decision" else None,
            silence=Silence(self.name, node.title) if sure and node.kind == "silent" else None,
        )

    def _find(self, condition: Condition) -> Finding:
        because = {test: self._because(test) for test in tests(condition)}
        decisive = dict.fromkeys(support(condition, self.facts))
        return Finding(
            truth(condition, self.facts),
            tuple(because.values()),
            tuple(because[test] for test in decisive),
            tuple(name for name in facts_of(condition) if name not in self.facts),
        )

    def _because(self, test: Test) -> Because:
        held = certainty(truth(test, self.facts))
        return Because(test.fact, self.facts.get(test.fact), say(test, self.guideline.facts), held)

    def _step(self) -> Step:
        edges = tuple(
            EdgeStep(edge.to, self._taken(finding.truth), finding.because)
            for edge, finding in self.edges
        )
        reached: Certainty = "yes" if self.sure else "maybe"
        return Step(self.name, self.node.kind, self.node.title, reached, edges)

    def _taken(self, held: Truth) -> Certainty:
        return "no" if held is False else certainty(held) if self.sure else "maybe"

    def _notes(self) -> Iterator[Noted]:
        for note in self.node.notes:
            if truth(note.when, self.facts):
                yield Noted(self.name, note.says, facts_of(note.when), note.cites)

    def _asked(self) -> Iterator[str]:
        for _, finding in (*self.edges, *self.offers):
            if finding.truth is None:
                yield from finding.unknown

    def _fault(self) -> Fault | None:
        truths = [finding.truth for _, finding in self.edges]
        taken = tuple(edge.to for edge, finding in self.edges if finding.truth)
        if either(truths) is False:
            return Fault(self.name, "gap", ())
        if self.node.hit == "unique" and len(taken) > 1:
            return Fault(self.name, "overlap", taken)
        return None
