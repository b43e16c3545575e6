"""The parts of a report: sections, entries and lines that keep their indent."""

from collections.abc import Iterable
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.segment import Segment
from rich.text import Text


@dataclass(frozen=True, slots=True)
class Line:
    """A text whose further lines are indented like its first; nothing is padded at its end."""

    mark: str
    text: Text

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width = max(options.max_width - len(self.mark), 10)
        lines = self.text.wrap(console, width)
        for index, line in enumerate(lines):
            line.rstrip()
            yield Segment(self.mark if index == 0 else " " * len(self.mark))
            yield from console.render(line, options.update(width=width))


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with lines below it."""

    heading: Text
    lines: tuple[RenderableType, ...]


def section(title: str, style: str, lines: Iterable[RenderableType]) -> Section:
    """Return a section."""
    return Section(Text(title, style), tuple(lines))


def item(line: str) -> RenderableType:
    """Return one entry of a list."""
    return Line("  - ", Text(line.rstrip()))


def inner(line: str) -> RenderableType:
    """Return a line that belongs to the entry above."""
    return Line("    ", Text(line.rstrip()))


def report(sections: Iterable[Section]) -> Group:
    """Return sections below each other, with room between them."""
    shown: list[RenderableType] = []
    for section in sections:
        shown += [*([Text()] if shown else []), Line("", section.heading), *section.lines]
    return Group(*shown)
