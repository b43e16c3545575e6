"""One patient through the guideline: what is certain, what is possible, what is missing."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple, TypeVar

from ros1tree.condition import Truth, both, facts_of
from ros1tree.facts import facts as checked
from ros1tree.facts import with_defaults
from ros1tree.model import TIERS, FrozenDict, Guideline, Node, Offer
from ros1tree.walk.result import (
    Avoid,
    Because,
    Caution,
    Missing,
    Noted,
    Origin,
    Possible,
    Recommendation,
    Silence,
    Status,
    Walk,
)
from ros1tree.walk.trace import Reading, Trace, trace

T = TypeVar("T")


class _Made(NamedTuple):
    """An offer that is certain or possible, at its node."""

    node: str
    offer: Offer
    held: Truth


def walk(guideline: Guideline, facts: Mapping[str, Any]) -> Walk:
    """Walk a guideline with the facts of one patient.

    Facts that are not supplied are unknown; nothing is guessed. Raises FactsError where the facts
    contradict the guideline's vocabulary or each other, and never for a fact that is missing.
    """
    known = checked(guideline, facts)
    found = trace(Reading(guideline, with_defaults(guideline, known)))
    made = list(_made(found))
    recommendations = _recommendations(found, made)
    avoid = _avoid(found, made)
    notes = tuple(_notes(found))
    missing = _missing(found)
    faults = found.faults()
    silent = tuple(
        Silence(name, node.title)
        for name, node in found.nodes(certain=True)
        if node.kind == "silent"
    )
    barred = {entry.intervention for entry in avoid}
    return Walk(
        guideline=Origin(guideline.id, guideline.version, guideline.digest),
        facts=FrozenDict(known),
        status=_status(faults, missing, silent),
        steps=found.steps(),
        recommendations=recommendations,
        possible=_possible(found, made, recommendations, barred),
        avoid=avoid,
        notes=notes,
        missing=missing,
        conflicts=tuple(r.intervention for r in recommendations if r.intervention in barred),
        faults=faults,
        not_covered=silent,
        cautions=_cautions(guideline, (*recommendations, *avoid, *notes)),
    )


def _status(faults: tuple[Any, ...], missing: tuple[Any, ...], silent: tuple[Any, ...]) -> Status:
    if faults:
        return "fault"
    if missing:
        return "incomplete"
    return "not_covered" if silent else "complete"


def _made(found: Trace) -> Iterator[_Made]:
    """Yield every offer that is not excluded, in the order of the graph."""
    for name, reached in found.reached.items():
        for offer in found.reading.guideline.nodes[name].offers:
            held = both((reached, found.reading.truth(offer.when)))
            if held is not False:
                yield _Made(name, offer, held)


def _by_intervention(made: Iterable[_Made], *, avoid: bool) -> Iterator[list[_Made]]:
    """Yield the certain offers of each intervention together, the best tier first."""
    groups: dict[str, list[_Made]] = {}
    for entry in made:
        if entry.held and (entry.offer.tier == "avoid") is avoid:
            groups.setdefault(entry.offer.intervention, []).append(entry)
    for group in groups.values():
        yield sorted(group, key=lambda entry: TIERS.index(entry.offer.tier))


def _recommendations(found: Trace, made: list[_Made]) -> tuple[Recommendation, ...]:
    grounds = found.grounds()
    guideline = found.reading.guideline
    rows = [
        Recommendation(
            intervention=best.offer.intervention,
            title=guideline.interventions[best.offer.intervention].title,
            tier=best.offer.tier,
            node=best.node,
            nodes=_nodes(group),
            wording=best.offer.wording,
            because=_reasons(found, grounds, best),
            cites=_cites(group),
            evidence=_once(
                figure
                for name in _nodes(group)
                for figure in guideline.nodes[name].evidence
                if figure.intervention == best.offer.intervention
            ),
        )
        for group in _by_intervention(made, avoid=False)
        for best in group[:1]
    ]
    return tuple(sorted(rows, key=lambda row: TIERS.index(row.tier)))


def _reasons(
    found: Trace, grounds: Mapping[str, dict[Because, None]], entry: _Made
) -> tuple[Because, ...]:
    own = dict.fromkeys(found.reading.because(entry.offer.when))
    return tuple(grounds[entry.node] | own)


def _avoid(found: Trace, made: list[_Made]) -> tuple[Avoid, ...]:
    guideline = found.reading.guideline
    return tuple(
        Avoid(
            intervention=first.offer.intervention,
            title=guideline.interventions[first.offer.intervention].title,
            node=first.node,
            nodes=_nodes(group),
            wording=_joined(entry.offer.wording for entry in group),
            reason=_joined(entry.offer.because for entry in group),
            cites=_cites(group),
        )
        for group in _by_intervention(made, avoid=True)
        for first in group[:1]
    )


def _joined(texts: Iterable[str | None]) -> str | None:
    return "; ".join(_once(text for text in texts if text)) or None


def _nodes(group: list[_Made]) -> tuple[str, ...]:
    return _once(entry.node for entry in group)


def _cites(group: list[_Made]) -> tuple[str, ...]:
    return _once(cite for entry in group for cite in entry.offer.cites)


def _once(entries: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(entries))


def _possible(
    found: Trace, made: list[_Made], certain: tuple[Recommendation, ...], barred: set[str]
) -> tuple[Possible, ...]:
    """Return the offers that are unknown and would add something to what is certain."""
    rank = {row.intervention: TIERS.index(row.tier) for row in certain}
    waits = found.waits()

    def adds(offer: Offer) -> bool:
        # A bar is not a lower rank of a recommendation: it may still come, and is shown.
        if offer.tier == "avoid":
            return offer.intervention not in barred
        return TIERS.index(offer.tier) < rank.get(offer.intervention, len(TIERS))

    def depends_on(entry: _Made) -> tuple[str, ...]:
        condition = entry.offer.when
        own = found.reading.unknown(condition) if found.reading.truth(condition) is None else ()
        return _once((*waits[entry.node], *own))

    return tuple(
        Possible(entry.offer.intervention, entry.offer.tier, entry.node, depends_on(entry))
        for entry in made
        if entry.held is None and adds(entry.offer)
    )


def _notes(found: Trace) -> Iterator[Noted]:
    for name, node in found.nodes(certain=True):
        for note in node.notes:
            if found.reading.truth(note.when):
                yield Noted(name, note.says, facts_of(note.when), note.cites)


def _missing(found: Trace) -> tuple[Missing, ...]:
    asked: dict[str, list[str]] = {}
    for name, node in found.nodes(certain=True):
        for fact in _asked(found.reading, node):
            asked.setdefault(fact, []).append(name)
    questions = found.reading.guideline.facts
    return tuple(Missing(fact, questions[fact].question, tuple(by)) for fact, by in asked.items())


def _asked(reading: Reading, node: Node) -> tuple[str, ...]:
    conditions = [*(edge.when for edge in node.next), *(offer.when for offer in node.offers)]
    return _once(
        fact
        for condition in conditions
        if reading.truth(condition) is None
        for fact in reading.unknown(condition)
    )


def _cautions(
    guideline: Guideline, shown: Iterable[Recommendation | Avoid | Noted]
) -> tuple[Caution, ...]:
    """Return the cautions of every statement that the result rests on."""
    cites: dict[str, None] = {}
    for entry in shown:
        cites |= dict.fromkeys(entry.cites)
        for figure in entry.evidence if isinstance(entry, Recommendation) else ():
            cites |= dict.fromkeys(figure.cites)
    statements = ((name, guideline.statements.get(name)) for name in cites)
    return tuple(
        Caution(name, statement.caution)
        for name, statement in statements
        if statement and statement.caution
    )
