"""The look: colours that everybody can tell apart, boxes that do not overlap, lines that fit."""

import io
import json
from dataclasses import fields
from itertools import combinations
from typing import Any
from xml.etree import ElementTree

import pypdf
import pytest
from hypothesis import given, settings
from pictures import areas
from strategies import guidelines

import ros1tree
from ros1tree.draw.engine import lay_out
from ros1tree.draw.layout import layout
from ros1tree.draw.pages import PAPERS
from ros1tree.draw.pens.dot import dot
from ros1tree.draw.picture import Picture
from ros1tree.draw.sketch import sketch
from ros1tree.draw.svg import finished
from ros1tree.draw.theme import DARK, LIGHT, PRINT, Palette
from ros1tree.draw.view import overview, section

PALETTES = {"light": LIGHT, "dark": DARK, "print": PRINT}
TIERS = ("preferred", "recommended", "alternative", "consider")
# Machado, Oliveira and Fernandes 2009, severity 1, on linear RGB.
SIGHTS = {
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
    "all colours": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
}  # fmt: skip

Colour = tuple[float, float, float]


def linear(colour: str) -> Colour:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return red, green, blue


def seen(colour: Colour, sight: str) -> Colour:
    red, green, blue = (
        min(1.0, max(0.0, sum(a * b for a, b in zip(row, colour, strict=True))))
        for row in SIGHTS[sight]
    )
    return red, green, blue


def luminance(colour: Colour) -> float:
    return 0.2126 * colour[0] + 0.7152 * colour[1] + 0.0722 * colour[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(linear(one)), luminance(linear(other))))
    return (high + 0.05) / (low + 0.05)


def lab(colour: Colour) -> Colour:
    red, green, blue = colour
    xyz = (
        (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047,
        luminance(colour),
        (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883,
    )
    x, y, z = (t ** (1 / 3) if t > 216 / 24389 else (24389 / 27 * t + 16) / 116 for t in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def grounds(colours: Palette) -> dict[str, list[str]]:
    """On which grounds each text stands."""
    plain = [colours.paper, colours.band, colours.panel, colours.head, colours.asked]
    return {
        **dict.fromkeys(("ink", "muted", "alarm", "anchor"), plain),
        "dim": [colours.paper, colours.band, colours.panel],
        **{f"on_{tier}": [getattr(colours, tier)] for tier in TIERS},
    }


@pytest.mark.parametrize("theme", PALETTES)
def test_text_has_a_contrast_of_four_and_a_half(theme: str) -> None:
    colours = PALETTES[theme]
    weak = {
        (text, ground): round(found, 2)
        for text, behind in grounds(colours).items()
        for ground in behind
        if (found := contrast(getattr(colours, text), ground)) < 4.5
    }
    assert weak == {}


@pytest.mark.parametrize("theme", PALETTES)
def test_shapes_have_a_contrast_of_three(theme: str) -> None:
    colours = PALETTES[theme]
    around = (colours.paper, colours.band, colours.panel)
    weak = {
        (shape, ground): round(found, 2)
        for shape in ("line", "ask", "bar", "path", "faint")
        for ground in around
        if (found := contrast(getattr(colours, shape), ground)) < 3
    }
    assert weak == {}


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("theme", PALETTES)
def test_tiers_can_be_told_apart(theme: str, sight: str) -> None:
    colours = PALETTES[theme]
    labs = {tier: lab(seen(linear(getattr(colours, tier)), sight)) for tier in TIERS}
    near = {
        (one, other): round(apart, 1)
        for one, other in combinations(TIERS, 2)
        if (apart := sum((a - b) ** 2 for a, b in zip(labs[one], labs[other], strict=True)) ** 0.5)
        < 15
    }
    assert near == {}


@pytest.mark.parametrize("theme", PALETTES)
def test_tiers_can_be_told_apart_in_grey(theme: str) -> None:
    greys = {
        tier: lab((luminance(linear(getattr(PALETTES[theme], tier))),) * 3)[0] for tier in TIERS
    }
    near = {pair for pair in combinations(TIERS, 2) if abs(greys[pair[0]] - greys[pair[1]]) < 10}
    assert near == set()


def test_print_is_grey() -> None:
    colours = [getattr(PRINT, field.name) for field in fields(PRINT)]
    assert [c for c in colours if not c[1:3] == c[3:5] == c[5:7]] == []


def test_the_dark_of_auto_knows_every_colour_by_its_light() -> None:
    turned: dict[str, set[str]] = {}
    for field in fields(Palette):
        turned.setdefault(getattr(LIGHT, field.name), set()).add(getattr(DARK, field.name))
    assert {light: dark for light, dark in turned.items() if len(dark) > 1} == {}


def views(guideline: ros1tree.Guideline) -> dict[str, Picture]:
    whole = sketch(guideline)
    walk = ros1tree.walk(guideline, {"ros1_rearrangement": "present", "metastatic": True})
    return {
        "whole": whole,
        "a patient's": sketch(guideline, walk),
        "overview": overview(whole),
        **{band.id: section(whole, band.id) for band in whole.bands if band.id},
    }


VIEWS = (
    "whole",
    "a patient's",
    "overview",
    "diagnosis",
    "history",
    "first_line",
    "progression",
    "next_line",
)


def nothing_overlaps(plan: Any) -> None:
    found = list(areas(plan))
    assert [(a.name, b.name) for a, b in combinations(found, 2) if a.overlaps(b)] == []


@pytest.mark.engine
@pytest.mark.usefixtures("each_engine")
@pytest.mark.parametrize("view", VIEWS)
def test_no_label_overlaps_a_box_or_another_label(guideline: ros1tree.Guideline, view: str) -> None:
    picture = views(guideline)[view]
    nothing_overlaps(lay_out(dot(picture, LIGHT), picture.texts()).plan)


@pytest.mark.engine
@settings(max_examples=40)
@given(guidelines())
def test_nothing_overlaps_in_any_guideline(data: dict[str, Any]) -> None:
    picture = sketch(ros1tree.loads(json.dumps(data, ensure_ascii=False)))
    nothing_overlaps(lay_out(dot(picture, LIGHT), picture.texts()).plan)


@pytest.mark.engine
@pytest.mark.usefixtures("each_engine")
def test_every_text_keeps_to_its_box(guideline: ros1tree.Guideline) -> None:
    picture = sketch(guideline)
    svg = finished(lay_out(dot(picture, LIGHT), picture.texts()), picture)
    texts = list(svg.iter("text"))
    assert [text.text for text in texts if not text.get("textLength")] == []
    for group in svg.iter("g"):
        if group.get("id", "").startswith("node-"):
            xs = [
                float(pair.split(",")[0])
                for shape in group.iter("polygon")
                for pair in shape.get("points", "").split()
            ]
            for path in group.iter("path"):
                xs += [
                    float(pair.split(",")[0])
                    for pair in path.get("d", "M0,0")[1:].replace("C", " ").split()
                ]
            for text in group.iter("text"):
                left = float(text.get("x", 0))
                assert min(xs) - 0.5 <= left
                assert left + float(text.get("textLength", 0)) <= max(xs) + 0.5, text.text


@pytest.mark.engine
@pytest.mark.usefixtures("each_engine")
def test_the_trunk_is_straight_and_the_bands_are_of_one_width(
    guideline: ros1tree.Guideline,
) -> None:
    picture = sketch(guideline)
    found = lay_out(dot(picture, LIGHT), picture.texts())
    middle = {
        area.name.removeprefix("node-"): (area.left + area.right) / 2
        for area in areas(found.plan)
        if area.name.startswith("node-")
    }
    trunk = [
        "ros1_result",
        "metastatic_disease",
        "treatment_history",
        "untreated",
        "targeted_therapy",
        "first_line_workup",
        "brain",
    ]
    assert set(trunk) <= layout(picture).trunk
    assert max(middle[name] for name in trunk) - min(middle[name] for name in trunk) < 2
    svg = finished(found, picture)
    grounds = [p.get("points", "") for p in svg.findall("g/polygon") if p.get("fill") == LIGHT.band]
    spans = {tuple(sorted({point.split(",")[0] for point in points.split()})) for points in grounds}
    assert len(grounds) == 5
    assert len(spans) == 1


@pytest.mark.engine
@pytest.mark.usefixtures("each_engine")
def test_it_can_be_read_in_a_column_of_700_pixels(guideline: ros1tree.Guideline) -> None:
    svg = ElementTree.fromstring(ros1tree.draw(guideline))  # noqa: S314
    width = float(svg.get("viewBox", "").split()[2])
    assert 10 * 700 / width >= 9, "body text of 9 pixels at least"
    assert svg.get("width") is None
    assert svg.get("height") is None


@pytest.mark.engine
@pytest.mark.usefixtures("each_engine")
@pytest.mark.parametrize("paper", PAPERS)
def test_pages_of_paper(guideline: ros1tree.Guideline, paper: str) -> None:
    data = ros1tree.draw(guideline, format="pdf", paper=paper)
    assert data == ros1tree.draw(guideline, format="pdf", paper=paper), "no date, no random name"
    pages = pypdf.PdfReader(io.BytesIO(data)).pages
    assert {(round(float(p.mediabox.width)), round(float(p.mediabox.height))) for p in pages} == {
        (round(PAPERS[paper][0]), round(PAPERS[paper][1]))
    }
    sizes: dict[str, list[float]] = {}
    for page in pages:
        page.extract_text(
            visitor_text=lambda text, cm, tm, _, size: sizes.setdefault(text.strip(), []).append(
                size * tm[0] * cm[0]
            )
        )
    titles = [box.title for box in sketch(guideline).boxes()]
    found = {title: sizes[title] for title in titles if title in sizes}
    assert len(found) > 15
    assert {title for title, size in found.items() if min(size) < 7.5} == set()
    assert {title for title, size in found.items() if len(size) > 1} == set(), "on one page alone"


def wide(boxes: int) -> ros1tree.Guideline:
    names = [f"t{i}" for i in range(boxes)]
    return ros1tree.guideline(
        {
            "id": "wide", "title": "Wide", "version": "1", "start": "q",
            "facts": {"f": {"type": "choice", "values": names}},
            "interventions": {"x": {"title": "An intervention with a rather long title"}},
            "nodes": {
                "q": {"kind": "decision", "title": "Q?", "next": [{"to": n, "label": n, "when": {"f": n}} for n in names]},
                **{n: {"kind": "treatment", "title": n, "offers": [{"intervention": "x", "tier": "preferred"}], "next": [{"to": "end"}]} for n in names},
                "end": {"kind": "silent", "title": "End"},
            },
        }
    )  # fmt: skip


@pytest.mark.engine
def test_what_is_too_wide_for_a_page_goes_on_beside_it() -> None:
    pages = pypdf.PdfReader(io.BytesIO(ros1tree.draw(wide(9), format="pdf"))).pages
    assert len(pages) > 1
    assert {float(p.mediabox.width) > float(p.mediabox.height) for p in pages} == {True}
    told = " ".join(page.extract_text() for page in pages)
    assert all(f"t{i}" in told for i in range(9))


def test_ends_that_would_make_a_row_too_wide_stand_below() -> None:
    names = [f"t{i}" for i in range(7)]
    data = wide(7).model_dump(mode="json", exclude_unset=True)
    for name in names:
        del data["nodes"][name]["next"]
    del data["nodes"]["end"]
    data["nodes"]["q"]["next"] = [{"to": n, "label": n, "when": {"f": n}} for n in names]
    data["facts"]["f"] = {"type": "choice", "values": names}
    ranks = layout(sketch(ros1tree.guideline(data))).rank
    assert [ranks[name] for name in names] == [1, 1, 1, 2, 2, 2, 3]


@pytest.mark.engine
@pytest.mark.usefixtures("each_engine")
def test_a_way_back_to_an_earlier_section_goes_up() -> None:
    node = {"kind": "workup", "title": "N"}
    guideline = ros1tree.guideline(
        {
            "id": "up", "title": "Up", "version": "1", "start": "a", "facts": {}, "interventions": {},
            "sections": {"one": "One", "two": "Two"},
            "nodes": {
                "a": node | {"section": "two", "next": [{"to": "b"}]},
                "b": node | {"section": "one", "next": [{"to": "c", "label": "on"}]},
                "c": node | {"section": "one"},
            },
        }
    )  # fmt: skip
    picture = sketch(guideline)
    found = {area.name: area for area in areas(lay_out(dot(picture, LIGHT), picture.texts()).plan)}
    assert found["node-b"].low > found["node-c"].high
    assert found["node-c"].low > found["node-a"].high
