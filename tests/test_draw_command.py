"""`ros1tree draw` as a user types it: views, sets, themes, and the check of committed drawings."""

import errno
import os
from pathlib import Path
from typing import Any

import pypdf
import pytest
import yaml
from click.testing import CliRunner
from test_cli import refused, run

from ros1tree import cli
from ros1tree.draw import FORMATS
from ros1tree.draw.pages import PAPERS
from ros1tree.draw.theme import THEMES

WITHOUT_ENGINE = {"ROS1TREE_DOT": "no-such-program"}
AGAIN = "the same command without --check draws anew\n"


def test_what_is_offered_is_what_there_is() -> None:
    assert (FORMATS, tuple(THEMES), tuple(PAPERS)) == (cli.DRAWINGS, cli.THEMES, cli.PAPERS)


@pytest.mark.engine
@pytest.mark.parametrize("format", FORMATS)
def test_every_format_is_written_and_checked(format: str, tmp_path: Path) -> None:
    facts = tmp_path / "p.yaml"
    facts.write_text("ros1_rearrangement: present")
    path = tmp_path / f"a b.{format}"
    command = ("draw", "-o", path, "--walk", facts)
    done = run(*command)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", f"wrote {path}\n")
    assert path.stat().st_size > 1000
    done = run(*command, "--check", env=WITHOUT_ENGINE)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    facts.write_text("ros1_rearrangement: absent")
    done = run(*command, "--check", env=WITHOUT_ENGINE)
    assert (done.returncode, done.stdout, done.stderr) == (1, f"out of date: {path}\n", AGAIN)


def test_a_drawing_that_is_not_there_is_out_of_date(tmp_path: Path) -> None:
    path = tmp_path / "x.svg"
    done = run("draw", "-o", path, "--check")
    assert (done.returncode, done.stdout, done.stderr) == (1, f"out of date: {path}\n", AGAIN)
    assert not path.exists()


def test_a_set_is_written_and_checked_as_one(tmp_path: Path) -> None:
    done = run("draw", "-o", tmp_path / "p.mmd", "--set")
    names = ["p", *(f"p-{s}" for s in ("diagnosis", "history", "first_line", "progression", "next_line"))]  # fmt: skip
    assert done.stderr == "".join(f"wrote {tmp_path / name}.mmd\n" for name in names)
    assert run("draw", "-o", tmp_path / "p.mmd", "--set", "--check").returncode == 0
    (tmp_path / "p-history.mmd").unlink()
    (tmp_path / "p.mmd").write_text("changed")
    done = run("draw", "-o", tmp_path / "p.mmd", "--set", "--check")
    stale = [f"out of date: {tmp_path / name}.mmd\n" for name in ("p", "p-history")]
    assert (done.returncode, done.stdout) == (1, "".join(stale))


@pytest.mark.engine
def test_options_of_the_picture_reach_it(tmp_path: Path) -> None:
    page = tmp_path / "x.pdf"
    run("draw", "-o", page, "--section", "history", "--paper", "letter", "--theme", "print")
    assert [round(float(n)) for n in pypdf.PdfReader(page).pages[0].mediabox[2:]] == [612, 792]
    small, large = tmp_path / "s.png", tmp_path / "l.png"
    run("draw", "-o", small, "--overview", "--scale", "0.5")
    run("draw", "-o", large, "--overview", "--scale", "2")
    assert wide(large) == pytest.approx(4 * wide(small), abs=4)
    told = run("draw", "-o", tmp_path / "x.txt", "--from", "brain", "--depth", "1")
    assert told.returncode == 0
    text = (tmp_path / "x.txt").read_text(encoding="utf-8")
    assert "ELSEWHERE: Consolidation on a ROS1 TKI" in text


def wide(png: Path) -> int:
    return int.from_bytes(png.read_bytes()[16:20], "big")


WRONG: dict[str, tuple[list[str], str]] = {
    "no section": (["x.svg", "--section", "frist_line"], "no section 'frist_line'; allowed: diagnosis, history, first_line, progression, next_line; did you mean 'first_line'?\n"),
    "no node": (["x.svg", "--from", "brian"], "no node 'brian'; allowed: ros1_result, tissue, tissue_testing, plasma_only_testing, ros1_absent, ros1_indeterminate, metastatic_disease, treatment_history, under_way, therapy_under_way, after_chemotherapy, after_immunotherapy, … (31 in all); did you mean 'brain'?\n"),
    "no format": (["x.gif"], "no format 'gif'; allowed: svg, png, pdf, dot, mmd, txt\n"),
    "no ending": (["x"], "no format ''; allowed: svg, png, pdf, dot, mmd, txt\n"),
    "two parts": (["x.svg", "--overview", "--section", "history"], "an overview has no section, start or depth; leave them out\n"),
    "a part of a set": (["x.svg", "--set", "--depth", "2"], "a whole set has every section and the overview; leave the part out\n"),
    "a size of no png": (["x.svg", "--scale", "3"], "scale says nothing about svg; leave it out, or draw to png\n"),
    "a paper of no pdf": (["x.png", "--paper", "letter"], "paper says nothing about png; leave it out, or draw to pdf\n"),
    "a theme of plain text": (["x.txt", "--theme", "dark"], "theme says nothing about txt; leave it out, or draw to svg, png, pdf, dot\n"),
    "no engine": (["x.svg", "--engine", "nope"], "engine names 'nope', which is no program that can be run\n"),
    "no folder": (["nowhere/x.txt"], "nowhere/x.txt: No such file or directory\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_drawn_is_told_in_one_line(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    args, message = WRONG[name]
    assert refused("draw", "-o", *args) == message
    assert list(tmp_path.iterdir()) == []


def test_the_hook_checks_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = Path(__file__).parent.parent / ".pre-commit-hooks.yaml"
    (hook,) = yaml.safe_load(path.read_text(encoding="utf-8"))
    command: Any = [*hook["entry"].split()[1:], "-o", "pathway.mmd"]
    assert not hook["pass_filenames"]
    monkeypatch.chdir(tmp_path)
    assert run(*command).returncode == 1
    assert run(*[part for part in command if part != "--check"]).returncode == 0
    assert run(*command).returncode == 0


def test_a_drawing_is_written_as_a_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.txt"
    path.write_text("before")

    def full(part: Path, data: bytes) -> int:
        with part.open("wb") as stream:
            stream.write(data[:10])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_bytes", full)
    done = CliRunner().invoke(cli.cli, ["draw", "-o", str(path)])
    assert (done.exit_code, done.stderr) == (2, f"{path}: No space left on device\n")
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]
