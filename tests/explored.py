"""The page of the ROS1 guideline, opened in a real browser, for the tests of all its parts."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import ros1tree

NAIVE = {
    "ros1_rearrangement": "present", "metastatic": True, "prior_therapies": [],
    "progressed_on": "none", "targeted_therapy_feasible": True, "brain_metastases": True,
    "oligometastatic": False, "repotrectinib_available": True,
}  # fmt: skip
LINK = "&".join(
    f"{name}={','.join(value) if isinstance(value, list) else str(value).lower() if isinstance(value, bool) else value}"
    for name, value in NAIVE.items()
)


@pytest.fixture(scope="session")
def page_file(guideline: ros1tree.Guideline, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the ROS1 guideline, as a file somewhere."""
    path = tmp_path_factory.mktemp("a mail's attachment") / "guideline.html"
    run = ros1tree.cases(guideline, "ros1-nsclc")
    path.write_text(ros1tree.explore(guideline, run), encoding="utf-8")
    return path


Opened = Callable[..., Any]


@pytest.fixture
def opened(browser: Any, page_file: Path) -> Iterator[Opened]:
    """Opens the page, offline, at a link; an error, a dialog or another request fails the test."""
    contexts: list[Any] = []
    faults: list[str] = []
    requests: list[str] = []

    def refused(dialog: Any) -> None:
        faults.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def open_at(fragment: str = "", path: Path = page_file, **options: Any) -> Any:
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


def chosen(page: Any, question: str, answer: str) -> None:
    """Answer a question of the form."""
    form = page.locator("#facts").get_by_role("group", name=question)
    form.get_by_label(answer, exact=True).click()
