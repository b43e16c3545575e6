"""The chapter of the review: the guideline in numbers, what was found, what is accepted."""

from collections.abc import Iterator, Mapping
from itertools import groupby

from ros1tree.book.links import Links, cited, nodes
from ros1tree.book.writing import capital, heading, listed, safe, table
from ros1tree.condition import known_words
from ros1tree.errors import TooLargeError
from ros1tree.model import TIERS
from ros1tree.prose import per_cent
from ros1tree.review import RULES, Finding, Part, Summary, review, summary

TITLES = {"error": "Errors", "warning": "Warnings", "info": "For information"}
_AT_NODES = {"silent": "Silence", "fault": "No answer"}
"""The outcomes that are a node's, and what they are called."""
_HOW = (
    "Every combination of facts that the guideline thinks possible was looked at, not a sample. A"
    " share is one of these combinations, not of the patients of a clinic. What no case crosses is"
    " not part of this: `ros1tree review` looks at the cases as well."
)


def found(links: Links) -> Iterator[str]:
    """Yield the blocks of the chapter of the review."""
    try:
        numbers, seen = summary(links.guideline), review(links.guideline)
    except TooLargeError as error:
        yield f"The guideline cannot be reviewed over every patient: {safe(str(error))}"
        return
    yield _HOW
    yield from _numbers(links, numbers)
    for severity, title in TITLES.items():
        chosen = [finding for finding in seen.findings if finding.severity == severity]
        yield from _group(links, chosen, f"{title}: {len(chosen)}")
    accepted = f"Accepted, with a reason: {len(seen.waived)}"
    yield from _group(links, list(seen.waived), accepted)


def _numbers(links: Links, numbers: Summary) -> Iterator[str]:
    yield heading(2, "In numbers")
    told = [
        f"{numbers.nodes} nodes, {numbers.facts} facts",
        f"{numbers.patients:,} possible combinations of facts",
        f"Longest way: {'; '.join(map(links.node, numbers.longest_path))}",
    ]
    if numbers.most_questions is not None:
        asked = f"{numbers.fewest_questions} to {numbers.most_questions}"
        told.append(f"Questions for one patient: {asked} facts")
    yield listed(told)
    rows = [
        _row("Are recommended something", numbers.recommended),
        _row("Meet silence", numbers.silent),
        _row("Cannot be answered: the guideline fails", numbers.unanswered),
    ]
    yield table(("Of all combinations", "Number", "Share"), rows, numbers=2)
    outcomes = list(_outcomes(links, numbers))
    if outcomes:
        head = ("Best tier", "What", "Combinations", "Share")
        yield table(head, outcomes, numbers=2)


def _row(words: str, part: Part) -> tuple[str, str, str]:
    return words, f"{part.patients:,}", per_cent(part.share)


def _outcomes(links: Links, numbers: Summary) -> Iterator[tuple[str, str, str, str]]:
    """Yield who gets what: tier by tier, then who is barred, meets silence, or gets no answer."""
    ranks = [*TIERS, *_AT_NODES]
    places = [*links.guideline.interventions, *nodes(links.guideline)]
    found = [
        (ranks.index(tier or what), places.index(name), what, name, part)
        for (what, name, tier), part in numbers.outcomes
    ]
    for rank, _, what, name, part in sorted(found, key=lambda row: row[:2]):
        named = links.node(name) if what in _AT_NODES else links.intervention(name)
        tier = capital(ranks[rank])
        yield _AT_NODES.get(what, "To be avoided" if what == "avoid" else tier), *_row(named, part)


def _group(links: Links, findings: list[Finding], title: str) -> Iterator[str]:
    """Yield findings under a heading, rule by rule; none are said to be none."""
    yield heading(2, title)
    if not findings:
        yield "None."
    places = {name: place for place, name in enumerate(nodes(links.guideline))}
    ranked = sorted(findings, key=lambda finding: _rank(places, finding))
    for rule, group in groupby(ranked, key=lambda finding: finding.rule):
        entries = list(group)
        yield heading(3, f"{capital(RULES[rule].holds)} ({len(entries)})")
        yield f"{RULES[rule].why} (Rule `{rule}`.)"
        if rule == "caution" and not entries[0].waived:
            yield _cautions(links)
        else:
            yield listed(_finding(links, finding) for finding in entries)


def _rank(places: Mapping[str, int], finding: Finding) -> tuple[int, int, str]:
    place = places[finding.node] if finding.node else -1
    return list(RULES).index(finding.rule), place, finding.message


def _cautions(links: Links) -> str:
    """Return the statements of the rule `caution`; each is told in full where it stands."""
    guideline = links.guideline
    used = {cite for remark in guideline.remarks for cite in remark.cites}
    used |= {cite for node in guideline.nodes.values() for cite in cited(node)}
    doubted = (n for n, said in guideline.statements.items() if said.caution and n in used)
    return f"{links.cites(doubted)}."


def _finding(links: Links, finding: Finding) -> str:
    told = [f"**{safe(capital(finding.message).rstrip('.'))}.**"]
    if finding.node:
        told.append(f"At {links.node(finding.node)}.")
    if finding.patients is not None and finding.share is not None:
        told.append(f"{finding.patients:,} combinations ({per_cent(finding.share)}).")
    if finding.witness is not None:
        known = (
            known_words(name, links.guideline.facts[name], value)
            for name, value in finding.witness.items()
        )
        told.append(f"Such as: {safe('; '.join(known) or 'anybody')}.")
    if finding.waived:
        told.append(f"*Accepted:* {safe(finding.waived)}")
    elif finding.severity != "info":
        told.append(f"*To do:* {safe(finding.remedy)}.")
    return " ".join(told)
