"""A guideline, or a patient's way through it, as a diagram."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import PurePath
from typing import Unpack

from ros1tree.draw.engine import lay_out
from ros1tree.draw.options import Chosen, Options
from ros1tree.draw.pages import pdf
from ros1tree.draw.pens.dot import dot
from ros1tree.draw.pens.mermaid import mermaid
from ros1tree.draw.pens.text import text
from ros1tree.draw.picture import Picture
from ros1tree.draw.raster import png
from ros1tree.draw.seal import holds, sealed
from ros1tree.draw.sketch import sketch
from ros1tree.draw.svg import finished, written
from ros1tree.draw.theme import palette
from ros1tree.draw.view import after, overview, section
from ros1tree.errors import OptionError, UnknownFormatError
from ros1tree.model import Guideline
from ros1tree.walk import Walk


def _svg(picture: Picture, chosen: Chosen) -> bytes:
    layout = lay_out(_dot(picture, chosen), picture.texts(), chosen.engine)
    return written(finished(layout, picture, auto=chosen.theme == "auto"))


def _png(picture: Picture, chosen: Chosen) -> bytes:
    layout = lay_out(_dot(picture, chosen), picture.texts(), chosen.engine)
    return png(finished(layout, picture), chosen.scale)


def _pdf(picture: Picture, chosen: Chosen) -> bytes:
    layout = lay_out(_dot(picture, chosen), picture.texts(), chosen.engine)
    return pdf(finished(layout, picture), picture, chosen.paper)


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
            self.format, _LAID_OUT[self.format](self.picture, self.options), self._source()
        )

    def is_current(self, data: bytes) -> bool:
        """Tell whether `data` is this drawing, whichever engine laid it out.

        No engine is needed: a drawing carries a seal of what it was made from, and of itself.
        """
        if self.format in _LAID_OUT:
            return holds(self.format, data, self._source())
        return data.replace(b"\r\n", b"\n") == self.data()

    def _source(self) -> str:
        """Return all that the drawing is made from, the engine apart."""
        chosen = self.options
        own = {"svg": chosen.theme, "png": f"{chosen.scale:g}", "pdf": chosen.paper}
        return f"{own[self.format]}\n{_dot(self.picture, chosen)}"


def draw(
    guideline: Guideline,
    walk: Walk | None = None,
    format: str = "svg",  # noqa: A002
    **options: Unpack[Options],
) -> bytes:
    """Return the diagram of a guideline, with a patient's path where a `walk` is given.

    `format` is svg, png, pdf, dot, mmd or txt (text formats are UTF-8); the `options` are
    section, start, depth, overview, theme, scale, paper and engine. Raises UnknownFormatError,
    UnknownNameError and OptionError for what there is not, TooLargeError for more than Mermaid
    allows, and EngineError where svg, png or pdf find no layout engine, or it fails.
    """
    chosen = Chosen(**options)
    return Drawing(_part(sketch(guideline, walk), chosen), format, chosen).data()


def drawings(
    guideline: Guideline,
    name: str,
    walk: Walk | None = None,
    *,
    whole_set: bool = False,
    **options: Unpack[Options],
) -> dict[str, Drawing]:
    """Return what `draw` would draw, not drawn yet, by file name; the ending says the format.

    A `whole_set` is an overview under that name, and a diagram of each section, with the
    section's id before the ending, linked to each other. Raises what `draw` raises for options.
    """
    chosen, file = Chosen(**options), PurePath(name)
    picture, form = sketch(guideline, walk), file.suffix.removeprefix(".").lower()
    if not whole_set:
        return {name: Drawing(_part(picture, chosen), form, chosen)}
    if chosen.is_part():
        raise OptionError("a whole set has every section and the overview; leave the part out")
    address = partial(_page, file)
    pages = {name: overview(picture, address)}
    for band in picture.bands:
        if band.id:
            page = section(picture, band.id, address)
            pages[address(band.id)] = replace(page, home=name)
    return {title: Drawing(page, form, chosen) for title, page in pages.items()}


def _part(picture: Picture, chosen: Chosen) -> Picture:
    if chosen.overview:
        return overview(picture)
    if chosen.section is not None:
        picture = section(picture, chosen.section)
    if chosen.start is not None or chosen.depth is not None:
        picture = after(picture, chosen.start, chosen.depth)
    return picture


def _page(file: PurePath, section: str) -> str:
    """Return the name of a section's file; one without a name of its own has none."""
    return f"{file.stem}-{section}{file.suffix}" if section else ""


__all__ = ["FORMATS", "Drawing", "Options", "draw", "drawings"]
