"""One patient through the guideline: what is certain, what is possible, what is missing."""

from ros1tree.walk.engine import offers, same_guideline, walk, walked_guideline
from ros1tree.walk.reading import Made
from ros1tree.walk.result import (
    FAULT_WORDS,
    STATUS_WORDS,
    Avoid,
    Because,
    Caution,
    EdgeStep,
    Fault,
    Missing,
    Noted,
    Origin,
    Possible,
    Recommendation,
    Silence,
    Step,
    Walk,
)

__all__ = [
    "FAULT_WORDS",
    "STATUS_WORDS",
    "Avoid",
    "Because",
    "Caution",
    "EdgeStep",
    "Fault",
    "Made",
    "Missing",
    "Noted",
    "Origin",
    "Possible",
    "Recommendation",
    "Silence",
    "Step",
    "Walk",
    "offers",
    "same_guideline",
    "walk",
    "walked_guideline",
]
