"""How far every patient gets: who reaches each node, takes each edge and gets each offer."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, lru_cache

from oxidd.util import DDMemoryError

from ros1tree.condition import facts_of
from ros1tree.errors import TooLargeError
from ros1tree.graph import order
from ros1tree.model import ALWAYS, TIERS, Guideline, Tier
from ros1tree.proof.space import Patients, Reader, Space

Outcome = tuple[str, str, str]
"""What a patient can get: `offer`, an intervention and its best tier; `avoid`, an intervention;
`silent`, a node; `fault`, a node. What has no third part has an empty one."""


def outcome_title(guideline: Guideline, outcome: Outcome) -> str:
    """Return what a reader calls that of which an outcome is: an intervention, or a node."""
    what, name, _ = outcome
    return (guideline.interventions if what in ("offer", "avoid") else guideline.nodes)[name].title


@dataclass(frozen=True)
class Reach:
    """One guideline in a space: the patients that get to each of its places."""

    reader: Reader
    possible: Patients
    """Whom the guideline thinks possible."""
    nodes: Mapping[str, Patients]
    """Who reaches a node; a node that no edge leads to has nobody."""
    edges: Mapping[tuple[str, int], Patients]
    """Who takes an edge, by node and place."""

    @property
    def guideline(self) -> Guideline:
        """The guideline."""
        return self.reader.guideline

    @property
    def space(self) -> Space:
        """The space of all patients."""
        return self.reader.space

    def offer(self, node: str, place: int) -> Patients:
        """Return who gets an offer."""
        return self.nodes[node] & self.reader.patients(
            self.guideline.nodes[node].offers[place].when
        )

    def note(self, node: str, place: int) -> Patients:
        """Return whom a note concerns."""
        return self.nodes[node] & self.reader.patients(self.guideline.nodes[node].notes[place].when)

    def gap(self, name: str) -> Patients:
        """Return who finds no way on at a decision."""
        return self.nodes[name] & self._without_way(name)

    def overlap(self, name: str) -> Patients:
        """Return who finds more than one way on at a decision that has one for each."""
        return self.nodes[name] & self._with_two_ways(name)

    def fails(self, name: str) -> Patients:
        """Return for whom a node would fail, whether or not they reach it."""
        return self._without_way(name) | self._with_two_ways(name)

    def _without_way(self, name: str) -> Patients:
        node = self.guideline.nodes[name]
        if node.kind != "decision":
            return self.space.nobody
        return ~self.space.some(self.reader.patients(edge.when) for edge in node.next)

    def _with_two_ways(self, name: str) -> Patients:
        node = self.guideline.nodes[name]
        found = before = self.space.nobody
        if node.kind == "decision" and node.hit == "unique":
            for edge in node.next:
                taken = self.reader.patients(edge.when)
                found, before = found | (before & taken), before | taken
        return found

    def silent(self) -> Iterator[tuple[str, Patients]]:
        """Yield the silent nodes, and who reaches them."""
        for name, reached in self.nodes.items():
            if self.guideline.nodes[name].kind == "silent":
                yield name, reached

    def faults(self) -> Iterator[tuple[str, Patients]]:
        """Yield the decisions, and for whom they fail."""
        for name, node in self.guideline.nodes.items():
            if node.kind == "decision":
                yield name, self.nodes[name] & self.fails(name)

    @cached_property
    def offered(self) -> Mapping[tuple[str, Tier], Patients]:
        """Who gets an intervention in a tier from any node, whatever else they get."""
        found: dict[tuple[str, Tier], Patients] = {}
        for name, node in self.guideline.nodes.items():
            for place, offer in enumerate(node.offers):
                key = offer.intervention, offer.tier
                found[key] = found.get(key, self.space.nobody) | self.offer(name, place)
        return found

    @cached_property
    def outcomes(self) -> Mapping[Outcome, Patients]:
        """Who gets what: interventions in their best tier, what is barred, silence and faults."""
        found: dict[Outcome, Patients] = {}
        better: dict[str, Patients] = {}
        for tier in TIERS:
            for intervention in self.guideline.interventions:
                who = self.offered.get((intervention, tier))
                if who is None:
                    continue
                if tier == "avoid":
                    found["avoid", intervention, ""] = who
                    continue
                ahead = better.get(intervention, self.space.nobody)
                found["offer", intervention, tier] = who & ~ahead
                better[intervention] = ahead | who
        found |= {("silent", name, ""): who for name, who in self.silent()}
        found |= {("fault", name, ""): who for name, who in self.faults()}
        return {key: who for key, who in found.items() if who.satisfiable()}

    def asked(self) -> dict[str, Patients]:
        """Return who is asked for each fact: an edge or an offer on their way tests it."""
        found: dict[str, Patients] = {}
        for name, reached in self.nodes.items():
            node = self.guideline.nodes[name]
            for when in (*(e.when for e in node.next), *(o.when for o in node.offers)):
                for fact in facts_of(when):
                    found[fact] = found.get(fact, self.space.nobody) | reached
        return found


def reach(space: Space, guideline: Guideline) -> Reach:
    """Find out how far every patient gets; raises TooLargeError, which says where it grew."""
    reader = Reader(space, guideline)
    names = order(guideline)
    nodes = dict.fromkeys([*names, *sorted(guideline.nodes)], space.nobody)
    edges: dict[tuple[str, int], Patients] = {}
    with bounded(guideline, guideline.start):
        possible = nodes[guideline.start] = reader.possible()
    for here in nodes:
        with bounded(guideline, here):
            for place, edge in enumerate(guideline.nodes[here].next):
                taken = nodes[here]
                if edge.when != ALWAYS:
                    taken &= reader.patients(edge.when)
                edges[here, place] = taken
                nodes[edge.to] |= taken
    return Reach(reader, possible, nodes, edges)


@lru_cache(maxsize=4)
def proof(guideline: Guideline) -> Reach:
    """Return how far every patient of a guideline gets; raises TooLargeError.

    The last few are kept: each holds its diagrams, and its guideline.
    """
    return reach(Space(guideline), guideline)


@contextmanager
def bounded(guideline: Guideline, here: str | None = None) -> Iterator[None]:
    """Turn diagrams that grow beyond their bounds into TooLargeError; `here` is a node."""
    try:
        yield
    except DDMemoryError:
        proof.cache_clear()  # diagrams that are full answer nothing more
        raise _too_large(guideline, here) from None


def _too_large(guideline: Guideline, here: str | None) -> TooLargeError:
    split = "ask them in nodes of their own, or split the guideline"
    if here is None:
        text = f"the proof of '{guideline.id}' grew too large; its outcomes connect too many facts"
        return TooLargeError(f"{text}: {split}")
    section = guideline.sections.get(guideline.nodes[here].section or "", "")
    where = f"at node '{here}'" + (f", in section '{section}'" if section else "")
    text = f"the proof grew too large {where}; conditions there connect too many facts"
    return TooLargeError(f"{text}: {split} at this section")
