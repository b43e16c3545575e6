"""A Sphinx extension: the directive `ros1tree` draws a guideline in a page.

In `conf.py`: `extensions = ["ros1tree.sphinx"]`; in a page:

    .. ros1tree:: pathway.yaml
       :section: first_line
       :walk: patient.yaml
       :caption: The first line

The argument is a guideline's file, relative to the page, or the id of a bundled one. Pages of HTML
hold the SVG itself, with its links and without JavaScript; other formats hold it as text.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.addnodes import only
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata

from ros1tree import __version__
from ros1tree.draw import draw
from ros1tree.errors import Ros1TreeError
from ros1tree.facts import read_facts
from ros1tree.load import bundled, load
from ros1tree.model import Guideline
from ros1tree.walk import Walk, walk


class Drawing(SphinxDirective):
    """Draws a guideline, or a part of it, or a patient's path, where it stands."""

    required_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar[dict[str, Callable[[str], Any]]] = {
        "walk": directives.unchanged_required,
        "section": directives.unchanged_required,
        "from": directives.unchanged_required,
        "depth": directives.nonnegative_int,
        "overview": directives.flag,
        "theme": directives.unchanged_required,
        "caption": directives.unchanged_required,
    }

    def run(self) -> list[nodes.Node]:
        """Return the figure; what cannot be drawn is an error of the page, with its line."""
        try:
            return [self._figure()]
        except (Ros1TreeError, OSError) as error:
            raise self.error(str(error)) from error

    def _figure(self) -> nodes.figure:
        guideline = self._guideline()
        patient = self._patient(guideline)
        options = self._part()
        theme = self.options.get("theme", "auto")
        svg = draw(guideline, patient, theme=theme, **options).decode()
        text = draw(guideline, patient, "txt", **options).decode()
        # What was read is kept for every kind of output; each takes its own.
        figure = nodes.figure(classes=["ros1tree"])
        figure += only("", nodes.raw("", svg, format="html"), expr="html")
        figure += only("", nodes.literal_block(text, text), expr="not html")
        if caption := self.options.get("caption"):
            figure += nodes.caption("", caption)
        self.set_source_info(figure)
        return figure

    def _guideline(self) -> Guideline:
        name = self.arguments[0]
        return load(name if name in bundled() else self._file(name))

    def _patient(self, guideline: Guideline) -> Walk | None:
        name = self.options.get("walk")
        return walk(guideline, read_facts(guideline, self._file(name))) if name else None

    def _file(self, name: str) -> Path:
        """Return a file beside the page; the page is made anew when it changes."""
        relative, path = self.env.relfn2path(name)
        self.env.note_dependency(relative)
        return Path(path)

    def _part(self) -> Any:
        names = {"section": "section", "from": "start", "depth": "depth"}
        chosen = {key: self.options[name] for name, key in names.items() if name in self.options}
        return {**chosen, "overview": "overview" in self.options}


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directive."""
    app.add_directive("ros1tree", Drawing)
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True}
