"""The pens: any text comes out as that text, and nothing of it is ever more than text."""

import html
import re
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from pictures import NASTY, everywhere, shown, squeezed
from strategies import texts

import ros1tree
from ros1tree.draw.engine import lay_out
from ros1tree.draw.measure import cells, wrap
from ros1tree.draw.pens.dot import dot
from ros1tree.draw.pens.markup import escaped, linked, quoted, wrapped
from ros1tree.draw.pens.mermaid import CHARACTERS, encoded, mermaid, plain
from ros1tree.draw.pens.text import WIDTH, text
from ros1tree.draw.svg import finished, written
from ros1tree.draw.theme import LIGHT

PLACES = 19


def drawn(nasty: str) -> bytes:
    picture = everywhere(nasty)
    return written(finished(lay_out(dot(picture, LIGHT), picture.texts()), picture))


@pytest.mark.engine
@pytest.mark.usefixtures("each_engine")
@pytest.mark.parametrize("nasty", NASTY)
def test_nasty_text_comes_out_of_the_engine_as_that_text(nasty: str) -> None:
    svg = drawn(nasty)
    assert shown(svg).count(squeezed(nasty)) >= PLACES
    nothing_runs(svg)


@pytest.mark.engine
@settings(max_examples=40)
@given(texts)
def test_any_text_comes_out_of_the_engine_as_that_text(nasty: str) -> None:
    svg = drawn(nasty)
    assert shown(svg).count(squeezed(nasty)) >= PLACES
    nothing_runs(svg)


def nothing_runs(svg: bytes) -> None:
    root = ElementTree.fromstring(svg)  # noqa: S314
    allowed = {
        "svg",
        "title",
        "desc",
        "g",
        "polygon",
        "polyline",
        "path",
        "ellipse",
        "text",
        "line",
        "a",
    }
    assert {element.tag.split("}")[1] for element in root.iter()} <= allowed
    for element in root.iter():
        assert not [name for name in element.attrib if name.lower().startswith("on")]
        assert re.match(r"https?://|#", element.get("href", "#"))


@given(texts)
def test_quoting_is_undone_by_reading(nasty: str) -> None:
    inside = quoted(nasty)[1:-1]
    assert re.fullmatch(r'(?:[^"\\]|\\.)*', inside)
    assert re.sub(r"\\(.)", lambda m: "\n" if m[1] == "n" else m[1], inside) == nasty


@given(texts)
def test_escaping_is_undone_by_reading(nasty: str) -> None:
    assert read(escaped(nasty)) == nasty.replace("\t", " ")
    assert squeezed(read(wrapped(nasty, 3))) == squeezed(nasty)


def read(markup: str) -> str:
    document = f"<x>{markup.replace('<BR/>', '&#10;')}</x>"
    found = "".join(ElementTree.fromstring(document).itertext())  # noqa: S314
    assert len(re.findall(r"\\+", found)) == len(re.findall(r"(?:\\\\)+", found))
    return found.replace("\\\\", "\\")


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "JAVASCRIPT:x",
        " https://x",
        "//x",
        "a/../b:c",
        "a b",
        "",
    ],
)
def test_only_what_a_page_may_link_to_is_a_link(address: str) -> None:
    assert linked(address) == ""


@pytest.mark.parametrize(
    "address", ["https://doi.org/10.1/x?a=1&b=2", "#node-a", "set-a.svg", "set-a.svg#node-b"]
)
def test_a_link_is_quoted(address: str) -> None:
    found = re.fullmatch(r' HREF="([^"]*)" TITLE=" "', linked(address))
    assert found
    assert html.unescape(found[1]) == address


def decoded(label: str) -> str:
    """Read a Mermaid label as Mermaid does."""
    assert not set(label) & set('"<>&;:{}%`$\\\n') - set(";")
    return re.sub(r"#(\d+);", lambda m: chr(int(m[1])), label).replace("\N{WORD JOINER}", "")


@pytest.mark.parametrize("nasty", NASTY)
def test_nasty_text_is_a_mermaid_label(nasty: str) -> None:
    assert decoded(encoded(nasty)) == " ".join(nasty.split())


@given(texts)
def test_any_text_is_a_mermaid_label(nasty: str) -> None:
    assert decoded(encoded(nasty)) == " ".join(nasty.split())
    assert not set(plain(nasty)) & set("#;{}%<>&\n")


@given(texts)
def test_mermaid_has_the_text_everywhere_and_one_line_a_thing(nasty: str) -> None:
    lines = mermaid(everywhere(nasty)).splitlines()
    assert len(lines) == len(mermaid(everywhere("plain")).splitlines())
    whole = "\n".join(line for line in lines if "acc" not in line)
    assert whole.count(encoded(nasty)) >= 13


@pytest.mark.parametrize("nasty", NASTY)
def test_nasty_text_is_plain_text(nasty: str) -> None:
    page = text(everywhere(nasty))
    assert squeezed(page).upper().count(squeezed(nasty).upper()) >= PLACES - 2
    lines = [line for line in page.splitlines() if "javascript:" not in line]  # no address is cut
    assert max(sum(map(cells, line)) for line in lines) <= WIDTH


@given(texts)
def test_wrapping_keeps_every_letter_and_the_width(nasty: str) -> None:
    lines = wrap(nasty, 4, cells)
    assert squeezed("".join(lines)) == squeezed(nasty)
    assert all(sum(map(cells, line)) <= 4 for line in lines)


def test_what_no_page_draws_is_refused(guideline: ros1tree.Guideline) -> None:
    long = guideline.model_copy(update={"title": "x" * CHARACTERS})
    with pytest.raises(ros1tree.TooLargeError) as caught:
        ros1tree.draw(long, format="mmd")
    assert re.fullmatch(
        r"the Mermaid text has \d+ characters and 32 edges; pages draw at most 50000 and 500; draw"
        r" one section, the overview, or another format",
        str(caught.value),
    )


def test_names_that_mermaid_would_mix_up_stay_apart() -> None:
    picture = everywhere("x", name="t_")
    boxes = (picture.bands[0].boxes[0], *(picture.bands[0].boxes[1],))
    names = re.findall(r"^    (n_\w+)", mermaid(picture), re.MULTILINE)
    assert names == ["n_t_", "n_t"]
    assert [box.id for box in boxes] == ["t_", "t"]
