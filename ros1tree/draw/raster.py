"""The finished drawing as pixels."""

from importlib.resources import files
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from ros1tree.errors import EngineError

_FALLBACK = "Bitstream Vera Sans"


def png(svg: Element, scale: float) -> bytes:
    """Return the drawing as PNG, `scale` pixels for each of its units.

    Its fonts are the machine's; where none of them fits, one that comes with a dependency is used,
    and every text keeps the width for which there is room.
    """
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
