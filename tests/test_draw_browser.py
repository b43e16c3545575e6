"""Drawings in a real browser: the reader's colour scheme, and that a theme that was named is kept."""

from collections.abc import Iterator
from typing import Any

import pytest

import ros1tree
from ros1tree.draw.theme import DARK, LIGHT

PAPER = """() => [...document.querySelectorAll('svg.ros1tree')].map(
  svg => getComputedStyle(svg.querySelector('polygon')).fill)"""


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest, browser: Any) -> Iterator[tuple[str, Any]]:
    context = browser.new_context(offline=True, color_scheme=request.param)
    yield request.param, context.new_page()
    context.close()


def rgb(colour: str) -> str:
    return "rgb({}, {}, {})".format(*(int(colour[place : place + 2], 16) for place in (1, 3, 5)))


@pytest.mark.engine
def test_auto_follows_the_reader_and_a_named_theme_does_not(
    guideline: ros1tree.Guideline, scheme: tuple[str, Any]
) -> None:
    name, page = scheme
    drawn = [
        ros1tree.draw(guideline, theme=theme, overview=True).decode()
        for theme in ("auto", "light", "dark")
    ]
    page.set_content(f"<html><body>{''.join(drawn)}</body></html>")
    follows = {"light": LIGHT, "dark": DARK}[name]
    assert page.evaluate(PAPER) == [rgb(follows.paper), rgb(LIGHT.paper), rgb(DARK.paper)]


@pytest.mark.engine
def test_what_can_be_reached_by_keyboard_has_a_name(
    guideline: ros1tree.Guideline, scheme: tuple[str, Any]
) -> None:
    _, page = scheme
    svg = ros1tree.draw(guideline, section="first_line").decode()
    page.set_content(f"<html><body>{svg}</body></html>")
    names = page.evaluate(
        "() => [...document.querySelectorAll('a')].map(a => a.textContent.trim())"
    )
    assert names
    assert all(names)
    titled = page.get_by_label("Question: Brain metastases?; No: First line without brain metastases; Yes: First line with brain metastases")  # fmt: skip
    assert titled.count() == 1
