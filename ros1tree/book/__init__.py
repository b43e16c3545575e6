"""The guideline as a document in Markdown, with its diagrams."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from ros1tree.book.figures import FOLDER, STEM, figures
from ros1tree.book.findings import found
from ros1tree.book.front import front, standing, warning
from ros1tree.book.links import OTHER, Links, chapter_name, sections
from ros1tree.book.pathway import section
from ros1tree.book.rests import references, statements, traceability
from ros1tree.book.style import STYLE
from ros1tree.book.vocabulary import facts, interventions
from ros1tree.book.writing import MARK, heading, together
from ros1tree.draw import Drawing
from ros1tree.model import Guideline


@dataclass(frozen=True, slots=True)
class Page:
    """A file of text in a book."""

    text: str

    def data(self) -> bytes:
        """Return what stands in the file."""
        return self.text.encode()

    def is_current(self, data: bytes) -> bool:
        """Tell whether `data` is this page, with whichever line ends."""
        return data.replace(b"\r\n", b"\n") == self.data()


@dataclass(frozen=True, slots=True)
class _Chapter:
    title: str
    blocks: Callable[[], Iterator[str]]


def book(guideline: Guideline, *, one_page: bool = False) -> dict[str, Page | Drawing]:
    """Return the guideline as a document: its files by their name in the document's folder.

    Each has its content as `data()` and tells with `is_current(data)` whether a file is it. A
    chapter is a page, or all of them are `one_page`, to be printed. Drawing raises EngineError
    where no layout engine is found, or it fails.
    """
    drawn = figures(guideline)
    links = Links(guideline, one_page)
    chapters = _chapters(links, drawn)
    titles = {name: chapter.title for name, chapter in chapters.items()}
    first = list(front(links, titles, drawn[None][0]))
    pages = _one_page(first, chapters) if one_page else _pages(links, first, chapters)
    return {**pages, "book.css": Page(STYLE), **dict(drawn.values())}


def _chapters(links: Links, drawn: Mapping[str | None, tuple[str, Drawing]]) -> dict[str, _Chapter]:
    """Return the chapters in their order, by the names of their files."""
    guideline = links.guideline
    pathway = {
        chapter_name(name): _Chapter(
            guideline.sections.get(name, OTHER), partial(section, links, name, drawn[name][0])
        )
        for name in sections(guideline)
    }
    return {
        **pathway,
        "facts": _Chapter("What is asked", partial(facts, links)),
        "interventions": _Chapter("What is offered", partial(interventions, links)),
        "statements": _Chapter("What the source says", partial(statements, links)),
        "references": _Chapter("What the source cites", partial(references, links)),
        "review": _Chapter("Review and numbers", partial(found, links)),
        "traceability": _Chapter("From the source to the pathway", partial(traceability, links)),
    }


def _pages(
    links: Links, first: list[str], chapters: Mapping[str, _Chapter]
) -> dict[str, Page | Drawing]:
    guideline = links.guideline
    pages: dict[str, Page | Drawing] = {"index.md": _page(first)}
    for name, chapter in chapters.items():
        head = [
            heading(1, chapter.title),
            f"{standing(guideline)}. {links.chapter('index', 'Contents')}",
        ]
        pages[f"{name}.md"] = _page([*head, *chapter.blocks(), *warning(guideline)])
    return pages


def _one_page(first: list[str], chapters: Mapping[str, _Chapter]) -> dict[str, Page | Drawing]:
    title, *blocks = first
    for name, chapter in chapters.items():
        blocks += [heading(1, chapter.title, f"chapter-{name}"), *chapter.blocks()]
    # No text of a guideline begins a line with this sign: it is coded.
    lower = [f"#{block}" if block.startswith("#") else block for block in blocks]
    return {"index.md": _page([title, *lower])}


def _page(blocks: list[str]) -> Page:
    return Page(together([MARK, *blocks]) + "\n")


def is_ours(name: str, data: bytes) -> bool:
    """Tell whether a file in a book's folder, by its name there, was written for a book."""
    if name.startswith(f"{FOLDER}/{STEM}") and name.endswith(".svg"):
        return b"<!-- ros1tree made from " in data
    return data.startswith(MARK.encode())


__all__ = ["Page", "book", "is_ours"]
