"""How far a patient gets: every node that is reached or may be, and on what that rests."""

from collections.abc import Mapping
from operator import itemgetter
from typing import Any, NamedTuple

from ros1tree.condition import facts_of
from ros1tree.graph import order
from ros1tree.model import Guideline, Node, Value, kept
from ros1tree.walk.reading import Finding, Here, Way, conditions, here
from ros1tree.walk.result import Because

MAX_KEPT = 8192
"""So much is kept of a guideline; facts with many values would fill the memory."""


class Path:
    """The edges on the ways to a node, in the order of the graph; it does not change."""

    __slots__ = ("edges", "made", "onward")

    def __init__(self, edges: tuple[tuple[tuple[int, int], Finding], ...] = ()) -> None:
        """Keep edges with their ranks."""
        self.edges = edges
        self.onward: dict[Finding, Path] = {}
        """The paths that go on from here, by what the next edge says."""
        self.made: dict[Any, Any] = {}
        """What was made of it, for all walks that come here."""

    def tests(self) -> dict[Because, None]:
        """Return the tests that decided on the way, each once."""
        return dict.fromkeys(test for _, finding in self.edges for test in finding.support)

    def waits(self) -> dict[str, None]:
        """Return the unknown facts on which the way depends, each once."""
        return dict.fromkeys(
            fact for _, finding in self.edges if finding.truth is None for fact in finding.unknown
        )


class Place:
    """A node in the order of the graph, and what it said of patients."""

    __slots__ = ("asked", "heres", "name")

    def __init__(self, name: str, node: Node) -> None:
        """Find out which facts its conditions ask."""
        self.name = name
        self.asked = tuple(dict.fromkeys(fact for c in conditions(node) for fact in facts_of(c)))
        self.heres: dict[tuple[Value | None, ...], Here] = {}


class Memory:
    """What was found out about a guideline's nodes, the ways to them, and what is made of both.

    All is let go at once where it grows too large; walks hold what they use.
    """

    def __init__(self, guideline: Guideline) -> None:
        """Begin with nothing."""
        self.guideline = guideline
        self.places = [Place(name, guideline.nodes[name]) for name in order(guideline)]
        self._ranks = {place.name: rank for rank, place in enumerate(self.places)}
        self._forget()

    def _forget(self) -> None:
        self.start = Path()
        self.made: dict[Any, Any] = {}
        """What was made of offers alone, whatever the path to them."""
        self._joins: dict[Any, Path] = {}
        self._size = 0
        for place in self.places:
            place.heres = {}

    def room(self) -> None:
        """Make room for one more entry."""
        if self._size >= MAX_KEPT:
            self._forget()
        self._size += 1

    def here(self, place: Place, facts: Mapping[str, Value], *, sure: bool) -> Here:
        """Return what a node says of a patient who reaches it for sure, or may."""
        key = (sure, *[facts.get(fact) for fact in place.asked])
        found = place.heres.get(key)
        if found is None:
            self.room()
            found = here(self.guideline, place.name, self._ranks, facts, sure=sure)
            place.heres[key] = found
        return found

    def on(self, path: Path, way: Way) -> Path:
        """Return the path that goes on by an edge."""
        found = path.onward.get(way.finding)
        if found is None:
            self.room()
            found = path.onward[way.finding] = Path((*path.edges, (way.rank, way.finding)))
        return found

    def joined(self, paths: list[Path]) -> Path:
        """Return the path of a node to which several lead."""
        if len(paths) == 1:
            return paths[0]
        key = tuple(paths)
        found = self._joins.get(key)
        if found is None:
            self.room()
            edges = {edge for path in paths for edge in path.edges}
            found = self._joins[key] = Path(tuple(sorted(edges, key=itemgetter(0))))
        return found


@kept
def memory(guideline: Guideline) -> Memory:
    """Return what is remembered of a guideline, as long as it lives."""
    return Memory(guideline)


class Stop(NamedTuple):
    """A node that is reached, or may be: what it says, and the path to it."""

    here: Here
    path: Path
    sure: bool


def trace(memory: Memory, facts: Mapping[str, Value]) -> list[Stop]:
    """Follow every edge that is true or may be, from the start, in the order of the graph."""
    certain: dict[str, list[Path]] = {memory.guideline.start: [memory.start]}
    perhaps: dict[str, list[Path]] = {}
    stops: list[Stop] = []
    for place in memory.places:
        name = place.name
        sure = name in certain
        if not sure and name not in perhaps:
            continue
        path = memory.joined(certain[name] if sure else perhaps[name])
        found = memory.here(place, facts, sure=sure)
        stops.append(Stop(found, path, sure))
        # What may be reached waits only as far back as nothing is certain yet.
        before = memory.start if sure else path
        for way in found.ways:
            if sure and way.finding.truth:
                certain.setdefault(way.to, []).append(memory.on(path, way))
            else:
                perhaps.setdefault(way.to, []).append(memory.on(before, way))
    return stops
