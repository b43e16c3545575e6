"""The guideline in other people's formats."""

from collections.abc import Callable, Mapping
from typing import TypedDict, Unpack

from ros1tree.errors import OptionError, UnknownFormatError
from ros1tree.export.facts_schema import facts_schema
from ros1tree.export.graphml import graphml
from ros1tree.export.json import json
from ros1tree.export.schema import schema
from ros1tree.model import Guideline


class SqlOptions(TypedDict, total=False):
    """The keywords of the format sql, all optional."""

    dialect: str
    """duckdb (without it), spark, postgres, bigquery or snowflake."""
    table: str
    """The table of the patients, as it is written in the database; `patients` without it."""
    members: bool
    """Whether a set stands in a boolean column a member, `fact.member`, and not in lists."""
    select: tuple[str, ...]
    """The output columns, all without it."""


def _sql(guideline: Guideline, **options: Unpack[SqlOptions]) -> str:
    from ros1tree.export.sql import sql  # noqa: PLC0415 - an extra

    return sql(guideline, **options)


_PLAIN: Mapping[str, Callable[[Guideline], str]] = {
    "schema": lambda _: schema(),
    "facts-schema": facts_schema,
    "json": json,
    "graphml": graphml,
}
FORMATS = (*_PLAIN, "sql")
"""What a guideline can be exported as."""


def export(guideline: Guideline, format: str, **options: Unpack[SqlOptions]) -> str:  # noqa: A002
    """Return a guideline as text in a format; the `options` are those of sql.

    Raises UnknownFormatError, UnknownNameError and OptionError for what there is not, and
    ExtraError where sql is asked for without what it needs.
    """
    if format == "sql":
        return _sql(guideline, **options)
    if format not in _PLAIN:
        raise UnknownFormatError(format, FORMATS)
    if options:
        raise OptionError(f"{', '.join(options)}: says nothing about {format}; leave it out")
    return _PLAIN[format](guideline)


__all__ = ["FORMATS", "SqlOptions", "export"]
