"""What is cited, and by what: statements with their cautions, publications, and every use."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from ros1tree.book.links import Links, nodes
from ros1tree.book.writing import heading, listed, place, quoted, safe, table, web
from ros1tree.draw import href
from ros1tree.model import Guideline, Reference, Statement

CHECK = "The fact check"
"""What the caution of a statement is called wherever it is shown."""

NONE = "The guideline names none."


def publication(reference: Reference) -> str:
    """Return a publication in one line, with a link where it can be read."""
    year = str(reference.year) if reference.year else None
    told = ". ".join(safe(part) for part in (reference.title, reference.journal, year) if part)
    address = href(reference)
    return f"{told}. {web(reference.doi or reference.url or '', address)}" if address else told


def rests(links: Links, cited: Iterable[str], title: str) -> Iterator[str]:
    """Yield what a page cites, in full, so that no caution is a page away."""
    guideline, wanted = links.guideline, set(cited)
    rows = [
        (links.cite(name), safe(said.says), safe(said.caution or ""))
        for name, said in guideline.statements.items()
        if name in wanted
    ]
    rows += [
        (links.cite(name), publication(reference), "")
        for name, reference in guideline.references.items()
        if name in wanted - set(guideline.statements)
    ]
    if rows:
        yield heading(2, title)
        yield table(("Source", "What it says", f"{CHECK} found"), rows)


def statements(links: Links) -> Iterator[str]:
    """Yield the blocks of the chapter of statements, under the headings of the source."""
    said = links.guideline.statements
    if not said:
        yield NONE
    for section, group in groupby(said, key=lambda name: said[name].section):
        if section:
            yield heading(2, section)
        for name in group:
            yield from _statement(links, name)


def _statement(links: Links, name: str) -> Iterator[str]:
    said = links.guideline.statements[name]
    kind = f" *{safe(said.kind.replace('_', ' ').capitalize())}.*" if said.kind else ""
    cites = f" Source: {_references(links, said.cites)}." if said.cites else ""
    yield f"{place(f'statement-{name}')}**{safe(name)}.** {safe(said.says)}{kind}{cites}"
    if said.plain:
        yield f"In plain words: {safe(said.plain)}"
    if said.caution:
        yield quoted(f"**{CHECK}:** {safe(said.caution)}")


def _references(links: Links, names: Iterable[str]) -> str:
    return ", ".join(links.reference(name) for name in dict.fromkeys(names))


def references(links: Links) -> Iterator[str]:
    """Yield the blocks of the chapter of references."""
    guideline = links.guideline
    uses = carriers(links)
    if not guideline.references:
        yield NONE
    for name, reference in guideline.references.items():
        behind = [s for s, said in guideline.statements.items() if name in said.cites]
        direct = [] if name in guideline.statements else uses[name]
        used = [*map(links.cite, behind), *direct]
        yield f"{place(f'reference-{name}')}**{safe(name)}.** {publication(reference)}"
        yield listed([f"Cited by {', '.join(used)}" if used else "Cited by nothing"])


def carriers(links: Links) -> dict[str, list[str]]:
    """Return what carries every statement or reference: remarks, nodes, and what stands there."""
    guideline = links.guideline
    found: dict[str, list[str]] = {
        name: [] for name in (*guideline.statements, *guideline.references)
    }
    for number, remark in enumerate(guideline.remarks, 1):
        for cite in dict.fromkeys(remark.cites):
            found[cite].append(links.remark(number))
    for name in nodes(guideline):
        for cite, uses in _uses(guideline, name).items():
            found[cite].append(f"{links.node(name)} ({', '.join(uses)})")
    return found


def _uses(guideline: Guideline, name: str) -> dict[str, list[str]]:
    """Return what of a node cites a statement or reference, each kind of part once."""
    node = guideline.nodes[name]
    parts = [("the node itself", node.cites)]
    for offer in node.offers:
        title = safe(guideline.interventions[offer.intervention].title)
        parts.append((f"{offer.tier}: {title}", offer.cites))
    parts += [("a note", note.cites) for note in node.notes]
    parts += [("evidence", figure.cites) for figure in node.evidence]
    found: dict[str, list[str]] = {}
    for words, cites in parts:
        for cite in cites:
            uses = found.setdefault(cite, [])
            if words not in uses:
                uses.append(words)
    return found


def traceability(links: Links) -> Iterator[str]:
    """Yield the blocks of the chapter that says of every statement where it has gone."""
    uses = carriers(links)
    rows = [
        (links.cite(name), _checked(said), _carried(uses[name], said.uncarried))
        for name, said in links.guideline.statements.items()
    ]
    yield table(("Statement", "What the source says", "Carried by"), rows) if rows else NONE


def _checked(said: Statement) -> str:
    """Return a statement in a cell, and what the fact check found."""
    caution = f"<br>**{CHECK}:** {safe(said.caution)}" if said.caution else ""
    return f"{safe(said.says)}{caution}"


def _carried(uses: list[str], reason: str | None) -> str:
    told = f"**nothing**: {safe(reason)}" if reason else "**nothing**, and no reason is given"
    if not uses:
        return told
    return "<br>".join([*uses, *([f"Marked as carried by {told}"] if reason else [])])
