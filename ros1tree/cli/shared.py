"""What the commands share: options, errors as lines, and how files are written."""

from __future__ import annotations

import errno
import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ros1tree.errors import Ros1TreeError, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from rich.console import RenderableType

    from ros1tree.cases import Run
    from ros1tree.model import Guideline
    from ros1tree.proof import Relevant
    from ros1tree.walk import Walk

T = TypeVar("T")

FOUND, COULD_NOT_RUN, INTERRUPTED = 1, 2, 130


class Commands(click.Group):
    """Turns every error that is meant for the user into its lines and exit status 2."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command."""
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


guideline_option = click.option(
    "-g",
    "--guideline",
    "source",
    default="ros1-nsclc",
    show_default=True,
    metavar="PATH|ID",
    help="A guideline's file, the id of a bundled one, or - for standard input.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print the machine's form.")

output_option = click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write to a file."
)


def load_guideline(source: str, other: str | None = None) -> Guideline:
    """Load a guideline; `other` is a second input of the command."""
    from ros1tree.load import load

    if source == other == "-":
        raise click.UsageError("only one file can be standard input")
    return load(source)


def run_beside(guideline: Guideline, source: str) -> Run | None:
    """Run the cases that stand beside a guideline; None where there are no cases."""
    from ros1tree.cases import beside, load_cases, run

    if source == "-" or not (path := beside(source)).exists():
        return None
    return run(guideline, load_cases(guideline, path))


def tell_walk(result: Walk, relevant: Iterable[Relevant]) -> None:
    """Print a walk, and which missing facts still matter, for a machine."""
    data = {**result.to_dict(), "relevant": [row.to_dict() for row in relevant]}
    tell(json.dumps(data, indent=2, ensure_ascii=False) + "\n")


def write(output: Path, data: bytes) -> None:
    """Write a file as a whole or not at all, and say so."""
    written(output, lambda part: part.write_bytes(data))


def written(output: Path, work: Callable[[Path], T]) -> T:
    """Let a work write a file, as a whole or not at all, and say so; returns what it returns."""
    part = output.with_name(f".{output.name[:50]}.{os.getpid()}.part")
    target = output if output.exists() and not output.is_file() else part  # a device, a pipe
    try:
        done = work(target)
        if target is part:
            part.replace(output)
    except BaseException as error:
        if target is part:
            part.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.filename in (None, str(target), target):
            raise _plain(error, output) from None
        raise
    click.echo(f"wrote {shown(output, 300)}", err=True)
    return done


def _plain(error: OSError, output: Path) -> OSError:
    """Return what went wrong with a file as the system says it; Arrow says more than a line."""
    found = re.search(r"\[errno (\d+)\]", str(error), re.IGNORECASE)
    number = error.errno or (int(found[1]) if found else errno.EIO)
    return OSError(number, os.strerror(number), str(output))


def tell(text: str, output: Path | None = None) -> None:
    """Print text as UTF-8, whatever the terminal's encoding, or write it to a file."""
    if output is None:
        click.echo(text.encode(), nl=False)
    else:
        write(output, text.encode())


def show(report: RenderableType) -> None:
    """Print a report as wide as the terminal."""
    from rich.console import Console

    Console(highlight=False).print(report)
