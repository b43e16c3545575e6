"""From a guideline, and one patient's walk through it, to the picture."""

from collections.abc import Iterator, Mapping

from ros1tree.condition import facts_of, known_words, words
from ros1tree.draw.picture import Arrow, Band, Box, Picture, Row, State
from ros1tree.graph import order, ways_in
from ros1tree.model import ALWAYS, TIERS, Edge, Guideline, Node, Offer
from ros1tree.walk import FAULT_WORDS, STATUS_WORDS, Walk, offers

_STATES: Mapping[str, State] = {"yes": "yes", "maybe": "maybe", "no": "no"}


def sketch(guideline: Guideline, walk: Walk | None = None) -> Picture:
    """Return the picture of a guideline, or of a patient's way through it."""
    return _Sketch(guideline, walk).picture()


class _Sketch:
    def __init__(self, guideline: Guideline, walk: Walk | None) -> None:
        self.guideline = guideline
        self.walk = walk
        self.made = {(m.node, m.place): m.held for m in offers(guideline, walk)} if walk else {}
        steps = walk.steps if walk else ()
        self.reached = {step.node: step.reached for step in steps}
        self.taken = {(step.node, edge.to): edge.taken for step in steps for edge in step.edges}

    def picture(self) -> Picture:
        guideline = self.guideline
        return Picture(
            id=guideline.id,
            title=guideline.title,
            subtitle=self._subtitle(),
            bands=self._bands(),
            arrows=tuple(
                self._arrow(name, edge)
                for name in self._order()
                for edge in guideline.nodes[name].next
            ),
            patient=self._patient(),
            status=STATUS_WORDS[self.walk.status] if self.walk else "",
            footer="\n".join(self._footer()),
        )

    def _subtitle(self) -> str:
        source = self.guideline.source
        review = f". Review of the source: {source.review}" if source and source.review else ""
        return f"Version {self.guideline.version}, {self.guideline.status}{review}"

    def _footer(self) -> Iterator[str]:
        if any(said.caution for said in self.guideline.statements.values()):
            yield "* The fact check has a remark on this statement; a walk shows it, and the notes."
        if self.guideline.disclaimer:
            yield self.guideline.disclaimer

    def _order(self) -> tuple[str, ...]:
        reachable = order(self.guideline)
        return (*reachable, *sorted(set(self.guideline.nodes) - set(reachable)))

    def _bands(self) -> tuple[Band, ...]:
        sections = {**self.guideline.sections, "": ""}
        boxes: dict[str, list[Box]] = {section: [] for section in sections}
        into = ways_in(self.guideline)
        for name in self._order():
            node = self.guideline.nodes[name]
            boxes[node.section or ""].append(self._box(name, node, into[name]))
        return tuple(
            Band(section, title, tuple(boxes[section]))
            for section, title in sections.items()
            if boxes[section]
        )

    def _box(self, name: str, node: Node, sources: list[str]) -> Box:
        asked = dict.fromkeys(fact for edge in node.next for fact in facts_of(edge.when))
        waiting = [m.fact for m in self.walk.missing if name in m.asked_by] if self.walk else []
        return Box(
            id=name,
            kind=node.kind,
            title=node.title,
            asks=", ".join(asked),
            rows=self._rows(name, node),
            cites=self._cited(node.cites),
            state=self._state(self.reached.get(name)),
            missing=tuple(waiting),
            fault=self._fault(name),
            beside=sources[0] if self._first_exit(name, node, sources) else None,
        )

    def _fault(self, name: str) -> str:
        found = (f.fault for f in self.walk.faults if f.node == name) if self.walk else ()
        return "; ".join(f"FAULT: {FAULT_WORDS[fault]}" for fault in found)

    def _first_exit(self, name: str, node: Node, sources: list[str]) -> bool:
        """Tell whether a silent end stands beside its question; there is room for one."""
        if node.kind != "silent" or node.next or len(sources) != 1:
            return False
        exits = (edge.to for edge in self.guideline.nodes[sources[0]].next)
        return name == next(to for to in exits if self.guideline.nodes[to].kind == "silent")

    def _state(self, certainty: str | None) -> State:
        return _STATES[certainty or "no"] if self.walk else "plain"

    def _rows(self, name: str, node: Node) -> tuple[Row, ...]:
        ranked = sorted(enumerate(node.offers), key=lambda entry: TIERS.index(entry[1].tier))
        return tuple(self._row(name, node, index) for index, _ in ranked)

    def _row(self, name: str, node: Node, index: int) -> Row:
        offer = node.offers[index]
        figures = [e for e in node.evidence if e.intervention == offer.intervention]
        told = (offer.wording, offer.because, *(figure.words for figure in figures))
        return Row(
            tier=offer.tier,
            condition=self._words(offer),
            title=self.guideline.interventions[offer.intervention].title,
            details=tuple(text for text in told if text),
            cites=self._cited((*offer.cites, *(cite for e in figures for cite in e.cites))),
            state=self._offer_state(name, index),
        )

    def _cited(self, cites: tuple[str, ...]) -> str:
        """Return citations, each once, with a star where a check of the facts doubts it."""
        doubted = {name for name, said in self.guideline.statements.items() if said.caution}
        return ", ".join(f"{name}*" if name in doubted else name for name in dict.fromkeys(cites))

    def _words(self, entry: Offer | Edge) -> str:
        return "" if entry.when == ALWAYS else words(entry.when, self.guideline.facts)

    def _offer_state(self, name: str, index: int) -> State:
        if self.walk is None:
            return "plain"
        made = self.made.get((name, index), False)
        return "maybe" if made is None else "yes" if made else "no"

    def _arrow(self, name: str, edge: Edge) -> Arrow:
        label = edge.label or self._words(edge)
        return Arrow(name, edge.to, label, self._state(self.taken.get((name, edge.to))))

    def _patient(self) -> tuple[str, ...]:
        if self.walk is None:
            return ()
        facts, known = self.guideline.facts, {**self.walk.assumed, **self.walk.facts}
        return tuple(
            known_words(name, fact, known[name])
            + (" (not supplied)" if name in self.walk.assumed else "")
            for name, fact in facts.items()
            if name in known
        )
