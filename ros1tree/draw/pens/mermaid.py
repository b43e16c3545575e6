"""The pen that writes Mermaid, for places that draw it themselves."""

import re
from collections.abc import Iterator

from ros1tree.draw.picture import DASHED, FAINT, MARKS, STRONG, Arrow, Box, Detail, Picture, Row
from ros1tree.errors import TooLargeError

CHARACTERS, EDGES = 50_000, 500
"""What a page that draws Mermaid takes at most; a diagram cannot raise it."""

# Formulas, icons and Mermaid's own signs for characters are looked for after the numbers were
# read; what joins their parts is not seen.
_SPELLS = re.compile("\\$(?=\\$)|:(?=fa-)|\ufb02(?=\u00b0)|\u00b6(?=\u00df)")
_SAFE = frozenset(" ,.?()/-+*'!=[]|_")
_HEAD = ("---", "config:", "  flowchart:", "    wrappingWidth: 400", "---", "flowchart TB")
_SHAPES = {"decision": ('(["', '"])'), "silent": ('["', '"]'), "link": ('>"', '"]')}
_STYLES = (
    "classDef default fill:#FEFFFF,stroke:#374151,color:#111827",
    "classDef decision fill:#EAF2FB,stroke:#0B4A8F,stroke-width:2px,color:#111827",
    "classDef silent fill:#FEFFFF,stroke:#374151,stroke-dasharray:5 3,color:#111827",
    "classDef yes stroke:#111827,stroke-width:4px",
    "classDef maybe stroke-dasharray:5 3",
    "classDef no fill:#FEFFFF,stroke:#7C8594,color:#666D7A",
)
_ARROWS = {
    "plain": "-->", "yes": "==>", "maybe": "-.->", "no": "-->",
    "added": "==>", "changed": "-.->", "removed": "-->",
}  # fmt: skip
_CLASSES = (("yes", STRONG), ("maybe", DASHED), ("no", FAINT))


def encoded(text: str) -> str:
    """Return any text for a quoted Mermaid label: what could mean something there is a number."""
    return "".join(
        character if character.isalnum() or character in _SAFE else f"#{ord(character)};"
        for character in _SPELLS.sub("\\g<0>\N{WORD JOINER}", " ".join(text.split()))
    )


def plain(text: str) -> str:
    """Return any text for a title of the diagram, where Mermaid knows no numbers for characters.

    What would end it there is replaced by its wide form, which reads the same.
    """
    return " ".join(text.translate(_WIDE).split())


_WIDE = {ord(character): chr(ord(character) + 0xFEE0) for character in "#;{}%<>&"}


def mermaid(picture: Picture) -> str:
    """Return the picture as Mermaid text; the same picture gives the same text.

    Raises TooLargeError for more than a page would draw.
    """
    text = "\n".join(_lines(picture)) + "\n"
    if len(text) > CHARACTERS or len(picture.arrows) > EDGES:
        raise TooLargeError(
            f"the Mermaid text has {len(text)} characters and {len(picture.arrows)} edges;"
            f" pages draw at most {CHARACTERS} and {EDGES}; draw one section, the overview,"
            " or another format"
        )
    return text


def _lines(picture: Picture) -> Iterator[str]:
    names = _names(picture)
    yield from _HEAD
    yield f"  accTitle: {plain(picture.title)}"
    told = [picture.subtitle, picture.status, picture.disclaimer]
    yield f"  accDescr: {plain('. '.join(text for text in told if text))}"
    if picture.has_patient:
        facts = [encoded(fact) for fact in picture.patient] or ["nothing is known"]
        heading = f"<b>{encoded(picture.status)}</b>"
        yield f'  patient["{"<br/>".join([heading, "Patient", *facts])}"]'
    for number, band in enumerate(picture.bands):
        yield f'  subgraph b_{number}["{encoded(band.title) or " "}"]'
        yield from (f"    {names[box.id]}{_box(box)}" for box in band.boxes)
        yield "  end"
    for arrow in picture.arrows:
        yield f"  {names[arrow.tail]} {_arrow(arrow)} {names[arrow.head]}"
    told = [picture.subtitle, picture.disclaimer]
    told.append("Notes and the text of statements are not in this form of the diagram.")
    told += picture.signs()
    about = [f"<b>{encoded(picture.title)}</b>", *(encoded(text) for text in told if text)]
    yield f'  about["{"<br/>".join(about)}"]'
    yield from _lines_of(picture.arrows)
    yield from (f"  {style}" for style in _STYLES)
    bands = [f"b_{number}" for number, _ in enumerate(picture.bands)]
    yield "  classDef band fill:#F3F5F8,stroke:#F3F5F8,color:#111827"
    yield f"  class {','.join(bands)} band"
    boxes = picture.boxes()
    for kind in ("decision", "silent"):
        yield from _class(kind, [names[box.id] for box in boxes if box.kind == kind])
    for kind, states in _CLASSES:
        yield from _class(kind, [names[box.id] for box in boxes if box.state in states])


def _lines_of(arrows: tuple[Arrow, ...]) -> Iterator[str]:
    """Yield how the arrows are drawn."""
    if arrows:
        yield "  linkStyle default stroke:#374151,color:#111827"
    for place, arrow in enumerate(arrows):
        if arrow.share:
            yield f"  linkStyle {place} stroke-width:{1 + 8 * arrow.share:.1f}px"
    if faint := [str(place) for place, arrow in enumerate(arrows) if arrow.state in FAINT]:
        yield f"  linkStyle {','.join(faint)} stroke:#7C8594,color:#666D7A"


def _class(name: str, members: list[str]) -> Iterator[str]:
    if members:
        yield f"  class {','.join(members)} {name}"


def _names(picture: Picture) -> dict[str, str]:
    """Return a name for each box that Mermaid cannot take for a word of its own."""
    names: dict[str, str] = {}
    for box in picture.boxes():
        name = "n_" + "".join(c if c.isascii() and c.isalnum() else "_" for c in box.id)
        while name in names.values():
            name += "_"
        names[box.id] = name
    return names


def _box(box: Box) -> str:
    opening, closing = _SHAPES.get(box.kind, ('["', '"]'))
    parts = [f"<b>{MARKS[box.state]}{encoded(box.title)}</b>{_cited(box)}"]
    if box.kind == "silent":
        parts.append("<i>the guideline is silent</i>")
    elif box.asks:
        parts.append(f"<i>{encoded(box.asks)}</i>")
    if box.count:
        parts.append(encoded(box.count))
    if box.missing:
        parts.append(f"<b>MISSING#58; {encoded(', '.join(box.missing))}</b>")
    if box.fault:
        parts.append(f"<b>{encoded(box.fault)}</b>")
    tier = ""
    for row in box.rows:
        if row.tier != tier:
            parts.append(f"\N{EM DASH} {encoded(row.tier.upper())} \N{EM DASH}")
        parts.append(_row(row))
        tier = row.tier
    return f"{opening}{'<br/>'.join(parts)}{closing}"


def _cited(thing: Box | Row | Detail) -> str:
    names = [encoded(cite.name) + ("*" if cite.doubted else "") for cite in thing.cites]
    return f" [{', '.join(names)}]" if names else ""


def _row(row: Row) -> str:
    title = encoded(row.title)
    if row.state == "removed" or (row.tier == "avoid" and row.state == "yes"):
        title = f"<s>{title}</s>"
    parts = [f"\N{BULLET} {MARKS[row.state]}<b>{title}</b>{_cited(row)}"]
    parts += ["CONFLICT#58; offered, and to be avoided"] if row.conflict else []
    parts += [f"if {encoded(row.condition)}"] if row.condition else []
    parts += [f"{encoded(detail.text)}{_cited(detail)}" for detail in row.details]
    return "<br/>".join(parts)


def _arrow(arrow: Arrow) -> str:
    told = "<br/>".join(encoded(text) for text in (arrow.label, arrow.count) if text)
    label = f'|"{told}"|' if told else ""
    return f"{_ARROWS[arrow.state]}{label}"
