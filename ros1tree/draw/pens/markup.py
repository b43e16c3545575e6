"""The language of DOT's HTML-like labels: text quoted, wrapped, coloured, put into tables."""

import html
import re
from collections.abc import Iterable
from urllib.parse import quote

from ros1tree.draw.measure import wrap
from ros1tree.draw.picture import Cite
from ros1tree.draw.theme import Palette

# The web, a place in the same picture, or a picture beside it; nothing that could be run.
_RESERVED = "%/:=&?~#+!$,;'@()*[]"
_ADDRESS = re.compile(r"https?://|#|[\w.%-]+(#|$)")

GAP = '<TD WIDTH="4"></TD>'
"""A narrow cell, to keep two apart; padding would lower their lines."""

SPAN = 30
WIDE = f' COLSPAN="{SPAN}"'
"""Makes a cell take nearly all the room that is left: the engine gives each column as much."""

BODY, DETAIL, SMALL = 10, 9, 8
"""Sizes of text in points: what is decided or offered, what is said of it, names."""


def quoted(text: str) -> str:
    """Return any text as a DOT string that stands for exactly that text."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def escaped(line: str) -> str:
    """Return one line of any text for the inside of an HTML-like label."""
    # A single backslash would begin one of the engine's own escapes, such as the node's name; some
    # engines fail at a bracket before a tag.
    text = html.escape(line.replace("\t", " ")).replace("]", "&#93;")
    return text.replace("\\", "\\\\")


def wrapped(text: str, limit: float) -> str:
    """Return text for an HTML-like label, broken into lines of at most `limit` em."""
    return "<BR/>".join(map(escaped, wrap(text, limit)))


def font(text: str, colour: str, size: int = BODY, style: str = "") -> str:
    """Return label text in a size, a colour and styles (B, I, S, U); empty text stays empty."""
    if not text:
        return ""
    for tag in style:
        text = f"<{tag}>{text}</{tag}>"
    return f'<FONT POINT-SIZE="{size}" COLOR="{colour}">{text}</FONT>'


def heading(text: str, limit: float, colour: str, size: int = BODY, style: str = "B") -> str:
    """Return bold text, broken into lines of at most `limit` em; its letters are wider."""
    return font(wrapped(text, limit * 0.92), colour, size, style)


def cell(text: str, attributes: str = "", side: str = "LEFT") -> str:
    """Return one cell of a table, its lines aligned to a side."""
    return f'<TD ALIGN="{side}" BALIGN="{side}" VALIGN="TOP"{attributes}>{text}</TD>'


def table(rows: Iterable[str], attributes: str = 'BORDER="0"') -> str:
    """Return a table of rows, each one or more cells."""
    body = "".join(f"<TR>{row}</TR>" for row in rows)
    return f'<TABLE {attributes} CELLBORDER="0" CELLSPACING="0">{body}</TABLE>'


def cited(
    colours: Palette, cites: tuple[Cite, ...], marks: tuple[str, ...] = (), *, dim: bool = False
) -> str:
    """Return marks of notes and citations, each a link, two to a line; empty without any."""
    links = [_link(colours, f"#note-{mark}", mark, "BI", dim=dim) for mark in marks]
    links += [
        _link(
            colours,
            cite.href or f"#cite-{cite.name}",
            cite.name + ("*" if cite.doubted else ""),
            "U" if cite.href else "",
            dim=dim,
        )
        for cite in cites
    ]
    pairs = [links[start : start + 2] for start in range(0, len(links), 2)]
    # What is left of the room goes to the first cell; a lone last one stands below the second.
    lead = [3 if len(pair) > 1 or len(pairs) == 1 else 5 for pair in pairs]
    rows = (
        f'<TD COLSPAN="{wide}"></TD>{GAP.join(["", *pair])}'
        for wide, pair in zip(lead, pairs, strict=True)
    )
    return table(rows, 'BORDER="0" CELLPADDING="0"') if links else ""


def linked(href: str) -> str:
    """Return the attribute that makes a cell a link; an address of another kind makes none."""
    if not _ADDRESS.match(href):
        return ""
    # What no address may hold as it is would end the engine's own quoting.
    return f' HREF="{_attribute(quote(href, safe=_RESERVED))}" TITLE=" "'


def anchored(name: str) -> str:
    """Return the attributes that make a cell a place to link to."""
    return f' ID="{_attribute(name)}" HREF="#{_attribute(name)}" TITLE=" "'


def _attribute(text: str) -> str:
    return html.escape(text).replace("\\", "\\\\")


def _link(colours: Palette, href: str, text: str, style: str, *, dim: bool) -> str:
    colour = colours.dim if dim else colours.anchor if style == "U" else colours.muted
    return cell(font(escaped(text), colour, SMALL, style), "" if dim else linked(href), "RIGHT")
