"""Rules on what patients get: contradictions, repetitions, silence, and patients that cannot be."""

from collections.abc import Iterator

from ros1tree.condition import words
from ros1tree.model import ChoiceFact, Condition, Includes, Is, Offer, Repeat, SetFact
from ros1tree.proof import Patients, Reach
from ros1tree.review.finding import Draft, intervention_words, node_words

_Made = tuple[str, int, Offer, Patients]


def offers(found: Reach) -> Iterator[Draft]:
    """Yield what is offered and barred at once, or offered again."""
    made: dict[str, list[_Made]] = {}
    for name, node in found.guideline.nodes.items():
        for place, offer in enumerate(node.offers):
            who = found.offer(name, place)
            if who.satisfiable():
                made.setdefault(offer.intervention, []).append((name, place, offer, who))
    for intervention, all_made in made.items():
        barred = [entry for entry in all_made if entry[2].tier == "avoid"]
        given = [entry for entry in all_made if entry[2].tier != "avoid"]
        yield from _contradictions(found, intervention, given, barred)
        for repeat in found.guideline.repeats:
            for entry in given:
                yield from _repeated(found, repeat, entry)


def _contradictions(
    found: Reach, intervention: str, given: list[_Made], barred: list[_Made]
) -> Iterator[Draft]:
    for name, _, offer, who in given:
        for other, place, bar, whom in barred:
            if (who & whom).satisfiable():
                yield Draft(
                    "contradiction", ("nodes", other, "offers", place),
                    f"{intervention_words(found.guideline, intervention)} is offered"
                    f" ({offer.tier}) at {node_words(found.guideline, name)}"
                    f" and to be avoided at {node_words(found.guideline, other)}",
                    "narrow the offer or the bar", other, "", who & whom,
                    ((name, (offer.when,)), (other, (bar.when,))),
                )  # fmt: skip


def _repeated(found: Reach, repeat: Repeat, entry: _Made) -> Iterator[Draft]:
    name, place, offer, who = entry
    fact = found.guideline.facts[repeat.fact]
    if not isinstance(fact, ChoiceFact | SetFact) or offer.intervention not in fact.values:
        return
    before = _before(repeat, fact, offer)
    had = found.reader.patients(before)
    if (who & had).satisfiable():
        yield Draft(
            "repeated-offer", ("nodes", name, "offers", place),
            f"{intervention_words(found.guideline, offer.intervention)} is offered ({offer.tier})"
            f" at {node_words(found.guideline, name)} although {repeat.says}",
            f"guard it with '{repeat.fact}', or say that it may be given again",
            name, "", who & had, ((name, (offer.when, before)),),
        )  # fmt: skip


def _before(repeat: Repeat, fact: ChoiceFact | SetFact, offer: Offer) -> Condition:
    if isinstance(fact, SetFact):
        return Includes(repeat.fact, (offer.intervention,))
    return Is(repeat.fact, (offer.intervention,))


def impossible(found: Reach) -> Iterator[Draft]:
    """Yield combinations that exclude nobody, or, together, everybody."""
    facts = found.guideline.facts
    domain = found.space.domain(found.guideline)
    alone, before = False, found.space.nobody
    for place, rule in enumerate(found.guideline.impossible):
        barred = domain & found.reader.patients(rule.when)
        told = words(rule.when, facts)
        at = ("impossible", place)
        if not (barred & ~before).satisfiable():
            more = " more" if barred.satisfiable() else ""
            yield Draft(
                "vacuous-impossible", at, f"this combination excludes nobody{more}: {told}",
                "correct it, or remove it",
            )  # fmt: skip
        elif barred == domain:
            alone = True
            yield Draft(
                "impossible-everything", at, f"this combination excludes everybody: {told}",
                "correct it, or remove it",
            )  # fmt: skip
        before |= barred
    if not found.possible.satisfiable() and not alone:
        yield Draft(
            "impossible-everything", ("impossible",), "no possible patient is left",
            "correct the combinations; together they exclude everybody",
        )  # fmt: skip


def silence(found: Reach) -> Iterator[Draft]:
    """Yield the silent nodes that somebody reaches."""
    for name, who in found.silent():
        if who.satisfiable():
            title = found.guideline.nodes[name].title
            yield Draft(
                "silent-share", ("nodes", name), f"the guideline is silent at '{title}'",
                "none is needed, where the source is silent too", name, "", who, ((name, ()),),
            )  # fmt: skip
