"""One relevant question after another, until the guideline has answered as far as it can."""

from ros1tree.ask.change import Change
from ros1tree.ask.interview import Interview
from ros1tree.ask.question import Choice, Question
from ros1tree.ask.save import SAVES, saved
from ros1tree.ask.told import PURPOSE, asked, ended, gained, helped, opened

__all__ = [
    "PURPOSE",
    "SAVES",
    "Change",
    "Choice",
    "Interview",
    "Question",
    "asked",
    "ended",
    "gained",
    "helped",
    "opened",
    "saved",
]
