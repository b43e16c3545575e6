"""Two pictures in one: what was added to an earlier version, removed from it, or changed."""

from collections.abc import Hashable
from dataclasses import replace

from ros1tree.draw.picture import Arrow, Band, Box, Detail, Picture, Row, State

_TIERS = ("preferred", "recommended", "alternative", "consider", "avoid")


def compared(before: Picture, after: Picture) -> Picture:
    """Return the later picture with what the earlier one had besides, everything marked."""
    sources = {source.cite.name: source for source in (*before.sources, *after.sources)}
    return replace(
        after,
        title=f"{after.title}: what changed",
        subtitle=f"From: {before.subtitle}. To: {after.subtitle}",
        bands=_bands(before, after),
        arrows=_arrows(before, after),
        sources=tuple(sources[name] for name in sorted(sources)),
        compared=True,
    )


def _bands(before: Picture, after: Picture) -> tuple[Band, ...]:
    """Return the bands of the later picture, and in them, or after them, what is gone."""
    was = {box.id: box for box in before.boxes()}
    now = {box.id for box in after.boxes()}
    old, new = _said(before), _said(after)
    bands = {
        band.id: replace(
            band,
            boxes=tuple(
                _box(was.get(box.id), box, same=old.get(box.id) == new[box.id])
                for box in band.boxes
            ),
        )
        for band in after.bands
    }
    for band in before.bands:
        gone = tuple(_gone(box) for box in band.boxes if box.id not in now)
        if gone:
            kept = bands.get(band.id, replace(band, boxes=()))
            bands[band.id] = replace(kept, boxes=(*kept.boxes, *gone))
    return tuple(bands.values())


def _said(picture: Picture) -> dict[str, Hashable]:
    """Return of each box its band and its notes, which stand outside of it, and all but its offers.

    The marks of notes are letters of a whole picture; another letter is no change.
    """
    notes = {note.mark: (note.text, note.cites) for note in picture.notes}
    return {
        box.id: (band.id, tuple(notes[mark] for mark in box.marks), replace(box, rows=(), marks=()))
        for band in picture.bands
        for box in band.boxes
    }


def _gone(box: Box) -> Box:
    rows = tuple(replace(row, state="removed") for row in box.rows)
    return replace(box, state="removed", rows=rows, marks=())


def _box(before: Box | None, after: Box, *, same: bool) -> Box:
    if before is None:
        return _all(after, "added")
    rows = _rows(before.rows, after.rows)
    plain = same and all(row.state == "plain" for row in rows)
    return replace(after, rows=rows, state="plain" if plain else "changed")


def _all(box: Box, state: State) -> Box:
    return replace(box, state=state, rows=tuple(replace(row, state=state) for row in box.rows))


def _rows(before: tuple[Row, ...], after: tuple[Row, ...]) -> tuple[Row, ...]:
    """Return the offers of both, an earlier one and a later one of the same thing as one."""
    left = list(before)
    rows = [_row(_like(row, left), row) for row in after]
    rows += [replace(row, id=f"{row.id}-removed", state="removed") for row in left]
    return tuple(sorted(rows, key=lambda row: _TIERS.index(row.tier)))


def _like(row: Row, left: list[Row]) -> Row | None:
    """Take the earlier offer of the same thing out of those that are left: the same tier first."""
    alike = [other for other in left if other.title == row.title]
    alike.sort(key=lambda other: other.tier != row.tier)
    if not alike:
        return None
    left.remove(alike[0])
    return alike[0]


def _row(before: Row | None, after: Row) -> Row:
    if before is None:
        return replace(after, state="added")
    if replace(before, id="") == replace(after, id=""):
        return after
    was = [before.tier] if before.tier != after.tier else []
    if before.condition != after.condition:
        was.append(f"if {before.condition}" if before.condition else "for everybody")
    told = (Detail(f"before: {', '.join(was)}"),) if was else ()
    return replace(after, state="changed", details=(*after.details, *told))


def _arrows(before: Picture, after: Picture) -> tuple[Arrow, ...]:
    was = {(arrow.tail, arrow.head): arrow for arrow in before.arrows}
    now = {(arrow.tail, arrow.head): arrow for arrow in after.arrows}
    arrows = []
    for ends in dict.fromkeys((*now, *was)):
        arrow, state = now.get(ends, was.get(ends)), _became(was.get(ends), now.get(ends))
        if arrow is not None:
            arrows.append(replace(arrow, state=state))
    return tuple(arrows)


def _became(before: Arrow | None, after: Arrow | None) -> State:
    if before is None or after is None:
        return "added" if before is None else "removed"
    return "plain" if before == after else "changed"
