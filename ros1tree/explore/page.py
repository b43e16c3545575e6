"""The page put together: a template, a style, scripts, the diagram and the data."""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from html import escape
from importlib.resources import files
from string import Template

from ros1tree.cases import Run
from ros1tree.draw import diagram
from ros1tree.draw.seal import holds, sealed
from ros1tree.draw.theme import DARK, LIGHT, dark_rules
from ros1tree.explore.data import content
from ros1tree.explore.findings import findings
from ros1tree.explore.inline import inline
from ros1tree.model import Guideline
from ros1tree.walk import FAULT_WORDS, STATUS_WORDS

SCRIPTS = (
    "logic", "facts", "walk", "relevant", "why", "dom", "address", "diagram", "words", "reading",
    "trying", "result", "marks", "reviewing", "printing", "page",
)  # fmt: skip
"""The page's scripts, in the order in which each finds what it needs."""
_GAP = "\0"
"""Where the diagram comes; no text of a guideline holds this character."""
_DISCLAIMER = "This page supports people who decide; it replaces none of them."


def explore(guideline: Guideline, cases: Run | None = None) -> str:
    """Return the guideline as one HTML page that needs nothing but a browser.

    The page holds the diagram, the walk, the findings of the review, and the `cases` of a run to
    choose from; it never asks a network for anything. Raises EngineError where no layout engine
    draws.
    """
    return Page(guideline, cases).data().decode()


@dataclass(frozen=True, slots=True)
class Page:
    """The page of a guideline, not drawn yet."""

    guideline: Guideline
    cases: Run | None = None

    def data(self) -> bytes:
        """Return the page as UTF-8; raises EngineError."""
        drawing, (before, after) = diagram(self.guideline), self._around()
        drawn = inline(drawing.data().decode(), self.guideline.title)
        return sealed(
            "html", f"{before}{drawn}{after}".encode(), f"{before}{drawing.source()}{after}"
        )

    def is_current(self, data: bytes) -> bool:
        """Tell whether `data` is this page, whichever engine laid its diagram out."""
        drawing, (before, after) = diagram(self.guideline), self._around()
        return holds("html", data, f"{before}{drawing.source()}{after}")

    def _around(self) -> tuple[str, str]:
        """Return what stands before the diagram and after it."""
        guideline, style = self.guideline, _style()
        script = "\n".join(part(f"{name}.js") for name in SCRIPTS)
        page = Template(part("page.html")).substitute(
            title=escape(guideline.title),
            version=escape(f"Version {guideline.version}, {guideline.status}"),
            disclaimer=escape(guideline.disclaimer or _DISCLAIMER),
            diagram=_GAP,
            data=_json(self._content()),
            style=style,
            style_hash=_hash(style),
            script=script,
            script_hash=_hash(script),
        )
        before, _, after = page.partition(_GAP)
        return before, after

    def _content(self) -> dict[str, object]:
        outcomes = self.cases.outcomes if self.cases else ()
        cases = [outcome.case for outcome in outcomes]
        return {
            **content(self.guideline),
            "words": {"status": dict(STATUS_WORDS), "fault": dict(FAULT_WORDS)},
            "review": findings(self.guideline, self.cases),
            "cases": [
                {"id": case.id, "why": case.why, "facts": list(case.facts.items())}
                for case in cases
            ],
        }


def part(name: str) -> str:
    """Return a file of which the page is made."""
    return files("ros1tree.explore").joinpath("parts", name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """Return the source that the page's policy allows: this very text, and no other."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _json(data: Mapping[str, object]) -> str:
    """Return data as a script that is no program; nothing in it can end it."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")


def _style() -> str:
    """Return the style sheet; everything has the colours of the diagram."""
    light, dark = (
        "".join(f"--{field.name}:{getattr(colours, field.name)};" for field in fields(colours))
        for colours in (LIGHT, DARK)
    )
    rules = f":root{{{dark}}}{dark_rules('svg.ros1tree')}"
    scheme = f"@media screen and (prefers-color-scheme:dark){{{rules}}}\n"
    return f"\n:root{{{light}}}\n{scheme}{part('style.css')}"
