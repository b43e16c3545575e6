"""Two versions of a guideline: what changed in the file, and for whom."""

from ros1tree.diff.changes import Change, changes
from ros1tree.diff.engine import Diff, diff, version
from ros1tree.diff.formats import FORMATS, written
from ros1tree.diff.patients import Concerned, Example, Group, Shift, concerned

__all__ = [
    "FORMATS",
    "Change",
    "Concerned",
    "Diff",
    "Example",
    "Group",
    "Shift",
    "changes",
    "concerned",
    "diff",
    "version",
    "written",
]
