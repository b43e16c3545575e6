"""Loading: every kind of problem has a wrong file with the exact lines that it must give."""

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from strategies import guidelines

import ros1tree
from ros1tree.document import MAX_PROBLEMS

INVALID = sorted((Path(__file__).parent / "invalid").glob("*.yaml"))
HEAD = "# expected:"

# Each kind of problem that the loader must find, and the wrong file that has it.
KINDS = {
    "unknown key": "unknown-key",
    "missing key": "missing-key",
    "wrong type": "wrong-type",
    "unknown fact": "unknown-fact",
    "value outside a fact's domain": "value-outside-domain",
    "test that does not fit the fact's type": "test-does-not-fit",
    "dangling edge": "dangling-edge",
    "duplicate key": "duplicate-key",
    "cycle": "cycle",
    "unknown reference or statement": "unknown-reference",
    "unknown intervention": "unknown-intervention",
    "unknown section": "unknown-section",
    "no start": "no-start",
    "empty next of a decision": "empty-next",
    "second edge": "second-edge",
    "tag": "tag",
}


def expected(path: Path) -> str:
    lines = path.read_text(encoding="utf-8").splitlines()
    head = [line.removeprefix("#   ") for line in lines[1:] if line.startswith("#   ")]
    return "\n".join(head)


def problems(path: Path) -> str:
    with pytest.raises(ros1tree.GuidelineError) as caught:
        ros1tree.load(path)
    return str(caught.value).replace(str(path), path.name)


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_wrong_file_gives_exactly_these_lines(path: Path, request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update-golden"):
        body = re.sub(rf"\A{HEAD}\n(#   .*\n)*", "", path.read_text(encoding="utf-8"))
        # The head moves every line below it down; the second pass has the final numbers.
        for _ in range(2):
            head = "".join(f"#   {line}\n" for line in problems(path).splitlines())
            path.write_text(f"{HEAD}\n{head}{body}", encoding="utf-8")
    assert problems(path) == expected(path)
    assert expected(path)


def test_every_kind_of_problem_has_its_file() -> None:
    assert set(KINDS.values()) <= {path.stem for path in INVALID}


def test_problems_are_in_the_order_of_the_file() -> None:
    for path in INVALID:
        with pytest.raises(ros1tree.GuidelineError) as caught:
            ros1tree.load(path)
        places = [(p.line, p.column) for p in caught.value.problems]
        assert places == sorted(places)
        assert all(p.file == str(path) and p.message for p in caught.value.problems)


@given(guidelines())
def test_load_after_dump_is_the_same_guideline(data: dict[str, Any]) -> None:
    guideline = ros1tree.loads(json.dumps(data, ensure_ascii=False))
    again = ros1tree.loads(ros1tree.export(guideline, "json"))
    assert again == guideline
    assert again.digest == guideline.digest
    assert ros1tree.loads(json.dumps(data)) == guideline, "escapes mean what they stand for"


@given(guidelines())
def test_yaml_written_by_others_is_the_same_guideline(data: dict[str, Any]) -> None:
    # Quoted throughout, so that YAML 1.1 and 1.2 agree on every scalar.
    text = yaml.dump(data, allow_unicode=True, default_style='"')
    text = re.sub(r"!!(int|float|bool) \"([^\"]*)\"", r"\2", text)
    assert ros1tree.loads(text) == ros1tree.loads(json.dumps(data, ensure_ascii=False))


def test_a_guideline_does_not_change(guideline: ros1tree.Guideline) -> None:
    with pytest.raises(ValueError, match="frozen"):
        guideline.title = "other"  # type: ignore[misc]
    changes: list[Callable[[], object]] = [
        lambda: guideline.nodes.update({}),
        lambda: guideline.nodes.pop("brain"),
        guideline.facts.clear,
        lambda: guideline.nodes.__setitem__("x", guideline.nodes["brain"]),
    ]
    for change in changes:
        with pytest.raises(TypeError, match="does not change"):
            change()


def test_an_id_that_is_not_bundled_names_the_nearest() -> None:
    with pytest.raises(ros1tree.GuidelineError) as caught:
        ros1tree.load("ros1-nslc")
    assert (
        str(caught.value)
        == "ros1-nslc: no bundled guideline has this id; did you mean 'ros1-nsclc'?"
    )


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    wrong = {
        "missing.yaml": (None, "cannot be read: No such file or directory"),
        "latin.yaml": (b"title: caf\xe9\n", "is not UTF-8 text"),
        "null.yaml": (b"title: \x00\n", "is not YAML: a character that YAML forbids"),
        "large.yaml": (b"# " + b"x" * 10_000_000, "is larger than 8 MB"),
    }
    for name, (content, message) in wrong.items():
        path = tmp_path / name
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(ros1tree.GuidelineError, match=re.escape(message)):
            ros1tree.load(path)
    with pytest.raises(ros1tree.GuidelineError, match="Is a directory"):
        ros1tree.load(tmp_path)


LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join([f'*{chr(97 + i)}'] * 10)}]\n" for i in range(10)
)
FUZZ = Path(tempfile.mkdtemp()) / "fuzz.yaml"
HOSTILE = {
    "billion laughs": (LAUGHS, "holds more than 1,000,000 values once its aliases are followed"),
    "billion laughs by merging": (
        "a: &a {k: v}\n"
        + "".join(
            f"k{i}: &k{i} [{', '.join(['*a' if i == 0 else f'*k{i - 1}'] * 9)}]\n" for i in range(9)
        ),
        "once its aliases are followed",
    ),
    "deep": ("[" * 100_000, "is nested more than 60 deep"),
    "deep by aliases": (
        "a: &a0 [x]\n" + "".join(f"k{i}: &a{i + 1} [*a{i}]\n" for i in range(100)),
        "is nested more than 60 deep",
    ),
    "an alias inside itself": ("a: &a [*a]\n", "alias '*a' has no anchor before it"),
    "junk lines": ("key: value\n" * 700_000, "is"),
    "junk bytes": ("%@`}{" * 1_000_000, "is not YAML"),
    "junk keys": ("".join(f"k{i}: {i}\n" for i in range(400_000)), "more problems; mend"),
    "a long line": ("a" * 7_000_000, "must be a mapping"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_refused_quickly_and_in_bounded_memory(name: str, tmp_path: Path) -> None:
    text, message = HOSTILE[name]
    path = tmp_path / "hostile.yaml"
    path.write_text(text)
    code = (
        "import resource, sys\n"
        "resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))\n"
        "import ros1tree\n"
        "try:\n    ros1tree.load(sys.argv[1])\n"
        "except ros1tree.GuidelineError as error:\n    print(str(error)[-2000:])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stderr == ""
    assert message in done.stdout


def test_problems_beyond_the_bound_are_counted() -> None:
    extra = "".join(f"k{i}: {i}\n" for i in range(MAX_PROBLEMS + 500))
    with pytest.raises(ros1tree.GuidelineError) as caught:
        ros1tree.loads(extra)
    shown = caught.value.problems
    assert len(shown) == MAX_PROBLEMS + 1
    assert re.fullmatch(r"text: \d+ more problems; mend the first ones first", str(shown[-1]))


def test_yaml_words_stay_text() -> None:
    text = """
id: no
title: yes
version: on
start: off
facts: {country: {type: choice, values: [no, on, yes, off, y, n]}}
interventions: {}
nodes: {off: {kind: silent, title: 2024-01-01}}
"""
    guideline = ros1tree.loads(text)
    assert (guideline.id, guideline.title, guideline.version) == ("no", "yes", "on")
    assert list(guideline.facts["country"].values) == ["no", "on", "yes", "off", "y", "n"]  # type: ignore[union-attr]
    assert guideline.nodes["off"].title == "2024-01-01"


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_bytes_end_in_problems_to_read(data: bytes) -> None:
    FUZZ.write_bytes(data)
    with pytest.raises(ros1tree.GuidelineError) as caught:
        ros1tree.load(FUZZ)
    assert all(str(problem).startswith(str(FUZZ)) for problem in caught.value.problems)
    assert "\n" not in "".join(map(str, caught.value.problems))


def _places(value: Any, at: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    inner = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    return [at, *(place for key, entry in inner for place in _places(entry, (*at, key)))]


junk: st.SearchStrategy[Any] = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=3)
    | st.just([])
    | st.just({})
)


@given(guidelines(), st.data())
def test_any_value_put_anywhere_is_loaded_or_told(
    data: dict[str, Any], pick: st.DataObject
) -> None:
    place = pick.draw(st.sampled_from(_places(data)[1:]))
    target: Any = data
    for step in place[:-1]:
        target = target[step]
    target[place[-1]] = pick.draw(junk | st.dictionaries(st.text(max_size=3), junk, max_size=2))
    text = json.dumps(data, ensure_ascii=False).replace("NaN", ".nan").replace("Infinity", ".inf")
    for problem in told(text):
        assert problem.line
        assert problem.message


def told(text: str) -> tuple[ros1tree.Problem, ...]:
    try:
        ros1tree.loads(text)
    except ros1tree.GuidelineError as error:
        return error.problems
    return ()
