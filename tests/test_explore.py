"""The command that writes the page, and checks it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import ros1tree
from ros1tree.explore import Page


def run(*args: str, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ros1tree", "explore", *args],
        cwd=cwd, capture_output=True, text=True, check=False, env=os.environ | env,
    )  # fmt: skip


@pytest.mark.engine
def test_the_command_writes_checks_and_finds_every_change(tmp_path: Path, page_file: Path) -> None:
    made = run("-o", "page.html", cwd=tmp_path)
    assert (made.returncode, made.stdout, made.stderr) == (0, "", "wrote page.html\n")
    page = tmp_path / "page.html"
    assert page.read_bytes() == page_file.read_bytes()
    assert run("-o", "page.html", "--check", cwd=tmp_path).returncode == 0
    assert run("-o", "page.html", "--check", cwd=tmp_path, ROS1TREE_DOT="none").returncode == 0
    told = "the same command without --check writes it anew\n"
    for text in ("Why not higher", "draft", "points=", "S18"):
        page.write_text(
            page_file.read_text(encoding="utf-8").replace(text, "x", 1), encoding="utf-8"
        )
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
    guideline: ros1tree.Guideline, page_file: Path
) -> None:
    assert Page(guideline, ros1tree.cases(guideline, "ros1-nsclc")).is_current(
        page_file.read_bytes()
    )
    text = ros1tree.explore(guideline)
    for name, node in guideline.nodes.items():
        assert f'id="node-{name}" role="button"' in text
        assert all(f'id="offer-{name}-{place}"' in text for place in range(len(node.offers)))
