"""Parts of a picture: one section, what follows a box, or the sections alone."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from ros1tree.draw.picture import Arrow, Band, Box, Kind, Picture, State
from ros1tree.errors import UnknownNameError

Address = Callable[[str], str]
"""Tells where the picture of a section stands, by its id."""


OTHER = "Other"
"""What the boxes without a section are called where sections are."""

_WAYS = {"to": "on to", "from": "from"}


def nowhere(_: str) -> str:
    """Tell that a picture stands alone: nothing links to another one."""
    return ""


def grounded(picture: Picture) -> Picture:
    """Return a picture with the notes of its boxes alone, and what those and they rest on."""
    marks = {mark for box in picture.boxes() for mark in box.marks}
    noted = replace(picture, notes=tuple(note for note in picture.notes if note.mark in marks))
    used = {cite.name for cite in noted.cites()}
    shown = [source for source in noted.sources if source.cite.name in used]
    used |= {cite.name for source in shown for cite in source.cites}
    sources = tuple(source for source in noted.sources if source.cite.name in used)
    return replace(noted, sources=sources)


def section(picture: Picture, id: str, address: Address = nowhere) -> Picture:  # noqa: A002
    """Return one section, with the ways into it and out of it; raises UnknownNameError.

    The section without a name holds what stands in none.
    """
    band = _band(picture, id)
    part = _part(replace(picture, remarks=()), {box.id for box in band.boxes}, address)
    (found,) = part.bands
    titled = f"{picture.title}: {band.title or OTHER}"
    return replace(part, title=titled, bands=(replace(found, title=""),))


def after(
    picture: Picture, start: str | None, depth: int | None, within: str | None = None
) -> Picture:
    """Return what follows a box, at most `depth` arrows on, `within` a section if one is named.

    Without `start` it follows the guideline's start, or what leads into the section. Raises
    UnknownNameError.
    """
    here = picture.boxes() if within is None else _band(picture, within).boxes
    names = {box.id for box in here}
    if start is not None and start not in names:
        raise UnknownNameError("node", start, [box.id for box in here])
    edge = {start} if start is not None else _entries(picture, names)
    reached = set(edge)
    while edge and (depth is None or depth > 0):
        edge = {arrow.head for arrow in picture.arrows if arrow.tail in edge} & names - reached
        reached |= edge
        depth = None if depth is None else depth - 1
    return _part(picture, reached, nowhere, entries=False)


def bare(picture: Picture) -> Picture:
    """Return a picture without notes and sources, for a page that shows them beside it."""
    bands = tuple(
        replace(band, boxes=tuple(replace(box, marks=()) for box in band.boxes))
        for band in picture.bands
    )
    return replace(picture, bands=bands, notes=(), sources=(), remarks=())


def _band(picture: Picture, id: str) -> Band:  # noqa: A002
    bands = {band.id: band for band in picture.bands}
    if id not in bands:
        raise UnknownNameError("section", id, [name for name in bands if name])
    return bands[id]


def _entries(picture: Picture, names: set[str]) -> set[str]:
    """Return where everybody begins, or the boxes to which ways from elsewhere lead."""
    if picture.start in names:
        return {picture.start}
    return {arrow.head for arrow in picture.arrows if arrow.tail not in names} & names


def _part(picture: Picture, kept: set[str], address: Address, *, entries: bool = True) -> Picture:
    """Return some boxes and the arrows between them; what they lead to stands as a link."""
    home = {box.id: band for band in picture.bands for box in band.boxes}
    boxes = {box.id: box for box in picture.boxes()}
    arrows: list[Arrow] = []
    before: dict[str, dict[str, Box]] = {}
    behind: dict[str, dict[str, Box]] = {}
    for arrow in picture.arrows:
        tail, head = arrow.tail, arrow.head
        if tail in kept and head in kept:
            arrows.append(arrow)
        elif tail in kept:
            link = _link("to", boxes[head], home[head], address)
            behind.setdefault(home[tail].id, {})[link.id] = link
            arrows.append(replace(arrow, head=link.id))
        elif head in kept and entries:
            link = _link("from", boxes[tail], home[tail], address)
            before.setdefault(home[head].id, {})[link.id] = link
            arrows.append(replace(arrow, tail=link.id))
    bands = [
        replace(band, boxes=(
            *before.get(band.id, {}).values(),
            *(box for box in band.boxes if box.id in kept),
            *behind.get(band.id, {}).values(),
        ))
        for band in picture.bands
    ]  # fmt: skip
    return grounded(
        replace(picture, bands=tuple(b for b in bands if b.boxes), arrows=tuple(arrows))
    )


def _link(way: str, box: Box, band: Band, address: Address) -> Box:
    page = address(band.id)
    return Box(
        # No node can be called so.
        id=f"{way}:{box.id}",
        kind="link",
        title=box.title,
        asks=f"{_WAYS[way]} {band.title or OTHER}",
        rows=(),
        cites=(),
        marks=(),
        state=box.state,
        missing=(),
        fault="",
        href=f"{page}#node-{box.id}" if page else "",
    )


def overview(picture: Picture, address: Address = nowhere) -> Picture:
    """Return the sections alone, each as one box, with the ways between them."""
    home = {box.id: band.id for band in picture.bands for box in band.boxes}
    titles = {box.id: box.title for box in picture.boxes()}
    ways: dict[tuple[str, str], list[Arrow]] = {}
    for arrow in picture.arrows:
        ends = home[arrow.tail], home[arrow.head]
        if ends[0] != ends[1]:
            ways.setdefault(ends, []).append(arrow)
    boxes = tuple(_section(band, address) for band in picture.bands)
    arrows = tuple(_joined(tail, head, arrows, titles) for (tail, head), arrows in ways.items())
    return grounded(replace(picture, bands=(Band("", "", boxes),), arrows=arrows, notes=()))


def _joined(tail: str, head: str, arrows: list[Arrow], titles: Mapping[str, str]) -> Arrow:
    """Return the way from one section to another; of a patient's with the answers on it alone."""
    state = _joint(arrow.state for arrow in arrows)
    some = [arrow for arrow in arrows if arrow.state == state]
    label = _label(some, titles)
    # Numbers on several ways cannot be added: the same patient may take two of them.
    count, share = (some[0].count, some[0].share) if len(some) == 1 else ("", 0.0)
    return Arrow(tail, head, label, state, count, share)


def _section(band: Band, address: Address) -> Box:
    faults = dict.fromkeys(box.fault for box in band.boxes if box.fault)
    return Box(
        id=band.id,
        kind="section",
        title=band.title or OTHER,
        asks=", ".join(_counted(band.boxes)),
        rows=(),
        cites=(),
        marks=(),
        state=_joint(box.state for box in band.boxes),
        missing=tuple(dict.fromkeys(fact for box in band.boxes for fact in box.missing)),
        fault="; ".join(faults),
        href=address(band.id),
    )


def _counted(boxes: Iterable[Box]) -> Iterator[str]:
    """Yield how many questions, treatments, workups and silent ends there are."""
    kinds = [box.kind for box in boxes]
    words: dict[Kind, str] = {
        "decision": "question",
        "treatment": "treatment",
        "workup": "workup",
        "silent": "silent end",
    }
    for kind, word in words.items():
        if count := kinds.count(kind):
            yield f"{count} {word}{'s' if count > 1 else ''}"


def _label(arrows: list[Arrow], titles: Mapping[str, str]) -> str:
    """Return the labels of the ways from one section to another, at most three of them."""
    if len(arrows) == 1:
        return arrows[0].label
    labels = [f"{titles[arrow.tail]} {arrow.label}".strip() for arrow in arrows]
    return "; ".join(labels if len(labels) < 4 else [*labels[:2], f"{len(labels) - 2} more"])


def _joint(states: Iterable[State]) -> State:
    """Return the state of a whole: the surest of its parts."""
    found = set(states)
    if {"added", "removed", "changed"} & found:
        return next(iter(found)) if len(found) == 1 else "changed"
    order: tuple[State, ...] = ("yes", "maybe", "plain", "no")
    return next(state for state in order if state in found)
