"""The commands on patients: walk, cases."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from ros1tree.cli.shared import (
    FOUND,
    guideline_option,
    json_option,
    load_guideline,
    output_option,
    show,
    tell,
    tell_walk,
    write,
)
from ros1tree.errors import TooLargeError

if TYPE_CHECKING:
    from ros1tree.cases import Case
    from ros1tree.model import Guideline
    from ros1tree.proof import Outcome, Relevant
    from ros1tree.walk import Walk


@click.command()
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
@json_option
@guideline_option
def walk(
    facts: str | None, given: tuple[str, ...], drawing: Path | None, source: str, *, as_json: bool
) -> None:
    """Walk one patient.

    Tells what is recommended and why, what to avoid, what is possible and what is missing.
    """
    from ros1tree.facts import read_facts
    from ros1tree.walk import walk as walked

    guideline = load_guideline(source, facts)
    result = walked(guideline, read_facts(guideline, facts, given))
    if drawing is not None:
        _draw(guideline, result, drawing)
    relevant, settled = _proved(guideline, result)
    if as_json:
        tell_walk(result, relevant)
    else:
        from ros1tree.report import walk_report

        show(walk_report(guideline, result, relevant, settled))
    sys.exit(FOUND if result.status == "fault" else 0)


@click.command()
@click.argument("cases", required=False, metavar="[CASES.yaml]")
@click.option(
    "--generate", "generates", is_flag=True,
    help="Write cases that cross every edge and offer, for a clinician to sign.",
)  # fmt: skip
@click.option(
    "--mutate", "mutates", is_flag=True,
    help="Break the guideline in many small ways, and tell what the cases do not notice.",
)  # fmt: skip
@output_option
@json_option
@guideline_option
def cases(  # noqa: PLR0913 - an option each
    cases: str | None, source: str, output: Path | None,
    *, generates: bool, mutates: bool, as_json: bool,
) -> None:  # fmt: skip
    """Run patient vignettes.

    Tells what failed, and names the edges and offers that no vignette crosses. Without a file,
    those that stand beside the guideline are run: NAME.cases.yaml beside NAME.yaml.
    """
    from ros1tree.cases import beside, generate, load_cases, run

    if (generates and (mutates or as_json)) or (output is not None and not generates):
        raise click.UsageError("--generate stands alone but for -o, and -o is for --generate")
    guideline = load_guideline(source, cases)
    if generates:
        tell(generate(guideline), output)
        return
    if source == "-" and cases is None:
        raise click.UsageError("name the file of cases; there is none beside standard input")
    known = load_cases(guideline, cases or beside(source))
    if mutates:
        _mutate(guideline, known, as_json=as_json)
    done = run(guideline, known)
    if as_json:
        tell(done.to_json(indent=2) + "\n")
    else:
        from ros1tree.report import cases_report

        show(cases_report(guideline, done))
    sys.exit(FOUND if done.failed else 0)


def _proved(guideline: Guideline, result: Walk) -> tuple[tuple[Relevant, ...], tuple[Outcome, ...]]:
    """Return which missing facts still matter, and what is certain whatever they are."""
    from ros1tree.proof import Relevant, relevant, settled

    missing = [row.fact for row in result.missing]
    if not missing:
        return (), ()
    known = {**result.facts, **result.assumed}
    try:
        return relevant(guideline, known, missing), settled(guideline, known)
    except TooLargeError as error:
        click.echo(f"every missing fact is asked: {error}", err=True)
        return tuple(Relevant(fact, ()) for fact in missing), ()


def _mutate(guideline: Guideline, known: tuple[Case, ...], *, as_json: bool) -> NoReturn:
    from ros1tree.cases import mutate

    found = mutate(guideline, known)
    if as_json:
        tell(found.to_json(indent=2) + "\n")
    else:
        from ros1tree.report import mutation_report

        show(mutation_report(guideline, found))
    sys.exit(FOUND if found.survivors else 0)


def _draw(guideline: Guideline, result: Any, output: Path) -> None:
    from ros1tree.draw import drawings

    (drawing,) = drawings(guideline, output.name, result).values()
    write(output, drawing.data())
