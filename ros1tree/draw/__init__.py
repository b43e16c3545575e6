"""A guideline, or a patient's way through it, as a diagram."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import PurePath
from typing import Unpack
from urllib.parse import quote
from xml.etree.ElementTree import Element

from ros1tree.draw.compare import compared
from ros1tree.draw.engine import lay_out
from ros1tree.draw.options import Chosen, Options
from ros1tree.draw.pages import pdf
from ros1tree.draw.pens.dot import dot
from ros1tree.draw.pens.mermaid import mermaid
from ros1tree.draw.pens.text import text
from ros1tree.draw.peopled import peopled
from ros1tree.draw.picture import Picture
from ros1tree.draw.raster import png
from ros1tree.draw.seal import holds, sealed
from ros1tree.draw.sketch import href, sketch
from ros1tree.draw.svg import finished, written
from ros1tree.draw.theme import dark_style, palette
from ros1tree.draw.view import after, bare, overview, section
from ros1tree.errors import EngineError, OptionError, UnknownFormatError
from ros1tree.model import Guideline
from ros1tree.population import Population
from ros1tree.walk import Walk


def _svg(picture: Picture, chosen: Chosen) -> bytes:
    return written(_laid_out(picture, chosen, auto=chosen.theme == "auto"))


def _png(picture: Picture, chosen: Chosen) -> bytes:
    return png(_laid_out(picture, chosen), chosen.scale)


def _pdf(picture: Picture, chosen: Chosen) -> bytes:
    return pdf(_laid_out(picture, chosen), picture, chosen.paper)


def _laid_out(picture: Picture, chosen: Chosen, *, auto: bool = False) -> Element:
    layout = lay_out(_dot(picture, chosen), picture.texts(), chosen.engine)
    try:
        return finished(layout, picture, auto=auto)
    except (LookupError, ValueError, TypeError):
        # Every label is there, but not what an engine puts around it.
        raise EngineError("the layout engine wrote something that is no drawing") from None


def _dot(picture: Picture, chosen: Chosen) -> str:
    return dot(picture, palette(chosen.theme))


_LAID_OUT: Mapping[str, Callable[[Picture, Chosen], bytes]] = {
    "svg": _svg, "png": _png, "pdf": _pdf,
}  # fmt: skip
_WRITTEN: Mapping[str, Callable[[Picture, Chosen], str]] = {
    "dot": _dot,
    "mmd": lambda picture, _: mermaid(picture),
    "txt": lambda picture, _: text(picture),
}
FORMATS = (*_LAID_OUT, *_WRITTEN)
"""What a picture can be drawn as."""

LOOK = 1
"""Counted up whenever the finishing of a drawing changes: older ones are then out of date."""

_DEFAULT = Chosen()
_ONLY: Mapping[str, tuple[str, ...]] = {
    "theme": (*_LAID_OUT, "dot"), "scale": ("png",), "paper": ("pdf",), "engine": (*_LAID_OUT,),
}  # fmt: skip
"""The formats of which an option says something, where it does not of all."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture, the format that it is drawn in, and its options."""

    picture: Picture
    format: str
    options: Chosen

    def __post_init__(self) -> None:
        """Refuse what there is not; raises UnknownFormatError and OptionError."""
        if self.format not in FORMATS:
            raise UnknownFormatError(self.format, FORMATS)
        if self.options.theme == "auto" and self.format != "svg":
            text = f"theme auto says nothing about {self.format}"
            raise OptionError(f"{text}; take light, dark or print, or draw to svg")
        for option, formats in _ONLY.items():
            given = getattr(self.options, option) != getattr(_DEFAULT, option)
            if given and self.format not in formats:
                text = f"{option} says nothing about {self.format}"
                raise OptionError(f"{text}; leave it out, or draw to {', '.join(formats)}")

    def data(self) -> bytes:
        """Return the drawing; raises TooLargeError, and EngineError."""
        if self.format in _WRITTEN:
            return _WRITTEN[self.format](self.picture, self.options).encode()
        return sealed(
            self.format, _LAID_OUT[self.format](self.picture, self.options), self.source()
        )

    def is_current(self, data: bytes) -> bool:
        """Tell whether `data` is this drawing, whichever engine laid it out.

        No engine is needed: a drawing carries a seal of what it was made from, and of itself.
        """
        if self.format in _LAID_OUT:
            return holds(self.format, data, self.source())
        return data.replace(b"\r\n", b"\n") == self.data()

    def source(self) -> str:
        """Return all that the drawing is made from, the engine apart."""
        chosen = self.options
        own = {"svg": chosen.theme, "png": f"{chosen.scale:g}", "pdf": chosen.paper}
        look = dark_style("") if chosen.theme == "auto" else ""
        return f"{LOOK} {own[self.format]}\n{look}\n{_dot(self.picture, chosen)}"


def draw(
    guideline: Guideline,
    walk: Walk | None = None,
    format: str = "svg",  # noqa: A002
    *,
    before: Guideline | None = None,
    population: Population | None = None,
    **options: Unpack[Options],
) -> bytes:
    """Return the diagram of a guideline, with a patient's path where a `walk` is given.

    Where a version `before` is given, it shows what was added to that, removed and changed; where a
    `population` is given, how many patients come by each node and edge.

    `format` is svg, png, pdf, dot, mmd or txt (text formats are UTF-8); the `options` are
    section, start, depth, overview, theme, scale, paper and engine. Raises UnknownFormatError,
    UnknownNameError and OptionError for what there is not, TooLargeError for more than Mermaid
    allows, and EngineError where svg, png or pdf find no layout engine, or it fails.
    """
    chosen = Chosen(**options)
    whole = _whole(guideline, walk, before, population)
    return Drawing(_part(whole, chosen), format, chosen).data()


def _whole(
    guideline: Guideline,
    walk: Walk | None,
    before: Guideline | None,
    population: Population | None,
) -> Picture:
    if sum(thing is not None for thing in (walk, before, population)) > 1:
        text = "a drawing shows a walk, a population or the version before; leave out the others"
        raise OptionError(text)
    if before is not None:
        return compared(sketch(before), sketch(guideline))
    if population is not None:
        population.check(guideline)
        return peopled(sketch(guideline), population)
    return sketch(guideline, walk)


def drawings(  # noqa: PLR0913 - as above
    guideline: Guideline,
    name: str,
    walk: Walk | None = None,
    *,
    whole_set: bool = False,
    before: Guideline | None = None,
    population: Population | None = None,
    **options: Unpack[Options],
) -> dict[str, Drawing]:
    """Return what `draw` would draw, not drawn yet, by file name; the ending says the format.

    A `whole_set` is an overview under that name, and a diagram of each section, with the
    section's id before the ending; those of svg are linked to each other. Raises what `draw` raises
    for options.
    """
    chosen, file = Chosen(**options), PurePath(name)
    picture = _whole(guideline, walk, before, population)
    form = file.suffix.removeprefix(".").lower()
    if not whole_set:
        return {name: Drawing(_part(picture, chosen), form, chosen)}
    if chosen.is_part():
        raise OptionError("a whole set has every section and the overview; leave the part out")
    bands = frozenset(band.id for band in picture.bands)
    address = partial(_address, file, bands)
    pages = {name: overview(picture, address)}
    for band in picture.bands:
        page = section(picture, band.id, address)
        place = str(file.with_name(_page(file, bands, band.id)))
        pages[place] = replace(page, home=quote(file.name))
    return {title: Drawing(page, form, chosen) for title, page in pages.items()}


def diagram(guideline: Guideline) -> Drawing:
    """Return the whole diagram, for a page that shows notes, sources and disclaimer beside it."""
    return Drawing(replace(bare(sketch(guideline)), disclaimer=""), "svg", _DEFAULT)


def _part(picture: Picture, chosen: Chosen) -> Picture:
    if chosen.overview:
        return overview(picture)
    if chosen.start is not None or chosen.depth is not None:
        return after(picture, chosen.start, chosen.depth, chosen.section)
    return picture if chosen.section is None else section(picture, chosen.section)


def _page(file: PurePath, sections: frozenset[str], section: str) -> str:
    """Return the name of a section's file; what stands in none has one too."""
    other = "other" if "other" not in sections else "in-no-section"
    return f"{file.stem}-{section or other}{file.suffix}"


def _address(file: PurePath, sections: frozenset[str], section: str) -> str:
    """Return the address of a section's file, as a link beside it."""
    return quote(_page(file, sections, section))


__all__ = ["FORMATS", "Drawing", "Options", "diagram", "draw", "drawings", "href"]
