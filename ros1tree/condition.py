"""Readings of a condition: truth for one patient, the facts it asks, words for a reader."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from ros1tree.model import (
    AllOf,
    AnyFact,
    AnyOf,
    BooleanFact,
    ChoiceFact,
    Condition,
    Empty,
    Includes,
    IncludesAny,
    Is,
    Lacks,
    Not,
    Scalar,
    SetFact,
    Test,
    Value,
    Within,
    number_words,
)

Truth = bool | None
"""Kleene's three values; None is unknown."""


def both(truths: Iterable[Truth]) -> Truth:
    """Return strong Kleene "and": false if any is false, else unknown if any is unknown."""
    unknown = False
    for truth in truths:
        if truth is False:
            return False
        unknown = unknown or truth is None
    return None if unknown else True


def either(truths: Iterable[Truth]) -> Truth:
    """Return strong Kleene "or": true if any is true, else unknown if any is unknown."""
    unknown = False
    for truth in truths:
        if truth:
            return True
        unknown = unknown or truth is None
    return None if unknown else False


def truth(condition: Condition, facts: Mapping[str, Value]) -> Truth:
    """Tell whether a condition holds for a patient; a fact that is not in `facts` is unknown."""
    match condition:
        case AllOf(parts):
            return both(truth(part, facts) for part in parts)
        case AnyOf(parts):
            return either(truth(part, facts) for part in parts)
        case Not(part):
            held = truth(part, facts)
            return None if held is None else not held
        case _:
            value = facts.get(condition.fact)
            return None if value is None else _holds(condition, value)


def _holds(test: Test, value: Value) -> bool:
    match test:
        case Is(_, values):
            return value in values
        case Within():
            return isinstance(value, int | float) and _within(test, value)
    members = set(value) if isinstance(value, Collection) else {value}
    match test:
        case Empty(_, empty):
            return (not members) == empty
        case Includes(_, wanted):
            return members.issuperset(wanted)
        case IncludesAny(_, wanted):
            return not members.isdisjoint(wanted)
        case Lacks(_, barred):
            return members.isdisjoint(barred)


def _within(test: Within, value: float) -> bool:
    return (
        (test.min is None or value >= test.min)
        and (test.max is None or value <= test.max)
        and (test.above is None or value > test.above)
        and (test.below is None or value < test.below)
    )


def tests(condition: Condition) -> Iterator[Test]:
    """Yield the tests on single facts of which a condition is made, in its order."""
    match condition:
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from tests(part)
        case Not(part):
            yield from tests(part)
        case _:
            yield condition


def support(condition: Condition, facts: Mapping[str, Value]) -> Iterator[Test]:
    """Yield the tests that make a condition true or false for a patient, and no others.

    Of an "or" that holds these are the parts that hold; under a "not" a test supports by failing.
    What is unknown supports nothing.
    """
    held = truth(condition, facts)
    match condition:
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                if truth(part, facts) is held:
                    yield from support(part, facts)
        case Not(part):
            yield from support(part, facts)
        case _ if held is not None:
            yield condition


def facts_of(condition: Condition) -> tuple[str, ...]:
    """Return the facts that a condition asks, each once, in its order."""
    return tuple(dict.fromkeys(test.fact for test in tests(condition)))


def words(condition: Condition, facts: Mapping[str, AnyFact]) -> str:
    """Return a condition as a reader says it: `fever present and aspirin not among drugs`.

    `facts` is the guideline's vocabulary. A condition that always holds reads `always`.
    """
    return _words(condition, facts, inside=False)


def _words(condition: Condition, facts: Mapping[str, AnyFact], *, inside: bool) -> str:
    match condition:
        case AllOf(parts):
            return _chain(" and ", parts, facts, inside=inside) or "always"
        case AnyOf(parts):
            return _chain(" or ", parts, facts, inside=inside)
        case Not(part):
            if isinstance(part, AllOf | AnyOf | Not):
                return f"not ({words(part, facts)})"
            return say(part, facts, negated=True)
        case _:
            return say(condition, facts)


def _chain(
    link: str, parts: tuple[Condition, ...], facts: Mapping[str, AnyFact], *, inside: bool
) -> str:
    if len(parts) == 1:
        return _words(parts[0], facts, inside=inside)
    text = link.join(_words(part, facts, inside=True) for part in parts)
    return f"({text})" if inside and text else text


def say(test: Test, facts: Mapping[str, AnyFact], *, negated: bool = False) -> str:
    """Return one test in words; `negated` gives the words of its opposite."""
    fact = facts[test.fact]
    name = fact_words(test.fact, fact)
    match test:
        case Is(_, values) if isinstance(fact, BooleanFact):
            return _boolean_words(name, fact, bool(values[0]) is not negated)
        case Is(_, values):
            return f"{name} {'not ' if negated else ''}{_listed(values, fact, 'or')}"
        case Within():
            return f"{name} {'not ' if negated else ''}{_range_words(test, fact)}"
        case Empty(_, empty):
            return f"{'no' if empty is not negated else 'some'} {name}"
    return _member_words(test, name, fact, negated=negated)


def fact_words(name: str, fact: AnyFact) -> str:
    """Return what a fact is called inside a sentence."""
    return fact.title or name.replace("_", " ")


def value_words(fact: AnyFact, value: Value) -> str:
    """Return a value of a fact as a reader says it; an empty set reads `none`."""
    if isinstance(value, tuple):
        return ", ".join(_label(member, fact) for member in value) or "none"
    return _label(value, fact)


def known_words(name: str, fact: AnyFact, value: Value) -> str:
    """Return what is known as a reader says it: `no brain metastases`, `histology squamous`."""
    if isinstance(fact, BooleanFact):
        return _boolean_words(fact_words(name, fact), fact, value is True)
    link = ": " if isinstance(fact, SetFact) else " "
    return f"{fact_words(name, fact)}{link}{value_words(fact, value)}"


def _boolean_words(name: str, fact: BooleanFact, value: bool) -> str:  # noqa: FBT001
    return fact.words.get(str(value).lower(), f"{name}: {'yes' if value else 'no'}")


def _range_words(test: Within, fact: AnyFact) -> str:
    unit = getattr(fact, "unit", None)
    ends = (
        ("at least", test.min),
        ("above", test.above),
        ("at most", test.max),
        ("below", test.below),
    )
    if test.min is not None and test.max is not None:
        text = (
            f"from {number_words(test.min)} to {number_words(test.max)}"
            if test.min < test.max
            else number_words(test.min)
        )
    else:
        text = " and ".join(f"{word} {number_words(end)}" for word, end in ends if end is not None)
    return f"{text} {unit}" if unit else text


def _member_words(
    test: Includes | IncludesAny | Lacks, name: str, fact: AnyFact, *, negated: bool
) -> str:
    link = "and" if isinstance(test, Includes) else "or"
    members = _listed(test.members, fact, link)
    absent = isinstance(test, Lacks) is not negated
    if not absent:
        return f"{members} among {name}"
    if len(test.members) == 1:
        return f"{members} not among {name}"
    every = "not both" if len(test.members) == 2 else "not all of"
    return f"{every if link == 'and' else 'none of'} {members} among {name}"


def _label(value: Scalar, fact: AnyFact) -> str:
    if isinstance(fact, ChoiceFact | SetFact):
        return fact.values.get(str(value), str(value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    unit = getattr(fact, "unit", None)
    number = str(value)
    return f"{number} {unit}" if unit else number


def _listed(values: Iterable[Scalar], fact: AnyFact, link: str) -> str:
    *most, last = (_label(value, fact) for value in values)
    return f"{', '.join(most)} {link} {last}" if most else last
