"""The guideline in other people's formats."""

from collections.abc import Callable, Mapping

from ros1tree.errors import UnknownFormatError
from ros1tree.export.facts_schema import facts_schema
from ros1tree.export.graphml import graphml
from ros1tree.export.json import json
from ros1tree.export.schema import schema
from ros1tree.model import Guideline

FORMATS: Mapping[str, Callable[[Guideline], str]] = {
    "schema": lambda _: schema(),
    "facts-schema": facts_schema,
    "json": json,
    "graphml": graphml,
}
"""What a guideline can be exported as."""


def export(guideline: Guideline, format: str) -> str:  # noqa: A002
    """Return a guideline as text in a format; raises UnknownFormatError."""
    if format not in FORMATS:
        raise UnknownFormatError(format, FORMATS)
    return FORMATS[format](guideline)


__all__ = ["FORMATS", "export"]
