"""The directive: drawings in pages of Sphinx, true to their files, wrong ones told with a line."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from sphinx.testing.util import SphinxTestApp

HERE = Path(__file__).parent
UMBRELLA = HERE.parent / "docs" / "umbrella.yaml"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    shutil.copytree(HERE / "sites" / "sphinx", tmp_path / "site")
    shutil.copy(UMBRELLA, tmp_path / "site")
    return tmp_path / "site"


def build(site: Path, form: str = "html") -> SphinxTestApp:
    app = SphinxTestApp(form, srcdir=site, freshenv=False)
    try:
        app.build()
    finally:
        app.cleanup()
    return app


@pytest.mark.engine
def test_the_example_site(site: Path, page: Any) -> None:
    app = build(site)
    assert app.warning.getvalue() == ""
    file = Path(app.outdir) / "index.html"
    html = file.read_text(encoding="utf-8")
    assert html.count('<svg xmlns="http://www.w3.org/2000/svg" viewBox') == 3
    assert "What to take along on a rainy day" in html
    page.goto(file.as_uri())
    drawings = page.locator("svg.ros1tree")
    assert drawings.count() == 3
    labels = [drawings.nth(i).get_attribute("aria-labelledby").split() for i in range(3)]
    assert len({name for names in labels for name in names}) == 6, "each has a name of its own"
    told = [drawings.nth(i).text_content() for i in range(3)]
    assert "COMPLETE: the guideline answers for this patient" in told[0]
    assert "At every progression on a ROS1" in told[1]
    assert "prefers-color-scheme" not in told[1], "a theme that was named is kept"
    assert "2 questions, 2 workups" in told[2]


def test_what_is_no_html_holds_text(site: Path) -> None:
    app = build(site, "text")
    told = (Path(app.outdir) / "index.txt").read_text(encoding="utf-8")
    assert "QUESTION: Does it rain?" in told
    assert "What to take along on a rainy day" in told


@pytest.mark.engine
def test_a_page_follows_its_guideline_and_its_patient(site: Path) -> None:
    build(site)
    (site / "rainy.yaml").write_text("rain: false\n")
    html = (Path(build(site).outdir) / "index.html").read_text(encoding="utf-8")
    assert "NOT COVERED: the guideline does not speak of this situation" in html
    (site / "umbrella.yaml").write_text(
        UMBRELLA.read_text(encoding="utf-8").replace("Dry weather", "No rain at all")
    )
    html = (Path(build(site).outdir) / "index.html").read_text(encoding="utf-8")
    assert "No rain at all" in html


WRONG = {
    "no such file": (".. ros1tree:: nope.yaml", "No such file"),
    "no such section": (".. ros1tree:: ros1-nsclc\n   :section: nope", "no section 'nope'; allowed: diagnosis"),
    "no such theme": (".. ros1tree:: ros1-nsclc\n   :theme: drak", "did you mean 'dark'?"),
    "wrong facts": (".. ros1tree:: umbrella.yaml\n   :walk: bad.yaml", "bad.yaml:1:1 snow: no such fact"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_told_with_the_line_of_the_page(site: Path, name: str) -> None:
    text, message = WRONG[name]
    (site / "bad.yaml").write_text("snow: true\n")
    (site / "index.rst").write_text(f"Title\n=====\n\n{text}\n")
    told = build(site).warning.getvalue()
    assert message in told
    assert "index.rst:4" in told
    assert "Traceback" not in told
