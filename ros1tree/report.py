"""A walk, or a run of cases, as a report to read in a terminal."""

from collections.abc import Iterable, Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from ros1tree.cases import Run
from ros1tree.condition import fact_words, known_words, value_words
from ros1tree.facts import assumed
from ros1tree.model import TIERS, Guideline
from ros1tree.walk import Because, Recommendation, Walk

_STATUS = {
    "complete": ("COMPLETE", "the guideline answers for this patient", "bold green"),
    "incomplete": ("INCOMPLETE", "facts are missing; what is shown as certain stays so", "bold yellow"),
    "not_covered": ("NOT COVERED", "the guideline does not speak of this situation", "bold magenta"),
    "fault": ("FAULT", "the guideline itself fails for this patient; do not use the result", "bold red"),
}


def walk_report(guideline: Guideline, walk: Walk) -> RenderableType:
    """Return the report of a walk: certain, barred, possible, missing, silent, and why."""
    return Group(*_blocks(_WalkReport(guideline, walk).sections()))


def cases_report(guideline: Guideline, run: Run) -> RenderableType:
    """Return the report of a run of cases: what failed, and what no case crosses."""
    return Group(*_blocks(_case_sections(guideline, run)))


def _blocks(sections: Iterable[tuple[Text, list[RenderableType]]]) -> Iterator[RenderableType]:
    for heading, lines in sections:
        yield heading
        yield from (Padding(line, (0, 0, 0, 2)) for line in lines)
        yield Text()


class _WalkReport:
    def __init__(self, guideline: Guideline, walk: Walk) -> None:
        self.guideline = guideline
        self.walk = walk

    def sections(self) -> Iterator[tuple[Text, list[RenderableType]]]:
        yield self._head(), []
        yield Text("PATIENT", "bold"), self._patient()
        yield self._status(), self._faults()
        yield from self._recommendations()
        named = (
            ("AVOID", "bold red", self._avoid()),
            ("STILL POSSIBLE", "bold", self._possible()),
            ("TO ASK NEXT", "bold yellow", self._missing()),
            ("THE GUIDELINE IS SILENT ON", "bold magenta", self._silent()),
            ("NOTES", "bold", self._notes()),
            ("PATH", "bold", self._path()),
            ("CAUTIONS (what a check of the source's statements found)", "bold yellow", self._cautions()),
        )
        for title, style, lines in named:
            if lines:
                yield Text(title, style), lines
        if self.guideline.disclaimer:
            yield Text("DISCLAIMER", "bold"), [Text(self.guideline.disclaimer)]

    def _head(self) -> Text:
        origin = self.walk.guideline
        line = f"{origin.id} {origin.version}, {self.guideline.status}, {origin.digest[:19]}"
        return Text.assemble((self.guideline.title, "bold"), "\n", (line, "dim"))

    def _patient(self) -> list[RenderableType]:
        facts, known = self.guideline.facts, self.walk.facts
        lines = [known_words(name, fact, known[name]) for name, fact in facts.items() if name in known]
        for name, value in assumed(self.guideline, known).items():
            fact = facts[name]
            lines.append(f"not supplied, taken as {value_words(fact, value)}: {fact_words(name, fact)}")
        return _list(lines) or [Text("nothing is known")]

    def _status(self) -> Text:
        word, meaning, style = _STATUS[self.walk.status]
        return Text.assemble((word, style), f": {meaning}")

    def _faults(self) -> list[RenderableType]:
        nodes = self.guideline.nodes
        told = {"gap": "no branch holds", "overlap": "branches hold that exclude each other"}
        return _list(
            f"{told[fault.fault]} at '{nodes[fault.node].title}' ({fault.node})"
            + (f": {', '.join(fault.edges)}" if fault.edges else "")
            for fault in self.walk.faults
        )

    def _recommendations(self) -> Iterator[tuple[Text, list[RenderableType]]]:
        for tier in TIERS:
            rows = [row for row in self.walk.recommendations if row.tier == tier]
            if rows:
                yield Text(tier.upper(), "bold green"), _shared(rows)

    def _avoid(self) -> list[RenderableType]:
        lines: list[RenderableType] = []
        for row in self.walk.avoid:
            conflict = " - CONFLICT: it is recommended as well" if row.intervention in self.walk.conflicts else ""
            lines.append(_item(row.title, f"{_cited(row.cites)}{conflict}"))
            if row.reason:
                lines.append(_inner(f"because {row.reason}"))
        return lines

    def _possible(self) -> list[RenderableType]:
        groups: dict[tuple[str, tuple[str, ...]], list[str]] = {}
        for row in self.walk.possible:
            title = self.guideline.interventions[row.intervention].title
            groups.setdefault((row.intervention, row.depends_on), []).append(row.tier)
        return _list(
            f"{self.guideline.interventions[name].title} ({' or '.join(dict.fromkeys(tiers))}), "
            f"depends on {', '.join(depends_on)}"
            for (name, depends_on), tiers in groups.items()
        )

    def _missing(self) -> list[RenderableType]:
        facts = self.guideline.facts
        return _list(
            f"{row.question or fact_words(row.fact, facts[row.fact])} "
            f"({row.fact}: {facts[row.fact].allowed})"
            for row in self.walk.missing
        )

    def _silent(self) -> list[RenderableType]:
        return _list(row.title for row in self.walk.not_covered)

    def _notes(self) -> list[RenderableType]:
        return _list(f"{note.says} {_cited(note.cites)}" for note in self.walk.notes)

    def _path(self) -> list[RenderableType]:
        lines = []
        for step in self.walk.steps:
            edges = {edge.to: edge for edge in self.guideline.nodes[step.node].next}
            taken = [edges[e.to].label or "" for e in step.edges if e.taken == "yes"]
            answer = ", ".join(label for label in taken if label)
            if step.reached == "yes":
                lines.append(step.title + (f" {answer}" if answer else ""))
        return _list(lines)

    def _cautions(self) -> list[RenderableType]:
        return _list(f"{row.statement}: {row.says}" for row in self.walk.cautions)


def _shared(rows: list[Recommendation]) -> list[RenderableType]:
    """Return the recommendations of a tier, with the reasons that all of them share told once."""
    common = [test for test in rows[0].because if all(test in row.because for row in rows)]
    lines: list[RenderableType] = []
    for row in rows:
        wording = f" ({row.wording})" if row.wording else ""
        lines.append(_item(row.title, f"{wording} {_cited(row.cites)}"))
        own = [test for test in row.because if test not in common]
        if own:
            lines.append(_inner(f"because {_reasons(own)}"))
        lines += [_inner(f"{figure.words} {_cited(figure.cites)}") for figure in row.evidence]
    if common:
        lines.append(Text(f"because {_reasons(common)}", "dim"))
    return lines


def _reasons(tests: Iterable[Because]) -> str:
    return ", ".join(test.test if test.holds == "yes" else f"not: {test.test}" for test in tests)


def _cited(cites: tuple[str, ...]) -> str:
    return f"[{', '.join(cites)}]" if cites else ""


def _list(lines: Iterable[str]) -> list[RenderableType]:
    return [_hanging("- ", Text(line.rstrip())) for line in lines]


def _item(title: str, more: str) -> RenderableType:
    return _hanging("- ", Text.assemble((title, "bold"), more.rstrip()))


def _inner(line: str) -> RenderableType:
    return Padding(Text(line.rstrip()), (0, 0, 0, 2))


def _hanging(mark: str, text: Text) -> RenderableType:
    from rich.table import Table

    grid = Table.grid(padding=0)
    grid.add_column(width=len(mark))
    grid.add_column()
    grid.add_row(mark, text)
    return grid


def _case_sections(
    guideline: Guideline, run: Run
) -> Iterator[tuple[Text, list[RenderableType]]]:
    for outcome in run.failed:
        case = outcome.case
        lines = _list(
            f"{failure.expectation}: expected {failure.expected}, got {failure.got}"
            for failure in outcome.failures
        )
        yield Text(f"FAILED {case.id}", "bold red"), ([Text(case.why)] if case.why else []) + lines
    edges = _list(f"{source} -> {to}" for source, to in run.uncrossed_edges)
    if edges:
        yield Text("EDGES THAT NO CASE CROSSES", "bold yellow"), edges
    offers = _list(
        f"{node}: {guideline.interventions[name].title} (offer {index})"
        for node, name, index in run.uncrossed_offers
    )
    if offers:
        yield Text("OFFERS THAT NO CASE CROSSES", "bold yellow"), offers
    passed = len(run.outcomes) - len(run.failed)
    yield Text(_count(passed, len(run.failed), run, guideline), "bold"), []


def _count(passed: int, failed: int, run: Run, guideline: Guideline) -> str:
    edges = sum(len(node.next) for node in guideline.nodes.values())
    offers = sum(len(node.offers) for node in guideline.nodes.values())
    return (
        f"{passed} passed, {failed} failed; "
        f"{edges - len(run.uncrossed_edges)} of {edges} edges and "
        f"{offers - len(run.uncrossed_offers)} of {offers} offers crossed"
    )
