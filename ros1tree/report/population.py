"""A population in tables: to read in a terminal, or as Markdown."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich import box
from rich.console import RenderableType
from rich.table import Table as RichTable
from rich.text import Text

from ros1tree.condition import words
from ros1tree.model import ALWAYS, Guideline
from ros1tree.population import Passage, Population, Share
from ros1tree.prose import markdown, per_cent
from ros1tree.report.lines import Section, report

_STATUS = {
    "complete": "complete: the guideline answers",
    "incomplete": "incomplete: facts are missing",
    "not_covered": "not covered: the guideline is silent",
    "fault": "fault: the guideline itself fails",
    "invalid": "invalid: the row cannot be walked",
}


@dataclass(frozen=True, slots=True)
class Table:
    """A heading, the heads of the columns, and rows; the first columns are text, the others not."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    texts: int = 1


def population_report(guideline: Guideline, population: Population) -> RenderableType:
    """Return a population to read in a terminal; raises MismatchError."""
    head = Section(Text(_named(guideline), "bold"), (Text(_counted(population)),))
    return report([head, *(_section(table) for table in _tables(guideline, population))])


def population_markdown(guideline: Guideline, population: Population) -> str:
    """Return a population as Markdown; raises MismatchError."""
    lines = [
        f"# {markdown(guideline.title)}: population",
        "",
        markdown(_named(guideline)) + ".",
        "",
    ]
    lines += [_counted(population) + "."]
    for table in _tables(guideline, population):
        lines += ["", f"## {markdown(table.title.capitalize())}", "", _row(table.head)]
        rules = ["---"] * table.texts + ["---:"] * (len(table.head) - table.texts)
        lines += [_row(rules)]
        lines += [_row([markdown(cell) for cell in row]) for row in table.rows]
    if guideline.disclaimer:
        lines += ["", f"> {markdown(guideline.disclaimer)}"]
    return "\n".join(lines) + "\n"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _section(table: Table) -> Section:
    drawn = RichTable(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for place, name in enumerate(table.head):
        side = "left" if place < table.texts else "right"
        drawn.add_column(Text(name), justify=side, overflow="fold")  # type: ignore[arg-type]
    for row in table.rows:
        drawn.add_row(*map(Text, row))
    return Section(Text(table.title.upper(), "bold"), (drawn,))


def _named(guideline: Guideline) -> str:
    return (
        f"{guideline.title}: {guideline.id} {guideline.version}, {guideline.status},"
        f" {guideline.digest[:19]}"
    )


def _counted(population: Population) -> str:
    return f"{population.patients:,} patients, each counted as far as the row tells"


def _tables(guideline: Guideline, population: Population) -> Iterator[Table]:
    """Yield the tables that have rows."""
    population.check(guideline)
    for table in (
        _status(population),
        _interventions(guideline, population),
        *_pathway(guideline, population),
        _faults(guideline, population),
        _missing(guideline, population),
        _refused(population),
        _columns(population),
    ):
        if table.rows:
            yield table


def _share(count: int, population: Population) -> str:
    return per_cent(count / population.patients) if population.patients else "-"


def _status(population: Population) -> Table:
    rows = [
        (_STATUS[name], f"{count:,}", _share(count, population))
        for name, count in population.status.items()
        if name in _STATUS
    ]
    return Table("Patients by status", ("status", "patients", "share"), tuple(rows))


def _interventions(guideline: Guideline, population: Population) -> Table:
    rows = [
        (
            guideline.interventions[name].title if place == 0 else "",
            what,
            f"{count:,}",
            _share(count, population),
        )
        for name, share in population.interventions.items()
        for place, (what, count) in enumerate(_got(share))
    ]
    head = ("intervention", "best tier", "patients", "share")
    return Table("Patients by intervention", head, tuple(rows), texts=2)


def _got(share: Share) -> Iterator[tuple[str, int]]:
    """Yield what patients get of an intervention, and how many; what nobody can get is left out."""
    yield from share.tiers.items()
    if share.tiers:
        yield "may come, or in a better tier", share.possible
    if share.avoid or share.possible_avoid:
        yield "to be avoided", share.avoid
        yield "may have to be avoided", share.possible_avoid


def _pathway(guideline: Guideline, population: Population) -> Iterator[Table]:
    """Yield a table a section: its nodes, and the ways on from each."""
    sections = {**guideline.sections, "": "In no section"}
    for section, title in sections.items():
        rows = [
            row
            for name, passage in population.nodes.items()
            if (guideline.nodes[name].section or "") == section
            for row in _node(guideline, population, name, passage)
        ]
        yield Table(f"Pathway: {title}", ("node", "patients", "share", "may come"), tuple(rows))


def _node(
    guideline: Guideline, population: Population, name: str, passage: Passage
) -> Iterator[tuple[str, ...]]:
    yield guideline.nodes[name].title, *_passage(passage, population)
    for edge in guideline.nodes[name].next:
        label = edge.label or ("" if edge.when == ALWAYS else words(edge.when, guideline.facts))
        parts = (label, "\N{RIGHTWARDS ARROW}", guideline.nodes[edge.to].title)
        yield (
            "  " + " ".join(filter(None, parts)),
            *_passage(population.edges[name][edge.to], population),
        )


def _passage(passage: Passage, population: Population) -> tuple[str, str, str]:
    return f"{passage.certain:,}", _share(passage.certain, population), f"{passage.possible:,}"


def _faults(guideline: Guideline, population: Population) -> Table:
    rows = [
        (guideline.nodes[name].title, f"{count:,}")
        for name, count in population.faults.items()
        if count
    ]
    return Table("Decisions that fail", ("node", "patients"), tuple(rows))


def _missing(guideline: Guideline, population: Population) -> Table:
    ranked = sorted(population.missing.items(), key=lambda entry: -entry[1])
    rows = [
        (
            f"{guideline.facts[name].question or name} ({name})",
            f"{count:,}",
            _share(count, population),
        )
        for name, count in ranked
        if count
    ]
    return Table("Most often missing", ("fact", "patients", "share"), tuple(rows))


def _refused(population: Population) -> Table:
    rows = [
        (f"{row.column}: {row.value}" if row.column else row.value, f"{row.patients:,}")
        for row in population.refused
    ]
    return Table("Why rows are invalid", ("column and value, or combination", "rows"), tuple(rows))


def _columns(population: Population) -> Table:
    rows = [(name, _columns_of(columns)) for name, columns in population.columns.items()]
    rows += [(f"{name} (no fact)", "passed on") for name in population.passed]
    return Table("Columns", ("fact", "read from"), tuple(rows), texts=2)


def _columns_of(columns: tuple[str, ...]) -> str:
    if not columns:
        return "no column: unknown for all"
    return columns[0] if len(columns) == 1 else f"{columns[0]}, ... ({len(columns)} columns)"
