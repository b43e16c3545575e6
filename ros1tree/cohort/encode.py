"""From Arrow columns to planes: what is known of each patient, and which values are not allowed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ros1tree.cohort.bits import packed, plane, rows_of, total, unpacked
from ros1tree.cohort.logic import Formula, Logic
from ros1tree.cohort.program import Machine, Plane, Program, compiled, width
from ros1tree.cohort.vocabulary import plane_count
from ros1tree.model import (
    LARGEST,
    AnyFact,
    BooleanFact,
    ChoiceFact,
    IntegerFact,
    NumberFact,
    SetFact,
)
from ros1tree.proof.coding import Cut


@dataclass(frozen=True, slots=True)
class Bad:
    """Values that a fact does not allow: the rows, and the value of each as text."""

    rows: NDArray[np.int64]
    values: Any
    """A pyarrow array of strings."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """A column of a fact as planes; a value that is not allowed is not known."""

    known: Plane
    planes: Sequence[Plane]
    """See `Term.planes`."""
    bad: Bad | None = None


def encoded(fact: AnyFact, cuts: tuple[Cut, ...], array: Any, *, tested: bool = True) -> Encoded:
    """Return a column, of a type that fits the fact, as planes.

    Of a fact that is not `tested` only values that are not allowed matter.
    """
    if pa.types.is_null(array.type):
        return absent(fact, cuts, len(array))
    match fact:
        case BooleanFact():
            return Encoded(_validity(array), [_truths(array)])
        case ChoiceFact():
            return _choice(fact, array, tested=tested)
        case SetFact():
            return _set(fact, array)
        case _:
            return _number(fact, cuts, array)


def absent(fact: AnyFact, cuts: tuple[Cut, ...], rows: int) -> Encoded:
    """Return the planes of a fact of which nothing is known."""
    nobody = np.zeros(width(rows), np.uint8)
    return Encoded(nobody, [nobody] * plane_count(fact, cuts))


def members(columns: Sequence[Any]) -> Encoded:
    """Return a set of which each member has a boolean column, in the order of the fact.

    A null in one of them makes the whole set unknown.
    """
    known = _validity(columns[0])
    for column in columns[1:]:
        known = known & _validity(column)
    return Encoded(known, list(map(_truths, columns)))


def _truths(array: Any) -> Plane:
    """Return the values of a boolean column; under a null any."""
    if pa.types.is_null(array.type):
        return np.zeros(width(len(array)), np.uint8)
    return plane(array.buffers()[1], array.offset, len(array))


def _validity(array: Any) -> Plane:
    """Return who has a value."""
    if pa.types.is_null(array.type):
        return np.zeros(width(len(array)), np.uint8)
    buffer = array.buffers()[0]
    if buffer is None:
        return np.full(width(len(array)), 255, np.uint8)
    return plane(buffer, array.offset, len(array))


def _numbers(array: Any) -> NDArray[Any]:
    """Return the numbers of an array; under a null any number."""
    kind, buffer = np.dtype(array.type.to_pandas_dtype()), array.buffers()[1]
    if buffer is None:
        return np.zeros(len(array), kind)
    return np.frombuffer(buffer, kind)[array.offset : array.offset + len(array)]


NULL, BAD, MAX_CODES = -1, -2, 256


def _dictionary(array: Any) -> Any:
    """Return a column of strings as a dictionary-coded one."""
    coded = pa.types.is_dictionary(array.type)
    return text_dictionary(array) if coded else pc.dictionary_encode(_text(array))


def text_dictionary(array: Any) -> Any:
    """Return a dictionary-coded column with values in a type that every function knows."""
    if not pa.types.is_string_view(array.type.value_type):
        return array
    return pa.DictionaryArray.from_arrays(array.indices, _text(array.dictionary))


def _text(array: Any) -> Any:
    """Return text in a type that every function of Arrow knows."""
    return array.cast(pa.large_string()) if pa.types.is_string_view(array.type) else array


def _codes(array: Any, known: Sequence[str]) -> tuple[NDArray[Any], tuple[int, ...]]:
    """Return the codes of a dictionary-coded column, and which of the known values each means.

    What is null means -1, and what is not known -2. Under a null there is any code.
    """
    codes, values = _numbers(array.indices), array.dictionary.to_pylist()
    places = {value: place for place, value in enumerate(known)}
    meaning = tuple(NULL if value is None else places.get(value, BAD) for value in values)
    if len(meaning) <= MAX_CODES:
        return codes.astype(np.uint8, copy=False), meaning
    # A dictionary far larger than the fact: look each code up, and go on with few.
    few = [len(known) + (m == BAD) if m < 0 else m for m in meaning]
    kind = np.uint8 if len(known) + 2 <= MAX_CODES else np.uint16
    codes = np.take(np.array(few, kind), codes, mode="clip")
    return codes, (*range(len(known)), NULL, BAD)


def _choice(fact: ChoiceFact, array: Any, *, tested: bool) -> Encoded:
    rows = len(array)
    array = _dictionary(array)
    if not tested and not set(array.dictionary.to_pylist()) - {*fact.values, None}:
        return absent(fact, (), rows)
    codes, meaning = _codes(array, tuple(fact.values))
    slices = [_sliced(codes, 1 << bit) for bit in range(_bits(len(meaning)))]
    translate = Machine(_translation(meaning, len(fact.values)), rows)
    named, bad, *planes = translate.run(slices, rows)
    valid = _validity(array)
    wrong = bad & valid if BAD in meaning else None
    return Encoded(named & valid, planes, None if wrong is None else _bad(array, wrong))


def _bits(size: int) -> int:
    """Return how many bits so many codes need."""
    return max(size - 1, 0).bit_length()


def _sliced(codes: NDArray[Any], bit: int) -> Plane:
    chosen = codes & codes.dtype.type(bit)
    return packed(chosen if chosen.dtype == np.uint8 else chosen != 0, len(codes))


@lru_cache(maxsize=256)
def _translation(meaning: tuple[int, ...], size: int) -> Program:
    """Return what turns the codes of a dictionary, in whatever order, into those of a fact.

    Its results: who has a value, who has one that is not allowed, and each bit of the code.
    """
    logic, bits = Logic(), tuple(range(_bits(len(meaning))))

    def who(wanted: Callable[[int], bool]) -> Formula:
        mask = sum(1 << code for code, value in enumerate(meaning) if wanted(value))
        return logic.function(mask, len(meaning), tuple(map(logic.input, bits)))

    def has(bit: int) -> Formula:
        return who(lambda value: value >= 0 and bool(value >> bit & 1))

    named, bad = who(lambda value: value >= 0), who(lambda value: value == BAD)
    return compiled(logic, len(bits), [named, bad, *map(has, range(_bits(size)))])


def _bad(array: Any, wrong: Plane) -> Bad | None:
    """Return the values of the rows that are wrong, if there are any."""
    if not total(wrong):
        return None
    rows = rows_of(wrong, len(array))
    if not len(rows):  # a plane says nothing of what lies behind the last row
        return None
    return Bad(rows, pc.cast(array.take(pa.array(rows)), pa.string()))


def _number(fact: AnyFact, cuts: tuple[Cut, ...], array: Any) -> Encoded:
    low, high = _range(fact)
    rows, valid = len(array), _validity(array)
    if pa.types.is_decimal(array.type):  # by way of text, for Arrow's own cast rounds otherwise
        array = array.cast(pa.string()).cast(pa.float64())
    elif pa.types.is_float16(array.type):
        array = array.cast(pa.float64())
    numbers = _numbers(array)
    if numbers.dtype == np.float32:
        numbers = numbers.astype(np.float64)
    fine = (numbers >= low) & (numbers <= high)
    if isinstance(fact, IntegerFact) and numbers.dtype.kind == "f":
        fine &= numbers == np.floor(numbers)
    allowed = packed(fine, rows)
    beyond = [numbers > at if after else numbers >= at for at, after in cuts]
    planes = [packed(found, rows) for found in beyond]
    return Encoded(valid & allowed, planes, _bad(array, valid & ~allowed))


def _range(fact: AnyFact) -> tuple[float, float]:
    if not isinstance(fact, IntegerFact | NumberFact):
        raise TypeError(fact)
    low, high = fact.min, fact.max
    return -LARGEST if low is None else low, LARGEST if high is None else high


def _set(fact: SetFact, array: Any) -> Encoded:
    """Return a column of lists as planes; a null among the members makes the set unknown."""
    rows, names = len(array), tuple(fact.values)
    items = array.flatten()
    if not pa.types.is_null(items.type):
        items = _dictionary(items)
    starts = np.zeros(rows + 1, np.int64)
    np.cumsum(pc.fill_null(pc.list_value_length(array), 0).to_numpy(), out=starts[1:])
    places = _places(items, names)
    *planes, unknown, wrong = _membership(places, starts, len(names) + 2)
    valid = _validity(array)
    known = valid & ~unknown & ~wrong
    at = np.flatnonzero(places == len(names) + 1)
    if not len(at):
        return Encoded(known, planes)
    owners = np.searchsorted(starts, at, side="right") - 1
    wrongs = pc.dictionary_encode(pc.cast(items.take(pa.array(at)), pa.string()))
    # A list that has the same wrong member twice is wrong once.
    named = owners * (len(wrongs.dictionary) + 1) + wrongs.indices.to_numpy()
    _, once = np.unique(named, return_index=True)
    values = wrongs.take(pa.array(once)).cast(pa.string())
    return Encoded(known, planes, Bad(owners[once].astype(np.int64), values))


def _places(items: Any, names: Sequence[str]) -> NDArray[np.uint16]:
    """Return which member each item is; after the last one come null, and what is not allowed."""
    if pa.types.is_null(items.type):
        return np.full(len(items), len(names), np.uint16)
    codes, meaning = _codes(items, names)
    of_code = [m if m >= 0 else len(names) + (m == BAD) for m in meaning] or [len(names)]
    found = np.take(np.array(of_code, np.uint16), codes, mode="clip")
    if items.null_count:
        found[unpacked(_validity(items), len(items)) == 0] = len(names)
    return found


def _membership(places: NDArray[np.uint16], starts: NDArray[Any], size: int) -> list[Plane]:
    """Return for each place which lists have it; list `n` is from `starts[n]` to the next."""
    rows = len(starts) - 1
    filled = starts[1:] > starts[:-1]
    planes: list[Plane] = []
    for first in range(0, size, 8):
        some = range(first, min(first + 8, size))
        of_place = np.zeros(size, np.uint8)
        of_place[some.start : some.stop] = [1 << bit for bit in range(len(some))]
        found = np.zeros(rows, np.uint8)
        if filled.any():
            items = np.take(of_place, places)
            found[filled] = np.bitwise_or.reduceat(items, starts[:-1][filled])
        planes += [packed(found & np.uint8(1 << bit), rows) for bit in range(len(some))]
    return planes
