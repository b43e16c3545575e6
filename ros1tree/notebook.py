"""A guideline and a walk as a notebook shows them; never an error in their place."""

from collections.abc import Iterator
from html import escape
from io import StringIO

from rich.console import Console

from ros1tree.draw import draw
from ros1tree.errors import Ros1TreeError
from ros1tree.explore import explore
from ros1tree.load import bundled, load
from ros1tree.model import Guideline
from ros1tree.report import walk_report
from ros1tree.walk import Walk, walked_guideline


def bundle(thing: Guideline | Walk) -> dict[str, str]:
    """Return a guideline or a walk as SVG, HTML, Markdown and text, by MIME type.

    Where no layout engine draws, or the guideline of a stored walk is not at hand, what remains
    is shown, with a line that says what is missing.
    """
    try:
        return dict(_shown(thing))
    except Exception as error:  # noqa: BLE001 - a cell that shows a value must not fail
        return {"text/plain": f"{type(thing).__name__} ({type(error).__name__}: {error})"}


def _shown(thing: Guideline | Walk) -> Iterator[tuple[str, str]]:
    if isinstance(thing, Guideline):
        yield from _drawn(thing, None, draw(thing, format="txt").decode())
    elif guideline := _guideline(thing):
        yield from _drawn(guideline, thing, _report(guideline, thing))
    else:
        told = "The guideline of this walk is not at hand; load it to see more."
        yield "text/plain", f"{thing.to_json(indent=2)}\n{told}"


def _drawn(guideline: Guideline, walk: Walk | None, text: str) -> Iterator[tuple[str, str]]:
    yield "text/plain", text
    yield "text/markdown", _markdown(guideline, walk, text)
    try:
        svg = draw(guideline, walk, theme="auto").decode()
    except Ros1TreeError as error:
        yield "text/html", f"<p>{escape(str(error))}</p>\n<pre>{escape(text)}</pre>"
        return
    yield "image/svg+xml", svg
    if walk is None:
        yield "text/html", _framed(guideline)
    else:
        yield "text/html", f"<figure style='margin:0'>{svg}</figure>"


def _framed(guideline: Guideline) -> str:
    """Return the page of a guideline in a frame: it neither sees the notebook nor changes it."""
    allowed = "allow-scripts allow-downloads allow-modals allow-popups"
    style = "width:100%;height:46rem;border:1px solid #888"
    page = escape(explore(guideline))
    title = escape(guideline.title)
    return f'<iframe title="{title}" sandbox="{allowed}" style="{style}" srcdoc="{page}"></iframe>'


def _guideline(walk: Walk) -> Guideline | None:
    """Return the guideline that was walked: the object itself, or a bundled one like it."""
    found = walked_guideline(walk)
    if found is None and walk.guideline.id in bundled():
        found = load(walk.guideline.id)
    return found if found and found.digest == walk.guideline.digest else None


def _report(guideline: Guideline, walk: Walk) -> str:
    page = StringIO()
    Console(file=page, width=80, highlight=False).print(walk_report(guideline, walk))
    return page.getvalue()


def _markdown(guideline: Guideline, walk: Walk | None, text: str) -> str:
    try:
        diagram = draw(guideline, walk, "mmd").decode()
    except Ros1TreeError:
        return _fenced("text", text)
    return _fenced("mermaid", diagram) + (_fenced("text", text) if walk else "")


def _fenced(kind: str, text: str) -> str:
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}{kind}\n{text}{fence}\n"
