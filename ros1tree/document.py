"""A YAML 1.2 or JSON text as plain values that remember where they stand.

The text is read event by event, so that hostile input (deep nesting, aliases that multiply, tags
that construct objects) ends in a problem to read and never in memory or a stack used up. Only
the YAML 1.2 core schema is resolved: `no`, `on`, `yes` and dates are text.
"""

import json
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from errno import EBADF
from pathlib import Path
from typing import Any

import yaml

from ros1tree.compose import Builder, Location, Placed, UnreadableError, address
from ros1tree.errors import Problem, shown

MAX_BYTES = 8_000_000


_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# An escape of a JSON string; its group is there where it is a pair of surrogates.
_PAIR = re.compile(r"\\(?:(ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2})|.)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Document:
    """A text that was read: `value` in plain Python types, and what was wrong on the way."""

    file: str
    value: Any
    problems: tuple[Problem, ...] = ()
    _root: Placed = field(default_factory=lambda: Placed(None, 0, 0))

    def place(self, location: Location) -> tuple[int, int]:
        """Return line and column of the value at `location`, or of the nearest one around it."""
        at, mark = self._root, self._root
        for step in location:
            if isinstance(at.entries, dict) and step in at.entries:
                mark, at = at.entries[str(step)]
            elif isinstance(at.entries, list) and isinstance(step, int) and step < len(at.entries):
                mark = at = at.entries[step]
            else:
                break
        return mark.line, mark.column

    def problem(self, location: Location, message: str, remedy: object = "") -> Problem:
        """Return a problem that stands at `location`; a `remedy` is worked out here."""
        line, column = self.place(location)
        return Problem(self.file, address(location), message, str(remedy), line, column)


def read_file(source: str | Path) -> Document:
    """Read a file, or standard input (`-`); what cannot be read is a problem of the document."""
    file = "standard input" if source == "-" else str(source)
    try:
        return read_bytes(_content(source), file)
    except OSError as error:
        return _unreadable(file, f"cannot be read: {error.strerror}", 0, 0)
    except ValueError as error:  # a name that no file can have
        return _unreadable(file, f"cannot be read: {shown(error)}", 0, 0)


def _content(source: str | Path) -> bytes:
    # A device or a pipe must not be read to its end: there may be none.
    if source == "-":
        if sys.stdin is None:
            raise OSError(EBADF, "it is closed")
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    with Path(source).open("rb") as stream:
        return stream.read(MAX_BYTES + 1)


def read_bytes(data: bytes, file: str) -> Document:
    """Read the content of a file; `file` names it in messages."""
    if len(data) > MAX_BYTES:
        return _too_large(file)
    try:
        return read(data.decode("utf-8-sig"), file)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return _unreadable(file, "is not UTF-8 text", line, 1)


def read(text: str, file: str) -> Document:
    """Read one YAML or JSON document; what is wrong with it is in its `problems`."""
    if len(text) > MAX_BYTES:
        return _too_large(file)
    builder = Builder(file)
    try:
        for event in yaml.parse(_as_yaml(text), Loader=_LOADER):
            builder.take(event)
    except UnreadableError as error:
        return _unreadable(file, error.message, error.line, error.column, builder.problems)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        return _unreadable(file, f"is not YAML: {shown(error.problem)}", *where, builder.problems)
    except UnicodeEncodeError:
        return _unreadable(file, "is not Unicode text: half a surrogate pair", 1, 1)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        told = f"is not YAML: a character that YAML forbids ({error.reason})"
        return _unreadable(file, told, line, 1, builder.problems)
    root = builder.root or Placed(None, 1, 1)
    return Document(file, root.plain, tuple(builder.problems), root)


def _too_large(file: str) -> Document:
    return _unreadable(file, f"is larger than {MAX_BYTES // 1_000_000} MB", 0, 0)


def _as_yaml(text: str) -> str:
    """Return JSON as YAML reads it: all the same but for pairs of surrogates in escapes."""
    if not text.lstrip().startswith("{") or not _PAIR.search(text):
        return text
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return text
    return _PAIR.sub(lambda match: json.loads(f'"{match[0]}"') if match[1] else match[0], text)


def _unreadable(
    file: str, message: str, line: int, column: int, before: Iterable[Problem] = ()
) -> Document:
    problem = Problem(file, "", message, "", line, column)
    return Document(file, None, (*before, problem), Placed(None, line, column))
