"""What the dialects of SQL say differently: lists, and the columns that are left out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp, parse_one

Sql = exp.Expr


@dataclass(frozen=True, slots=True)
class Dialect:
    """A dialect; in the texts `{list}`, `{member}` and so on stand for SQL."""

    name: str
    has: str
    """Whether a list has a member."""
    has_null: str
    """Whether a list has a null."""
    has_other: str
    """Whether a list has anything but `{known}`, nulls apart."""
    filled: str
    """A list of `{entries}` without those that are null."""
    upper: bool = False
    """Whether names that were written without quotes are kept in capitals."""
    dots: bool = True
    """Whether the name of a column may have a dot."""
    excluding: bool = True
    """Whether a star may leave columns out."""
    materialized: bool = False
    """Whether a step can be kept from being written into the next one, which takes long to plan."""

    def sql(self, text: str, **parts: Sql | Sequence[Sql]) -> Sql:
        """Return one of the texts with its parts."""
        written = {
            name: part.sql(self.name)
            if isinstance(part, exp.Expr)
            else ", ".join(entry.sql(self.name) for entry in part)
            for name, part in parts.items()
        }
        return parse_one(text.format(**written), read=self.name)

    def name_of(self, name: str) -> exp.Identifier:
        """Return the name of a column of the user's, always quoted."""
        if self.upper and name.replace("_", "a").replace(".", "a").isalnum() and "." not in name:
            name = name.upper()
        return exp.to_identifier(name if self.dots else name.replace(".", "__"), quoted=True)


_DIALECTS = (
    Dialect(
        "duckdb",
        has="list_contains({list}, {member})",
        has_null="len(list_filter({list}, m -> m IS NULL)) > 0",
        has_other="len(list_filter({list}, m -> m NOT IN ({known}))) > 0",
        filled="list_filter(CAST([{entries}] AS TEXT[]), m -> m IS NOT NULL)",
        materialized=True,
    ),
    Dialect(
        "spark",
        has="exists({list}, m -> m = {member})",
        has_null="exists({list}, m -> m IS NULL)",
        has_other="exists({list}, m -> m NOT IN ({known}))",
        filled="filter(array({entries}), m -> m IS NOT NULL)",
    ),
    Dialect(
        "postgres",
        has="{member} = ANY({list})",
        has_null="array_position({list}, NULL) IS NOT NULL",
        has_other="NOT (array_remove({list}, NULL) <@ ARRAY[{known}])",
        filled="array_remove(CAST(ARRAY[{entries}] AS TEXT[]), NULL)",
        excluding=False,
        materialized=True,
    ),
    Dialect(
        "bigquery",
        has="{member} IN UNNEST({list})",
        has_null="EXISTS(SELECT 1 FROM UNNEST({list}) AS m WHERE m IS NULL)",
        has_other="EXISTS(SELECT 1 FROM UNNEST({list}) AS m WHERE m NOT IN ({known}))",
        filled="ARRAY(SELECT m FROM UNNEST([{entries}]) AS m WHERE m IS NOT NULL)",
        dots=False,
    ),
    Dialect(
        "snowflake",
        has="ARRAY_CONTAINS({member}::VARIANT, {list})",
        has_null="ARRAY_SIZE(ARRAY_COMPACT({list})) < ARRAY_SIZE({list})",
        has_other="ARRAY_SIZE(ARRAY_EXCEPT(ARRAY_COMPACT({list}), ARRAY_CONSTRUCT({known}))) > 0",
        filled="ARRAY_COMPACT(ARRAY_CONSTRUCT({entries}))",
        upper=True,
    ),
)
DIALECTS: Mapping[str, Dialect] = {dialect.name: dialect for dialect in _DIALECTS}
"""The dialects that a guideline is written in."""
