"""A notebook shows a guideline and a walk, whatever is missing, and never an error instead."""

import gc
import re
from xml.etree import ElementTree

import pytest
from IPython.core.formatters import DisplayFormatter

import ros1tree
from ros1tree import notebook

KNOWN = {"ros1_rearrangement": "present", "metastatic": True}
KINDS = {"image/svg+xml", "text/html", "text/markdown", "text/plain"}


def shown(thing: object) -> dict[str, str]:
    """What IPython gets."""
    data, _ = DisplayFormatter().format(thing)  # type: ignore[no-untyped-call]
    return dict(data)


@pytest.mark.engine
def test_a_guideline_shows_its_diagram(guideline: ros1tree.Guideline) -> None:
    found = shown(guideline)
    assert set(found) == KINDS
    assert ElementTree.fromstring(found["image/svg+xml"]).get("viewBox")  # noqa: S314
    assert found["text/html"].startswith("<iframe title=")
    assert found["text/markdown"].startswith("```mermaid\n---\nconfig:")
    assert found["text/plain"] == ros1tree.draw(guideline, format="txt").decode()


@pytest.mark.engine
def test_a_walk_shows_the_path_and_the_report(guideline: ros1tree.Guideline) -> None:
    walk = ros1tree.walk(guideline, KNOWN)
    found = shown(walk)
    assert set(found) == KINDS
    assert "INCOMPLETE: facts are missing" in found["text/plain"]
    assert "TO ASK NEXT" in found["text/plain"]
    assert "on the patient's path" in found["image/svg+xml"]
    assert found["text/markdown"].count("```") == 4


@pytest.mark.engine
def test_a_stored_walk_finds_a_bundled_guideline(guideline: ros1tree.Guideline) -> None:
    walk = ros1tree.walk(guideline, KNOWN)
    stored = ros1tree.Walk.from_json(walk.to_json())
    assert shown(stored) == shown(walk)


@pytest.mark.engine
def test_a_stored_walk_of_a_guideline_that_is_not_at_hand_shows_itself(
    guideline: ros1tree.Guideline,
) -> None:
    other = guideline.model_copy(update={"id": "elsewhere"})
    stored = ros1tree.Walk.from_json(ros1tree.walk(other, KNOWN).to_json())
    assert set(shown(stored)) == KINDS, "as long as somebody holds it"
    del other
    gc.collect()
    (told,) = shown(stored).values()
    assert '"id": "elsewhere"' in told
    assert told.endswith("The guideline of this walk is not at hand; load it to see more.")


def test_without_an_engine_the_words_remain(
    guideline: ros1tree.Guideline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROS1TREE_DOT", "no-such-program")
    found = shown(guideline)
    assert set(found) == KINDS - {"image/svg+xml"}
    assert found["text/html"].startswith(
        "<p>ROS1TREE_DOT names &#x27;no-such-program&#x27;, which is no program that can be run</p>"
    )


def test_what_is_too_large_for_mermaid_is_shown_as_text(guideline: ros1tree.Guideline) -> None:
    large = guideline.model_copy(update={"disclaimer": "`" * 50_000})
    told = notebook.bundle(large)["text/markdown"]
    text = ros1tree.draw(large, format="txt").decode()
    fence = "`" * (max(map(len, re.findall("`+", text))) + 1)
    assert told == f"{fence}text\n{text}{fence}\n"


def test_it_never_raises(guideline: ros1tree.Guideline, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> bytes:
        raise RuntimeError("out of order")

    monkeypatch.setattr(notebook, "draw", broken)
    assert shown(guideline) == {"text/plain": "Guideline (RuntimeError: out of order)"}


@pytest.mark.engine
def test_a_notebook_may_choose(guideline: ros1tree.Guideline) -> None:
    walk = ros1tree.walk(guideline, KNOWN)
    assert set(walk._repr_mimebundle_(include={"text/plain"})) == {"text/plain"}
    assert "text/html" not in walk._repr_mimebundle_(exclude={"text/html"})
