"""The chapters of what is asked and of what can be offered."""

from collections.abc import Iterator, Mapping

from ros1tree.book.links import Links, nodes
from ros1tree.book.writing import capital, heading, listed, safe, table
from ros1tree.condition import fact_words, facts_of, value_words, words
from ros1tree.model import ALWAYS, TIERS, AnyFact, ChoiceFact, Guideline, SetFact, Value
from ros1tree.proof import conditions

_UNKNOWN = "A fact that is not supplied stays unknown, unless it says below what it is taken as."


def facts(links: Links) -> Iterator[str]:
    """Yield the blocks of the chapter of facts."""
    guideline = links.guideline
    asked = _asked(guideline)
    yield _UNKNOWN
    for name, fact in guideline.facts.items():
        yield heading(2, capital(fact_words(name, fact)), f"fact-{name}")
        if fact.question:
            yield f"**{safe(fact.question)}**"
        yield listed(_fact(links, name, fact, asked.get(name, [])))
    yield from _impossible(guideline)


def _fact(links: Links, name: str, fact: AnyFact, asked: list[str]) -> Iterator[str]:
    if fact.plain:
        yield f"In plain words: {safe(fact.plain)}"
    if fact.help:
        yield f"To understand: {safe(fact.help)}"
    yield f"Name in a file: `{name}`; {_allowed(fact)}"
    if fact.default is not None:
        yield f"Where it is not supplied: taken as {safe(value_words(fact, _value(fact)))}"
    if fact.codes:
        yield _codes(fact.codes)
    for repeat in links.guideline.repeats:
        if repeat.fact == name:
            yield f"A value that is an intervention says of it: {safe(repeat.says)}"
    used = ", ".join(map(links.node, asked))
    yield f"Asked at: {used}" if used else "Asked nowhere in the pathway"


def _value(fact: AnyFact) -> Value:
    default: Value = fact.value(fact.default)
    return default


def _allowed(fact: AnyFact) -> str:
    """Return what a fact may be: each value as it is called and, in a file, written."""
    if isinstance(fact, ChoiceFact | SetFact):
        many = "any of" if isinstance(fact, SetFact) else "one of"
        values = (
            f"`{value}`" if label == value else f"`{value}` ({safe(label)})"
            for value, label in fact.values.items()
        )
        return f"{many} {', '.join(values)}"
    unit = getattr(fact, "unit", None)
    return safe(f"{fact.allowed} {unit}" if unit else fact.allowed)


def _codes(codes: Mapping[str, str]) -> str:
    told = (f"{safe(system)} {safe(code)}" for system, code in codes.items())
    return f"Codes: {', '.join(told)}"


def _asked(guideline: Guideline) -> dict[str, list[str]]:
    """Return for every fact the nodes that ask it, in an answer, an offer or a note."""
    found: dict[str, list[str]] = {}
    for name in nodes(guideline):
        node = guideline.nodes[name]
        whens = conditions(node)
        for fact in dict.fromkeys(fact for when in whens for fact in facts_of(when)):
            found.setdefault(fact, []).append(name)
    return found


def _impossible(guideline: Guideline) -> Iterator[str]:
    rows = [
        (safe(words(rule.when, guideline.facts)), safe(rule.because or ""))
        for rule in guideline.impossible
    ]
    if rows:
        yield heading(2, "What no patient has")
        yield "Facts that say so are refused as a mistake."
        yield table(("Combination", "Because"), rows)


def interventions(links: Links) -> Iterator[str]:
    """Yield the blocks of the chapter of interventions."""
    for name, intervention in links.guideline.interventions.items():
        yield heading(2, intervention.title, f"intervention-{name}")
        kind = f"{intervention.kind.capitalize()}; name" if intervention.kind else "Name"
        told = [f"{kind} in the file: `{name}`"]
        if intervention.plain:
            told.append(f"In plain words: {safe(intervention.plain)}")
        if intervention.codes:
            told.append(_codes(intervention.codes))
        yield listed(told)
        rows = _places(links, name)
        if rows:
            yield table(("Tier", "At", "For whom", "Rests on"), rows)
        else:
            yield "Nothing offers or bars it."


def _places(links: Links, intervention: str) -> list[tuple[str, str, str, str]]:
    """Return where an intervention is offered or barred, the best tier first."""
    guideline = links.guideline
    found = [
        (offer, name)
        for name in nodes(guideline)
        for offer in guideline.nodes[name].offers
        if offer.intervention == intervention
    ]
    return [
        (
            "**To be avoided**" if offer.tier == "avoid" else capital(offer.tier),
            links.node(name),
            "everybody" if offer.when == ALWAYS else safe(words(offer.when, guideline.facts)),
            links.cites(offer.cites),
        )
        for offer, name in sorted(found, key=lambda entry: TIERS.index(entry[0].tier))
    ]
