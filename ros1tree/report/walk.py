"""A walk as a report to read in a terminal."""

from collections.abc import Iterable, Iterator

from rich.console import RenderableType
from rich.text import Text

from ros1tree.condition import fact_words, known_words, value_words, words
from ros1tree.model import ALWAYS, TIERS, Edge, Guideline, Value
from ros1tree.proof import Outcome, Relevant, outcome_title
from ros1tree.report.lines import Line, Section, inner, item, report, section
from ros1tree.walk import (
    FAULT_WORDS,
    STATUS_WORDS,
    Because,
    Recommendation,
    Walk,
    same_guideline,
)

_STYLES = {
    "complete": "bold green",
    "incomplete": "bold yellow",
    "not_covered": "bold magenta",
    "fault": "bold red",
}


def walk_report(
    guideline: Guideline,
    walk: Walk,
    relevant: tuple[Relevant, ...] | None = None,
    settled: tuple[Outcome, ...] = (),
) -> RenderableType:
    """Return the report of a walk: certain, barred, possible, missing, silent, and why.

    Where it is known which missing facts are `relevant`, those alone are asked; what is `settled`
    in spite of missing facts is told where none of them matters.
    """
    return report(_WalkReport(guideline, walk, relevant, settled).sections())


class _WalkReport:
    def __init__(
        self,
        guideline: Guideline,
        walk: Walk,
        relevant: tuple[Relevant, ...] | None,
        settled: tuple[Outcome, ...],
    ) -> None:
        same_guideline(guideline, walk)
        self.relevant = None if relevant is None else {row.fact: row for row in relevant}
        self.guideline = guideline
        self.walk = walk
        self.settled = settled
        self.doubted = {name for name, said in guideline.statements.items() if said.caution}

    def sections(self) -> Iterator[Section]:
        yield self._head()
        yield section("PATIENT", "bold", self._patient())
        yield self._status()
        yield from self._recommendations()
        rest = (
            ("AVOID", "bold red", self._avoid()),
            ("STILL POSSIBLE", "bold", self._possible(barred=False)),
            ("MAY HAVE TO BE AVOIDED", "bold red", self._possible(barred=True)),
            ("TO ASK NEXT", "bold yellow", self._missing()),
            ("THE GUIDELINE IS SILENT ON", "bold magenta", self._silent()),
            ("NOTES", "bold", self._notes()),
            ("PATH", "bold", self._path()),
            (
                "STATEMENTS OF THE SOURCE (* with a remark of the fact check)",
                "bold",
                self._statements(),
            ),
            ("ABOUT THIS GUIDELINE", "bold", self._remarks()),
        )
        for title, style, lines in rest:
            part = section(title, style, lines)
            if part.lines:
                yield part
        if self.guideline.disclaimer:
            yield section("DISCLAIMER", "bold", [Line("  ", Text(self.guideline.disclaimer))])

    def _head(self) -> Section:
        origin = self.walk.guideline
        lines = [f"{origin.id} {origin.version}, {self.guideline.status}, {origin.digest[:19]}"]
        if (source := self.guideline.source) and source.review:
            lines.append(f"Review of the source: {source.review}")
        told = tuple(Line("", Text(line, "dim")) for line in lines)
        return Section(Text(" ".join(self.guideline.title.split()), "bold"), told)

    def _patient(self) -> Iterator[RenderableType]:
        facts, known = self.guideline.facts, self.walk.facts
        if not known:
            yield item("nothing is known")
        for name, fact in facts.items():
            if name in known:
                yield item(known_words(name, fact, known[name]))
        for name, value in self.walk.assumed.items():
            fact = facts[name]
            yield item(
                f"{fact_words(name, fact)}: not supplied, taken as {value_words(fact, value)}"
            )

    def _status(self) -> Section:
        word, _, meaning = STATUS_WORDS[self.walk.status].partition(": ")
        nodes = self.guideline.nodes
        faults = (
            item(
                f"{FAULT_WORDS[fault.fault]} at '{nodes[fault.node].title}' ({fault.node})"
                + (f": {', '.join(fault.edges)}" if fault.edges else "")
            )
            for fault in self.walk.faults
        )
        return Section(
            Text.assemble((word, _STYLES[self.walk.status]), f": {meaning}"), tuple(faults)
        )

    def _recommendations(self) -> Iterator[Section]:
        rows = self.walk.recommendations
        common = (
            [test for test in rows[0].because if all(test in r.because for r in rows)]
            if rows
            else []
        )
        for tier in TIERS:
            lines = [
                line
                for row in rows
                if row.tier == tier
                for line in self._recommendation(row, common)
            ]
            if lines:
                yield section(tier.upper(), "bold green", lines)
        if common:
            yield section(
                "WHY, FOR ALL OF THESE", "bold", [item(line) for line in self._reasons(common)]
            )

    def _recommendation(
        self, row: Recommendation, common: list[Because]
    ) -> Iterator[RenderableType]:
        yield self._named(row.title, row.wording, row.cites)
        own = [test for test in row.because if test not in common]
        if own:
            yield inner(f"because {', '.join(self._reasons(own))}")
        if row.reason:
            yield inner(f"the source's reason: {row.reason}")
        for figure in row.evidence:
            yield inner(f"{figure.words} {self._cited(figure.cites)}")

    def _reasons(self, tests: Iterable[Because]) -> list[str]:
        known = ((test, test.value) for test in tests if test.value is not None)
        return list(dict.fromkeys(self._reason(test, value) for test, value in known))

    def _reason(self, test: Because, value: Value) -> str:
        """Return what of the patient decided; of a set, what the test looked for."""
        if isinstance(value, tuple):
            return test.test if test.holds == "yes" else f"not ({test.test})"
        return known_words(test.fact, self.guideline.facts[test.fact], value)

    def _avoid(self) -> Iterator[RenderableType]:
        for row in self.walk.avoid:
            yield self._named(row.title, row.wording, row.cites)
            if row.reason:
                yield inner(f"because {row.reason}")
            if row.intervention in self.walk.conflicts:
                yield inner("CONFLICT: the guideline recommends it as well")

    def _possible(self, *, barred: bool) -> Iterator[RenderableType]:
        tiers: dict[str, dict[str, None]] = {}
        facts: dict[str, dict[str, None]] = {}
        for row in self.walk.possible:
            if (row.tier == "avoid") is barred:
                tiers.setdefault(row.intervention, {})[row.tier] = None
                facts.setdefault(row.intervention, {}).update(dict.fromkeys(row.depends_on))
        for name, ranks in tiers.items():
            title = self.guideline.interventions[name].title
            rank = "" if barred else f" ({' or '.join(ranks)})"
            yield item(f"{title}{rank}, depends on {', '.join(facts[name])}")

    def _missing(self) -> Iterator[RenderableType]:
        facts = self.guideline.facts
        if self.walk.missing and self.relevant == {}:
            yield item("nothing: no missing fact can change the outcome any more")
            yield from self._settled()
        for row in self.walk.missing:
            question = row.question or fact_words(row.fact, facts[row.fact])
            if self.relevant is None or row.fact in self.relevant:
                yield item(f"{question} ({row.fact}: {facts[row.fact].allowed})")
            if self.relevant and row.fact in self.relevant:
                yield from self._decides(self.relevant[row.fact])

    def _settled(self) -> Iterator[RenderableType]:
        """Yield what is certain by the proof, though each way to it is still open."""
        told = {row.intervention for row in self.walk.recommendations}
        told |= {row.intervention for row in self.walk.avoid}
        for what, name, tier in self.settled:
            if what in ("offer", "avoid") and name not in told:
                title = self.guideline.interventions[name].title
                yield inner(f"whatever they are: {title} ({tier or 'to be avoided'})")

    def _decides(self, row: Relevant) -> Iterator[RenderableType]:
        """Yield what the answer to a question would decide."""
        told = dict.fromkeys(outcome_title(self.guideline, outcome) for outcome in row.decides)
        if told:
            yield inner(f"decides: {'; '.join(told)}")

    def _silent(self) -> Iterator[RenderableType]:
        return (item(row.title) for row in self.walk.not_covered)

    def _notes(self) -> Iterator[RenderableType]:
        return (item(f"{note.says} {self._cited(note.cites)}") for note in self.walk.notes)

    def _path(self) -> Iterator[RenderableType]:
        for step in self.walk.steps:
            node = self.guideline.nodes[step.node]
            labels = {edge.to: self._answer(edge) for edge in node.next}
            taken = [labels[edge.to] for edge in step.edges if edge.taken == "yes"]
            told = (step.title, ", ".join(filter(None, taken)), self._cited(node.cites))
            if step.reached == "yes":
                yield item(" ".join(filter(None, told)))

    def _answer(self, edge: Edge) -> str:
        said = "" if edge.when == ALWAYS else words(edge.when, self.guideline.facts)
        return edge.label or said

    def _statements(self) -> Iterator[RenderableType]:
        statements = self.guideline.statements
        for name in sorted(self._shown() & statements.keys()):
            statement = statements[name]
            yield item(f"{self._cited((name,))} {statement.says} {self._cited(statement.cites)}")
            if statement.caution:
                yield inner(f"* {statement.caution}")

    def _shown(self) -> set[str]:
        """Return every statement or reference that the report names."""
        walk = self.walk
        cited = [row.cites for row in walk.recommendations]
        cited += [figure.cites for row in walk.recommendations for figure in row.evidence]
        cited += [row.cites for row in walk.avoid] + [note.cites for note in walk.notes]
        cited += [self.guideline.nodes[s.node].cites for s in walk.steps if s.reached == "yes"]
        cited += [remark.cites for remark in self.guideline.remarks]
        return {name for cites in cited for name in cites}

    def _remarks(self) -> Iterator[RenderableType]:
        return (item(f"{row.says} {self._cited(row.cites)}") for row in self.guideline.remarks)

    def _named(self, title: str, wording: str | None, cites: tuple[str, ...]) -> RenderableType:
        more = f" ({wording})" if wording else ""
        return Line("  - ", Text.assemble((title, "bold"), f"{more} {self._cited(cites)}"))

    def _cited(self, cites: tuple[str, ...]) -> str:
        marked = (f"{name}*" if name in self.doubted else name for name in cites)
        return f"[{', '.join(marked)}]" if cites else ""
