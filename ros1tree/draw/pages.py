"""The finished drawing on pages of paper: cut between boxes, never through a line of text."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from ros1tree.draw.fonts import font_for
from ros1tree.draw.picture import Picture
from ros1tree.errors import EngineError, TooLargeError

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

PAPERS = {"a4": (595.28, 841.89), "letter": (612.0, 792.0)}
"""Width and height of a page in points."""
MARGIN, HEAD, SCALE = 20.0, 16.0, 0.75
"""Margins and running head in points. What is offered or asked (10 points) is never smaller than
7.5, and what is said of it (9 points) never smaller than 6.75."""
PAGES = 200
"""How many pages a drawing may have."""
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
    if len(parts) > PAGES:
        raise TooLargeError(
            f"the drawing would have {len(parts)} pages, more than {PAGES}; draw a section, or draw"
            " to svg"
        )
    graph = svg.find("g")
    shift = _shift(graph) if graph is not None else (0.0, 0.0)
    places = {id(leaf): _extent(leaf, shift) for leaf in svg.iter()}
    pieces = [
        (part, piece)
        for part in parts
        if (piece := _piece(svg, part, places)).find(".//text") is not None
    ]
    buffer = BytesIO()
    # Invariant: no date and no random name inside, so that the same picture is the same file.
    canvas = Canvas(buffer, pagesize=page, invariant=True)
    canvas.setTitle(picture.title)
    canvas.setSubject(picture.subtitle)
    for number, (part, piece) in enumerate(pieces, 1):
        _head(canvas, page, picture, f"{number} / {len(pieces)}")
        _draw(canvas, page, piece, part, scale)
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
    shift = _shift(graph) if graph is not None else (0.0, 0.0)
    texts = [_spans(text, shift) for text in svg.iter("text")]
    # A heading does not stand alone at the foot of a page.
    heads = [
        _spans(text, shift)[1] for text in svg.iter("text") if text.get("font-size") == "12.00"
    ]
    boxes = [
        _hull(group, shift)
        for group in svg.iter("g")
        if group.get("id", "").startswith(("node-", "label-"))
    ]
    rows = _parts(
        height, tall, [box[1] for box in boxes],
        [*(text[1] for text in texts), *((low - 14, high + 60) for low, high in heads)],
    )  # fmt: skip
    columns = _parts(width, room, [box[0] for box in boxes], [text[0] for text in texts])
    return tuple(Slice(*column, *row) for row in rows for column in columns)


Span = tuple[float, float]


def _parts(size: float, room: float, solid: list[Span], lines: list[Span]) -> list[Span]:
    """Return where to cut one dimension: between boxes, else between lines, else anywhere."""
    parts, low = [], 0.0
    while size - low > room:
        ends = low + room
        cut = _cut(low, ends, [*solid, *lines]) or _cut(low, ends, lines) or ends
        parts.append((low, cut))
        low = cut
    return [*parts, (low, size)]


def _cut(top: float, limit: float, spans: list[tuple[float, float]]) -> float | None:
    """Return the lowest place between `top` and `limit` that cuts nothing, if it is low enough."""
    cut = limit
    for low, high in sorted(spans, key=lambda span: -span[1]):
        if low < cut < high:
            cut = low - 1
    return cut if cut > top + (limit - top) * 0.45 else None


def _shift(graph: Element) -> tuple[float, float]:
    """Return how far the engine moved its own coordinates, to the right and down."""
    found = re.search(r"translate\(([-\d.]+)[ ,]+([-\d.]+)\)", graph.get("transform", ""))
    return (float(found[1]), float(found[2])) if found else (0.0, 0.0)


def _spans(text: Element, shift: tuple[float, float]) -> tuple[Span, Span]:
    x, y, size, width = (float(text.get(key, 0)) for key in ("x", "y", "font-size", "textLength"))
    x, y = x + shift[0], y + shift[1]
    return (x, x + width), (y - size * 0.8, y + size * 0.25)


def _hull(group: Element, shift: tuple[float, float]) -> tuple[Span, Span]:
    found = [spans for leaf in group.iter() if (spans := _extent(leaf, shift))]
    return tuple(  # type: ignore[return-value]
        (min(low for low, _ in side), max(high for _, high in side))
        for side in zip(*found, strict=True)
    )


def _extent(leaf: Element, shift: tuple[float, float]) -> tuple[Span, Span] | None:
    """Return from where to where a shape reaches, across and down; None for what is no shape."""
    if leaf.tag == "text":
        return _spans(leaf, shift)
    if leaf.tag == "line":
        xs, ys = (sorted(float(leaf.get(f"{axis}{end}", 0)) for end in "12") for axis in "xy")
    else:
        numbers = [float(n) for n in _NUMBERS.findall(leaf.get("points") or leaf.get("d") or "")]
        xs, ys = sorted(numbers[::2]), sorted(numbers[1::2])
    if not ys:
        return None
    return (xs[0] + shift[0], xs[-1] + shift[0]), (ys[0] + shift[1], ys[-1] + shift[1])


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
    canvas: "Canvas", page: tuple[float, float], piece: Element, part: Slice, scale: float
) -> None:
    from reportlab.graphics import renderPDF  # noqa: PLC0415
    from svglib.svglib import svg2rlg  # noqa: PLC0415

    drawing = svg2rlg(BytesIO(ElementTree.tostring(piece)))
    if drawing is None:
        raise EngineError("the drawing could not be turned into a PDF")
    wide, tall = (part.right - part.left) * scale, (part.bottom - part.top) * scale
    upper = page[1] - MARGIN - HEAD
    canvas.saveState()
    frame = canvas.beginPath()
    frame.rect(MARGIN, upper - tall, wide, tall)
    canvas.clipPath(frame, stroke=0, fill=0)
    height = float(piece.get("viewBox", "").split()[3])
    canvas.translate(MARGIN - part.left * scale, upper - tall + (part.bottom - height) * scale)
    points = height / drawing.height  # the reader of SVG takes its units for pixels
    canvas.scale(scale * points, scale * points)
    renderPDF.draw(drawing, canvas, 0, 0)
    canvas.restoreState()
    for url, x, y, width, size in _links(piece):
        left = MARGIN + (x - part.left) * scale
        low = upper - (y + 2 - part.top) * scale
        canvas.linkURL(url, (left, low, left + width * scale, low + size * scale))


_Places = Mapping[int, tuple[Span, Span] | None]


def _piece(svg: Element, part: Slice, places: _Places) -> Element:
    """Return the drawing without what stands on other pages."""
    piece = _kept(svg, part, places)
    for text in piece.iter("text"):
        bold = text.get("font-weight") == "bold"
        text.set("font-family", font_for(text.text or "", bold=bold) or "Helvetica")
    for key in ("style", "font-family"):
        piece.attrib.pop(key, None)
    piece.attrib.update(zip(("width", "height"), svg.get("viewBox", "").split()[2:], strict=True))
    return piece


def _kept(element: Element, part: Slice, places: _Places) -> Element:
    copy = Element(element.tag, dict(element.attrib))
    copy.text, copy.tail = element.text, element.tail
    kept = (
        _kept(child, part, places)
        for child in element
        if child.tag not in ("style", "title", "desc") and _on(part, places[id(child)])
    )
    # A group of which nothing is left says nothing.
    copy.extend(child for child in kept if len(child) or child.tag not in ("g", "a"))
    return copy


def _on(part: Slice, spans: tuple[Span, Span] | None) -> bool:
    if spans is None:
        return True
    (left, right), (top, bottom) = spans
    across = right >= part.left + 0.5 and left <= part.right - 0.5
    return across and bottom >= part.top + 0.5 and top <= part.bottom - 0.5


def _links(piece: Element) -> Iterator[tuple[str, float, float, float, float]]:
    graph = piece.find("g")
    left, down = _shift(graph) if graph is not None else (0.0, 0.0)
    for link in piece.iter("a"):
        url = link.get("href", "")
        for text in link.iter("text"):
            if url.startswith("http"):
                values = (float(text.get(key, 0)) for key in ("x", "y", "textLength", "font-size"))
                x, y, width, size = values
                yield url, x + left, y + down, width, size
