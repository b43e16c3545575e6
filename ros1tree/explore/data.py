"""What the page knows of a guideline, as plain data: its texts, its conditions, and its words.

Mappings are lists of pairs, so that the page takes no name of a guideline for one of its own.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from ros1tree.condition import fact_words, known_words, words
from ros1tree.draw import href
from ros1tree.graph import order
from ros1tree.model import (
    ALWAYS,
    AllOf,
    AnyFact,
    AnyOf,
    BooleanFact,
    Condition,
    Edge,
    Empty,
    Guideline,
    Is,
    Node,
    Not,
    Note,
    Offer,
    Reference,
    Strict,
    Test,
    Within,
)
from ros1tree.model.when import SET_TESTS
from ros1tree.proof import variables

Data = dict[str, Any]


def content(guideline: Guideline) -> Data:
    """Return the whole of a guideline as the page reads it."""
    return _Content(guideline).data()


def _told(entries: Mapping[str, Any]) -> Data:
    """Return entries without those that say nothing."""
    return {name: value for name, value in entries.items() if value not in (None, (), [])}


class _Content:
    def __init__(self, guideline: Guideline) -> None:
        self.guideline = guideline
        self.tests: dict[Test, int] = {}

    def data(self) -> Data:
        guideline = self.guideline
        nodes = [(name, self._node(guideline.nodes[name])) for name in self._order()]
        impossible = [
            {
                **_texts(rule, "because"),
                "when": self._when(rule.when),
                "says": words(rule.when, guideline.facts),
            }
            for rule in guideline.impossible
        ]
        return {
            **_head(guideline),
            "start": guideline.start,
            "variables": variables(guideline),
            "order": order(guideline),
            "sections": list(guideline.sections.items()),
            "facts": [(name, self._fact(name, fact)) for name, fact in guideline.facts.items()],
            "interventions": _named(guideline.interventions, "title", "plain", "kind"),
            "statements": _named(
                guideline.statements,
                "says", "plain", "kind", "cites", "section", "caution", "uncarried",
            ),
            "references": [(name, _reference(r)) for name, r in guideline.references.items()],
            "nodes": nodes,
            "impossible": impossible,
            # Last: by now every condition was read.
            "tests": [self._test(test) for test in self.tests],
        }  # fmt: skip

    def _order(self) -> Iterable[str]:
        return dict.fromkeys([*order(self.guideline), *self.guideline.nodes])

    def _when(self, condition: Condition) -> Any:
        """Return a condition with numbers in the place of its tests; equal tests have one."""
        match condition:
            case AllOf(parts):
                return ["all", *map(self._when, parts)]
            case AnyOf(parts):
                return ["any", *map(self._when, parts)]
            case Not(part):
                return ["not", self._when(part)]
            case _:
                return self.tests.setdefault(condition, len(self.tests))

    def _test(self, test: Test) -> Data:
        says = words(test, self.guideline.facts)
        match test:
            case Is(fact, values):
                return {"fact": fact, "kind": "is", "values": values, "says": says}
            case Within(fact, low, high, above, below):
                ends = _told({"min": low, "max": high, "above": above, "below": below})
                return {"fact": fact, "kind": "within", **ends, "says": says}
            case Empty(fact, empty):
                return {"fact": fact, "kind": "empty", "empty": empty, "says": says}
        kind = next(name for name, made in SET_TESTS.items() if isinstance(test, made))
        return {"fact": test.fact, "kind": kind, "members": test.members, "says": says}

    def _fact(self, name: str, fact: AnyFact) -> Data:
        data = _texts(fact, "type", "question", "plain", "help", "unit", "min", "max")
        data |= {"name": fact_words(name, fact), "allowed": fact.allowed}
        if fact.default is not None:
            data["default"] = fact.default  # the empty set is one as well
        if isinstance(fact, BooleanFact):
            said = (("true", True), ("false", False))
            data["words"] = {word: known_words(name, fact, value) for word, value in said}
        if values := getattr(fact, "values", None):
            data["values"] = list(values.items())
        return data

    def _node(self, node: Node) -> Data:
        parts = {
            "next": [self._entry(edge, "to", "label", "plain") for edge in node.next],
            "offers": [
                self._entry(offer, "intervention", "tier", "wording", "because", "plain", "cites")
                for offer in node.offers
            ],
            "notes": [self._entry(note, "says", "plain", "cites") for note in node.notes],
            "evidence": [
                _texts(f, "intervention", "measure", "value", "unit", "population", "cites")
                for f in node.evidence
            ],
        }
        return {**_texts(node, "kind", "section", "title", "plain", "hit", "cites"), **_told(parts)}

    def _entry(self, entry: Edge | Offer | Note, *names: str) -> Data:
        """Return some texts of what holds for some alone, and for whom, in words too."""
        if entry.when == ALWAYS:
            return _texts(entry, *names)
        asked = {"when": self._when(entry.when), "whom": words(entry.when, self.guideline.facts)}
        return {**_texts(entry, *names), **asked}


def _head(guideline: Guideline) -> Data:
    source = guideline.source
    return {
        **_texts(guideline, "id", "title", "plain", "version", "status", "disclaimer"),
        "digest": guideline.digest,
        "source": source.model_dump(mode="json", exclude_none=True) if source else None,
        "remarks": [
            {**_texts(row, "says", "plain"), "cites": row.cites} for row in guideline.remarks
        ],
    }


def _texts(model: Strict, *names: str) -> Data:
    return _told({name: getattr(model, name, None) for name in names})


def _named(models: Mapping[str, Strict], *names: str) -> list[tuple[str, Data]]:
    return [(name, _texts(model, *names)) for name, model in models.items()]


def _reference(reference: Reference) -> Data:
    return _told({**_texts(reference, "title", "journal", "year"), "href": href(reference) or None})
