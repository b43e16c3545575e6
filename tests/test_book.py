"""The book: everything of a guideline stands in it, is seen as it was written, and is linked."""

import random
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import chdir
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from click.testing import CliRunner
from conftest import Golden
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from readers import READERS, Block, Seen, one_line, seen
from strategies import Data, guidelines
from test_cli import refused, run
from test_walk import build

import ros1tree
from ros1tree import cli
from ros1tree.book import Page, is_ours
from ros1tree.condition import facts_of, known_words, value_words, words
from ros1tree.draw import Drawing
from ros1tree.model import (
    ALWAYS,
    TIERS,
    AnyFact,
    ChoiceFact,
    Condition,
    Guideline,
    Node,
    Reference,
    SetFact,
    number_words,
)
from ros1tree.proof import conditions, proof
from ros1tree.prose import per_cent
from ros1tree.review import RULES

HERE = Path(__file__).parent
DOCS = HERE.parent / "docs"
Files = dict[str, Page | Drawing]

HOSTILE = (
    "<script>alert(1)</script>", "</script><img src=x onerror=alert(1)>", "<b>bold</b>",
    "[a](javascript:alert(1))", "![a](data:text/html,x)", "[a]: javascript:x", "[a][b]", "<javascript:x>",
    "javascript:alert(1)", "https://evil.example/x", "www.evil.example", "a@evil.example", "@user",
    "| a | b |", "a | b", "`code`", "``` fence", "~~~", "~~gone~~", "--- ---", "***", "* * *", "===",
    "# heading", "## heading ##", "- entry", "+ entry", "1. one", "2) two", "> quote", "    code",
    "a\nb", "a\n\nb", "a\n# b", "a\n---", "\\", "\\*a\\*", "a\\", "\\`a`", "\\\\`a`", "*a*", "__a__", "_a_",
    "&lt;b&gt;", "&amp;", "&#60;", "&copy;", "{: onclick=alert(1)}", "{ onclick=alert(1) }",
    "{{ macro }}", "{% raw %}", "$a$", "\\(a\\)", ":smile:", "==mark==", "^^ins^^", "++ctrl+a++",
    "[^1]", "[^1]: note", "*[a]: long", ":   definition", '!!! note "x"', '??? note "x"', "/// note",
    "[[wiki]]", "- [ ] task", "[x]", "[TOC]", "<!-- comment -->", "-->", "--8<-- \"/etc/passwd\"",
    ";--8<-- \"x\"", "{++add++}", "{>>x<<}", "=== \"tab\"", "#!python x", "wzxhzdk:0", "klzzwxh:0001",
    "\u202fnarrow\u00a0", "a  \nb", "é ß ﬁ 漢字 🙂", "<a id=\"node-x\"></a>", "](x)", "[", "]", "(", ")", '"', "'",
    "a. b", "i) b", "%% x", "<?php x ?>", "<![CDATA[x]]>", "<!DOCTYPE x>", "</td></table>", "a:b", "10:30",
)  # fmt: skip

ADDRESSES = (
    "https://a.b/c d", "https://a.b/)x", "https://a.b/'\"><script>", "http://a.b/`|`", "https://a.b/\nx",
    "https://a.b/?q=1&copy=2&lt;", "https://a.b/[x](javascript:y)", "https://a.b/*_~$", "https://a.b/{:x}",
)  # fmt: skip
TEXTS = {
    "title", "version", "disclaimer", "says", "because", "wording", "label", "unit", "help", "question",
    "plain", "caution", "uncarried", "review", "journal", "population", "snomed",
}  # fmt: skip
FREE = {"sections", "words", "values"}
"""Mappings whose values are texts."""


@st.composite
def hostile(draw: st.DrawFn) -> Data:
    """A guideline every text of which tries to be something else."""
    nasty = st.sampled_from(HOSTILE)

    def spoilt(value: Any, key: str = "", inside: str = "") -> Any:
        if isinstance(value, dict):
            return {name: spoilt(part, name, key) for name, part in value.items()}
        if isinstance(value, list):
            return [spoilt(part) for part in value]
        if isinstance(value, str) and (key in TEXTS or inside in FREE):
            return draw(nasty)
        return value

    data: Data = spoilt(draw(guidelines()))
    data["source"]["url"] = draw(st.sampled_from(ADDRESSES))
    for reference in data["references"].values():
        reference["url"] = draw(st.sampled_from(ADDRESSES))
    for said in data["statements"].values():
        said |= {"section": draw(nasty), "cites": list(data["references"])}
    of_values = [name for name, fact in data["facts"].items() if "values" in fact]
    data["repeats"] = [{"fact": name, "says": draw(nasty)} for name in of_values]
    draw(more_cites(data))
    return data


@st.composite
def more_cites(draw: st.DrawFn, data: Data) -> None:
    """Let anything cite references too, and a guideline have no source."""
    known = st.sets(st.sampled_from([*data["references"], *data["statements"]]))
    for node in data["nodes"].values():
        for part in (node, *node["offers"], *node["notes"], *node["evidence"]):
            part["cites"] = [*part.get("cites", []), *sorted(draw(known))]
    if draw(st.booleans()):
        del data["source"]


def pages(files: Files) -> dict[str, str]:
    return {
        name: file.text
        for name, file in files.items()
        if isinstance(file, Page) and name.endswith(".md")
    }


def read(files: Files) -> Iterator[dict[str, Seen]]:
    """Yield the pages as each reader of Markdown shows them."""
    for reader in READERS.values():
        yield {name: seen(reader(text)) for name, text in pages(files).items()}


def shown(text: str | None) -> str:
    return one_line(text or "")


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def starred(guideline: Guideline, names: Any) -> str:
    said = guideline.statements
    return ", ".join(
        f"{name}*" if name in said and said[name].caution else name for name in dict.fromkeys(names)
    )


def whom(guideline: Guideline, when: Condition) -> str:
    return "everybody" if when == ALWAYS else shown(words(when, guideline.facts))


def filled(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """Rows without the cells that are empty: a column without any entry is left out."""
    return [{name: cell for name, cell in row.items() if cell} for row in rows]


def rows(block: Block, column: str) -> list[dict[str, str]]:
    return filled([row for table in block.tables if column in table.head for row in table.rows])


# What stands in a book


def check_node(guideline: Guideline, name: str, block: Block) -> None:
    node = guideline.nodes[name]
    titles = {name: shown(found.title) for name, found in guideline.nodes.items()}
    things = {name: shown(found.title) for name, found in guideline.interventions.items()}
    assert block.title == titles[name]
    assert sorted(block.texts[0]) == sorted(about(guideline, name, titles))
    ways = [
        {
            "Answer": shown(edge.label),
            "For whom": whom(guideline, edge.when),
            "Leads to": titles[edge.to],
        }
        for edge in node.next
        if node.kind == "decision"
    ]
    assert rows(block, "Leads to") == filled(ways)
    ranked = sorted(node.offers, key=lambda offer: TIERS.index(offer.tier))
    told = [
        (
            offer,
            things[offer.intervention],
            "; ".join(shown(t) for t in (offer.wording, offer.because) if t),
        )
        for offer in ranked
    ]
    offered = [
        {
            "Tier": capital(offer.tier), "Offered": thing, "For whom": whom(guideline, offer.when),
            "Wording and reason": reason, "Rests on": starred(guideline, offer.cites),
        }
        for offer, thing, reason in told
        if offer.tier != "avoid"
    ]  # fmt: skip
    assert rows(block, "Offered") == filled(offered)
    barred = [
        f"{thing}, {'for' if offer.when == ALWAYS else 'if'} {whom(guideline, offer.when)}{f': {reason}' if reason else ''}{cited(guideline, offer.cites)}"
        for offer, thing, reason in told
        if offer.tier == "avoid"
    ]
    silence = [
        "The guideline does not speak here. It says nothing about these patients; that is advice"
        " neither for nor against anything."
    ]
    apart = [
        *(silence if node.kind == "silent" else []),
        *(["To be avoided", *barred] if barred else []),
    ]
    # The last node of a page that cites nothing is followed by what every page ends with.
    assert [text for text in block.quoted if text != disclaimer(guideline)] == apart
    check_notes(guideline, node, block)
    check_onward(guideline, node, block, titles)
    figures = [
        {
            "Evidence for": things[figure.intervention],
            "Measure": figure.measure.replace("_", " "),
            "Figure": shown(f"{ends(figure.value)} {figure.unit or ''}"),
            "In whom": shown(figure.population),
            "Rests on": starred(guideline, figure.cites),
        }
        for figure in node.evidence
    ]
    assert rows(block, "Evidence for") == filled(figures)


KINDS = {"decision": "Question", "treatment": "Treatment", "workup": "Workup", "silent": "Silence"}


def about(guideline: Guideline, name: str, titles: dict[str, str]) -> str:
    """The line below a node's title; what it comes after may stand in any order."""
    node = guideline.nodes[name]
    parts = [KINDS[node.kind]]
    if node.kind == "decision":
        asked = dict.fromkeys(fact for edge in node.next for fact in facts_of(edge.when))
        names = [guideline.facts[f].title or f.replace("_", " ") for f in asked]
        parts += [f"asks {', '.join(map(shown, names))}"] if asked else []
        unique = node.hit == "unique"
        parts.append(
            "one answer is meant to hold" if unique else "every answer that holds is followed"
        )
    parts += ["everybody begins here"] if name == guideline.start else []
    before = [
        titles[n] for n, other in guideline.nodes.items() if name in {e.to for e in other.next}
    ]
    parts += [f"comes after {'; '.join(before)}"] if before else []
    parts += [f"rests on {starred(guideline, node.cites)}"] if node.cites else []
    return " · ".join(parts)


def ends(value: Any) -> str:
    return "–".join(map(number_words, value if isinstance(value, tuple) else (value,)))


def cited(guideline: Guideline, names: Any) -> str:
    found = starred(guideline, names)
    return f" ({found})" if found else ""


def check_notes(guideline: Guideline, node: Node, block: Block) -> None:
    notes = [
        (f"If {whom(guideline, note.when)}: " if note.when != ALWAYS else "")
        + shown(note.says)
        + cited(guideline, note.cites)
        for note in node.notes
    ]
    if notes:
        start = block.texts.index("To be known") + 1
        assert block.texts[start : start + len(notes)] == notes
    else:
        assert "To be known" not in block.texts


def check_onward(guideline: Guideline, node: Node, block: Block, titles: dict[str, str]) -> None:
    told = [
        {
            "Goes on to": titles[edge.to],
            "Way": shown(edge.label),
            "For whom": whom(guideline, edge.when),
        }
        for edge in node.next
        if node.kind != "decision"
    ]
    if told and all(row["Way"] == "" and row["For whom"] == "everybody" for row in told):
        assert f"Goes on to {'; '.join(row['Goes on to'] for row in told)}" in block.texts
    else:
        assert rows(block, "Goes on to") == filled(told)


def names_of(node: Node) -> list[str]:
    parts = [
        *(offer.cites for offer in node.offers),
        *(note.cites for note in node.notes),
        *(figure.cites for figure in node.evidence),
    ]
    return [*node.cites, *(cite for cites in parts for cite in cites)]


def check_pathway(guideline: Guideline, found: dict[str, Seen]) -> None:
    for section in {node.section or "" for node in guideline.nodes.values()}:
        page = found[f"section-{section}.md" if section else "no-section.md"]
        inside = [name for name, node in guideline.nodes.items() if (node.section or "") == section]
        assert sorted(page.ids) == sorted(f"node-{name}" for name in inside)
        for name in inside:
            check_node(guideline, name, page.block(f"node-{name}"))
        wanted = {cite for name in inside for cite in names_of(guideline.nodes[name])}
        check_rests(guideline, page, wanted)


def check_rests(guideline: Guideline, page: Seen, wanted: set[str]) -> None:
    """What a page cites stands on it in full, with what the fact check found."""
    said, references = guideline.statements, guideline.references
    rest = [
        {
            "Source": starred(guideline, [name]),
            "What it says": shown(said[name].says),
            "The fact check found": shown(said[name].caution),
        }
        for name in said
        if name in wanted
    ]
    rest += [
        {"Source": name, "What it says": publication(references[name])}
        for name in references
        if name in wanted - set(said)
    ]
    assert filled(page.tables("Source", "What it says")) == filled(rest)


def publication(reference: Reference) -> str:
    told = (reference.title, reference.journal, reference.year and str(reference.year))
    line = ". ".join(shown(part) for part in told if part)
    address = reference.url or (reference.doi and f"https://doi.org/{reference.doi}")
    return f"{line}. {shown(reference.doi or reference.url)}" if address else line


def check_statements(guideline: Guideline, found: dict[str, Seen]) -> None:
    said, page = guideline.statements, found["statements.md"]
    assert page.ids == [f"statement-{name}" for name in said]
    texts = list(page.texts())
    for name, statement in said.items():
        (place,) = [
            i for i, text in enumerate(texts) if text.startswith(f"{name}. {shown(statement.says)}")
        ]
        kind = f" {statement.kind.replace('_', ' ').capitalize()}." if statement.kind else ""
        source = f" Source: {', '.join(statement.cites)}." if statement.cites else ""
        plain = [f"In plain words: {shown(statement.plain)}"] if statement.plain else []
        caution = [f"The fact check: {shown(statement.caution)}"] if statement.caution else []
        whole = [f"{name}. {shown(statement.says)}{kind}{source}", *plain, *caution]
        assert texts[place : place + len(whole)] == whole
    apart = Counter(text for block in page.blocks for text in block.quoted)
    apart.subtract([f"The fact check: {shown(s.caution)}" for s in said.values() if s.caution])
    apart.subtract([disclaimer(guideline)] if guideline.disclaimer else [])
    assert set(apart.values()) <= {0}


def disclaimer(guideline: Guideline) -> str:
    return f"Before you use it. {shown(guideline.disclaimer)}"


def carriers(guideline: Guideline, name: str) -> set[str]:
    """The places that carry a statement, as they are named."""
    found = {f"Remark {n}" for n, remark in enumerate(guideline.remarks, 1) if name in remark.cites}
    for node in guideline.nodes.values():
        parts = ["the node itself"] if name in node.cites else []
        parts += [
            f"{offer.tier}: {shown(guideline.interventions[offer.intervention].title)}"
            for offer in node.offers
            if name in offer.cites
        ]
        parts += ["a note" for note in node.notes if name in note.cites]
        parts += ["evidence" for figure in node.evidence if name in figure.cites]
        if parts:
            found.add(f"{shown(node.title)} ({', '.join(dict.fromkeys(parts))})")
    return found


def check_traces(guideline: Guideline, found: dict[str, Seen]) -> None:
    told = found["traceability.md"].tables("Statement")
    assert [row["Statement"] for row in told] == [
        starred(guideline, [n]) for n in guideline.statements
    ]
    for row, (name, said) in zip(told, guideline.statements.items(), strict=True):
        found_out = f"\nThe fact check: {shown(said.caution)}" if said.caution else ""
        assert row["What the source says"] == shown(said.says) + found_out
        where = carriers(guideline, name)
        reason = f": {shown(said.uncarried)}" if said.uncarried else ", and no reason is given"
        if not where:
            assert row["Carried by"] == f"nothing{reason}"
        else:
            marked = {f"Marked as carried by nothing{reason}"} if said.uncarried else set()
            assert set(row["Carried by"].split("\n")) == where | marked


def allows(fact: AnyFact) -> str:
    if isinstance(fact, ChoiceFact | SetFact):
        values = [v if v == label else f"{v} ({shown(label)})" for v, label in fact.values.items()]
        return f"{'any' if isinstance(fact, SetFact) else 'one'} of {', '.join(values)}"
    return f"{fact.allowed} {getattr(fact, 'unit', None) or ''}"


def check_vocabulary(guideline: Guideline, found: dict[str, Seen]) -> None:
    page = found["facts.md"]
    assert page.ids == [f"fact-{name}" for name in guideline.facts]
    for name, fact in guideline.facts.items():
        block = page.block(f"fact-{name}")
        assert block.title == shown(capital(fact.title or name.replace("_", " ")))
        texts = [shown(fact.question)] if fact.question else []
        texts += [f"In plain words: {shown(fact.plain)}"] if fact.plain else []
        texts += [f"To understand: {shown(fact.help)}"] if fact.help else []
        assert block.texts[: len(texts)] == texts
        told = [text for text in block.texts if text.startswith("Where it is not supplied")]
        value = None if fact.default is None else value_words(fact, fact.value(fact.default))
        taken = shown(f"Where it is not supplied: taken as {value}")
        assert told == ([] if value is None else [taken])
        named, allowed = block.texts[len(texts)].split("; ", 1)
        assert named == f"Name in a file: {name}"
        assert allowed == shown(allows(fact))
        asked = [
            shown(node.title)
            for node in guideline.nodes.values()
            if name in {f for when in conditions(node) for f in facts_of(when)}
        ]
        where = [text for text in block.texts if text.startswith("Asked")]
        line = f"Asked at: {', '.join(asked)}" if asked else "Asked nowhere in the pathway"
        assert list(map(sorted, where)) == [sorted(line)]
        repeats = [repeat.says for repeat in guideline.repeats if repeat.fact == name]
        means = "A value that is an intervention says of it: "
        assert [text.removeprefix(means) for text in block.texts if text.startswith(means)] == list(
            map(shown, repeats)
        )
        if fact.codes:
            codes = ", ".join(f"{system} {shown(code)}" for system, code in fact.codes.items())
            assert f"Codes: {codes}" in block.texts
    combined = filled(page.tables("Combination"))
    assert combined == filled([
        {"Combination": shown(words(rule.when, guideline.facts)), "Because": shown(rule.because)}
        for rule in guideline.impossible
    ])  # fmt: skip
    page = found["interventions.md"]
    assert page.ids == [f"intervention-{name}" for name in guideline.interventions]
    for name, intervention in guideline.interventions.items():
        block = page.block(f"intervention-{name}")
        assert block.title == shown(intervention.title)
        if intervention.plain:
            assert f"In plain words: {shown(intervention.plain)}" in block.texts
        places = [
            (capital(offer.tier) if offer.tier != "avoid" else "To be avoided", shown(node.title),
             whom(guideline, offer.when), starred(guideline, offer.cites))
            for node in guideline.nodes.values() for offer in node.offers if offer.intervention == name
        ]  # fmt: skip
        got = [
            (row["Tier"], row["At"], row["For whom"], row.get("Rests on", ""))
            for t in block.tables
            for row in t.rows
        ]
        assert Counter(got) == Counter(places)
        assert ("Nothing offers or bars it." in block.texts) is (not places)


def check_references(guideline: Guideline, found: dict[str, Seen]) -> None:
    page = found["references.md"]
    assert page.ids == [f"reference-{name}" for name in guideline.references]
    texts = list(page.texts())
    for name, reference in guideline.references.items():
        used = [s for s, said in guideline.statements.items() if name in said.cites]
        own = set() if name in guideline.statements else carriers(guideline, name)
        place = texts.index(f"{name}. {publication(reference)}")
        behind = ", ".join([*(starred(guideline, [s]) for s in used), *sorted(own)])
        assert sorted(texts[place + 1]) == sorted(
            f"Cited by {behind}" if behind else "Cited by nothing"
        )
    addresses = [
        r.url or f"https://doi.org/{r.doi}" for r in guideline.references.values() if r.url or r.doi
    ]
    assert [unquote(link) for link in page.links if link.startswith("http")] == list(
        map(one_line, addresses)
    )


def check_review(guideline: Guideline, found: dict[str, Seen]) -> None:
    page = found["review.md"]
    review, numbers = ros1tree.review(guideline), ros1tree.summary(guideline)
    texts = Counter(page.texts())
    for finding in (*review.findings, *review.waived):
        if finding.rule == "caution" and not finding.waived:
            continue
        told = shown(capital(finding.message).rstrip(".")) + "."
        if finding.node:
            told += f" At {shown(guideline.nodes[finding.node].title)}."
        if finding.patients is not None and finding.share is not None:
            told += f" {finding.patients:,} combinations ({per_cent(finding.share)})."
        if finding.witness is not None:
            known = (known_words(n, guideline.facts[n], v) for n, v in finding.witness.items())
            told += f" Such as: {shown('; '.join(known) or 'anybody')}."
        if finding.waived:
            told += f" Accepted: {shown(finding.waived)}"
        elif finding.severity != "info":
            told += f" To do: {shown(finding.remedy)}."
        assert texts[shown(told)] >= 1
        texts[shown(told)] -= 1
    doubted = [f for f in review.findings if f.rule == "caution"]
    holds = capital(RULES["caution"].holds)
    blocks = [block for block in page.blocks if block.title.startswith(holds)]
    listed = [b for b in blocks if b.title == f"{holds} ({len(doubted)})" and "*" in b.texts[-1]]
    assert [len(b.texts[-1].split(", ")) for b in listed] == ([len(doubted)] if doubted else [])
    told_rows = [
        (row["Best tier"], row["What"], row["Combinations"], row["Share"])
        for row in page.tables("Best tier")
    ]
    named: dict[str, Mapping[str, Any]] = {
        "offer": guideline.interventions,
        "avoid": guideline.interventions,
        "silent": guideline.nodes,
        "fault": guideline.nodes,
    }
    ranks = {"avoid": "To be avoided", "silent": "Silence", "fault": "No answer"}
    assert Counter(told_rows) == Counter(
        (
            ranks.get(what) or capital(tier),
            shown(named[what][name].title),
            f"{part.patients:,}",
            per_cent(part.share),
        )
        for (what, name, tier), part in numbers.outcomes
    )


def check_front(guideline: Guideline, found: dict[str, Seen]) -> None:
    page = found["index.md"]
    assert page.blocks[1].title == shown(guideline.title)
    assert page.ids == [f"remark-{number}" for number, _ in enumerate(guideline.remarks, 1)]
    texts = list(page.texts())
    assert f"Version {shown(guideline.version)}, {guideline.status}" in texts
    assert f"Name and content: {guideline.id}, {guideline.digest}" in texts
    for remark in guideline.remarks:
        assert shown(remark.says) + cited(guideline, remark.cites) in texts
    check_rests(guideline, page, {cite for remark in guideline.remarks for cite in remark.cites})
    assert ("Source: none is named" in texts) is (guideline.source is None)
    if guideline.source:
        assert f"Source: {shown(guideline.source.title)}" in texts
        told = shown(guideline.source.review or "nothing is said about one")
        assert f"Review of the source: {told}" in texts
    for other in found.values():
        apart = [text for block in other.blocks for text in block.quoted]
        assert guideline.disclaimer is None or disclaimer(guideline) in apart


def check_all(guideline: Guideline, files: Files) -> None:
    for found in read(files):
        check_front(guideline, found)
        check_pathway(guideline, found)
        check_vocabulary(guideline, found)
        check_statements(guideline, found)
        check_references(guideline, found)
        check_review(guideline, found)
        check_traces(guideline, found)


def check_links(files: Files) -> None:
    """Every link leads to a file and a place in it, or to a publication on the web."""
    for found in read(files):
        for name, page in found.items():
            assert len(set(page.ids)) == len(page.ids)
            for target in page.links:
                if target.startswith(("https://", "http://")):
                    continue
                file, _, anchor = target.partition("#")
                assert (file or name) in files, target
                assert not anchor or anchor in found[file or name].ids, target
            for source, text in page.images:
                assert isinstance(files[unquote(source)], Drawing)
                assert text
            assert page.tags <= TAGS, page.tags - TAGS
            assert page.attributes <= ATTRIBUTES
        drawn = {unquote(source) for page in found.values() for source, _ in page.images}
        assert drawn == {name for name in files if name.endswith(".svg")}


TAGS = {
    "a", "blockquote", "br", "code", "em", "h1", "h2", "h3", "h4", "img", "li", "ol", "p", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {"id", "href", "src", "alt", "style", "align", "type"}


SLOW = settings(max_examples=40, suppress_health_check=list(HealthCheck), phases=[Phase.generate])


@given(guidelines())
@SLOW
def test_everything_of_any_guideline_stands_in_its_book(data: Data) -> None:
    guideline = build(data)
    check_all(guideline, ros1tree.book(guideline))


@given(hostile())
@SLOW
def test_a_hostile_guideline_shows_its_text_and_nothing_else(data: Data) -> None:
    guideline = build(data)
    files = ros1tree.book(guideline)
    check_all(guideline, files)
    check_links(files)


def everywhere(text: str) -> Data:
    """A guideline with one text in every place that holds a text."""
    offer = {"intervention": "x", "wording": text, "because": text, "cites": ["s", "r"]}
    part = {"says": text, "plain": text, "cites": ["s"]}
    when = {"when": {"f": "v"}}
    figure = {"intervention": "x", "measure": "m", "value": 1, "unit": text, "population": text}
    return {
        "id": "g", "title": text, "plain": text, "version": text, "disclaimer": text, "start": "a",
        "source": {"title": text, "review": text, "url": "https://a.b/?q=1&copy=2&lt;"},
        "remarks": [part], "references": {"r": {"title": text, "journal": text, "doi": "10.1/<(a&b)>"}},
        "statements": {
            "s": {"says": text, "plain": text, "cites": ["r"], "section": text, "caution": text},
            "t": {"says": text, "uncarried": text, "section": text},
        },
        "sections": {"one": text},
        "facts": {"f": {
            "type": "choice", "title": text, "question": text, "plain": text, "help": text,
            "values": {"v": text, "w": text}, "default": "v", "codes": {"c": text},
        }},
        "repeats": [{"fact": "f", "says": text}], "impossible": [{**when, "because": text}],
        "interventions": {"x": {"title": text, "plain": text, "codes": {"c": text}}},
        "nodes": {
            "a": {"kind": "decision", "title": text, "section": "one", "next": [
                {"to": "b", "label": text, **when}, {"to": "c", "when": {"f": "w"}}]},
            "b": {"kind": "treatment", "title": text, "evidence": [figure], "notes": [part, {**part, **when}],
                  "offers": [{**offer, "tier": "preferred"}, {**offer, "tier": "avoid", **when}],
                  "next": [{"to": "c", "label": text}]},
            "c": {"kind": "silent", "title": text, "section": "one", "notes": [{"says": text}]},
        },
        "waive": [{"rule": "silent-share", "because": text}, {"rule": "gap", "because": text}],
    }  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_is_seen_as_it_is_in_every_place(text: str) -> None:
    guideline = build(everywhere(text))
    files = ros1tree.book(guideline)
    check_all(guideline, files)
    check_links(files)


def test_the_ros1_guideline_stands_in_its_book(guideline: Guideline) -> None:
    check_all(guideline, ros1tree.book(guideline))


@given(guidelines(), st.booleans())
@SLOW
def test_every_link_leads_somewhere(data: Data, one_page: bool) -> None:
    guideline = build(data)
    check_links(ros1tree.book(guideline, one_page=one_page))


@pytest.mark.parametrize("one_page", [False, True])
def test_every_link_of_the_ros1_book_leads_somewhere(guideline: Guideline, one_page: bool) -> None:
    check_links(ros1tree.book(guideline, one_page=one_page))


# The same guideline gives the same book

ORDERED = {"sections", "facts", "interventions", "statements", "references", "values"}
"""Mappings that stand in a book as they are written."""


def shuffled(value: Any, luck: random.Random, key: str = "") -> Any:
    if isinstance(value, list):
        return [shuffled(part, luck) for part in value]
    if not isinstance(value, dict):
        return value
    entries = [(name, shuffled(part, luck, name)) for name, part in value.items()]
    if key not in ORDERED:
        luck.shuffle(entries)
    return dict(entries)


@given(guidelines(), st.randoms(use_true_random=False))
@SLOW
def test_the_order_of_keys_changes_nothing(data: Data, luck: random.Random) -> None:
    one, other = build(data), build(shuffled(data, luck))
    assert one == other
    first, second = ros1tree.book(one), ros1tree.book(other)
    assert list(first) == list(second)
    for name, file in first.items():
        assert file == second[name], name


def test_two_runs_write_the_same_bytes(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        seed = {"PYTHONHASHSEED": folder.replace("a", "1").replace("b", "2")}
        assert run("book", "-o", folder, cwd=tmp_path, env=seed).returncode == 0
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


# The command


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the guideline of the espresso machine and its book."""
    folder = tmp_path_factory.mktemp("written")
    shutil.copy(HERE / "guidelines" / "espresso.yaml", folder)
    done = run("book", "-g", "espresso.yaml", "-o", "the book", cwd=folder)
    assert (done.returncode, done.stdout) == (0, "")
    names = [*ESPRESSO, "book.css", *DIAGRAMS]
    assert done.stderr == "".join(f"wrote {Path('the book', name)}\n" for name in names)
    return folder


ESPRESSO = (
    "index.md", "section-check.md", "section-care.md", "facts.md", "interventions.md", "statements.md",
    "references.md", "review.md", "traceability.md",
)  # fmt: skip
DIAGRAMS = ("diagrams/book.svg", "diagrams/book-check.svg", "diagrams/book-care.svg")


@pytest.fixture
def desk(written: Path, tmp_path: Path) -> Path:
    shutil.copytree(written, tmp_path / "desk")
    return tmp_path / "desk"


ANEW = "the same command without --check writes it anew\n"
NO_ENGINE = {"ROS1TREE_DOT": "/nowhere/dot", "PATH": ""}


def espresso(desk: Path, *args: str, **env: str) -> tuple[int, str, str]:
    """Run the command, in this process: it is run often."""
    with chdir(desk):
        command = ["book", "-g", "espresso.yaml", "-o", "the book", *args]
        done = CliRunner().invoke(cli.cli, command, env=env)
    assert done.exception is None or isinstance(done.exception, SystemExit)
    return done.exit_code, done.stdout, done.stderr


def test_a_current_book_is_found_current_without_an_engine(desk: Path) -> None:
    before = contents(desk)
    assert espresso(desk, "--check", **NO_ENGINE) == (0, "", "")
    assert espresso(desk, **NO_ENGINE) == (0, "", "")
    assert contents(desk) == before
    assert sorted(name.removeprefix("the book/") for name in before) == sorted(
        [*ESPRESSO, "book.css", *DIAGRAMS, "espresso.yaml"]
    )


@pytest.mark.parametrize("name", [*ESPRESSO, "book.css", *DIAGRAMS])
def test_every_file_that_is_missing_or_changed_is_named_and_made_good(
    name: str, desk: Path
) -> None:
    before, path = contents(desk), desk / "the book" / name
    text = path.read_bytes()
    for spoilt in (
        None,
        b"",
        text + b" ",
        text[1:],
        text.replace(b"espresso", b"expresso", 1) + b"\n",
    ):
        path.unlink()
        if spoilt is not None:
            path.write_bytes(spoilt)
        what = "missing" if spoilt is None else "out of date"
        told = f"{what}: {Path('the book', name)}\n"
        assert espresso(desk, "--check", **NO_ENGINE) == (1, told, ANEW)
        assert espresso(desk) == (0, "", f"wrote {Path('the book', name)}\n")
        assert contents(desk) == before


@pytest.mark.parametrize("name", [*ESPRESSO, "book.css", *DIAGRAMS])
def test_a_checkout_with_other_line_ends_is_current(name: str, desk: Path) -> None:
    path = desk / "the book" / name
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert espresso(desk, "--check") == (0, "", "")


def test_what_the_guideline_no_longer_has_is_left_over_and_removed(desk: Path) -> None:
    source, book = desk / "espresso.yaml", desk / "the book"
    text = source.read_text(encoding="utf-8")
    source.write_text(text.replace("section: care", "section: check"), encoding="utf-8")
    code, told, _ = espresso(desk, "--check")
    assert code == 1
    over = [line for line in told.splitlines() if line.startswith("left over")]
    gone = ["section-care.md", "diagrams/book-care.svg"]
    assert sorted(over) == sorted(f"left over: {book.relative_to(desk) / name}" for name in gone)
    _, _, told = espresso(desk)
    assert [line for line in told.splitlines() if line.startswith("removed")] == [
        line.replace("left over:", "removed") for line in over
    ]
    assert espresso(desk, "--check") == (0, "", "")
    assert not any((book / name).exists() for name in gone)


def test_files_that_are_not_of_the_book_are_left_alone(desk: Path) -> None:
    book = desk / "the book"
    own = {
        "notes.md": "# Notes", "section-old.md": "# Mine", "book-x.svg": "<svg/>", "a.txt": "a",
        "diagrams/book-mine.svg": "<svg/>", "sub/old.md": (book / "facts.md").read_text("utf-8"),
    }  # fmt: skip
    for name, text in own.items():
        (book / name).parent.mkdir(exist_ok=True)
        (book / name).write_text(text, encoding="utf-8")
    drawing = (book / "diagrams" / "book-care.svg").read_bytes()
    (book / "diagrams" / "other.svg").write_bytes(drawing)
    (book / "folder.md").mkdir()
    assert espresso(desk, "--check") == (0, "", "")
    assert espresso(desk) == (0, "", "")
    assert {name: (book / name).read_text("utf-8") for name in own} == own
    assert (book / "diagrams" / "other.svg").read_bytes() == drawing


def test_one_page_holds_every_chapter_once(desk: Path) -> None:
    before = contents(desk / "the book")
    code, _, told = espresso(desk, "--one-page")
    gone = sorted(name for name in ESPRESSO if name != "index.md")
    removed = [f"removed {Path('the book', name)}" for name in gone]
    assert (code, told.splitlines()) == (0, [f"wrote {Path('the book', 'index.md')}", *removed])
    assert espresso(desk, "--one-page", "--check") == (0, "", "")
    after = contents(desk / "the book")
    assert {name: before[name] for name in after if name != "index.md"} == {
        name: text for name, text in after.items() if name != "index.md"
    }
    for reader in READERS.values():
        page = seen(reader(after["index.md"].decode()))
        assert [block.level for block in page.blocks].count(1) == 1
        for name in gone:
            chapter = seen(reader(before[name].decode()))
            for block in chapter.blocks[2:]:
                texts = [text for text in block.texts if not text.startswith("Before you use it")]
                twin = [
                    b
                    for b in page.blocks
                    if (b.title, b.texts[: len(texts)]) == (block.title, texts)
                ]
                assert any(b.level == block.level + 1 and b.tables == block.tables for b in twin)


def test_what_cannot_be_written_is_told_in_a_line(desk: Path) -> None:
    (desk / "file").write_text("x")
    assert refused("book").startswith("Usage: ros1tree book")
    assert refused("book", "-g", "nothing", "-o", desk / "x") == (
        "nothing: no bundled guideline has this id; bundled: ros1-nsclc;"
        " a path ends in .yaml or .json\n"
    )
    done = run("book", "-o", "file", cwd=desk)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines()[-1] == (
        "Error: Invalid value for '-o' / '--output': Directory 'file' is a file."
    )
    done = run("book", "-o", "file/below", cwd=desk)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "file/below: Not a directory\n"
    (desk / "the book" / "diagrams" / "book.svg").unlink()
    (desk / "the book" / "facts.md").unlink()
    done = run(
        "book",
        "-g",
        "espresso.yaml",
        "-o",
        "the book",
        cwd=desk,
        env={"ROS1TREE_DOT": "/nowhere/dot"},
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "/nowhere/dot" in done.stderr
    assert not (desk / "the book" / "facts.md").exists(), "nothing is written where not all can be"


def test_a_guideline_that_cites_nothing_says_so() -> None:
    data = {
        "id": "bare", "title": "Bare", "version": "1", "start": "end", "facts": {"f": {"type": "boolean"}},
        "interventions": {"x": {"title": "X"}}, "nodes": {"end": {"kind": "silent", "title": "End"}},
    }  # fmt: skip
    guideline = ros1tree.guideline(data)
    files = ros1tree.book(guideline)
    check_all(guideline, files)
    check_links(files)
    for found in read(files):
        for name in ("statements.md", "references.md", "traceability.md"):
            assert found[name].blocks[1].texts[1:] == ["The guideline names none."]


def test_a_folder_stands_where_a_page_should(desk: Path) -> None:
    page = desk / "the book" / "facts.md"
    page.unlink()
    page.mkdir()
    assert espresso(desk, "--check") == (1, f"out of date: {Path('the book', 'facts.md')}\n", ANEW)
    code, told, error = espresso(desk)
    assert (code, told) == (2, "")
    assert error == f"{Path('the book', 'facts.md')}: Is a directory\n"


def test_a_guideline_from_standard_input(desk: Path) -> None:
    text = (desk / "espresso.yaml").read_text(encoding="utf-8")
    done = run("book", "-g", "-", "-o", "the book", "--check", stdin=text, cwd=desk)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_only_what_carries_the_mark_is_of_a_book(guideline: Guideline) -> None:
    for name, file in ros1tree.book(guideline).items():
        if name.endswith(".md"):
            assert is_ours("any.md", file.data())
            assert not is_ours("any.md", file.data()[1:])
            assert not is_ours("any.md", b"\n" + file.data())
        if name.endswith(".svg"):
            assert is_ours(name, file.data())
            assert not is_ours(f"diagrams/{name}", file.data())
            assert not is_ours(name, b"<svg/>")


def test_a_guideline_too_large_for_the_proof_has_a_book(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ros1tree.proof.space.NODES", 64)
    monkeypatch.setattr("ros1tree.proof.space.CACHE", 16)
    proof.cache_clear()
    files = ros1tree.book(ros1tree.load("ros1-nsclc"))
    for found in read(files):
        told = next(
            text for text in found["review.md"].texts() if text.startswith("The guideline cannot")
        )
        start = "The guideline cannot be reviewed over every patient: the proof grew too large at node '"
        assert told.startswith(start)


def test_a_chapter_as_it_is_written(golden: Golden) -> None:
    book = ros1tree.book(ros1tree.load(HERE / "guidelines" / "espresso.yaml"))
    names = ("index.md", "section-check.md", "section-care.md", "facts.md")
    golden.check("espresso.book.md", "\n".join(pages(book)[name] for name in names))


# A site and a print of it, with the configurations that the documentation shows

CONFIG = re.compile(r"^```toml file=(\w+)/zensical.toml\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The ROS1 guideline as a site of chapters, and as one page to be printed."""
    root = tmp_path_factory.mktemp("sites")
    found = dict(CONFIG.findall((DOCS / "document.md").read_text(encoding="utf-8")))
    assert list(found) == ["site", "print"]
    for name, text in found.items():
        options = ["--one-page"] if name == "print" else []
        assert run("book", *options, "-o", root / name / "docs").returncode == 0
        (root / name / "zensical.toml").write_text(text, encoding="utf-8")
        zensical = [str(Path(sys.executable).parent / "zensical"), "build", "--strict"]
        done = subprocess.run(zensical, cwd=root / name, check=True, capture_output=True, text=True)
        assert "No issues found" in done.stdout + done.stderr
    return {name: root / name / "site" for name in found}


class _Targets(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.images: list[str] = []
        self.ids: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attributes}
        self.ids += [values["id"]] if "id" in values else []
        self.links += [values["href"]] if tag == "a" and "href" in values else []
        self.images += [values["src"]] if tag == "img" else []


def test_every_link_and_diagram_of_the_site_is_there(sites: dict[str, Path]) -> None:
    for name, site in sites.items():
        found = {
            page: _Targets(page.read_text(encoding="utf-8"))
            for page in site.glob("*.html")
            if page.name != "404.html"
        }
        assert len(found) == {"site": 12, "print": 1}[name]
        drawn = set()
        for page, targets in found.items():
            assert len(targets.ids) == len(set(targets.ids))
            for link in targets.links:
                if link.startswith(("https://", "http://")):
                    continue
                path, _, anchor = unquote(link).partition("#")
                target = (page.parent / path).resolve() if path not in ("", ".") else page
                assert target.exists(), link
                if target.suffix == ".html" and anchor:
                    assert anchor in found[target].ids, link
            drawn |= {(page.parent / unquote(image)).resolve() for image in targets.images}
        assert {path.name for path in drawn} == {
            path.name for path in (site / "diagrams").glob("*.svg")
        }
        assert all(path.exists() for path in drawn)


@pytest.mark.parametrize("width", [1280, 390])
def test_no_page_is_wider_than_the_screen(sites: dict[str, Path], page: Any, width: int) -> None:
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": width, "height": 900})
    for path in sorted(sites["site"].glob("*.html")):
        page.goto(path.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path.name
        shown = "[...document.images].map(i => [i.complete, i.naturalWidth, i.clientWidth])"
        for complete, natural, wide in page.evaluate(shown):
            assert complete, path.name
            assert natural, path.name
            assert min(width, 600) * 0.6 < wide < width


PAPER = (174 / 25.4 * 96, 265 / 25.4 * 96)
"""What the margins leave of A4, in pixels."""


def test_tables_and_diagrams_fit_the_paper(sites: dict[str, Path], page: Any) -> None:
    page.set_viewport_size({"width": int(PAPER[0]), "height": int(PAPER[1])})
    page.emulate_media(media="print")
    page.goto((sites["print"] / "index.html").as_uri())
    boxes = """sort => [...document.querySelectorAll(`article ${sort}`)].map(e => {
        const box = e.getBoundingClientRect(); return [box.left, box.right, box.height]})"""
    for sort, count in (("table", 50), ("img", 6), ("blockquote", 40)):
        found = page.evaluate(boxes, sort)
        assert len(found) >= count
        for left, right, height in found:
            assert 0 <= left < right <= PAPER[0] + 1, sort
            assert sort != "img" or 100 < height < PAPER[1]


def test_the_print_holds_every_chapter_and_caution(
    sites: dict[str, Path], page: Any, guideline: Guideline, tmp_path: Path
) -> None:
    page.goto((sites["print"] / "index.html").as_uri())
    page.pdf(path=tmp_path / "print.pdf", prefer_css_page_size=True)
    sheets = [sheet.extract_text() for sheet in PdfReader(tmp_path / "print.pdf").pages]
    assert 20 < len(sheets) < 60
    text = "".join("".join(sheets).split())
    for said in guideline.statements.values():
        assert "".join(said.says.split()) in text
    heads = [re.sub(r"\s+", " ", sheet).strip() for sheet in sheets]
    for title in (*guideline.sections.values(), "What is asked", "What the source says"):
        assert [head for head in heads if head.startswith(title)], title
