"""From a guideline, and one patient's walk through it, to the picture."""

from collections.abc import Iterable, Mapping
from string import ascii_lowercase
from urllib.parse import quote

from ros1tree.condition import facts_of, known_words, words
from ros1tree.draw.picture import (
    Arrow,
    Band,
    Box,
    Cite,
    Detail,
    Note,
    Picture,
    Row,
    Source,
    State,
)  # fmt: skip
from ros1tree.draw.view import grounded
from ros1tree.graph import order
from ros1tree.model import ALWAYS, TIERS, Edge, Guideline, Node, Offer, Reference
from ros1tree.model import Note as Said
from ros1tree.walk import FAULT_WORDS, STATUS_WORDS, Walk, offers

_STATES: Mapping[str, State] = {"yes": "yes", "maybe": "maybe", "no": "no"}


def sketch(guideline: Guideline, walk: Walk | None = None) -> Picture:
    """Return the picture of a guideline, or of a patient's way through it."""
    return _Sketch(guideline, walk).picture()


def href(reference: Reference) -> str:
    """Return where a publication can be read; empty where nothing is known."""
    doi = quote(reference.doi, safe="/:;()") if reference.doi else ""
    return reference.url or (f"https://doi.org/{doi}" if doi else "")


class _Sketch:
    def __init__(self, guideline: Guideline, walk: Walk | None) -> None:
        self.guideline = guideline
        self.walk = walk
        self.made = {(m.node, m.place): m.held for m in offers(guideline, walk)} if walk else {}
        steps = walk.steps if walk else ()
        self.reached = {step.node: step.reached for step in steps}
        self.taken = {(step.node, edge.to): edge.taken for step in steps for edge in step.edges}
        self.noted = {(note.node, note.says) for note in walk.notes} if walk else set()
        self.marks: dict[tuple[str, tuple[str, ...]], str] = {}

    def picture(self) -> Picture:
        guideline, walk = self.guideline, self.walk
        bands = self._bands()
        whole = Picture(
            id=guideline.id,
            start=guideline.start,
            title=guideline.title,
            subtitle=self._subtitle(),
            bands=bands,
            arrows=tuple(
                self._arrow(name, edge)
                for name in self._order()
                for edge in guideline.nodes[name].next
            ),
            has_patient=walk is not None,
            patient=self._patient(),
            status=STATUS_WORDS[walk.status] if walk else "",
            notes=tuple(
                Note(mark, text, self._cites(cites)) for (text, cites), mark in self.marks.items()
            ),
            sources=self._sources(),
            remarks=tuple(Detail(row.says, self._cites(row.cites)) for row in guideline.remarks),
            disclaimer=guideline.disclaimer or "",
        )
        return grounded(whole)

    def _subtitle(self) -> str:
        source = self.guideline.source
        review = f". Review of the source: {source.review}" if source and source.review else ""
        return f"Version {self.guideline.version}, {self.guideline.status}{review}"

    def _order(self) -> tuple[str, ...]:
        reachable = order(self.guideline)
        return (*reachable, *sorted(set(self.guideline.nodes) - set(reachable)))

    def _bands(self) -> tuple[Band, ...]:
        # What stands in no section comes last, unless everything begins there.
        named, rest = dict(self.guideline.sections), {"": ""}
        sections = named | rest if self._section(self.guideline.start) else rest | named
        boxes: dict[str, list[Box]] = {section: [] for section in sections}
        place = list(sections)
        # Notes are marked in the order in which they are read: band by band.
        for name in sorted(self._order(), key=lambda name: place.index(self._section(name))):
            boxes[self._section(name)].append(self._box(name, self.guideline.nodes[name]))
        return tuple(
            Band(section, title, tuple(boxes[section]))
            for section, title in sections.items()
            if boxes[section]
        )

    def _section(self, name: str) -> str:
        return self.guideline.nodes[name].section or ""

    def _box(self, name: str, node: Node) -> Box:
        asked = dict.fromkeys(fact for edge in node.next for fact in facts_of(edge.when))
        waiting = [m.fact for m in self.walk.missing if name in m.asked_by] if self.walk else []
        return Box(
            id=name,
            kind=node.kind,
            title=node.title,
            asks=", ".join(asked) if node.kind == "decision" else "",
            rows=self._rows(name, node),
            cites=self._cites(node.cites),
            marks=self._marks(name, node),
            state=self._state(self.reached.get(name)),
            missing=tuple(waiting),
            fault=self._fault(name),
        )

    def _marks(self, name: str, node: Node) -> tuple[str, ...]:
        """Return the marks of a node's notes; of a patient's those that hold."""
        marks: list[str] = []
        for note in node.notes:
            if self.walk and (name, note.says) not in self.noted:
                continue
            text = note.says if self.walk else self._conditional(note.says, self._words(note))
            key = (text, note.cites)
            marks.append(self.marks.setdefault(key, _letters(len(self.marks))))
        return tuple(sorted(set(marks), key=lambda mark: (len(mark), mark)))

    def _conditional(self, text: str, condition: str) -> str:
        return f"If {condition}: {text}" if condition else text

    def _fault(self, name: str) -> str:
        found = (f.fault for f in self.walk.faults if f.node == name) if self.walk else ()
        return "; ".join(f"FAULT: {FAULT_WORDS[fault]}" for fault in found)

    def _state(self, certainty: str | None) -> State:
        return _STATES[certainty or "no"] if self.walk else "plain"

    def _rows(self, name: str, node: Node) -> tuple[Row, ...]:
        ranked = sorted(enumerate(node.offers), key=lambda entry: TIERS.index(entry[1].tier))
        return tuple(self._row(name, node, index) for index, _ in ranked)

    def _row(self, name: str, node: Node, index: int) -> Row:
        offer = node.offers[index]
        told = [Detail(text) for text in (offer.wording, offer.because) if text]
        told += [
            Detail(figure.words, self._cites(figure.cites))
            for figure in node.evidence
            if figure.intervention == offer.intervention
        ]
        state = self._offer_state(name, index)
        return Row(
            id=f"{name}-{index}",
            tier=offer.tier,
            condition=self._words(offer),
            title=self.guideline.interventions[offer.intervention].title,
            details=tuple(told),
            cites=self._cites(offer.cites),
            state=state,
            conflict=state == "yes" and self._conflicts(offer.intervention),
        )

    def _conflicts(self, intervention: str) -> bool:
        return self.walk is not None and intervention in self.walk.conflicts

    def _cites(self, names: Iterable[str]) -> tuple[Cite, ...]:
        return tuple(map(self._cite, dict.fromkeys(names)))

    def _cite(self, name: str) -> Cite:
        """Return a citation; a statement's link is that of the first publication behind it."""
        references = self.guideline.references
        said = self.guideline.statements.get(name)
        behind = [references[ref] for ref in said.cites] if said else [references[name]]
        links = [link for link in map(href, behind) if link]
        return Cite(name, bool(said and said.caution), links[0] if links else "")

    def _sources(self) -> tuple[Source, ...]:
        """Return everything that can be cited: the statements, then the publications."""
        guideline = self.guideline
        said = [
            Source(self._cite(name), found.says, found.caution or "", self._cites(found.cites))
            for name, found in guideline.statements.items()
        ]
        published = [
            Source(self._cite(name), _publication(reference), "", ())
            for name, reference in guideline.references.items()
        ]
        return (*said, *published)

    def _words(self, entry: Offer | Edge | Said) -> str:
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


def _publication(reference: Reference) -> str:
    where = (reference.journal, str(reference.year) if reference.year else None)
    return ". ".join(part for part in (reference.title, *where) if part)


def _letters(number: int) -> str:
    """Return a, b, ..., z, aa, ab, ..."""
    rest, last = divmod(number, 26)
    return (_letters(rest - 1) if rest else "") + ascii_lowercase[last]
