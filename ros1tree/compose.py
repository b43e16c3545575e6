"""The events of a YAML parser put together, within bounds, with the place of every value.

Only the YAML 1.2 core schema is resolved: `no`, `on`, `yes` and dates are text.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NoReturn

import yaml

from ros1tree.errors import Problem, shown

MAX_VALUES = 400_000
MAX_DEPTH = 60
MAX_PROBLEMS = 1000
"""How many problems of one kind are told of one file."""

Location = tuple[str | int, ...]
"""The way to a value from the root: keys of mappings and positions in lists."""

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


@dataclass(slots=True)
class Placed:
    """A value, where it stands, and how large it is once its aliases are followed."""

    plain: Any
    line: int
    column: int
    entries: dict[str, tuple["Placed", "Placed"]] | list["Placed"] | None = None
    size: int = 1
    depth: int = 1


@dataclass(slots=True)
class _Open:
    """A mapping or list whose end was not read yet."""

    value: Placed
    anchor: str | None
    key: Placed | None = None
    merged: list[Placed] = field(default_factory=list)


class UnreadableError(Exception):
    """Reading cannot go on."""

    def __init__(self, message: str, line: int, column: int) -> None:
        self.message, self.line, self.column = message, line, column


def address(location: Location) -> str:
    """Return a location as it is shown: `nodes.stage.next[1].to`."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in location)
    return text.removeprefix(".")


class Builder:
    """Puts the events of a YAML parser together, within bounds."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.root: Placed | None = None
        self.problems: list[Problem] = []
        self._open: list[_Open] = []
        self._anchors: dict[str, Placed] = {}
        self._merged = 0

    def take(self, event: yaml.Event) -> None:
        """Add what an event says; raises UnreadableError where a bound is passed."""
        mark = event.start_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        match event:
            case yaml.ScalarEvent():
                self._place(self._scalar(event, line, column), event.anchor)
            case yaml.AliasEvent():
                self._place(self._alias(event.anchor or "", line, column), None)
            case yaml.MappingStartEvent():
                self._start(event, Placed({}, line, column, {}))
            case yaml.SequenceStartEvent():
                self._start(event, Placed([], line, column, []))
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self._end()
            case yaml.DocumentStartEvent() if self.root is not None:
                raise UnreadableError("holds more than one YAML document", line, column)

    def _scalar(self, event: yaml.ScalarEvent, line: int, column: int) -> Placed:
        text_tag = event.tag == "tag:yaml.org,2002:str"
        if event.tag not in (None, "!") and not text_tag:
            self._refuse_tag(event.tag, line, column)
        as_text = text_tag or not event.implicit[0] or self._wants_key()
        return Placed(event.value if as_text else resolve(event.value), line, column)

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
            raise UnreadableError(f"has more than {MAX_PROBLEMS:,} such problems", line, column)
        self.problems.append(Problem(self.file, self._address(), message, remedy, line, column))

    def _address(self) -> str:
        steps: list[str | int] = []
        for frame in self._open:
            if isinstance(frame.value.entries, list):
                steps.append(len(frame.value.entries))
            elif frame.key is not None:
                steps.append(str(frame.key.plain))
        return address(tuple(steps))

    def _alias(self, anchor: str, line: int, column: int) -> Placed:
        target = self._anchors.get(anchor)
        if target is None:
            raise UnreadableError(f"alias '*{shown(anchor)}' has no anchor before it", line, column)
        return Placed(target.plain, line, column, target.entries, target.size, target.depth)

    def _start(self, event: yaml.CollectionStartEvent, value: Placed) -> None:
        if event.tag not in (None, "!"):
            self._refuse_tag(event.tag, value.line, value.column)
        if self._wants_key():
            raise UnreadableError(
                "a key must be text, not a list or a mapping", value.line, value.column
            )
        self._open.append(_Open(value, event.anchor))
        if len(self._open) > MAX_DEPTH:
            self._too_deep(value)

    def _end(self) -> None:
        frame = self._open.pop()
        for source in frame.merged:
            self._merge(frame.value, source)
        self._place(frame.value, frame.anchor)

    def _merge(self, value: Placed, source: Placed) -> None:
        self._merged += source.size
        if self._merged > MAX_VALUES:
            text = f"merges more than {MAX_VALUES:,} values with '<<'"
            raise UnreadableError(text, value.line, value.column)
        for name, (key, entry) in _mapping(source).items():
            if name not in _mapping(value):
                self._add(value, key, entry)

    def _place(self, value: Placed, anchor: str | None) -> None:
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

    def _take_key(self, frame: _Open, key: Placed) -> None:
        if not isinstance(key.plain, str) or key.plain == "":
            raise UnreadableError("a key must be text", key.line, key.column)
        frame.key = key

    def _take_entry(self, frame: _Open, key: Placed, value: Placed) -> None:
        if key.plain == "<<" and (sources := list(_mappings(value))):
            frame.merged += sources
        elif key.plain in frame.value.plain:
            self._note("this key stands here twice", "keep one of the two", key.line, key.column)
        else:
            self._add(frame.value, key, value)
        frame.key = None

    def _add(self, into: Placed, key: Placed, value: Placed) -> None:
        _mapping(into)[key.plain] = (key, value)
        into.plain[key.plain] = value.plain
        self._bound(into, value.size, value.depth + 1)

    def _bound(self, value: Placed, more: int, depth: int) -> None:
        value.size += more
        value.depth = max(value.depth, depth)
        if value.size > MAX_VALUES:
            text = f"holds more than {MAX_VALUES:,} values once its aliases are followed"
            raise UnreadableError(text, value.line, value.column)
        if value.depth > MAX_DEPTH:
            self._too_deep(value)

    def _too_deep(self, value: Placed) -> NoReturn:
        raise UnreadableError(f"is nested more than {MAX_DEPTH} deep", value.line, value.column)


def _mapping(value: Placed) -> dict[str, tuple[Placed, Placed]]:
    return value.entries if isinstance(value.entries, dict) else {}


def _mappings(value: Placed) -> Iterator[Placed]:
    sources = value.entries if isinstance(value.entries, list) else [value]
    if all(isinstance(source.entries, dict) for source in sources):
        yield from sources


def resolve(text: str) -> Any:
    """Return what an unquoted YAML 1.2 scalar means: null, true or false, a number, or text."""
    for pattern, meaning in _RESOLVERS:
        if pattern.fullmatch(text):
            return meaning(text)
    return text
