"""What a walk or a run of cases says, as reports to read in a terminal."""

from ros1tree.report.cases import cases_report, mutation_report
from ros1tree.report.walk import walk_report

__all__ = ["cases_report", "mutation_report", "walk_report"]
