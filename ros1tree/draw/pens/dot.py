"""The pen that writes DOT."""

import html
import textwrap
from collections.abc import Iterator

from ros1tree.draw.picture import Arrow, Band, Box, Picture, Row, State

INK, MUTED, LINE, BLUE, RED, DIM = "#111827", "#4B5563", "#374151", "#0B4A8F", "#A30015", "#6B7280"
WHITE, BAND, HEAD, QUESTION = "#FFFFFF", "#F3F5F8", "#E5E9EF", "#EAF2FB"
TIERS = {
    "preferred": ("#00493C", WHITE),
    "recommended": ("#2B75AE", WHITE),
    "alternative": ("#F2D16B", INK),
    "consider": ("#D3DAE4", INK),
    "avoid": (WHITE, RED),
}
MARKS = {
    "plain": "",
    "yes": "\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK} ",
    "maybe": "? ",
    "no": "",
}
STROKES = {
    "plain": "",
    "yes": f', penwidth=3, color="{INK}"',
    "maybe": ", style=dashed, penwidth=1.6",
    "no": f', color="{DIM}", fontcolor="{DIM}", penwidth=0.8',
}
LEGEND = f"{MARKS['yes']}on the patient's path; {MARKS['maybe']}possible; grey: not on it"

_GRAPH = (
    "rankdir=TB",
    "newrank=true",
    "splines=spline",
    "nodesep=0.28",
    "ranksep=0.36",
    "pad=0.25",
    f'bgcolor="{WHITE}"',
    "outputorder=edgesfirst",
    "compound=true",
    'fontname="Arial"',
    "fontsize=10",
)
_NODE = 'node [fontname="Arial", fontsize=10, shape=plain]'
_EDGE = f'edge [fontname="Arial", fontsize=9, color="{LINE}", penwidth=1.3, arrowsize=0.7]'


def quoted(text: str) -> str:
    """Return any text as a DOT string that stands for exactly that text."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def escaped(text: str) -> str:
    """Return any text for the inside of an HTML-like label, line breaks kept."""
    lines = text.replace("\r\n", "\n").replace("\t", " ").split("\n")
    # A single backslash would begin one of the engine's own escapes, such as the node's name.
    return "<BR/>".join(html.escape(line).replace("\\", "\\\\") for line in lines)


def wrapped(text: str, width: int) -> str:
    """Return text for an HTML-like label, broken into lines of at most `width` characters."""
    lines = [
        part
        for line in text.replace("\t", " ").split("\n")
        for part in textwrap.wrap(line, width, break_on_hyphens=False) or [""]
    ]
    return "<BR/>".join(map(escaped, lines))


def font(text: str, size: int = 10, colour: str = INK, *, bold: bool = False) -> str:
    """Return label text in a size and colour; engines refuse an empty one."""
    inside = f"<B>{text}</B>" if bold else text
    return f'<FONT POINT-SIZE="{size}" COLOR="{colour}">{inside}</FONT>' if text else ""


def cell(text: str, attributes: str = "", side: str = "LEFT") -> str:
    """Return one cell of a table, its lines aligned to a side."""
    return f'<TD ALIGN="{side}" BALIGN="{side}" VALIGN="TOP"{attributes}>{text}</TD>'


def table(rows: Iterator[str] | list[str], attributes: str = 'BORDER="0"') -> str:
    """Return a table of rows, each one or more cells."""
    body = "".join(f"<TR>{row}</TR>" for row in rows)
    return f'<TABLE {attributes} CELLBORDER="0" CELLSPACING="0">{body}</TABLE>'


def dot(picture: Picture, dpi: int | None = None) -> str:
    """Return the picture as DOT text; the same picture gives the same text.

    `dpi` is for pixels alone: an SVG with it would be cropped by old engines.
    """
    graph = [*([f"dpi={dpi}"] if dpi else []), *_GRAPH]
    return "\n".join(_lines(picture, f"graph [{', '.join(graph)}]")) + "\n"


def _lines(picture: Picture, graph: str) -> Iterator[str]:
    yield f"digraph {quoted(picture.id)} {{"
    yield from (f"  {line}" for line in (graph, _NODE, _EDGE))
    footer = [cell(font(wrapped(picture.footer, 110), 9, MUTED))]
    yield f"  label=<{table(footer)}>; labelloc=b; labeljust=l"
    yield "  subgraph cluster_picture {"
    yield f"    label=<{table(_header(picture))}>; labelloc=t; labeljust=l"
    yield "    peripheries=0; margin=12"
    for band in picture.bands:
        yield from _band(band)
    yield "  }"
    for box in picture.boxes():
        if box.beside:
            yield f"  {{rank=same; {_node(box.beside)}; {_node(box.id)}}}"
    yield from (f"  {_arrow(arrow)}" for arrow in picture.arrows)
    yield "}"


def _header(picture: Picture) -> Iterator[str]:
    yield cell(font(wrapped(picture.title, 60), 18, bold=True))
    yield cell(font(wrapped(picture.subtitle, 100), colour=MUTED))
    if picture.status:
        yield cell(font(wrapped(picture.status, 80), 11, bold=True))
        yield cell(font("Patient", bold=True))
        yield cell(font(wrapped("; ".join(picture.patient) or "nothing is known", 100)))
        yield cell(font(escaped(LEGEND), colour=MUTED))


def _band(band: Band) -> Iterator[str]:
    yield f"    subgraph {quoted(f'cluster_{band.id}')} {{"
    label = font(escaped(band.title), 12, bold=True) or " "
    yield f"      label=<{label}>; labeljust=l; labelloc=t; style=filled; margin=14"
    yield f'      color="{BAND}"; id={quoted(f"section-{band.id}")}'
    yield from (f"      {_node(box.id)} [{_attributes(box)}]" for box in band.boxes)
    yield "    }"


def _node(name: str) -> str:
    return quoted(f"node-{name}")


def _attributes(box: Box) -> str:
    label = table(_panel(box) if box.rows else _plain(box), _frame(box))
    values = {
        "id": f"node-{box.id}",
        "tooltip": box.title.replace("&", "&amp;"),
        "class": f"kind-{box.kind} {box.state}",
    }
    return ", ".join([f"label=<{label}>", *(f"{k}={quoted(v)}" for k, v in values.items())])


def _plain(box: Box) -> Iterator[str]:
    title = f"{escaped(MARKS[box.state])}{wrapped(box.title, 30)}"
    yield cell(font(title, colour=DIM if box.state == "no" else INK, bold=True))
    told = (
        "the guideline does not say" if box.kind == "silent" else "",
        box.asks if box.kind == "decision" else "",
        f"[{box.cites}]" if box.cites else "",
    )
    soft = DIM if box.state == "no" else MUTED
    yield from (cell(font(wrapped(text, 34), 8, soft)) for text in told if text)
    yield from _warnings(box)


def _warnings(box: Box, attributes: str = "") -> Iterator[str]:
    missing = f"MISSING: {', '.join(box.missing)}" if box.missing else ""
    for text in (missing, box.fault):
        if text:
            yield cell(font(wrapped(text, 40), 8, RED, bold=True), attributes)


def _frame(box: Box) -> str:
    question = box.kind == "decision"
    border = {"yes": 3, "plain": 2 if question else 1}.get(box.state, 1)
    colour = DIM if box.state == "no" else BLUE if question else LINE
    fill = QUESTION if question and box.state != "no" else WHITE
    dashed = box.kind == "silent" or box.state == "maybe"
    style = ",".join(["ROUNDED"] * question + ["DASHED"] * dashed) or "SOLID"
    return f'BORDER="{border}" STYLE="{style}" COLOR="{colour}" BGCOLOR="{fill}" CELLPADDING="3"'


def _panel(box: Box) -> Iterator[str]:
    ink = DIM if box.state == "no" else INK
    title = f"{escaped(MARKS[box.state])}{wrapped(box.title, 60)}"
    yield cell(font(title, colour=ink, bold=True), f' COLSPAN="3" BGCOLOR="{HEAD}"')
    yield from _warnings(box, ' COLSPAN="3"')
    tier = ""
    for row in box.rows:
        if row.tier != tier:
            yield _bar(row.tier, box.state)
        yield _row(row)
        tier = row.tier


def _bar(tier: str, state: State) -> str:
    fill, ink = (WHITE, DIM) if state == "no" else TIERS[tier]
    return cell(font(tier.upper(), 9, ink, bold=True), f' COLSPAN="3" BGCOLOR="{fill}"')


def _row(row: Row) -> str:
    ink = DIM if row.state == "no" else RED if row.tier == "avoid" else INK
    soft = DIM if row.state == "no" else MUTED
    title = font(f"{escaped(MARKS[row.state])}{wrapped(row.title, 38)}", colour=ink, bold=True)
    details = "".join(f"<BR/>{wrapped(text, 46)}" for text in row.details)
    return (
        cell(font(wrapped(row.condition, 24), 9, soft))
        + cell(title + font(details, 9, soft))
        + cell(font(wrapped(row.cites, 14), 8, soft), side="RIGHT")
    )


def _arrow(arrow: Arrow) -> str:
    # A table keeps its text off the line.
    text = table([cell(wrapped(arrow.label, 20))], 'BORDER="0" CELLPADDING="3"')
    label = f"label=<{text}>, " if arrow.label else ""
    identity = quoted(f"edge-{arrow.tail}..{arrow.head}")
    ends = f"{_node(arrow.tail)} -> {_node(arrow.head)}"
    return f"{ends} [{label}id={identity}{STROKES[arrow.state]}]"
