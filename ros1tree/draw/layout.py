"""Where boxes stand to each other: ranks, the trunk, exits beside their question.

The layout engine places the boxes; this says only what it cannot know. Everything follows from
the picture's own order, so that the same picture is laid out the same way.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from itertools import chain, pairwise

from ros1tree.draw.measure import width
from ros1tree.draw.picture import Picture

PANEL, TITLE, EXIT = 16.5, 14.0, 10.5
"""Widths of text in em of its size: in a panel, in another box, in a silent one."""
COLUMN = 70.0
"""How wide ends stand side by side, in em, before their row is folded."""
_LONG = 3


@dataclass(frozen=True, slots=True)
class Layout:
    """What the engine is told."""

    rank: Mapping[str, int]
    """Of each box, from the top; boxes of one band are never level with those of another."""
    stops: Mapping[tuple[str, str], int]
    """Of a long arrow, by tail and head: the rank of its label, close to the tail."""
    trunk: frozenset[str]
    """The boxes on the main way, one below the other."""
    straight: frozenset[tuple[str, str]]
    """The arrows of the main way, by tail and head."""
    fans: Mapping[str, tuple[str, ...]]
    """Of a question, the panels that stand side by side below it, in their own order."""
    meets: Mapping[str, str]
    """Of such a question, the box where all those panels lead, if they do."""
    joints: tuple[tuple[str, str], ...]
    """Boxes of neighbouring bands, to be drawn one below the other as well."""
    right: Mapping[str, str]
    """Of an exit right of its question: the question."""
    left: Mapping[str, str]
    """Of an exit left of its question."""


def layout(picture: Picture) -> Layout:
    """Return where the boxes of a picture stand to each other."""
    return _Layout(picture).layout()


def _downward(picture: Picture) -> list[tuple[str, str]]:
    """Return the ways from tail to head without those that close a circle.

    Boxes of a guideline lead in none, but its sections may lead to each other.
    """
    place = {box.id: number for number, box in enumerate(picture.boxes())}
    ways = [(arrow.tail, arrow.head) for arrow in picture.arrows]
    while True:
        sorter = TopologicalSorter[str]()
        for tail, head in ways:
            sorter.add(head, tail)
        try:
            sorter.prepare()
        except CycleError as error:
            circle = pairwise(error.args[1])
            ways.remove(min(circle, key=lambda way: place[way[1]] - place[way[0]]))
        else:
            return ways


class _Layout:
    def __init__(self, picture: Picture) -> None:
        self.picture = picture
        self.boxes = {box.id: box for box in picture.boxes()}
        self.band = {box.id: band.id for band in picture.bands for box in band.boxes}
        self.out: dict[str, list[str]] = defaultdict(list)
        self.into: dict[str, list[str]] = defaultdict(list)
        for tail, head in _downward(picture):
            self.out[tail].append(head)
            self.into[head].append(tail)
        self.right: dict[str, str] = {}
        self.left: dict[str, str] = {}
        self.depth: dict[str, int] = {}

    def layout(self) -> Layout:
        bands = [[box.id for box in band.boxes] for band in self.picture.bands]
        trunks = [
            self._trunk(names, after) for names, after in zip(bands, [*bands[1:], []], strict=True)
        ]
        trunk = frozenset(name for names in trunks for name in names)
        for name in chain.from_iterable(trunks):
            self._exits(name)
        for names in bands:
            self._deepen(names, trunk)
        rank = self._ranked(bands)
        straight = frozenset(pairwise(chain.from_iterable(trunks)))
        fans = {name: fan for name in self.boxes if len(fan := self._fan(name, rank)) > 1}
        return Layout(
            rank=rank,
            stops={
                (arrow.tail, arrow.head): rank[arrow.tail] + 1
                for arrow in self.picture.arrows
                if (arrow.label or arrow.count)
                and rank[arrow.head] - rank[arrow.tail] > _LONG
                and (arrow.tail, arrow.head) not in straight
            },
            trunk=trunk - {*self.right, *self.left},
            straight=straight,
            fans=fans,
            meets={
                name: next(iter(ends))
                for name, panels in fans.items()
                if len(ends := {end for panel in panels for end in self.out[panel]}) == 1
                and self.band[next(iter(ends))] == self.band[name]
            },
            joints=tuple(
                (max(above, key=lambda name: rank[name]), below[0])
                for above, below in pairwise(bands)
            ),
            right=self.right,
            left=self.left,
        )

    def _exits(self, question: str) -> None:
        """Choose the exits beside a question of the trunk: at most one on each side."""
        exits = [box for box in self.out[question] if self._is_exit(box, question)]
        if len(exits) == len(self.out[question]):
            return  # they are all there is: below, side by side
        for box, side in zip(exits, (self.right, self.left), strict=False):
            side[box] = question

    def _is_exit(self, name: str, question: str) -> bool:
        box = self.boxes[name]
        return (
            not self.out[name]
            and len(self.into[name]) == 1
            and self.band[name] == self.band[question]
            and (box.kind in ("silent", "link") or len(box.rows) == 1)
        )

    def _deepen(self, names: list[str], trunk: AbstractSet[str]) -> None:
        """Find how deep each box of a band stands in it."""
        here, beside = set(names), {*self.right, *self.left}
        for name in self._sorted(names):
            above = [self.depth[source] for source in self.into[name] if source in here]
            self.depth[name] = max(above, default=-1) + (name not in beside)
        self._fold(names, beside, trunk)

    def _sorted(self, names: Iterable[str]) -> list[str]:
        """Return boxes, each after those that lead to it."""
        stack = list(names)[::-1]
        here, done = set(stack), dict[str, None]()
        while stack:
            name = stack[-1]
            waiting = [box for box in self.into[name] if box in here and box not in done]
            if waiting:
                stack += waiting
            else:
                done[stack.pop()] = None
        return list(done)

    def _fold(self, names: list[str], beside: set[str], trunk: AbstractSet[str]) -> None:
        """Let ends that would make a row too wide stand further down, side by side."""
        rows: dict[int, list[str]] = defaultdict(list)
        for name in names:
            rows[self.depth[name]].append(name)
        shift = 0
        for place in sorted(rows):
            ends = [name for name in rows[place] if name not in beside and not self.out[name]]
            used = sum(self._width(name) for name in rows[place] if name not in ends)
            extra = 0
            for name in rows[place]:
                self.depth[name] = place + shift
            for name in ends:
                # Beside the trunk there is room on one side alone.
                room = COLUMN if trunk >= {*self.into[name]} else COLUMN / 2
                if used and used + self._width(name) > room:
                    extra, used = extra + 1, 0.0
                self.depth[name] += extra
                used += self._width(name)
            shift += extra

    def _width(self, name: str) -> float:
        box = self.boxes[name]
        return PANEL + 6 if box.rows else min(width(box.title), TITLE) + 5

    def _fan(self, question: str, rank: Mapping[str, int]) -> tuple[str, ...]:
        return tuple(
            name
            for name in self.out[question]
            if self.boxes[name].rows
            and len(self.into[name]) == 1
            and self.band[name] == self.band[question]
            and rank[name] == rank[question] + 1
        )

    def _ranked(self, bands: list[list[str]]) -> dict[str, int]:
        """Return the rank of every box; a long arrow's label needs one below its tail."""
        rank, base = dict[str, int](), 0
        for names in bands:
            here = set(names)
            for name in names:
                rank[name] = base + self.depth[name]
            leaving = [
                rank[arrow.tail] + 1
                for arrow in self.picture.arrows
                if arrow.tail in here and arrow.head not in here
            ]
            base = max([*(rank[name] + 1 for name in names), *leaving], default=base)
        return rank

    def _trunk(self, names: list[str], after: list[str]) -> list[str]:
        """Return the longest way through a band: from its first box, to the next band if it can.

        It ends where it would have to choose between ways of the same length.
        """
        here, ends = set(names), set(after[:1])
        size: dict[str, tuple[bool, int, bool]] = {}
        for name in reversed(self._sorted(names)):
            ways = [size[box] for box in self.out[name] if box in here]
            leads, longest, _ = max(ways, default=(False, 0, False))
            leads = leads or not ends.isdisjoint(self.out[name])
            # Of ways that are equally long, the one that does not end in silence.
            size[name] = leads, 1 + longest, self.boxes[name].kind not in ("silent", "link")
        trunk, name = [], names[0] if names else ""
        while name:
            trunk.append(name)
            ways_on = [box for box in self.out[name] if box in here]
            sizes = sorted((size[box] for box in ways_on), reverse=True)
            torn = len(sizes) > 1 and sizes[0] == sizes[1]
            stop = torn or not ends.isdisjoint(self.out[name])
            name = "" if stop else max(ways_on, key=size.__getitem__, default="")
        return trunk
