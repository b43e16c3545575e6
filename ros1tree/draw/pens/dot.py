"""The pen that writes DOT."""

from collections import defaultdict
from collections.abc import Iterator

from ros1tree.draw.layout import PANEL, Layout, layout
from ros1tree.draw.measure import width
from ros1tree.draw.pens.margin import footer, header
from ros1tree.draw.pens.markup import (
    DETAIL,
    cell,
    escaped,
    font,
    heading,
    quoted,
    table,
    wrapped,
)
from ros1tree.draw.pens.panel import label
from ros1tree.draw.picture import FAINT, Arrow, Band, Box, Picture
from ros1tree.draw.theme import Palette

_GRAPH = (
    "rankdir=TB",
    "newrank=true",
    "splines=spline",
    "nodesep=0.18",
    "ranksep=0.3",
    "pad=0.1",
    "outputorder=edgesfirst",
    'fontname="Arial"',
    "fontsize=10",
)
_NODE = 'node [fontname="Arial", fontsize=10, shape=plain]'
_EDGE = 'fontname="Arial", fontsize=9, penwidth=1.3, arrowsize=0.7'
_INVISIBLE = 'shape=point, width=0, height=0, label="", style=invis'
_STRAIGHT = "weight=200"
_FULL = 62.0
_THIN, _THICK = 0.8, 9.0
_STROKES = {
    "plain": (),
    "yes": ("penwidth=3", 'color="{path}"'),
    "maybe": ("style=dashed", "penwidth=1.6"),
    "no": ("penwidth=0.8", 'color="{faint}"'),
    "added": ("penwidth=3", 'color="{path}"'),
    "changed": ("style=dashed", "penwidth=1.6"),
    "removed": ("style=dotted", "penwidth=0.8", 'color="{faint}"'),
}


def dot(picture: Picture, colours: Palette) -> str:
    """Return the picture as DOT text; the same picture gives the same text."""
    return "\n".join(_lines(picture, layout(picture), colours)) + "\n"


def _lines(picture: Picture, plan: Layout, colours: Palette) -> Iterator[str]:
    wide = _FULL if picture.notes or picture.sources or len(picture.boxes()) > 6 else 40.0
    yield f"digraph {quoted(picture.id)} {{"
    yield f'  graph [{", ".join(_GRAPH)}, bgcolor="{colours.paper}"]'
    yield f"  {_NODE}"
    yield f'  edge [{_EDGE}, color="{colours.line}"]'
    if below := footer(picture, colours, wide * 10 / 9):
        yield f"  label=<{below}>; labelloc=b; labeljust=l"
    yield f"  subgraph {quoted('cluster picture')} {{"
    yield f"    label=<{header(picture, colours, wide)}>; labelloc=t; labeljust=l"
    yield "    peripheries=0; margin=5; id=picture"
    inside, between = _split(picture)
    for band in picture.bands:
        yield from _band(band, inside[band.id], plan, colours)
    yield "  }"
    yield from _ladder(plan)
    yield from (f"  {line}" for arrow in between for line in _arrow(arrow, plan, colours))
    yield "}"


def _split(picture: Picture) -> tuple[dict[str, list[Arrow]], list[Arrow]]:
    """Part arrows inside a band from others: the engine orders a band by its own arrows."""
    band_of = {box.id: band.id for band in picture.bands for box in band.boxes}
    inside: dict[str, list[Arrow]] = defaultdict(list)
    between: list[Arrow] = []
    for arrow in picture.arrows:
        band = band_of[arrow.tail]
        (inside[band] if band == band_of[arrow.head] else between).append(arrow)
    return inside, between


def _band(band: Band, arrows: list[Arrow], plan: Layout, colours: Palette) -> Iterator[str]:
    yield f"    subgraph {quoted(f'cluster_{band.id}')} {{"
    title = font(wrapped(band.title, _FULL), colours.ink, 12, "B") or " "
    yield f"      label=<{title}>; labeljust=l; labelloc=t; style=filled; margin=8"
    yield f'      color="{colours.band}"; id={quoted(f"section-{band.id}")}'
    for box in band.boxes:
        yield f"      {_node(box.id)} [{_attributes(box, plan, colours)}]"
        if len(plan.fans.get(box.id, "-")) % 2 == 0:
            group = "trunk" if box.id in plan.trunk else f"fan-{box.id}"
            yield f"      {_middle(box.id, plan)} [{_INVISIBLE}, group={quoted(group)}]"
    for box in band.boxes:
        yield from (f"      {line}" for line in _pins(box.id, plan))
    yield from (f"      {line}" for arrow in arrows for line in _arrow(arrow, plan, colours))
    yield "    }"


def _node(name: str) -> str:
    return quoted(f"node-{name}")


def _attributes(box: Box, plan: Layout, colours: Palette) -> str:
    values = {"id": f"node-{box.id}", "class": f"kind-{box.kind} {box.state}"}
    if box.id in plan.trunk or box.id in plan.meets.values():
        values["group"] = "trunk"
    parts = (f"{key}={quoted(value)}" for key, value in values.items())
    return ", ".join([f"label=<{label(box, colours)}>", *parts])


def _ladder(plan: Layout) -> Iterator[str]:
    """Hold every box at its rank: a chain of invisible points, one a rank."""
    rows: dict[int, list[str]] = defaultdict(list)
    for name, rank in plan.rank.items():
        rows[rank].append(_node(name))
    for (tail, head), rank in plan.stops.items():
        rows[rank].append(_stop(tail, head))
    for name, panels in plan.fans.items():
        if len(panels) % 2 == 0:
            rows[plan.rank[name] + 1].append(_middle(name, plan))
    ranks = sorted(rows)
    points = " -> ".join(quoted(f"rank-{rank}") for rank in ranks)
    yield f"  node [{_INVISIBLE}]"
    yield f"  {points} [style=invis, weight=0]"
    for rank in ranks:
        yield f"  {{rank=same; {quoted(f'rank-{rank}')}; {'; '.join(rows[rank])}}}"
    for above, below in plan.joints:
        yield f"  {_node(above)} -> {_node(below)} [style=invis, weight=5]"


def _pins(name: str, plan: Layout) -> Iterator[str]:
    """Keep panels in their order, and the question above and the box below at their middle."""
    if name not in plan.fans:
        return
    panels, middle = plan.fans[name], _middle(name, plan)
    half = len(panels) // 2
    # Engines keep no order of neighbours, but they avoid crossings: so these start at corners.
    for panel in panels[:half]:
        yield f"{_node(name)}:sw -> {_node(panel)} [style=invis]"
    for panel in panels[half + len(panels) % 2 :]:
        yield f"{_node(name)}:se -> {_node(panel)} [style=invis]"
    yield f"{_node(name)} -> {middle} [style=invis, {_STRAIGHT}]"
    if name in plan.meets:
        yield f"{middle} -> {_node(plan.meets[name])} [style=invis, {_STRAIGHT}]"


def _middle(name: str, plan: Layout) -> str:
    """Return what stands in the middle below a question: a panel, or a point between two."""
    panels = plan.fans[name]
    return _node(panels[len(panels) // 2]) if len(panels) % 2 else quoted(f"pin-{name}")


def _stop(tail: str, head: str) -> str:
    return quoted(f"label-{tail}..{head}")


def _arrow(arrow: Arrow, plan: Layout, colours: Palette) -> Iterator[str]:
    parts = [f"id={quoted(f'edge-{arrow.tail}..{arrow.head}')}", *_STROKES[arrow.state]]
    parts = [part.format(path=colours.path, faint=colours.faint) for part in parts]
    if arrow.share:
        parts.append(f"penwidth={_THIN + (_THICK - _THIN) * arrow.share:.1f}")
    ends = _node(arrow.tail), _node(arrow.head)
    text = _words(arrow, colours, 8.5)
    if (arrow.tail, arrow.head) in plan.stops:
        # The label of a long arrow stands close to its tail: a stop on the way.
        stop = _stop(arrow.tail, arrow.head)
        yield f"{stop} [shape=plain, style=solid, id={stop}, {_words(arrow, colours, 6)}]"
        stem = f"id={quoted(f'stem-{arrow.tail}..{arrow.head}')}"
        yield f"{ends[0]} -> {stop} [{', '.join([stem, *parts[1:], 'dir=none'])}]"
        yield f"{stop} -> {ends[1]} [{', '.join(parts)}]"
        return
    parts += [text] if text else []
    parts += [_STRAIGHT] if (arrow.tail, arrow.head) in plan.straight else []
    if plan.left.get(arrow.head) == arrow.tail or plan.rank[arrow.head] < plan.rank[arrow.tail]:
        # The engine puts the tail of an edge left of its head or above it.
        ends, parts = ends[::-1], [*parts, "dir=back"]
    if (arrow.tail, arrow.head) in plan.straight:
        ends = f"{ends[0]}:s", f"{ends[1]}:n"
    yield f"{ends[0]} -> {ends[1]} [{', '.join(parts)}]"


def _words(arrow: Arrow, colours: Palette, limit: float) -> str:
    ink = colours.dim if arrow.state in FAINT else colours.ink
    # A narrow label is no reason to break a word.
    limit = max(limit, *(min(width(word) + 1, PANEL) for word in arrow.label.split() or [""]))
    lines = [heading(arrow.label, limit, ink, DETAIL) if arrow.label else ""]
    lines.append(font(escaped(arrow.count), ink, DETAIL) if arrow.count else "")
    words = "<BR/>".join(filter(None, lines))
    # A table keeps its text off the line.
    return "label=<" + table([cell(words)], 'BORDER="0" CELLPADDING="3"') + ">" if words else ""
