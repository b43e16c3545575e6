"""Two versions of a guideline compared: the file by meaning, the patients exactly."""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ros1tree.diff.changes import Change, changes
from ros1tree.diff.patients import Concerned, Example, Group, Shift, concerned
from ros1tree.errors import GuidelineError, Problem, shown
from ros1tree.load import load, loads
from ros1tree.model import FrozenDict, Guideline
from ros1tree.walk import Walk

SECONDS = 30


@dataclass(frozen=True, slots=True)
class Diff:
    """What an edit changed in the file, and for which patients the outcome changed."""

    old: FrozenDict[str, str]
    """Id, version and digest of the version before."""
    new: FrozenDict[str, str]
    changes: tuple[Change, ...]
    concerned: Concerned

    def to_dict(self) -> dict[str, Any]:
        """Return the difference as plain data, the same as its JSON."""
        found = self.concerned
        return {
            "old": dict(self.old),
            "new": dict(self.new),
            "changes": [_change(change) for change in self.changes],
            "patients": found.patients,
            "possible": {
                "both": found.common, "only_old": found.only_old, "only_new": found.only_new,
            },
            "outcomes": [_shift(shift) for shift in found.shifts],
        }  # fmt: skip

    def to_json(self, indent: int | None = None) -> str:
        """Return the difference as JSON."""
        return json.dumps(self.to_dict(), indent=indent, ensure_ascii=False)


def diff(old: Guideline, new: Guideline) -> Diff:
    """Compare two versions of a guideline; raises TooLargeError where a proof grows too large."""
    return Diff(_origin(old), _origin(new), changes(old, new), concerned(old, new))


def version(source: str) -> Guideline:
    """Load a guideline by path, by the id of a bundled one, or as `REV:path` from git.

    Raises GuidelineError with every problem.
    """
    revision, sign, path = source.partition(":")
    if not sign or Path(source).exists():
        return load(source)
    try:
        done = subprocess.run(  # noqa: S603 - no shell, and no option can be smuggled in
            ["git", "show", "--end-of-options", f"{revision}:{path}"],  # noqa: S607
            capture_output=True, check=False, timeout=SECONDS,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        raise _unreadable(source, "git cannot be run") from None
    if done.returncode:
        raise _unreadable(
            source, shown(" ".join(done.stderr.decode(errors="replace").split()), 300)
        )
    return loads(done.stdout, source)


def _unreadable(source: str, why: str) -> GuidelineError:
    remedy = "name a path, the id of a bundled guideline, or REV:path inside a git repository"
    return GuidelineError([Problem(shown(source), "", f"cannot be read: {why}", remedy)])


def _origin(guideline: Guideline) -> FrozenDict[str, str]:
    return FrozenDict(
        {"id": guideline.id, "version": guideline.version, "digest": guideline.digest}
    )


def _change(change: Change) -> dict[str, Any]:
    return {name: getattr(change, name) for name in ("what", "where", "before", "after")}


def _shift(shift: Shift) -> dict[str, Any]:
    what, name, tier = shift.key
    return {
        "what": what,
        "intervention": name if what in ("offer", "avoid") else None,
        "tier": tier or ("avoid" if what == "avoid" else None),
        "name": name,
        "gained": _group(shift.gained),
        "lost": _group(shift.lost),
    }


def _group(group: Group) -> dict[str, Any]:
    return {
        "patients": group.patients,
        "share": group.share,
        "who": group.who,
        "witness": None if group.witness is None else _example(group.witness),
    }


def _example(example: Example) -> dict[str, Any]:
    return {
        "facts": dict(example.facts),
        "before": dict(_outcome(example.before)),
        "after": dict(_outcome(example.after)),
    }


def _outcome(walk: Walk) -> Iterator[tuple[str, Any]]:
    yield "status", walk.status
    yield "recommendations", {row.intervention: row.tier for row in walk.recommendations}
    yield "avoid", [row.intervention for row in walk.avoid]
    yield "not_covered", [row.title for row in walk.not_covered]
