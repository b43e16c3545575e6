"""The command line, as a process: exit status, what is printed where, and never a traceback."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import ros1tree
from ros1tree import cli
from ros1tree.draw import FORMATS as DRAWINGS
from ros1tree.export import FORMATS as EXPORTS
from ros1tree.walk import Walk

NAIVE = [
    "--fact=ros1_rearrangement=present", "--fact=metastatic=true", "--fact=prior_therapies=",
    "--fact=progressed_on=none", "--fact=oligometastatic=false",
    "--fact=targeted_therapy_feasible=true", "--fact=repotrectinib_available=true",
    "--fact=brain_metastases=true",
]  # fmt: skip


def run(
    *args: str | Path,
    stdin: str | None = "",
    cwd: Path | None = None,
    env: dict[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "ros1tree", *map(str, args)],
        input=stdin,
        capture_output=True,
        text=True,
        cwd=cwd,
        env=os.environ | {"COLUMNS": "80"} | (env or {}),
        check=False,
        encoding="utf-8",
        timeout=60,
    )
    assert "Traceback" not in done.stderr
    return done


def refused(*args: str | Path, stdin: str = "") -> str:
    done = run(*args, stdin=stdin)
    assert (done.returncode, done.stdout) == (2, "")
    return done.stderr


def test_version_and_help() -> None:
    assert run("--version").stdout == f"ros1tree, version {ros1tree.__version__}\n"
    text = run("--help").stdout
    assert [c for c in ("walk", "cases", "draw", "export") if f"\n  {c} " not in text] == []
    for command in ("walk", "cases", "draw", "export"):
        assert run(command, "--help").returncode == 0


def test_version_and_help_import_nothing_heavy() -> None:
    for option in ("--version", "--help"):
        code = (
            "import sys\nfrom ros1tree.cli import main\n"
            f"sys.argv = ['ros1tree', '{option}']\n"
            "try:\n    main()\nexcept SystemExit:\n    pass\n"
            "heavy = {'pydantic', 'networkx', 'yaml', 'rich', 'reportlab', 'svglib'}\n"
            "print(sorted(heavy & set(sys.modules)), file=sys.stderr)\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )
        assert done.stderr == "[]\n"


def test_offered_formats_are_those_that_there_are() -> None:
    assert tuple(EXPORTS) == cli.EXPORTS
    assert tuple(DRAWINGS) == cli.DRAWINGS


def test_walk_prints_a_report_without_colour_codes() -> None:
    done = run("walk", *NAIVE)
    assert (done.returncode, done.stderr) == (0, "")
    assert "\x1b" not in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80
    first = done.stdout.index("PREFERRED")
    assert (
        first
        < done.stdout.index("- Entrectinib [S03*, S10, S18*]")
        < done.stdout.index("RECOMMENDED")
    )
    assert "- Crizotinib (ranked after entrectinib and repotrectinib)" in done.stdout


def test_walk_json_is_the_walk(guideline: ros1tree.Guideline) -> None:
    done = run("walk", "--json", "-", stdin='{"ros1_rearrangement": "not_tested"}')
    assert done.returncode == 0
    assert Walk.from_json(done.stdout) == ros1tree.walk(
        guideline, {"ros1_rearrangement": "not_tested"}
    )


def test_walk_takes_yaml_json_and_standard_input(tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text("ros1_rearrangement: absent\n")
    (tmp_path / "p.json").write_text('{"ros1_rearrangement": "absent"}')
    told = {
        run("walk", tmp_path / "p.yaml").stdout,
        run("walk", tmp_path / "p.json").stdout,
        run("walk", "-", stdin="ros1_rearrangement: absent").stdout,
        run("walk", "--fact", "ros1_rearrangement=absent").stdout,
    }
    assert len(told) == 1
    assert "NOT COVERED" in told.pop()


def test_walk_without_facts_asks_the_first_question() -> None:
    done = run("walk")
    assert done.returncode == 0
    assert "nothing is known" in done.stdout
    assert "What is the result of ROS1 testing?" in done.stdout


@pytest.mark.engine
def test_walk_draws_the_path(tmp_path: Path) -> None:
    done = run("walk", *NAIVE, "--draw", tmp_path / "path.svg")
    assert done.stderr == f"wrote {tmp_path / 'path.svg'}\n"
    assert "on the patient" in (tmp_path / "path.svg").read_text(encoding="utf-8")


def test_bad_facts_give_one_line_each_on_standard_error(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_text("brain_mets: true\nmetastatic: 1\n")
    assert refused("walk", path, "--fact", "histology=round").replace(str(path), "p.yaml") == (
        "p.yaml:1:1 brain_mets: no such fact; did you mean 'brain_metastases'?\n"
        "p.yaml:2:1 metastatic: the number 1 is not allowed; allowed: true or false\n"
        "--fact histology: the text 'round' is not allowed; "
        "allowed: one of nonsquamous, squamous, other\n"
    )


def test_bad_input_of_every_kind(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("title: !!python/name:os.system\n")
    assert refused("walk", tmp_path / "none.yaml") == (
        f"{tmp_path / 'none.yaml'}: cannot be read: No such file or directory\n"
    )
    assert refused("walk", tmp_path).endswith("cannot be read: Is a directory\n")
    assert "tag 'tag:yaml.org,2002:python/name:os.system' is not allowed" in refused(
        "walk", "-g", wrong
    )
    assert refused("walk", "-g", "ros1").startswith("ros1: no bundled guideline has this id")
    assert "only one file can be standard input" in refused("walk", "-g", "-", "-")
    assert refused("walk", "-", stdin="a: [") == (
        "standard input:2:1: is not YAML: did not find expected node content\n"
    )
    assert refused("cases", "-g", wrong).startswith(str(wrong))
    assert "no format 'gif'" in refused("draw", "-o", tmp_path / "x.gif")
    assert "no format ''" in refused("draw", "-o", tmp_path / "x")
    assert refused("draw", "-o", tmp_path / "no" / "x.dot").endswith("No such file or directory\n")
    assert "Invalid value" in refused("export", "owl")
    assert "Missing option" in refused("draw")
    assert "No such command" in refused("wlak")


def test_without_an_engine_one_line_says_so(tmp_path: Path) -> None:
    env = {"ROS1TREE_DOT": "no-such-program"}
    done = run("draw", "-o", tmp_path / "x.svg", env=env)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "x.svg").exists()
    assert run("draw", "-o", tmp_path / "x.dot", env=env).returncode == 0


def test_cases_pass_fail_and_speak_json(tmp_path: Path) -> None:
    done = run("cases")
    assert done.returncode == 0
    assert re.fullmatch(
        r"52 passed, 0 failed; (\d+) of \1 edges and (\d+) of \2 offers crossed\n", done.stdout
    )
    path = tmp_path / "c.yaml"
    path.write_text("cases: [{id: a, facts: {}, expect: {status: complete}}]")
    failed = run("cases", path, "--json")
    assert failed.returncode == 1
    told = json.loads(failed.stdout)
    assert (told["passed"], told["failed"]) == (0, 1)
    assert told["cases"][0]["failures"] == [
        {"expectation": "status", "expected": "complete", "got": "incomplete"}
    ]
    assert len(told["uncrossed_edges"]) > 30
    assert run("cases", path).returncode == 1


def test_cases_of_a_guideline_stand_beside_it(tmp_path: Path) -> None:
    text = ros1tree.bundled()["ros1-nsclc"].read_text(encoding="utf-8")
    (tmp_path / "mine.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "mine.cases.yaml").write_text("cases: [{id: a, facts: {}, expect: {}}]")
    done = run("cases", "-g", tmp_path / "mine.yaml")
    assert done.returncode == 0
    assert "EDGES THAT NO CASE CROSSES" in done.stdout
    assert "1 passed, 0 failed" in done.stdout


@pytest.mark.parametrize("format", cli.EXPORTS)
def test_export_prints_and_writes_the_same(format: str, tmp_path: Path) -> None:
    done = run("export", format)
    assert done.returncode == 0
    assert run("export", format, "-o", tmp_path / "x").returncode == 0
    assert (tmp_path / "x").read_text(encoding="utf-8") == done.stdout


def test_guideline_from_standard_input() -> None:
    text = run("export", "json").stdout
    assert run("export", "json", "-g", "-", stdin=text).stdout == text


def test_a_terminal_without_unicode_gets_no_traceback() -> None:
    done = run("walk", *NAIVE, env={"PYTHONIOENCODING": "ascii"})
    assert done.returncode == 0
    assert "objective response rate 70\\u201380 %" in done.stdout


def test_a_reader_that_stops_early_gets_no_traceback() -> None:
    done = subprocess.run(
        f'"{sys.executable}" -m ros1tree export json | head -c 10',
        shell=True,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ('{\n  "id": ', "")


def test_a_fault_of_the_guideline_is_found(tmp_path: Path) -> None:
    path = tmp_path / "g.yaml"
    path.write_text(
        "{id: g, title: G, version: v, start: q, facts: {f: {type: boolean}}, interventions: {},"
        " nodes: {q: {kind: decision, title: Q, next: [{to: s, when: {f: true}}]}, s: {kind: silent, title: S}}}"
    )
    done = run("walk", "-g", path, "--fact", "f=false", "--draw", tmp_path / "g.dot")
    assert done.returncode == 1
    assert "FAULT: the guideline itself fails here; do not use the result" in done.stdout
    assert "no branch holds at 'Q' (q)" in done.stdout
    assert "FAULT: no branch holds" in (tmp_path / "g.dot").read_text(encoding="utf-8")


def test_cases_from_standard_input() -> None:
    done = run("cases", "-", stdin="cases: [{id: a, facts: {}, expect: {status: incomplete}}]")
    assert done.returncode == 0
    assert "1 passed, 0 failed" in done.stdout
    text = run("export", "json").stdout
    assert "name the file of cases" in refused("cases", "-g", "-", stdin=text)


def test_a_file_name_with_a_line_break_stays_on_one_line() -> None:
    assert refused("walk", "a\nb.yaml") == "a\\nb.yaml: cannot be read: No such file or directory\n"


def test_closed_standard_input_and_odd_paths() -> None:
    done = subprocess.run(
        f'"{sys.executable}" -m ros1tree walk - <&-',
        shell=True,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (2, "standard input: cannot be read: it is closed\n")
    assert (
        refused("draw", "-o", "no\nwhere/x.dot") == "no\\nwhere/x.dot: No such file or directory\n"
    )
    assert refused("draw", "--walk", "", "-o", "x.dot") != ""


def test_machine_forms_are_utf_8_whatever_the_terminal_speaks() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ros1tree", "walk", "--json", *NAIVE],
        env=os.environ | {"PYTHONIOENCODING": "latin-1"},
        capture_output=True,
        check=True,
    )
    assert Walk.from_json(done.stdout.decode("utf-8")).status == "complete"
