"""What a walk, a run of cases or a population says, as reports to read in a terminal."""

from ros1tree.report.cases import cases_report, mutation_report
from ros1tree.report.population import population_markdown, population_report
from ros1tree.report.walk import walk_report

__all__ = [
    "cases_report",
    "mutation_report",
    "population_markdown",
    "population_report",
    "walk_report",
]
