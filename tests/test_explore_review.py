"""The guideline is reviewed in the page: findings, marks, and what is kept and handed on."""

import json
from pathlib import Path

import pytest
from explored import Opened

import ros1tree


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


def test_two_tabs_keep_each_others_marks(opened: Opened) -> None:
    page = opened("#review/node-brain")
    other = page.context.new_page()
    other.goto(page.url.replace("brain", "tissue"))
    for tab in (page, other):
        tab.get_by_role("group", name="This node as a whole").get_by_label("Agreed").check()
    other.get_by_role("button", name="Back to your review").click()
    assert "2 of 73 marked." in other.locator("#panel").inner_text()


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
