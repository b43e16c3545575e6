"""The numbers that a reviewer reads: who gets what, how long the ways are, how much is asked."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

from ros1tree.graph import order, ways_in
from ros1tree.model import Guideline
from ros1tree.proof import Outcome, Patients, Reach, bounded, proof


@dataclass(frozen=True, slots=True)
class Part:
    """Some patients, and their share of all possible ones."""

    patients: int
    share: float


@dataclass(frozen=True, slots=True)
class Summary:
    """A guideline in numbers; every count is exact."""

    nodes: int
    facts: int
    patients: int
    recommended: Part
    """Who is recommended something."""
    silent: Part
    """At whom the guideline is silent somewhere on the way."""
    unanswered: Part
    """For whom the guideline itself fails: a gap or an overlap."""
    outcomes: tuple[tuple[Outcome, Part], ...]
    """Who gets each intervention in its best tier, who is barred, who meets silence."""
    longest_path: tuple[str, ...]
    """The longest way that somebody takes."""
    fewest_questions: int | None
    """How many facts the patient with the fewest questions is asked; None beyond 100 facts."""
    most_questions: int | None

    def to_json(self, indent: int | None = None) -> str:
        """Return the summary as JSON."""
        data: dict[str, Any] = asdict(self)
        data["outcomes"] = [
            {"outcome": what, "name": name, "tier": tier or None, **asdict(part)}
            for (what, name, tier), part in self.outcomes
        ]
        return json.dumps(data, indent=indent, ensure_ascii=False)


def summary(guideline: Guideline) -> Summary:
    """Return a guideline in numbers; raises TooLargeError."""
    with bounded(guideline):
        return _summary(guideline, proof(guideline))


def _summary(guideline: Guideline, found: Reach) -> Summary:
    space = found.space
    everybody = space.count(found.possible)

    def part(who: Patients) -> Part:
        count = space.count(who)
        return Part(count, count / everybody if everybody else 0.0)

    outcomes = found.outcomes
    offered = [who for (what, _, _), who in outcomes.items() if what == "offer"]
    fewest, most = _questions(found)
    return Summary(
        nodes=len(guideline.nodes),
        facts=len(guideline.facts),
        patients=everybody,
        recommended=part(space.some(offered)),
        silent=part(space.some(who for _, who in found.silent())),
        unanswered=part(space.some(who for _, who in found.faults())),
        outcomes=tuple((key, part(who)) for key, who in outcomes.items()),
        longest_path=_longest(found),
        fewest_questions=fewest,
        most_questions=most,
    )


def _longest(found: Reach) -> tuple[str, ...]:
    """Return the longest way that one patient takes from the start."""
    guideline, nobody = found.guideline, found.space.nobody
    if whole := _longest_drawn(found):
        return whole
    # Who comes to a node after how many steps; a longer way to it may be another patient's.
    after: dict[tuple[str, int], Patients] = {(guideline.start, 0): found.possible}
    for name in order(guideline):
        for steps in [steps for node, steps in after if node == name]:
            for edge in guideline.nodes[name].next:
                on = after[name, steps] & found.reader.patients(edge.when)
                if on.satisfiable():
                    key = edge.to, steps + 1
                    after[key] = after.get(key, nobody) | on
    return _back(found, after) if found.possible.satisfiable() else ()


def _back(found: Reach, after: Mapping[tuple[str, int], Patients]) -> tuple[str, ...]:
    """Return the way of one patient who took the most steps, found from its end."""
    name, steps = max(after, key=lambda key: key[1])
    who, path = after[name, steps], [name]
    into = ways_in(found.guideline)
    while steps:
        steps -= 1
        for source in into[path[0]]:
            (edge,) = (e for e in found.guideline.nodes[source].next if e.to == path[0])
            came = after.get((source, steps), found.space.nobody)
            came &= found.reader.patients(edge.when) & who
            if came.satisfiable():
                who, path = came, [source, *path]
                break
    return tuple(path)


def _longest_drawn(found: Reach) -> tuple[str, ...]:
    """Return the longest way that is drawn, if one patient takes all of it."""
    guideline = found.guideline
    ways: dict[str, tuple[str, ...]] = {}
    for name in reversed(order(guideline)):
        onward = [ways[edge.to] for edge in guideline.nodes[name].next]
        ways[name] = (name, *max(onward, key=len, default=()))
    path, who = ways[guideline.start], found.possible
    for name, to in pairwise(path):
        (edge,) = (edge for edge in guideline.nodes[name].next if edge.to == to)
        who &= found.reader.patients(edge.when)
    return path if who.satisfiable() else ()


FACTS = 100
"""Up to how many facts questions are counted: each of them is a set for each number."""


def _questions(found: Reach) -> tuple[int, int] | tuple[None, None]:
    """Return how many facts the patients with the fewest and the most questions are asked."""
    if len(found.guideline.facts) > FACTS:
        return None, None
    by_count: list[Patients] = [found.possible]
    for asked in found.asked().values():
        by_count = [
            (_at(by_count, number, found) & ~asked) | (_at(by_count, number - 1, found) & asked)
            for number in range(len(by_count) + 1)
        ]
    numbers = [number for number, who in enumerate(by_count) if who.satisfiable()]
    return (min(numbers), max(numbers)) if numbers else (0, 0)


def _at(by_count: list[Patients], number: int, found: Reach) -> Patients:
    return by_count[number] if 0 <= number < len(by_count) else found.space.nobody
