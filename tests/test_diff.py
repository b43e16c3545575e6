"""The difference: what changed by meaning, and for exactly which patients."""

import json
import random
import subprocess
from pathlib import Path
from typing import Any

import pytest
from census import Data
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from test_cli import refused, run
from test_proof import outcome, small
from test_review import base
from test_walk import build, shuffled

import ros1tree
from ros1tree import cli
from ros1tree.cases.mutate import _mutants
from ros1tree.condition import truth
from ros1tree.diff import FORMATS, Diff, version, written


def compared(old: Data, new: Data) -> Diff:
    return ros1tree.diff(ros1tree.guideline(old), ros1tree.guideline(new))


def told(found: Diff) -> list[tuple[str, str, str | None, str | None]]:
    return [(f"{c.what} {c.word}", c.where, c.before, c.after) for c in found.changes]


CHANGES: dict[str, tuple[Data, list[tuple[str, str, str | None, str | None]], int]] = {
    "a title": ({"nodes__a__title": "New"}, [("node changed", "nodes.a.title", "A", "New")], 0),
    "a guard": (
        {"nodes__a__offers__1__when": {"n": 3}},
        [("offer changed", "nodes.a.offers.y.when", None, "n 3")],
        18,
    ),
    "a tier": (
        {"nodes__a__offers__1__tier": "consider"},
        [("offer changed", "nodes.a.offers.y.tier", "recommended", "consider")],
        20,
    ),
    "an offer": (
        {"nodes__a__offers__1": None},
        [("offer removed", "nodes.a.offers.y", "tier: recommended; cites: s", None)],
        20,
    ),
    "an edge": (
        {"nodes__q__next__0__when": {"f": True, "n": {"min": 1}}},
        [("edge changed", "nodes.q.next.a.when", "f: yes", "f: yes and n at least 1")],
        2,
    ),
    "a citation": ({"nodes__a__cites": ["s"]}, [("node changed", "nodes.a.cites", None, "s")], 0),
    "a fact": (
        {"facts__new": {"type": "boolean"}},
        [("fact added", "facts.new", None, "type: boolean")],
        0,
    ),
    "a node": (
        {"nodes__c": {"kind": "silent", "title": "C"}},
        [("node added", "nodes.c", None, "kind: silent; title: C")],
        0,
    ),
    "a statement": (
        {"statements__s__caution": "doubtful"},
        [("statement changed", "statements.s.caution", None, "doubtful")],
        0,
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_told_by_its_meaning_and_counted(name: str) -> None:
    changes, expected, patients = CHANGES[name]
    found = compared(base(), base(**changes))
    assert told(found) == expected
    both = 2 if name == "a fact" else 1
    assert (found.concerned.common, found.concerned.patients) == (38 * both, patients)
    back = compared(base(**changes), base())
    assert back.concerned.patients == patients
    assert [(w, a, b) for _, w, b, a in told(back)] == [(w, b, a) for _, w, b, a in told(found)]


def test_the_groups_say_who_gains_and_who_loses() -> None:
    found = compared(base(), base(nodes__a__offers__1__when={"n": {"max": 6}}))
    (shift,) = [s for s in found.concerned.shifts if s.key[0] == "offer"]
    assert shift.key == ("offer", "y", "recommended")
    assert (shift.gained.patients, shift.gained.witness) == (0, None)
    assert (shift.lost.patients, shift.lost.who) == (6, "f: yes and n at least 7")
    assert shift.lost.witness is not None
    assert "y" in {row.intervention for row in shift.lost.witness.before.recommendations}
    assert "y" not in {row.intervention for row in shift.lost.witness.after.recommendations}


def test_facts_of_one_side_and_changed_domains_are_handled() -> None:
    wider = base(facts__n={"type": "integer", "min": 0, "max": 11})
    found = compared(base(), wider).concerned
    assert (found.common, found.only_old, found.only_new, found.patients) == (38, 0, 8, 0)
    retyped = base(facts__g={"type": "choice", "values": ["u", "v"]})
    retyped["nodes"]["b"]["offers"][0]["when"] = {"g": "u"}
    retyped["nodes"]["b"]["notes"][0]["when"] = {"g": "v"}
    found = compared(base(), retyped).concerned
    assert found.common == 38 * 2, "g of one kind and g of the other are two facts"
    assert {shift.key for shift in found.shifts} == {("offer", "x", "consider")}
    assert found.patients == 18, "nine gain it and nine lose it"


@settings(max_examples=40)
@given(small(), st.integers(0, 10**6))
def test_a_guideline_does_not_differ_from_itself_shuffled(
    case: tuple[Data, list[Data]], seed: int
) -> None:
    data, everybody = case
    one = build(data)
    same = ros1tree.diff(one, one)
    assert (same.changes, same.concerned.shifts) == ((), ())
    other = ros1tree.diff(one, build(shuffled(data, random.Random(seed))))  # noqa: S311
    assert (other.concerned.patients, other.concerned.shifts) == (0, ())
    assert other.concerned.common == len(everybody)


@settings(max_examples=60)
@given(small(), st.data())
def test_counts_are_those_of_walking_both_sides(
    case: tuple[Data, list[Data]], draw: st.DataObject
) -> None:
    data, everybody = case
    old = build(data)
    mutants = list(_mutants(old))
    assume(mutants)
    _, _, changed = draw.draw(st.sampled_from(mutants))
    new = ros1tree.guideline(changed)
    found = ros1tree.diff(old, new).concerned
    filled = {**changed, "impossible": changed.get("impossible", [])}
    for node in filled["nodes"].values():
        for key in ("next", "offers", "notes"):
            node.setdefault(key, [])
    pairs = [(outcome(data, p), outcome(filled, p)) for p in everybody]
    titles = {name: node["title"] for name, node in data["nodes"].items()}
    assume(len(set(titles.values())) == len(titles))
    assume(not any(part[0] == "f" for pair in pairs for side in pair for part in side))
    assert found.common == len(everybody)
    assert found.patients == sum(one != other for one, other in pairs)
    for shift in found.shifts:
        what, name, tier = shift.key
        part = {"offer": (name, tier), "avoid": name}.get(what)
        if part is not None:
            assert shift.gained.patients == sum(part in b and part not in a for a, b in pairs)
            assert shift.lost.patients == sum(part in a and part not in b for a, b in pairs)


def test_every_form(guideline: ros1tree.Guideline, golden: Any) -> None:
    data = guideline.to_data()
    offers = data["nodes"]["cns_progression"]["offers"]
    offers[1]["when"] = {"prior_therapies": {"lacks": "repotrectinib"}}
    new = ros1tree.guideline(data)
    found = ros1tree.diff(guideline, new)
    for form, name in (("text", "diff.txt"), ("markdown", "diff.md"), ("json", "diff.json")):
        golden.check(name, written(guideline, new, found, form))
    machine = json.loads(found.to_json())
    assert list(machine) == ["old", "new", "changes", "patients", "possible", "outcomes"]
    assert machine["patients"] == 94_371_840
    facts = machine["outcomes"][0]["lost"]["witness"]["facts"]
    known = ros1tree.facts(guideline, facts)
    assert truth(new.nodes["cns_progression"].offers[1].when, known) is False
    assert tuple(FORMATS) == cli.DIFFS
    with pytest.raises(ros1tree.UnknownFormatError):
        written(guideline, new, found, "sarif")


def test_versions_come_from_files_and_from_git(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "g.json"
    path.write_text(json.dumps(base()))
    for command in (
        ["init", "-q"], ["add", "."],
        ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "one"],
    ):  # fmt: skip
        subprocess.run(["git", *command], check=True)
    path.write_text(json.dumps(base(nodes__a__offers__1__tier="consider")))
    assert version("HEAD:g.json").digest == ros1tree.guideline(base()).digest
    done = run("diff", "HEAD:g.json", "g.json")
    assert done.returncode == 1
    assert "20 of 38 possible patients (52.6 %) get something else" in done.stdout
    assert run("diff", "g.json", "g.json").returncode == 0
    out = tmp_path / "d.md"
    assert run("diff", "HEAD:g.json", "g.json", "--format", "markdown", "-o", out).returncode == 1
    assert "## What changed for patients" in out.read_text()
    told_ = refused("diff", "nope:g.json", "g.json")
    assert told_.startswith("nope:g.json: cannot be read: fatal: invalid object name 'nope'.")
    assert told_.count("\n") == 1


def dose(low: float, high: float, start: float, kind: str = "number") -> Data:
    data = base(facts__d={"type": kind, "min": low, "max": high})
    data["nodes"]["a"]["offers"][1]["when"] = {"d": {"min": start}}
    return data


def test_numbers_of_other_ranges_and_types_are_told_apart() -> None:
    found = compared(dose(0, 100, 10), dose(0, 120, 110)).concerned
    # Below 10, from 10 to 100, and what the new version alone knows.
    assert (found.common, found.only_old, found.only_new, found.patients) == (76, 0, 76, 20)
    found = compared(dose(0, 5, 3, "integer"), dose(0, 5, 3)).concerned
    assert found.common == 38 * 6 * 2, "a whole number and a number are two facts"
    assert {s.key for s in found.shifts if s.key[0] != "question"} == {
        ("offer", "y", "recommended")
    }


def test_a_default_is_a_change_and_a_title_is_one_alone() -> None:
    old = base(facts__h={"type": "set", "values": ["u"], "default": []})
    new = base(facts__h={"type": "set", "values": ["u"]})
    assert told(compared(old, new)) == [("fact changed", "facts.h.default", "none", None)]
    titled = base(facts__f={"type": "boolean", "title": "fever"})
    assert told(compared(base(), titled)) == [("fact changed", "facts.f.title", None, "fever")]
    same = {"type": "boolean", "title": "same"}
    one = base(facts__f=same, facts__g=same)
    other = base(facts__f=same, facts__g=same, nodes__b__notes__0__when={"f": False})
    assert [c.where for c in compared(one, other).changes] == ["nodes.b.notes.N.when"]


def test_patients_of_one_side_alone_are_not_called_nobody(tmp_path: Path) -> None:
    new = base(impossible__new={"when": {"n": {"max": 9}}})
    found = compared(base(), new)
    text = written(ros1tree.guideline(base()), ros1tree.guideline(new), found, "text")
    assert "no patient is possible in both versions: nothing can be compared" in text
    half = base(impossible__new={"when": {"g": True}})
    found = compared(base(), half)
    text = written(ros1tree.guideline(base()), ros1tree.guideline(half), found, "text")
    assert "nobody" not in text
    assert "19 combinations are possible in the old version alone" in text
    for name, data in (("old", base()), ("half", half)):
        (tmp_path / f"{name}.json").write_text(json.dumps(data))
    assert run("diff", tmp_path / "old.json", tmp_path / "half.json").returncode == 1
