"""The guideline as one SELECT: the same answers, where the patients already are."""

from ros1tree.errors import ExtraError

try:
    import sqlglot  # noqa: F401 - what the extra installs
except ImportError:
    raise ExtraError("SQL", "sql") from None

from ros1tree.export.sql.dialects import DIALECTS
from ros1tree.export.sql.select import sql

__all__ = ["DIALECTS", "sql"]
