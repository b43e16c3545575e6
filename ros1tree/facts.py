"""The facts of one patient, checked against what the guideline knows."""

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from ros1tree.compose import MAX_PROBLEMS, resolve
from ros1tree.condition import facts_of, truth, words
from ros1tree.document import Document, read_file
from ros1tree.errors import FactsError, Near, Problem, listed, shown
from ros1tree.model import (
    AnyFact,
    ChoiceFact,
    Guideline,
    Impossible,
    Misfit,
    SetFact,
    Value,
    kept,
    kind_of,
)

MAX_KEPT = 4096
"""What so many combinations of facts mean for the impossible ones is remembered."""


class Facts(Mapping[str, Value]):
    """What is known of a patient; whatever is not in it is unknown. It does not change."""

    __slots__ = ("_digest", "_values")

    def __init__(self, values: Mapping[str, Value], digest: str) -> None:
        """Keep values that were checked against the guideline with this `digest`."""
        self._values = dict(sorted(values.items()))
        self._digest = digest

    @property
    def digest(self) -> str:
        """The digest of the guideline against which they were checked."""
        return self._digest

    def to_json(self) -> str:
        """Return the facts as JSON; `facts(guideline, json.loads(text))` reads them back."""
        return json.dumps(self._values, ensure_ascii=False)

    def __getitem__(self, name: str) -> Value:
        """Return a known value."""
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        """Go through the names of the known facts, sorted."""
        return iter(self._values)

    def __len__(self) -> int:
        """Return how many facts are known."""
        return len(self._values)

    def __hash__(self) -> int:
        """Hash by content."""
        return hash(tuple(self._values.items()))

    def __repr__(self) -> str:
        """Show the values."""
        return f"Facts({self._values!r})"

    def __reduce__(self) -> tuple[type, tuple[dict[str, Value], str]]:
        """Pickle by content."""
        return type(self), (self._values, self._digest)


def facts(guideline: Guideline, values: Mapping[str, Any]) -> Facts:
    """Check the facts of a patient against a guideline.

    A value of None is unknown. Raises FactsError with everything that is wrong: unknown names,
    wrong types, values outside the domain, combinations that no patient has.
    """
    if isinstance(values, Facts) and values.digest == guideline.digest:
        return values
    if not isinstance(values, Mapping):
        text = f"must be a mapping of facts, not {kind_of(values)}"
        raise FactsError([Document("facts", values).problem((), text, "write fact: value")])
    good, wrong = inspect(guideline, values)
    if wrong:
        document = Document("facts", values)
        raise FactsError([document.problem(m.at, m.message, m.remedy) for m in wrong])
    return good


def read_facts(guideline: Guideline, source: str | Path | None, given: Sequence[str] = ()) -> Facts:
    """Read facts from a YAML or JSON file or standard input (`-`), and `name=value` texts.

    What is `given` as `name=value` wins over the file. Raises FactsError with every problem.
    """
    document = _document(source)
    problems = list(document.problems)
    values = document.value if document.value is not None else {}
    if not isinstance(values, Mapping):
        text = f"must be a mapping of facts, not {kind_of(values)}"
        problems.append(document.problem((), text, "write fact: value"))
        values = {}
    pairs = dict(_given(guideline, given, problems))
    good, wrong = inspect(guideline, {**values, **pairs})
    option = Document("--fact", None)
    for misfit in wrong:
        where = option if misfit.at and misfit.at[0] in pairs else document
        problems.append(where.problem(misfit.at, misfit.message, misfit.remedy))
    if problems:
        raise FactsError(problems)
    return good


def _document(source: str | Path | None) -> Document:
    if source is None:
        return Document("--fact", None)
    return read_file(source)


def _given(
    guideline: Guideline, given: Sequence[str], problems: list[Problem]
) -> Iterator[tuple[str, Any]]:
    seen: set[str] = set()
    for text in given:
        name, sign, value = text.partition("=")
        name = name.strip()
        if not sign:
            problems.append(Problem("--fact", shown(text), "has no '='", "write name=value"))
            continue
        if name in seen:
            problems.append(Problem("--fact", shown(name), "is given twice", "give it once"))
        seen.add(name)
        yield name, _parsed(guideline.facts.get(name), value.strip())


def _parsed(fact: AnyFact | None, text: str) -> Any:
    match fact:
        case SetFact():
            return [member.strip() for member in text.split(",")] if text else []
        case ChoiceFact():
            return text
        case _:
            return resolve(text) if text else text


def inspect(guideline: Guideline, values: Mapping[str, Any]) -> tuple[Facts, list[Misfit]]:
    """Return the facts that are good, and what is wrong with the others or between them."""
    good: dict[str, Value] = {}
    wrong = list(islice(_sorted_out(guideline, values, good), MAX_PROBLEMS))
    return Facts(good, guideline.digest), [*wrong, *_contradictions(guideline, good)]


def _sorted_out(
    guideline: Guideline, values: Mapping[str, Any], good: dict[str, Value]
) -> Iterator[Misfit]:
    """Put the good values into `good`, and yield what is wrong with the others."""
    for name, value in values.items():
        if (fact := guideline.facts.get(name)) is None:
            known = listed(guideline.facts, 40) or "none"
            remedy = Near(str(name), guideline.facts, f"known: {known}")
            yield Misfit((name,), "no such fact", remedy)
        elif value is not None and fact.accepts(value):
            good[name] = fact.value(value)
        elif value is not None:
            yield from _wrong(name, fact, value)


def _wrong(name: str, fact: AnyFact, value: Any) -> Iterator[Misfit]:
    """Yield what is wrong with a value; of a list each member that is."""
    if isinstance(fact, SetFact) and isinstance(value, list | tuple | set | frozenset):
        for index, member in enumerate(value):
            if not fact.accepts([member]):
                yield _outside((name, index), fact, member)
        return
    yield _outside((name,), fact, value)


def _outside(at: tuple[str | int, ...], fact: AnyFact, value: Any) -> Misfit:
    return Misfit(at, f"{kind_of(value)} is not allowed", fact.remedy(value))


def with_defaults(guideline: Guideline, known: Mapping[str, Value]) -> dict[str, Value]:
    """Return the known facts together with the defaults of those that are not."""
    values = known._values if isinstance(known, Facts) else known  # noqa: SLF001 - a dict is quick
    return {**_defaults(guideline), **values}


@kept
def _defaults(guideline: Guideline) -> dict[str, Value]:
    return {
        name: fact.value(fact.default)
        for name, fact in sorted(guideline.facts.items())
        if fact.default is not None
    }


def _contradictions(guideline: Guideline, known: Mapping[str, Value]) -> Iterator[Misfit]:
    """Yield each impossible combination that the facts match, at the first of its facts."""
    for rule in _barring(guideline).matched(with_defaults(guideline, known)):
        at = tuple(name for name in facts_of(rule.when) if name in known)[:1]
        text = f"no patient has this: {words(rule.when, guideline.facts)}"
        yield Misfit(at, text, rule.because or "correct one of these facts")


class _Barring:
    """The rules of who is impossible, and what they said of the facts that they ask."""

    def __init__(self, guideline: Guideline) -> None:
        self._rules = guideline.impossible
        self._asked = tuple({fact for rule in self._rules for fact in facts_of(rule.when)})
        self._found: dict[tuple[Value | None, ...], tuple[Impossible, ...]] = {}

    def matched(self, values: Mapping[str, Value]) -> tuple[Impossible, ...]:
        """Return the rules that certainly match a patient."""
        key = tuple([values.get(name) for name in self._asked])
        found = self._found.get(key)
        if found is None:
            if len(self._found) >= MAX_KEPT:
                self._found = {}
            found = tuple(rule for rule in self._rules if truth(rule.when, values))
            self._found[key] = found
        return found


@kept
def _barring(guideline: Guideline) -> _Barring:
    return _Barring(guideline)
