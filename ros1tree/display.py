"""What shows itself in a notebook; how it does is the business of the `notebook` module."""

from importlib import import_module
from typing import Any


class Displayed:
    """A guideline or a walk: a notebook shows its diagram, and says what it says in words.

    The module that draws it stands above the classes that are drawn, so it is named here and
    imported when somebody looks.
    """

    __slots__ = ()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """Return what a notebook can show, by MIME type; what is left out is its to choose."""
        shown: dict[str, str] = import_module("ros1tree.notebook").bundle(self)
        kept = {kind for kind in shown if not include or kind in include} - set(exclude or ())
        return {kind: text for kind, text in shown.items() if kind in kept}

    def _repr_html_(self) -> str | None:
        """Return what a notebook shows as HTML: of a guideline the page to explore it."""
        return self._repr_mimebundle_(include={"text/html"}).get("text/html")
