"""A site and a print of the book, with the configurations that the documentation shows."""

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from books import (
    DOCS,
)
from pypdf import PdfReader
from test_cli import run

from ros1tree.model import (
    Guideline,
)

CONFIG = re.compile(r"^```toml file=(\w+)/zensical.toml\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The ROS1 guideline as a site of chapters, and as one page to be printed."""
    root = tmp_path_factory.mktemp("sites")
    found = dict(CONFIG.findall((DOCS / "document.md").read_text(encoding="utf-8")))
    assert list(found) == ["site", "print"]
    for name, text in found.items():
        options = ["--one-page"] if name == "print" else []
        assert run("book", *options, "-o", root / name / "docs").returncode == 0
        (root / name / "zensical.toml").write_text(text, encoding="utf-8")
        zensical = [str(Path(sys.executable).parent / "zensical"), "build", "--strict"]
        done = subprocess.run(zensical, cwd=root / name, check=True, capture_output=True, text=True)
        assert "No issues found" in done.stdout + done.stderr
    return {name: root / name / "site" for name in found}


class _Targets(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.images: list[str] = []
        self.ids: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attributes}
        self.ids += [values["id"]] if "id" in values else []
        self.links += [values["href"]] if tag == "a" and "href" in values else []
        self.images += [values["src"]] if tag == "img" else []


def test_every_link_and_diagram_of_the_site_is_there(sites: dict[str, Path]) -> None:
    for name, site in sites.items():
        found = {
            page: _Targets(page.read_text(encoding="utf-8"))
            for page in site.glob("*.html")
            if page.name != "404.html"
        }
        assert len(found) == {"site": 12, "print": 1}[name]
        drawn = set()
        for page, targets in found.items():
            assert len(targets.ids) == len(set(targets.ids))
            for link in targets.links:
                if link.startswith(("https://", "http://")):
                    continue
                path, _, anchor = unquote(link).partition("#")
                target = (page.parent / path).resolve() if path not in ("", ".") else page
                assert target.exists(), link
                if target.suffix == ".html" and anchor:
                    assert anchor in found[target].ids, link
            drawn |= {(page.parent / unquote(image)).resolve() for image in targets.images}
        assert {path.name for path in drawn} == {
            path.name for path in (site / "diagrams").glob("*.svg")
        }
        assert all(path.exists() for path in drawn)


@pytest.mark.parametrize("width", [1280, 390])
def test_no_page_is_wider_than_the_screen(sites: dict[str, Path], page: Any, width: int) -> None:
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": width, "height": 900})
    for path in sorted(sites["site"].glob("*.html")):
        page.goto(path.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path.name
        shown = "[...document.images].map(i => [i.complete, i.naturalWidth, i.clientWidth])"
        for complete, natural, wide in page.evaluate(shown):
            assert complete, path.name
            assert natural, path.name
            assert min(width, 600) * 0.6 < wide < width


PAPER = (174 / 25.4 * 96, 265 / 25.4 * 96)
"""What the margins leave of A4, in pixels."""


def test_tables_and_diagrams_fit_the_paper(sites: dict[str, Path], page: Any) -> None:
    page.set_viewport_size({"width": int(PAPER[0]), "height": int(PAPER[1])})
    page.emulate_media(media="print")
    page.goto((sites["print"] / "index.html").as_uri())
    boxes = """sort => [...document.querySelectorAll(`article ${sort}`)].map(e => {
        const box = e.getBoundingClientRect(); return [box.left, box.right, box.height]})"""
    for sort, count in (("table", 50), ("img", 6), ("blockquote", 40)):
        found = page.evaluate(boxes, sort)
        assert len(found) >= count
        for left, right, height in found:
            assert 0 <= left < right <= PAPER[0] + 1, sort
            assert sort != "img" or 100 < height < PAPER[1]


def test_the_print_holds_every_chapter_and_caution(
    sites: dict[str, Path], page: Any, guideline: Guideline, tmp_path: Path
) -> None:
    page.goto((sites["print"] / "index.html").as_uri())
    page.pdf(path=tmp_path / "print.pdf", prefer_css_page_size=True)
    sheets = [sheet.extract_text() for sheet in PdfReader(tmp_path / "print.pdf").pages]
    assert 20 < len(sheets) < 60
    text = "".join("".join(sheets).split())
    for said in guideline.statements.values():
        assert "".join(said.says.split()) in text
    heads = [re.sub(r"\s+", " ", sheet).strip() for sheet in sheets]
    for title in (*guideline.sections.values(), "What is asked", "What the source says"):
        assert [head for head in heads if head.startswith(title)], title
