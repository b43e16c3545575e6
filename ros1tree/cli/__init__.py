"""The commands; the only room that prints. Everything heavy is imported where it is needed."""

import sys

import click

from ros1tree import __version__
from ros1tree.cli.ask import ask
from ros1tree.cli.book import book
from ros1tree.cli.explore import explore
from ros1tree.cli.files import DIALECTS, DRAWINGS, EXPORTS, PAPERS, THEMES, draw, export
from ros1tree.cli.patients import cases, walk
from ros1tree.cli.populations import SUMMARIES, cohort
from ros1tree.cli.reviewing import DIFFS, REVIEWS, diff, review
from ros1tree.cli.shared import Commands


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="ros1tree")
def cli() -> None:
    """Walk, ask, count, test, review, compare, draw and export a clinical guideline.

    Exit status: 0 fine, 1 something was found, 2 could not run. It supports people who decide
    and replaces none of them.
    """


for _command in (walk, ask, cases, cohort, draw, export, explore, book, review, diff):
    cli.add_command(_command)


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a character shows its number, and no traceback.
        getattr(stream, "reconfigure", lambda **_: None)(errors="backslashreplace")
    cli(prog_name="ros1tree")


__all__ = [
    "DIALECTS",
    "DIFFS",
    "DRAWINGS",
    "EXPORTS",
    "PAPERS",
    "REVIEWS",
    "SUMMARIES",
    "THEMES",
    "cli",
    "main",
]
