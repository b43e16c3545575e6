"""A YAML 1.2 or JSON text as plain values that remember where they stand.

The text is read event by event, so that hostile input (deep nesting, aliases that multiply, tags
that construct objects) ends in a problem to read and never in memory or a stack used up. Only
the YAML 1.2 core schema is resolved: `no`, `on`, `yes` and dates are text.
"""

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from ros1tree.errors import Problem, shown

MAX_BYTES = 8_000_000
MAX_VALUES = 1_000_000
MAX_DEPTH = 60
MAX_PROBLEMS = 1000
"""How many problems of one kind are told of one file."""

Location = tuple[str | int, ...]
"""The way to a value from the root: keys of mappings and positions in lists."""

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_RESOLVERS: tuple[tuple[re.Pattern[str], Callable[[str], Any]], ...] = (
    (re.compile(r"(~|null|Null|NULL)?"), lambda _: None),
    (re.compile(r"true|True|TRUE|false|False|FALSE"), lambda text: text.lower() == "true"),
    (re.compile(r"[-+]?[0-9]{1,300}"), int),
    (re.compile(r"0o[0-7]{1,300}"), lambda text: int(text, 0)),
    (re.compile(r"0x[0-9a-fA-F]{1,300}"), lambda text: int(text, 0)),
    (re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"), float),
    (
        re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"),
        lambda text: float(text.replace(".", "")),
    ),
)

# An escape of a JSON string; its group is there where it is a pair of surrogates.
_PAIR = re.compile(r"\\(?:(ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2})|.)", re.IGNORECASE)


@dataclass(slots=True)
class _Value:
    """A value, where it stands, and how large it is once its aliases are followed."""

    plain: Any
    line: int
    column: int
    entries: dict[str, tuple["_Value", "_Value"]] | list["_Value"] | None = None
    size: int = 1
    depth: int = 1


@dataclass(slots=True)
class _Open:
    """A mapping or list whose end was not read yet."""

    value: _Value
    anchor: str | None
    key: _Value | None = None
    merged: list[_Value] = field(default_factory=list)


class _UnreadableError(Exception):
    """Reading cannot go on."""

    def __init__(self, message: str, line: int, column: int) -> None:
        self.message, self.line, self.column = message, line, column


@dataclass(frozen=True, slots=True)
class Document:
    """A text that was read: `value` in plain Python types, and what was wrong on the way."""

    file: str
    value: Any
    problems: tuple[Problem, ...] = ()
    _root: _Value = field(default_factory=lambda: _Value(None, 0, 0))

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


def address(location: Location) -> str:
    """Return a location as it is shown: `nodes.stage.next[1].to`."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in location)
    return text.removeprefix(".")


def read_file(source: str | Path) -> Document:
    """Read a file, or standard input (`-`); what cannot be read is a problem of the document."""
    file = "standard input" if source == "-" else str(source)
    try:
        return read_bytes(_content(source), file)
    except OSError as error:
        return _unreadable(file, f"cannot be read: {error.strerror}", 0, 0)


def _content(source: str | Path) -> bytes:
    # A device or a pipe must not be read to its end: there may be none.
    if source == "-":
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
    builder = _Builder(file)
    try:
        for event in yaml.parse(_as_yaml(text), Loader=_LOADER):
            builder.take(event)
    except _UnreadableError as error:
        return _unreadable(file, error.message, error.line, error.column, builder.problems)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        return _unreadable(file, f"is not YAML: {shown(error.problem)}", *where, builder.problems)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        told = f"is not YAML: a character that YAML forbids ({error.reason})"
        return _unreadable(file, told, line, 1, builder.problems)
    root = builder.root or _Value(None, 1, 1)
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
    return Document(file, None, (*before, problem), _Value(None, line, column))


class _Builder:
    """Puts the events of a YAML parser together, within bounds."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.root: _Value | None = None
        self.problems: list[Problem] = []
        self._open: list[_Open] = []
        self._anchors: dict[str, _Value] = {}
        self._merged = 0

    def take(self, event: yaml.Event) -> None:
        mark = event.start_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        match event:
            case yaml.ScalarEvent():
                self._place(self._scalar(event, line, column), event.anchor)
            case yaml.AliasEvent():
                self._place(self._alias(event.anchor or "", line, column), None)
            case yaml.MappingStartEvent():
                self._start(event, _Value({}, line, column, {}))
            case yaml.SequenceStartEvent():
                self._start(event, _Value([], line, column, []))
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self._end()
            case yaml.DocumentStartEvent() if self.root is not None:
                raise _UnreadableError("holds more than one YAML document", line, column)

    def _scalar(self, event: yaml.ScalarEvent, line: int, column: int) -> _Value:
        text_tag = event.tag == "tag:yaml.org,2002:str"
        if event.tag not in (None, "!") and not text_tag:
            self._refuse_tag(event.tag, line, column)
        as_text = text_tag or not event.implicit[0] or self._wants_key()
        return _Value(event.value if as_text else resolve(event.value), line, column)

    def _wants_key(self) -> bool:
        if not self._open:
            return False
        top = self._open[-1]
        return isinstance(top.value.entries, dict) and top.key is None

    def _refuse_tag(self, tag: str, line: int, column: int) -> None:
        remedy = "remove the tag; a file holds text, numbers, lists and mappings alone"
        self._note(f"tag '{shown(tag)}' is not allowed", remedy, line, column)

    def _note(self, message: str, remedy: str, line: int, column: int) -> None:
        if len(self.problems) == MAX_PROBLEMS:
            raise _UnreadableError(f"has more than {MAX_PROBLEMS:,} such problems", line, column)
        self.problems.append(Problem(self.file, self._address(), message, remedy, line, column))

    def _address(self) -> str:
        steps: list[str | int] = []
        for frame in self._open:
            if isinstance(frame.value.entries, list):
                steps.append(len(frame.value.entries))
            elif frame.key is not None:
                steps.append(str(frame.key.plain))
        return address(tuple(steps))

    def _alias(self, anchor: str, line: int, column: int) -> _Value:
        target = self._anchors.get(anchor)
        if target is None:
            raise _UnreadableError(
                f"alias '*{shown(anchor)}' has no anchor before it", line, column
            )
        return _Value(target.plain, line, column, target.entries, target.size, target.depth)

    def _start(self, event: yaml.CollectionStartEvent, value: _Value) -> None:
        if event.tag not in (None, "!"):
            self._refuse_tag(event.tag, value.line, value.column)
        if self._wants_key():
            raise _UnreadableError(
                "a key must be text, not a list or a mapping", value.line, value.column
            )
        self._open.append(_Open(value, event.anchor))
        self._bound(value, 0, len(self._open))

    def _end(self) -> None:
        frame = self._open.pop()
        for source in frame.merged:
            self._merge(frame.value, source)
        self._place(frame.value, frame.anchor)

    def _merge(self, value: _Value, source: _Value) -> None:
        self._merged += source.size
        if self._merged > MAX_VALUES:
            text = f"merges more than {MAX_VALUES:,} values with '<<'"
            raise _UnreadableError(text, value.line, value.column)
        for name, (key, entry) in _mapping(source).items():
            if name not in _mapping(value):
                self._add(value, key, entry)

    def _place(self, value: _Value, anchor: str | None) -> None:
        if anchor is not None:
            self._anchors[anchor] = value
        if not self._open:
            self.root = value
            return
        frame = self._open[-1]
        if isinstance(frame.value.entries, list):
            frame.value.entries.append(value)
            frame.value.plain.append(value.plain)
            self._bound(frame.value, value.size, value.depth + 1)
        elif frame.key is None:
            self._take_key(frame, value)
        else:
            self._take_entry(frame, frame.key, value)

    def _take_key(self, frame: _Open, key: _Value) -> None:
        if not isinstance(key.plain, str) or key.plain == "":
            raise _UnreadableError("a key must be text", key.line, key.column)
        frame.key = key

    def _take_entry(self, frame: _Open, key: _Value, value: _Value) -> None:
        if key.plain == "<<" and (sources := list(_mappings(value))):
            frame.merged += sources
        elif key.plain in frame.value.plain:
            self._note("this key stands here twice", "keep one of the two", key.line, key.column)
        else:
            self._add(frame.value, key, value)
        frame.key = None

    def _add(self, into: _Value, key: _Value, value: _Value) -> None:
        _mapping(into)[key.plain] = (key, value)
        into.plain[key.plain] = value.plain
        self._bound(into, value.size, value.depth + 1)

    def _bound(self, value: _Value, more: int, depth: int) -> None:
        value.size += more
        value.depth = max(value.depth, depth)
        if value.size > MAX_VALUES:
            text = f"holds more than {MAX_VALUES:,} values once its aliases are followed"
            raise _UnreadableError(text, value.line, value.column)
        if value.depth > MAX_DEPTH:
            raise _UnreadableError(
                f"is nested more than {MAX_DEPTH} deep", value.line, value.column
            )


def _mapping(value: _Value) -> dict[str, tuple[_Value, _Value]]:
    return value.entries if isinstance(value.entries, dict) else {}


def _mappings(value: _Value) -> Iterator[_Value]:
    sources = value.entries if isinstance(value.entries, list) else [value]
    if all(isinstance(source.entries, dict) for source in sources):
        yield from sources


def resolve(text: str) -> Any:
    """Return what an unquoted YAML 1.2 scalar means: null, true or false, a number, or text."""
    for pattern, meaning in _RESOLVERS:
        if pattern.fullmatch(text):
            return meaning(text)
    return text
