"""The commands that make files: draw, export."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ros1tree.cli.shared import FOUND, guideline_option, load_guideline, output_option, tell, write
from ros1tree.errors import PatientsError, Problem, shown

if TYPE_CHECKING:
    from ros1tree.model import Guideline
    from ros1tree.population import Population

EXPORTS = ("schema", "facts-schema", "json", "graphml", "sql")
DIALECTS = ("duckdb", "spark", "postgres", "bigquery", "snowflake")
DRAWINGS = ("svg", "png", "pdf", "dot", "mmd", "txt")
THEMES = ("light", "dark", "print", "auto")
PAPERS = ("a4", "letter")


@click.command()
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path),
    metavar=f"FILE.{{{','.join(DRAWINGS)}}}",
    help="The file; its ending says the format.",
)
@click.option(
    "--walk", "facts", metavar="FACTS", help="Draw the path of the patient with these facts."
)
@click.option(
    "--cohort", "patients", metavar="FILE",
    help="Draw how many patients come by each node and edge: a file of patients, or the json that"
    " cohort --summary writes.",
)  # fmt: skip
@click.option("--section", metavar="ID", help="One section, with the ways into and out of it.")
@click.option("--from", "start", metavar="NODE", help="What follows a node.")
@click.option("--depth", type=int, metavar="N", help="At most N arrows from there.")
@click.option("--overview", is_flag=True, help="The sections alone.")
@click.option(
    "--set",
    "whole_set",
    is_flag=True,
    help="Write FILE as an overview, and FILE-SECTION for each section; svg files are linked.",
)
@click.option(
    "--theme",
    type=click.Choice(THEMES),
    default="light",
    show_default=True,
    help="print is greyscale; auto follows the reader's colour scheme, in an svg.",
)
@click.option("--scale", type=float, metavar="X", help="Of a png: pixels a unit; 2 without it.")
@click.option(
    "--paper", type=click.Choice(PAPERS), default="a4", show_default=True, help="Of a pdf."
)
@click.option("--engine", metavar="PROGRAM", help="The layout engine, instead of the one found.")
@click.option("--check", is_flag=True, help="Write nothing; exit 1 where a file is out of date.")
@guideline_option
def draw(  # noqa: PLR0913 - an option each
    output: Path,
    facts: str | None,
    patients: str | None,
    source: str,
    *,
    whole_set: bool,
    check: bool,
    **options: Any,
) -> None:
    """Draw the guideline, one patient's path, or a population.

    A drawing carries a seal of what it was made from, so that --check needs no layout engine and
    does not depend on which one drew.
    """
    from ros1tree.draw import drawings
    from ros1tree.facts import read_facts
    from ros1tree.walk import walk as walked

    guideline = load_guideline(source, facts)
    result = None if facts is None else walked(guideline, read_facts(guideline, facts))
    people = None if patients is None else _population(guideline, patients)
    chosen = {name: value for name, value in options.items() if value is not None}
    found = drawings(
        guideline, output.name, result, whole_set=whole_set, population=people, **chosen
    )
    files = {output.with_name(name): drawing for name, drawing in found.items()}
    if check:
        sys.exit(_check(files))
    # All are drawn before any is written, so that no set is left half.
    for path, data in {path: drawing.data() for path, drawing in files.items()}.items():
        write(path, data)


@click.command()
@click.argument("format", type=click.Choice(EXPORTS))
@click.option("--dialect", type=click.Choice(DIALECTS), help="Of sql; duckdb without it.")
@click.option("--table", metavar="NAME", help="Of sql: the table of the patients.")
@click.option(
    "--members", is_flag=True,
    help="Of sql: a set stands in a boolean column a member, fact.member, and not in lists.",
)  # fmt: skip
@click.option("--select", multiple=True, metavar="COLUMN", help="Of sql: this output, not all.")
@output_option
@guideline_option
def export(format: str, output: Path | None, source: str, **options: Any) -> None:  # noqa: A002
    """Write other people's formats.

    The guideline as json or graphml; the JSON Schema of its file, or of a patient's facts; or one
    SELECT that says of every row of a table what `ros1tree cohort` says.
    """
    from ros1tree.export import export as exported

    given = {name: value for name, value in options.items() if value}
    tell(exported(load_guideline(source), format, **given), output)


def _population(guideline: Guideline, patients: str) -> Population:
    """Read a population from its summary, or count the patients of a file."""
    from ros1tree.population import Population

    if patients.lower().endswith(".json"):
        try:
            return Population.from_json(Path(patients).read_bytes())
        except ValueError as error:
            text = f"{error}; write it with: ros1tree cohort PATIENTS --summary FILE.json"
            raise PatientsError([Problem(patients, "", text)]) from None
    from ros1tree.cohort import stream

    return stream(guideline, patients)


def _check(files: dict[Path, Any]) -> int:
    """Name the drawings that are not there or not current; return the exit status."""
    stale = [path for path, drawing in files.items() if not _holds(path, drawing)]
    for path in stale:
        click.echo(f"out of date: {shown(path, 300)}")
    if stale:
        click.echo("the same command without --check draws anew", err=True)
    return FOUND if stale else 0


def _holds(path: Path, drawing: Any) -> bool:
    held: bool = path.exists() and drawing.is_current(path.read_bytes())
    return held
