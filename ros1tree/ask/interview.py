"""An interview: what is known, what was skipped, and the next question. It does not change."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from ros1tree.ask.answer import read_answer
from ros1tree.ask.change import Change, change
from ros1tree.ask.question import NOBODY, Choice, Question, choices, question
from ros1tree.ask.standing import Standing, exists, standing
from ros1tree.errors import FactsError, Problem, TooLargeError
from ros1tree.facts import facts as checked
from ros1tree.facts import inspect
from ros1tree.model import FrozenDict, Guideline, Value
from ros1tree.proof import Outcome, Relevant
from ros1tree.walk import Walk


@dataclass(frozen=True)
class Interview:
    """One relevant question after another about one patient.

    >>> import ros1tree
    >>> interview = ros1tree.Interview(ros1tree.load("ros1-nsclc"))
    >>> interview.question.text
    'What is the result of ROS1 testing?'
    >>> [choice.label for choice in interview.question.choices]
    ['present', 'absent', 'not tested', 'indeterminate']
    >>> interview = interview.answer("not tested").skip()
    >>> interview.question, interview.walk.status
    (None, 'incomplete')

    What cannot change the outcome is never asked. Raises FactsError where the known facts are not
    allowed.
    """

    guideline: Guideline
    known: Mapping[str, Any] = FrozenDict()
    """What was supplied or answered."""
    skipped: tuple[str, ...] = ()
    """The facts that were left unknown; they are not asked again."""
    before: "Interview | None" = field(default=None, repr=False, compare=False)
    """The interview before the last answer."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "known", checked(self.guideline, self.known))

    @cached_property
    def _standing(self) -> Standing:
        return standing(self.guideline, self.known)

    @property
    def walk(self) -> Walk:
        """The walk with all that is known, and what follows from it."""
        return self._standing.walk

    @property
    def facts(self) -> Mapping[str, Value]:
        """What is known, and what follows from it."""
        return self.walk.facts

    @property
    def followed(self) -> Mapping[str, Value]:
        """The facts that nobody told: what is known leaves them one value alone."""
        return self._standing.followed

    def why(self, name: str) -> str:
        """Return why a fact that nobody told can have no other value."""
        rest = {fact: value for fact, value in self.facts.items() if fact != name}
        barred = dict.fromkeys(c.barred for c in choices(self.guideline, rest, name) if c.barred)
        return "; ".join(barred) or "nothing else is possible"

    @property
    def relevant(self) -> tuple[Relevant, ...]:
        """The missing facts that can still change the outcome, skipped ones too."""
        return self._standing.relevant

    @property
    def settled(self) -> tuple[Outcome, ...]:
        """What the patient gets whatever is still missing."""
        return self._standing.settled

    @property
    def unproved(self) -> str:
        """Why every missing fact is asked, relevant or not; empty where none is in vain."""
        return self._standing.unproved

    @cached_property
    def question(self) -> Question | None:
        """The next question; None where nothing is left that could change the outcome."""
        for row in self.relevant:
            if row.fact not in self.skipped:
                return question(self.guideline, self.facts, row.fact, row.decides)
        return None

    @cached_property
    def change(self) -> Change:
        """What the last answer made certain; of a new interview, all that is."""
        return change(self.before.walk if self.before else None, self.walk)

    def answer(self, given: Any) -> "Interview":
        """Return the interview after an answer to the question.

        A text is read as somebody types it, a `Choice` is what it says, None is unknown, and any
        other value is a value of the fact. Raises FactsError, which says what is allowed, or why
        no patient has this.
        """
        asked = self._asked()
        if given is None:
            return self.skip()
        value = given
        if isinstance(given, str):
            unit = getattr(self.guideline.facts[asked.fact], "unit", None)
            value = read_answer(asked, given, unit)
        elif isinstance(given, Choice):
            value = [given.value] if asked.kind == "set" else given.value
        self._check(asked.fact, value)
        return replace(self, known={**self.known, asked.fact: value}, before=self)

    def skip(self) -> "Interview":
        """Return the interview after the question was left open."""
        return replace(self, skipped=(*self.skipped, self._asked().fact), before=self)

    def back(self) -> "Interview":
        """Return the interview before the last answer, which is forgotten; the first is its own."""
        return self.before or self

    def _asked(self) -> Question:
        if self.question is None:
            raise ValueError("there is no question left")
        return self.question

    def _check(self, name: str, value: Any) -> None:
        """Raise FactsError where a value is not allowed, or where no patient has it."""
        good, wrong = inspect(self.guideline, {**self.facts, name: value})
        if wrong:
            raise FactsError([Problem("answer", name, m.message, str(m.remedy)) for m in wrong])
        try:
            here = exists(self.guideline, good) or not exists(self.guideline, self.facts)
        except TooLargeError:
            return
        if not here:
            raise FactsError([Problem("answer", name, NOBODY, "correct one of these facts")])
