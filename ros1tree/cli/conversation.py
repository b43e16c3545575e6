"""Questions out, answers in: with somebody at a terminal, or line by line through a pipe."""

from __future__ import annotations

import io
import sys
from importlib import import_module
from typing import TYPE_CHECKING

from ros1tree.errors import FactsError, Problem, shown

if TYPE_CHECKING:
    from rich.console import RenderableType

LONGEST = 100_000
"""No line is read further; nothing that is asked is answered with so much."""

SKIP, BACK, QUIT, HELP = "skip", "back", "quit", "help"
COMMANDS = {"": SKIP, "s": SKIP, "b": BACK, "q": QUIT, "?": HELP} | {
    word: word for word in (SKIP, BACK, QUIT, HELP)
}
"""What is no answer, whatever a value is called: that has its number."""


class Conversation:
    """The two ends of a conversation; what is said aside leaves standard output to a result."""

    def __init__(self, *, aside: bool) -> None:
        """Find out who is there."""
        from rich.console import Console

        self.input = sys.stdin or io.StringIO()
        getattr(self.input, "reconfigure", lambda **_: None)(errors="backslashreplace")
        self.live = self.input.isatty()
        """Whether somebody sits there."""
        # Where a live answer goes to a file, the questions stay on the screen.
        aside = aside or (self.live and not sys.stdout.isatty())
        self.console = Console(stderr=aside, highlight=False)
        self.edited = self.live and not aside
        self.line = 0
        self.over = False
        """Whether the input has ended."""
        if self.edited:
            try:
                import_module("readline")  # arrows, and the answers before
            except ImportError:
                self.edited = False

    def say(self, *told: RenderableType) -> None:
        """Show something."""
        for part in told:
            self.console.print(part)

    def tell(self, text: str) -> None:
        """Say what is wrong, in words that mean nothing to the terminal."""
        from rich.text import Text

        from ros1tree.report.lines import Line

        self.say(Line("  ", Text(shown(" ".join(text.split()), 2000), "red")))

    def hear(self, prompt: str = "> ") -> str | None:
        """Return the next line without its margins; None where the input has ended."""
        try:
            heard = self._line(prompt)
        except KeyboardInterrupt:
            self.say("")
            raise
        self.line += 1
        self.over = heard is None
        return None if heard is None else heard.strip().removeprefix("\ufeff").strip()

    def _line(self, prompt: str) -> str | None:
        if self.edited:
            try:
                return input(prompt)
            except EOFError:
                self.say("")
                return None
        if self.live:
            self._write(prompt)
        text = self.input.readline(LONGEST)
        if not self.live and text:  # a log shows what was answered
            self._write(f"{prompt}{shown(text.strip())}".rstrip() + "\n")
        elif self.live and not text:
            self.say("")
        return text or None

    def _write(self, text: str) -> None:
        self.console.file.write(text)
        self.console.file.flush()

    def refuse(self, error: FactsError) -> None:
        """Say what is wrong with an answer; through a pipe it ends the conversation.

        The answers that follow would else be taken for answers to other questions.
        """
        if not self.live:
            raise FactsError(
                Problem("standard input", p.address, p.message, p.remedy, self.line, 1)
                for p in error.problems
            )
        for p in error.problems:
            self.tell("; ".join(filter(None, (p.message, p.remedy))))
