"""The review: each rule finds what it names and leaves its near twin alone, with exact counts."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from census import Data, patients
from hypothesis import given, settings
from oracle import walk as oracle_walk
from test_cli import refused, run
from test_proof import small
from test_walk import build

import ros1tree
from ros1tree import cli
from ros1tree.facts import facts as checked
from ros1tree.review import (
    FORMATS,
    RULES,
    Uncrossed,
    explained,
    review,
    summarised,
    summary,
    written,
)

HERE = Path(__file__).parent
YES, NO = {"f": True}, {"f": False}


def base(**changes: Any) -> Data:
    """A guideline in which nothing is found: f asks, x is offered or y."""
    data: Data = {
        "id": "b", "title": "B", "version": "1", "start": "q",
        "references": {"r": {"title": "R"}},
        "statements": {"s": {"says": "S", "cites": ["r"]}},
        "sections": {"one": "One"},
        "facts": {"f": {"type": "boolean"}, "g": {"type": "boolean"}, "n": {"type": "integer", "min": 0, "max": 9}},
        "impossible": [{"when": {"f": False, "n": 9}}],
        "interventions": {"x": {"title": "X"}, "y": {"title": "Y"}},
        "nodes": {
            "q": {"kind": "decision", "title": "Q?", "section": "one", "next": [{"to": "a", "when": YES}, {"to": "b", "when": NO}]},
            "a": {"kind": "treatment", "title": "A", "offers": [
                {"intervention": "x", "tier": "preferred", "when": {"n": {"min": 5}}, "cites": ["s"]},
                {"intervention": "y", "tier": "recommended", "cites": ["s"]}]},
            "b": {"kind": "treatment", "title": "B", "offers": [{"intervention": "x", "tier": "consider", "when": {"g": True}, "cites": ["s"]}], "notes": [{"says": "N", "when": {"g": False}}]},
        },
    }  # fmt: skip
    for path, value in changes.items():
        *way, last = path.split("__")
        at: Any = data
        for step in way:
            at = at[int(step) if step.isdigit() else step]
        if value is None:
            del at[int(last) if isinstance(at, list) else last]
        elif isinstance(at, list) and last == "new":
            at.append(value)
        else:
            at[int(last) if isinstance(at, list) else last] = value
    return data


OFFER = {"intervention": "y", "tier": "preferred", "cites": ["s"]}
# For each rule: what makes it hold, for how many of the 38 patients, and a near twin.
TABLE: dict[str, tuple[Data, int | None, Data]] = {
    "gap": ({"nodes__q__next__1__when": {"f": False, "n": {"max": 7}}}, 2, {"nodes__q__next__1__when": {"f": False, "n": {"max": 8}}}),
    "overlap": ({"nodes__q__next__1__when": {"any": [NO, {"n": 9}]}}, 2, {"nodes__q__hit": "collect", "nodes__q__next__1__when": {"any": [NO, {"n": 9}]}}),
    "contradiction": ({"nodes__a__offers__new": {"intervention": "x", "tier": "avoid", "when": {"n": 5}, "cites": ["s"]}}, 2, {"nodes__a__offers__new": {"intervention": "x", "tier": "avoid", "when": {"n": 4}, "cites": ["s"]}}),
    "impossible-everything": ({"impossible__new": {"when": {"n": {"max": 9}}}}, None, {"impossible__new": {"when": {"n": {"max": 3}}}}),
    "unreachable-node": ({"nodes__c": {"kind": "silent", "title": "C"}}, None, {"nodes__c": {"kind": "silent", "title": "C"}, "nodes__a__next": [{"to": "c", "when": {"g": True}}]}),
    "dead-edge": ({"nodes__a__next": [{"to": "b", "when": NO}]}, None, {"nodes__a__next": [{"to": "b", "when": {"g": True}}]}),
    "dead-offer": ({"nodes__a__offers__new": OFFER | {"when": NO}}, None, {"nodes__a__offers__new": OFFER | {"when": {"g": False}}}),
    "dead-note": ({"nodes__a__notes": [{"says": "N", "when": NO}]}, None, {"nodes__a__notes": [{"says": "N", "when": {"g": False}}]}),
    "always-true": ({"nodes__b__notes__0__when": {"n": {"max": 8}}}, 18, {"nodes__b__notes__0__when": {"n": {"max": 7}}}),
    "redundant-test": ({"nodes__b__offers__0__when": {"g": True, "n": {"max": 8}}}, 9, {"nodes__b__offers__0__when": {"g": True, "n": {"max": 7}}}),
    "vacuous-impossible": ({"impossible__new": {"when": {"f": True, "not": {"f": True}}}}, None, {"impossible__new": {"when": {"f": True, "n": 0}}}),
    "useless-question": ({"nodes__a__next": [{"to": "d"}], "nodes__d": {"kind": "decision", "title": "D?", "next": [{"to": "e", "when": {"g": True}}, {"to": "h", "when": {"g": False}}]}, "nodes__e": {"kind": "workup", "title": "E", "notes": [{"says": "same"}]}, "nodes__h": {"kind": "workup", "title": "H", "notes": [{"says": "same"}]}}, 20, {"nodes__a__next": [{"to": "d"}], "nodes__d": {"kind": "decision", "title": "D?", "next": [{"to": "e", "when": {"g": True}}, {"to": "h", "when": {"g": False}}]}, "nodes__e": {"kind": "workup", "title": "E", "notes": [{"says": "same"}]}, "nodes__h": {"kind": "workup", "title": "H", "notes": [{"says": "other"}]}}),
    "late-question": ({"nodes__b__next": [{"to": "d"}], "nodes__a__next": [{"to": "d", "when": {"n": 3}}], "nodes__d": {"kind": "decision", "title": "D?", "next": [{"to": "e", "when": {"n": 3}}, {"to": "h", "when": {"not": {"n": 3}}}]}, "nodes__e": {"kind": "workup", "title": "E", "notes": [{"says": "one"}]}, "nodes__h": {"kind": "workup", "title": "H", "notes": [{"says": "two"}]}}, 2, {"nodes__b__next": [{"to": "d"}], "nodes__a__next": [{"to": "d", "when": {"n": {"max": 3}}}], "nodes__d": {"kind": "decision", "title": "D?", "next": [{"to": "e", "when": {"n": 3}}, {"to": "h", "when": {"not": {"n": 3}}}]}, "nodes__e": {"kind": "workup", "title": "E", "notes": [{"says": "one"}]}, "nodes__h": {"kind": "workup", "title": "H", "notes": [{"says": "two"}]}}),
    "dead-end": ({"nodes__b__notes__0__when": {"g": False, "n": {"max": 5}}}, 3, {"nodes__b__notes__0__when": {"any": [{"g": False}, {"n": 0}]}}),
    "repeated-offer": ({"facts__had": {"type": "set", "values": ["y", "z"]}, "impossible__new": {"when": {"had": {"includes": "z"}}}, "repeats": [{"fact": "had", "says": "it was given before"}]}, 20, {"facts__had": {"type": "set", "values": ["y", "z"]}, "impossible__new": {"when": {"had": {"includes": "z"}}}, "repeats": [{"fact": "had", "says": "it was given before"}], "nodes__a__offers__1__when": {"had": {"lacks": "y"}}}),
    "unused-fact": ({"facts__o": {"type": "boolean"}}, None, {"facts__o": {"type": "boolean"}, "impossible__new": {"when": {"o": True}}}),
    "unused-value": ({"facts__c": {"type": "choice", "values": ["u", "v"]}, "nodes__b__notes__new": {"says": "M", "when": {"c": "u"}}}, None, {"facts__c": {"type": "choice", "values": ["u", "v"]}, "nodes__b__notes__new": {"says": "M", "when": {"c": "u"}}, "impossible__new": {"when": {"c": "v", "n": 3}}}),
    "unused-intervention": ({"interventions__z": {"title": "Z"}}, None, {"interventions__z": {"title": "Z"}, "nodes__a__offers__new": {"intervention": "z", "tier": "avoid", "cites": ["s"]}}),
    "unused-reference": ({"references__t": {"title": "T"}}, None, {"references__t": {"title": "T"}, "nodes__a__cites": ["t"]}),
    "unused-section": ({"sections__two": "Two"}, None, {"sections__two": "Two", "nodes__a__section": "two"}),
    "uncited-offer": ({"nodes__a__offers__1__cites": []}, None, {"nodes__a__offers__1__cites": ["r"]}),
    "uncarried-statement": ({"statements__t": {"says": "T"}}, None, {"statements__t": {"says": "T", "uncarried": "it is about something else"}}),
    "caution": ({"statements__s__caution": "doubtful"}, None, {"statements__t": {"says": "T", "caution": "doubtful", "uncarried": "wrong"}}),
    "silent-share": ({"nodes__b__kind": "silent"}, 18, {"nodes__b__kind": "workup"}),
    "unused-waiver": ({"waive": [{"rule": "gap", "because": "so"}]}, None, {"waive": [{"rule": "gap", "because": "so"}], "nodes__q__next__1__when": {"f": False, "n": {"max": 7}}}),
}  # fmt: skip


def build_base(changes: Data) -> ros1tree.Guideline:
    return ros1tree.guideline(base(**changes))


def test_nothing_is_found_in_the_base() -> None:
    done = review(build_base({}))
    assert done.findings == ()
    assert done.patients == 38


def test_every_rule_has_its_example() -> None:
    assert {*TABLE, "uncrossed-edge", "uncrossed-offer"} == set(RULES)


@pytest.mark.parametrize("rule", TABLE)
def test_a_rule_finds_its_fault_and_not_the_twin(rule: str) -> None:
    changes, count, twin = TABLE[rule]
    guideline = build_base(changes)
    hits = [finding for finding in review(guideline).findings if finding.rule == rule]
    assert len(hits) == 1
    (hit,) = hits
    assert hit.patients == count
    assert hit.severity == RULES[rule].severity
    assert (hit.witness is None) == (count is None)
    if hit.witness is not None:
        assert set(hit.witness) == set(checked(guideline, hit.witness)), (
            "a patient that there can be"
        )
        assert hit.share == pytest.approx(count / review(guideline).patients)  # type: ignore[operator]
    assert [f.rule for f in review(build_base(twin)).findings if f.rule == rule] == []


SHOWS: dict[str, Any] = {
    "gap": lambda walk, hit: (hit.node, "gap") in {(f.node, f.fault) for f in walk.faults},
    "overlap": lambda walk, hit: (hit.node, "overlap") in {(f.node, f.fault) for f in walk.faults},
    "contradiction": lambda walk, _: bool(walk.conflicts),
    "silent-share": lambda walk, hit: hit.node in {s.node for s in walk.not_covered},
    "repeated-offer": lambda walk, hit: hit.node in {n for r in walk.recommendations for n in r.nodes},
}  # fmt: skip


@settings(max_examples=60)
@given(small())
def test_findings_are_those_that_looking_at_everybody_gives(case: tuple[Data, list[Data]]) -> None:
    data, everybody = case
    guideline = build(data)
    done = review(guideline)
    every = (*done.findings, *done.waived)
    expected: Counter[tuple[str, str]] = Counter()
    for patient in everybody:
        got = oracle_walk(data, patient)
        expected.update(("gap", node) for node, fault, _ in got["faults"] if fault == "gap")
        expected.update(("silent-share", node) for node in got["not_covered"])
    counted = {(f.rule, f.node): f.patients for f in every if f.rule in ("gap", "silent-share")}
    assert counted == dict(expected)
    reached = {n for p in everybody for n in oracle_walk(data, p)["reached"]}
    unreached = {f.node for f in every if f.rule == "unreachable-node"}
    assert unreached == (set(data["nodes"]) - reached if everybody else set())
    for hit in every:
        if hit.witness is not None:
            walk = ros1tree.walk(guideline, hit.witness)
            assert SHOWS.get(hit.rule, lambda *_: True)(walk, hit), hit


def test_a_published_table_with_an_overlap_and_a_gap() -> None:
    # Corea, Blatt and Delfmann 2019, CEUR-WS vol. 2420, paper 11, figure 1: three rules on income
    # and assets, of which two overlap twice, and much is missing.
    rows = [
        ("one", {"income": {"max": 20}, "assets": {"above": 50}}),
        ("two", {"income": {"min": 20, "max": 50}, "assets": {"above": 50}}),
        ("three", {"income": {"min": 30, "max": 40}, "assets": {"above": 100}}),
    ]
    guideline = ros1tree.guideline(
        {
            "id": "credit", "title": "Credit", "version": "1", "start": "table", "interventions": {},
            "facts": {name: {"type": "integer", "min": 0, "max": 200} for name in ("income", "assets")},
            "nodes": {
                "table": {"kind": "decision", "title": "Table", "next": [{"to": name, "when": when} for name, when in rows]},
                **{name: {"kind": "silent", "title": name} for name, _ in rows},
            },
        }
    )  # fmt: skip
    hits = [
        (f.rule, f.edge, f.patients) for f in review(guideline).findings if f.severity == "error"
    ]
    assert hits == [
        ("gap", None, 201 * 201 - 51 * 150),  # no rule for small assets, nor for an income above 50
        ("overlap", "two", 150),  # an income of 20
        ("overlap", "three", 11 * 100),  # an income of 30 to 40, assets above 100
    ]


def test_the_ros1_guideline_reviews_clean(guideline: ros1tree.Guideline) -> None:
    done = review(guideline, "ros1-nsclc", uncrossed=Uncrossed((), ()))
    assert [f for f in done.findings if f.severity != "info"] == []
    assert Counter(f.rule for f in done.waived) == {
        "repeated-offer": 9, "always-true": 2, "redundant-test": 1,
    }  # fmt: skip
    assert all(f.line for f in done.findings)


def test_what_no_case_crosses_is_found() -> None:
    guideline = build_base({})
    hits = review(guideline, uncrossed=Uncrossed((("q", "b"),), (("a", 1),))).findings
    assert [(f.rule, f.node, f.edge) for f in hits] == [
        ("uncrossed-edge", "q", "b"), ("uncrossed-offer", "a", None),
    ]  # fmt: skip


def test_rules_can_be_selected_and_ignored() -> None:
    guideline = build_base({"sections__two": "Two", "interventions__z": {"title": "Z"}})
    assert {f.rule for f in review(guideline).findings} == {"unused-section", "unused-intervention"}
    assert {f.rule for f in review(guideline, select=["unused-section"]).findings} == {
        "unused-section"
    }
    assert {f.rule for f in review(guideline, ignore=["unused-section"]).findings} == {
        "unused-intervention"
    }
    with pytest.raises(ros1tree.UnknownNameError, match="did you mean 'unused-section'"):
        review(guideline, select=["unused-sektion"])


def test_a_summary_counts_what_everybody_gets() -> None:
    data = base()
    for node in data["nodes"].values():
        for key in ("next", "offers", "notes"):
            node.setdefault(key, [])
    numbers = summary(ros1tree.guideline(data))
    everybody = patients(data, 1000) or []
    walks = [oracle_walk(data, p) for p in everybody]
    assert numbers.patients == len(everybody)
    assert numbers.recommended.patients == sum(bool(w["recommendations"]) for w in walks)
    assert numbers.silent.patients == sum(bool(w["not_covered"]) for w in walks) == 0
    assert numbers.unanswered.patients == sum(bool(w["faults"]) for w in walks) == 0
    assert numbers.longest_path == ("q", "a")
    assert (numbers.fewest_questions, numbers.most_questions) == (2, 2)


@settings(max_examples=40)
@given(small())
def test_questions_and_paths_are_counted_right(case: tuple[Data, list[Data]]) -> None:
    data, everybody = case
    numbers = summary(build(data))
    asked: list[int] = []
    longest = 0
    for patient in everybody:
        got = oracle_walk(data, patient)
        entries = [
            e
            for n in got["reached"]
            for e in (*data["nodes"][n]["next"], *data["nodes"][n]["offers"])
        ]
        asked.append(len({name for e in entries for name in facts_in(e.get("when", {}))}))
        longest = max(
            longest, depth(data["start"], {e for e, t in got["taken"].items() if t == "T"})
        )
    if everybody:
        assert (numbers.fewest_questions, numbers.most_questions) == (min(asked), max(asked))
        assert len(numbers.longest_path) == longest


def facts_in(when: Data) -> set[str]:
    names: set[str] = set()
    for key, test in when.items():
        parts = test if key in ("all", "any") else [test] if key == "not" else []
        names |= (
            {name for part in parts for name in facts_in(part)}
            if key in ("all", "any", "not")
            else {key}
        )
    return names


def depth(node: str, edges: set[tuple[str, str]]) -> int:
    return 1 + max((depth(to, edges) for source, to in edges if source == node), default=0)


def test_every_format(guideline: ros1tree.Guideline, golden: Any, sarif_schema: Data) -> None:
    broken = build_base(
        TABLE["gap"][0]
        | {"waive": [{"rule": "unused-section", "because": "to come"}], "sections__two": "Two"}
    )
    done = review(broken)
    golden.check("review.txt", written(broken, done, "text"))
    golden.check("review.md", written(broken, done, "markdown"))
    data = json.loads(written(broken, done, "json"))
    assert list(data) == ["guideline", "patients", "findings", "waived"]
    assert list(data["findings"][0])[:11] == [
        "rule",
        "severity",
        "file",
        "line",
        "node",
        "edge",
        "message",
        "remedy",
        "witness",
        "patients",
        "share",
    ]
    assert isinstance(data["patients"], int)
    golden.check("summary.txt", summarised(guideline, summary(guideline)))
    for reviewed in (done, review(guideline, "ros1-nsclc")):
        jsonschema.validate(json.loads(written(broken, reviewed, "sarif")), sarif_schema)
    assert tuple(FORMATS) == cli.REVIEWS
    with pytest.raises(ros1tree.UnknownFormatError):
        written(broken, done, "xml")
    assert explained("gap").startswith("gap (error): a decision is reached")


def test_review_on_the_command_line(tmp_path: Path) -> None:
    path = tmp_path / "b.json"
    path.write_text(json.dumps(base(**TABLE["gap"][0])))
    done = run("review", "-g", path)
    assert done.returncode == 1
    assert f"{path}:1 error gap: no branch of 'Q?' is true" in done.stdout
    assert run("review", "-g", path, "--ignore", "gap").returncode == 0
    path.write_text(json.dumps(base(sections__two="Two")))
    assert run("review", "-g", path).returncode == 0
    assert run("review", "-g", path, "--strict").returncode == 1
    out = tmp_path / "r.md"
    assert run("review", "-g", path, "--format", "markdown", "-o", out).stderr == f"wrote {out}\n"
    assert out.read_text().startswith("# Review of B\n")
    assert "38 possible patients" in run("review", "-g", path, "--summary").stdout
    assert run("review", "--explain", "gap").stdout.startswith("gap (error): ")
    assert refused("review", "--select", "gapp").endswith("did you mean 'gap'?\n")
    (tmp_path / "b.cases.yaml").write_text("cases: []\n")
    assert (
        "uncrossed-edge: no case goes from 'Q?' (q) to 'A' (a)" in run("review", "-g", path).stdout
    )


def test_a_walk_asks_what_still_matters() -> None:
    facts = [
        "--fact=ros1_rearrangement=present",
        "--fact=metastatic=true",
        "--fact=progressed_on=repotrectinib",
    ]
    data = json.loads(run("walk", "--json", *facts).stdout)
    assert [row["fact"] for row in data["missing"]] == ["plasma_testing", "prior_therapies"]
    assert data["relevant"] == [
        {
            "fact": "plasma_testing",
            "decides": [{"what": "offer", "name": "tissue_rebiopsy", "tier": "consider"}],
        }
    ]
    told = run("walk", *facts).stdout
    assert "decides: New biopsy with testing of tissue" in told
    assert "prior_therapies:" not in told


def test_a_question_that_changes_a_wording_is_no_useless_one() -> None:
    twin = TABLE["useless-question"][0]
    offer = {"intervention": "x", "tier": "consider", "cites": ["s"]}
    changes = twin | {
        "nodes__e__offers": [offer | {"wording": "half of it"}],
        "nodes__h__offers": [offer],
    }
    assert "useless-question" not in {f.rule for f in review(build_base(changes)).findings}
    same = twin | {"nodes__e__offers": [offer], "nodes__h__offers": [offer]}
    assert "useless-question" in {f.rule for f in review(build_base(same)).findings}


def test_a_fact_asked_again_in_both_branches_is_late_in_both() -> None:
    note = {"kind": "workup", "title": "N", "notes": [{"says": "n"}]}
    again = {
        "kind": "decision",
        "title": "Again?",
        "next": [{"to": "e", "when": YES}, {"to": "h", "when": NO}],
    }
    changes = {"nodes__a__next": [{"to": "d"}], "nodes__b__next": [{"to": "d"}], "nodes__d": again,
               "nodes__e": note, "nodes__h": note | {"notes": [{"says": "m"}]}}  # fmt: skip
    late = [f for f in review(build_base(changes)).findings if f.rule == "late-question"]
    assert [(f.node, f.edge) for f in late] == [("a", "d"), ("b", "d")]


def test_impossible_rules_on_many_pairs_stay_small() -> None:
    names = [f"b{n}" for n in range(60)]
    guideline = ros1tree.guideline(
        {
            "id": "pairs", "title": "P", "version": "1", "start": "s",
            "facts": {name: {"type": "boolean"} for name in names},
            "impossible": [{"when": {names[n]: True, names[n + 30]: False}} for n in range(30)],
            "interventions": {"x": {"title": "X"}},
            "nodes": {"s": {"kind": "treatment", "title": "S", "offers": [
                {"intervention": "x", "tier": "preferred", "when": {name: True}, "cites": []} for name in names]}},
        }
    )  # fmt: skip
    assert review(guideline).patients == 3**30


def test_text_cannot_forge_a_line_or_a_link() -> None:
    forged = "one\n\n- file.yaml:1 error gap: forged {0} [click](https://evil) @all $x$"
    changes = {"statements__t": {"says": forged}}
    done = review(build_base(changes))
    assert written(build_base(changes), done, "text").count("\n") == 4
    told = written(build_base(changes), done, "markdown")
    assert "\\[click\\](https\\://evil) \\@all \\$x\\$" in told
    sarif = json.loads(written(build_base(changes), done, "sarif"))["runs"][0]["results"][0]
    assert "{{0}} \\[click\\]" in sarif["message"]["text"]
