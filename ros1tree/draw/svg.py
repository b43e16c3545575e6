"""The finished SVG: the engine's drawing made readable, linkable and fit for every page width."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from copy import deepcopy
from hashlib import sha256
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from ros1tree.draw.engine import Layout
from ros1tree.draw.picture import Band, Box, Picture
from ros1tree.draw.theme import dark_style

SVG, LINK = "http://www.w3.org/2000/svg", "{http://www.w3.org/1999/xlink}href"
FONTS = "Arial, Helvetica, 'Liberation Sans', Arimo, sans-serif"
_NAMES = {"white": "#FFFFFF", "black": "#000000", "transparent": "none"}
_KINDS = {
    "decision": "Question",
    "treatment": "Treatment",
    "workup": "Workup",
    "silent": "The guideline is silent",
    "section": "Section",
    "link": "Continues elsewhere",
}
_STATES = {
    "plain": "",
    "yes": " (on the patient's path)",
    "maybe": " (possible for the patient)",
    "no": " (not on the patient's path)",
    "added": " (added)",
    "changed": " (changed)",
    "removed": " (removed)",
}


def finished(layout: Layout, picture: Picture, *, auto: bool = False) -> Element:
    """Return the drawing finished: names, links and widths set; `auto` follows the reader's theme.

    Its size follows the page: it has a `viewBox`, and a width that it does not exceed.
    """
    return _Finish(layout, picture).svg(auto=auto)


def written(svg: Element) -> bytes:
    """Return a finished drawing as UTF-8, without a prolog so that it can stand in a page."""
    return ElementTree.tostring(svg, encoding="unicode").encode() + b"\n"


class _Finish:
    def __init__(self, layout: Layout, picture: Picture) -> None:
        self.picture = picture
        self.engine = deepcopy(layout.svg)
        self.widths = _widths(layout.plan)
        for element in self.engine.iter():
            _plain(element)
        (self.graph,) = self.engine.findall("g")
        self.groups = self.graph.findall("g")
        self.ground = "none"

    def svg(self, *, auto: bool) -> Element:
        # Two drawings in one page are not named after each other.
        name = f"ros1tree-{sha256(repr(self.picture).encode()).hexdigest()[:8]}"
        box = self.engine.get("viewBox", "")
        svg = Element("svg", {
            "xmlns": SVG,
            "viewBox": box,
            "class": "ros1tree auto" if auto else "ros1tree",
            "role": "graphics-document document",
            "aria-labelledby": f"{name}-title {name}-desc",
            "font-family": FONTS,
            "style": f"width:100%;max-width:{float(box.split()[2]) * 4 / 3:.0f}px;height:auto",
        })  # fmt: skip
        SubElement(svg, "title", {"id": f"{name}-title"}).text = self.picture.title
        SubElement(svg, "desc", {"id": f"{name}-desc"}).text = self._description()
        if auto:
            SubElement(svg, "style").text = dark_style("svg.ros1tree.auto")
        svg.append(self._drawing())
        _tidy(svg)
        return svg

    def _description(self) -> str:
        picture = self.picture
        count = f"A flow diagram of {len(picture.boxes())} boxes in {len(picture.bands)} bands."
        return " ".join(text for text in (count, picture.status, picture.disclaimer) if text)

    def _drawing(self) -> Element:
        """Put the parts in the order in which they are read; what lies behind comes first."""
        drawing = Element("g", {"transform": self.graph.get("transform", "")})
        bands, edges, boxes = (
            {group.get("id", ""): group for group in self.groups if _kind(group) == kind}
            for kind in ("cluster", "edge", "node")
        )
        footer = Element("g", {"class": "footer"})
        for part in self.graph:
            if part.tag == "polygon":
                drawing.append(part)  # the paper
            elif _kind(part) not in ("cluster", "edge", "node") and part.tag != "title":
                footer.append(part)
        self._measure(footer, self.widths[""])
        paper = _points(drawing[0])
        header = bands.pop("picture")
        self._measure(header, self.widths["picture"])
        for ground in header.findall("polygon"):
            header.remove(ground)
        # Above the bands' headings, wherever the engine put it.
        left = min(float(text.get("x", 0)) for text in header.iter("text"))
        shift = f"translate({min(x for x, _ in paper) + 16 - left:g} 0)"
        drawing.append(_group(header, "header", transform=shift))
        drawing.extend(self._back(bands, paper))
        lines = SubElement(drawing, "g", {"class": "edges", "aria-hidden": "true"})
        lines.extend(self._line(name, edge) for name, edge in edges.items())
        for band in self.picture.bands:
            drawing.append(self._band(band, bands[f"section-{band.id}"], boxes))
        stops = [self._line(name, box) for name, box in boxes.items() if name.startswith("label-")]
        lines.extend(stops)
        drawing.append(footer)
        return drawing

    def _back(self, bands: Mapping[str, Element], paper: list[list[float]]) -> Iterator[Element]:
        """Yield the grounds of the bands, all as wide as the paper."""
        left, right = min(x for x, _ in paper) + 8, max(x for x, _ in paper) - 8
        for band in bands.values():
            ground = band.find("polygon")
            heading = band.find("text")
            if ground is not None:
                band.remove(ground)
                low, high = min(y for _, y in _points(ground)), max(y for _, y in _points(ground))
                ground.set("points", f"{left},{low} {right},{low} {right},{high} {left},{high}")
                self.ground = ground.get("fill", "none")
                yield ground
            if heading is not None:
                heading.set("x", f"{left + 8}")

    def _band(self, band: Band, drawn: Element, boxes: Mapping[str, Element]) -> Element:
        name = f"section-{band.id}"
        self._measure(drawn, self.widths[name])
        group = _group(drawn, "band", id=name, role="group")
        for heading in group.findall("text"):
            group.insert(0, self._plate(heading))
        if band.title:
            group.set("aria-label", band.title)
        group.extend(self._box(box, boxes[f"node-{box.id}"]) for box in band.boxes)
        return group

    def _plate(self, heading: Element) -> Element:
        """Return the ground of a heading: arrows pass behind it."""
        x, y, size, wide = (
            float(heading.get(key, 0)) for key in ("x", "y", "font-size", "textLength")
        )
        left, right, low, high = x - 3, x + wide + 3, y - size, y + size * 0.3
        corners = f"{left:g},{low:g} {right:g},{low:g} {right:g},{high:g} {left:g},{high:g}"
        return Element("polygon", {"fill": self.ground, "stroke": "none", "points": corners})

    def _box(self, box: Box, drawn: Element) -> Element:
        self._measure(drawn, self.widths[f"node-{box.id}"])
        group = _group(
            drawn, drawn.get("class", ""), id=f"node-{box.id}", role="graphics-object group"
        )
        group.set("aria-label", self._name(box))
        return group

    def _name(self, box: Box) -> str:
        """Return what a reader hears of a box: kind, title, state, and where it leads."""
        titles = {found.id: found.title for found in self.picture.boxes()}
        told = [f"{_KINDS[box.kind]}: {box.title}{_STATES[box.state]}"]
        told += [f"patients: {box.count}"] if box.count else []
        told += [f"missing: {', '.join(box.missing)}"] if box.missing else []
        told += [box.fault] if box.fault else []
        told += [
            f"{arrow.label or 'then'}: {titles[arrow.head]}"
            + (f", patients: {arrow.count}" if arrow.count else "")
            for arrow in self.picture.arrows
            if arrow.tail == box.id
        ]
        return "; ".join(told)

    def _line(self, name: str, drawn: Element) -> Element:
        self._measure(drawn, self.widths[name])
        return _group(drawn, drawn.get("class", ""), id=name)

    def _measure(self, group: Element, widths: list[tuple[str, float]]) -> None:
        """Give each text the width for which the engine made room, whatever the reader's font."""
        texts = list(group.iter("text"))
        if [text.text or "" for text in texts] != [said for said, _ in widths]:
            return
        for text, (_, width) in zip(texts, widths, strict=True):
            text.set("textLength", f"{width:g}")
            text.set("lengthAdjust", "spacingAndGlyphs")
        _strike(group)


def _kind(group: Element) -> str:
    return group.get("class", "").partition(" ")[0]


def _widths(plan: Mapping[str, Any]) -> dict[str, list[tuple[str, float]]]:
    """Return what the engine wrote, with its widths in points, by the id of what it belongs to."""
    widths: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for part in ({**plan, "id": ""}, *plan.get("objects", ()), *plan.get("edges", ())):
        for key in ("_ldraw_", "_tldraw_", "_hldraw_"):
            for step in part.get(key, ()):
                if step["op"] == "T":
                    widths[part.get("id", "")].append((step["text"], step["width"]))
    return widths


def _plain(element: Element) -> None:
    """Strip the namespace, and write colours in one way."""
    element.tag = element.tag.removeprefix(f"{{{SVG}}}")
    for paint in ("fill", "stroke"):
        value = element.get(paint)
        if value:
            element.set(paint, _NAMES.get(value, value.upper() if value[0] == "#" else value))


def _points(polygon: Element) -> list[list[float]]:
    return [[float(n) for n in pair.split(",")] for pair in polygon.get("points", "").split()]


def _group(drawn: Element, kind: str, **attributes: str) -> Element:
    """Return the children of an engine's group in one of our own, without its titles."""
    group = Element("g", {"class": kind, **attributes})
    group.extend(child for child in drawn if child.tag != "title")
    return group


def _strike(group: Element) -> None:
    """Draw the line through a struck text: not every reader knows the property."""
    for parent in list(group.iter()):
        for place, text in reversed(list(enumerate(parent))):
            if text.tag == "text" and text.get("text-decoration") == "line-through":
                del text.attrib["text-decoration"]
                x, y, size = (float(text.get(key, 0)) for key in ("x", "y", "font-size"))
                line = Element("line", {
                    "x1": f"{x:g}", "x2": f"{x + float(text.get('textLength', 0)):g}",
                    "y1": f"{y - size * 0.3:g}", "y2": f"{y - size * 0.3:g}",
                    "stroke": text.get("fill", ""), "stroke-width": "1.2",
                })  # fmt: skip
                parent.insert(place + 1, line)


def _tidy(svg: Element) -> None:
    """Turn the engine's links and places into plain ones, and drop what says nothing."""
    for element in svg.iter():
        element.attrib.pop("{http://www.w3.org/XML/1998/namespace}space", None)
        element.attrib.pop("font-family", None) if element is not svg else None
        element.attrib.pop("{http://www.w3.org/1999/xlink}title", None)
        href = element.attrib.pop(LINK, None)
        if href is not None:
            element.set("href", href)
        element.text = element.text if element.tag in ("text", "title", "desc", "style") else "\n"
        element.tail = "\n"
    for group in svg.iter("g"):
        _unwrap(group)


def _unwrap(group: Element) -> None:
    """Make the engine's wrapper of a link a place of its own, or the link alone."""
    for place, child in enumerate(list(group)):
        if child.tag == "g" and child.get("id", "").startswith("a_") and len(child) == 1:
            link, name = child[0], child.get("id", "")[2:]
            if link.get("href") == f"#{name}":
                anchor = Element("g", {"id": name})
                anchor.extend(link)
                anchor.text = anchor.tail = "\n"
                group[place] = anchor
            else:
                group[place] = link
