"""The output columns: what they are made from, and how planes become Arrow arrays."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ros1tree.cohort.bits import bit_rows, packed, rows_of, unpacked
from ros1tree.cohort.encode import Bad
from ros1tree.cohort.logic import ALWAYS, NEVER, Formula, Logic
from ros1tree.cohort.planes import Pair, Planes
from ros1tree.cohort.program import BLOCK, Plane
from ros1tree.errors import shown
from ros1tree.model import TIERS, Guideline
from ros1tree.outcome import STATUSES, Outcome, barred_column, impossible_words

CODED = pa.dictionary(pa.int8(), pa.string())
NAMES = pa.list_(pa.dictionary(pa.int32(), pa.string()))

Refusals = Sequence[tuple[str, Bad]]
"""The values that are not allowed, by fact."""

Build = Callable[[Sequence[Plane], int, Refusals], Any]
"""Makes a column of so many rows from planes."""


@dataclass(frozen=True, slots=True)
class Column:
    """An output column: the formulas from which it is made, and what makes it from their planes."""

    name: str
    formulas: tuple[Formula, ...]
    build: Build


def statuses(planes: Planes, found: Outcome[Pair]) -> dict[str, Formula]:
    """Return who has each status; everybody has one."""
    logic = planes.logic
    fault = logic.disjunction(*(pair.true for pair in found.faults.values()))
    silent = logic.disjunction(*(pair.true for pair in found.silent.values()))
    rest = logic.without(found.valid.true, fault)
    waiting = logic.conjunction(rest, found.waiting.true)
    rest = logic.without(rest, waiting)
    uncovered = logic.conjunction(rest, silent)
    complete = logic.without(rest, uncovered)
    invalid = logic.without(planes.there, found.valid.true)
    return dict(zip(STATUSES, (complete, waiting, uncovered, fault, invalid), strict=True))


def tiers(logic: Logic, found: Outcome[Pair], intervention: str) -> dict[str, Formula]:
    """Return who gets an intervention in each tier as the best one."""
    better = NEVER
    best: dict[str, Formula] = {}
    for tier, pair in found.tiers.get(intervention, {}).items():
        best[tier] = logic.conjunction(pair.true, logic.negated(better))
        better = logic.disjunction(better, pair.true)
    return best


def columns(guideline: Guideline, planes: Planes, found: Outcome[Pair]) -> Iterator[Column]:
    """Yield every output column, in the order in which they stand."""
    logic, status = planes.logic, statuses(planes, found)
    bits = [
        logic.disjunction(
            *(status[name] for place, name in enumerate(STATUSES) if place >> bit & 1)
        )
        for bit in range(3)
    ]
    yield Column("status", (ALWAYS, *bits), _coded(STATUSES))
    valid = found.valid.true
    for name in guideline.interventions:
        best = tiers(logic, found, name)
        ranked = [(TIERS.index(tier), formula) for tier, formula in best.items()]
        some = logic.disjunction(*best.values())
        # A bit that every tier of the intervention has, or none, is no plane.
        bits = [
            ALWAYS
            if all(rank >> bit & 1 for rank, _ in ranked)
            else logic.disjunction(*(one for rank, one in ranked if rank >> bit & 1))
            for bit in range(2)
        ]
        constant = set(bits) <= {ALWAYS, NEVER}
        build = _constant(bits[0] + 2 * bits[1]) if constant else _coded(TIERS[:4])
        yield Column(name, (some, *bits), build)
    for name in guideline.interventions:
        barred = found.avoid[name].true if name in found.avoid else NEVER
        yield Column(barred_column(name), (valid, barred), _flags)
    for title, entries in (
        ("possible", found.possible.items()),
        ("missing", found.missing),
        ("silent", found.silent.items()),
        ("faults", found.faults.items()),
    ):
        names, pairs = [name for name, _ in entries], [pair.true for _, pair in entries]
        yield Column(title, (valid, *pairs), _named(names))
    rules = range(len(guideline.impossible))
    texts = [impossible_words(guideline, place) for place in rules]
    barring = tuple(pair.true for pair in found.problems)
    yield Column("problems", barring, _problems(texts))


def bad_text(fact: str, value: str) -> str:
    """Return what is said of a value that is not allowed."""
    return f"{fact}: {shown(value)} is not allowed"


def _buffer(found: Plane) -> Any:
    return pa.py_buffer(found)


def _coded(names: Sequence[str]) -> Build:
    """Return what makes a dictionary-coded column of who has a value, and the bits of its code."""
    dictionary = pa.array(names, pa.string())

    def build(planes: Sequence[Plane], rows: int, _: Refusals) -> Any:
        some, *bits = planes
        codes = unpacked(bits[0], rows)
        for place, plane in enumerate(bits[1:], 1):
            codes |= unpacked(plane, rows) << np.uint8(place)
        return pa.DictionaryArray.from_buffers(
            CODED, rows, [_buffer(some), pa.py_buffer(codes)], dictionary
        )

    return build


def _constant(code: int) -> Build:
    """Return what makes a column of tiers where there is one tier alone: nothing is unpacked."""
    dictionary = pa.array(TIERS[:4], pa.string())
    codes = pa.py_buffer(np.full(BLOCK, code, np.int8))

    def build(planes: Sequence[Plane], rows: int, _: Refusals) -> Any:
        return pa.DictionaryArray.from_buffers(CODED, rows, [_buffer(planes[0]), codes], dictionary)

    return build


def _flags(planes: Sequence[Plane], rows: int, _: Refusals) -> Any:
    valid, held = planes
    return pa.Array.from_buffers(pa.bool_(), rows, [_buffer(valid), _buffer(held)])


CHUNK = 1 << 16
"""So many patients at once have their names listed: their bits fit into a cache."""


def _named(names: Sequence[str]) -> Build:
    """Return what makes a column of lists: the names of the planes with a patient, in order."""
    known = list(dict.fromkeys(names))
    dictionary = pa.array(known, pa.string())
    places = {name: place for place, name in enumerate(known)}
    of_plane = np.array([places[name] for name in names], np.int32)

    def build(planes: Sequence[Plane], rows: int, _: Refusals) -> Any:
        valid, *slots = planes
        used = [place for place, plane in enumerate(slots) if plane.any()]
        sizes, entries = _listed([slots[place] for place in used], rows)
        offsets = np.zeros(rows + 1, np.int32)
        np.cumsum(sizes, out=offsets[1:])
        codes = of_plane[used][entries] if used else of_plane[:0]
        values = pa.DictionaryArray.from_buffers(
            NAMES.value_type, len(codes), [None, pa.py_buffer(codes)], dictionary
        )
        return pa.Array.from_buffers(
            NAMES, rows, [_buffer(valid), pa.py_buffer(offsets)], children=[values]
        )

    return build


def _listed(slots: Sequence[Plane], rows: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return how many planes have each patient, and which, patient by patient."""
    if not slots:
        return np.zeros(rows, np.int32), np.zeros(0, np.int32)
    bits = bit_rows(slots, rows)
    counts = np.bitwise_count(bits)
    sizes = counts[:, 0] if counts.shape[1] == 1 else counts.sum(axis=1, dtype=np.int32)
    wide = bits.itemsize * bits.shape[1] * 8
    entries: list[NDArray[Any]] = []
    for first in range(0, rows, CHUNK):
        some = bits[first : first + CHUNK].view(np.uint8)
        held = np.flatnonzero(np.unpackbits(some, bitorder="little").view(bool))
        # A remainder takes several times as long as an "and", where it is one.
        inside = held & (wide - 1) if wide <= 64 else held % wide
        entries.append(inside.astype(np.int32))
    return sizes, np.concatenate(entries)


def _problems(texts: Sequence[str]) -> Build:
    """Return what makes the column of what is wrong with a row; null where nothing is."""

    def build(planes: Sequence[Plane], rows: int, refusals: Refusals) -> Any:
        at, told = [np.zeros(0, np.int64)], [pa.array([], pa.string())]
        for fact, bad in refusals:
            at.append(bad.rows)
            values = bad.values.dictionary_encode()
            said = [bad_text(fact, value) for value in values.dictionary.to_pylist()]
            told.append(pa.array(said, pa.string()).take(values.indices))
        for plane, text in zip(planes, texts, strict=True):
            at.append(rows_of(plane, rows) if plane.any() else at[0])
            told.append(pa.array([text] * len(at[-1]), pa.string()))
        every = np.concatenate(at)
        sizes = np.bincount(every, minlength=rows)
        offsets = np.concatenate(([0], np.cumsum(sizes))).astype(np.int32)
        values = pa.concat_arrays(told).take(pa.array(np.argsort(every, kind="stable")))
        valid = packed(sizes > 0, rows)
        return pa.Array.from_buffers(
            pa.list_(pa.string()),
            rows,
            [_buffer(valid), pa.py_buffer(offsets)],
            children=[values],
        )

    return build
