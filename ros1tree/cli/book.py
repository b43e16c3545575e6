"""The command that makes a document: book."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ros1tree.cli.shared import FOUND, guideline_option, load_guideline, write
from ros1tree.errors import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ros1tree.book import Page
    from ros1tree.draw import Drawing

    Files = Mapping[str, Page | Drawing]


@click.command()
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="The folder of the document; it is made where there is none.",
)
@click.option(
    "--one-page", is_flag=True, help="Write all chapters into one page, to be printed as one."
)
@click.option(
    "--check",
    is_flag=True,
    help="Write nothing; exit 1 where a file is out of date, missing or left over.",
)
@guideline_option
def book(output: Path, source: str, *, one_page: bool, check: bool) -> None:
    """Write the guideline as a document.

    Markdown with its diagrams, for Zensical, MkDocs or a web host, and for print: a chapter for
    each section, the facts and interventions, every statement with what the fact check found, the
    references, the review, and what became of each statement. Only files that are not current are
    written; files of an earlier document that are no part of it are removed, and others are left
    alone.
    """
    from ros1tree.book import book as written

    files = written(load_guideline(source), one_page=one_page)
    stale = list(_stale(output, files))
    over = list(_left_over(output, files))
    if check:
        _tell(output, [*stale, *(("left over", name) for name in over)])
        sys.exit(FOUND if stale or over else 0)
    # All is drawn before any is written, so that no document is left half.
    for name, data in {name: files[name].data() for _, name in stale}.items():
        (output / name).parent.mkdir(parents=True, exist_ok=True)
        write(output / name, data)
    for name in over:
        (output / name).unlink()
        click.echo(f"removed {shown(output / name, 300)}", err=True)


def _tell(output: Path, found: list[tuple[str, str]]) -> None:
    for what, name in found:
        click.echo(f"{what}: {shown(output / name, 300)}")
    if found:
        click.echo("the same command without --check writes it anew", err=True)


def _stale(output: Path, files: Files) -> Iterator[tuple[str, str]]:
    """Yield the files that are missing or out of date."""
    for name, file in files.items():
        path = output / name
        if not path.exists():
            yield "missing", name
        elif not path.is_file() or not file.is_current(path.read_bytes()):
            yield "out of date", name


def _left_over(output: Path, files: Files) -> Iterator[str]:
    """Yield the files that were written for a document and are no part of this one."""
    from ros1tree.book import is_ours

    for path in sorted((*output.glob("*.md"), *output.glob("diagrams/book*.svg"))):
        name = path.relative_to(output).as_posix()
        if name not in files and path.is_file() and is_ours(name, path.read_bytes()):
            yield name
