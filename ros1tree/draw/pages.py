"""The finished drawing on pages of paper: cut between boxes, never through a line of text."""

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from ros1tree.draw.fonts import font_for
from ros1tree.draw.picture import Picture
from ros1tree.errors import EngineError

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

PAPERS = {"a4": (595.28, 841.89), "letter": (612.0, 792.0)}
"""Width and height of a page in points."""
MARGIN, HEAD, SCALE = 20.0, 16.0, 0.75
"""Margins and running head in points; body text of 10 points is never smaller than 7.5."""
_NUMBERS = re.compile(r"-?\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Slice:
    """What stands on one page: a part of the drawing, in its own points from the upper left."""

    left: float
    right: float
    top: float
    bottom: float


def pdf(svg: Element, picture: Picture, paper: str) -> bytes:
    """Return the drawing as a PDF of `a4` or `letter` pages, upright, or lying where it is wide."""
    from reportlab.pdfgen.canvas import Canvas  # noqa: PLC0415 - only a PDF needs it

    width, height = (float(part) for part in svg.get("viewBox", "").split()[2:])
    page, scale = _page(width, *PAPERS[paper])
    parts = slices(svg, width, height, (page[0] - 2 * MARGIN) / scale, _room(page) / scale)
    buffer = BytesIO()
    # Invariant: no date and no random name inside, so that the same picture is the same file.
    canvas = Canvas(buffer, pagesize=page, invariant=True)
    canvas.setTitle(picture.title)
    canvas.setSubject(picture.subtitle)
    for number, part in enumerate(parts, 1):
        _head(canvas, page, picture, f"{number} / {len(parts)}")
        _draw(canvas, page, svg, part, scale)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _room(page: tuple[float, float]) -> float:
    return page[1] - 2 * MARGIN - HEAD


def _page(width: float, short: float, long: float) -> tuple[tuple[float, float], float]:
    """Return the page and the scale: as large as fits, upright where that is readable."""
    for page in ((short, long), (long, short)):
        scale = min(1.0, (page[0] - 2 * MARGIN) / width)
        if scale >= SCALE:
            return page, scale
    return (long, short), SCALE


def slices(
    svg: Element, width: float, height: float, room: float, tall: float
) -> tuple[Slice, ...]:
    """Return the parts of a drawing that fit pages of `room` by `tall` points, in reading order."""
    graph = svg.find("g")
    shift = _shift(graph) if graph is not None else 0.0
    lines = [_span(text, shift) for text in svg.iter("text")]
    heads = [_span(text, shift) for text in svg.iter("text") if text.get("font-size") == "12.00"]
    # A heading does not stand alone at the foot of a page.
    lines += [(low - 14, high + 60) for low, high in heads]
    boxes = [group for group in svg.iter("g") if group.get("id", "").startswith("node-")]
    solid = [_hull(box, shift) for box in boxes]
    columns = max(1, -int(-width // room))
    rows, top = [], 0.0
    while height - top > tall:
        cut = _cut(top, top + tall, [*solid, *lines]) or _cut(top, top + tall, lines) or top + tall
        rows.append((top, cut))
        top = cut
    rows.append((top, height))
    return tuple(
        Slice(column * room, min(width, (column + 1) * room), *row)
        for row in rows
        for column in range(columns)
    )


def _cut(top: float, limit: float, spans: list[tuple[float, float]]) -> float | None:
    """Return the lowest place between `top` and `limit` that cuts nothing, if it is low enough."""
    cut = limit
    for low, high in sorted(spans, key=lambda span: -span[1]):
        if low < cut < high:
            cut = low - 1
    return cut if cut > top + (limit - top) * 0.45 else None


def _shift(graph: Element) -> float:
    """Return how far the engine moved its own coordinates down."""
    found = re.search(r"translate\(([-\d.]+)[ ,]+([-\d.]+)\)", graph.get("transform", ""))
    return float(found[2]) if found else 0.0


def _span(text: Element, shift: float) -> tuple[float, float]:
    y, size = float(text.get("y", 0)) + shift, float(text.get("font-size", 0))
    return y - size * 0.8, y + size * 0.25


def _hull(group: Element, shift: float) -> tuple[float, float]:
    spans = [span for leaf in group.iter() if (span := _extent(leaf, shift))]
    return min(low for low, _ in spans), max(high for _, high in spans)


def _extent(leaf: Element, shift: float) -> tuple[float, float] | None:
    """Return from where to where a shape reaches, from the top; None for what is no shape."""
    if leaf.tag == "text":
        return _span(leaf, shift)
    if leaf.tag == "line":
        return float(leaf.get("y1", 0)) + shift, float(leaf.get("y2", 0)) + shift
    drawn = leaf.get("points") or leaf.get("d")
    if not drawn:
        return None
    heights = [float(number) + shift for number in _NUMBERS.findall(drawn)[1::2]]
    return min(heights), max(heights)


def _head(canvas: "Canvas", page: tuple[float, float], picture: Picture, number: str) -> None:
    """Write which drawing this is, and which page of it, at the head of a page."""
    title, y = f"{picture.title}. {picture.subtitle}", page[1] - MARGIN - 8
    canvas.setFont(font_for(title, bold=False) or "Helvetica", 7)
    room = page[0] - 2 * MARGIN - 40
    while canvas.stringWidth(title) > room:
        title = title[:-2].rstrip(".") + "\N{HORIZONTAL ELLIPSIS}"
    canvas.setFillGray(0.3)
    canvas.drawString(MARGIN, y, title)
    canvas.setFont("Helvetica", 7)
    canvas.drawRightString(page[0] - MARGIN, y, number)


def _draw(
    canvas: "Canvas", page: tuple[float, float], svg: Element, part: Slice, scale: float
) -> None:
    from reportlab.graphics import renderPDF  # noqa: PLC0415
    from svglib.svglib import svg2rlg  # noqa: PLC0415

    piece = _piece(svg, part)
    drawing = svg2rlg(BytesIO(ElementTree.tostring(piece)))
    if drawing is None:
        raise EngineError("the drawing could not be turned into a PDF")
    wide, tall = (part.right - part.left) * scale, (part.bottom - part.top) * scale
    upper = page[1] - MARGIN - HEAD
    canvas.saveState()
    frame = canvas.beginPath()
    frame.rect(MARGIN, upper - tall, wide, tall)
    canvas.clipPath(frame, stroke=0, fill=0)
    height = float(svg.get("viewBox", "").split()[3])
    canvas.translate(MARGIN - part.left * scale, upper - tall + (part.bottom - height) * scale)
    points = height / drawing.height  # the reader of SVG takes its units for pixels
    canvas.scale(scale * points, scale * points)
    renderPDF.draw(drawing, canvas, 0, 0)
    canvas.restoreState()
    for url, x, y, width, size in _links(piece):
        left = MARGIN + (x - part.left) * scale
        low = upper - (y + 2 - part.top) * scale
        canvas.linkURL(url, (left, low, left + width * scale, low + size * scale))


def _piece(svg: Element, part: Slice) -> Element:
    """Return the drawing without what stands on other pages."""
    piece = deepcopy(svg)
    graph = piece.find("g")
    shift = _shift(graph) if graph is not None else 0.0
    for group in list(piece.iter()):
        for leaf in list(group):
            extent = _extent(leaf, shift)
            if leaf.tag in ("style", "title", "desc") or not _on(part, extent):
                group.remove(leaf)
    for text in piece.iter("text"):
        bold = text.get("font-weight") == "bold"
        text.set("font-family", font_for(text.text or "", bold=bold) or "Helvetica")
    for key in ("style", "font-family"):
        piece.attrib.pop(key, None)
    piece.attrib.update(zip(("width", "height"), svg.get("viewBox", "").split()[2:], strict=True))
    return piece


def _on(part: Slice, extent: tuple[float, float] | None) -> bool:
    return not extent or (extent[1] >= part.top + 0.5 and extent[0] <= part.bottom - 0.5)


def _links(piece: Element) -> Iterator[tuple[str, float, float, float, float]]:
    graph = piece.find("g")
    shift = re.findall(r"[-\d.]+", graph.get("transform", "")) if graph is not None else []
    left = float(shift[-2]) if len(shift) > 1 else 0.0
    down = float(shift[-1]) if shift else 0.0
    for link in piece.iter("a"):
        url = link.get("href", "")
        for text in link.iter("text"):
            if url.startswith("http"):
                values = (float(text.get(key, 0)) for key in ("x", "y", "textLength", "font-size"))
                x, y, width, size = values
                yield url, x + left, y + down, width, size
