"""Markdown that GitHub, Zensical and MkDocs read alike, whatever stands in a guideline's file."""

import re
from collections.abc import Iterable, Sequence
from urllib.parse import quote

MARK = "<!-- Written by `ros1tree book`: change the guideline, not this file. -->"
"""The first line of every page: what carries it may be written anew, or removed."""

# As characters by number they mean nothing to any Markdown. A backslash is not enough: Python's
# Markdown keeps it before some signs, and takes the tag behind it for one.
_ESCAPED = "*_"
"""The signs before which a backslash does it everywhere, and reads better."""
_SIGNS = re.compile(r"[&<>|`*_{}\[\]~@$^#=\\]|:(?=\S)|\+(?=\+)|(?<=www)\.|^[-+!?:/.;%]")
_NUMBERED = re.compile(r"^(\d+|[A-Za-z]|[ivxlcdmIVXLCDM]+)([.)])(?=\s|$)")


def safe(text: str) -> str:
    """Return text on one line that shows itself and does nothing else, wherever it stands."""
    line = _SIGNS.sub(lambda sign: _code(sign[0]), " ".join(text.split()))
    return _NUMBERED.sub(lambda found: found[1] + _code(found[2]), line)


def _code(sign: str) -> str:
    return f"\\{sign}" if sign in _ESCAPED else f"&#{ord(sign)};"


def capital(text: str) -> str:
    """Return text that begins a sentence or a cell."""
    return text[:1].upper() + text[1:]


def link(text: str, address: str) -> str:
    """Return a link to a place in the book."""
    return f"[{safe(text)}]({address})"


def web(text: str, address: str) -> str:
    """Return a link to the web, or the text alone where there is no address."""
    if not address.startswith(("https://", "http://")):
        return safe(text)
    kept = quote(" ".join(address.split()), safe="%/:?#!&+,;=@~-._")
    return f"[{safe(text)}]({kept.replace('&', '&amp;')})"


def heading(level: int, text: str, anchor: str = "") -> str:
    """Return a heading; `anchor` is the name by which links lead to it."""
    return f"{'#' * level} {place(anchor) if anchor else ''}{safe(text)}"


def place(anchor: str) -> str:
    """Return something invisible that can be linked to, in every reader of Markdown."""
    return f'<a id="{anchor}"></a>'


def listed(entries: Iterable[str]) -> str:
    """Return a list with a point before every entry."""
    return "\n".join(f"- {entry}" for entry in entries)


def quoted(*blocks: str) -> str:
    """Return blocks set apart from the rest."""
    return "\n>\n".join("\n".join(f"> {line}" for line in block.split("\n")) for block in blocks)


def table(head: Sequence[str], rows: Sequence[Sequence[str]], numbers: int = 0) -> str:
    """Return a table whose last columns are `numbers`; a column without any entry is left out."""
    kept = [i for i in range(len(head)) if i == 0 or any(row[i] for row in rows)]
    first = len(head) - numbers
    rules = ["---:" if place >= first else "---" for place in range(len(head))]
    lines = ([cells[place] for place in kept] for cells in (head, rules, *rows))
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def together(blocks: Iterable[str]) -> str:
    """Return blocks as one text."""
    return "\n\n".join(blocks)
