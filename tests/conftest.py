"""Fixtures and switches that every test may use."""

import os
import shutil
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

import ros1tree

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


@pytest.fixture(params=["dot", "graphviz-pure"])
def each_engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every engine in turn; the one that is not installed is skipped, and counted."""
    here = shutil.which(request.param) or shutil.which(
        request.param, path=str(Path(sys.executable).parent)
    )
    if here is None:
        pytest.skip(f"{request.param} is not installed")
    monkeypatch.setenv("ROS1TREE_DOT", here)


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    return Golden(request.config.getoption("--update-golden"))
