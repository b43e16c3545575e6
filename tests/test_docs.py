"""Every example in the README and in docs/ is run, and says what it really says."""

import doctest
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

import ros1tree
from ros1tree import cli, errors
from ros1tree.draw import FORMATS as DRAWINGS

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```(\w+)(?: file=(?!docs/)(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)

MADE = re.compile(r"ros1tree (draw|book|explore) .*-o docs/")
"""The commands that make what is kept in docs/: there it is checked."""


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A reader's folder, with the files that a page tells to write."""
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def blocks(page: Path) -> list[tuple[str, str, str]]:
    return BLOCK.findall(page.read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_examples_run(page: Path, desk: Path) -> None:
    for kind, file, text in blocks(page):
        if file:
            (desk / file).write_text(text, encoding="utf-8")
        if kind == "python":
            run_python(page, text)
        elif kind == "console":
            run_console(text)


def run_python(page: Path, text: str) -> None:
    test = doctest.DocTestParser().get_doctest(text, {}, page.name, str(page), 0)
    assert test.examples, f"{page.name}: a python block without >>>"
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    assert runner.run(test).failed == 0


def run_console(text: str) -> None:
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, expected = part.partition("\n")
        if command.startswith(("scripts/", "pip ", "git ")):
            # Set-up commands; CI runs them in a fresh clone.
            assert not command.startswith("scripts/") or (ROOT / shlex.split(command)[0]).exists()
            continue
        if MADE.match(command):
            command += "" if "--check" in command else " --check"
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            command, shell=True, capture_output=True, text=True, check=False,
            env=os.environ | {"PATH": path, "COLUMNS": "80"},
        )  # fmt: skip
        told = done.stdout + done.stderr
        assert doctest.OutputChecker().check_output(
            expected, told, doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
        ), f"$ {command}\n{told}"


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_every_command_option_format_and_error_is_documented() -> None:
    reference = text_of("docs/reference.md")
    for command in cli.cli.commands.values():
        assert f"### `ros1tree {command.name}`" in reference
        for parameter in command.params:
            longest = max(parameter.opts, key=len)
            assert longest in reference or not longest.startswith("--"), longest
    for name in (*DRAWINGS, *cli.EXPORTS, *ros1tree.__all__):
        assert f"`{name}`" in reference, name
    tree = (errors.__doc__ or "").split("\n\n", 1)[1].strip("\n")
    assert tree.splitlines()[0].strip() in reference


def test_readme_names_both_commands_and_the_safety_statement() -> None:
    readme = text_of("README.md")
    assert "scripts/demo" in readme
    assert "scripts/test" in readme
    assert "## Safety" in readme


def test_links_lead_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
