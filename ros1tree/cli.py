"""The commands; the only module that prints. Everything heavy is imported where it is needed."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ros1tree import __version__
from ros1tree.errors import Ros1TreeError, shown

if TYPE_CHECKING:
    from rich.console import RenderableType

    from ros1tree.model import Guideline

FOUND, COULD_NOT_RUN, INTERRUPTED = 1, 2, 130
EXPORTS = ("schema", "facts-schema", "json", "graphml")
DRAWINGS = ("svg", "png", "pdf", "dot", "mmd", "txt")
THEMES = ("light", "dark", "print", "auto")
PAPERS = ("a4", "letter")


class _Commands(click.Group):
    """Turns every error that is meant for the user into its lines and exit status 2."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Ros1TreeError as error:
            click.echo(str(error), err=True)
        except BrokenPipeError:
            raise
        except OSError as error:
            name = shown(error.filename or "ros1tree", 300)
            click.echo(f"{name}: {error.strerror}", err=True)
        except KeyboardInterrupt:
            return ctx.exit(INTERRUPTED)
        return ctx.exit(COULD_NOT_RUN)


_guideline = click.option(
    "-g",
    "--guideline",
    "source",
    default="ros1-nsclc",
    show_default=True,
    metavar="PATH|ID",
    help="A guideline's file, the id of a bundled one, or - for standard input.",
)
_json = click.option("--json", "as_json", is_flag=True, help="Print the machine's form.")


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="ros1tree")
def cli() -> None:
    """Walk, test, draw and export a clinical guideline.

    Exit status: 0 fine, 1 something was found, 2 could not run. It supports people who decide
    and replaces none of them.
    """


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a character shows its number, and no traceback.
        getattr(stream, "reconfigure", lambda **_: None)(errors="backslashreplace")
    cli(prog_name="ros1tree")


@cli.command()
@click.argument("facts", required=False, metavar="[FACTS.yaml|.json|-]")
@click.option(
    "--fact",
    "given",
    multiple=True,
    metavar="NAME=VALUE",
    help="A fact; wins over the file. Members of a set as a,b; an empty set as NAME=.",
)
@click.option(
    "--draw",
    "drawing",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Also draw the patient's path.",
)
@_json
@_guideline
def walk(
    facts: str | None, given: tuple[str, ...], drawing: Path | None, source: str, *, as_json: bool
) -> None:
    """Walk one patient.

    Tells what is recommended and why, what to avoid, what is possible and what is missing.
    """
    from ros1tree.facts import read_facts
    from ros1tree.walk import walk as walked

    guideline = _load(source, facts)
    result = walked(guideline, read_facts(guideline, facts, given))
    if drawing is not None:
        _draw(guideline, result, drawing)
    if as_json:
        click.echo(result.to_json(indent=2).encode())
    else:
        from ros1tree.report import walk_report

        _print(walk_report(guideline, result))
    sys.exit(FOUND if result.status == "fault" else 0)


@cli.command()
@click.argument("cases", required=False, metavar="[CASES.yaml]")
@_json
@_guideline
def cases(cases: str | None, source: str, *, as_json: bool) -> None:
    """Run patient vignettes.

    Tells what failed, and names the edges and offers that no vignette crosses. Without a file,
    those that stand beside the guideline are run: NAME.cases.yaml beside NAME.yaml.
    """
    from ros1tree.cases import beside, load_cases, run

    guideline = _load(source, cases)
    if source == "-" and cases is None:
        raise click.UsageError("name the file of cases; there is none beside standard input")
    done = run(guideline, load_cases(guideline, cases or beside(source)))
    if as_json:
        click.echo(done.to_json(indent=2).encode())
    else:
        from ros1tree.report import cases_report

        _print(cases_report(guideline, done))
    sys.exit(FOUND if done.failed else 0)


@cli.command()
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
@click.option("--section", metavar="ID", help="One section, with the ways into and out of it.")
@click.option("--from", "start", metavar="NODE", help="What follows a node.")
@click.option("--depth", type=int, metavar="N", help="At most N arrows from there.")
@click.option("--overview", is_flag=True, help="The sections alone.")
@click.option(
    "--set",
    "whole_set",
    is_flag=True,
    help="Write FILE as an overview, and FILE-SECTION for each section, linked to each other.",
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
@_guideline
def draw(
    output: Path, facts: str | None, source: str, *, whole_set: bool, check: bool, **options: Any
) -> None:
    """Draw the guideline, or one patient's path.

    A drawing carries a seal of what it was made from, so that --check needs no layout engine and
    does not depend on which one drew.
    """
    from ros1tree.draw import drawings
    from ros1tree.facts import read_facts
    from ros1tree.walk import walk as walked

    guideline = _load(source, facts)
    result = None if facts is None else walked(guideline, read_facts(guideline, facts))
    chosen = {name: value for name, value in options.items() if value is not None}
    found = drawings(guideline, output.name, result, whole_set=whole_set, **chosen)
    files = {output.with_name(name): drawing for name, drawing in found.items()}
    if check:
        sys.exit(_check(files))
    for path, drawing in files.items():
        _write(path, drawing.data())


@cli.command()
@click.argument("format", type=click.Choice(EXPORTS))
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write to a file."
)
@_guideline
def export(format: str, output: Path | None, source: str) -> None:  # noqa: A002
    """Write other people's formats.

    The guideline as json or graphml; the JSON Schema of its file, or of a patient's facts.
    """
    from ros1tree.export import export as exported

    text = exported(_load(source), format)
    if output is None:
        click.echo(text.encode(), nl=False)  # UTF-8, whatever the terminal's encoding
    else:
        _write(output, text.encode())


def _load(source: str, other: str | None = None) -> Guideline:
    from ros1tree.load import load

    if source == other == "-":
        raise click.UsageError("only one file can be standard input")
    return load(source)


def _draw(guideline: Guideline, result: Any, output: Path) -> None:
    from ros1tree.draw import drawings

    (drawing,) = drawings(guideline, output.name, result).values()
    _write(output, drawing.data())


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


def _write(output: Path, data: bytes) -> None:
    output.write_bytes(data)
    click.echo(f"wrote {shown(output, 300)}", err=True)


def _print(report: RenderableType) -> None:
    from rich.console import Console

    Console(highlight=False).print(report)
