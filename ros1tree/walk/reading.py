"""What the conditions of a guideline say of one patient, each found out once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ros1tree.condition import Truth, facts_of, say, support, tests, truth
from ros1tree.model import Condition, Guideline, Node, Test, Value, kept
from ros1tree.walk.result import Because, Certainty

MAX_KEPT = 256
"""How many findings on one condition are kept; facts with many values would fill the memory."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a condition says of a patient: its truth, its tests, and which of them decide it."""

    truth: Truth
    because: tuple[Because, ...]
    support: tuple[Because, ...]
    unknown: tuple[str, ...]


def certainty(held: Truth) -> Certainty:
    """Return a truth as the result says it."""
    return "maybe" if held is None else "yes" if held else "no"


class Judge:
    """Finds out what the conditions of one guideline say, and remembers it by the facts they ask.

    A finding does not change, so walks may share it.
    """

    def __init__(self, guideline: Guideline) -> None:
        """Look through all conditions of a guideline."""
        self._facts = guideline.facts
        # By identity: the conditions live as long as the guideline, and hashing a tree takes long.
        self._conditions = {
            id(condition): (facts_of(condition), dict[tuple[Value | None, ...], Finding]())
            for node in guideline.nodes.values()
            for condition in _conditions(node)
        }

    def find(self, condition: Condition, facts: Mapping[str, Value]) -> Finding:
        """Return what a condition of the guideline says of these facts."""
        names, kept = self._conditions[id(condition)]
        values = tuple([facts.get(name) for name in names])
        found = kept.get(values)
        if found is None:
            found = self._find(condition, facts)
            if len(kept) < MAX_KEPT:
                kept[values] = found
        return found

    def _find(self, condition: Condition, facts: Mapping[str, Value]) -> Finding:
        because = {test: self._because(test, facts) for test in tests(condition)}
        support_of = dict.fromkeys(support(condition, facts))
        return Finding(
            truth(condition, facts),
            tuple(because.values()),
            tuple(because[test] for test in support_of),
            tuple(name for name in facts_of(condition) if name not in facts),
        )

    def _because(self, test: Test, facts: Mapping[str, Value]) -> Because:
        held = certainty(truth(test, facts))
        return Because(test.fact, facts.get(test.fact), say(test, self._facts), held)


def _conditions(node: Node) -> Iterator[Condition]:
    yield from (edge.when for edge in node.next)
    yield from (offer.when for offer in node.offers)
    yield from (note.when for note in node.notes)


@kept
def judge(guideline: Guideline) -> Judge:
    """Return the judge of a guideline."""
    return Judge(guideline)


class Reading:
    """A guideline and the facts of one patient, defaults among them."""

    __slots__ = ("_facts", "_found", "_judge", "guideline")

    def __init__(self, guideline: Guideline, facts: Mapping[str, Value]) -> None:
        """Take facts that were checked."""
        self.guideline = guideline
        self._facts = facts
        self._judge = judge(guideline)
        self._found: dict[int, Finding] = {}

    def find(self, condition: Condition) -> Finding:
        """Return what a condition of the guideline says of the patient."""
        found = self._found.get(id(condition))
        if found is None:
            found = self._found[id(condition)] = self._judge.find(condition, self._facts)
        return found
