"""Boxes as DOT's HTML-like labels: questions, panels of offers, silent exits, links."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from ros1tree.draw.layout import EXIT, PANEL, TITLE
from ros1tree.draw.pens.markup import (
    BODY, DETAIL, SMALL, cell, cited, escaped, font, heading, linked, anchored, table, wrapped,
)  # fmt: skip

from ros1tree.draw.picture import Box, Detail, Row, State
from ros1tree.draw.theme import Palette

MARKS: dict[State, str] = {
    "plain": "",
    "yes": "\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK} ",
    "maybe": "? ",
    "no": "",
}
"""What stands before the title of a box or an offer of a patient's path."""

LEADS = {"silent": "the guideline is silent", "link": "see {}"}


def shaded(colours: Palette, state: State) -> Palette:
    """Return the colours of a box or a row: faint where it is off the patient's path."""
    if state != "no":
        return colours
    text, paper = dict.fromkeys(("ink", "muted", "alarm", "anchor"), colours.dim), colours.panel
    bars = dict.fromkeys(("on_preferred", "on_recommended", "on_alternative", "on_consider"), colours.dim)
    fills = dict.fromkeys(("preferred", "recommended", "alternative", "consider", "asked", "head"), paper)
    return replace(colours, **text, **bars, **fills, **dict.fromkeys(("line", "ask", "bar"), colours.faint))


def label(box: Box, palette: Palette) -> str:
    """Return the whole label of a box."""
    colours = shaded(palette, box.state)
    rows = _panel(box, palette) if box.rows else _plain(box, colours)
    return table(rows, _frame(box, colours))


def _frame(box: Box, colours: Palette) -> str:
    question = box.kind == "decision"
    border = {"yes": 3, "plain": 2 if question else 1}.get(box.state, 1)
    colour = colours.path if box.state == "yes" else colours.ask if question else colours.line
    dashed = box.kind == "silent" or box.state == "maybe"
    style = ",".join(["ROUNDED"] * (question or box.kind == "section") + ["DASHED"] * dashed) or "SOLID"
    fill = colours.asked if question else colours.panel
    return f'BORDER="{border}" STYLE="{style}" COLOR="{colour}" BGCOLOR="{fill}" CELLPADDING="3"'


def _plain(box: Box, colours: Palette) -> Iterator[str]:
    cites = cited(colours, box.cites, box.marks)
    if box.kind == "decision":
        title = heading(MARKS[box.state] + box.title, TITLE, colours.ink)
        asks = font(wrapped(box.asks, TITLE + 4), colours.muted, SMALL)
        text = title + ("<BR/>" + asks if asks else "")
        sign = cell(font("?", colours.ask, 16, "B"), ' CELLPADDING="2"')
        yield sign + cell(text) + cell(cites, side="RIGHT")
        yield from _warnings(box, colours, 3)
        return
    title = heading(MARKS[box.state] + box.title, EXIT, colours.ink)
    lead = font(wrapped(LEADS.get(box.kind, "{}").format(box.asks), EXIT), colours.muted, SMALL)
    yield cell(title, ' COLSPAN="2"' + linked(box.href))
    if lead or cites:
        yield cell(lead) + cell(cites, side="RIGHT")
    yield from _warnings(box, colours, 2)


def _warnings(box: Box, colours: Palette, columns: int) -> Iterator[str]:
    missing = f"MISSING: {', '.join(box.missing)}" if box.missing else ""
    for text in (missing, box.fault):
        if text:
            words = heading(text, PANEL if columns == 2 else TITLE, colours.alarm, DETAIL)
            yield cell(words, f' COLSPAN="{columns}"')


def _panel(box: Box, palette: Palette) -> Iterator[str]:
    colours = shaded(palette, box.state)
    title = heading(MARKS[box.state] + box.title, PANEL, colours.ink)
    head = f' BGCOLOR="{colours.head}"'
    yield cell(title, head) + cell(cited(colours, box.cites, box.marks), head, "RIGHT")
    yield from _warnings(box, colours, 2)
    for tier, rows in groupby(box.rows, lambda row: row.tier):
        lines = [line for row in rows for line in _row(row, palette)]
        yield _bar(tier, colours)
        for line in lines:
            yield _line(line, colours, framed=tier == "avoid", last=line is lines[-1])


def _bar(tier: str, colours: Palette) -> str:
    if tier == "avoid":
        frame = _edges("LTR", colours)
        return cell(font("AVOID", colours.alarm, DETAIL, "B"), f' COLSPAN="2"{frame}')
    fill, ink = getattr(colours, tier), getattr(colours, f"on_{tier}")
    edge = f' BORDER="1" COLOR="{colours.line}"' if tier == "consider" else ""
    return cell(font(tier.upper(), ink, DETAIL, "B"), f' COLSPAN="2" BGCOLOR="{fill}"{edge}')


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
        left, right = _edges("L" + foot, colours), _edges("R" + foot, colours)
        both = _edges("LR" + foot, colours)
    else:
        rule = f' BORDER="1" SIDES="T" COLOR="{colours.rule}"' if line.first else ""
        left = right = both = rule
    if line.cites or line.first:
        return cell(line.text, left + line.link) + cell(line.cites, right, "RIGHT")
    return cell(line.text, f' COLSPAN="2"{both}')


def _edges(sides: str, colours: Palette) -> str:
    return f' BORDER="2" SIDES="{sides}" STYLE="DASHED" COLOR="{colours.bar}"'


def _row(row: Row, palette: Palette) -> Iterator[_Line]:
    colours, dim = shaded(palette, row.state), row.state == "no"
    barred = row.tier == "avoid"
    ink = colours.alarm if barred else colours.ink
    title = heading(row.title, PANEL - 1, ink, style="BS" if barred and row.state == "yes" else "B")
    mark = font(escaped(MARKS[row.state]), ink, BODY, "B")
    link = anchored(f"offer-{row.id}")
    yield _Line(mark + title, cited(colours, row.cites, dim=dim), first=True, link=link)
    if row.conflict:
        words = font("CONFLICT: offered, and to be avoided", colours.alarm, DETAIL, "B")
        yield _Line(words, "", first=False)
    told = [Detail(f"if {row.condition}")] if row.condition else []
    for detail in (*told, *row.details):
        words = font(wrapped(detail.text, PANEL), colours.muted, DETAIL)
        yield _Line(words, cited(colours, detail.cites, dim=dim), first=False)
