"""The next question: which missing facts can still change what a patient gets."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ros1tree.model import Guideline, Value, kept
from ros1tree.proof.reach import Outcome, Reach, bounded, reach
from ros1tree.proof.space import Patients, Space


@kept
def proof(guideline: Guideline) -> Reach:
    """Return how far every patient of a guideline gets; raises TooLargeError."""
    return reach(Space(guideline), guideline)


@dataclass(frozen=True, slots=True)
class Relevant:
    """A missing fact that can still change the outcome, and what it would decide."""

    fact: str
    decides: tuple[Outcome, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        rows = [
            {"what": what, "name": name, "tier": tier or None} for what, name, tier in self.decides
        ]
        return {"fact": self.fact, "decides": rows}


def relevant(
    guideline: Guideline, facts: Mapping[str, Value], missing: Iterable[str]
) -> tuple[Relevant, ...]:
    """Return those of the missing facts that can still change the outcome of a patient.

    `facts` are all that take part, defaults among them. A fact decides an outcome where two
    possible patients, who differ in this fact alone, differ in the outcome, or where one of its
    values settles what is open. Notes are no outcome. Raises TooLargeError.
    """
    found = proof(guideline)
    with bounded(guideline):
        here = found.possible & found.reader.like(facts)
        open_outcomes = {
            outcome: who
            for outcome, who in found.outcomes.items()
            if (who & here).satisfiable() and (here & ~who).satisfiable()
        }
        rows = [
            Relevant(
                fact,
                tuple(o for o, who in open_outcomes.items() if _decides(found, fact, here, who)),
            )
            for fact in missing
        ]
    return tuple(row for row in rows if row.decides)


def _decides(found: Reach, fact: str, here: Patients, who: Patients) -> bool:
    space, key = found.space, found.reader.keys[fact]
    yes, no = here & who, here & ~who
    if (space.without(yes, key) & space.without(no, key)).satisfiable():
        return True
    # Where facts depend on each other, nobody may differ in one alone; then one may settle it.
    return (space.without(yes, key) & here) != here and _settles(space, key, yes, no)


def _settles(space: Space, key: tuple[str, str], yes: Patients, no: Patients) -> bool:
    others = [other for other in space.codings if other != key]
    for other in others:
        yes, no = space.without(yes, other), space.without(no, other)
    return yes != no
