"""The picture: everything that is drawn, frozen, and nothing of how. Pens know it alone."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

State = Literal["plain", "yes", "maybe", "no", "added", "changed", "removed"]
"""With a patient: on the path, possible, or off it. With an earlier version: what became of it.
`plain` where there is neither, or nothing changed."""

STRONG: frozenset[State] = frozenset({"yes", "added"})
DASHED: frozenset[State] = frozenset({"maybe", "changed"})
FAINT: frozenset[State] = frozenset({"no", "removed"})

MARKS: Mapping[State, str] = MappingProxyType(
    {
        "plain": "",
        "yes": "\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK} ",
        "maybe": "? ",
        "no": "",
        "added": "+ ",
        "changed": "~ ",
        "removed": "\N{MINUS SIGN} ",
    }
)
"""What stands before the title of a box or an offer that is not plain."""

STAR = "* a check of the facts has a remark on this statement"
"""What the star of a citation means."""

Kind = Literal["decision", "treatment", "workup", "silent", "section", "link"]
"""A node's kind, a whole section in an overview, or the way to a box in another picture."""


@dataclass(frozen=True, slots=True)
class Cite:
    """A statement or a reference that something rests on."""

    name: str
    doubted: bool
    """Whether a check of the facts has a remark on it."""
    href: str
    """Where the publication can be read; empty where nothing is known."""


@dataclass(frozen=True, slots=True)
class Detail:
    """A line below an offer: the source's wording, the reason of a bar, or a figure."""

    text: str
    cites: tuple[Cite, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One offer of a panel."""

    id: str
    tier: str
    condition: str
    """For whom, in words; empty for everybody at the node."""
    title: str
    details: tuple[Detail, ...]
    cites: tuple[Cite, ...]
    state: State
    conflict: bool
    """Whether the same patient is offered the intervention and told to avoid it."""


@dataclass(frozen=True, slots=True)
class Box:
    """A node, a section of an overview, or a link to a box of another picture."""

    id: str
    kind: Kind
    title: str
    asks: str
    """What its edges ask, in words; of a section what is in it, of a link where it leads."""
    rows: tuple[Row, ...]
    cites: tuple[Cite, ...]
    marks: tuple[str, ...]
    """The marks of its notes."""
    state: State
    missing: tuple[str, ...]
    """Facts that are unknown and for which the patient's walk waits here."""
    fault: str
    """What the guideline itself does wrong here for the patient; empty where nothing."""
    href: str = ""
    """Of a section or a link: the picture that shows more; empty where none does."""
    count: str = ""
    """How many patients of a population come here, in words; empty where there is none."""


@dataclass(frozen=True, slots=True)
class Arrow:
    """An edge."""

    tail: str
    head: str
    label: str
    state: State
    count: str = ""
    """How many patients of a population take it, in words; empty where there is none."""
    share: float = 0.0
    """Which part of them that is, from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Band:
    """The boxes of one section."""

    id: str
    title: str
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """A note of one or more boxes, under its mark."""

    mark: str
    text: str
    cites: tuple[Cite, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """What a citation stands for: a statement with what a check found, or a publication."""

    cite: Cite
    text: str
    caution: str
    cites: tuple[Cite, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A guideline, or one patient's way through it, ready for a pen."""

    id: str
    start: str
    """The box at which everybody begins."""
    title: str
    subtitle: str
    bands: tuple[Band, ...]
    arrows: tuple[Arrow, ...]
    has_patient: bool
    patient: tuple[str, ...]
    """The patient's facts in words."""
    status: str
    """How far the guideline answers for the patient; empty where there is none."""
    notes: tuple[Note, ...]
    sources: tuple[Source, ...]
    remarks: tuple[Detail, ...]
    disclaimer: str
    home: str = ""
    """The picture of all sections, where this is one of a set."""
    compared: bool = False
    """Whether it shows what became of an earlier version."""
    peopled: bool = False
    """Whether it shows how many patients of a population come where."""

    def signs(self) -> Iterator[str]:
        """Yield what the marks and strokes of the picture mean."""
        if self.has_patient:
            yield (
                f"{MARKS['yes']}and thick: on the patient's path. {MARKS['maybe']}and dashed:"
                " possible. Faint: not on it. Struck through: to be avoided."
            )
        if self.compared:
            yield (
                f"{MARKS['added']}and thick: added. {MARKS['changed']}and dashed: changed."
                f" {MARKS['removed']}faint and struck through: removed."
            )
        if self.peopled:
            yield (
                "Numbers: patients who certainly come by; the wider an arrow, the more. Faint:"
                " nobody certainly comes by. Possible: a missing fact decides."
            )
        if any(source.cite.doubted for source in self.sources):
            yield STAR

    def boxes(self) -> tuple[Box, ...]:
        """Return the boxes of all bands."""
        return tuple(box for band in self.bands for box in band.boxes)

    def cites(self) -> Iterator[Cite]:
        """Yield every citation of notes and remarks, and of what is not off the patient's path."""
        for box in self.boxes():
            if box.state not in FAINT:
                yield from box.cites
            for row in box.rows:
                if row.state not in FAINT:
                    yield from row.cites
                    yield from (cite for detail in row.details for cite in detail.cites)
        yield from (cite for note in self.notes for cite in note.cites)
        yield from (cite for remark in self.remarks for cite in remark.cites)

    def texts(self) -> tuple[str, ...]:
        """Return every label that a drawing must show; an engine's output is checked for them."""
        boxes = self.boxes()
        rows = [row for box in boxes for row in box.rows]
        return (
            self.title,
            *(band.title for band in self.bands),
            *(box.title for box in boxes),
            *(text for row in rows for text in (row.condition, row.title)),
            *(detail.text for row in rows for detail in row.details),
            *(box.count for box in boxes),
            *(text for arrow in self.arrows for text in (arrow.label, arrow.count)),
            *(note.text for note in self.notes),
            *(text for source in self.sources for text in (source.text, source.caution)),
            *(remark.text for remark in self.remarks),
            *(*self.patient, self.status, self.disclaimer),
        )
