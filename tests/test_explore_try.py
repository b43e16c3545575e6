"""A patient is tried in the page: facts, questions, results, and why not."""

import json
import subprocess
import sys
from io import BytesIO
from pathlib import Path

from explored import LINK, NAIVE, Opened, chosen
from pypdf import PdfReader

import ros1tree


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
