"""Boxes as DOT's HTML-like labels: questions, panels of offers, silent exits, links."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from ros1tree.draw.layout import EXIT, PANEL, TITLE
from ros1tree.draw.pens.markup import (
    DETAIL,
    GAP,
    SMALL,
    SPAN,
    WIDE,
    anchored,
    cell,
    cited,
    font,
    heading,
    linked,
    table,
    wrapped,
)  # fmt: skip
from ros1tree.draw.picture import DASHED, FAINT, MARKS, STRONG, Box, Row, State
from ros1tree.draw.theme import Palette

SILENT = "the guideline is silent"
_WHOLE = f' COLSPAN="{SPAN + 1}"'
_FILLED = ("preferred", "recommended", "alternative", "consider")


def shaded(colours: Palette, state: State) -> Palette:
    """Return the colours of a box or a row: faint where it is off the patient's path."""
    if state not in FAINT:
        return colours
    changed = {
        colours.dim: ("ink", "muted", "alarm", "anchor", *(f"on_{tier}" for tier in _FILLED)),
        colours.panel: ("asked", "head", *_FILLED),
        colours.faint: ("line", "ask", "bar"),
    }
    return replace(colours, **{part: colour for colour, parts in changed.items() for part in parts})


def label(box: Box, palette: Palette) -> str:
    """Return the whole label of a box."""
    colours = shaded(palette, box.state)
    rows = _panel(box, palette) if box.rows else _plain(box, colours)
    return table(rows, _frame(box, colours))


def _frame(box: Box, colours: Palette) -> str:
    question = box.kind == "decision"
    border = 3 if box.state in STRONG else 2 if question and box.state == "plain" else 1
    colour = colours.path if box.state in STRONG else colours.ask if question else colours.line
    dashed = box.kind == "silent" or box.state in DASHED
    style = (
        ",".join(["ROUNDED"] * (question or box.kind == "section") + ["DASHED"] * dashed) or "SOLID"
    )
    fills = {"decision": colours.asked, "link": colours.head, "section": colours.asked}
    fill = fills.get(box.kind, colours.panel)
    return f'BORDER="{border}" STYLE="{style}" COLOR="{colour}" BGCOLOR="{fill}" CELLPADDING="3"'


def _plain(box: Box, colours: Palette) -> Iterator[str]:
    cites = cited(colours, box.cites, box.marks, dim=box.state in FAINT)
    if box.kind == "decision":
        title = heading(MARKS[box.state] + box.title, TITLE, colours.ink)
        asks = font(wrapped(box.asks, TITLE + 4), colours.muted, SMALL)
        text = title + ("<BR/>" + asks if asks else "")
        sign = cell(font("?", colours.ask, 16, "B"), ' CELLPADDING="2"')
        yield sign + cell(text) + cell(cites, side="RIGHT") + GAP
        yield from _warnings(box, colours, 4)
        return
    limit = TITLE if box.kind == "section" else EXIT
    title = heading(MARKS[box.state] + box.title, limit, colours.ink)
    said = SILENT if box.kind == "silent" else box.asks
    link = linked(box.href)
    ink = colours.anchor if link else colours.muted
    lead = font(wrapped(said, limit), ink, SMALL, "U" if link else "")
    yield cell(title, _WHOLE)
    if lead or cites:
        yield cell(lead, WIDE + link) + cell(cites, side="RIGHT")
    yield from _warnings(box, colours, SPAN + 1)


def _warnings(box: Box, colours: Palette, columns: int) -> Iterator[str]:
    if box.count:
        limit = TITLE if box.kind == "decision" else PANEL
        yield cell(font(wrapped(box.count, limit), colours.ink, DETAIL), f' COLSPAN="{columns}"')
    missing = f"MISSING: {', '.join(box.missing)}" if box.missing else ""
    for text in (missing, box.fault):
        if text:
            words = heading(text, TITLE if box.kind == "decision" else PANEL, colours.alarm, DETAIL)
            yield cell(words, f' COLSPAN="{columns}"')


def _panel(box: Box, palette: Palette) -> Iterator[str]:
    colours = shaded(palette, box.state)
    title = heading(MARKS[box.state] + box.title, PANEL, colours.ink)
    head = f' BGCOLOR="{colours.head}"{_edge(colours.head)}'
    cites = cited(colours, box.cites, box.marks, dim=box.state in FAINT)
    yield cell(title, WIDE + head) + cell(cites, head, "RIGHT")
    yield from _warnings(box, colours, SPAN + 1)
    for tier, rows in groupby(box.rows, lambda row: row.tier):
        lines = [line for row in rows for line in _row(row, palette)]
        yield _bar(tier, colours)
        for line in lines:
            yield _line(line, colours, framed=tier == "avoid", last=line is lines[-1])


def _bar(tier: str, colours: Palette) -> str:
    if tier == "avoid":
        frame = _dashes("LTR", colours)
        return cell(font("AVOID", colours.alarm, DETAIL, "B"), _WHOLE + frame)
    return bar(tier, colours, "TB", _WHOLE)


def bar(tier: str, colours: Palette, sides: str = "LTRB", attributes: str = "") -> str:
    """Return the cell that names a tier; the last one is not filled, so it has a border."""
    fill, ink = getattr(colours, tier), getattr(colours, f"on_{tier}")
    edge = _edge(colours.line, sides) if tier == "consider" else _edge(fill)
    word = font(tier.upper(), ink, DETAIL, "B")
    return cell(word, f'{attributes} BGCOLOR="{fill}"{edge}')


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of an offer: what it says, and what that rests on."""

    text: str
    cites: str
    first: bool
    link: str = ""


def _line(line: _Line, colours: Palette, *, framed: bool, last: bool) -> str:
    """Return the cells of a line; what is to be avoided stands in a dashed frame of its own."""
    if framed:
        foot = "B" if last else ""
        left, right = _dashes("L" + foot, colours), _dashes("R" + foot, colours)
    else:
        left = right = _edge(colours.rule if line.first else colours.panel)
    return cell(line.text, WIDE + left + line.link) + cell(line.cites, right, "RIGHT")


def _edge(colour: str, sides: str = "T") -> str:
    """Return a thin border; every cell of a panel has one, seen or not, so that texts align."""
    return f' BORDER="1" SIDES="{sides}" COLOR="{colour}"'


def _dashes(sides: str, colours: Palette) -> str:
    return f' BORDER="2" SIDES="{sides}" STYLE="DASHED" COLOR="{colours.bar}"'


def _row(row: Row, palette: Palette) -> Iterator[_Line]:
    """Yield an offer's lines: what is offered to whom, and each figure with its own citations."""
    colours, dim = shaded(palette, row.state), row.state in FAINT
    barred = row.tier == "avoid"
    ink = colours.alarm if barred else colours.ink
    struck = row.state == "removed" or (barred and row.state == "yes")
    style = "BS" if struck else "B"
    said = [heading(MARKS[row.state] + row.title, PANEL - 1, ink, style=style)]
    if row.conflict:
        said.append(font("CONFLICT: offered, and to be avoided", colours.alarm, DETAIL, "B"))
    if row.condition:
        said.append(font(wrapped(f"if {row.condition}", PANEL), colours.ink, DETAIL))
    figures = [detail for detail in row.details if detail.cites]
    said += [
        font(wrapped(detail.text, PANEL), colours.muted, DETAIL)
        for detail in row.details
        if detail not in figures
    ]
    link = anchored(f"offer-{row.id}")
    yield _Line("<BR/>".join(said), cited(colours, row.cites, dim=dim), first=True, link=link)
    for figure in figures:
        words = font(wrapped(figure.text, PANEL), colours.muted, DETAIL)
        yield _Line(words, cited(colours, figure.cites, dim=dim), first=False)
