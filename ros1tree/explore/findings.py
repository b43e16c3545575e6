"""What a review found and counted, as the page shows it."""

from collections.abc import Iterator
from typing import Any

from ros1tree.cases import Run
from ros1tree.errors import TooLargeError
from ros1tree.model import Guideline
from ros1tree.proof import outcome_title
from ros1tree.prose import per_cent
from ros1tree.review import Finding, Part, Summary, Uncrossed, review, summary

Data = dict[str, Any]


def findings(guideline: Guideline, cases: Run | None) -> Data:
    """Return the findings and the numbers of a guideline, or why there are none.

    Where there are `cases`, what none of them crosses is found too.
    """
    uncrossed = None
    if cases is not None:
        uncrossed = Uncrossed(cases.uncrossed_edges, cases.uncrossed_places)
    try:
        found, numbers = review(guideline, uncrossed=uncrossed), summary(guideline)
    except TooLargeError as error:
        return {"problem": str(error)}
    return {
        "patients": f"{found.patients:,}",
        "findings": [_finding(row) for row in (*found.findings, *found.waived)],
        "numbers": [*_numbers(guideline, numbers)],
        "longest": numbers.longest_path,
        "questions": _questions(numbers),
    }


def _finding(row: Finding) -> Data:
    data: Data = {
        "rule": row.rule,
        "severity": row.severity,
        "node": row.node,
        "message": row.message,
    }
    if row.waived or row.severity != "info":
        data |= {"waived": row.waived} if row.waived else {"remedy": row.remedy}
    if row.patients is not None and row.share is not None:
        data |= {"patients": f"{row.patients:,}", "share": per_cent(row.share)}
    if row.witness is not None:
        data["witness"] = dict(row.witness)
    return data


def _numbers(guideline: Guideline, numbers: Summary) -> Iterator[tuple[str, str, str]]:
    yield _row("recommended something", numbers.recommended)
    yield _row("meet silence", numbers.silent)
    yield _row("the guideline fails", numbers.unanswered)
    for outcome, part in numbers.outcomes:
        what, _, tier = outcome
        yield _row(f"{outcome_title(guideline, outcome)}: {tier or what}", part)


def _row(what: str, part: Part) -> tuple[str, str, str]:
    return what, f"{part.patients:,}", per_cent(part.share)


def _questions(numbers: Summary) -> str:
    if numbers.most_questions is None:
        return f"{numbers.facts} facts"
    return f"{numbers.fewest_questions} to {numbers.most_questions} facts are asked of one patient"
