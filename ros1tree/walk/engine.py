"""One patient through the guideline: what is certain, what is possible, what is missing."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple, TypeVar
from weakref import WeakValueDictionary

from ros1tree.condition import Truth, both, facts_of
from ros1tree.errors import MismatchError
from ros1tree.facts import assumed, with_defaults
from ros1tree.facts import facts as checked
from ros1tree.model import TIERS, FrozenDict, Guideline, Node, Offer
from ros1tree.walk.reading import Reading
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
from ros1tree.walk.trace import Trace, trace

T = TypeVar("T")

# A walk names its guideline by its digest; here is the guideline itself, kept alive by others.
_WALKED: WeakValueDictionary[str, Guideline] = WeakValueDictionary()


class Made(NamedTuple):
    """An offer that is certain or, where `held` is None, possible."""

    node: str
    place: int
    """Its place among the offers of the node."""
    offer: Offer
    held: Truth


def walk(guideline: Guideline, facts: Mapping[str, Any]) -> Walk:
    """Walk a guideline with the facts of one patient.

    Facts that are not supplied are unknown; nothing is guessed. Raises FactsError where the facts
    contradict the guideline's vocabulary or each other, and never for a fact that is missing.
    """
    known = checked(guideline, facts)
    _WALKED[guideline.digest] = guideline
    found = trace(Reading(guideline, with_defaults(guideline, known)))
    made = list(_made(found))
    recommendations = _recommendations(found, made)
    avoid = _avoid(found, made)
    notes = tuple(_notes(found))
    missing = _missing(found)
    faults = found.faults()
    silent = tuple(
        Silence(name, node.title) for name, node in found.certain() if node.kind == "silent"
    )
    barred = {entry.intervention for entry in avoid}
    return Walk(
        guideline=Origin(guideline.id, guideline.version, guideline.digest),
        facts=FrozenDict(known),
        assumed=FrozenDict(assumed(guideline, known)),
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


def offers(guideline: Guideline, walk: Walk) -> Iterator[Made]:
    """Yield the offers that a walk makes, certainly or possibly, each at its place in the file.

    Raises MismatchError where the walk was made with another guideline.
    """
    same_guideline(guideline, walk)
    return _made(trace(Reading(guideline, {**walk.assumed, **walk.facts})))


def walked_guideline(walk: Walk) -> Guideline | None:
    """Return the guideline of a walk, as long as somebody holds it."""
    return _WALKED.get(walk.guideline.digest)


def same_guideline(guideline: Guideline, walk: Walk) -> None:
    """Raise MismatchError where a walk was made with another guideline."""
    if walk.guideline.digest != guideline.digest:
        told = f"{walk.guideline.id} {walk.guideline.version}, {walk.guideline.digest[:19]}"
        here = f"{guideline.id} {guideline.version}, {guideline.digest[:19]}"
        raise MismatchError(f"the walk was made with {told}, not with {here}; walk again")


def _status(faults: tuple[Any, ...], missing: tuple[Any, ...], silent: tuple[Any, ...]) -> Status:
    if faults:
        return "fault"
    if missing:
        return "incomplete"
    return "not_covered" if silent else "complete"


def _made(found: Trace) -> Iterator[Made]:
    """Yield every offer that is not excluded, in the order of the graph."""
    for name, reached in found.reached.items():
        for index, offer in enumerate(found.reading.guideline.nodes[name].offers):
            held = both((reached, found.reading.find(offer.when).truth))
            if held is not False:
                yield Made(name, index, offer, held)


def _by_intervention(made: Iterable[Made], *, avoid: bool) -> Iterator[list[Made]]:
    """Yield the certain offers of each intervention together, the best tier first."""
    groups: dict[str, list[Made]] = {}
    for entry in made:
        if entry.held and (entry.offer.tier == "avoid") is avoid:
            groups.setdefault(entry.offer.intervention, []).append(entry)
    for group in groups.values():
        yield sorted(group, key=lambda entry: TIERS.index(entry.offer.tier))


def _recommendations(found: Trace, made: list[Made]) -> tuple[Recommendation, ...]:
    guideline = found.reading.guideline
    rows = [
        Recommendation(
            intervention=best.offer.intervention,
            title=guideline.interventions[best.offer.intervention].title,
            tier=best.offer.tier,
            node=best.node,
            nodes=_nodes(group),
            wording=_joined(e.offer.wording for e in group if e.offer.tier == best.offer.tier),
            reason=_joined(entry.offer.because for entry in group),
            because=_reasons(found, best),
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


def _reasons(found: Trace, entry: Made) -> tuple[Because, ...]:
    own = dict.fromkeys(found.reading.find(entry.offer.when).support)
    return tuple(found.grounds(entry.node) | own)


def _avoid(found: Trace, made: list[Made]) -> tuple[Avoid, ...]:
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


def _nodes(group: list[Made]) -> tuple[str, ...]:
    return _once(entry.node for entry in group)


def _cites(group: list[Made]) -> tuple[str, ...]:
    return _once(cite for entry in group for cite in entry.offer.cites)


def _once(entries: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(entries))


def _possible(
    found: Trace, made: list[Made], certain: tuple[Recommendation, ...], barred: set[str]
) -> tuple[Possible, ...]:
    """Return the offers that are unknown and would add something to what is certain."""
    rank = {row.intervention: TIERS.index(row.tier) for row in certain}

    def adds(offer: Offer) -> bool:
        # A bar is not a lower rank of a recommendation: it may still come, and is shown.
        if offer.tier == "avoid":
            return offer.intervention not in barred
        return TIERS.index(offer.tier) < rank.get(offer.intervention, len(TIERS))

    def depends_on(entry: Made) -> tuple[str, ...]:
        finding = found.reading.find(entry.offer.when)
        own = finding.unknown if finding.truth is None else ()
        return _once((*found.waits(entry.node), *own))

    return tuple(
        Possible(entry.offer.intervention, entry.offer.tier, entry.node, depends_on(entry))
        for entry in made
        if entry.held is None and adds(entry.offer)
    )


def _notes(found: Trace) -> Iterator[Noted]:
    for name, node in found.certain():
        for note in node.notes:
            if found.reading.find(note.when).truth:
                yield Noted(name, note.says, facts_of(note.when), note.cites)


def _missing(found: Trace) -> tuple[Missing, ...]:
    asked: dict[str, list[str]] = {}
    for name, node in found.certain():
        for fact in _asked(found.reading, node):
            asked.setdefault(fact, []).append(name)
    questions = found.reading.guideline.facts
    return tuple(Missing(fact, questions[fact].question, tuple(by)) for fact, by in asked.items())


def _asked(reading: Reading, node: Node) -> tuple[str, ...]:
    conditions = [*(edge.when for edge in node.next), *(offer.when for offer in node.offers)]
    findings = map(reading.find, conditions)
    return _once(fact for found in findings if found.truth is None for fact in found.unknown)


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
