"""What two readers of Markdown make of a page: its blocks, links and names, as a reader sees them."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

import markdown
from markdown_it import MarkdownIt

# Everything that changes text and that a site may have switched on.
EXTENSIONS = [
    "abbr", "admonition", "attr_list", "def_list", "fenced_code", "footnotes", "md_in_html",
    "sane_lists", "tables", "toc", "wikilinks", "pymdownx.arithmatex", "pymdownx.betterem",
    "pymdownx.blocks.admonition", "pymdownx.caret", "pymdownx.critic", "pymdownx.details",
    "pymdownx.emoji", "pymdownx.fancylists", "pymdownx.inlinehilite", "pymdownx.keys",
    "pymdownx.magiclink", "pymdownx.mark", "pymdownx.superfences", "pymdownx.tabbed",
    "pymdownx.tasklist", "pymdownx.tilde",
]  # fmt: skip


def in_python(text: str) -> str:
    """As Zensical and MkDocs read it, with every extension."""
    html: str = markdown.markdown(text, extensions=EXTENSIONS)
    return html


def in_commonmark(text: str) -> str:
    """As a web host reads it."""
    html: str = MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(text)
    return html


READERS: dict[str, Callable[[str], str]] = {"python": in_python, "commonmark": in_commonmark}


@dataclass
class Table:
    head: list[str]
    rows: list[dict[str, str]]


@dataclass
class Block:
    """A heading with what stands below it, up to the next."""

    level: int
    title: str
    ids: list[str]
    texts: list[str] = field(default_factory=list)
    """Paragraphs and entries of lists."""
    quoted: list[str] = field(default_factory=list)
    """Those of them that are set apart."""
    tables: list[Table] = field(default_factory=list)


@dataclass
class Seen:
    """A page as it is seen."""

    blocks: list[Block]
    links: list[str]
    images: list[tuple[str, str]]
    ids: list[str]
    tags: set[str]
    attributes: set[str]

    def block(self, anchor: str) -> Block:
        (found,) = [block for block in self.blocks if anchor in block.ids]
        return found

    def texts(self) -> Iterator[str]:
        for block in self.blocks:
            yield block.title
            yield from block.texts
            for table in block.tables:
                yield from table.head
                yield from (cell for row in table.rows for cell in row.values())

    def tables(self, *head: str) -> list[dict[str, str]]:
        """The rows of all tables that have these columns."""
        return [
            row
            for block in self.blocks
            for table in block.tables
            if set(head) <= set(table.head)
            for row in table.rows
        ]


HEADINGS = ("h1", "h2", "h3", "h4")
LEAVES = (*HEADINGS, "p", "li", "td", "th")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.seen = Seen([Block(0, "", [])], [], [], [], set(), set())
        self.open: list[tuple[str, list[str]]] = []
        self.apart = 0
        self.row: list[str] = []
        self.pending: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attributes}
        self.seen.tags.add(tag)
        self.seen.attributes |= set(values)
        if tag == "a" and "href" in values:
            self.seen.links.append(values["href"])
        if tag == "a" and "id" in values:
            self.seen.ids.append(values["id"])
            self.pending.append(values["id"])
        if tag == "img":
            self.seen.images.append((values["src"], values["alt"]))
        if tag == "br":
            self.handle_data("\n")
        if tag == "table":
            self.seen.blocks[-1].tables.append(Table([], []))
        self.apart += tag == "blockquote"
        if tag in LEAVES:
            if tag == "p" and self.open and self.open[-1][0] == "li":
                return  # a paragraph in an entry is the entry
            self._finish_outer()
            self.open.append((tag, []))

    def _finish_outer(self) -> None:
        if self.open:  # the text before an inner list
            tag, parts = self.open[-1]
            self._leaf(tag, parts)
            parts.clear()

    def handle_data(self, data: str) -> None:
        if self.open:
            self.open[-1][1].append(data)

    def handle_endtag(self, tag: str) -> None:
        self.apart -= tag == "blockquote"
        if self.open and self.open[-1][0] == tag:
            self._leaf(*self.open.pop())
        if tag == "tr":
            table = self.seen.blocks[-1].tables[-1]
            if table.head:
                assert len(self.row) == len(table.head)
                table.rows.append(dict(zip(table.head, self.row, strict=True)))
            else:
                table.head = self.row
            self.row = []

    def _leaf(self, tag: str, parts: list[str]) -> None:
        lines = ("".join(parts)).split("\n") if tag == "td" else ["".join(parts)]
        text = "\n".join(one_line(line) for line in lines)
        if tag in HEADINGS:
            self.seen.blocks.append(Block(int(tag[1]), text, self.pending))
        elif tag in ("td", "th"):
            self.row.append(text)
        elif text:
            self.seen.blocks[-1].ids += self.pending
            self.seen.blocks[-1].texts.append(text)
            if self.apart:
                self.seen.blocks[-1].quoted.append(text)
        self.pending = []


def one_line(text: str) -> str:
    return " ".join(text.split())


def seen(html: str) -> Seen:
    """Return what a reader sees of a page."""
    reader = _Reader()
    # A comment is not seen; one that ends where a page's first line does is the only one allowed.
    shown = re.sub(r"\A<!--[^\n]*-->\n", "", html)
    assert "<!--" not in shown
    reader.feed(shown)
    reader.close()
    return reader.seen
