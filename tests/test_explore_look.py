"""The page for everyone: accessibility, contrast, widths, plain words, paper."""

from io import BytesIO
from pathlib import Path

import pytest
from conftest import absent
from contrast import TEXTS, ratio
from explored import LINK, NAIVE, Opened
from pypdf import PdfReader

import ros1tree

HERE = Path(__file__).parent

PLACES = {
    "read": "", "a node": "#node-first_line_cns", "statements": "#statements",
    "the form": "#try", "a patient": f"#try?{LINK}", "a contradiction": "#try?metastatic=false&brain_metastases=true",
    "on the path": f"#try/node-first_line_cns?{LINK}", "review": "#review", "a mark": "#review/node-brain",
}  # fmt: skip


@pytest.fixture(scope="module")
def axe() -> str:
    """The checker of accessibility; without it the tests that need it are skipped, and counted."""
    path = HERE / "npm/node_modules/axe-core/axe.min.js"
    if not path.exists():
        absent("axe is not installed; scripts/test --all installs it")
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_axe_finds_nothing(opened: Opened, axe: str, scheme: str, width: int) -> None:
    page = opened(color_scheme=scheme, viewport={"width": width, "height": 900})
    page.evaluate(axe)
    for name, fragment in PLACES.items():
        page.evaluate("(hash) => { location.hash = hash || '#read' }", fragment)
        page.wait_for_timeout(50)
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
        found = page.evaluate("""async () => (await axe.run({ runOnly: [
          'wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })).violations
          .map((v) => [v.id, v.nodes.map((n) => n.target.join(' ')).slice(0, 5)])""")
        assert found == [], name


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("fragment", ["", f"#try?{LINK}", "#try?ros1_rearrangement=present"])
def test_every_text_of_the_diagram_can_be_read(opened: Opened, scheme: str, fragment: str) -> None:
    page = opened(fragment, color_scheme=scheme)
    texts = page.evaluate(TEXTS)
    assert len(texts) > 200
    assert [(t, round(ratio(a, b), 1)) for t, a, b in texts if ratio(a, b) < 4.5] == []


def test_a_search_leaves_every_text_readable(opened: Opened) -> None:
    page = opened()
    page.get_by_label("Search").fill("lorlatinib")
    assert [t for t, a, b in page.evaluate(TEXTS) if ratio(a, b) < 4.5] == []


@pytest.mark.parametrize("width", [320, 390, 768, 1024, 1440, 2560])
def test_no_width_scrolls_sideways(opened: Opened, width: int) -> None:
    for fragment in PLACES.values():
        page = opened(fragment, viewport={"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.context.close()


def test_what_can_be_pressed_is_large_enough(opened: Opened) -> None:
    page = opened(f"#try?{LINK}", viewport={"width": 390, "height": 800})
    small = page.evaluate("""() => [...document.querySelectorAll('button, select, nav a, label:has(input)')]
      .map((one) => [one.textContent, one.getBoundingClientRect()])
      .filter(([, box]) => box.width && (box.width < 24 || box.height < 24))
      .map(([text, box]) => [text, box.width, box.height])""")
    assert small == []


def test_plain_words(guideline: ros1tree.Guideline, opened: Opened) -> None:
    page = opened(f"#try?{LINK}")
    button = page.get_by_role("button", name="Plain words")
    assert button.get_attribute("aria-pressed") == "false"
    button.click()
    assert button.get_attribute("aria-pressed") == "true"
    form = page.locator("#facts").inner_text()
    for fact in guideline.facts.values():
        assert (fact.plain or fact.question or "") in form
    panel = page.locator("#panel").inner_text()
    walk = ros1tree.walk(guideline, NAIVE)
    for row in walk.recommendations:
        assert (guideline.interventions[row.intervention].plain or row.title) in panel
    for note in walk.notes:
        (entry,) = {
            n.plain or n.says for n in guideline.nodes[note.node].notes if n.says == note.says
        }
        assert entry in panel
    assert guideline.disclaimer
    assert page.get_by_role("note").inner_text() == guideline.disclaimer
    button.click()
    assert "Is the disease metastatic?" in page.locator("#facts").inner_text()


def test_the_print_is_a_document(guideline: ros1tree.Guideline, opened: Opened) -> None:
    page = opened(f"#try?{LINK}", color_scheme="dark")
    pdf = PdfReader(BytesIO(page.pdf(format="A4")))
    text = " ".join(" ".join(p.extract_text() for p in pdf.pages).split())
    assert text.startswith("ROS1-positive non-small cell lung cancer")
    for title in guideline.sections.values():
        assert title in text
    for node in guideline.nodes.values():
        assert node.title in text
    for name, statement in guideline.statements.items():
        assert f"{name} {statement.says[:40]}" in text
        assert (statement.caution or "")[:40] in text
    for reference in guideline.references.values():
        assert reference.title[:30] in text
    assert guideline.disclaimer
    assert guideline.disclaimer[:60] in text
    assert "COMPLETE: the guideline answers for this patient" in text
    assert "Try a patient" not in text
    assert 12 < len(pdf.pages) < 30
    # The diagrams are there as text that can be read: each box stands in one of them as well.
    assert text.count("First line with brain metastases") >= 3
    assert page.locator("#document").inner_text() == "", "it is gone once it is printed"
