"""Where everything stands in a book, and the links that lead there."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ros1tree.book.writing import link
from ros1tree.graph import order
from ros1tree.model import Guideline, Node, kept

OTHER = "In no section"
"""What the chapter of the nodes without a section is called."""


@dataclass(frozen=True, slots=True)
class Links:
    """The links of a book: from chapter to chapter, or within its one page."""

    guideline: Guideline
    one_page: bool = False

    def chapter(self, name: str, text: str) -> str:
        """Return the link to a chapter."""
        return link(text, f"#chapter-{name}" if self.one_page else f"{name}.md")

    def node(self, name: str) -> str:
        """Return the link to a node, by its title."""
        node = self.guideline.nodes[name]
        return self._to(chapter_name(node.section or ""), f"node-{name}", node.title)

    def fact(self, name: str, text: str) -> str:
        """Return the link to a fact."""
        return self._to("facts", f"fact-{name}", text)

    def intervention(self, name: str) -> str:
        """Return the link to an intervention, by its title."""
        title = self.guideline.interventions[name].title
        return self._to("interventions", f"intervention-{name}", title)

    def remark(self, number: int) -> str:
        """Return the link to a remark on the whole; they are counted from 1."""
        return self._to("index", f"remark-{number}", f"Remark {number}")

    def cite(self, name: str) -> str:
        """Return the link to a statement or a reference; a star says that there is a caution."""
        said = self.guideline.statements.get(name)
        if said is None:
            return self.reference(name)
        star = "*" if said.caution else ""
        return self._to("statements", f"statement-{name}", f"{name}{star}")

    def reference(self, name: str) -> str:
        """Return the link to a reference."""
        return self._to("references", f"reference-{name}", name)

    def cites(self, names: Iterable[str]) -> str:
        """Return the links to what is cited, each once."""
        return ", ".join(map(self.cite, dict.fromkeys(names)))

    def _to(self, chapter: str, anchor: str, text: str) -> str:
        return link(text, f"{'' if self.one_page else f'{chapter}.md'}#{anchor}")


def chapter_name(section: str) -> str:
    """Return the name of a section's chapter; what stands in none has one too."""
    return f"section-{section}" if section else "no-section"


@kept
def sections(guideline: Guideline) -> dict[str, tuple[str, ...]]:
    """Return the nodes of each section that has any, both in the order in which they are read.

    What stands in no section comes last, unless everything begins there; as in the drawings.
    """
    reachable = order(guideline)
    nodes = (*reachable, *sorted(set(guideline.nodes) - set(reachable)))
    named, rest = list(guideline.sections), [""]
    names = named + rest if guideline.nodes[guideline.start].section else rest + named
    found = {
        name: tuple(node for node in nodes if (guideline.nodes[node].section or "") == name)
        for name in names
    }
    return {name: inside for name, inside in found.items() if inside}


@kept
def nodes(guideline: Guideline) -> tuple[str, ...]:
    """Return all nodes in the order in which they are read."""
    return tuple(node for inside in sections(guideline).values() for node in inside)


def cited(node: Node) -> Iterator[str]:
    """Yield everything that a node and what stands there cite."""
    yield from node.cites
    yield from (cite for offer in node.offers for cite in offer.cites)
    yield from (cite for note in node.notes for cite in note.cites)
    yield from (cite for figure in node.evidence for cite in figure.cites)
