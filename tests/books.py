"""A book as the guideline says it must be: read again, page by page, and compared."""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from hypothesis import strategies as st
from readers import READERS, Block, Seen, one_line, seen
from strategies import Data, guidelines

import ros1tree
from ros1tree.book import Page
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
from ros1tree.proof import conditions
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
