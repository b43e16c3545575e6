"""What a drawing can be asked for."""

from dataclasses import dataclass
from typing import TypedDict

from ros1tree.draw.pages import PAPERS
from ros1tree.draw.theme import palette
from ros1tree.errors import OptionError, UnknownNameError


class Options(TypedDict, total=False):
    """The keywords of `draw`, all optional."""

    section: str
    """One section alone, with the ways into it and out of it."""
    start: str
    """The node from which the drawing begins."""
    depth: int
    """How many arrows it goes on from there, or from the guideline's start."""
    overview: bool
    """The sections alone, and the ways between them."""
    theme: str
    """`light`, `dark`, `print` (greyscale), or `auto`: as the reader's system is, in an svg."""
    scale: float
    """Of a png: pixels for each unit of the drawing; 2 without it."""
    paper: str
    """Of a pdf: `a4` (without it) or `letter`."""
    engine: str
    """The layout engine; else ROS1TREE_DOT, `dot` on the PATH, or the one that came with pip."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The same, checked, with what holds where nothing was said."""

    section: str | None = None
    start: str | None = None
    depth: int | None = None
    overview: bool = False
    theme: str = "light"
    scale: float = 2.0
    paper: str = "a4"
    engine: str | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn before anything is; raises OptionError, UnknownNameError."""
        palette(self.theme)
        if self.paper not in PAPERS:
            raise UnknownNameError("paper", self.paper, PAPERS)
        if not 0.1 <= self.scale <= 10:
            raise OptionError(f"scale {self.scale:g} is not allowed; allowed: 0.1 to 10")
        if self.depth is not None and self.depth < 0:
            raise OptionError(f"depth {self.depth} is not allowed; allowed: 0 and more")
        if self.overview and (self.section, self.start, self.depth) != (None, None, None):
            raise OptionError("an overview has no section, start or depth; leave them out")

    def is_part(self) -> bool:
        """Tell whether less than the whole guideline is asked for."""
        return self.overview or (self.section, self.start, self.depth) != (None, None, None)
