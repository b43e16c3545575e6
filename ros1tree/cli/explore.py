"""The command `explore`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ros1tree.cli.shared import FOUND, guideline_option, load_guideline, run_beside, write
from ros1tree.errors import shown


@click.command()
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path), metavar="FILE.html",
    help="The page.",
)  # fmt: skip
@click.option("--check", is_flag=True, help="Write nothing; exit 1 where the page is out of date.")
@guideline_option
def explore(output: Path, source: str, *, check: bool) -> None:
    """Write one offline page to read, try and review the guideline.

    The page opens in any browser, asks no network for anything, and keeps what is entered to
    itself. Cases to choose from are taken from NAME.cases.yaml where it stands beside NAME.yaml.
    """
    from ros1tree.explore import Page

    guideline = load_guideline(source)
    page = Page(guideline, run_beside(guideline, source))
    if not check:
        write(output, page.data())
    elif not (output.exists() and page.is_current(output.read_bytes())):
        click.echo(f"out of date: {shown(output, 300)}")
        click.echo("the same command without --check writes it anew", err=True)
        sys.exit(FOUND)
