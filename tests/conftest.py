"""Fixtures and switches that every test may use."""

import importlib.util
import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import sync_playwright

import ros1tree

pytest_plugins = ["explored"]

HERE = Path(__file__).parent

# A gate gives the same answer twice; by hand, every run looks elsewhere.
settings.register_profile(
    "ros1tree",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=bool(os.environ.get("CI")),
)
settings.load_profile("ros1tree")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write golden files anew")


@pytest.fixture(scope="session")
def guideline() -> ros1tree.Guideline:
    """The ROS1 guideline."""
    return ros1tree.load("ros1-nsclc")


class Golden:
    """Compares text with a golden file, or writes it with --update-golden."""

    def __init__(self, update: bool) -> None:
        self.update = update

    def check(self, name: str, text: str) -> None:
        path = HERE / "golden" / name
        if self.update:
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8"), f"{name} changed; see --update-golden"


def absent(text: str) -> NoReturn:
    """Skip a test whose tool is absent, and count it; in CI everything is there, so fail."""
    if os.environ.get("CI"):
        pytest.fail(text)
    pytest.skip(text)


@pytest.fixture(params=["dot", "graphviz-pure"])
def each_engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every engine in turn; the one that is not installed is skipped, and counted."""
    here = shutil.which(request.param) or shutil.which(
        request.param, path=str(Path(sys.executable).parent)
    )
    if here is None:
        absent(f"{request.param} is not installed")
    monkeypatch.setenv("ROS1TREE_DOT", here)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Headless Chromium; without it the tests that need it are skipped, and counted."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        absent("chromium is not installed; scripts/test --all installs it")
    quiet = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking",
             "--disable-component-update", "--disable-sync", "--no-first-run")  # fmt: skip
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=program, args=quiet)
        yield found
        found.close()


@pytest.fixture(scope="module")
def page(browser: Any) -> Iterator[Any]:
    """A page without a network; an error, a dialog or a request in it fails the test."""
    context = browser.new_context(offline=True)
    faults: list[str] = []

    def refused(dialog: Any) -> None:
        faults.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    opened = context.new_page()
    opened.on("pageerror", lambda error: faults.append(f"error: {error}"))
    opened.on("dialog", refused)
    opened.on("request", lambda request: faults.append(f"request: {request.url[:80]}"))
    yield opened
    context.close()
    assert [fault for fault in faults if not fault.startswith("request: file:")] == []


@pytest.fixture(scope="session")
def mermaid_js() -> str:
    """The real Mermaid; without it the tests that need it are skipped, and counted."""
    path = Path(__file__).parent / "npm/node_modules/mermaid/dist/mermaid.min.js"
    if not path.exists():
        absent("Mermaid is not installed; scripts/test --all installs it")
    return str(path)


@pytest.fixture(scope="session")
def sarif_schema() -> dict[str, Any]:
    """The schema of SARIF 2.1.0; without it the tests that need it are skipped, and counted."""
    folder = HERE / "npm/node_modules/@microsoft/jest-sarif/lib/schemas"
    if not folder.exists():
        absent("the schema of SARIF is not installed; scripts/test --all installs it")
    schema: dict[str, Any] = json.loads(next(folder.glob("*.json")).read_text(encoding="utf-8"))
    return schema


@pytest.fixture(scope="session")
def spark() -> Iterator[Any]:
    """Real Spark in local mode; without it the tests that need it are skipped, and counted."""
    if shutil.which("java") is None or importlib.util.find_spec("pyspark") is None:
        absent("Spark or Java is not installed; scripts/test --all installs them")
    from pyspark.sql import SparkSession  # noqa: PLC0415 - not on every machine

    quiet: dict[str, Any] = {"spark.ui.enabled": "false", "spark.sql.shuffle.partitions": "1",
             "spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1",
             "spark.log.level": "ERROR"}  # fmt: skip
    builder = SparkSession.builder.master("local[2]").appName("tests")
    session = builder.config(map=quiet).getOrCreate()
    yield session
    session.stop()


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    return Golden(request.config.getoption("--update-golden"))
