"""Bits of Arrow buffers and of NumPy arrays as planes, without a copy where they are planes."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ros1tree.cohort.program import Plane, width


def plane(buffer: Any, offset: int, rows: int) -> Plane:
    """Return bits of an Arrow buffer as a plane; a view where they begin and end with a word.

    Without a buffer, which an array without values need not have, no bit is set.
    """
    if buffer is None or not rows:
        return np.zeros(width(rows), np.uint8)
    data = np.frombuffer(buffer, np.uint8)
    first, shift = divmod(offset, 8)
    last = -(-(offset + rows) // 8)
    found: Plane = data[first:last]
    if shift:
        high = np.append(found[1:], np.uint8(0))
        found = np.bitwise_or(found >> np.uint8(shift), high << np.uint8(8 - shift))
    return padded(found, rows)


def packed(truths: NDArray[Any], rows: int) -> Plane:
    """Return an array of truths, or of numbers that are true where they are not 0, as a plane."""
    return padded(np.packbits(truths, bitorder="little"), rows)


def padded(found: Plane, rows: int) -> Plane:
    """Return a plane of whole words; the bits after the last patient say nothing."""
    size = width(rows)
    if len(found) >= size:
        return found[:size]
    whole = np.zeros(size, np.uint8)
    whole[: len(found)] = found
    return whole


def there(rows: int) -> Plane:
    """Return the plane of the patients that are there."""
    found = np.full(width(rows), 255, np.uint8)
    found[-(-rows // 8) :] = 0
    if rows % 8:
        found[rows // 8] = (1 << rows % 8) - 1
    return found


def unpacked(found: Plane, rows: int) -> NDArray[np.uint8]:
    """Return a plane as an array of 0 and 1."""
    return np.unpackbits(found, count=rows, bitorder="little")


def rows_of(found: Plane, rows: int) -> NDArray[np.int64]:
    """Return the rows whose bit is set."""
    return np.flatnonzero(unpacked(found, rows))


def total(found: Plane) -> int:
    """Return how many bits are set."""
    return int(np.bitwise_count(found.view(np.uint64)).sum(dtype=np.int64))


_STEPS = (
    (7, np.uint64(0x00AA00AA00AA00AA)),
    (14, np.uint64(0x0000CCCC0000CCCC)),
    (28, np.uint64(0x00000000F0F0F0F0)),
)


def bit_rows(planes: Sequence[Plane], rows: int) -> NDArray[np.uint64]:
    """Return planes turned by a right angle: words a patient, a bit a plane, the first one lowest.

    As many words as are needed, each of as few bytes as hold them. Eight by eight bits are
    transposed at once (Warren, Hacker's Delight, 7-3).
    """
    size, groups = width(rows), -(-len(planes) // 8)
    wide = 1 << max(groups - 1, 0).bit_length() if groups <= 8 else -(-groups // 8) * 8
    found = np.zeros((size * 8, wide), np.uint8)
    for group in range(groups):
        square = np.zeros((size, 8), np.uint8)
        for place, one in enumerate(planes[group * 8 : group * 8 + 8]):
            square[:, place] = one
        bits = square.view(np.uint64).ravel()
        for shift, mask in _STEPS:
            swap = (bits ^ (bits >> np.uint64(shift))) & mask
            bits ^= swap ^ (swap << np.uint64(shift))
        found[:, group] = bits.view(np.uint8)
    return found[:rows].view(f"u{min(wide, 8)}")
