"""Drawing: formats, what can be asked for, the same text every time, seals, and the engine."""

import io
import json
import os
import shutil
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pypdf
import pytest
from conftest import Golden
from hypothesis import given, settings
from pictures import everywhere, shown
from strategies import guidelines

import ros1tree
from ros1tree.draw import FORMATS, engine, fonts, pages, raster
from ros1tree.draw.engine import find_engine, lay_out
from ros1tree.draw.pens.dot import dot
from ros1tree.draw.seal import holds, sealed
from ros1tree.draw.sketch import sketch
from ros1tree.draw.theme import LIGHT

PATIENT = {
    "ros1_rearrangement": "present",
    "metastatic": True,
    "oligometastatic": False,
    "prior_therapies": [],
    "progressed_on": "none",
    "targeted_therapy_feasible": True,
}
LAID_OUT = ("svg", "png", "pdf")
WRITTEN = ("dot", "mmd", "txt")


@pytest.mark.parametrize("name", ["ros1_nsclc.dot", "ros1_nsclc.mmd", "ros1_nsclc.txt"])
def test_golden(guideline: ros1tree.Guideline, golden: Golden, name: str) -> None:
    golden.check(name, ros1tree.draw(guideline, None, name.rpartition(".")[2]).decode())


@pytest.mark.parametrize(
    "name", ["ros1_nsclc.patient.dot", "ros1_nsclc.patient.mmd", "ros1_nsclc.patient.txt"]
)
def test_golden_of_a_patient(guideline: ros1tree.Guideline, golden: Golden, name: str) -> None:
    walk = ros1tree.walk(guideline, PATIENT)
    golden.check(name, ros1tree.draw(guideline, walk, name.rpartition(".")[2]).decode())


@pytest.mark.parametrize("format", [*WRITTEN, "svg", "pdf", "png"])
def test_the_same_under_every_hash_seed(format: str) -> None:
    code = f"import ros1tree, sys; sys.stdout.buffer.write(ros1tree.draw(ros1tree.load('ros1-nsclc'), format='{format}', section='history'))"
    told = {
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1")
    }
    assert len(told) == 1


@pytest.mark.engine
@pytest.mark.usefixtures("each_engine")
@pytest.mark.parametrize("format", FORMATS)
def test_every_format_is_what_it_says(guideline: ros1tree.Guideline, format: str) -> None:
    data = ros1tree.draw(guideline, format=format)
    if format == "svg":
        assert "Brainmetastases?" in shown(data)
    elif format == "png":
        assert data.startswith(b"\x89PNG\r\n\x1a\n")
    elif format == "pdf":
        pages = pypdf.PdfReader(io.BytesIO(data)).pages
        assert "Brain metastases?" in " ".join(page.extract_text() for page in pages)
    else:
        assert "Brain metastases?" in data.decode()


def size(png: bytes) -> tuple[int, int]:
    return int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")


@pytest.mark.engine
def test_a_png_has_the_size_that_was_asked_for(guideline: ros1tree.Guideline) -> None:
    small, large = (
        size(ros1tree.draw(guideline, format="png", overview=True, scale=scale)) for scale in (1, 3)
    )
    assert [round(side / 3) for side in large] == list(small)


@pytest.mark.engine
@pytest.mark.usefixtures("each_engine")
def test_the_svg_can_be_read_linked_and_heard(guideline: ros1tree.Guideline) -> None:
    svg = ElementTree.fromstring(  # noqa: S314
        ros1tree.draw(guideline, ros1tree.walk(guideline, PATIENT))
    )
    space = "{http://www.w3.org/2000/svg}"
    assert svg.get("role") == "graphics-document document"
    assert (svg.get("viewBox") or "").startswith("0")
    labels = (svg.get("aria-labelledby") or "").split()
    ids = [name for element in svg.iter() if (name := element.get("id"))]
    assert sorted(ids) == sorted(set(ids)), "no id twice"
    assert set(labels) <= set(ids)
    title, desc = svg.find(f"{space}title"), svg.find(f"{space}desc")
    assert title is not None
    assert title.text == guideline.title
    assert desc is not None
    assert desc.text
    assert desc.text.startswith("A flow diagram of 31 boxes in 5 bands. INCOMPLETE")
    names = {e.get("id"): e.get("aria-label") for e in svg.iter() if e.get("aria-label")}
    assert {f"node-{name}" for name in guideline.nodes} <= set(names)
    assert names["node-brain"] == (
        "Question: Brain metastases? (on the patient's path); missing: brain_metastases;"
        " No: First line without brain metastases; Yes: First line with brain metastases"
    )
    assert names["section-history"] == "Disease and treatment so far"
    offers = {name for name in ids if name.startswith("offer-")}
    assert len(offers) == sum(len(node.offers) for node in guideline.nodes.values())
    assert {f"edge-{a}..{b}" for a, b in ros1tree.graph(guideline).edges} <= set(ids)
    inner = {e.get("href", "")[1:] for e in svg.iter(f"{space}a") if e.get("href", "")[0] == "#"}
    assert inner <= set(ids), "every link inside leads somewhere"
    struck = list(svg.iter(f"{space}line"))
    assert len(struck) == 1, "immunotherapy is to be avoided"


def cited() -> ros1tree.Guideline:
    return ros1tree.guideline(
        {
            "id": "c", "title": "C", "version": "1", "start": "n", "facts": {},
            "references": {"r": {"title": "R", "doi": "10.1000/a<b>&c"}, "u": {"title": "U", "url": "https://example.org/?a=1&b=2"}},
            "statements": {"S": {"says": "s", "cites": ["r"]}, "T": {"says": "t"}},
            "interventions": {"i": {"title": "I"}},
            "nodes": {"n": {"kind": "treatment", "title": "N", "cites": ["u", "T"], "offers": [{"intervention": "i", "tier": "preferred", "cites": ["S"]}]}},
        }
    )  # fmt: skip


@pytest.mark.engine
@pytest.mark.usefixtures("each_engine")
def test_a_citation_leads_to_its_publication() -> None:
    svg = ElementTree.fromstring(ros1tree.draw(cited()))  # noqa: S314
    links = [
        ("".join(e.itertext()).strip(), e.get("href"))
        for e in svg.iter("{http://www.w3.org/2000/svg}a")
    ]
    doi, web = "https://doi.org/10.1000/a%3Cb%3E%26c", "https://example.org/?a=1&b=2"
    assert [link for link in links if link[0] in ("S", "u", "T")] == [("u", web), ("T", "#cite-T"), ("S", doi)]  # fmt: skip
    assert [href for text, href in links if text == "read"] == [doi, web]
    pages = pypdf.PdfReader(io.BytesIO(ros1tree.draw(cited(), format="pdf"))).pages
    found = [note.get_object()["/A"]["/URI"] for page in pages for note in page["/Annots"]]  # type: ignore[attr-defined]
    assert found.count(doi) == 3


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


def test_what_is_offered_and_barred_is_marked() -> None:
    both = ros1tree.guideline(
        {
            "id": "b", "title": "B", "version": "1", "start": "n", "facts": {"f": {"type": "boolean"}},
            "interventions": {"i": {"title": "I"}},
            "nodes": {"n": {"kind": "treatment", "title": "N", "offers": [
                {"intervention": "i", "tier": "preferred"}, {"intervention": "i", "tier": "avoid", "when": {"f": True}}]}},
        }
    )  # fmt: skip
    for known, conflict in ((True, [True, True]), (False, [False, False])):
        (box,) = sketch(both, ros1tree.walk(both, {"f": known})).boxes()
        assert [row.conflict for row in box.rows] == conflict
        told = ros1tree.draw(both, ros1tree.walk(both, {"f": known}), "txt").decode()
        assert told.count("CONFLICT: offered, and to be avoided") == sum(conflict)


def test_a_patient_of_whom_nothing_is_known_has_a_status_too() -> None:
    bare = ros1tree.loads(
        "{id: b, title: B, version: v, start: n, facts: {}, interventions: {},"
        " nodes: {n: {kind: silent, title: N}}}"
    )
    for form in WRITTEN:
        told = ros1tree.draw(bare, ros1tree.walk(bare, {}), form).decode()
        assert "nothing is known" in told
        assert "the guideline does not speak of this situation" in told
        assert "nothing is known" not in ros1tree.draw(bare, format=form).decode()


WRONG = {
    "section": ("nope", "no section 'nope'; allowed: diagnosis, history, first_line, progression, next_line"),
    "start": ("brian", "no node 'brian'; allowed: ros1_result, tissue, tissue_testing, plasma_only_testing, ros1_absent, ros1_indeterminate, metastatic_disease, treatment_history, under_way, therapy_under_way, after_chemotherapy, after_immunotherapy, … (31 in all); did you mean 'brain'?"),
    "theme": ("drak", "no theme 'drak'; allowed: light, dark, print, auto; did you mean 'dark'?"),
    "paper": ("a3", "no paper 'a3'; allowed: a4, letter"),
    "scale": (99, "scale 99 is not allowed; allowed: 0.1 to 10"),
    "depth": (-1, "depth -1 is not allowed; allowed: 0 and more"),
}  # fmt: skip


@pytest.mark.parametrize("option", WRONG)
def test_what_there_is_not_is_named(guideline: ros1tree.Guideline, option: str) -> None:
    value, message = WRONG[option]
    options: Any = {option: value}
    with pytest.raises((ros1tree.UnknownNameError, ros1tree.OptionError)) as caught:
        ros1tree.draw(guideline, format="txt", **options)
    assert str(caught.value) == message


def test_an_unknown_format_names_the_known_ones(guideline: ros1tree.Guideline) -> None:
    for wrong in (
        lambda: ros1tree.draw(guideline, format="svgz"),
        lambda: ros1tree.drawings(guideline, "x.svgz"),
    ):
        with pytest.raises(ros1tree.UnknownFormatError) as caught:
            wrong()
        assert str(caught.value) == (
            "no format 'svgz'; allowed: svg, png, pdf, dot, mmd, txt; did you mean 'svg'?"
        )
        assert caught.value.known == tuple(FORMATS)


@pytest.mark.engine
@pytest.mark.parametrize("format", FORMATS)
def test_a_drawing_knows_whether_it_is_current(guideline: ros1tree.Guideline, format: str) -> None:
    name = f"x.{format}"
    (drawing,) = ros1tree.drawings(guideline, name, section="history").values()
    data = drawing.data()
    assert drawing.is_current(data)
    other = guideline.model_copy(update={"title": "Another"})
    for now in (
        ros1tree.drawings(guideline, name, section="diagnosis"),
        ros1tree.drawings(other, name, section="history"),
    ):
        (found,) = now.values()
        assert not found.is_current(data)
    step = max(1, (len(data) - 200) // 50)
    for place in (*range(0, len(data) - 200, step), *range(len(data) - 200, len(data))):
        changed = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        assert not drawing.is_current(changed), place
    assert not drawing.is_current(b"")
    if format in ("svg", *WRITTEN):
        assert drawing.is_current(data.replace(b"\n", b"\r\n")), "as some checkouts write it"


@pytest.mark.engine
def test_which_engine_drew_is_all_the_same_to_the_seal(guideline: ros1tree.Guideline) -> None:
    here = shutil.which("dot")
    if here is None:
        pytest.skip("dot is not installed")
    pure = str(Path(sys.executable).parent / "graphviz-pure")
    (one,) = ros1tree.drawings(guideline, "x.svg", overview=True, engine=here).values()
    (other,) = ros1tree.drawings(guideline, "x.svg", overview=True, engine=pure).values()
    assert one.data() != other.data()
    assert one.is_current(other.data())


def test_a_sealed_png_is_a_png_still() -> None:
    bare = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\x00IEND\xaeB`\x82"
    data = sealed("png", bare, "source")
    assert data.endswith(b"IEND\xaeB`\x82")
    assert holds("png", data, "source")
    assert not holds("png", data, "other")


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
    assert find_engine("dot") == str(on_path), "what is named wins"
    with pytest.raises(ros1tree.EngineError, match=r"^engine names 'nope', which is no program"):
        find_engine("nope")
    monkeypatch.setenv("ROS1TREE_DOT", "no-such-program")
    with pytest.raises(ros1tree.EngineError, match="ROS1TREE_DOT names 'no-such-program'"):
        find_engine()
    monkeypatch.delenv("ROS1TREE_DOT")
    monkeypatch.setenv("PATH", "")
    assert Path(find_engine()).name.startswith("graphviz-pure")
    monkeypatch.setattr("sysconfig.get_path", lambda _: str(tmp_path / "nowhere"))
    with pytest.raises(ros1tree.EngineError) as caught:
        find_engine()
    assert str(caught.value) == (
        "no layout engine found; run `pip install graphviz-pure`, or draw to .dot, .mmd or .txt"
    )


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("echo 'syntax error' >&2; exit 1", "other failed: syntax error"),
        ("exit 0", "other failed:"),
        ("echo hello", "other wrote something that is no drawing"),
        ("echo '<svg/>'", "other wrote something that is no drawing"),
        ("echo '<svg></svg>{}'", r"other lost the label 'text' \(1 in all\)"),
        ("sleep 5", "other did not finish within 0.2 s"),
    ],
)
def test_what_the_engine_returns_is_checked(
    script: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "SECONDS", 0.2)
    picture = everywhere("text")
    named = str(fake(tmp_path, "other", script))
    with pytest.raises(ros1tree.EngineError, match=message):
        lay_out(dot(picture, LIGHT), picture.texts(), named)


@pytest.mark.parametrize("format", WRITTEN)
def test_what_is_only_written_needs_no_engine(
    guideline: ros1tree.Guideline, monkeypatch: pytest.MonkeyPatch, format: str
) -> None:
    monkeypatch.setenv("ROS1TREE_DOT", "no-such-program")
    assert ros1tree.draw(guideline, format=format)
    with pytest.raises(ros1tree.EngineError):
        ros1tree.draw(guideline)


def titled(title: str) -> bytes:
    return ros1tree.draw(cited().model_copy(update={"title": title}), format="pdf")


@pytest.mark.engine
def test_a_pdf_keeps_every_character_that_a_font_of_the_machine_has(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def read(data: bytes) -> str:
        return pypdf.PdfReader(io.BytesIO(data)).pages[0].extract_text()

    assert "café – done" in read(titled("café – done"))
    vera = Path(sys.modules["reportlab"].__file__ or "").parent / "fonts"
    monkeypatch.setattr(fonts, "_FOLDERS", (str(vera),))
    fonts._files.cache_clear()  # noqa: SLF001
    assert "Łł ≤ 3 Ω" in read(titled("Łł ≤ 3 Ω"))
    with pytest.raises(ros1tree.EngineError) as caught:
        titled("日本")
    assert str(caught.value) == (
        "a PDF cannot show '日' (CJK UNIFIED IDEOGRAPH-65E5): no TrueType font of this machine has"
        " it; install one, or draw to .svg"
    )
    with pytest.raises(ros1tree.EngineError) as caught:
        titled("العربية")
    assert str(caught.value) == (
        "a PDF cannot show 'ا', which is written from right to left; draw to .svg or .png"
    )
    monkeypatch.undo()
    fonts._files.cache_clear()  # noqa: SLF001


@pytest.mark.engine
@pytest.mark.parametrize("format", ["svg", "png", "pdf"])
@pytest.mark.parametrize("harm", ["s/ x=/ y=/g", "s/viewBox/seen/", "s/<polygon/<circle/g"])
def test_an_engine_that_distorts_is_one_line(tmp_path: Path, harm: str, format: str) -> None:
    script = f'"{find_engine()}" "$@" | sed "{harm}"'
    named = str(fake(tmp_path, "bad", script))
    try:
        ros1tree.draw(cited(), format=format, engine=named)
    except ros1tree.EngineError as error:
        assert str(error).endswith(" wrote something that is no drawing")  # noqa: PT017


@pytest.mark.skipif(os.name != "posix", reason="processes have groups on POSIX alone")
def test_an_engine_ends_with_what_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "SECONDS", 0.5)
    mark = tmp_path / "late"
    named = str(fake(tmp_path, "slow", f"(sleep 2; touch '{mark}') & sleep 60"))
    begin = time.monotonic()
    with pytest.raises(ros1tree.EngineError, match=r"did not finish within 0\.5 s"):
        ros1tree.draw(cited(), engine=named)
    assert time.monotonic() - begin < 2
    time.sleep(2)
    assert not mark.exists()


@pytest.mark.engine
def test_what_is_too_large_to_be_seen_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raster, "PIXELS", 10_000)
    with pytest.raises(ros1tree.TooLargeError, match=r"the picture would have \d+ x \d+ pixels"):
        ros1tree.draw(cited(), format="png")
    monkeypatch.setattr(pages, "PAGES", 0)
    with pytest.raises(ros1tree.TooLargeError, match="the drawing would have 1 pages, more than 0"):
        ros1tree.draw(cited(), format="pdf")


@pytest.mark.engine
def test_a_png_shows_every_character_or_says_which_it_cannot(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(fonts, "_FOLDERS", (str(tmp_path),))
    fonts._files.cache_clear()  # noqa: SLF001
    with pytest.raises(ros1tree.EngineError) as caught:
        ros1tree.draw(cited().model_copy(update={"title": "日本"}), format="png")
    assert str(caught.value) == (
        "no font of this machine shows '日' (CJK UNIFIED IDEOGRAPH-65E5): install one, or draw to .svg"
    )
    monkeypatch.undo()
    fonts._files.cache_clear()  # noqa: SLF001
