"""Drawing: the picture, exact DOT, and any text at all coming out as that text."""

import io
import json
import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pypdf
import pytest
from conftest import Golden
from hypothesis import given, settings
from strategies import guidelines, texts

import ros1tree
from ros1tree.draw import FORMATS, engine
from ros1tree.draw.engine import find_engine, render_svg
from ros1tree.draw.pens.dot import dot, escaped, quoted, wrapped
from ros1tree.draw.picture import Arrow, Band, Box, Picture, Row
from ros1tree.draw.sketch import sketch

PATIENT = {
    "ros1_rearrangement": "present",
    "metastatic": True,
    "oligometastatic": False,
    "prior_therapies": [],
    "progressed_on": "none",
    "targeted_therapy_feasible": True,
}


def test_golden_dot(guideline: ros1tree.Guideline, golden: Golden) -> None:
    golden.check("ros1_nsclc.dot", ros1tree.draw(guideline, format="dot").decode())


def test_golden_dot_of_a_patient(guideline: ros1tree.Guideline, golden: Golden) -> None:
    walk = ros1tree.walk(guideline, PATIENT)
    golden.check("ros1_nsclc.patient.dot", ros1tree.draw(guideline, walk, "dot").decode())


def test_dot_is_the_same_under_every_hash_seed() -> None:
    code = "import ros1tree, sys; sys.stdout.buffer.write(ros1tree.draw(ros1tree.load('ros1-nsclc'), format='dot'))"
    told = {
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(told) == 1


def one_box(title: str = "T", **changes: Any) -> Picture:
    box = Box("b", "treatment", title, "", (), "", "plain", (), "", None)
    picture: dict[str, Any] = {
        "title": "P",
        "subtitle": "v",
        "footer": "f",
        "patient": (),
        "status": "",
        "arrows": (),
    }
    return Picture(id="p", bands=(Band("s", "Band", (box,)),), **(picture | changes))


NASTY = [
    'quotes " and \' and `', "a & b &amp; c &#65;", "<B>bold</B>", "</TD></TABLE>>", "a\\b \\N \\G \\l",
    "line one\nline two", "\ttab", "{record|shape}", "]]>", "-->", "<!-- x -->", "javascript:alert(1)",
    "# hash ; semi", "//comment /*", "no", "æøå ß é", "Ελληνικά", "русский", "日本語のテキスト", "العربية",
    "a" * 200, "two  spaces", "≥ 3 % – … • ²", "a:b:c", "%s %d %%", "$(whoami) `id`",
]  # fmt: skip


def shown(svg: bytes) -> str:
    return "".join("".join(ElementTree.fromstring(svg).itertext()).split())  # noqa: S314


@pytest.fixture(params=["dot", "graphviz-pure"])
def each_engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    here = shutil.which(request.param) or shutil.which(
        request.param, path=str(Path(sys.executable).parent)
    )
    if here is None:
        pytest.skip(f"{request.param} is not installed")
    monkeypatch.setenv("ROS1TREE_DOT", here)


@pytest.mark.engine
@pytest.mark.usefixtures("each_engine")
@pytest.mark.parametrize("text", NASTY)
def test_nasty_text_comes_out_as_that_text(text: str) -> None:
    row = Row("preferred", text, text, (text,), text, "plain")
    boxes = (
        Box(text, "decision", text, text, (), text, "plain", (text,), text, None),
        Box("t", "treatment", text, "", (row,), "", "yes", (), "", None),
    )
    picture = one_box(
        title=text,
        subtitle=text,
        footer=text,
        patient=(text,),
        arrows=(Arrow(text, "t", text, "maybe"),),
    )
    picture = Picture(
        text, text, text, (Band(text, text, boxes),), picture.arrows, (text,), text, text
    )
    svg = render_svg(dot(picture), picture.texts())
    # Once in each place: heading, subtitle, patient, band, two boxes with what they hold, arrow, end.
    assert shown(svg).count("".join(text.split())) >= 13
    root = ElementTree.fromstring(svg)  # noqa: S314
    assert [
        e.tag for e in root.iter() if e.tag.endswith(("script", "image", "foreignObject"))
    ] == []


@pytest.mark.engine
@settings(max_examples=30)
@given(texts)
def test_any_text_comes_out_as_that_text(text: str) -> None:
    picture = one_box(title=text)
    picture = Picture("p", text, "v", (Band("s", text, picture.bands[0].boxes),), (), (), "", "")
    render_svg(dot(picture), picture.texts())


@given(texts)
def test_quoting_is_undone_by_reading(text: str) -> None:
    inside = quoted(text)[1:-1]
    assert re.fullmatch(r'(?:[^"\\]|\\.)*', inside)
    assert re.sub(r"\\(.)", lambda m: "\n" if m[1] == "n" else m[1], inside) == text


@given(texts)
def test_wrapping_loses_nothing(text: str) -> None:
    markup = wrapped(text, 7)
    assert "".join(_read(markup).split()) == "".join(text.split())
    assert _read(escaped(text)) == text.replace("\t", " ")


def _read(markup: str) -> str:
    document = f"<x>{markup.replace('<BR/>', '&#10;')}</x>"
    text = "".join(ElementTree.fromstring(document).itertext())  # noqa: S314
    assert len(re.findall(r"\\+", text)) == len(re.findall(r"(?:\\\\)+", text))
    return text.replace("\\\\", "\\")


@settings(max_examples=40)
@given(guidelines())
def test_any_guideline_and_its_walk_become_a_picture(data: dict[str, Any]) -> None:
    guideline = ros1tree.loads(json.dumps(data, ensure_ascii=False))
    picture = sketch(guideline)
    assert {box.id for box in picture.boxes()} == set(data["nodes"])
    assert {(a.tail, a.head) for a in picture.arrows} == set(ros1tree.graph(guideline).edges)
    assert all(box.state == "plain" for box in picture.boxes())
    try:
        walk = ros1tree.walk(guideline, {})
    except ros1tree.FactsError:
        return
    states = {box.id: box.state for box in sketch(guideline, walk).boxes()}
    reached = {step.node: step.reached for step in walk.steps}
    assert states == {name: reached.get(name, "no") for name in data["nodes"]}


def test_the_path_of_a_patient(guideline: ros1tree.Guideline) -> None:
    picture = sketch(guideline, ros1tree.walk(guideline, PATIENT))
    boxes = {box.id: box for box in picture.boxes()}
    assert boxes["brain"].state == "yes"
    assert boxes["brain"].missing == ("brain_metastases",)
    assert boxes["first_line"].state == boxes["first_line_cns"].state == "maybe"
    assert boxes["tki_progression"].state == "no"
    assert [row.state for row in boxes["untreated"].rows] == ["yes"]
    states = {(a.tail, a.head): a.state for a in picture.arrows}
    assert states["untreated", "targeted_therapy"] == "yes"
    assert states["brain", "first_line"] == "maybe"
    assert states["targeted_therapy", "first_line_chemotherapy"] == "no"
    assert "targeted therapy feasible" in picture.patient


@pytest.mark.engine
@pytest.mark.usefixtures("each_engine")
@pytest.mark.parametrize("format", ["svg", "png", "pdf"])
def test_every_format_is_what_it_says(guideline: ros1tree.Guideline, format: str) -> None:
    data = ros1tree.draw(guideline, format=format)
    if format == "svg":
        assert "Brainmetastases?" in shown(data)
    elif format == "png":
        assert data.startswith(b"\x89PNG\r\n\x1a\n")
    else:
        text = pypdf.PdfReader(io.BytesIO(data)).pages[0].extract_text()
        assert "Brain metastases?" in text
        assert data == ros1tree.draw(guideline, format=format), "no date, no random name inside"


def test_an_unknown_format_names_the_known_ones(guideline: ros1tree.Guideline) -> None:
    with pytest.raises(ros1tree.UnknownFormatError) as caught:
        ros1tree.draw(guideline, format="svgz")
    assert str(caught.value) == "no format 'svgz'; allowed: svg, png, pdf, dot; did you mean 'svg'?"
    assert caught.value.known == tuple(FORMATS)


def fake(folder: Path, name: str, script: str) -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IEXEC)
    return path


def test_engine_lookup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on_path = fake(tmp_path, "dot", "cat")
    named = fake(tmp_path, "other", "cat")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("ROS1TREE_DOT", raising=False)
    assert find_engine() == str(on_path)
    monkeypatch.setenv("ROS1TREE_DOT", str(named))
    assert find_engine() == str(named)
    monkeypatch.setenv("ROS1TREE_DOT", "no-such-program")
    with pytest.raises(ros1tree.EngineError, match="ROS1TREE_DOT names 'no-such-program'"):
        find_engine()
    monkeypatch.delenv("ROS1TREE_DOT")
    monkeypatch.setenv("PATH", "")
    assert Path(find_engine()).name.startswith("graphviz-pure")
    monkeypatch.setattr("sysconfig.get_path", lambda _: str(tmp_path / "nowhere"))
    with pytest.raises(ros1tree.EngineError, match="no layout engine found; run `pip install"):
        find_engine()


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("echo 'syntax error' >&2; exit 1", "other failed: syntax error"),
        ("exit 0", "other failed:"),
        ("echo hello", "no SVG"),
        ("echo '<svg/>'", r"lost the label 'P' \(2 in all\)"),
        ("sleep 5", "did not finish within 0.2 s"),
    ],
)
def test_what_the_engine_returns_is_checked(
    script: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROS1TREE_DOT", str(fake(tmp_path, "other", script)))
    monkeypatch.setattr(engine, "SECONDS", 0.2)
    with pytest.raises(ros1tree.EngineError, match=message):
        render_svg(dot(one_box()), one_box().texts())


def test_dot_needs_no_engine(
    guideline: ros1tree.Guideline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROS1TREE_DOT", "no-such-program")
    assert ros1tree.draw(guideline, format="dot").startswith(b'digraph "ros1-nsclc" {')
    assert shutil.which("no-such-program") is None


def test_a_pdf_says_which_character_it_cannot_show(guideline: ros1tree.Guideline) -> None:
    shown = guideline.model_copy(update={"title": "caf\u00e9 \u2265 3 \u2013 \u03b1"})
    assert ros1tree.draw(shown, format="pdf").startswith(b"%PDF")
    lost = guideline.model_copy(update={"title": "\u65e5\u672c"})
    with pytest.raises(ros1tree.EngineError, match="a PDF cannot show '\u65e5'; draw"):
        ros1tree.draw(lost, format="pdf")


def test_a_png_that_is_none_is_refused(
    guideline: ros1tree.Guideline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = find_engine()
    script = f'case "$1" in -Tsvg) exec "{real}" "$1";; *) cat >/dev/null; echo garbage;; esac'
    monkeypatch.setenv("ROS1TREE_DOT", str(fake(tmp_path, "other", script)))
    with pytest.raises(ros1tree.EngineError, match="no PNG"):
        ros1tree.draw(guideline, format="png")


def test_edges_have_ids_of_their_own() -> None:
    arrows = (Arrow("a", "b-c", "", "plain"), Arrow("a-b", "c", "", "plain"))
    text = dot(one_box(arrows=arrows))
    assert 'id="edge-a..b-c"' in text
    assert 'id="edge-a-b..c"' in text


def test_a_patient_of_whom_nothing_is_known_has_a_status_too() -> None:
    bare = ros1tree.loads(
        "{id: b, title: B, version: v, start: n, facts: {}, interventions: {},"
        " nodes: {n: {kind: silent, title: N}}}"
    )
    text = dot(sketch(bare, ros1tree.walk(bare, {})))
    assert "NOT COVERED: the guideline does not speak of this situation" in text
    assert "nothing is known" in text
    assert "NOT COVERED" not in dot(sketch(bare))
