"""Pictures to draw in tests, and what an engine says of where things lie."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from ros1tree.draw.picture import Arrow, Band, Box, Cite, Detail, Note, Picture, Row, Source

NASTY = [
    'quotes " and \' and `', "a & b &amp; c &#65;", "<B>bold</B>", "</TD></TABLE>>", "a\\b \\N \\G \\l",
    "line one\nline two", "\ttab", "{record|shape}", "]]>", "]", "-->", "<!-- x -->", "javascript:alert(1)",
    "# hash ; semi", "//comment /*", "graph", "æøå ß é", "Ελληνικά", "русский", "日本語のテキスト", "العربية",
    "a" * 200, "two  spaces", "≥ 3 % – … • ²", "a:b:c", "%s %d %%", "$(whoami) `id`", "1. list",
    "- item", "`markdown **x**`", "**bold** _it_ *x*", "%%{init: {'theme':'dark'}}%%",
    "style x:#abc;y", "ﬂ°quot¶ß", "end", "#quot; #35;", "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>", "$$x^2$$", "fa:fa-car", "@{ shape: x }", "click n href", "---",
    "e\u0301\u0302 combined", "\U0001f9ec gene", "a\u00a0b", "0", "default",
]  # fmt: skip


def everywhere(text: str, name: str = "") -> Picture:
    """A picture that says one text wherever a picture says anything: 19 times when drawn."""
    cite = Cite(name or "S1", True, f"javascript:{text}")
    row = Row("t-0", "avoid", text, text, (Detail(text, (cite,)),), (cite,), "yes", True)
    boxes = (
        Box(name or "q", "decision", text, text, (), (cite,), ("a",), "plain", (text,), text),
        Box("t", "treatment", text, "", (row,), (), (), "yes", (), ""),
    )
    return Picture(
        id=text,
        start="t",
        title=text,
        subtitle=text,
        bands=(Band(name or "band", text, boxes),),
        arrows=(Arrow(name or "q", "t", text, "maybe"),),
        has_patient=True,
        patient=(text,),
        status=text,
        notes=(Note("a", text, (cite,)),),
        sources=(Source(cite, text, text, ()),),
        remarks=(Detail(text),),
        disclaimer=text,
    )


def squeezed(text: str) -> str:
    return "".join(text.replace("\N{WORD JOINER}", "").split())


def shown(svg: bytes | str) -> str:
    return squeezed("".join(ElementTree.fromstring(svg).itertext()))  # noqa: S314


@dataclass(frozen=True)
class Area:
    """A rectangle of a layout, and what is in it."""

    name: str
    left: float
    low: float
    right: float
    high: float

    def overlaps(self, other: "Area") -> bool:
        across = min(self.right, other.right) - max(self.left, other.left)
        up = min(self.high, other.high) - max(self.low, other.low)
        return across > 0.5 and up > 0.5


def areas(plan: Any) -> Iterator[Area]:
    """Yield the boxes, the labels of arrows and the headings of bands, in an engine's points."""
    for part in plan.get("objects", ()):
        if part["name"].startswith(("node-", "label-")):
            x, y = map(float, part["pos"].split(","))
            wide, tall = float(part["width"]) * 36, float(part["height"]) * 36
            yield Area(part["name"], x - wide, y - tall, x + wide, y + tall)
        elif part["name"].startswith("cluster_"):
            yield from _texts(part, part["name"])
    for edge in plan.get("edges", ()):
        yield from _texts(edge, f"edge {edge['tail']} {edge['head']}")


def _texts(part: Any, name: str) -> Iterator[Area]:
    """Yield the whole of a label as one area; engines name the middle of a line, or its left end."""
    size, lines = 0.0, list[tuple[float, float, float, float]]()
    for step in part.get("_ldraw_", ()):
        if step["op"] == "F":
            size = step["size"]
        if step["op"] == "T":
            (x, y), wide = step["pt"], step["width"]
            left = x - {"l": 0, "c": 0.5, "r": 1}[step["align"]] * wide
            lines.append((left, y - 0.2 * size, left + wide, y + 0.7 * size))
    if lines and name != "cluster_picture":
        lefts, lows, rights, highs = zip(*lines, strict=True)
        yield Area(name, min(lefts), min(lows), max(rights), max(highs))
