"""Where an interview stands: the walk so far, what follows from the answers, what still matters."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from ros1tree.errors import TooLargeError
from ros1tree.facts import with_defaults
from ros1tree.model import Condition, Guideline, NumberFact, Value
from ros1tree.proof import Outcome, Relevant, bounded, proof, relevant, settled
from ros1tree.walk import Walk, walk


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a patient, and what that means."""

    walk: Walk
    followed: Mapping[str, Value]
    """The facts that nobody told, since what was told leaves them one value."""
    relevant: tuple[Relevant, ...] = ()
    settled: tuple[Outcome, ...] = ()
    unproved: str = ""
    """Why it is not known which facts matter; all that are missing are then asked."""


def standing(guideline: Guideline, known: Mapping[str, Value]) -> Standing:
    """Return where an interview stands; the known facts were checked."""
    followed: dict[str, Value] = {}
    try:
        # What follows lets the walk go on, and there something else may follow.
        while True:
            here = walk(guideline, {**known, **followed})
            missing = [row.fact for row in here.missing]
            more = following(guideline, here.facts, missing) if missing else {}
            if not more:
                break
            followed |= more
        found = Standing(here, followed)
        return _proved(guideline, found, missing) if missing else found
    except TooLargeError as error:
        rows = tuple(Relevant(row.fact, ()) for row in here.missing)
        return Standing(here, followed, rows, unproved=str(error))


def _proved(guideline: Guideline, found: Standing, missing: Iterable[str]) -> Standing:
    whole = with_defaults(guideline, found.walk.facts)
    rows, sure = relevant(guideline, whole, missing), settled(guideline, whole)
    return replace(found, relevant=rows, settled=sure)


def following(
    guideline: Guideline, known: Mapping[str, Value], names: Iterable[str]
) -> dict[str, Value]:
    """Return those of the named facts that can have one value alone; raises TooLargeError.

    A number is left to be told: all numbers between two thresholds are one to the proof.
    """
    found = proof(guideline)
    with bounded(guideline):
        here = found.possible & found.reader.like(with_defaults(guideline, known))
        one = found.space.one(here) or {}
        return {
            name: value
            for name, key in ((name, found.reader.keys[name]) for name in names)
            if (value := one.get(key)) is not None
            and not isinstance(guideline.facts[name], NumberFact)
            and not (here & ~found.reader.like({name: value})).satisfiable()
        }


def possible(
    guideline: Guideline, known: Mapping[str, Value], conditions: Iterable[Condition] = ()
) -> list[bool]:
    """Tell of each condition whether a patient with the known facts meets it.

    Where nobody has the known facts, everything counts as possible: nothing is proved of them.
    Raises TooLargeError.
    """
    found = proof(guideline)
    with bounded(guideline):
        here = found.possible & found.reader.like(with_defaults(guideline, known))
        nobody = not here.satisfiable()
        return [nobody or (here & found.reader.patients(when)).satisfiable() for when in conditions]


def exists(guideline: Guideline, known: Mapping[str, Value]) -> bool:
    """Tell whether a patient can have these facts; raises TooLargeError."""
    found = proof(guideline)
    with bounded(guideline):
        return (found.possible & found.reader.like(with_defaults(guideline, known))).satisfiable()
