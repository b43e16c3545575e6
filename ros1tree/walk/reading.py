"""What one node says of a patient, found out once for each combination of the facts it asks.

Nothing here changes once it is made, so walks share it. What is shared is told apart by identity:
to compare by content would take longer than to find it out anew.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from ros1tree.condition import Truth, either, facts_of, say, support, tests, truth
from ros1tree.model import AnyFact, Condition, Edge, Guideline, Offer, Test, Value
from ros1tree.walk.result import Because, Certainty, EdgeStep, Fault, Noted, Silence, Step

T = TypeVar("T")


class Made(NamedTuple):
    """An offer that is certain or, where `held` is None, possible."""

    node: str
    place: int
    """Its place among the offers of the node."""
    offer: Offer
    held: Truth


@dataclass(frozen=True, slots=True, eq=False)
class Finding:
    """What a condition says of a patient: its truth, its tests, and which of them decide it."""

    truth: Truth
    because: tuple[Because, ...]
    support: tuple[Because, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """An edge that is not excluded, if its node is reached."""

    to: str
    rank: tuple[int, int]
    """Where it stands among all edges: by the node it leads to, and the one it leaves."""
    finding: Finding


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """An offer that is not excluded, and what its own condition says."""

    made: Made
    finding: Finding


@dataclass(frozen=True, slots=True, eq=False)
class Here:
    """What a node says of a patient who certainly reaches it, or of one who may."""

    step: Step
    ways: tuple[Way, ...]
    given: tuple[Given, ...]
    asked: tuple[str, ...]
    """The unknown facts for which the node waits."""
    fault: Fault | None
    silence: Silence | None


class Book:
    """Counts what is remembered of a guideline, so that it can be let go where it grows large."""

    def __init__(self, vocabulary: Mapping[str, AnyFact]) -> None:
        """Begin with nothing."""
        self.vocabulary = vocabulary
        self.size = 0
        self._because: dict[tuple[Test, Value | None], Because] = {}

    def keep(self, store: dict[Any, Any], key: Any, thing: T) -> T:
        """Remember a thing in a store, and return what is remembered there."""
        self.size += len(key) if isinstance(key, tuple) else 1
        kept: T = store.setdefault(key, thing)
        return kept

    def because(self, test: Test, facts: Mapping[str, Value]) -> Because:
        """Return what a test says: one object for equal ones, so that none need be compared."""
        value = facts.get(test.fact)
        found = self._because.get((test, value))
        if found is None:
            held = certainty(truth(test, facts))
            made = Because(test.fact, value, say(test, self.vocabulary), held)
            found = self.keep(self._because, (test, value), made)
        return found


Notes = tuple[tuple[Noted, ...], tuple[str, ...]]
"""Notes, and the doubtful statements on which they rest."""


def certainty(held: Truth) -> Certainty:
    """Return a truth as the result says it."""
    return "maybe" if held is None else "yes" if held else "no"


class Question:
    """A condition, and what it said of patients."""

    __slots__ = ("_book", "_condition", "_found", "facts")

    def __init__(self, condition: Condition, book: Book) -> None:
        """Find out which facts it asks."""
        self.facts = facts_of(condition)
        self._condition, self._book = condition, book
        self._found: dict[Any, Finding] = {}

    def find(self, facts: Mapping[str, Value]) -> Finding:
        """Return what it says of a patient."""
        names = self.facts
        key: Any = facts.get(names[0]) if len(names) == 1 else tuple(map(facts.get, names))
        found = self._found.get(key)
        return found or self._book.keep(self._found, key, self._find(facts))

    def _find(self, facts: Mapping[str, Value]) -> Finding:
        because = {test: self._book.because(test, facts) for test in tests(self._condition)}
        decisive = dict.fromkeys(support(self._condition, facts))
        return Finding(
            truth(self._condition, facts),
            tuple(because.values()),
            tuple(because[test] for test in decisive),
            tuple(name for name in self.facts if name not in facts),
        )


def doubtful(guideline: Guideline, cites: Iterable[str]) -> tuple[str, ...]:
    """Return the statements, of some citations, of which a check of the facts has a remark."""
    statements = guideline.statements
    return tuple(cite for cite in cites if cite in statements and statements[cite].caution)


class Place:
    """A node of a guideline, and what it said of patients."""

    def __init__(
        self, guideline: Guideline, name: str, ranks: Mapping[str, int], book: Book
    ) -> None:
        """Take a node; `ranks` has the rank of each node among all, in their order."""
        self.name, self.node = name, guideline.nodes[name]
        self._ranks, self._book = ranks, book
        self._edges = [(edge, Question(edge.when, book)) for edge in self.node.next]
        self._offers = [(offer, Question(offer.when, book)) for offer in self.node.offers]
        questions = [question for _, question in (*self._edges, *self._offers)]
        self._facts = tuple(dict.fromkeys(fact for each in questions for fact in each.facts))
        self._heres: tuple[dict[Any, Here], dict[Any, Here]] = {}, {}
        self._parts: dict[Any, Any] = {}
        self.silence = Silence(name, self.node.title) if self.node.kind == "silent" else None
        self._notes = [
            (
                Noted(name, note.says, facts_of(note.when), note.cites),
                doubtful(guideline, note.cites),
                Question(note.when, book),
            )
            for note in self.node.notes
        ]
        self._listening = [who for _, _, who in self._notes if who.facts]
        self._noted: dict[Any, Notes] = {}

    def notes(self, facts: Mapping[str, Value]) -> Notes:
        """Return the notes that hold for a patient, and the doubtful statements they rest on."""
        if not self._listening and self._noted:
            return self._noted[()]
        held = tuple([who.find(facts) for who in self._listening])
        found = self._noted.get(held)
        return found or self._book.keep(self._noted, held, self._hold(facts))

    def _hold(self, facts: Mapping[str, Value]) -> Notes:
        some = [entry for entry in self._notes if entry[2].find(facts).truth]
        doubts = tuple(doubt for _, doubts, _ in some for doubt in doubts)
        return tuple(note for note, _, _ in some), doubts

    def here(self, facts: Mapping[str, Value], *, sure: bool) -> Here:
        """Return what the node says of a patient who reaches it for sure, or may."""
        heres, key = self._heres[sure], tuple(map(facts.get, self._facts))
        found = heres.get(key)
        return found or self._book.keep(heres, key, self._here(facts, sure=sure))

    def _here(self, facts: Mapping[str, Value], *, sure: bool) -> Here:
        edges = [(edge, question.find(facts)) for edge, question in self._edges]
        offers = [(offer, question.find(facts)) for offer, question in self._offers]
        return Here(
            step=self._step(edges, sure=sure),
            ways=tuple(self._ways(edges)),
            given=tuple(self._given(offers, sure=sure)),
            asked=tuple(dict.fromkeys(_asked((*edges, *offers)))) if sure else (),
            fault=self._fault(edges) if sure and self.node.kind == "decision" else None,
            silence=self.silence if sure else None,
        )

    def _ways(self, edges: list[tuple[Edge, Finding]]) -> Iterator[Way]:
        rank = self._ranks[self.name]
        for edge, finding in edges:
            if finding.truth is not False:
                way = Way(edge.to, (self._ranks[edge.to], rank), finding)
                yield self._shared((edge.to, finding), way)

    def _given(self, offers: list[tuple[Offer, Finding]], *, sure: bool) -> Iterator[Given]:
        for place, (offer, finding) in enumerate(offers):
            if finding.truth is not False:
                held = finding.truth if sure else None
                given = Given(Made(self.name, place, offer, held), finding)
                yield self._shared((place, sure, finding), given)

    def _shared(self, key: Any, part: Any) -> Any:
        """Return the part that was made before of the same finding, if there is one."""
        return self._parts.get(key) or self._book.keep(self._parts, key, part)

    def _step(self, edges: list[tuple[Edge, Finding]], *, sure: bool) -> Step:
        taken: Callable[[Truth], Certainty] = certainty if sure else _perhaps
        told = tuple(EdgeStep(e.to, taken(found.truth), found.because) for e, found in edges)
        return Step(self.name, self.node.kind, self.node.title, "yes" if sure else "maybe", told)

    def _fault(self, edges: list[tuple[Edge, Finding]]) -> Fault | None:
        taken = tuple(edge.to for edge, finding in edges if finding.truth)
        if either(finding.truth for _, finding in edges) is False:
            return Fault(self.name, "gap", ())
        if self.node.hit == "unique" and len(taken) > 1:
            return Fault(self.name, "overlap", taken)
        return None


def _perhaps(held: Truth) -> Certainty:
    return "no" if held is False else "maybe"


def _asked(entries: Iterable[tuple[Any, Finding]]) -> Iterator[str]:
    for _, finding in entries:
        if finding.truth is None:
            yield from finding.unknown
