"""A guideline, or a patient's way through it, as a diagram."""

from collections.abc import Callable, Mapping
from dataclasses import replace
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
from ros1tree.errors import UnknownFormatError
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
    return _drawn(_part(sketch(guideline, walk), chosen), format, chosen)


def draw_set(
    guideline: Guideline,
    name: str,
    walk: Walk | None = None,
    **options: Unpack[Options],
) -> dict[str, bytes]:
    """Return an overview and a diagram of each section, by file name, linked to each other.

    The overview's name is `name`, whose ending says the format; a section's has its id before
    the ending. Options and errors are those of `draw`.
    """
    chosen = Chosen(**options)
    file = PurePath(name)
    form = file.suffix.removeprefix(".").lower()
    picture = sketch(guideline, walk)
    pictures = {file.name: overview(picture, lambda name: _page(file, name))}
    for band in picture.bands:
        if band.id:
            page = section(picture, band.id, lambda name: _page(file, name))
            pictures[_page(file, band.id)] = replace(page, home=file.name)
    return {name: _drawn(page, form, chosen) for name, page in pictures.items()}


def is_current(
    drawing: bytes,
    guideline: Guideline,
    walk: Walk | None = None,
    format: str = "svg",  # noqa: A002
    **options: Unpack[Options],
) -> bool:
    """Tell whether a drawing is what `draw` would give today, whichever engine laid it out.

    No engine is needed: a drawing carries a seal of what it was made from, and of itself.
    """
    chosen = Chosen(**options)
    return _current(drawing, _part(sketch(guideline, walk), chosen), format, chosen)


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


def _drawn(picture: Picture, form: str, chosen: Chosen) -> bytes:
    if form in _WRITTEN:
        return _WRITTEN[form](picture, chosen).encode()
    if form not in _LAID_OUT:
        raise UnknownFormatError(form, FORMATS)
    return sealed(form, _LAID_OUT[form](picture, chosen), _source(picture, form, chosen))


def _current(drawing: bytes, picture: Picture, form: str, chosen: Chosen) -> bool:
    if form in _LAID_OUT:
        return holds(form, drawing, _source(picture, form, chosen))
    return drawing.replace(b"\r\n", b"\n") == _drawn(picture, form, chosen)


def _source(picture: Picture, form: str, chosen: Chosen) -> str:
    """Return all that a drawing is made from, the engine apart."""
    own = {"svg": chosen.theme, "png": f"{chosen.scale:g}", "pdf": chosen.paper}
    return f"{own[form]}\n{_dot(picture, chosen)}"


__all__ = ["FORMATS", "Options", "draw", "draw_set", "is_current"]
