"""How wide text is, about, and how it wraps: for what is decided before the engine lays out."""

import unicodedata
from collections.abc import Callable, Iterator

_NARROW = frozenset("ijl|!'.,:;`")
_SLIM = frozenset('ftrI()[]{}-/\\ "*')
_BROAD = frozenset("mwMW%@")


def width(text: str) -> float:
    """Return the width of a line of Arial in units of its size (em), to some five per cent."""
    return sum(map(em, text))


def em(character: str) -> float:
    """Return the width of a letter of Arial in units of its size."""
    if character in _NARROW:
        return 0.25
    if character in _SLIM:
        return 0.32
    if character in _BROAD:
        return 0.87
    if character.isascii():
        return 0.69 if character.isupper() else 0.54
    if unicodedata.combining(character):
        return 0.0
    return 1.0 if unicodedata.east_asian_width(character) in "WF" else 0.6


def cells(character: str) -> float:
    """Return how many columns of a terminal a character takes."""
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def wrap(text: str, limit: float, of: Callable[[str], float] = em) -> tuple[str, ...]:
    """Return text in lines of at most `limit`, in the units of `of`.

    A word is broken only where it is wider than a whole line.
    """
    return tuple(line for part in text.split("\n") for line in _wrapped(part, limit, of))


def _wrapped(text: str, limit: float, of: Callable[[str], float]) -> Iterator[str]:
    line, used = "", 0.0
    for word in (piece for whole in text.split() for piece in _pieces(whole, limit, of)):
        wide = sum(map(of, word))
        if line and used + of(" ") + wide > limit:
            yield line
            line, used = "", 0.0
        line, used = (f"{line} {word}", used + of(" ") + wide) if line else (word, wide)
    yield line


def _pieces(word: str, limit: float, of: Callable[[str], float]) -> Iterator[str]:
    piece, used = "", 0.0
    for character in word:
        wide = of(character)
        if piece and wide and used + wide > limit:
            yield piece
            piece, used = "", 0.0
        piece, used = piece + character, used + wide
    yield piece
