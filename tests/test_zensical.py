"""A site that Zensical (or MkDocs) builds: the drawing stands inline in its page."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

import ros1tree

SITE = Path(__file__).parent / "sites" / "zensical"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    site = tmp_path_factory.mktemp("zensical")
    shutil.copytree(SITE, site, dirs_exist_ok=True)
    program = Path(sys.executable).parent
    draw = [str(program / "ros1tree"), "draw", "--theme", "auto", "-o", "docs/pathway.svg"]
    subprocess.run(draw, cwd=site, check=True)
    subprocess.run([program / "zensical", "build"], cwd=site, check=True, stdout=subprocess.DEVNULL)
    return site / "site" / "index.html"


@pytest.mark.engine
def test_the_page_holds_the_drawing_itself(built: Path, guideline: ros1tree.Guideline) -> None:
    page = built.read_text(encoding="utf-8")
    svg = page[page.index('<svg xmlns="http://www.w3.org/2000/svg" viewBox') :]
    svg = svg[: svg.index("</svg>") + 6]
    drawn = ElementTree.fromstring(svg)  # noqa: S314
    own = ElementTree.fromstring(ros1tree.draw(guideline, theme="auto"))  # noqa: S314
    assert "".join(drawn.itertext()).split() == "".join(own.itertext()).split()
    assert page.count("<p>The next paragraph.</p>") == 1


@pytest.mark.engine
def test_a_reader_sees_it_whole_and_in_the_page_s_width(built: Path, page: Any) -> None:
    page.set_viewport_size({"width": 1200, "height": 900})
    page.goto(built.as_uri())
    box = page.locator("svg.ros1tree").bounding_box()
    column = page.locator("article").bounding_box()
    assert box["width"] == pytest.approx(min(column["width"], box["width"]), abs=1)
    assert box["width"] > 500
    page.get_by_role("link", name="S40*").first.click()
    assert page.url.endswith("#cite-S40")
