"""Rules on what is declared: used or not, cited or not, doubted, crossed by a case."""

from collections.abc import Iterator
from dataclasses import dataclass

from ros1tree.condition import tests
from ros1tree.model import (
    ChoiceFact,
    Guideline,
    Includes,
    IncludesAny,
    Is,
    Lacks,
    SetFact,
    Test,
)
from ros1tree.proof import Reach, conditions
from ros1tree.review.finding import Draft, intervention_words, node_words


@dataclass(frozen=True, slots=True)
class Uncrossed:
    """What no case crosses: edges as source and target, offers as node and place."""

    edges: tuple[tuple[str, str], ...]
    offers: tuple[tuple[str, int], ...]


def declared(guideline: Guideline) -> Iterator[Draft]:
    """Yield facts, values, interventions, references and sections that nothing uses."""
    yield from _unasked(guideline)
    made = {offer.intervention for node in guideline.nodes.values() for offer in node.offers}
    cited = set(_cited(guideline))
    cited |= {name for said in guideline.statements.values() for name in said.cites}
    sections = {node.section for node in guideline.nodes.values() if node.section}
    for rule, key, names, known in (
        ("unused-intervention", "interventions", guideline.interventions, made),
        ("unused-reference", "references", guideline.references, cited),
        ("unused-section", "sections", guideline.sections, sections),
    ):
        for name in [name for name in names if name not in known]:
            text = f"nothing uses the {key.removesuffix('s')} '{name}'"
            yield Draft(rule, (key, name), text, "use it, or remove it")


def _unasked(guideline: Guideline) -> Iterator[Draft]:
    used = _used(guideline)
    for name, fact in guideline.facts.items():
        if name not in used:
            yield Draft(
                "unused-fact", ("facts", name), f"no condition asks '{name}'",
                "ask it somewhere, or remove it",
            )  # fmt: skip
        elif isinstance(fact, ChoiceFact | SetFact):
            for value in [value for value in fact.values if value not in used[name]]:
                yield Draft(
                    "unused-value", ("facts", name, "values", value),
                    f"no condition names '{value}' of '{name}'",
                    "none is needed, if it is the rest",
                )  # fmt: skip


def _used(guideline: Guideline) -> dict[str, set[str]]:
    """Return the facts that conditions ask, with the values that they name."""
    nodes = guideline.nodes.values()
    whens = [rule.when for rule in guideline.impossible]
    for node in nodes:
        whens += conditions(node)
    # What a patient had is named by the interventions themselves.
    used: dict[str, set[str]] = {
        repeat.fact: set(guideline.interventions) for repeat in guideline.repeats
    }
    for when in whens:
        for test in tests(when):
            used.setdefault(test.fact, set()).update(_named(test))
    return used


def _named(test: Test) -> Iterator[str]:
    match test:
        case Is(_, values):
            yield from map(str, values)
        case Includes(_, members) | IncludesAny(_, members) | Lacks(_, members):
            yield from members


def _cited(guideline: Guideline) -> Iterator[str]:
    """Yield everything that nodes and remarks cite."""
    for node in guideline.nodes.values():
        yield from node.cites
        yield from (cite for offer in node.offers for cite in offer.cites)
        yield from (cite for note in node.notes for cite in note.cites)
        yield from (cite for figure in node.evidence for cite in figure.cites)
    for remark in guideline.remarks:
        yield from remark.cites


def grounded(guideline: Guideline) -> Iterator[Draft]:
    """Yield offers without a citation, and statements that are forgotten or doubted."""
    for name, node in guideline.nodes.items():
        for place, offer in enumerate(node.offers):
            if not offer.cites:
                yield Draft(
                    "uncited-offer", ("nodes", name, "offers", place),
                    f"the offer of {intervention_words(guideline, offer.intervention)}"
                    f" at {node_words(guideline, name)} cites nothing",
                    "cite the statement on which it rests", name,
                )  # fmt: skip
    carried = set(_cited(guideline))
    for name, said in guideline.statements.items():
        at = ("statements", name)
        if name not in carried and not said.uncarried:
            yield Draft(
                "uncarried-statement", at, f"nothing carries statement '{name}': {said.says}",
                "cite it where it is said, or say under 'uncarried' why it is not",
            )  # fmt: skip
        elif name in carried and said.caution:
            yield Draft(
                "caution", at, f"statement '{name}' is used although doubted. It says: {said.says}"
                f" The check:"
                f" {said.caution}",
                "none is needed where the caution is shown; look whether the source has changed",
            )  # fmt: skip


def crossed(found: Reach, uncrossed: Uncrossed) -> Iterator[Draft]:
    """Yield the edges and offers that no case crosses, though somebody could."""
    guideline = found.guideline
    for name, to in uncrossed.edges:
        place = next(i for i, edge in enumerate(guideline.nodes[name].next) if edge.to == to)
        if found.edges[name, place].satisfiable():
            yield Draft(
                "uncrossed-edge", ("nodes", name, "next", place),
                f"no case goes from {node_words(guideline, name)} to {node_words(guideline, to)}",
                "add a case that does", name, to,
            )  # fmt: skip
    for name, place in uncrossed.offers:
        intervention = guideline.nodes[name].offers[place].intervention
        if found.offer(name, place).satisfiable():
            yield Draft(
                "uncrossed-offer", ("nodes", name, "offers", place),
                f"no case is offered {intervention_words(guideline, intervention)}"
                f" at {node_words(guideline, name)}", "add a case that does", name,
            )  # fmt: skip
