"""An answer as somebody types it, read as the value of a fact."""

from collections.abc import Sequence
from typing import Any, NoReturn

from ros1tree.ask.question import EMPTY, NONE, Choice, Question
from ros1tree.compose import resolve
from ros1tree.errors import FactsError, Near, Problem, listed, shown

YES, NO = ("yes", "y", "true"), ("no", "n", "false")


def read_answer(question: Question, text: str, unit: str | None = None) -> Any:
    """Return the value that a text means; raises FactsError, which says what is allowed.

    A number is a place in the list, where there is a list. Else a text is a value or its label,
    whatever its case, as long as it can only be one.
    """
    text = " ".join(text.split())
    if not question.choices:
        return _number(text, unit)
    if question.kind == "set":
        return [choice.value for choice in _several(question, text)]
    return _one(question, text).value


def _number(text: str, unit: str | None) -> Any:
    """Return a number where the text is one; whether it is allowed is seen with the fact."""
    if unit and text.casefold().endswith(unit.casefold()):
        text = text[: -len(unit)].rstrip()
    number = resolve(text) if text else None
    return text if number is None else number


def _several(question: Question, text: str) -> Sequence[Choice]:
    whole = _named(question, text)
    if text == EMPTY or (text.casefold() == NONE and not whole):
        return ()
    if text.casefold() == NONE:
        remedy = f"write its number, or {EMPTY} for none of them"
        wrong(question, f"'{shown(text)}' is a value here, and may mean none of them", remedy)
    if len(whole) == 1:  # a label may hold a comma
        return whole
    return [_one(question, part.strip()) for part in text.split(",")]


def _one(question: Question, text: str) -> Choice:
    choices = question.choices
    if text.isdecimal():
        place = int(text) if len(text) < 10 else 0
        if 1 <= place <= len(choices):
            return choices[place - 1]
        wrong(question, f"there is no number {shown(text)}", f"allowed: {_allowed(question)}")
    found = _named(question, text)
    if len(found) > 1:
        places = " or ".join(str(choices.index(choice) + 1) for choice in found)
        wrong(question, f"'{shown(text)}' may be several", f"write its number: {places}")
    if not found:
        names = [name for choice in choices for name in _names(choice)]
        remedy = Near(text, names, before=f"allowed: {_allowed(question)}")
        wrong(question, f"'{shown(text)}' is not allowed", str(remedy))
    return found[0]


def _named(question: Question, text: str) -> list[Choice]:
    """Return the choices that a text names: written alike if there are any, else in any case."""
    alike = [choice for choice in question.choices if text in _names(choice)]
    folded = text.casefold()
    return alike or [
        choice
        for choice in question.choices
        if any(folded == name.casefold() for name in _names(choice))
    ]


def _names(choice: Choice) -> tuple[str, ...]:
    if isinstance(choice.value, bool):
        return YES if choice.value else NO
    return choice.value, choice.label


def _allowed(question: Question) -> str:
    count = len(question.choices)
    if question.kind == "boolean":
        return "yes or no"
    places = f"1 to {count}" if count > 1 else "1"
    names = listed([choice.value for choice in question.choices])
    if question.kind == "set":
        none = "" if question.some else f", or {EMPTY} for none of them"
        return f"any of {places} or {names}, with commas{none}"
    return f"{places} or one of {names}"


def wrong(question: Question, message: str, remedy: str) -> NoReturn:
    """Raise FactsError for an answer."""
    raise FactsError([Problem("answer", question.fact, message, remedy)])
