"""How much the cases see: the guideline is broken on purpose, and a case should fail."""

import json
from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any

from ros1tree.cases.suite import Case, run
from ros1tree.load import guideline as built
from ros1tree.model import TIERS, Guideline, Tier
from ros1tree.proof import differing


@dataclass(frozen=True, slots=True)
class Survivor:
    """A mutant that no case fails on, though patients get something else from it."""

    what: str
    """What was broken."""
    node: str
    patients: int
    """How many patients get something else."""


@dataclass(frozen=True, slots=True)
class Mutation:
    """What the cases caught, and what they did not."""

    caught: int
    equivalent: int
    """Mutants that change nothing for anybody, by proof: nothing can catch them."""
    survivors: tuple[Survivor, ...]

    @property
    def share(self) -> float:
        """The share of those that can be caught which are; 1 where there are none."""
        catchable = self.caught + len(self.survivors)
        return self.caught / catchable if catchable else 1.0

    def to_json(self, indent: int | None = None) -> str:
        """Return the result as JSON."""
        return json.dumps({**asdict(self), "share": self.share}, indent=indent, ensure_ascii=False)


def mutate(guideline: Guideline, cases: Iterable[Case]) -> Mutation:
    """Break a guideline in many small ways and run its cases; raises TooLargeError.

    Cases that fail on the guideline as it is notice nothing, and are left out.
    """
    known = tuple(row.case for row in run(guideline, cases).outcomes if not row.failures)
    caught = equivalent = 0
    survivors: list[Survivor] = []
    for what, node, data in _mutants(guideline):
        mutant = built(data)
        if run(mutant, known).failed:
            caught += 1
        elif patients := differing(guideline, mutant):
            survivors.append(Survivor(what, node, patients))
        else:
            equivalent += 1
    return Mutation(caught, equivalent, tuple(survivors))


_Mutant = tuple[str, str, dict[str, Any]]


def _mutants(guideline: Guideline) -> Iterator[_Mutant]:
    """Yield a guideline broken in one place each, with what was done and where."""
    whole = guideline.to_data()
    for name, node in guideline.nodes.items():
        if node.kind == "decision":
            for one, other in combinations(range(len(node.next)), 2):
                data, here = _copy(whole, name)
                ways = here["next"]
                ways[one]["to"], ways[other]["to"] = ways[other]["to"], ways[one]["to"]
                yield (
                    f"the branches to {ways[one]['to']} and {ways[other]['to']} swapped",
                    name,
                    data,
                )
        for part in ("offers", "next"):
            yield from _unguarded(whole, name, part)
        for place, offer in enumerate(node.offers):
            yield from _offers(whole, name, place, offer.intervention, offer.tier)


def _unguarded(whole: dict[str, Any], name: str, part: str) -> Iterator[_Mutant]:
    for place, entry in enumerate(whole["nodes"][name].get(part, ())):
        if entry.get("when"):
            data, here = _copy(whole, name)
            del here[part][place]["when"]
            yield f"the guard of {entry.get('intervention') or entry['to']} dropped", name, data


def _offers(
    whole: dict[str, Any], name: str, place: int, intervention: str, tier: Tier
) -> Iterator[_Mutant]:
    data, here = _copy(whole, name)
    here["offers"][place]["tier"] = other = TIERS[(TIERS.index(tier) + 1) % len(TIERS)]
    yield f"{intervention} made {other} instead of {tier}", name, data
    data, here = _copy(whole, name)
    del here["offers"][place]
    yield f"the offer of {intervention} ({tier}) removed", name, data


def _copy(whole: dict[str, Any], name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    data = deepcopy(whole)
    return data, data["nodes"][name]
