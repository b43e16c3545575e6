"""The next question: which missing facts can still change what a patient gets."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ros1tree.model import Guideline, Value
from ros1tree.proof.reach import Outcome, Reach, bounded, proof
from ros1tree.proof.space import Patients


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
    possible patients, who answer differently to this fact alone, differ in the outcome,
    or where one of its values settles what is open. Where something is open and no single fact
    decides it, all are returned. Notes are no outcome. Raises TooLargeError.
    """
    found = proof(guideline)
    with bounded(guideline):
        here, open_outcomes = _open(found, facts)
        if not here.satisfiable():  # nobody has these facts: nothing is proved of them
            return tuple(Relevant(fact, ()) for fact in missing)
        unasked = [found.reader.keys[name] for name in guideline.facts if name not in found.asked()]
        sides = {o: _sides(found, here, who, unasked) for o, who in open_outcomes.items()}
        rows = [
            Relevant(fact, tuple(o for o, both in sides.items() if _decides(found, fact, *both)))
            for fact in missing
        ]
    decided = tuple(row for row in rows if row.decides)
    if open_outcomes and not decided:
        return tuple(Relevant(row.fact, tuple(open_outcomes)) for row in rows)
    return decided


def settled(guideline: Guideline, facts: Mapping[str, Value]) -> tuple[Outcome, ...]:
    """Return what a patient gets whatever is still missing, though a walk may not be sure yet.

    `facts` are all that take part, defaults among them. Raises TooLargeError.
    """
    found = proof(guideline)
    with bounded(guideline):
        here = found.possible & found.reader.like(facts)
        sure = [o for o, who in found.outcomes.items() if not (here & ~who).satisfiable()]
        return tuple(sure) if here.satisfiable() else ()


def _open(found: Reach, facts: Mapping[str, Value]) -> tuple[Patients, dict[Outcome, Patients]]:
    """Return whom a patient may turn out to be, and the outcomes that this leaves open."""
    here = found.possible & found.reader.like(facts)
    return here, {
        outcome: who
        for outcome, who in found.outcomes.items()
        if (who & here).satisfiable() and (here & ~who).satisfiable()
    }


_Key = tuple[str, str]


def _sides(
    found: Reach, here: Patients, who: Patients, unasked: Iterable[_Key]
) -> tuple[Patients, Patients]:
    """Return the patients with and without an outcome, told apart by facts that are asked alone."""
    yes, no = here & who, here & ~who
    for key in unasked:
        yes, no = found.space.without(yes, key), found.space.without(no, key)
    return yes, no


def _decides(found: Reach, fact: str, yes: Patients, no: Patients) -> bool:
    space, key = found.space, found.reader.keys[fact]
    if (space.without(yes, key) & space.without(no, key)).satisfiable():
        return True
    # Where facts depend on each other, nobody may differ in one alone; then one may settle it.
    for other in space.codings:
        if other != key:
            yes, no = space.without(yes, other), space.without(no, other)
    return yes != no
