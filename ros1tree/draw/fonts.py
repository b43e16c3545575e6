"""Fonts for paper: the one that every reader of a PDF has, or one of the machine's for the rest."""

import os
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from unicodedata import bidirectional, name

from ros1tree.errors import EngineError

_ODD = ("italic", "oblique", "mono", "condensed", "narrow", "light", "thin", "black", "serif")
_FOLDERS = (
    "/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts",
    "/System/Library/Fonts", "/Library/Fonts", "~/Library/Fonts", r"C:\Windows\Fonts",
)  # fmt: skip


def font_for(text: str, *, bold: bool) -> str | None:
    """Return the name of a registered font that has every character of a text.

    None stands for Helvetica, which every reader of a PDF has. Raises EngineError for a text
    that no font of this machine shows.
    """
    letters = frozenset("".join(text.split()))
    if not _beyond(letters):
        return None
    turned = sorted(c for c in letters if bidirectional(c) in ("R", "AL"))
    if turned:
        text = f"a PDF cannot show '{turned[0]}', which is written from right to left"
        raise EngineError(f"{text}; draw to .svg or .png")
    for candidate in _candidates(bold=bold):
        if letters <= _letters(candidate):
            return _register(candidate)
    lost = min(_beyond(letters))
    raise EngineError(
        f"a PDF cannot show '{lost}' ({name(lost, 'no name')}): no TrueType font of this machine"
        " has it; install one, or draw to .svg"
    )


def readable(text: str) -> None:
    """Raise EngineError for a character that surely no font of this machine shows."""
    letters = _beyond(frozenset("".join(text.split())))
    for file in _files():
        if not letters:
            return
        # Of a font that cannot be read here, it is not known what it lacks.
        letters -= _letters(file) or letters
    if letters:
        lost = min(letters)
        raise EngineError(
            f"no font of this machine shows '{lost}' ({name(lost, 'no name')}): install one, or"
            " draw to .svg"
        )


def _beyond(letters: frozenset[str]) -> set[str]:
    """Return the characters that Helvetica lacks."""
    from reportlab.pdfbase.pdfmetrics import getFont, unicode2T1  # noqa: PLC0415 - only for a PDF

    helvetica = getFont("Helvetica")
    return {c for c in letters if unicode2T1(c, [helvetica])[0][0] is not helvetica}


def _candidates(*, bold: bool) -> Iterator[Path]:
    files = _files()
    wanted = [path for path in files if ("bold" in path.stem.lower()) == bold]
    yield from wanted
    yield from (path for path in files if path not in wanted)


@lru_cache(maxsize=1)
def _files() -> tuple[Path, ...]:
    """Return the machine's fonts, upright ones of sans-serif families first."""
    found = {
        Path(root) / file
        for folder in _FOLDERS
        for root, _, files in os.walk(Path(folder).expanduser())
        for file in files
        if file.lower().endswith((".ttf", ".ttc", ".otf"))
    }
    return tuple(sorted(found, key=lambda path: (*_strange(path.stem.lower()), path.name)))


def _strange(stem: str) -> tuple[bool, bool, bool]:
    """Return how far a font is from upright letters as wide as those of Helvetica."""
    odd = any(word in stem for word in _ODD)
    return odd, "arial" not in stem and "liberationsans" not in stem, "sans" not in stem


@lru_cache(maxsize=256)
def _letters(path: Path) -> frozenset[str]:
    """Return the characters of a font; none where it cannot be put into a PDF."""
    from reportlab.pdfbase.ttfonts import TTFError, TTFontFile  # noqa: PLC0415

    try:
        return frozenset(map(chr, TTFontFile(str(path)).charToGlyph))
    except (TTFError, OSError, ValueError):
        return frozenset()


@lru_cache(maxsize=256)
def _register(path: Path) -> str:
    from reportlab.pdfbase.pdfmetrics import registerFont  # noqa: PLC0415
    from reportlab.pdfbase.ttfonts import TTFont  # noqa: PLC0415
    from svglib.fonts import register_font  # noqa: PLC0415

    registerFont(TTFont(path.stem, str(path)))
    register_font(path.stem, str(path))
    return path.stem
