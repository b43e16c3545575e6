"""The commands for reviewers: review, diff."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ros1tree.cli.shared import (
    FOUND,
    guideline_option,
    load_guideline,
    output_option,
    run_beside,
    tell,
    write,
)

if TYPE_CHECKING:
    from ros1tree.model import Guideline
    from ros1tree.review import Uncrossed

REVIEWS = ("text", "json", "markdown", "sarif")
DIFFS = ("text", "json", "markdown")


@click.command()
@click.option(
    "--format", "form", type=click.Choice(REVIEWS), default="text", show_default=True,
    help="How the findings are written.",
)  # fmt: skip
@click.option("--summary", is_flag=True, help="Print the guideline in numbers instead.")
@click.option("--strict", is_flag=True, help="Exit 1 on warnings too.")
@click.option("--select", multiple=True, metavar="RULE", help="Look for this rule alone.")
@click.option("--ignore", multiple=True, metavar="RULE", help="Do not look for this rule.")
@click.option("--explain", metavar="RULE", help="Say what a rule looks for, and why.")
@output_option
@guideline_option
def review(  # noqa: PLR0913, PLR0917 - an option each
    form: str,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    explain: str | None,
    output: Path | None,
    source: str,
    *,
    summary: bool,
    strict: bool,
) -> None:
    """Review a guideline over every possible patient.

    Proves what is forgotten, said twice, contradictory or never reached; counts the patients
    concerned and shows one. What no case crosses is found where NAME.cases.yaml stands beside
    NAME.yaml. Exit status 1 where an error was found.
    """
    from ros1tree.review import explained, summarised, written
    from ros1tree.review import review as reviewed
    from ros1tree.review import summary as in_numbers

    if explain is not None:
        tell(explained(explain), output)
        return
    guideline = load_guideline(source)
    if summary:
        if form not in ("text", "json") or select or ignore:
            raise click.UsageError("a summary is text or json, and looks for no rule")
        numbers = in_numbers(guideline)
        told = (
            numbers.to_json(indent=2) + "\n" if form == "json" else summarised(guideline, numbers)
        )
        tell(told, output)
        return
    found = reviewed(
        guideline, source, uncrossed=_uncrossed(guideline, source), select=select, ignore=ignore
    )
    tell(written(guideline, found, form), output)
    grave = found.count("error") + (found.count("warning") if strict else 0)
    sys.exit(FOUND if grave else 0)


def _uncrossed(guideline: Guideline, source: str) -> Uncrossed | None:
    """Return what the cases beside a guideline do not cross; None where there are no cases."""
    from ros1tree.review import Uncrossed

    done = run_beside(guideline, source)
    return None if done is None else Uncrossed(done.uncrossed_edges, done.uncrossed_places)


@click.command()
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option(
    "--format", "form", type=click.Choice(DIFFS), default="text", show_default=True,
    help="How the difference is written.",
)  # fmt: skip
@click.option(
    "--draw", "drawing", type=click.Path(path_type=Path), metavar="FILE",
    help="Also draw both versions in one diagram, with what was added, removed and changed.",
)  # fmt: skip
@output_option
def diff(old: str, new: str, form: str, drawing: Path | None, output: Path | None) -> None:
    """Compare two versions of a guideline.

    OLD and NEW are paths, ids of bundled guidelines, or REV:path in a git repository. Tells what
    changed in the file by its meaning, and exactly for which patients the outcome changed. Exit
    status 1 where a patient is concerned, or is possible in one version alone.
    """
    from ros1tree.diff import diff as compared
    from ros1tree.diff import version, written
    from ros1tree.draw import drawings

    if old == new == "-":
        raise click.UsageError("only one file can be standard input")
    before, after = version(old), version(new)
    found = compared(before, after)
    if drawing is not None:
        (drawn,) = drawings(after, drawing.name, before=before).values()
        write(drawing, drawn.data())
    tell(written(before, after, found, form), output)
    sys.exit(FOUND if found.concerned.anybody else 0)
