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
DRAWINGS = ("svg", "png", "pdf", "dot")


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
@_guideline
def draw(output: Path, facts: str | None, source: str) -> None:
    """Draw the guideline, or one patient's path."""
    from ros1tree.facts import read_facts
    from ros1tree.walk import walk as walked

    guideline = _load(source, facts)
    result = None if facts is None else walked(guideline, read_facts(guideline, facts))
    _draw(guideline, result, output)


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
    from ros1tree.draw import draw as drawn

    _write(output, drawn(guideline, result, output.suffix.removeprefix(".").lower()))


def _write(output: Path, data: bytes) -> None:
    output.write_bytes(data)
    click.echo(f"wrote {shown(output, 300)}", err=True)


def _print(report: RenderableType) -> None:
    from rich.console import Console

    Console(highlight=False).print(report)
