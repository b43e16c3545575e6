"""The first pages: what this is, what must be known of it, how it is read, what it holds."""

from collections.abc import Iterator, Mapping

from ros1tree.book.links import Links
from ros1tree.book.rests import rests
from ros1tree.book.writing import heading, listed, place, quoted, safe, web
from ros1tree.model import Guideline

_READ = """\
- A **question** leads on by its answers: by the one that holds, or by every one, as it says. A \
fact that is not known stays unknown, and answers nothing.
- A **treatment** or a **workup** offers. The tiers are the ranks of the source, best first: \
preferred, recommended, alternative, consider. They are not GRADE grades.
- What is **to be avoided** stands apart from what is offered.
- Where the guideline does **not speak**, the page says so. Silence is advice neither for nor \
against anything, and nothing is put in its place.
- A **star** at a statement says that a check of the facts has a remark on it. The remark stands \
in full at the end of each chapter, and with the statement."""


def standing(guideline: Guideline) -> str:
    """Return what a page is a part of, in a line."""
    return f"{safe(guideline.title)}, version {safe(guideline.version)}, **{guideline.status}**"


def warning(guideline: Guideline) -> Iterator[str]:
    """Yield the disclaimer; it is shown wherever the guideline is."""
    if guideline.disclaimer:
        yield quoted(f"**Before you use it.** {safe(guideline.disclaimer)}")


def front(links: Links, chapters: Mapping[str, str], diagram: str) -> Iterator[str]:
    """Yield the blocks of the first page; `chapters` are their titles by name."""
    guideline = links.guideline
    yield heading(1, guideline.title)
    if guideline.plain:
        yield f"In plain words: {safe(guideline.plain)}"
    yield from warning(guideline)
    yield listed(_about(guideline))
    if guideline.remarks:
        yield heading(2, "What must be known of it")
        yield "\n".join(_remarks(links))
    yield heading(2, "The pathway")
    yield f"[![Overview]({diagram})]({diagram})"
    yield heading(2, "Chapters")
    listing = (links.chapter(name, title) for name, title in chapters.items())
    yield "\n".join(f"{number}. {entry}" for number, entry in enumerate(listing, 1))
    yield heading(2, "How to read it")
    yield _READ
    used = (cite for remark in guideline.remarks for cite in remark.cites)
    yield from rests(links, used, "What the remarks rest on")


def _about(guideline: Guideline) -> Iterator[str]:
    yield f"Version {safe(guideline.version)}, **{guideline.status}**"
    source = guideline.source
    if source is None:
        yield "**Source: none is named**"
    else:
        yield f"Source: {web(source.title, source.url or '')}"
        if source.updated:
            yield f"Date of the source: {source.updated}"
        yield f"**Review of the source: {safe(source.review or 'nothing is said about one')}**"
    yield f"Name and content: `{guideline.id}`, `{guideline.digest}`"


def _remarks(links: Links) -> Iterator[str]:
    for number, remark in enumerate(links.guideline.remarks, 1):
        cites = f" ({links.cites(remark.cites)})" if remark.cites else ""
        yield f"{number}. {place(f'remark-{number}')}{safe(remark.says)}{cites}"
