"""Runs of cases as reports to read in a terminal."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from ros1tree.cases import Mutation, Run
from ros1tree.model import Guideline
from ros1tree.report.lines import Line, Section, item, report, section


def cases_report(guideline: Guideline, run: Run) -> RenderableType:
    """Return the report of a run of cases: what failed, and what no case crosses."""
    return report(_case_sections(guideline, run))


def _case_sections(guideline: Guideline, run: Run) -> Iterator[Section]:
    for outcome in run.failed:
        case = outcome.case
        lines = [
            item(f"{f.expectation}: expected {f.expected}, got {f.got}") for f in outcome.failures
        ]
        why = [Line("  ", Text(case.why))] if case.why else []
        yield section(f"FAILED {case.id}", "bold red", [*why, *lines])
    edges = [item(f"{source} -> {to}") for source, to in run.uncrossed_edges]
    if edges:
        yield section("EDGES THAT NO CASE CROSSES", "bold yellow", edges)
    offers = [
        item(f"{node}: {guideline.interventions[name].title} (offer {index})")
        for node, name, index in run.uncrossed_offers
    ]
    if offers:
        yield section("OFFERS THAT NO CASE CROSSES", "bold yellow", offers)
    yield section(_count(guideline, run), "bold", [])


def _count(guideline: Guideline, run: Run) -> str:
    failed = len(run.failed)
    edges = sum(len(node.next) for node in guideline.nodes.values())
    offers = sum(len(node.offers) for node in guideline.nodes.values())
    return (
        f"{len(run.outcomes) - failed} passed, {failed} failed; "
        f"{edges - len(run.uncrossed_edges)} of {edges} edges and "
        f"{offers - len(run.uncrossed_offers)} of {offers} offers crossed"
    )


def mutation_report(guideline: Guideline, found: Mutation) -> RenderableType:
    """Return the report of a guideline that was broken on purpose: what no case noticed."""
    return report(_mutation_sections(guideline, found))


def _mutation_sections(guideline: Guideline, found: Mutation) -> Iterator[Section]:
    lines = [
        item(
            f"{guideline.nodes[row.node].title} ({row.node}): {row.what}; {row.patients:,} patients"
        )
        for row in found.survivors
    ]
    if lines:
        yield section("BROKEN ON PURPOSE, AND NO CASE FAILED", "bold yellow", lines)
    told = (
        f"{found.caught} of {found.caught + len(found.survivors)} mutants caught"
        f" ({100 * found.share:.3g} %); {found.equivalent} others change nothing, by proof"
    )
    yield section(told, "bold", [])
