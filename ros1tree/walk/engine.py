"""One patient through the guideline: what is certain, what is possible, what is missing."""

from collections.abc import Iterable, Iterator, Mapping
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
    Missing,
    Origin,
    Possible,
    Recommendation,
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
    return _Result(remembered, trace(remembered, values)).walk(
        Origin(guideline.id, guideline.version, digest),
        FrozenDict({name: values[name] for name in known}),
        FrozenDict(taken),
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


class _Result:
    """Puts together what the nodes say, and remembers what is put together for other walks."""

    def __init__(self, memory: Memory, stops: list[Stop]) -> None:
        self.memory, self.stops = memory, stops
        self.guideline = memory.guideline
        self.paths = {stop.here.step.node: stop.path for stop in stops}
        self.sure = [stop.here for stop in stops if stop.sure]

    def walk(
        self,
        origin: Origin,
        known: FrozenDict[str, Value],
        taken: FrozenDict[str, Value],
    ) -> Walk:
        offered, barred = self._groups()
        best = sorted(map(self._recommendation, offered), key=itemgetter(0))
        recommendations = tuple([row for _, row, _ in best])
        avoided = list(map(self._avoid, barred))
        avoid = tuple([row for row, _ in avoided])
        notes = tuple([note for here in self.sure for note in here.notes])
        missing = self._missing()
        faults = tuple([here.fault for here in self.sure if here.fault])
        silent = tuple([here.silence for here in self.sure if here.silence])
        out = {row.intervention for row in avoid}
        shown = [doubts for _, _, doubts in best] + [doubts for _, doubts in avoided]
        shown += [here.doubts for here in self.sure]
        return Walk(
            guideline=origin,
            facts=known,
            assumed=taken,
            status=_status(faults, missing, silent),
            steps=tuple([stop.here.step for stop in self.stops]),
            recommendations=recommendations,
            possible=self._possible(recommendations, out),
            avoid=avoid,
            notes=notes,
            missing=missing,
            conflicts=tuple(
                [row.intervention for row in recommendations if row.intervention in out]
            ),
            faults=faults,
            not_covered=silent,
            cautions=self._cautions(shown),
        )

    def _groups(self) -> tuple[list[Group], list[Group]]:
        """Return the certain offers of each intervention, the best tier first, and the bars."""
        offered: dict[str, Group] = {}
        barred: dict[str, Group] = {}
        for here in self.sure:
            for given in here.given:
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
        path = self.paths[group[0].made.node]
        found: Ranked | None = path.made.get(group)
        if found is None:
            self.memory.room()
            found = path.made[group] = self._recommended(group, path)
        return found

    def _recommended(self, group: Group, path: Path) -> Ranked:
        best = group[0].made
        nodes, cites = _nodes(group), _cites(group)
        evidence = _once(
            figure
            for name in nodes
            for figure in self.guideline.nodes[name].evidence
            if figure.intervention == best.offer.intervention
        )
        same = (given.made.offer for given in group if _rank(given) == _rank(group[0]))
        row = Recommendation(
            intervention=best.offer.intervention,
            title=self.guideline.interventions[best.offer.intervention].title,
            tier=best.offer.tier,
            node=best.node,
            nodes=nodes,
            wording=_joined(offer.wording for offer in same),
            reason=_joined(given.made.offer.because for given in group),
            because=tuple(path.tests() | dict.fromkeys(group[0].finding.support)),
            cites=cites,
            evidence=evidence,
        )
        rests = (*cites, *(cite for figure in evidence for cite in figure.cites))
        return _rank(group[0]), row, doubtful(self.guideline, rests)

    def _avoid(self, group: Group) -> tuple[Avoid, tuple[str, ...]]:
        """Return a bar, and the doubtful statements it rests on."""
        found: tuple[Avoid, tuple[str, ...]] | None = self.memory.made.get(group)
        if found is None:
            self.memory.room()
            found = self.memory.made[group] = self._avoided(group)
        return found

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

    def _possible(
        self, certain: tuple[Recommendation, ...], barred: set[str]
    ) -> tuple[Possible, ...]:
        """Return the offers that are unknown and would add something to what is certain."""
        ranks = {row.intervention: TIERS.index(row.tier) for row in certain}
        return tuple(
            [
                self._open(given, stop)
                for stop in self.stops
                for given in stop.here.given
                if given.made.held is None and _adds(given.made.offer, ranks, barred)
            ]
        )

    def _open(self, given: Given, stop: Stop) -> Possible:
        found: Possible | None = stop.path.made.get(given)
        if found is None:
            self.memory.room()
            found = stop.path.made[given] = _opened(given, stop)
        return found

    def _missing(self) -> tuple[Missing, ...]:
        asked: dict[str, tuple[str, ...]] = {}
        for here in self.sure:
            for fact in here.asked:
                asked[fact] = (*asked.get(fact, ()), here.step.node)
        questions = self.guideline.facts
        return tuple(
            [Missing(fact, questions[fact].question, nodes) for fact, nodes in asked.items()]
        )

    def _cautions(self, shown: Iterable[tuple[str, ...]]) -> tuple[Caution, ...]:
        """Return the cautions of every doubtful statement that the result rests on."""
        doubts = _doubts(self.guideline)
        return tuple([doubts[name] for name in dict.fromkeys(chain.from_iterable(shown))])


@kept
def _doubts(guideline: Guideline) -> Mapping[str, Caution]:
    """Return what the check of the facts found, by statement."""
    said = guideline.statements.items()
    return {name: Caution(name, entry.caution) for name, entry in said if entry.caution}


def _rank(given: Given) -> int:
    return TIERS.index(given.made.offer.tier)


def _adds(offer: Offer, ranks: Mapping[str, int], barred: set[str]) -> bool:
    # A bar is not a lower rank of a recommendation: it may still come, and is shown.
    if offer.tier == "avoid":
        return offer.intervention not in barred
    return TIERS.index(offer.tier) < ranks.get(offer.intervention, len(TIERS))


def _opened(given: Given, stop: Stop) -> Possible:
    waits = {} if stop.sure else stop.path.waits()
    own = given.finding.unknown if given.finding.truth is None else ()
    offer = given.made.offer
    depends_on = tuple(waits | dict.fromkeys(own))
    return Possible(offer.intervention, offer.tier, given.made.node, depends_on)


def _status(faults: tuple[Any, ...], missing: tuple[Any, ...], silent: tuple[Any, ...]) -> Status:
    if faults:
        return "fault"
    if missing:
        return "incomplete"
    return "not_covered" if silent else "complete"


def _joined(texts: Iterable[str | None]) -> str | None:
    return "; ".join(_once(text for text in texts if text)) or None


def _nodes(group: Group) -> tuple[str, ...]:
    return _once(given.made.node for given in group)


def _cites(group: Group) -> tuple[str, ...]:
    return _once(cite for given in group for cite in given.made.offer.cites)


def _once(entries: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(entries))
