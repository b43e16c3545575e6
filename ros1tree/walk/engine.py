"""One patient through the guideline: what is certain, what is possible, what is missing."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from operator import itemgetter
from typing import Any, TypeVar
from weakref import WeakValueDictionary

from ros1tree.errors import MismatchError
from ros1tree.facts import facts as checked
from ros1tree.facts import with_defaults
from ros1tree.model import TIERS, FrozenDict, Guideline, Offer, Value, kept
from ros1tree.walk.reading import Given, Made, doubtful
from ros1tree.walk.result import (
    Avoid,
    Caution,
    Fault,
    Missing,
    Origin,
    Possible,
    Recommendation,
    Silence,
    Status,
    Walk,
)
from ros1tree.walk.trace import Memory, Path, Stop, memory, trace

T = TypeVar("T")

Group = tuple[Given, ...]
"""Offers of one intervention."""

Ranked = tuple[int, Recommendation, tuple[str, ...]]
"""A recommendation with its rank, and the doubtful statements that it rests on."""

# A walk names its guideline by its digest; here is the guideline itself, kept alive by others.
_WALKED: WeakValueDictionary[str, Guideline] = WeakValueDictionary()


def walk(guideline: Guideline, facts: Mapping[str, Any]) -> Walk:
    """Walk a guideline with the facts of one patient.

    Facts that are not supplied are unknown; nothing is guessed. Raises FactsError where the facts
    contradict the guideline's vocabulary or each other, and never for a fact that is missing.
    """
    known = checked(guideline, facts)
    digest = guideline.digest
    _WALKED[digest] = guideline
    values = with_defaults(guideline, known)
    taken = {name: values[name] for name in values if name not in known}
    remembered = memory(guideline)
    return _Result(guideline, remembered, trace(remembered, values)).walk(
        Origin(guideline.id, guideline.version, digest),
        FrozenDict({name: values[name] for name in known}),
        FrozenDict(taken),
        values,
    )


def offers(guideline: Guideline, walk: Walk) -> Iterator[Made]:
    """Yield the offers that a walk makes, certainly or possibly, each at its place in the file.

    Raises MismatchError where the walk was made with another guideline.
    """
    same_guideline(guideline, walk)
    stops = trace(memory(guideline), {**walk.assumed, **walk.facts})
    return (given.made for stop in stops for given in stop.here.given)


def walked_guideline(walk: Walk) -> Guideline | None:
    """Return the guideline of a walk, as long as somebody holds it."""
    return _WALKED.get(walk.guideline.digest)


def same_guideline(guideline: Guideline, walk: Walk) -> None:
    """Raise MismatchError where a walk was made with another guideline."""
    if walk.guideline.digest != guideline.digest:
        told = f"{walk.guideline.id} {walk.guideline.version}, {walk.guideline.digest[:19]}"
        here = f"{guideline.id} {guideline.version}, {guideline.digest[:19]}"
        raise MismatchError(f"the walk was made with {told}, not with {here}; walk again")


@dataclass(frozen=True, slots=True)
class _Certain:
    """What the certainly reached nodes say, notes aside; it is the same whatever is unknown."""

    recommendations: tuple[Recommendation, ...]
    avoid: tuple[Avoid, ...]
    missing: tuple[Missing, ...]
    faults: tuple[Fault, ...]
    silent: tuple[Silence, ...]
    ranks: Mapping[str, int]
    """The rank of each intervention that is recommended."""
    barred: frozenset[str]
    doubts: tuple[str, ...]
    """The doubtful statements on which all this rests."""

    def status(self) -> Status:
        """Return how far the guideline answers."""
        if self.faults:
            return "fault"
        if self.missing:
            return "incomplete"
        return "not_covered" if self.silent else "complete"


class _Result:
    """Puts together what the nodes say, and remembers what is put together for other walks."""

    def __init__(self, guideline: Guideline, memory: Memory, stops: list[Stop]) -> None:
        self.guideline, self.memory, self.stops = guideline, memory, stops
        self.sure = [stop for stop in stops if stop.sure]

    def walk(
        self,
        origin: Origin,
        known: FrozenDict[str, Value],
        taken: FrozenDict[str, Value],
        values: Mapping[str, Value],
    ) -> Walk:
        certain = self._certain()
        noted = [stop.place.notes(values) for stop in self.sure]
        doubts = dict.fromkeys(chain(certain.doubts, *[some for _, some in noted]))
        remarks = _remarks(self.guideline)
        return Walk(
            guideline=origin,
            facts=known,
            assumed=taken,
            status=certain.status(),
            steps=tuple([stop.here.step for stop in self.stops]),
            recommendations=certain.recommendations,
            possible=self._possible(certain),
            avoid=certain.avoid,
            notes=tuple([note for notes, _ in noted for note in notes]),
            missing=certain.missing,
            conflicts=tuple([name for name in certain.ranks if name in certain.barred]),
            faults=certain.faults,
            not_covered=certain.silent,
            cautions=tuple([remarks[name] for name in doubts]),
        )

    def _certain(self) -> _Certain:
        key = tuple([part for stop in self.sure for part in (stop.here, stop.path)])
        found: _Certain | None = self.memory.made.get(key)
        return found or self.memory.book.keep(self.memory.made, key, self._put_together())

    def _put_together(self) -> _Certain:
        offered, barred = self._groups()
        best = sorted(map(self._recommendation, offered), key=itemgetter(0))
        avoided = list(map(self._avoid, barred))
        rests = [doubts for _, _, doubts in best] + [doubts for _, doubts in avoided]
        return _Certain(
            recommendations=tuple(row for _, row, _ in best),
            avoid=tuple(row for row, _ in avoided),
            missing=self._missing(),
            faults=tuple(stop.here.fault for stop in self.sure if stop.here.fault),
            silent=tuple(stop.here.silence for stop in self.sure if stop.here.silence),
            ranks={row.intervention: rank for rank, row, _ in best},
            barred=frozenset(row.intervention for row, _ in avoided),
            doubts=_once(chain.from_iterable(rests)),
        )

    def _groups(self) -> tuple[list[Group], list[Group]]:
        """Return the certain offers of each intervention, the best tier first, and the bars."""
        offered: dict[str, Group] = {}
        barred: dict[str, Group] = {}
        for stop in self.sure:
            for given in stop.here.given:
                if given.made.held:
                    offer = given.made.offer
                    groups = barred if offer.tier == "avoid" else offered
                    groups[offer.intervention] = (*groups.get(offer.intervention, ()), given)
        ranked = [
            tuple(sorted(group, key=_rank)) if group[1:] else group for group in offered.values()
        ]
        return ranked, list(barred.values())

    def _recommendation(self, group: Group) -> Ranked:
        """Return a recommendation with its rank, and the doubtful statements it rests on."""
        path = next(stop.path for stop in self.sure if stop.place.name == group[0].made.node)
        found: Ranked | None = path.made.get(group)
        return found or self.memory.book.keep(path.made, group, self._recommended(group, path))

    def _recommended(self, group: Group, path: Path) -> Ranked:
        own = {id(test): test for test in group[0].finding.support}
        rank, parts, doubts = self._apart(group)
        why = tuple((path.tests() | own).values())
        self.memory.book.size += len(why)
        row = Recommendation(because=why, **parts)
        return rank, row, doubts

    def _apart(self, group: Group) -> tuple[int, dict[str, Any], tuple[str, ...]]:
        """Return all of a recommendation that depends on the offers alone, and not on why."""
        key = tuple([given.made[:2] for given in group])
        found: tuple[int, dict[str, Any], tuple[str, ...]] | None = self.memory.made.get(key)
        return found or self.memory.book.keep(self.memory.made, key, self._parts(group))

    def _parts(self, group: Group) -> tuple[int, dict[str, Any], tuple[str, ...]]:
        best = group[0].made
        nodes, cites = _nodes(group), _cites(group)
        evidence = _once(
            figure
            for name in nodes
            for figure in self.guideline.nodes[name].evidence
            if figure.intervention == best.offer.intervention
        )
        same = (given.made.offer for given in group if _rank(given) == _rank(group[0]))
        parts = {
            "intervention": best.offer.intervention,
            "title": self.guideline.interventions[best.offer.intervention].title,
            "tier": best.offer.tier,
            "node": best.node,
            "nodes": nodes,
            "wording": _joined(offer.wording for offer in same),
            "reason": _joined(given.made.offer.because for given in group),
            "cites": cites,
            "evidence": evidence,
        }
        rests = (*cites, *(cite for figure in evidence for cite in figure.cites))
        return _rank(group[0]), parts, doubtful(self.guideline, rests)

    def _avoid(self, group: Group) -> tuple[Avoid, tuple[str, ...]]:
        """Return a bar, and the doubtful statements it rests on."""
        found: tuple[Avoid, tuple[str, ...]] | None = self.memory.made.get(group)
        return found or self.memory.book.keep(self.memory.made, group, self._avoided(group))

    def _avoided(self, group: Group) -> tuple[Avoid, tuple[str, ...]]:
        first, cites = group[0].made, _cites(group)
        row = Avoid(
            intervention=first.offer.intervention,
            title=self.guideline.interventions[first.offer.intervention].title,
            node=first.node,
            nodes=_nodes(group),
            wording=_joined(given.made.offer.wording for given in group),
            reason=_joined(given.made.offer.because for given in group),
            cites=cites,
        )
        return row, doubtful(self.guideline, cites)

    def _possible(self, certain: _Certain) -> tuple[Possible, ...]:
        """Return the offers that are unknown and would add something to what is certain."""
        return tuple(
            [
                self._open(given, stop)
                for stop in self.stops
                for given in stop.here.given
                if given.made.held is None and _adds(given.made.offer, certain)
            ]
        )

    def _open(self, given: Given, stop: Stop) -> Possible:
        found: Possible | None = stop.path.made.get(given)
        return found or self.memory.book.keep(stop.path.made, given, _opened(given, stop))

    def _missing(self) -> tuple[Missing, ...]:
        asked: dict[str, tuple[str, ...]] = {}
        for stop in self.sure:
            for fact in stop.here.asked:
                asked[fact] = (*asked.get(fact, ()), stop.place.name)
        questions = self.guideline.facts
        return tuple(
            [Missing(fact, questions[fact].question, nodes) for fact, nodes in asked.items()]
        )


@kept
def _remarks(guideline: Guideline) -> Mapping[str, Caution]:
    """Return what the check of the facts found, by statement."""
    said = guideline.statements.items()
    return {name: Caution(name, entry.caution) for name, entry in said if entry.caution}


def _rank(given: Given) -> int:
    return TIERS.index(given.made.offer.tier)


def _adds(offer: Offer, certain: _Certain) -> bool:
    # A bar is not a lower rank of a recommendation: it may still come, and is shown.
    if offer.tier == "avoid":
        return offer.intervention not in certain.barred
    return TIERS.index(offer.tier) < certain.ranks.get(offer.intervention, len(TIERS))


def _opened(given: Given, stop: Stop) -> Possible:
    waits = {} if stop.sure else stop.path.waits()
    own = given.finding.unknown if given.finding.truth is None else ()
    offer = given.made.offer
    depends_on = tuple(waits | dict.fromkeys(own))
    return Possible(offer.intervention, offer.tier, given.made.node, depends_on)


def _joined(texts: Iterable[str | None]) -> str | None:
    return "; ".join(_once(text for text in texts if text)) or None


def _nodes(group: Group) -> tuple[str, ...]:
    return _once(given.made.node for given in group)


def _cites(group: Group) -> tuple[str, ...]:
    return _once(cite for given in group for cite in given.made.offer.cites)


def _once(entries: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(entries))
