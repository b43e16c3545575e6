"""What a reviewer asks of a guideline, answered for every patient."""

from ros1tree.review.engine import Review, review
from ros1tree.review.finding import RULES, Finding, Rule, Severity
from ros1tree.review.formats import FORMATS, explained, summarised, written
from ros1tree.review.rules.ground import Uncrossed
from ros1tree.review.summary import Part, Summary, summary

__all__ = [
    "FORMATS",
    "RULES",
    "Finding",
    "Part",
    "Review",
    "Rule",
    "Severity",
    "Summary",
    "Uncrossed",
    "explained",
    "review",
    "summarised",
    "summary",
    "written",
]
