"""Many patients at once: the same answers as the walk, as planes of bits over Arrow columns."""

from ros1tree.errors import ExtraError

try:
    import numpy  # noqa: F401 - what the extra installs
    import pyarrow  # noqa: F401
except ImportError:
    raise ExtraError("a cohort", "cohort") from None

from ros1tree.cohort.columns import near_misses
from ros1tree.cohort.stream import cohort, population, stream
from ros1tree.cohort.write import writable

__all__ = ["cohort", "near_misses", "population", "stream", "writable"]
