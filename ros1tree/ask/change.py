"""What an answer made certain."""

from collections.abc import Mapping
from dataclasses import dataclass

from ros1tree.model import Value
from ros1tree.walk import Avoid, Fault, Recommendation, Silence, Walk


@dataclass(frozen=True, slots=True)
class Change:
    """What is certain now and was not before, and what is possible no longer."""

    known: Mapping[str, Value]
    """The facts that are known now; more than one where others follow."""
    recommendations: tuple[Recommendation, ...]
    """What is recommended now, or in a better tier."""
    avoid: tuple[Avoid, ...]
    not_covered: tuple[Silence, ...]
    faults: tuple[Fault, ...]
    excluded: tuple[str, ...]
    """The interventions that might have been offered, and now are not."""


def change(before: Walk | None, after: Walk) -> Change:
    """Compare two walks of one patient; without a first one, all that is certain is new."""
    old = {} if before is None else dict(before.facts)
    ranks = {(r.intervention, r.tier) for r in before.recommendations} if before else set()
    barred = {row.intervention for row in before.avoid} if before else set()
    return Change(
        known={name: value for name, value in after.facts.items() if name not in old},
        recommendations=tuple(
            row for row in after.recommendations if (row.intervention, row.tier) not in ranks
        ),
        avoid=tuple(row for row in after.avoid if row.intervention not in barred),
        not_covered=tuple(
            row for row in after.not_covered if before is None or row not in before.not_covered
        ),
        faults=tuple(row for row in after.faults if before is None or row not in before.faults),
        excluded=tuple(name for name in _open(before) if name not in _open(after)),
    )


def _open(walk: Walk | None) -> dict[str, None]:
    """Return the interventions that are or may be offered."""
    if walk is None:
        return {}
    sure = [row.intervention for row in walk.recommendations]
    return dict.fromkeys(
        [*sure, *(row.intervention for row in walk.possible if row.tier != "avoid")]
    )
