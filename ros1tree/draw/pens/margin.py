"""What stands above and below the pathway: title, patient, legend, notes, sources, disclaimer."""

from collections.abc import Iterable, Iterator

from ros1tree.draw.pens.markup import (
    BODY,
    DETAIL,
    GAP,
    SMALL,
    WIDE,
    anchored,
    cell,
    cited,
    escaped,
    font,
    heading,
    linked,
    table,
    wrapped,
)  # fmt: skip
from ros1tree.draw.pens.panel import SILENT, bar
from ros1tree.draw.picture import Picture, Source
from ros1tree.draw.theme import Palette

_TIERS = ("preferred", "recommended", "alternative", "consider", "avoid")
_SHAPES = {
    "decision": ("question", "ROUNDED", 2),
    "workup": ("action", "SOLID", 1),
    "silent": (SILENT, "DASHED", 1),
}


def header(picture: Picture, colours: Palette, wide: float) -> str:
    """Return the label above the pathway, about `wide` em of body text wide."""
    return table(_header(picture, colours, wide))


def _header(picture: Picture, colours: Palette, wide: float) -> Iterator[str]:
    if picture.home:
        words = font("\N{LEFTWARDS ARROW} all sections", colours.anchor, DETAIL, "U")
        yield cell(words, linked(picture.home))
    yield cell(heading(picture.title, wide / 1.8, colours.ink, 18))
    yield cell(font(wrapped(picture.subtitle, wide), colours.muted))
    if picture.has_patient:
        yield cell(heading(picture.status, wide / 1.2, colours.ink, 12))
        yield cell(table(_patient(picture, colours, wide), 'BORDER="0" CELLPADDING="1"'))


def _patient(picture: Picture, colours: Palette, wide: float) -> Iterator[str]:
    facts = picture.patient or ("nothing is known",)
    half = (len(facts) + 1) // 2
    listed = [wrapped(f"\N{BULLET} {fact}", wide / 2 - 3) for fact in facts]
    columns = [
        font("<BR/>".join(part), colours.ink) for part in (listed[:half], listed[half:]) if part
    ]
    yield cell(font("Patient", colours.ink, style="B"), f' COLSPAN="{len(columns)}"')
    yield "".join(map(cell, columns))


def footer(picture: Picture, colours: Palette, wide: float) -> str:
    """Return the label below the pathway."""
    parts = (
        _legend(picture, colours),
        *_entries("Notes", _notes(picture, colours, wide), colours),
        *_entries("What it rests on", _sources(picture, colours, wide), colours),
        *_entries("To be known of the whole", _remarks(picture, colours, wide), colours),
        font(wrapped(picture.disclaimer, wide), colours.ink, BODY),
    )
    return table(map(cell, filter(None, parts)), 'BORDER="0" CELLPADDING="2"') if any(parts) else ""


def _entries(title: str, rows: Iterable[str], colours: Palette) -> Iterator[str]:
    lines = list(rows)
    if lines:
        yield font(escaped(title), colours.ink, 12, "B")
        yield table(lines, 'BORDER="0" CELLPADDING="1"')


def _legend(picture: Picture, colours: Palette) -> str:
    boxes = picture.boxes()
    kinds = {box.kind for box in boxes}
    tiers = dict.fromkeys(row.tier for box in boxes for row in box.rows)
    shapes = [
        f' BORDER="{border}" STYLE="{style}" COLOR="{colours.ask if border > 1 else colours.line}"'
        f' BGCOLOR="{colours.asked if border > 1 else colours.panel}"|{words}'
        for kind, (words, style, border) in _SHAPES.items()
        if kind in kinds or (kind == "workup" and "treatment" in kinds)
    ]
    cells = [
        cell(font(escaped(words), colours.muted, DETAIL), attributes)
        for attributes, words in (shape.split("|") for shape in shapes)
    ]
    cells += [_tier(tier, colours) for tier in _TIERS if tier in tiers]
    samples = [GAP.join(cells) + f"<TD{WIDE}></TD>"] if cells else []
    lines = [table(samples, 'BORDER="0" CELLPADDING="3"')] if cells else []
    lines += [font(escaped(text), colours.muted, DETAIL) for text in picture.signs()]
    return table(map(cell, lines)) if lines else ""


def _tier(tier: str, colours: Palette) -> str:
    if tier == "avoid":
        frame = f' BORDER="2" STYLE="DASHED" COLOR="{colours.bar}"'
        return cell(font("AVOID", colours.alarm, DETAIL, "B"), frame)
    return bar(tier, colours)


def _notes(picture: Picture, colours: Palette, wide: float) -> Iterator[str]:
    for note in picture.notes:
        mark = font(escaped(note.mark), colours.ink, DETAIL, "BI")
        text = font(wrapped(note.text, wide), colours.ink, DETAIL)
        basis = cell(cited(colours, note.cites), side="RIGHT")
        yield cell(mark, anchored(f"note-{note.mark}")) + GAP + cell(text, WIDE) + basis


def _sources(picture: Picture, colours: Palette, wide: float) -> Iterator[str]:
    for source in picture.sources:
        star = "*" if source.cite.doubted else ""
        name = font(escaped(source.cite.name + star), colours.ink, DETAIL, "B")
        said = [font(wrapped(source.text, wide), colours.ink, DETAIL)]
        if source.caution:
            said.append(font(wrapped(f"* {source.caution}", wide), colours.alarm, DETAIL))
        text = cell("<BR/>".join(said), WIDE)
        basis = cell(_basis(source, colours), side="RIGHT")
        yield cell(name, anchored(f"cite-{source.cite.name}")) + GAP + text + basis


def _basis(source: Source, colours: Palette) -> str:
    """Return what a statement rests on; of a publication the way to it."""
    if source.cites or not source.cite.href:
        return cited(colours, source.cites)
    return table([cell(font("read", colours.anchor, SMALL, "U"), linked(source.cite.href))])


def _remarks(picture: Picture, colours: Palette, wide: float) -> Iterator[str]:
    for remark in picture.remarks:
        text = font(wrapped(f"\N{BULLET} {remark.text}", wide), colours.ink, DETAIL)
        yield cell(text, WIDE) + cell(cited(colours, remark.cites), side="RIGHT")
