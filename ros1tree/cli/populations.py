"""The command on many patients: cohort."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ros1tree.cli.shared import (
    COULD_NOT_RUN,
    FOUND,
    guideline_option,
    json_option,
    load_guideline,
    show,
    tell,
    written,
)
from ros1tree.errors import OptionError, UnknownFormatError, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from ros1tree.model import Guideline
    from ros1tree.population import Population

SUMMARIES = ("md", "json")


@click.command()
@click.argument("patients", metavar="PATIENTS.{parquet,csv,arrow,jsonl}")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE.{parquet,csv,arrow}",
    help="What the guideline says of each patient; its ending says the format.",
)  # fmt: skip
@click.option(
    "--summary", type=click.Path(path_type=Path), metavar=f"FILE.{{{','.join(SUMMARIES)}}}",
    help="The population in numbers, as it is printed; `draw --cohort` takes the json.",
)  # fmt: skip
@click.option(
    "--map", "renames", multiple=True, metavar="COLUMN=FACT",
    help="The fact, or fact.member of a set, that a column is.",
)  # fmt: skip
@click.option("--select", multiple=True, metavar="COLUMN", help="This output column, not all.")
@json_option
@guideline_option
def cohort(  # noqa: PLR0913, PLR0917 - an option each
    patients: str,
    output: Path | None,
    summary: Path | None,
    renames: tuple[str, ...],
    select: tuple[str, ...],
    source: str,
    *,
    as_json: bool,
) -> None:
    """Walk many patients at once.

    PATIENTS is a file, or a folder or glob of Parquet files, with a column for each fact. Prints
    the population in numbers; -o writes what the guideline says of each patient, row by row. A row
    that cannot be walked is marked `invalid` and the others go on. Exit status 1 where there is
    such a row, or a fault of the guideline.
    """
    if select and output is None:
        raise click.UsageError("--select is for -o")
    if summary is not None and _ending(summary) not in SUMMARIES:
        raise UnknownFormatError(_ending(summary), SUMMARIES)
    if output is not None and output.is_file() and Path(patients).exists():
        _other(output, Path(patients))
    for path in (output, summary):
        if path is not None and not path.absolute().parent.is_dir():
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
    try:
        guideline, found = _streamed(
            patients, output, source,
            select=select, renamed=_renamed(renames),
        )  # fmt: skip
    except KeyboardInterrupt:
        click.echo("interrupted; nothing was written", err=True)
        sys.exit(COULD_NOT_RUN)
    _tell(guideline, found, summary, as_json=as_json)
    sys.exit(FOUND if found.status["invalid"] or found.status["fault"] else 0)


def _other(output: Path, patients: Path) -> None:
    """Raise OptionError where the output is the input, which would be lost."""
    if output.samefile(patients):
        text = f"{shown(output, 300)} holds the patients, which would be lost"
        raise OptionError(f"{text}; name another file")


def _streamed(
    patients: str, output: Path | None, source: str, **options: Any
) -> tuple[Guideline, Population]:
    """Work the patients out into a file, if there is one, and count them."""
    from ros1tree.cohort import near_misses, stream, writable

    form = _ending(output)
    if output is not None:
        writable(form)
    guideline = load_guideline(source)

    def run(part: Path | None) -> Population:
        to = None if part is None else (part, form)
        with _progress() as progress:
            return stream(guideline, patients, to, progress=progress, **options)

    found = run(None) if output is None else written(output, run)
    for column, remedy in near_misses(guideline, found):
        click.echo(f"{shown(column)}: passed on, for it is no fact; {remedy}", err=True)
    return guideline, found


def _tell(guideline: Guideline, found: Population, summary: Path | None, *, as_json: bool) -> None:
    from ros1tree.report import population_markdown, population_report

    told = found.to_json(indent=2) + "\n"
    if summary is not None:
        json = _ending(summary) == "json"
        tell(told if json else population_markdown(guideline, found), summary)
    if as_json:
        tell(told)
    else:
        show(population_report(guideline, found))


def _ending(path: Path | None) -> str:
    return "" if path is None else path.suffix.removeprefix(".").lower()


def _renamed(renames: tuple[str, ...]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for text in renames:
        column, sign, fact = text.rpartition("=")
        if not sign:
            raise OptionError(f"--map {shown(text)}: has no '='; write column=fact")
        found[column] = fact
    return found


@contextmanager
def _progress() -> Iterator[Callable[[int, float], None] | None]:
    """Show rows, rows a second and the time left, on a terminal alone."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns: list[Any] = [
        BarColumn(),
        TextColumn(
            "{task.percentage:>3.0f} %  {task.fields[rows]:,} rows  {task.fields[rate]:,}/s"
        ),
        TimeRemainingColumn(),
    ]
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=1.0, rows=0, rate=0)

        def progress(rows: int, done: float) -> None:
            entry = bar.tasks[0]
            total = entry.fields["rows"] + rows
            rate = int(total / max(entry.elapsed or 0, 1e-9))
            bar.update(task, completed=min(done, 1.0), rows=total, rate=rate)

        yield progress
