"""The page in a real browser, offline: read, tried and reviewed, by mouse, keyboard and ear."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from bench_review import woven
from conftest import absent
from contrast import TEXTS, ratio
from pypdf import PdfReader

import ros1tree
from ros1tree import notebook
from ros1tree.explore import Page

HERE = Path(__file__).parent
NAIVE = {
    "ros1_rearrangement": "present", "metastatic": True, "prior_therapies": [],
    "progressed_on": "none", "targeted_therapy_feasible": True, "brain_metastases": True,
    "oligometastatic": False, "repotrectinib_available": True,
}  # fmt: skip
LINK = "&".join(
    f"{name}={','.join(value) if isinstance(value, list) else str(value).lower() if isinstance(value, bool) else value}"
    for name, value in NAIVE.items()
)


@pytest.fixture(scope="module")
def file(guideline: ros1tree.Guideline, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the ROS1 guideline, as a file somewhere."""
    path = tmp_path_factory.mktemp("a mail's attachment") / "guideline.html"
    run = ros1tree.cases(guideline, "ros1-nsclc")
    path.write_text(ros1tree.explore(guideline, run), encoding="utf-8")
    return path


Opened = Callable[..., Any]


@pytest.fixture
def opened(browser: Any, file: Path) -> Iterator[Opened]:
    """Opens the page, offline, at a link; an error, a dialog or another request fails the test."""
    contexts: list[Any] = []
    faults: list[str] = []
    requests: list[str] = []

    def refused(dialog: Any) -> None:
        faults.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def open_at(fragment: str = "", path: Path = file, **options: Any) -> Any:
        context = browser.new_context(**({"offline": True, "accept_downloads": True} | options))
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(f"error: {error}"))
        page.on("console", lambda line: faults.append(f"console: {line.text}"))
        page.on("dialog", refused)
        page.on("request", lambda request: requests.append(request.url))
        page.goto(path.as_uri() + fragment)
        return page

    yield open_at
    told = [url for url in requests if not url.startswith(("blob:", "about:"))]
    for context in contexts:
        context.close()
    assert faults == []
    assert all(url.startswith("file:") and url.partition("#")[0].endswith(".html") for url in told)


# Read


def test_the_file_alone_is_the_page(file: Path, opened: Opened) -> None:
    page = opened()
    assert page.title() == "ROS1-positive non-small cell lung cancer"
    assert page.evaluate("performance.getEntriesByType('resource').length") == 0
    assert page.evaluate("performance.getEntriesByType('navigation').length") == 1
    assert file.stat().st_size < 340_000
    text = file.read_text(encoding="utf-8")
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


# Try


def chosen(page: Any, question: str, answer: str) -> None:
    """Answer a question of the form."""
    form = page.locator("#facts").get_by_role("group", name=question)
    form.get_by_label(answer, exact=True).click()


def test_the_form_walks_at_once_and_every_fact_can_be_taken_back(opened: Opened) -> None:
    page = opened("#try")
    for question, answer in (
        ("result of ROS1 testing", "present"), ("disease metastatic", "Yes"),
        ("Which systemic therapies", "None of these"), ("On which therapy", "nothing at present"),
        ("Is targeted therapy feasible", "Yes"), ("Are brain metastases present", "Yes"),
    ):  # fmt: skip
        chosen(page, question, answer)
    panel = page.locator("#panel")
    assert "INCOMPLETE: facts are missing" in panel.inner_text()
    assert (
        panel.locator(".tier.preferred li").first.locator("strong").first.inner_text()
        == "Entrectinib"
    )
    assert page.evaluate("new URL(location).hash.split('?')[1]").startswith(
        "brain_metastases=true&"
    )
    assert page.locator("#node-first_line_cns").get_attribute("class").split()[-1] == "yes"
    assert page.locator("#node-consolidation").get_attribute("class").split()[-1] == "maybe"
    assert page.locator("#node-first_line").get_attribute("class").split()[-1] == "no"
    assert "; on the patient's path" in page.locator("#node-first_line_cns").get_attribute(
        "aria-description"
    )
    assert (
        page.locator("#told")
        .inner_text()
        .startswith("incomplete; preferred: Entrectinib; recommended: Assessment of ")
    )
    chosen(page, "Are brain metastases present", "Unknown")
    assert page.locator("#node-first_line_cns").get_attribute("class").split()[-1] == "maybe"
    page.get_by_role("button", name="Clear").click()
    assert page.evaluate("location.hash") == "#try"
    assert page.locator("#view .walked, #view .yes").count() == 0


def test_the_next_question_comes_first_and_the_answer_goes_on(opened: Opened) -> None:
    page = opened("#try")
    asked = page.locator(".next legend")
    assert asked.inner_text() == "What is the result of ROS1 testing?"
    page.locator(".next").get_by_role("button", name="present", exact=True).click()
    assert asked.inner_text() == "Is the disease metastatic?"
    # The keyboard stands on the new question, not on one of its answers.
    focus = "document.activeElement.textContent"
    assert page.evaluate(focus) == "Is the disease metastatic?"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate(focus) == asked.inner_text() != "Is the disease metastatic?"


def test_a_key_that_is_held_answers_one_question(opened: Opened) -> None:
    page = opened("#try?ros1_rearrangement=present")
    page.locator(".next").get_by_role("button", name="Yes", exact=True).focus()
    for _ in range(12):
        page.keyboard.down("Enter")
    page.keyboard.up("Enter")
    assert page.url.partition("?")[2] == "metastatic=true&ros1_rearrangement=present"


def test_read_and_review_tell_nobody_of_the_patient(opened: Opened) -> None:
    page = opened(f"#try?{LINK}")
    page.get_by_role("link", name="Read").click()
    page.get_by_role("link", name="First line without brain metastases").first.click()
    assert page.url.endswith("#node-first_line")
    assert "patient's path" not in page.locator("#panel").inner_text().lower()
    printed = " ".join(p.extract_text() for p in PdfReader(BytesIO(page.pdf())).pages)
    assert "on the patient's path" not in " ".join(printed.split())
    page.get_by_role("link", name="Try a patient").click()
    assert "COMPLETE" in page.locator("#panel").inner_text()
    assert "brain_metastases=true" in page.url


def test_silence_stands_first_and_nothing_is_said_beside_it(opened: Opened) -> None:
    page = opened("#try?ros1_rearrangement=absent")
    told = page.locator("#panel").inner_text()
    assert (
        told.index("NOT COVERED")
        < told.index("The guideline is silent on")
        < told.index("Nothing.")
    )
    assert "nothing is guessed" in told
    assert "yet" not in told
    assert (
        page.locator("#told").inner_text()
        == "not covered; the guideline is silent on: No ROS1 rearrangement"
    )


def test_what_is_refused_stays_to_be_mended_and_loses_nothing(opened: Opened) -> None:
    page = opened("#try?ros1_rearrangement=present&metastatic=true")
    page.get_by_label("ECOG performance status").fill("9")
    page.get_by_label("ECOG performance status").press("Enter")
    assert "9 is not allowed" in page.locator("#panel").inner_text()
    assert "ecog_performance_status=9" in page.url
    chosen(page, "Is the disease metastatic", "No")
    assert "9 is not allowed" in page.locator("#panel").inner_text(), "another answer hides nothing"
    assert page.get_by_label("ECOG performance status").input_value() == "9"
    page.get_by_role("button", name="Leave out what is wrong").click()
    assert page.url.partition("?")[2] == "metastatic=false&ros1_rearrangement=present"


def test_a_case_is_named_only_as_long_as_it_is_the_patient(opened: Opened) -> None:
    page = opened("#try")
    page.get_by_label("An example").select_option("naive-with-brain-metastases")
    assert page.locator("#case-why").inner_text()
    chosen(page, "Are brain metastases present", "No")
    assert page.get_by_label("An example").input_value() == ""
    assert page.locator("#case-why").inner_text() == ""


def test_two_tabs_keep_each_others_marks(opened: Opened) -> None:
    page = opened("#review/node-brain")
    other = page.context.new_page()
    other.goto(page.url.replace("brain", "tissue"))
    for tab in (page, other):
        tab.get_by_role("group", name="This node as a whole").get_by_label("Agreed").check()
    other.get_by_role("button", name="Back to your review").click()
    assert "2 of 73 marked." in other.locator("#panel").inner_text()


@pytest.mark.parametrize("fragment", ["#node-first_line_cns", "#statement-S18"])
def test_on_a_phone_a_link_shows_its_panel(opened: Opened, fragment: str) -> None:
    page = opened(fragment, viewport={"width": 390, "height": 800})
    page.wait_for_timeout(300)
    assert page.evaluate("document.activeElement.tagName") == "H2"
    top = page.evaluate("document.activeElement.getBoundingClientRect().top")
    assert -1 <= top < 700


def test_a_set_is_asked_until_it_is_said_to_be_whole(opened: Opened) -> None:
    page = opened(
        "#try?ros1_rearrangement=present&metastatic=true&progressed_on=crizotinib&prior_therapies=crizotinib&plasma_testing=positive"
    )
    asked = page.locator(".next")
    assert "patterns of progression" in asked.inner_text()
    assert asked.get_by_role("button", name="These", exact=True).is_disabled()
    asked.get_by_label("CNS progression").check()
    asked.get_by_label("asymptomatic or limited progression").check()
    assert "progression_pattern" not in page.url
    asked.get_by_role("button", name="These", exact=True).click()
    assert "progression_pattern=cns,limited" in page.url
    assert (
        page.locator(
            "#view .node.yes#node-cns_progression, #view .node.yes#node-limited_progression"
        ).count()
        == 2
    )


@pytest.mark.parametrize(
    "stored", ["{", "1", "[[1]]", '[["brain", null]]', '[["brain", {"verdict": 1, "comment": {}}]]']
)
def test_odd_things_in_the_browsers_store_harm_nothing(opened: Opened, stored: str) -> None:
    page = opened("#review")
    page.evaluate(
        "(text) => { for (const key of Object.keys(localStorage)) localStorage.removeItem(key); localStorage.setItem(`ros1tree ${window.ros1tree.guideline.id} ${window.ros1tree.guideline.digest}`, text) }",
        stored,
    )
    page.reload()
    page.evaluate("location.hash = '#review/node-brain'")
    page.get_by_role("group", name="This node as a whole").get_by_label("Agreed").check()
    page.get_by_role("button", name="Back to your review").click()
    assert "1 of 73 marked." in page.locator("#panel").inner_text()


def test_the_link_holds_the_patient_and_the_page_says_what_python_says(
    guideline: ros1tree.Guideline, opened: Opened
) -> None:
    page = opened(f"#try?{LINK}")
    walk = ros1tree.walk(guideline, NAIVE)
    panel = page.locator("#panel").inner_text()
    assert "COMPLETE: the guideline answers for this patient" in panel
    for row in walk.recommendations:
        assert row.title in panel
    for note in walk.notes:
        assert note.says in panel
    for caution in walk.cautions:
        assert caution.says in panel


def test_a_newcomer_sees_why_crizotinib_is_not_first(opened: Opened) -> None:
    page = opened("#try")
    page.get_by_label("An example").select_option("naive-with-brain-metastases")
    assert page.locator("#case-why").inner_text()
    entry = page.locator(".tier.recommended li", has=page.locator("strong", has_text="Crizotinib"))
    told = entry.first.inner_text()
    assert "ranked after entrectinib and repotrectinib" in told
    entry.first.get_by_text("Why not higher?").click()
    told = entry.first.inner_text()
    assert "Preferred at First line without brain metastases: not for this patient" in told
    assert (
        "at Brain metastases? the way on “No” is for: no brain metastases; but the patient: brain metastases present"
        in told
    )
    assert "With brain metastases entrectinib and repotrectinib rank before crizotinib." in told


def test_why_not_of_any_intervention(opened: Opened) -> None:
    page = opened(f"#try?{LINK}")
    page.get_by_label("What became of").select_option("clinical_trial")
    told = page.locator(".why").inner_text()
    assert "at Which therapy so far? the way on “Progression on a ROS1 TKI” is for: " in told
    assert told.endswith("but the patient: progression on nothing at present")


def test_contradicting_facts_say_so(opened: Opened) -> None:
    page = opened("#try?metastatic=false&brain_metastases=true&histology=odd&unheard=1")
    told = page.locator("#panel").inner_text()
    assert "These facts cannot be used." in told
    assert "no patient has this: brain metastases present and disease not metastatic" in told
    assert "disease with brain metastases is metastatic" in told.lower()
    assert '"odd" is not allowed' in told
    assert "unheard: no such fact" in told
    assert page.locator("fieldset.wrong").count() == 3
    assert page.locator("#view .yes").count() == 0


def test_facts_are_saved_as_walk_takes_them_and_loaded(
    guideline: ros1tree.Guideline, opened: Opened, tmp_path: Path
) -> None:
    page = opened(f"#try?{LINK}")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save").click()
    assert download.value.suggested_filename == "ros1-nsclc-patient.json"
    saved = tmp_path / "patient.json"
    download.value.save_as(saved)
    facts = json.loads(saved.read_text(encoding="utf-8"))
    assert facts == NAIVE
    done = subprocess.run(
        [sys.executable, "-m", "ros1tree", "walk", saved, "--json"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert json.loads(done.stdout)["status"] == ros1tree.walk(guideline, facts).status
    page.get_by_role("button", name="Clear").click()
    for content, told in (
        (saved.read_text(encoding="utf-8"), "COMPLETE"),
        ("[1]", "it holds no facts by name"),
        ("{", "not the facts of a patient"),
    ):
        with page.expect_file_chooser() as chooser:
            page.get_by_role("button", name="Load").click()
        chooser.value.set_files(
            {"name": "p.json", "mimeType": "application/json", "buffer": content.encode()}
        )
        page.wait_for_function(
            "(t) => document.querySelector('#panel').innerText.includes(t)", arg=told
        )


# Review


def test_findings_load_their_witness(guideline: ros1tree.Guideline, opened: Opened) -> None:
    page = opened("#review")
    found = ros1tree.review(guideline)
    for summary in page.locator("#findings details > summary").all():
        if summary.locator("..").get_attribute("open") is None:
            summary.click()
    texts = page.locator("#findings").inner_text()
    for finding in (*found.findings, *found.waived):
        message = finding.message[:1].upper() + finding.message[1:]
        assert message in texts
        assert finding.waived is None or finding.waived in texts
    assert f"{found.patients:,} possible patients" in texts
    buttons = page.locator("#findings").get_by_role("button", name="Show a patient")
    assert buttons.count() == sum(f.witness is not None for f in (*found.findings, *found.waived))
    buttons.first.click()
    assert page.url.partition("#")[2].startswith("try/node-")
    first = next(f for f in found.findings if f.witness is not None)
    known = page.evaluate("Object.fromEntries(new URLSearchParams(location.hash.split('?')[1]))")
    assert set(known) == set(first.witness or {})


def test_a_review_is_kept_exported_and_imported(
    guideline: ros1tree.Guideline, opened: Opened
) -> None:
    page = opened("#review/node-first_line_cns")
    node = page.get_by_role("group", name="This node as a whole")
    node.get_by_label("Agreed").check()
    offer = page.get_by_role("group", name="Crizotinib (recommended)")
    offer.get_by_label("Doubted").check()
    offer.get_by_label("Comment").fill("rank? see *S18*\n<b>")
    page.wait_for_timeout(500)  # a browser stores in its own time
    page.reload()
    assert (
        page.get_by_role("group", name="This node as a whole").get_by_label("Agreed").is_checked()
    )
    page.get_by_role("button", name="Back to your review").click()
    assert "2 of 73 marked. Kept in this browser only." in page.locator("#panel").inner_text()
    with page.expect_download() as download:
        page.get_by_role("button", name="Export as Markdown").click()
    assert Path(download.value.path()).read_text(encoding="utf-8") == (
        "# Review of ROS1-positive non-small cell lung cancer\n\n"
        f"ros1-nsclc 2025-11-05, {guideline.digest}\n\n"
        "## First line with brain metastases (`first_line_cns`)\n\n"
        "- Node: **agreed**\n"
        "- Crizotinib (recommended, offer 2): **doubted**. rank? see \\*S18\\* \\<b\\>\n"
    )
    with page.expect_download() as download:
        page.get_by_role("button", name="Export as JSON").click()
    exported = Path(download.value.path()).read_text(encoding="utf-8")
    assert json.loads(exported) == {
        "guideline": {"id": "ros1-nsclc", "version": "2025-11-05", "digest": guideline.digest},
        "marks": [
            {"node": "first_line_cns", "verdict": "agreed", "comment": ""},
            {"node": "first_line_cns", "offer": 2, "intervention": "crizotinib",
             "tier": "recommended", "verdict": "doubted", "comment": "rank? see *S18*\n<b>"},
        ],
    }  # fmt: skip
    other = opened("#review")
    assert "0 of 73 marked." in other.locator("#panel").inner_text()
    changed = exported.replace("sha256:", "sha256:other").replace('"crizotinib"', '"ceritinib"')
    for content, told in (
        (exported, "2 marks taken over."),
        (
            changed,
            "1 marks taken over. 1 are of places that there are not here: first_line_cns, ceritinib, doubted, rank? see *S18* <b>. The review was made of another version of this guideline: look at each mark anew.",
        ),
        ('{"marks": 1}', "Not a review: it holds no marks. Export one from this page as JSON."),
    ):
        with other.expect_file_chooser() as chooser:
            other.get_by_role("button", name="Import JSON").click()
        chooser.value.set_files(
            {"name": "r.json", "mimeType": "application/json", "buffer": content.encode()}
        )
        other.wait_for_function(
            "(t) => document.querySelector('#panel').innerText.includes(t)", arg=told
        )
    assert "2 of 73 marked." in other.locator("#panel").inner_text()


# For everyone

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


# Whatever the guideline

NASTY = (
    "</script><script>document.title='run'</script>", "<img src=x onerror=document.title='run'>",
    "javascript:document.title='run'", "]]>&amp;\"'`${document.title='run'}", "<!-- --> <style>*{display:none}",
    "$title $data ${script}",
)  # fmt: skip


def hostile() -> ros1tree.Guideline:
    text = iter(range(10_000))

    def nasty() -> str:
        return f"{NASTY[next(text) % len(NASTY)]} {next(text)}"

    return ros1tree.guideline({
        "id": "x", "title": nasty(), "version": nasty(), "disclaimer": nasty(), "start": "a",
        "source": {"title": nasty(), "review": nasty(), "url": "https://x.y/\"onclick='document.title=1'"},
        "remarks": [{"says": nasty(), "plain": nasty()}],
        "references": {"r": {"title": nasty(), "journal": nasty(), "doi": "10.1/javascript:alert(1)"}},
        "statements": {"s": {"says": nasty(), "caution": nasty(), "section": nasty(), "cites": ["r"]}},
        "sections": {"one": nasty()},
        "facts": {
            "f": {"type": "choice", "question": nasty(), "title": nasty(), "help": nasty(), "values": {"v": nasty(), "w": nasty()}},
            "b": {"type": "boolean", "words": {"true": nasty(), "false": nasty()}},
            "n": {"type": "number", "unit": nasty()},
        },
        "impossible": [{"when": {"f": "w", "b": False}, "because": nasty()}],
        "interventions": {"i": {"title": nasty(), "plain": nasty()}},
        "nodes": {
            "a": {"kind": "decision", "section": "one", "title": nasty(), "plain": nasty(), "next": [
                {"to": "t", "label": nasty(), "when": {"f": "v"}}, {"to": "z", "when": {"f": "w"}}]},
            "t": {"kind": "treatment", "title": nasty(), "cites": ["s"], "offers": [
                {"intervention": "i", "tier": "preferred", "wording": nasty(), "because": nasty(), "cites": ["r"], "when": {"b": True}},
                {"intervention": "i", "tier": "avoid", "because": nasty(), "when": {"n": {"min": 3}}}],
                "notes": [{"says": nasty(), "plain": nasty(), "when": {"b": True}}],
                "evidence": [{"intervention": "i", "measure": "m", "value": 3, "unit": nasty(), "population": nasty()}]},
            "z": {"kind": "silent", "title": nasty()},
        },
        "waive": [{"rule": "uncited-offer", "because": nasty()}],
    })  # fmt: skip


def test_a_hostile_guideline_shows_its_text_and_runs_nothing(
    opened: Opened, tmp_path: Path
) -> None:
    guideline = hostile()
    path = tmp_path / "hostile.html"
    path.write_text(ros1tree.explore(guideline), encoding="utf-8")
    page = opened(path=path)
    seen = ""
    for fragment in ("#read", "#node-a", "#node-t", "#node-z", "#statements", "#statement-s", "#references", "#reference-r", "#about",
                     "#try?f=v&b=true&n=4", "#try?f=w&b=false", "#review", "#review/node-t"):  # fmt: skip
        page.evaluate("(hash) => { location.hash = hash }", fragment)
        page.wait_for_timeout(50)
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
        seen += page.evaluate("document.body.innerText")
        schemes = page.eval_on_selector_all("a", "(all) => all.map((one) => one.protocol)")
        assert set(schemes) <= {"file:", "https:"}
    page.get_by_role("button", name="Plain words").click()
    for fragment in ("#about", "#node-t", "#try?f=v&b=true&n=4"):
        page.evaluate("(hash) => { location.hash = hash }", fragment)
        page.wait_for_timeout(50)
        seen += page.evaluate("document.body.innerText")
    page.pdf()
    assert page.title() == guideline.title
    assert page.locator("script").count() == 2
    assert page.locator("img").count() == 0
    flat = "".join(seen.split())
    for text in sorted(set(texts_of(guideline.to_data()))):
        assert "".join(text.split()) in flat, text


def texts_of(data: Any) -> Iterator[str]:
    """Every text of a guideline that holds something nasty, web addresses apart."""
    if isinstance(data, dict):
        for key, value in data.items():
            if key not in ("url", "doi"):
                yield from texts_of(value)
    elif isinstance(data, list):
        for value in data:
            yield from texts_of(value)
    elif isinstance(data, str) and any(text in data for text in NASTY):
        yield data


@pytest.mark.parametrize(
    "fragment",
    ["#node-nowhere", "#%E0%A4%A", "#try?x", "#try?prior_therapies=%00", "#///", "#?", "#node-", "#try/try/try",
     "#statement-__proto__", "#__proto__", "#constructor", "#try?__proto__=1", "#" + "x" * 5000],
)  # fmt: skip
def test_an_odd_link_harms_nothing(opened: Opened, fragment: str) -> None:
    page = opened(fragment)
    assert page.locator("#panel h2").inner_text() in (
        "About this guideline",
        "What the guideline says",
    )
    page.get_by_role("link", name="Read").click()
    page.get_by_role("link", name="Brain metastases?").first.click()
    assert page.locator("#panel h2").inner_text() == "Brain metastases?"


def test_a_thousand_nodes_stay_usable(opened: Opened, tmp_path: Path) -> None:
    guideline = woven(1000)
    path = tmp_path / "large.html"
    path.write_text(ros1tree.explore(guideline), encoding="utf-8")
    before = time.perf_counter()
    page = opened("#try?ask0=true", path=path)
    assert time.perf_counter() - before < 20
    page.locator(".next").get_by_role("button", name="Yes", exact=True).click()
    assert page.locator("#view .node.yes").count() >= 3
    page.get_by_role("link", name="Read").click()
    page.get_by_label("Search").fill("q150")
    assert page.locator("#view .hit").count() == 1


def test_a_guideline_with_almost_nothing(opened: Opened, tmp_path: Path) -> None:
    path = tmp_path / "small.html"
    path.write_text(ros1tree.explore(ros1tree.guideline({
        "id": "x", "title": "Small", "version": "1", "start": "a", "facts": {}, "interventions": {},
        "nodes": {"a": {"kind": "silent", "title": "Nothing"}},
    })), encoding="utf-8")  # fmt: skip
    page = opened("#try", path=path)
    assert "NOT COVERED" in page.locator("#panel").inner_text()
    assert page.get_by_label("An example").is_hidden()
    assert (
        page.get_by_role("note").inner_text()
        == "This page supports people who decide; it replaces none of them."
    )


def test_in_a_notebook_it_stands_in_a_frame(guideline: ros1tree.Guideline, browser: Any) -> None:
    html = guideline._repr_html_() or ""
    assert html == notebook.bundle(guideline)["text/html"]
    assert html.startswith(
        '<iframe title="ROS1-positive non-small cell lung cancer" sandbox="allow-scripts '
    )
    assert unescape(html.partition('srcdoc="')[2].removesuffix('"></iframe>')) == ros1tree.explore(
        guideline
    )
    context = browser.new_context(offline=True)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.set_content(f"<body>{html}</body>")
    frame = page.frame_locator("iframe")
    frame.get_by_role("link", name="Brain metastases?").first.click()
    assert frame.locator("#panel h2").inner_text() == "Brain metastases?"
    frame.get_by_role("link", name="Try a patient").click()
    frame.locator(".next").get_by_role("button", name="absent", exact=True).click()
    assert "NOT COVERED" in frame.locator("#panel").inner_text()
    frame.get_by_role("link", name="Review").click()
    assert "This browser keeps nothing" in frame.locator("#panel").inner_text()
    context.close()
    assert faults == []


# The command


def run(*args: str, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ros1tree", "explore", *args],
        cwd=cwd, capture_output=True, text=True, check=False, env=os.environ | env,
    )  # fmt: skip


@pytest.mark.engine
def test_the_command_writes_checks_and_finds_every_change(tmp_path: Path, file: Path) -> None:
    made = run("-o", "page.html", cwd=tmp_path)
    assert (made.returncode, made.stdout, made.stderr) == (0, "", "wrote page.html\n")
    page = tmp_path / "page.html"
    assert page.read_bytes() == file.read_bytes()
    assert run("-o", "page.html", "--check", cwd=tmp_path).returncode == 0
    assert run("-o", "page.html", "--check", cwd=tmp_path, ROS1TREE_DOT="none").returncode == 0
    told = "the same command without --check writes it anew\n"
    for text in ("Why not higher", "draft", "points=", "S18"):
        page.write_text(file.read_text(encoding="utf-8").replace(text, "x", 1), encoding="utf-8")
        done = run("-o", "page.html", "--check", cwd=tmp_path)
        assert (done.returncode, done.stdout, done.stderr) == (1, "out of date: page.html\n", told)
    done = run("-o", "other.html", "--check", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "out of date: other.html\n")


def test_without_an_engine_one_line_says_so(tmp_path: Path) -> None:
    done = run("-o", "page.html", cwd=tmp_path, ROS1TREE_DOT="no-such-program")
    assert (done.returncode, done.stdout) == (2, "")
    assert (
        done.stderr == "ROS1TREE_DOT names 'no-such-program', which is no program that can be run\n"
    )
    assert not (tmp_path / "page.html").exists()


@pytest.mark.engine
@pytest.mark.usefixtures("each_engine")
def test_every_engine_makes_the_same_page_but_for_places(
    guideline: ros1tree.Guideline, file: Path
) -> None:
    assert Page(guideline, ros1tree.cases(guideline, "ros1-nsclc")).is_current(file.read_bytes())
    text = ros1tree.explore(guideline)
    for name, node in guideline.nodes.items():
        assert f'id="node-{name}" role="button"' in text
        assert all(f'id="offer-{name}-{place}"' in text for place in range(len(node.offers)))
