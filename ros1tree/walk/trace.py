"""How far a patient gets: every node that is reached or may be, and on what that rests."""

from collections.abc import Mapping
from operator import itemgetter
from typing import Any, NamedTuple

from ros1tree.graph import order
from ros1tree.model import Guideline, Value, kept
from ros1tree.walk.reading import Book, Finding, Here, Place, Way
from ros1tree.walk.result import Because

MAX_KEPT = 20_000
"""So many things are remembered of a guideline."""


class Path:
    """The edges on the ways to a node, in the order of the graph; it does not change."""

    __slots__ = ("edges", "made", "onward", "tests")

    def __init__(self, edges: tuple[tuple[tuple[int, int], Finding], ...] = ()) -> None:
        """Keep edges with their ranks."""
        self.edges = edges
        self.onward: dict[Way, Path] = {}
        """The paths that go on from here, by the next edge."""
        self.made: dict[Any, Any] = {}
        """What was made of it, for all walks that come here."""
        self.tests: dict[int, Because] = {
            id(test): test for _, finding in edges for test in finding.support
        }
        """The tests that decided on the way, each once; equal ones are one object."""

    def waits(self) -> dict[str, None]:
        """Return the unknown facts on which the way depends, each once."""
        return dict.fromkeys(
            fact for _, finding in self.edges if finding.truth is None for fact in finding.unknown
        )


class Memory:
    """The nodes of a guideline in the order of the graph, with what they said of patients."""

    def __init__(self, guideline: Guideline) -> None:
        """Begin with nothing."""
        self.begin = guideline.start
        self.book = Book(guideline.facts)
        names = order(guideline)
        ranks = {name: rank for rank, name in enumerate(names)}
        self.places = [Place(guideline, name, ranks, self.book) for name in names]
        self.start = Path()
        self.made: dict[Any, Any] = {}
        """What was made of offers, whatever the path to them."""
        self._joins: dict[Any, Path] = {}

    def on(self, path: Path, way: Way) -> Path:
        """Return the path that goes on by an edge."""
        found = path.onward.get(way)
        if found is None:
            made = Path((*path.edges, (way.rank, way.finding)))
            found = self.book.keep(path.onward, way, made)
        return found

    def joined(self, paths: list[Path]) -> Path:
        """Return the path of a node to which several lead."""
        key = tuple(paths)
        found = self._joins.get(key)
        if found is None:
            edges = {edge for path in paths for edge in path.edges}
            made = Path(tuple(sorted(edges, key=itemgetter(0))))
            found = self.book.keep(self._joins, key, made)
        return found


def memory(guideline: Guideline) -> Memory:
    """Return what is remembered of a guideline as long as it lives, or until that grows large.

    A walk that began with an earlier memory goes on with it.
    """
    held = _held(guideline)
    if held[0].book.size > MAX_KEPT:
        held[0] = Memory(guideline)
    return held[0]


@kept
def _held(guideline: Guideline) -> list[Memory]:
    return [Memory(guideline)]


class Stop(NamedTuple):
    """A node that is reached, or may be: what it says, and the path to it."""

    place: Place
    here: Here
    path: Path
    sure: bool


def trace(memory: Memory, facts: Mapping[str, Value]) -> list[Stop]:
    """Follow every edge that is true or may be, from the start, in the order of the graph."""
    certain: dict[str, list[Path]] = {memory.begin: [memory.start]}
    perhaps: dict[str, list[Path]] = {}
    stops: list[Stop] = []
    for place in memory.places:
        ways = certain.get(place.name)
        sure = ways is not None
        ways = ways or perhaps.get(place.name)
        if ways is None:
            continue
        path = ways[0] if len(ways) == 1 else memory.joined(ways)
        here = place.here(facts, sure=sure)
        stops.append(Stop(place, here, path, sure))
        # What may be reached waits only as far back as nothing is certain yet.
        before = memory.start if sure else path
        for way in here.ways:
            if sure and way.finding.truth:
                onward, reached = path.onward.get(way) or memory.on(path, way), certain
            else:
                onward, reached = before.onward.get(way) or memory.on(before, way), perhaps
            if way.to in reached:
                reached[way.to].append(onward)
            else:
                reached[way.to] = [onward]
    return stops
