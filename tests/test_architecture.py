"""The house: names, what may import what, one word for one thing, and gates that can fail."""

import ast
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import ros1tree
from ros1tree import cli

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "ros1tree"
TESTS = ROOT / "tests"
SOURCES = sorted(PACKAGE.rglob("*.py"))
BIN = Path(sys.executable).parent


def test_public_names_are_there_sorted_and_complete() -> None:
    assert ros1tree.__all__ == sorted(ros1tree.__all__)
    homes = vars(ros1tree)["_HOMES"]
    assert sorted(name for names in homes.values() for name in names) == ros1tree.__all__
    for name in ros1tree.__all__:
        assert getattr(ros1tree, name) is not None
        assert name in dir(ros1tree)


@pytest.mark.parametrize("name", ["walk", "load", "draw", "graph", "cases", "export", "facts"])
def test_a_function_keeps_its_name_though_its_module_is_imported(name: str) -> None:
    code = f"import ros1tree.{name}, ros1tree\nassert callable(ros1tree.{name})\nfrom ros1tree import {name}\nassert callable({name})"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_public_name_can_be_replaced_in_a_test(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(ros1tree, "load", lambda source: source)
        assert ros1tree.load("x") == "x"  # type: ignore[comparison-overlap]
    assert ros1tree.load("ros1-nsclc").id == "ros1-nsclc"


def test_no_room_without_a_name() -> None:
    banned = {"utils", "helpers", "common", "base", "core", "misc"}
    assert [path for path in SOURCES if path.stem in banned] == []


def test_every_command_has_its_module_and_its_tests() -> None:
    rooms = {path.stem for path in PACKAGE.iterdir()}
    tests = {path.stem.removeprefix("test_") for path in TESTS.glob("test_*.py")}
    for command in cli.cli.commands:
        assert command in rooms
        assert command in tests


def test_every_golden_file_is_claimed() -> None:
    tests = "".join(path.read_text(encoding="utf-8") for path in TESTS.glob("test_*.py"))
    names = [path.name for path in (TESTS / "golden").iterdir()]
    assert names
    assert [name for name in names if f'"{name}"' not in tests] == []


def test_files_and_functions_stay_small() -> None:
    assert [p.name for p in SOURCES if len(p.read_text(encoding="utf-8").splitlines()) > 400] == []
    long = [(path.name, name) for path in SOURCES for name, lines in functions(path) if lines > 40]
    assert long == []


def functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef):
            assert node.end_lineno is not None
            yield node.name, node.end_lineno - node.lineno + 1


def test_no_path_of_a_machine() -> None:
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if tracked.returncode:
        pytest.skip("not a git checkout")
    texts = [
        ROOT / name for name in tracked.stdout.split("\n") if name and not name.endswith(".png")
    ]
    marks = ["/" + folder + "/" for folder in ("work", "root", "home", "tmp")]
    told = [
        (path.name, mark)
        for path in texts
        for mark in marks
        if path.is_file() and mark in path.read_text(encoding="utf-8", errors="replace")
    ]
    assert told == []


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of what the gates look at, to be broken."""
    for name in ("ros1tree", "graphs", "docs", "scripts"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def gate(copy: Path, *command: str) -> subprocess.CompletedProcess[str]:
    env = os.environ | {"PYTHONPATH": str(copy)}
    return subprocess.run(
        [BIN / command[0], *command[1:]],
        cwd=copy,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )


BROKEN = {
    "an import that points up": ("condition.py", "\nimport ros1tree.walk\n", "Imports point down"),
    "siblings that know each other": ("cases.py", "\nimport ros1tree.draw\n", "Imports point down"),
    "a pen that sees the guideline": (
        "draw/pens/dot.py",
        "\nimport ros1tree.model\n",
        "What draws sees",
    ),
    "a new pen that sketches": (
        "draw/pens/new.py",
        "import ros1tree.draw.sketch\n",
        "What draws sees",
    ),
    "networkx elsewhere": ("cases.py", "\nimport networkx\n", "networkx is named in graph alone"),
    "a module that no layer lists": ("utils.py", '"""Anything."""\n', "Imports point down"),
    "a cycle": ("model/text.py", "\nimport ros1tree.model.vocabulary\n", "No cycles"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_the_gate_of_imports_is_red(name: str, copy: Path) -> None:
    file, line, contract = BROKEN[name]
    path = copy / "ros1tree" / file
    path.write_text((path.read_text(encoding="utf-8") if path.exists() else "") + line)
    done = gate(copy, "lint-imports", "--no-cache")
    assert done.returncode != 0
    assert contract in done.stdout


RED = {
    "layout": ("ruff", "format", "--check", "--quiet", "ros1tree"),
    "print outside the command line": ("ruff", "check", "--no-cache", "ros1tree"),
    "types": ("mypy", "--no-incremental", "ros1tree/errors.py"),
    "generated files": ("python", "scripts/generate.py", "--check"),
}
FAULTS = {
    "layout": ("ros1tree/errors.py", "x = {  1 :2}\n"),
    "print outside the command line": ("ros1tree/errors.py", 'print("x")\n'),
    "types": ("ros1tree/errors.py", 'x: int = "text"\n'),
    "generated files": ("graphs/guideline.schema.json", " \n"),
}


@pytest.mark.parametrize("name", RED)
def test_the_other_gates_are_red(name: str, copy: Path) -> None:
    if name == "types":
        (copy / "tests").mkdir()
    assert gate(copy, *RED[name]).returncode == 0, "the gate is green before"
    file, fault = FAULTS[name]
    path = copy / file
    path.write_text(path.read_text(encoding="utf-8") + fault)
    assert gate(copy, *RED[name]).returncode != 0


def test_the_wheel_has_its_guideline_and_runs_elsewhere(tmp_path: Path) -> None:
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    wheels = tmp_path / "wheels"
    build = [*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", wheels, ROOT]
    subprocess.run(list(map(str, build)), check=True, capture_output=True)
    (wheel,) = wheels.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert [n for n in names if n.startswith("ros1tree/graphs/")] == [
        "ros1tree/graphs/guideline.schema.json",
        "ros1tree/graphs/ros1_nsclc.cases.yaml",
        "ros1tree/graphs/ros1_nsclc.yaml",
    ]
    assert "ros1tree/py.typed" in names
    assert [n for n in names if n.startswith(("tests", "scripts"))] == []
    target = tmp_path / "installed here"
    zipfile.ZipFile(wheel).extractall(target)
    code = "import ros1tree; print(ros1tree.__file__, ros1tree.load('ros1-nsclc').id)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(target)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == f"{target / 'ros1tree' / '__init__.py'} ros1-nsclc\n"
