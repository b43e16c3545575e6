"""The pen that writes plain text, for a terminal and for every reader that sees no picture."""

from collections.abc import Iterator
from itertools import groupby

from ros1tree.draw.measure import cells, wrap
from ros1tree.draw.picture import MARKS, STAR, Box, Cite, Picture, Row, Source, State

WIDTH = 80
_MARKS: dict[State, str] = {**MARKS, "no": "\N{MIDDLE DOT} "}
_KINDS = {"decision": "QUESTION", "silent": "SILENT", "link": "ELSEWHERE", "section": "SECTION"}


def text(picture: Picture) -> str:
    """Return the picture as plain text; the same picture gives the same text."""
    return "\n".join(_lines(picture)) + "\n"


def _lines(picture: Picture) -> Iterator[str]:
    yield from _wrapped(picture.title)
    yield from _wrapped(picture.subtitle)
    if picture.has_patient:
        yield ""
        yield from _wrapped(picture.status)
        for fact in picture.patient or ("nothing is known",):
            yield from _wrapped(fact, "  - ")
        on, perhaps, off = (_MARKS[state] for state in ("yes", "maybe", "no"))
        yield f"{on}on the patient's path, {perhaps}possible, {off}off it"
    if picture.compared:
        came, other, went = (_MARKS[state] for state in ("added", "changed", "removed"))
        yield f"{came}added, {other}changed, {went}removed"
    titles = {box.id: box.title for box in picture.boxes()}
    for band in picture.bands:
        yield ""
        if band.title:
            yield from _wrapped(band.title.upper())
        for box in band.boxes:
            yield from _box(box, picture, titles)
    yield from _notes(picture)


def _box(box: Box, picture: Picture, titles: dict[str, str]) -> Iterator[str]:
    kind = f"{_KINDS[box.kind]}: " if box.kind in _KINDS else ""
    yield from _wrapped(f"{_MARKS[box.state]}{kind}{box.title}{_cited(box.cites, box.marks)}", "  ")
    asks = f"({box.asks})" if box.asks else ""
    missing = f"MISSING: {', '.join(box.missing)}" if box.missing else ""
    for said in filter(None, (asks, box.count, missing, box.fault)):
        yield from _wrapped(said, "    ")
    for tier, rows in groupby(box.rows, lambda row: row.tier):
        yield f"    {tier.upper()}"
        for row in rows:
            yield from _row(row)
    for arrow in picture.arrows:
        if arrow.tail == box.id:
            label = f"{arrow.label} " if arrow.label else ""
            way = f"{_MARKS[arrow.state]}{label}\N{RIGHTWARDS ARROW} {titles[arrow.head]}"
            way += f": {arrow.count}" if arrow.count else ""
            yield from _wrapped(way, "    ")


def _row(row: Row) -> Iterator[str]:
    yield from _wrapped(f"{_MARKS[row.state]}{row.title}{_cited(row.cites)}", "      ")
    if row.conflict:
        yield "        CONFLICT: offered, and to be avoided"
    if row.condition:
        yield from _wrapped(f"if {row.condition}", "        ")
    for detail in row.details:
        yield from _wrapped(f"{detail.text}{_cited(detail.cites)}", "        ")


def _cited(cites: tuple[Cite, ...], marks: tuple[str, ...] = ()) -> str:
    names = [*marks, *(cite.name + ("*" if cite.doubted else "") for cite in cites)]
    return f" [{', '.join(names)}]" if names else ""


def _notes(picture: Picture) -> Iterator[str]:
    if picture.notes:
        yield from ("", "NOTES")
    for note in picture.notes:
        yield from _wrapped(f"{note.text}{_cited(note.cites)}", f"  {note.mark:<4}")
    if picture.sources:
        yield from ("", "WHAT IT RESTS ON", f"  {STAR}")
    for source in picture.sources:
        yield from _source(source)
    if picture.remarks:
        yield from ("", "TO BE KNOWN OF THE WHOLE")
    for remark in picture.remarks:
        yield from _wrapped(f"{remark.text}{_cited(remark.cites)}", "  - ")
    if picture.disclaimer:
        yield from ("", *_wrapped(picture.disclaimer))


def _source(source: Source) -> Iterator[str]:
    name = source.cite.name + ("*" if source.cite.doubted else "")
    yield from _wrapped(f"{name}  {source.text}{_cited(source.cites)}", "  ")
    if source.caution:
        yield from _wrapped(f"* {source.caution}", "      ")
    if source.cite.href and not source.cites:
        yield f"      {source.cite.href}"


def _wrapped(said: str, lead: str = "") -> Iterator[str]:
    """Yield text in lines of a terminal's width, each below the first letter of the first."""
    for number, line in enumerate(wrap(said, WIDTH - len(lead), cells)):
        yield (lead if number == 0 else " " * len(lead)) + line
