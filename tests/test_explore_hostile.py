"""The page of any guideline: hostile, large, almost empty; odd links; in a notebook."""

import time
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from bench_review import woven
from explored import Opened

import ros1tree
from ros1tree import notebook

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
