"""From what was counted to a population."""

from collections import Counter
from collections.abc import Iterable, Mapping

from ros1tree.cohort.columns import Plan
from ros1tree.cohort.compile import Key
from ros1tree.graph import order
from ros1tree.model import TIERS, FrozenDict, Guideline
from ros1tree.outcome import STATUSES, barred_column, impossible_words
from ros1tree.population import Passage, Population, Refused, Share


def population(
    guideline: Guideline,
    plan: Plan,
    rows: int,
    found: Mapping[Key, int],
    refused: Counter[tuple[str, str]],
) -> Population:
    """Return what was `found` of so many rows, and which values were refused, as a population."""
    return Population(
        guideline=guideline.id,
        version=guideline.version,
        digest=guideline.digest,
        patients=rows,
        status=FrozenDict({name: found["status", name] for name in STATUSES}),
        interventions=FrozenDict({name: _share(name, found) for name in guideline.interventions}),
        nodes=FrozenDict({name: _passage(("node", name), found) for name in order(guideline)}),
        edges=FrozenDict(
            {
                name: FrozenDict(
                    {edge.to: _passage(("edge", name, edge.to), found) for edge in node.next}
                )
                for name in order(guideline)
                if (node := guideline.nodes[name]).next
            }
        ),
        faults=FrozenDict(
            {name: found["fault", name] for name in order(guideline) if ("fault", name) in found}
        ),
        missing=FrozenDict(
            {name: found["missing", name] for name in guideline.facts if ("missing", name) in found}
        ),
        refused=tuple(_refused(guideline, found, refused)),
        columns=FrozenDict({name: source.columns for name, source in plan.facts.items()}),
        passed=plan.passed,
    )


def _share(name: str, found: Mapping[Key, int]) -> Share:
    tiers: dict[str, int] = {
        tier: found["tier", name, tier] for tier in TIERS if ("tier", name, tier) in found
    }
    return Share(
        tiers=FrozenDict(tiers),
        avoid=found.get(("avoid", name), 0),
        possible=found.get(("possible", name), 0),
        possible_avoid=found.get(("possible", barred_column(name)), 0),
    )


def _passage(key: Key, found: Mapping[Key, int]) -> Passage:
    return Passage(found[*key, "certain"], found[*key, "possible"])


def _refused(
    guideline: Guideline, found: Mapping[Key, int], refused: Counter[tuple[str, str]]
) -> Iterable[Refused]:
    rows = [Refused(column, value, count) for (column, value), count in refused.items()]
    rows += [
        Refused("", impossible_words(guideline, place), count)
        for place in range(len(guideline.impossible))
        if (count := found["impossible", str(place)])
    ]
    return sorted(rows, key=lambda row: (-row.patients, row.column, row.value))
