"""The finished drawing as pixels."""

from importlib.resources import files
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from ros1tree.draw.fonts import readable
from ros1tree.errors import EngineError, TooLargeError

PIXELS = 300_000_000
"""How many pixels a picture may have; each takes four bytes of memory."""

_FALLBACK = "Bitstream Vera Sans"


def png(svg: Element, scale: float) -> bytes:
    """Return the drawing as PNG, `scale` pixels for each of its units.

    Its fonts are the machine's; where none of them fits, one that comes with a dependency is used,
    and every text keeps the width for which there is room. Raises TooLargeError, and EngineError
    for a character that no font of the machine has.
    """
    wide, tall = (float(part) * scale for part in svg.get("viewBox", "").split()[2:])
    if wide * tall > PIXELS:
        raise TooLargeError(
            f"the picture would have {wide:.0f} x {tall:.0f} pixels, more than"
            f" {PIXELS // 1_000_000} million; lower the scale, draw a section, or draw to svg"
        )
    readable("".join(text.text or "" for text in svg.iter("text")))
    import resvg_py  # noqa: PLC0415 - only a PNG needs it

    fonts = str(files("reportlab").joinpath("fonts"))
    try:
        return resvg_py.svg_to_bytes(
            svg_string=ElementTree.tostring(svg, encoding="unicode"),
            zoom=scale,
            font_dirs=[fonts],
            font_family=_FALLBACK,
            sans_serif_family=_FALLBACK,
        )
    except ValueError as error:
        raise EngineError(f"the drawing could not be turned into pixels: {error}") from None
