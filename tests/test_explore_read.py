"""The page is read: the outline, links, search, the diagram, by mouse, touch and keyboard."""

import re
from pathlib import Path

import pytest
from explored import Opened

import ros1tree


def test_the_file_alone_is_the_page(page_file: Path, opened: Opened) -> None:
    page = opened()
    assert page.title() == "ROS1-positive non-small cell lung cancer"
    assert page.evaluate("performance.getEntriesByType('resource').length") == 0
    assert page.evaluate("performance.getEntriesByType('navigation').length") == 1
    assert page_file.stat().st_size < 340_000
    text = page_file.read_text(encoding="utf-8")
    assert "default-src 'none'; script-src 'sha256-" in text
    assert "unsafe" not in text.partition("</head>")[0]
    assert re.findall(r'(?:src|href)="(?!#|data:,")[^"]*"', text.partition("<main>")[0]) == []


def test_every_node_can_be_opened_by_its_link(
    guideline: ros1tree.Guideline, opened: Opened
) -> None:
    page = opened()
    for name, node in guideline.nodes.items():
        page.evaluate("(hash) => { location.hash = hash }", f"#node-{name}")
        page.wait_for_function(
            "(t) => document.querySelector('#panel h2').textContent === t", arg=node.title
        )
        panel = page.locator("#panel").inner_text()
        for offer in node.offers:
            assert guideline.interventions[offer.intervention].title in panel
        for note in node.notes:
            assert note.says in panel
        for figure in node.evidence:
            assert figure.words in panel
        cited = [node.cites, *(o.cites for o in node.offers), *(n.cites for n in node.notes)]
        for cite in {name for cites in cited for name in cites}:
            assert guideline.statements[cite].says in panel
            assert (guideline.statements[cite].caution or "") in panel


def test_every_statement_and_reference_has_a_panel(
    guideline: ros1tree.Guideline, opened: Opened
) -> None:
    page = opened()
    for kind, entries in (("statement", guideline.statements), ("reference", guideline.references)):
        for name in entries:
            page.evaluate("(hash) => { location.hash = hash }", f"#{kind}-{name}")
            page.wait_for_function(
                "(t) => document.querySelector('#panel h2').textContent === t", arg=name
            )
    page.evaluate("location.hash = '#statement-S49'")
    page.wait_for_selector("#panel h2:text-is('S49')")
    assert "Consolidation on a ROS1 TKI" in page.locator("#panel").inner_text()


def test_back_and_forward(opened: Opened) -> None:
    page = opened("#node-brain")
    heading = page.locator("#panel h2")
    assert heading.inner_text() == "Brain metastases?"
    page.get_by_role("link", name="First line with brain metastases").first.click()
    assert heading.inner_text() == "First line with brain metastases"
    assert page.url.endswith("#node-first_line_cns")
    page.go_back()
    assert heading.inner_text() == "Brain metastases?"
    page.go_forward()
    assert heading.inner_text() == "First line with brain metastases"
    page.reload()
    assert heading.inner_text() == "First line with brain metastases"


@pytest.mark.parametrize(
    ("typed", "nodes"),
    [
        ("lorlatinib", {"first_line", "first_line_cns", "limited_progression", "cns_progression",
                        "systemic_progression", "after_entrectinib_or_repotrectinib",
                        "progressed_tki", "after_lorlatinib"}),
        ("S49", {"under_way", "consolidation"}),
        ("EUCROSS", {"first_line", "first_line_cns", "first_line_workup"}),
        ("nothing like it", set()),
    ],
)  # fmt: skip
def test_search_marks_what_it_finds(opened: Opened, typed: str, nodes: set[str]) -> None:
    page = opened()
    page.get_by_label("Search").fill(typed)
    hits = page.eval_on_selector_all("#view .hit", "(all) => all.map((one) => one.id.slice(5))")
    assert nodes <= set(hits)
    assert bool(hits) is bool(nodes)
    told = page.locator("#found").inner_text()
    assert told == "nothing found" if not nodes else re.fullmatch(r"\d+ found", told)
    page.get_by_label("Search").fill("")
    assert page.locator("#view .hit").count() == 0
    assert page.locator("#outline").is_visible()


def test_a_click_in_the_diagram_opens_a_node_and_a_drag_does_not(opened: Opened) -> None:
    page = opened(viewport={"width": 1400, "height": 900})
    box = page.locator("#node-ros1_result").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y - 120, steps=5)
    page.mouse.up()
    assert page.evaluate("byId('view').scrollTop") == pytest.approx(120, abs=2)
    assert page.locator("#panel h2").inner_text() == "About this guideline"
    page.locator("#node-metastatic_disease").click()
    assert page.locator("#panel h2").inner_text() == "Metastatic disease?"


def test_zoom_by_buttons_keys_wheel_and_two_fingers(opened: Opened) -> None:
    page = opened(viewport={"width": 1400, "height": 900}, has_touch=True)
    wide = "document.querySelector('#view svg').getBoundingClientRect().width"
    fit = page.evaluate(wide)
    page.get_by_role("button", name="Zoom in").click()
    assert page.evaluate(wide) == pytest.approx(1.25 * fit, rel=0.01)
    page.locator("#view").focus()
    page.keyboard.press("-")
    assert page.evaluate(wide) == pytest.approx(fit, rel=0.01)
    page.keyboard.press("+")
    page.keyboard.press("+")
    assert page.locator("#zoom").inner_text() == "156 %"
    page.get_by_role("button", name="Fit").click()
    assert page.evaluate(wide) == pytest.approx(fit, rel=0.01)
    box = page.locator("#view").bounding_box()
    page.mouse.move(box["x"] + 200, box["y"] + 200)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -400)
    page.keyboard.up("Control")
    page.wait_for_function(f"{wide} > {1.5 * fit}")
    page.get_by_role("button", name="Fit").click()
    session = page.context.new_cdp_session(page)
    middle = {"x": box["x"] + 300, "y": box["y"] + 300}
    for kind, spread in (
        ("touchStart", 50),
        ("touchMove", 75),
        ("touchMove", 100),
        ("touchEnd", 0),
    ):
        points = [{**middle, "x": middle["x"] + side * spread, "id": side + 1} for side in (-1, 1)]
        session.send(
            "Input.dispatchTouchEvent", {"type": kind, "touchPoints": points if spread else []}
        )
    assert page.evaluate(wide) == pytest.approx(2 * fit, rel=0.1)


def test_the_keyboard_alone_reads_a_node(opened: Opened) -> None:
    page = opened(viewport={"width": 1400, "height": 900})
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    for _ in range(200):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "node-ros1_result":
            break
    focus = "document.activeElement.id"
    assert page.evaluate(focus) == "node-ros1_result"
    page.keyboard.press("ArrowRight")
    assert page.evaluate(focus) == "node-ros1_absent"
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowDown")
    assert page.evaluate(focus) == "node-tissue"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.textContent") == "Tumour tissue available?"
    assert (
        page.locator("#panel").get_by_role("heading", level=2).inner_text()
        == "Tumour tissue available?"
    )
    page.keyboard.press("Escape")
    assert page.evaluate(focus) == "node-tissue"


@pytest.mark.parametrize("fragment", ["#node-first_line_cns", "#statement-S18"])
def test_on_a_phone_a_link_shows_its_panel(opened: Opened, fragment: str) -> None:
    page = opened(fragment, viewport={"width": 390, "height": 800})
    page.wait_for_timeout(300)
    assert page.evaluate("document.activeElement.tagName") == "H2"
    top = page.evaluate("document.activeElement.getBoundingClientRect().top")
    assert -1 <= top < 700
