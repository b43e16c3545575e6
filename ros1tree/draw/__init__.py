"""A guideline, or a patient's way through it, as a diagram."""

from collections.abc import Callable, Mapping
from io import BytesIO
from xml.etree import ElementTree

from ros1tree.draw.engine import render_png, render_svg
from ros1tree.draw.pens.dot import dot
from ros1tree.draw.picture import Picture
from ros1tree.draw.sketch import sketch
from ros1tree.errors import EngineError, UnknownFormatError
from ros1tree.model import Guideline
from ros1tree.walk import Walk


def _dot(picture: Picture) -> bytes:
    return dot(picture).encode()


def _svg(picture: Picture) -> bytes:
    return render_svg(dot(picture), picture.texts())


def _png(picture: Picture) -> bytes:
    _svg(picture)  # says which label was lost; a PNG could not
    return render_png(dot(picture, dpi=144))


def _pdf(picture: Picture) -> bytes:
    from reportlab.graphics import renderPDF  # noqa: PLC0415 - only a PDF needs it
    from reportlab.pdfgen.canvas import Canvas  # noqa: PLC0415
    from svglib.svglib import svg2rlg  # noqa: PLC0415

    svg = _svg(picture)
    _refuse_unshowable("".join(ElementTree.fromstring(svg).itertext()))  # noqa: S314 - our own
    drawing = svg2rlg(BytesIO(svg))
    if drawing is None:
        raise EngineError("the drawing could not be turned into a PDF")
    buffer = BytesIO()
    # Invariant: no date and no random name inside, so that the same picture is the same file.
    canvas = Canvas(buffer, pagesize=(drawing.width, drawing.height), invariant=True)
    canvas.setTitle(picture.title)
    renderPDF.draw(drawing, canvas, 0, 0)
    canvas.save()
    return buffer.getvalue()


def _refuse_unshowable(text: str) -> None:
    """Raise EngineError for a character that the fonts of every PDF reader lack."""
    from reportlab.pdfbase.pdfmetrics import getFont, unicode2T1  # noqa: PLC0415

    font = getFont("Helvetica")
    for character in sorted(set("".join(text.split()))):
        ((used, code),) = unicode2T1(character, [font, *font.substitutionFonts])
        if used.fontName == "ZapfDingbats" and code == b"n":  # what stands for everything else
            raise EngineError(f"a PDF cannot show '{character}'; draw to .svg instead")


FORMATS: Mapping[str, Callable[[Picture], bytes]] = {
    "svg": _svg,
    "png": _png,
    "pdf": _pdf,
    "dot": _dot,
}
"""What a picture can be drawn as."""


def draw(guideline: Guideline, walk: Walk | None = None, format: str = "svg") -> bytes:  # noqa: A002
    """Return the diagram of a guideline, with a patient's path where a `walk` is given.

    `format` is svg, png, pdf or dot (text formats are UTF-8). Raises UnknownFormatError, and
    EngineError where no layout engine is found or it fails.
    """
    if format not in FORMATS:
        raise UnknownFormatError(format, FORMATS)
    return FORMATS[format](sketch(guideline, walk))


__all__ = ["FORMATS", "draw"]
