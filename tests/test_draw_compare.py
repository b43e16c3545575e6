"""Two versions in one diagram: everything of both is there, and marked with what became of it."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from census import Data
from hypothesis import given, settings
from strategies import guidelines
from test_cli import run
from test_review import base
from test_walk import build

import ros1tree
from ros1tree.draw.compare import compared
from ros1tree.draw.picture import Picture
from ros1tree.draw.sketch import sketch


def between(old: Data, new: Data) -> Picture:
    return compared(sketch(ros1tree.guideline(old)), sketch(ros1tree.guideline(new)))


def states(picture: Picture) -> dict[str, str]:
    found: dict[str, str] = {box.id: box.state for box in picture.boxes() if box.state != "plain"}
    found |= {
        f"{b.id}: {r.title}": r.state for b in picture.boxes() for r in b.rows if r.state != "plain"
    }
    return found | {f"{a.tail} -> {a.head}": a.state for a in picture.arrows if a.state != "plain"}  # fmt: skip


CHANGES: dict[str, tuple[Data, dict[str, str]]] = {
    "nothing": ({}, {}),
    "a title": ({"nodes__a__title": "New"}, {"a": "changed"}),
    "a guard": ({"nodes__a__offers__1__when": {"n": 3}}, {"a": "changed", "a: Y": "changed"}),
    "a tier": ({"nodes__a__offers__1__tier": "consider"}, {"a": "changed", "a: Y": "changed"}),
    "an offer": ({"nodes__a__offers__1": None}, {"a": "changed", "a: Y": "removed"}),
    "an edge": ({"nodes__a__next": [{"to": "b", "label": "on"}]}, {"a -> b": "added"}),
    "a label": ({"nodes__q__next__0__label": "Yes"}, {"q -> a": "changed"}),
    "a note": ({"nodes__b__notes__0__says": "M"}, {"b": "changed"}),
    "a section": ({"nodes__a__section": "one"}, {"a": "changed"}),
    "a node": ({"nodes__c": {"kind": "silent", "title": "C"}}, {"c": "added"}),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_changed_is_marked(name: str) -> None:
    changes, expected = CHANGES[name]
    assert states(between(base(), base(**changes))) == expected
    turned = {"added": "removed", "removed": "added", "changed": "changed"}
    back = {thing: turned[state] for thing, state in expected.items()}
    assert states(between(base(**changes), base())) == back


@settings(max_examples=40)
@given(guidelines(), guidelines())
def test_everything_of_both_sides_is_there(one: Data, other: Data) -> None:
    old, new = build(one), build(other)
    same = compared(sketch(old), sketch(old))
    assert states(same) == {}
    both = compared(sketch(old), sketch(new))
    boxes = {box.id: box.state for box in both.boxes()}
    assert set(boxes) == set(old.nodes) | set(new.nodes)
    for name, state in boxes.items():
        kinds = {"added": name not in old.nodes, "removed": name not in new.nodes}
        assert kinds.get(state, name in old.nodes and name in new.nodes)
    edges = {(a.tail, a.head) for a in both.arrows}
    assert edges == set(ros1tree.graph(old).edges) | set(ros1tree.graph(new).edges)


@pytest.mark.engine
@pytest.mark.usefixtures("each_engine")
def test_a_comparison_in_every_form(golden: Any) -> None:
    old = ros1tree.guideline(base())
    new = ros1tree.guideline(base(nodes__a__offers__1__when={"n": 3}, nodes__b__offers__0=None, nodes__q__next__1__label="No"))  # fmt: skip
    golden.check("compare.txt", ros1tree.draw(new, format="txt", before=old).decode())
    svg = ros1tree.draw(new, before=old).decode()
    names = [e.get("aria-label") or "" for e in ElementTree.fromstring(svg).iter()]  # noqa: S314
    assert "Treatment: B (changed)" in names
    assert svg.count("<line") == 1, "what is removed is struck through"
    told = ros1tree.draw(new, format="mmd", before=old).decode()
    assert "<s>X</s>" in told
    assert "n_q -.->" in told
    with pytest.raises(ros1tree.OptionError, match="leave out the others"):
        ros1tree.draw(new, ros1tree.walk(new, {}), before=old)


@pytest.mark.engine
def test_on_the_command_line(tmp_path: Path) -> None:
    for name, data in (("old", base()), ("new", base(nodes__a__title="New"))):
        (tmp_path / f"{name}.json").write_text(json.dumps(data))
    out = tmp_path / "d.svg"
    done = run("diff", tmp_path / "old.json", tmp_path / "new.json", "--draw", out)
    assert (done.returncode, done.stderr) == (0, f"wrote {out}\n")
    assert "~ New" in out.read_text()
