"""Loading: every kind of problem has a wrong file with the exact lines that it must give."""

import ast
import copy
import json
import pickle
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from strategies import guidelines

import ros1tree
from ros1tree.compose import MAX_PROBLEMS
from ros1tree.document import read

INVALID = sorted((Path(__file__).parent / "invalid").glob("*.yaml"))
HEAD = "# expected:"

# Where the loader says what is wrong, and what in the call is the message.
MODULES = [
    "compose",
    "model/forms",
    "document",
    "load",
    "validation",
    "model/grammar",
    "model/text",
    "model/vocabulary",
    "model/guideline",
]
SAYING = {"Misfit": 1, "problem": 0, "UnreadableError": 0, "_note": 0, "_unreadable": 1}

# Told of a file as a whole, or of many files' worth of problems; each has a test of its own below.
ELSEWHERE = {"cannot be read", "is larger than", "is not UTF-8", "YAML forbids", "more problems",
             "such problems", "half a surrogate", "once its aliases are followed", "nested more than", "merges more than",
             "no bundled guideline", "is built by ros1tree.load",
             "does not fit"}  # fmt: skip


def messages() -> Iterator[tuple[str, str]]:
    """Every message that the code can give, as a pattern, with the place of its call."""
    for module in MODULES:
        path = Path(ros1tree.__file__).parent / f"{module}.py"
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef):
                texts = {
                    target.id: node.value
                    for node in ast.walk(function)
                    if isinstance(node, ast.Assign)
                    for target in node.targets
                    if isinstance(target, ast.Name)
                }
                for call in ast.walk(function):
                    if isinstance(call, ast.Call) and (said := _said(call, texts)):
                        yield f"{module}:{call.lineno}", said


def _said(call: ast.Call, texts: dict[str, ast.expr]) -> str:
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    place = SAYING.get(name, 99)
    if name == "problem" and isinstance(call.func, ast.Attribute):
        place = 1  # a document's problem begins with its location
    if place >= len(call.args):
        return ""
    message = call.args[place]
    if isinstance(message, ast.Name):
        message = texts.get(message.id, message)
    if isinstance(message, ast.Constant):
        return re.escape(str(message.value))
    if isinstance(message, ast.JoinedStr):
        parts = (
            re.escape(str(p.value)) if isinstance(p, ast.Constant) else ".*" for p in message.values
        )
        return "".join(parts)
    return ""


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
    told = "\n".join(expected(path) for path in INVALID)
    kinds = dict(messages())
    assert len(kinds) > 40
    silent = [
        (place, said)
        for place, said in kinds.items()
        if not re.search(said, told) and not any(re.escape(text) in said for text in ELSEWHERE)
    ]
    assert silent == []


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
    nodes: Any = guideline.nodes
    changes: list[Callable[[], object]] = [
        lambda: nodes.update({}),
        lambda: nodes.pop("brain"),
        nodes.clear,
        lambda: nodes.__setitem__("x", guideline.nodes["brain"]),
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
    "billion laughs": (LAUGHS, "holds more than 400,000 values once its aliases are followed"),
    "merging without end": (
        "a: &a {" + ", ".join(f"k{i}: 1" for i in range(500)) + "}\n"
        + "".join(f"m{i}: {{<<: [{', '.join(['*a'] * 1900)}]}}\n" for i in range(60)),
        "400,000 values",
    ),
    "merging one thing again and again": (
        "a: &a {" + ", ".join(f"k{i}: 1" for i in range(500)) + "}\nm: {" + "<<: *a, " * 100_000 + "}\n",
        "merges more than 400,000 values with '<<'",
    ),
    "deep": ("[" * 100_000, "is nested more than 60 deep"),
    "deep JSON with surrogates": ('{"\\ud83d\\ude00":' * 50_000, "is not YAML: found invalid Unicode"),
    "deep by aliases": (
        "a: &a0 [x]\n" + "".join(f"k{i}: &a{i + 1} [*a{i}]\n" for i in range(100)),
        "is nested more than 60 deep",
    ),
    "an alias inside itself": ("a: &a [*a]\n", "alias '*a' has no anchor before it"),
    "junk lines": ("key: value\n" * 700_000, "has more than 1,000 such problems"),
    "junk bytes": ("%@`}{" * 1_000_000, "is not YAML"),
    "junk keys": ("".join(f"k{i}: {i}\n" for i in range(300_000)), "more problems; mend"),
    "conditions that double by aliases": (
        "facts: {z: {type: boolean}}\nnodes: {a: {kind: treatment, title: A, notes: [{says: x, when: &c0 {z: true}}"
        + "".join(f", {{says: x, when: &c{i + 1} {{all: [{{z: true}}, *c{i}, *c{i}]}}}}" for i in range(12))
        + "]}}\n",
        "is missing",
    ),
    "a thousand unknown facts among twenty thousand": (
        "facts: {" + ", ".join(f"fact_{i}: {{type: boolean}}" for i in range(20_000)) + "}\n"
        "impossible: [{when: {" + ", ".join(f"fect_{i}: true" for i in range(1000)) + "}}]\n",
        "no fact 'fect_99'",
    ),
    "a list of junk": ("offers: [" + "1, " * 300_000 + "1]\n", "unknown key"),
    "a long line": ("a" * 7_000_000, "must be a mapping"),
    "a thousand dangling edges among ten thousand nodes": (
        "nodes:\n" + "".join(f"  n{i}: {{kind: workup, title: N, next: [{{to: x{i}}}]}}\n" for i in range(10_000)),
        "no node 'x900'",
    ),
    "a cycle of many nodes": (
        "nodes:\n" + "".join(
            f"  n{i}: {{kind: workup, title: N, next: [{{to: n{(i + 1) % 40_000}}}, {{to: n0}}]}}\n" for i in range(40_000)
        ),
        "a cycle: n0 -> n1",
    ),
    "a node with many edges": (
        "nodes: {n: {kind: workup, title: N, next: [" + "{to: n}, " * 100_000 + "]}}",
        "a second edge from 'n' to 'n'",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_refused_quickly_and_in_bounded_memory(name: str, tmp_path: Path) -> None:
    text, message = HOSTILE[name]
    path = tmp_path / "hostile.yaml"
    path.write_text(text)
    code = (
        "import resource, sys\n"
        "resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))\n"
        "import ros1tree\n"
        "try:\n    ros1tree.load(sys.argv[1])\n"
        "except ros1tree.GuidelineError as error:\n    print(str(error)[-200_000:])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)],
        capture_output=True,
        text=True,
        timeout=30,
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


def test_text_that_is_too_large_is_refused_as_a_file_is() -> None:
    for text in ("x" * 8_000_001, b"x" * 8_000_001):
        with pytest.raises(ros1tree.GuidelineError, match="text: is larger than 8 MB"):
            ros1tree.loads(text)


def test_a_guideline_from_data_is_checked_as_a_file_is(guideline: ros1tree.Guideline) -> None:
    data = guideline.to_data()
    assert ros1tree.guideline(data) == guideline
    data["start"] = "nowhere"
    with pytest.raises(ros1tree.GuidelineError, match="guideline start: no node 'nowhere'"):
        ros1tree.guideline(data)
    with pytest.raises(ros1tree.GuidelineError, match="guideline: must be a mapping, not a list"):
        ros1tree.guideline([])  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"is built by ros1tree\.load"):
        ros1tree.Guideline.model_validate(guideline.to_data())


def test_copies_have_their_own_digest_and_answers(guideline: ros1tree.Guideline) -> None:
    assert guideline.digest.startswith("sha256:")
    other = guideline.model_copy(update={"title": "Another"})
    assert other.digest != guideline.digest
    for twin in (copy.deepcopy(guideline), pickle.loads(pickle.dumps(guideline))):  # noqa: S301
        assert twin == guideline
        assert hash(twin) == hash(guideline)
        assert ros1tree.walk(twin, {}) == ros1tree.walk(guideline, {})


def test_two_spellings_of_a_number_are_one_content() -> None:
    text = (
        "{id: n, title: N, version: v, start: n, facts: {w: {type: number}}, interventions: {},"
        " nodes: {n: {kind: decision, title: N, next: [{to: m, when: {w: {min: %s}}}]},"
        " m: {kind: silent, title: M}}}"
    )
    one, two = ros1tree.loads(text % "3"), ros1tree.loads(text % "3.0")
    assert one == two
    assert (one.digest, hash(one)) == (two.digest, hash(two))


def test_a_long_chain_of_conditions_needs_no_quadratic_memory() -> None:
    size = 4000
    nodes: dict[str, Any] = {
        f"n{i}": {
            "kind": "workup",
            "title": "N",
            "next": [{"to": f"n{i + 1}", "when": {f"f{i}": True}}],
        }
        for i in range(size)
    }
    nodes[f"n{size}"] = {
        "kind": "treatment",
        "title": "T",
        "offers": [{"intervention": "d", "tier": "preferred"}],
    }
    guideline = ros1tree.guideline(
        {"id": "chain", "title": "C", "version": "1", "start": "n0", "nodes": nodes}
        | {"facts": {f"f{i}": {"type": "boolean"} for i in range(size)}}
        | {"interventions": {"d": {"title": "D"}}}
    )
    walk = ros1tree.walk(guideline, {f"f{i}": True for i in range(size)})
    assert len(walk.recommendations[0].because) == size
    assert ros1tree.walk(guideline, {"f0": True}).possible[0].depends_on[0] == "f1"


def test_nesting_up_to_the_bound_is_read() -> None:
    assert read("[" * 60 + "]" * 60, "f").problems == ()
    assert "is nested more than 60 deep" in str(read("[" * 61 + "]" * 61, "f").problems[0])


@pytest.mark.parametrize("text", ["\ud800: 1", '{"a": "\ud800"}'])
def test_half_a_surrogate_pair_is_a_problem(text: str) -> None:
    with pytest.raises(ros1tree.GuidelineError, match="half a surrogate pair"):
        ros1tree.loads(text)


def test_names_that_no_file_can_have() -> None:
    for name in ("a\0b.yaml", "\ud800.yaml"):
        with pytest.raises(ros1tree.GuidelineError, match="cannot be read"):
            ros1tree.load(name)


def test_control_characters_never_reach_a_terminal() -> None:
    text = 'facts: {"\\e[31m\\nX": {type: boolean}}\nimpossible: [{when: {"\\e[31m\\nX": x}}]\ntitle: "\\x9b31m"\n'
    with pytest.raises(ros1tree.GuidelineError) as caught:
        ros1tree.loads(text)
    assert all(str(problem).isprintable() for problem in caught.value.problems)
