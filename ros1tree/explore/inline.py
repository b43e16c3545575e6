"""The diagram as a part of the page: its nodes are buttons, and it holds what the policy allows."""

import re
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from ros1tree.draw.theme import LIGHT

NAMESPACE = ' xmlns="http://www.w3.org/2000/svg"'

IDLE = (("text-anchor", "start"), ("stroke", "none"), ("lengthAdjust", "spacingAndGlyphs"))
"""What is so anyway, or what the page's script says of all texts at once."""

NUMBERS = {"d", "points", "x", "y", "font-size", "textLength"}


def inline(svg: str, title: str) -> str:
    """Return a finished drawing of a whole guideline as a part of the page."""
    drawing = ElementTree.fromstring(svg.replace(NAMESPACE, "", 1))  # noqa: S314 - our own
    for key in ("style", "aria-labelledby"):
        drawing.attrib.pop(key)
    drawing.set("role", "group")
    drawing.set("aria-label", title)
    for child in list(drawing):
        if child.tag in ("title", "desc"):
            drawing.remove(child)
        else:
            child.set("id", "drawing-all")
    for group in drawing.iter("g"):
        if group.get("id", "").startswith("node-"):
            group.set("role", "button")
            group.set("tabindex", "-1")
            group.set("aria-description", _description(group.attrib.pop("aria-label")))
    _unlink(drawing)
    for element in drawing.iter():
        _shorten(element)
        element.tail = "\n" if element.tag == "text" else None
        element.text = element.text if element.tag == "text" else None
    return ElementTree.tostring(drawing, encoding="unicode")


def _shorten(element: Element) -> None:
    """Drop attributes that say nothing, and digits that nobody sees."""
    for key, value in IDLE:
        if element.get(key) == value:
            del element.attrib[key]
    if element.tag == "text" and element.get("fill") == LIGHT.ink:
        del element.attrib["fill"]
    for key in NUMBERS & element.attrib.keys():
        element.set(key, re.sub(r"-?\d+\.\d+", _short, element.get(key, "")))


def _short(number: re.Match[str]) -> str:
    """Return a number to a tenth of a unit: finer than anybody sees."""
    return f"{round(float(number[0]), 1):g}" if abs(float(number[0])) < 1e5 else number[0]


def _description(name: str) -> str:
    """Return what a reader hears of a node beside what stands in its box: kind, and ways on.

    `name` is its name in a drawing that stands alone: kind, title and ways on.
    """
    kind, _, rest = name.partition(": ")
    return "; ".join(filter(None, (kind, rest.partition("; ")[2])))


def _unlink(drawing: Element) -> None:
    """Take the links of citations out: a button holds none, and the panel has them."""
    for parent in list(drawing.iter()):
        for place, child in reversed(list(enumerate(parent))):
            if child.tag == "a":
                parent[place : place + 1] = list(child)
