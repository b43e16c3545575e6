"""How far a patient gets: every node that is reached or may be, and on what that rests."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from ros1tree.graph import order
from ros1tree.model import Guideline, Value, kept
from ros1tree.walk.reading import Book, Finding, Here, Place, Way
from ros1tree.walk.result import Because

MAX_KEPT = 50_000
"""So many things are remembered of a guideline; what is made of many things counts as many."""


class Path:
    """The ways to a node: the paths before it, and the edge that it adds; it does not change."""

    __slots__ = ("_tests", "before", "made", "onward", "way")

    def __init__(self, before: tuple["Path", ...] = (), way: Way | None = None) -> None:
        """Take the paths before; where several join, no edge is added."""
        self.before, self.way = before, way
        self.onward: dict[Way, Path] = {}
        """The paths that go on from here, by the next edge."""
        self.made: dict[Any, Any] = {}
        """What was made of it, for all walks that come here."""
        self._tests: dict[int, Because] | None = None

    def findings(self) -> list[Finding]:
        """Return what the edges on the ways say, in the order of the graph."""
        seen: set[Path] = set()
        ways: dict[tuple[int, int], Finding] = {}
        agenda = [self]
        while agenda:
            path = agenda.pop()
            if path not in seen:
                seen.add(path)
                agenda += path.before
                if path.way is not None:
                    ways[path.way.rank] = path.way.finding
        return [ways[rank] for rank in sorted(ways)]

    def tests(self) -> dict[int, Because]:
        """Return the tests that decided on the way, each once; equal ones are one object."""
        if self._tests is None:
            tests = (test for finding in self.findings() for test in finding.support)
            self._tests = {id(test): test for test in tests}
        return self._tests

    def waits(self) -> dict[str, None]:
        """Return the unknown facts on which the way depends, each once."""
        unknown = (finding.unknown for finding in self.findings() if finding.truth is None)
        return dict.fromkeys(fact for some in unknown for fact in some)


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
        return found or self.book.keep(path.onward, way, Path((path,), way))

    def joined(self, paths: list[Path]) -> Path:
        """Return the path of a node to which several lead."""
        key = tuple(paths)
        return self._joins.get(key) or self.book.keep(self._joins, key, Path(key))


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
