"""`ask` as somebody meets it: through a pipe, and in a terminal."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import Golden
from terminal import Terminal
from test_cli import refused, run

Data = dict[str, Any]

FIRST_LINE = ["present", "yes", "-", "yes", "no", "yes", "yes"]
"""Answers of somebody in first line, all that are needed."""


# Through a pipe


def lines(*answers: str) -> str:
    return "".join(f"{answer}\n" for answer in answers)


def test_golden_transcript(golden: Golden) -> None:
    done = run(
        "ask",
        stdin=lines("?", "present", "yes", "b", "yes", "1", "crizotinib", "2", "1,2", "", "no"),
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "\x1b" not in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80
    golden.check("ask.txt", done.stdout)


def test_the_report_is_that_of_a_walk_with_the_saved_facts(tmp_path: Path) -> None:
    path, picture = tmp_path / "p.yaml", tmp_path / "p.dot"
    done = run("ask", "--save", path, "--draw", picture, stdin=lines(*FIRST_LINE))
    assert (done.returncode, done.stderr) == (0, f"wrote {path}\nwrote {picture}\n")
    walked = run("walk", path, "--draw", tmp_path / "w.dot")
    assert done.stdout.endswith(f"\nNo further question can change the outcome.\n\n{walked.stdout}")
    assert picture.read_bytes() == (tmp_path / "w.dot").read_bytes()
    json_ = run("ask", path, "--json", "--save", tmp_path / "p.json")
    assert json_.stdout == run("walk", path, "--json").stdout == run("walk", tmp_path / "p.json", "--json").stdout  # fmt: skip
    assert "No further question can change the outcome." in json_.stderr


def test_the_end_of_the_input_is_quit() -> None:
    early = run("ask", stdin=lines("present"))
    assert early.returncode == 0
    assert early.stdout.endswith(
        "\nIs the disease metastatic? (metastatic)\n  1 yes   2 no\n\n"
        + run("walk", "--fact", "ros1_rearrangement=present").stdout
    )
    quit_ = run("ask", stdin=lines("present", "q", "yes"))
    assert quit_.stdout == early.stdout.replace("2 no\n\n", "2 no\n> q\n\n", 1)
    assert run("ask", stdin="present").stdout == early.stdout
    assert run("ask", stdin="\ufeffpresent\r\n").stdout == early.stdout.replace("> present", "> \\ufeffpresent")  # fmt: skip


def test_a_wrong_answer_ends_a_pipe(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    done = run("ask", "--save", path, stdin=lines("present", "yse", "-", "y"))
    assert done.returncode == 2
    assert done.stderr == (
        "standard input:2:1 metastatic: 'yse' is not allowed; allowed: yes or no; "
        "did you mean 'yes'?\n"
    )
    assert done.stdout.endswith("(metastatic)\n  1 yes   2 no\n> yse\n")
    assert not path.exists()
    late = run("ask", stdin=lines("absent", "", "yes"))
    assert (late.returncode, late.stderr) == (
        2, "standard input:3:1: nothing is asked any more: 'yes'; b goes back\n",
    )  # fmt: skip
    first = run("ask", stdin=lines("b"))
    assert (first.returncode, first.stderr) == (
        2, "standard input:1:1: this is the first question\n",
    )  # fmt: skip
    assert run("ask", stdin=lines("absent", "b", "present", "q")).returncode == 0
    assert run("ask", stdin=lines("absent", "?", "q")).returncode == 0
    assert run("ask", stdin=b"\xff\n".decode("latin-1")).returncode == 2


def test_what_cannot_run_says_so_before_it_asks(tmp_path: Path) -> None:
    assert "standard input holds the answers; name a file" in refused("ask", "-")
    assert "standard input holds the answers; name a file" in refused("ask", "-g", "-")
    assert refused("ask", "--save", tmp_path / "x.txt") == (
        "no format 'txt'; allowed: yaml, yml, json\n"
    )
    assert refused("ask", "--draw", tmp_path / "x.gif").startswith("no format 'gif'; allowed: svg,")
    missing = tmp_path / "no" / "x.yaml"
    assert refused("ask", "--save", missing) == f"{missing}: No such file or directory\n"
    assert refused("ask", "--fact", "metastatic=1").startswith("--fact metastatic: the number 1")


def test_a_fault_of_the_guideline_is_found(tmp_path: Path) -> None:
    path = tmp_path / "g.yaml"
    path.write_text(
        "{id: g, title: G, version: v, start: q, facts: {f: {type: boolean}}, interventions: {},"
        " nodes: {q: {kind: decision, title: Q, next: [{to: s, when: {f: true}}]}, s: {kind: silent, title: S}}}"
    )
    done = run("ask", "-g", path, stdin=lines("no"))
    assert done.returncode == 1
    assert "\n> no\n  f: no\n  - FAULT: no branch holds at 'Q' (q)\n" in done.stdout
    assert done.stdout.endswith("\nIt supports people who decide, and replaces none of them.\n")
    silent = run("ask", "-g", path, stdin=lines("yes"))
    assert silent.returncode == 0
    assert "\n> yes\n  f: yes\n  - the guideline is silent on: S\n" in silent.stdout


def test_questions_in_vain_are_announced_once() -> None:
    code = "import ros1tree.proof.space as s; s.NODES = 600; from ros1tree.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "ask"],
        input=lines("present", "yes"), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0
    assert done.stderr.count("every missing fact is asked: the proof grew too large") == 1


# In a terminal


@pytest.fixture
def terminal() -> Iterator[Callable[..., Terminal]]:
    """Runs commands on terminals, and ends those that a failed test leaves behind."""
    opened_: list[Terminal] = []

    def start(*args: str, **options: Any) -> Terminal:
        opened_.append(Terminal(*args, **options))
        return opened_[-1]

    yield start
    for tty in opened_:
        tty.close()


SAVE, DRAW, END = (
    "Save the facts as (Enter: not): ",
    "Draw the path to (Enter: not): ",
    "Enter: the report. b: back. ",
)
FIRST = (
    "\nWhat is the result of ROS1 testing? (ros1_rearrangement)\n"
    "  1 present\n  2 absent\n  3 not tested\n  4 indeterminate\n> "
)
TISSUE = "\nIs tumour tissue available for testing? (tumor_tissue_available)\n  1 yes   2 no\n> "
TESTED = (
    "  ROS1 rearrangement not tested\n"
    "  - no longer possible: Assessment of left ventricular ejection fraction;\n"
    "    Assessment of serum uric acid; Assessment of QT interval; Assessment of\n"
    "    electrolytes; Crizotinib; Entrectinib; Repotrectinib; Ceritinib; Lorlatinib;\n"
    "    Platinum-based chemotherapy; Broad molecular profiling (plasma or tissue);\n"
    "    New biopsy with testing of tissue; Definitive local therapy (SABR or\n"
    "    surgery); Stereotactic radiosurgery with or without resection; Clinical\n"
    "    trial\n" + TISSUE
)


def test_a_journey_in_a_terminal(terminal: Callable[..., Terminal], tmp_path: Path) -> None:
    tty = terminal("ask", cwd=tmp_path)
    assert tty.until("> ") == (
        "ROS1-positive non-small cell lung cancer\n"
        "ros1-nsclc 2025-11-05, draft\n"
        "It supports people who decide, and replaces none of them.\n"
        "Enter: not known; b: back; q: quit; ?: help\n" + FIRST
    )
    assert tty.type("b") == "  this is the first question\n> "
    assert tty.type("prsent") == (
        "  'prsent' is not allowed; allowed: 1 to 4 or one of present, absent,\n"
        "  not_tested, indeterminate; did you mean 'present'?\n> "
    )
    assert tty.type("3") == TESTED
    assert tty.type("b") == FIRST
    assert tty.type("not tested") == TESTED
    assert tty.type("?") == (
        "  - decides: ROS1 testing of tumour tissue (FISH or FDA-approved test); ROS1\n"
        "    testing of plasma\n"
        "  a number: the answer with this number\n"
        "  a name: the answer that is called so\n"
        "  Enter, s, skip: tumour tissue not known; not asked again\n"
        "  b, back: the question before, without its answer\n"
        "  q, quit: the report of what is certain so far\n> "
    )
    assert tty.type("", END) == (
        "  tumour tissue: not known\n\n"
        "Nothing else is asked as long as this is not known: tumour tissue.\n" + END
    )
    assert tty.type("no", END) == f"  nothing is asked any more: 'no'; b goes back\n{END}"
    assert tty.type("b") == TISSUE
    assert tty.type("no", END) == (
        "  no tumour tissue available\n"
        "  - alternative: ROS1 testing of plasma\n"
        "  - no longer possible: ROS1 testing of tumour tissue (FISH or FDA-approved\n"
        "    test)\n\nNo further question can change the outcome.\n" + END
    )
    facts = ("--fact=ros1_rearrangement=not_tested", "--fact=tumor_tissue_available=no")
    report = run("walk", facts[0], facts[1].replace("=no", "=false")).stdout
    assert tty.type("", SAVE) == f"\n{report}\n{SAVE}"
    assert tty.type("p.toml", SAVE) == f"  no format 'toml'; allowed: yaml, yml, json\n{SAVE}"
    assert tty.type("no/p.yaml", SAVE) == f"  no/p.yaml: No such file or directory\n{SAVE}"
    assert tty.type("p.yaml", DRAW) == f"wrote p.yaml\n{DRAW}"
    (tmp_path / "p.dot").write_text("mine")
    again = f"  p.dot is there; the same name again writes over it\n{DRAW}"
    assert tty.type("p.dot", DRAW) == again
    assert tty.end("p.dot\r") == (0, "p.dot\nwrote p.dot\n")
    assert "digraph" in (tmp_path / "p.dot").read_text(encoding="utf-8")
    assert (tmp_path / "p.yaml").read_text(encoding="utf-8") == (
        "# ros1-nsclc 2025-11-05\nros1_rearrangement: not_tested\ntumor_tissue_available: false\n"
    )
    assert run("walk", tmp_path / "p.yaml").stdout == report


def test_quit_tells_what_is_certain_and_saving_can_be_left(
    terminal: Callable[..., Terminal], tmp_path: Path
) -> None:
    tty = terminal("ask", "--fact=ros1_rearrangement=not_tested", cwd=tmp_path)
    assert tty.until("> ").endswith(TISSUE)
    report = run("walk", "--fact", "ros1_rearrangement=not_tested").stdout
    assert tty.type("q", SAVE) == f"\n{report}\n{SAVE}"
    assert tty.type("", DRAW) == DRAW
    assert tty.end("\r") == (0, "\n")
    assert list(tmp_path.iterdir()) == []


def test_control_keys_end_it_cleanly(terminal: Callable[..., Terminal], tmp_path: Path) -> None:
    tty = terminal("ask", "--save", "p.yaml", cwd=tmp_path)
    tty.until("> ")
    tty.type("present")
    status, told_ = tty.interrupt()
    assert (status, told_.replace("^C", "")) == (130, "\n")
    assert list(tmp_path.iterdir()) == []
    tty = terminal("ask", cwd=tmp_path)
    tty.until("> ")
    report = run("walk").stdout
    assert tty.end("\x04") == (0, f"\n\n{report}")


def test_a_window_of_forty_columns(terminal: Callable[..., Terminal]) -> None:
    tty = terminal("ask", columns=40)
    told_ = "\n".join([tty.until("> "), *map(tty.type, ("1", "?", "x", "yes"))])
    assert [line for line in told_.splitlines() if len(line) > 40] == []
    assert (
        "  - no longer possible: ROS1 testing of\n    tumour tissue (FISH or FDA-approved\n    test); ROS1 testing of plasma\n"
        in told_
    )
    status, told_ = tty.end("\x04")
    assert status == 0
    assert [line for line in told_.splitlines() if len(line) > 40] == []


def test_the_report_alone_goes_to_a_file(terminal: Callable[..., Terminal], tmp_path: Path) -> None:
    """Whoever sits at the keyboard still sees the questions."""
    tty = terminal("ask", output=tmp_path / "report.txt")
    assert tty.until("> ").endswith(FIRST)
    assert tty.end("q\r") == (0, "q\n\n")
    assert (tmp_path / "report.txt").read_text(encoding="utf-8") == run("walk").stdout
