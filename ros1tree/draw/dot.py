"""The pen that writes DOT."""

import html
import textwrap
from collections.abc import Iterator

from ros1tree.draw.picture import Arrow, Band, Box, Picture, Row, State

INK, MUTED, LINE, BLUE, RED = "#111827", "#4B5563", "#374151", "#0B4A8F", "#A30015"
BAND, HEAD, RULE, WHITE, QUESTION, DIM = "#F3F5F8", "#E5E9EF", "#C3CAD4", "#FFFFFF", "#EAF2FB", "#8A93A0"
TIER_COLOURS = {
    "preferred": ("#00493C", WHITE),
    "recommended": ("#2B75AE", WHITE),
    "alternative": ("#F2D16B", INK),
    "consider": ("#E5E9EF", INK),
    "avoid": (WHITE, RED),
}
TIER_WORDS = {tier: tier.upper() for tier in TIER_COLOURS} | {"avoid": "AVOID"}
MARKS = {"plain": "", "yes": "\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK} ", "maybe": "? ", "no": ""}

_GRAPH = (
    'graph [rankdir=TB, newrank=true, splines=spline, nodesep=0.28, ranksep=0.36, pad=0.25, '
    'bgcolor="#FFFFFF", outputorder=edgesfirst, compound=true, fontname="Arial", fontsize=10]',
    'node [fontname="Arial", fontsize=10, shape=plain]',
    f'edge [fontname="Arial", fontsize=9, color="{LINE}", fontcolor="{INK}", penwidth=1.3, arrowsize=0.7]',
)


def quoted(text: str) -> str:
    """Return any text as a DOT string that stands for exactly that text."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def escaped(text: str) -> str:
    """Return any text for the inside of an HTML-like label, line breaks kept."""
    lines = text.replace("\r\n", "\n").replace("\t", " ").split("\n")
    return "<BR/>".join(html.escape(line, quote=True) for line in lines)


def wrapped(text: str, width: int) -> str:
    """Return text for an HTML-like label, broken into lines of about `width` characters."""
    lines = [
        part
        for line in text.split("\n")
        for part in textwrap.wrap(line, width, break_long_words=True, break_on_hyphens=False) or [""]
    ]
    return "<BR/>".join(map(escaped, lines))


def font(text: str, size: int = 10, colour: str = INK) -> str:
    """Return label text in a size and colour; engines refuse an empty one."""
    return f'<FONT POINT-SIZE="{size}" COLOR="{colour}">{text}</FONT>' if text else ""


def dot(picture: Picture) -> str:
    """Return the picture as DOT text; the same picture gives the same text."""
    return "\n".join(_lines(picture)) + "\n"


def _lines(picture: Picture) -> Iterator[str]:
    yield f"digraph {quoted(picture.id)} {{"
    for line in _GRAPH:
        yield f"  {line}"
    yield f"  label=<{_footer(picture)}>; labelloc=b; labeljust=l"
    yield "  subgraph cluster_picture {"
    yield f"    label=<{_header(picture)}>; labelloc=t; labeljust=l; peripheries=0; margin=12"
    for band in picture.bands:
        yield from _band(band)
    yield "  }"
    for box in picture.boxes():
        if box.beside:
            yield f"  {{rank=same; {_node(box.beside)}; {_node(box.id)}}}"
    for arrow in picture.arrows:
        yield f"  {_arrow(arrow)}"
    yield "}"


def _header(picture: Picture) -> str:
    rows = [
        f'<TR><TD ALIGN="LEFT" BALIGN="LEFT" VALIGN="TOP">{font(f"<B>{wrapped(picture.title, 60)}</B>", 18)}</TD></TR>',
        f'<TR><TD ALIGN="LEFT" BALIGN="LEFT" VALIGN="TOP">{font(escaped(picture.subtitle), colour=MUTED)}</TD></TR>',
    ]
    if picture.patient:
        facts = "; ".join(picture.patient)
        rows.append(f'<TR><TD ALIGN="LEFT" BALIGN="LEFT" VALIGN="TOP"><B>Patient</B></TD></TR><TR><TD ALIGN="LEFT" BALIGN="LEFT" VALIGN="TOP">{wrapped(facts, 100)}</TD></TR>')
        legend = f"{MARKS['yes']}on the patient's path; {MARKS['maybe']}possible; grey: not on it"
        rows.append(f'<TR><TD ALIGN="LEFT" BALIGN="LEFT" VALIGN="TOP">{font(escaped(legend), colour=MUTED)}</TD></TR>')
    return _table("".join(rows))


def _footer(picture: Picture) -> str:
    text = font(wrapped(picture.footer, 110), 9, MUTED)
    return _table(f'<TR><TD ALIGN="LEFT" BALIGN="LEFT" VALIGN="TOP">{text}</TD></TR>') if picture.footer else " "


def _table(rows: str, attributes: str = 'BORDER="0" CELLBORDER="0" CELLSPACING="0"') -> str:
    return f"<TABLE {attributes}>{rows}</TABLE>"


def _band(band: Band) -> Iterator[str]:
    yield f"    subgraph {quoted(f'cluster_{band.id}')} {{"
    yield f"      label=<<B>{escaped(band.title)}</B>>; fontsize=12; labeljust=l; labelloc=t"
    yield f'      style=filled; color="{BAND}"; margin=14; id={quoted(f"section-{band.id}")}'
    for box in band.boxes:
        yield f"      {_node(box.id)} [{_attributes(box)}]"
    yield "    }"


def _node(name: str) -> str:
    return quoted(f"node-{name}")


def _attributes(box: Box) -> str:
    label = _panel(box) if box.rows else _plain(box)
    values = {"id": f"node-{box.id}", "tooltip": box.title, "class": f"kind-{box.kind} {box.state}"}
    pairs = [f"{key}={quoted(value)}" for key, value in values.items()]
    return ", ".join([f"label=<{label}>", *pairs])


def _plain(box: Box) -> str:
    ink = DIM if box.state == "no" else INK
    mark = escaped(MARKS[box.state])
    rows = f'<TR><TD ALIGN="LEFT" BALIGN="LEFT" VALIGN="TOP">{font(f"<B>{mark}{wrapped(box.title, 30)}</B>", colour=ink)}</TD></TR>'
    rows += "".join(_small(text, 34, box.state) for text in _subtitles(box))
    return _table(rows, _frame(box))


def _subtitles(box: Box) -> Iterator[str]:
    if box.kind == "silent":
        yield "the guideline does not say"
    if box.kind == "decision" and box.asks:
        yield box.asks
    if box.cites:
        yield f"[{box.cites}]"
    if box.missing:
        yield f"MISSING: {', '.join(box.missing)}"


def _small(text: str, width: int, state: State) -> str:
    colour = DIM if state == "no" else RED if text.startswith("MISSING") else MUTED
    return f'<TR><TD ALIGN="LEFT" BALIGN="LEFT" VALIGN="TOP">{font(wrapped(text, width), 8, colour)}</TD></TR>'


def _frame(box: Box) -> str:
    strong = {"yes": 3, "plain": 2 if box.kind == "decision" else 1}.get(box.state, 1)
    colour = DIM if box.state == "no" else BLUE if box.kind == "decision" else LINE
    fill = QUESTION if box.kind == "decision" and box.state != "no" else WHITE
    style = {"decision": "ROUNDED", "silent": "DASHED"}.get(box.kind, "SOLID")
    if box.state == "maybe":
        style = "ROUNDED,DASHED" if box.kind == "decision" else "DASHED"
    return (
        f'BORDER="{strong}" STYLE="{style}" COLOR="{colour}" BGCOLOR="{fill}" '
        'CELLBORDER="0" CELLSPACING="0" CELLPADDING="3"'
    )


def _panel(box: Box) -> str:
    ink = DIM if box.state == "no" else INK
    mark = escaped(MARKS[box.state])
    head = (
        f'<TR><TD COLSPAN="3" ALIGN="LEFT" BALIGN="LEFT" BGCOLOR="{HEAD}">'
        f'{font(f"<B>{mark}{wrapped(box.title, 60)}</B>", colour=ink)}</TD></TR>'
    )
    missing = f"MISSING: {', '.join(box.missing)}" if box.missing else ""
    if missing:
        head += f'<TR><TD COLSPAN="3" ALIGN="LEFT" BALIGN="LEFT">{font(wrapped(missing, 70), 8, RED)}</TD></TR>'
    body, tier = "", None
    for row in box.rows:
        body += _bar(row.tier, box.state) if row.tier != tier else ""
        body += _row(row)
        tier = row.tier
    return _table(head + body, _frame(box))


def _bar(tier: str, state: State) -> str:
    fill, ink = (WHITE, DIM) if state == "no" else TIER_COLOURS[tier]
    return (
        f'<TR><TD COLSPAN="3" ALIGN="LEFT" BALIGN="LEFT" BGCOLOR="{fill}">'
        f"{font(f'<B>{TIER_WORDS[tier]}</B>', 9, ink)}</TD></TR>"
    )


def _row(row: Row) -> str:
    ink, soft = (DIM, DIM) if row.state == "no" else (RED if row.tier == "avoid" else INK, MUTED)
    title = font(f"<B>{escaped(MARKS[row.state])}{wrapped(row.title, 38)}</B>", colour=ink)
    details = "".join(f"<BR/>{wrapped(text, 46)}" for text in row.details)
    return (
        f'<TR><TD ALIGN="LEFT" BALIGN="LEFT" VALIGN="TOP">{font(wrapped(row.condition, 24), 9, soft)}</TD>'
        f'<TD ALIGN="LEFT" BALIGN="LEFT" VALIGN="TOP">{title}{font(details, 9, soft)}</TD>'
        f'<TD ALIGN="RIGHT" BALIGN="RIGHT" VALIGN="TOP">{font(wrapped(row.cites, 14), 8, soft)}</TD></TR>'
    )


def _arrow(arrow: Arrow) -> str:
    styles = {
        "plain": "",
        "yes": f', penwidth=3, color="{INK}"',
        "maybe": ", style=dashed, penwidth=1.6",
        "no": f', color="{DIM}", fontcolor="{DIM}", penwidth=0.8',
    }
    label = f"label=<{wrapped(arrow.label, 20)}>, " if arrow.label else ""
    identity = quoted(f"edge-{arrow.tail}-{arrow.head}")
    return f"{_node(arrow.tail)} -> {_node(arrow.head)} [{label}id={identity}{styles[arrow.state]}]"
