"""Mermaid text, read and drawn by the real Mermaid in a real browser that reaches nothing else."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from pictures import NASTY, everywhere, squeezed
from strategies import texts

import ros1tree
from ros1tree.draw.pens.mermaid import mermaid

Draw = Callable[[str], dict[str, Any]]
DRAWN = """async text => {
  document.body.innerHTML = '';
  const {svg} = await window.mermaid.render('drawn', text);
  document.body.innerHTML = svg;
  const drawn = document.querySelector('svg');
  const every = [...drawn.querySelectorAll('*')];
  return {
    text: drawn.textContent,
    title: drawn.querySelector('title')?.textContent,
    description: drawn.querySelector('desc')?.textContent,
    nodes: drawn.querySelectorAll('.node').length,
    edges: drawn.querySelectorAll('.edgePaths > path, path.flowchart-link').length,
    struck: drawn.querySelectorAll('s').length,
    scripts: every.filter(e => ['script', 'iframe', 'img', 'object'].includes(e.localName)).length,
    handlers: every.flatMap(e => [...e.attributes]).filter(a => a.name.startsWith('on')).length,
    links: every.filter(e => e.hasAttribute('href')).length,
  };
}"""


@pytest.fixture(scope="module")
def draw(page: Any, mermaid_js: str) -> Draw:
    page.add_script_tag(path=mermaid_js)
    page.evaluate("window.mermaid.initialize({startOnLoad: false, securityLevel: 'strict'})")

    def drawn(text: str) -> dict[str, Any]:
        found: dict[str, Any] = page.evaluate(DRAWN, text)
        return found

    return drawn


VIEWS: dict[str, dict[str, Any]] = {
    "whole": {},
    "overview": {"overview": True},
    "section": {"section": "first_line"},
    "after": {"start": "brain", "depth": 1},
}


@pytest.mark.parametrize("known", [None, {"ros1_rearrangement": "present", "metastatic": True}])
@pytest.mark.parametrize("view", VIEWS)
def test_mermaid_draws_every_view(
    guideline: ros1tree.Guideline, draw: Draw, view: str, known: dict[str, Any] | None
) -> None:
    walk = None if known is None else ros1tree.walk(guideline, known)
    (drawing,) = ros1tree.drawings(guideline, "x.mmd", walk, **VIEWS[view]).values()
    found = draw(drawing.data().decode())
    picture = drawing.picture
    extra = 1 + (walk is not None)  # what it is, and the patient
    assert found["nodes"] == len(picture.boxes()) + extra
    assert found["edges"] == len(picture.arrows)
    assert found["title"] == picture.title
    said = squeezed(found["text"])
    for text in (
        *(box.title for box in picture.boxes()),
        *(row.title for box in picture.boxes() for row in box.rows),
        *(arrow.label for arrow in picture.arrows),
        picture.disclaimer,
        picture.status,
    ):
        assert squeezed(text) in said


@pytest.mark.parametrize("nasty", NASTY)
def test_nasty_text_is_drawn_as_that_text(draw: Draw, nasty: str) -> None:
    keeps(draw, nasty)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts)
def test_any_text_is_drawn_as_that_text(draw: Draw, nasty: str) -> None:
    keeps(draw, nasty)


def keeps(draw: Draw, nasty: str) -> None:
    found = draw(mermaid(everywhere(nasty)))
    assert squeezed(found["text"]).count(squeezed(nasty)) >= 15
    assert (found["scripts"], found["handlers"], found["links"]) == (0, 0, 0)
    assert (found["nodes"], found["edges"], found["struck"]) == (4, 1, 1)


def test_what_is_no_mermaid_is_refused_by_mermaid(draw: Draw) -> None:
    with pytest.raises(Exception, match=re.compile("parse error", re.IGNORECASE)):
        draw('flowchart TB\n  a["x"')


@pytest.mark.parametrize("theme", ["default", "dark"])
def test_arrows_can_be_seen_whatever_the_theme_of_the_page(
    guideline: ros1tree.Guideline, page: Any, draw: Draw, theme: str
) -> None:
    text = ros1tree.draw(guideline, format="mmd", overview=True).decode()
    page.evaluate(f"window.mermaid.initialize({{startOnLoad: false, theme: '{theme}'}})")
    draw(text)
    strokes = page.evaluate(
        "() => [...document.querySelectorAll('path.flowchart-link')]"
        ".map(path => getComputedStyle(path).stroke)"
    )
    page.evaluate("window.mermaid.initialize({startOnLoad: false, securityLevel: 'strict'})")
    assert set(strokes) == {"rgb(55, 65, 81)"}
