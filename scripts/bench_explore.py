"""Measures the page: how large it is, how long it takes to open and to walk, in a real browser."""

import shutil
import statistics
import tempfile
from pathlib import Path
from typing import Any

from bench_review import woven
from playwright.sync_api import Browser, sync_playwright

import ros1tree

OPENED = "performance.timing.loadEventEnd - performance.timing.navigationStart"
WALKS = """(patients) => {
  const times = (work) => patients.map((facts) => {
    const begin = performance.now();
    work(facts);
    return performance.now() - begin;
  });
  const { walk, relevant } = window.ros1tree;
  relevant(walk({}));
  return [times(walk), times((facts) => relevant(walk(facts)))];
}"""
ANSWERS = """() => {
  const times = [];
  for (let step = 0; step < 12; step += 1) {
    const input = document.querySelectorAll('#facts input[type=radio]')[step * 3 % 30];
    const begin = performance.now();
    input.click();
    document.body.getBoundingClientRect();
    times.push(performance.now() - begin);
  }
  return times;
}"""


def explore() -> None:
    """Measure the page of the ROS1 guideline, and of one of 1,000 nodes."""
    guideline = ros1tree.load("ros1-nsclc")
    run = ros1tree.cases(guideline, "ros1-nsclc")
    known = [dict(outcome.case.facts) for outcome in run.outcomes]
    large = woven(1000)
    some: list[dict[str, Any]] = [{}, {"ask0": True}, {"ask0": True, "guard0": True}] * 5
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        _page(browser, "the ROS1 guideline", ros1tree.explore(guideline, run), known)
        _page(browser, "1,000 nodes", ros1tree.explore(large), some)
        browser.close()


def _page(browser: Browser, what: str, text: str, patients: list[dict[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.html"
        path.write_text(text, encoding="utf-8")
        opened = [_opened(browser, path) for _ in range(5)]
        page = browser.new_context(offline=True).new_page()
        requests: list[str] = []
        page.on("request", lambda request: requests.append(request.url))
        page.goto(f"{path.as_uri()}#try")
        walks, questions = page.evaluate(WALKS, patients)
        answers = page.evaluate(ANSWERS)
    print(f"{what}: {path.name} {len(text.encode()) / 1000:.0f} kB, {len(requests)} request")
    _told("  opens", opened)
    _told("  walks one patient", walks)
    _told("  and finds the questions that matter", questions)
    _told("  shows all of an answer", answers)


def _opened(browser: Browser, path: Path) -> float:
    page = browser.new_context(offline=True).new_page()
    page.goto(path.as_uri())
    page.wait_for_function("performance.timing.loadEventEnd > 0")
    took: float = page.evaluate(OPENED)
    page.context.close()
    return took


def _told(what: str, times: list[float]) -> None:
    print(f"{what:40} {statistics.median(times):8.2f} ms  ({min(times):.2f} to {max(times):.2f})")
