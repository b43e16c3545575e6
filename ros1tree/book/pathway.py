"""The chapters of the pathway: a section each, node by node."""

from collections.abc import Iterable, Iterator

from ros1tree.book.links import OTHER, Links, cited, nodes, sections
from ros1tree.book.rests import rests
from ros1tree.book.writing import capital, heading, listed, quoted, safe, table
from ros1tree.condition import fact_words, facts_of, words
from ros1tree.graph import ways_in
from ros1tree.model import (
    ALWAYS,
    TIERS,
    Condition,
    Edge,
    Guideline,
    Node,
    Note,
    Offer,
    number_words,
)

KINDS = {
    "decision": "Question",
    "treatment": "Treatment",
    "workup": "Workup",
    "silent": "Silence",
}
SILENCE = (
    "**The guideline does not speak here.** It says nothing about these patients; that is advice"
    " neither for nor against anything."
)
EVERYBODY = "everybody"


def section(links: Links, name: str, diagram: str) -> Iterator[str]:
    """Yield the blocks of a section's chapter."""
    guideline = links.guideline
    inside = sections(guideline)[name]
    title = guideline.sections.get(name, OTHER)
    yield f"[![{safe(f'Diagram: {title}')}]({diagram})]({diagram})"
    before, read = ways_in(guideline), nodes(guideline)
    for node in inside:
        yield from _node(links, node, sorted(before[node], key=read.index))
    used = (cite for node in inside for cite in cited(guideline.nodes[node]))
    yield from rests(links, used, "What this chapter rests on")


def _node(links: Links, name: str, before: list[str]) -> Iterator[str]:
    node = links.guideline.nodes[name]
    yield heading(2, node.title, f"node-{name}")
    yield " · ".join(_about(links, name, before))
    if node.kind == "silent":
        yield quoted(SILENCE)
    if node.kind == "decision":
        yield _answers(links, node)
    yield from _offers(links, node)
    if node.notes:
        yield "**To be known**"
        yield listed(_note(links, note) for note in node.notes)
    yield from _evidence(links, node)
    if node.kind != "decision" and node.next:
        yield _onward(links, node)


def _about(links: Links, name: str, before: list[str]) -> Iterator[str]:
    """Yield what a node is, where one comes from, and what it rests on."""
    node, guideline = links.guideline.nodes[name], links.guideline
    yield f"*{KINDS[node.kind]}*"
    if node.kind == "decision":
        asked = dict.fromkeys(fact for edge in node.next for fact in facts_of(edge.when))
        facts = [links.fact(fact, fact_words(fact, guideline.facts[fact])) for fact in asked]
        yield from [f"asks {', '.join(facts)}"] if facts else []
        one, each = "one answer is meant to hold", "every answer that holds is followed"
        yield one if node.hit == "unique" else each
    if name == guideline.start:
        yield "everybody begins here"
    if before:
        yield f"comes after {'; '.join(map(links.node, before))}"
    if node.cites:
        yield f"rests on {links.cites(node.cites)}"


def _for_whom(guideline: Guideline, when: Condition) -> str:
    return EVERYBODY if when == ALWAYS else safe(words(when, guideline.facts))


def _answers(links: Links, node: Node) -> str:
    rows = [_way(links, edge) for edge in node.next]
    return table(("Answer", "For whom", "Leads to"), rows)


def _way(links: Links, edge: Edge) -> tuple[str, str, str]:
    whom = _for_whom(links.guideline, edge.when)
    return safe(edge.label or ""), whom, links.node(edge.to)


def _onward(links: Links, node: Node) -> str:
    if all(edge.when == ALWAYS and not edge.label for edge in node.next):
        return f"**Goes on to** {'; '.join(links.node(edge.to) for edge in node.next)}"
    rows = [(links.node(edge.to), *_way(links, edge)[:2]) for edge in node.next]
    return table(("Goes on to", "Way", "For whom"), rows)


def _offers(links: Links, node: Node) -> Iterator[str]:
    """Yield what a node offers, the best tier first, and apart from it what is to be avoided."""
    ranked = sorted(node.offers, key=lambda offer: TIERS.index(offer.tier))
    rows = [
        (
            capital(offer.tier),
            f"**{links.intervention(offer.intervention)}**",
            _for_whom(links.guideline, offer.when),
            _reason(offer),
            links.cites(offer.cites),
        )
        for offer in ranked
        if offer.tier != "avoid"
    ]
    if rows:
        yield table(("Tier", "Offered", "For whom", "Wording and reason", "Rests on"), rows)
    barred = [offer for offer in ranked if offer.tier == "avoid"]
    if barred:
        yield quoted("**To be avoided**", listed(_barred(links, offer) for offer in barred))


def _reason(offer: Offer) -> str:
    return "; ".join(safe(text) for text in (offer.wording, offer.because) if text)


def _barred(links: Links, offer: Offer) -> str:
    whom = _for_whom(links.guideline, offer.when)
    named = f"**{links.intervention(offer.intervention)}**"
    told = f"{named}, {'for' if offer.when == ALWAYS else 'if'} {whom}"
    reason = _reason(offer)
    return f"{told}{f': {reason}' if reason else ''}{_ground(links, offer.cites)}"


def _ground(links: Links, cites: Iterable[str]) -> str:
    found = links.cites(cites)
    return f" ({found})" if found else ""


def _note(links: Links, note: Note) -> str:
    condition = "" if note.when == ALWAYS else f"If {_for_whom(links.guideline, note.when)}: "
    return f"{condition}{safe(note.says)}{_ground(links, note.cites)}"


def _evidence(links: Links, node: Node) -> Iterator[str]:
    rows = []
    for figure in node.evidence:
        ends = figure.value if isinstance(figure.value, tuple) else (figure.value,)
        number = "\N{EN DASH}".join(map(number_words, ends))
        rows.append(
            (
                links.intervention(figure.intervention),
                safe(figure.measure.replace("_", " ")),
                safe(f"{number} {figure.unit or ''}"),
                safe(figure.population or ""),
                links.cites(figure.cites),
            )
        )
    if rows:
        yield table(("Evidence for", "Measure", "Figure", "In whom", "Rests on"), rows)
