"""The picture: everything that is drawn, frozen, and nothing of how. Pens know it alone."""

from dataclasses import dataclass
from typing import Literal

State = Literal["plain", "yes", "maybe", "no"]
"""Of a picture with a patient: on the path, possible, or off it; `plain` without a patient."""


@dataclass(frozen=True, slots=True)
class Row:
    """One offer of a panel."""

    tier: str
    condition: str
    """For whom, in words; empty for everybody at the node."""
    title: str
    details: tuple[str, ...]
    """Wording, evidence figures, or the reason of a bar."""
    cites: str
    state: State


@dataclass(frozen=True, slots=True)
class Box:
    """A node."""

    id: str
    kind: str
    title: str
    asks: str
    """The facts that its edges ask, by name; empty where they ask none."""
    rows: tuple[Row, ...]
    cites: str
    state: State
    missing: tuple[str, ...]
    """Facts that are unknown and for which the patient's walk waits here."""
    fault: str
    """What the guideline itself does wrong here for the patient; empty where nothing."""
    beside: str | None
    """The box next to which it stands, where it is an exit that leads nowhere."""


@dataclass(frozen=True, slots=True)
class Arrow:
    """An edge."""

    tail: str
    head: str
    label: str
    state: State


@dataclass(frozen=True, slots=True)
class Band:
    """The boxes of one section."""

    id: str
    title: str
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A guideline, or one patient's way through it, ready for a pen."""

    id: str
    title: str
    subtitle: str
    bands: tuple[Band, ...]
    arrows: tuple[Arrow, ...]
    patient: tuple[str, ...]
    """The patient's facts in words, where there is a patient."""
    status: str
    """How far the guideline answers for the patient; empty where there is none."""
    footer: str

    def boxes(self) -> tuple[Box, ...]:
        """Return the boxes of all bands."""
        return tuple(box for band in self.bands for box in band.boxes)

    def texts(self) -> tuple[str, ...]:
        """Return every title that a drawing must show; a renderer's output is checked for them."""
        boxes = self.boxes()
        rows = (row.title for box in boxes for row in box.rows)
        return (self.title, *(box.title for box in boxes), *rows)
