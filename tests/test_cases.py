"""Cases: every expectation can fail, and what no case crosses is named."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from strategies import guidelines
from test_cli import run as command
from test_walk import build

import ros1tree
from ros1tree.cases import Case, Failure, beside, generate, load_cases, mutate, run
from ros1tree.proof import proof

HERE = Path(__file__).parent

TEXT = """
id: small
title: Small
version: "1"
start: q
facts: {f: {type: boolean}, g: {type: boolean}}
interventions: {drug: {title: Drug}, other: {title: Other}}
nodes:
  q: {kind: decision, title: Q, next: [{to: t, when: {f: true}}, {to: s, when: {f: false}}]}
  t:
    kind: treatment
    title: T
    offers:
      - {intervention: drug, tier: preferred}
      - {intervention: other, tier: avoid}
      - {intervention: drug, tier: consider, when: {g: true}}
    notes: [{says: N, when: {g: true}}]
  s: {kind: silent, title: S}
"""


@pytest.fixture
def small() -> ros1tree.Guideline:
    return ros1tree.loads(TEXT)


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "small.cases.yaml"
    path.write_text(text)
    return path


def test_met_expectations_pass_and_the_uncrossed_are_named(
    small: ros1tree.Guideline, tmp_path: Path
) -> None:
    path = write(
        tmp_path,
        """
        all: &all {f: true, g: false}
        cases:
          - id: one
            why: The plain one.
            facts: {<<: *all}
            expect:
              status: complete
              recommends: {drug: preferred}
              recommends_any_tier: [drug]
              not_recommends: [other]
              avoids: [other]
              reaches: [q, t]
          - {id: two, facts: {f: true, g: true}, expect: {notes_about: [g]}}
          - {id: three, facts: {}, expect: {missing: [f]}}
        """,
    )
    run = ros1tree.cases(small, path)
    assert run.failed == ()
    assert [o.case.id for o in run.outcomes] == ["one", "two", "three"]
    assert run.uncrossed_edges == (("q", "s"),)
    assert run.uncrossed_offers == ()


def test_offers_are_told_apart_by_their_place(small: ros1tree.Guideline, tmp_path: Path) -> None:
    path = write(tmp_path, "cases: [{id: a, facts: {f: true, g: false}, expect: {}}]")
    assert ros1tree.cases(small, path).uncrossed_offers == (("t", "drug", 2),)


WRONG = [
    ("{f: false}", "status: complete", Failure("status", "complete", "not_covered")),
    ("{f: true}", "recommends: {drug: consider}", Failure("recommends", "drug: consider", "preferred")),
    ("{f: false}", "recommends: {drug: preferred}", Failure("recommends", "drug: preferred", "not recommended")),
    ("{f: true}", "recommends_any_tier: [other]", Failure("recommends_any_tier", "other", "not recommended")),
    ("{f: true}", "not_recommends: [drug]", Failure("not_recommends", "not drug", "preferred")),
    ("{}", "not_recommends: [drug]", Failure("not_recommends", "not drug", "still possible")),
    ("{}", "avoids: [other]", Failure("avoids", "other", "none")),
    ("{f: true}", "not_avoids: [other]", Failure("not_avoids", "not other", "barred")),
    ("{}", "not_avoids: [other]", Failure("not_avoids", "not other", "may still be barred")),
    ("{}", "missing: [g]", Failure("missing", "g", "f")),
    ("{f: true, g: false}", "notes_about: [g]", Failure("notes_about", "g", "none")),
    ("{}", "reaches: [t]", Failure("reaches", "t", "q")),
]  # fmt: skip


@pytest.mark.parametrize(("facts", "expect", "failure"), WRONG)
def test_each_expectation_can_fail(
    facts: str, expect: str, failure: Failure, small: ros1tree.Guideline, tmp_path: Path
) -> None:
    path = write(tmp_path, f"cases: [{{id: a, facts: {facts}, expect: {{{expect}}}}}]")
    (outcome,) = ros1tree.cases(small, path).failed
    assert outcome.failures == (failure,)


def test_all_problems_of_a_file_at_once(small: ros1tree.Guideline, tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "cases:\n"
        "  - {id: a, facts: {f: 3, h: true}, expect: {status: done, avoids: [drag]}}\n"
        "  - {id: a, facts: {}, expects: {}}\n"
        "  - {id: b, facts: [], expect: {recommends: {drug: best}, missing: [z], reaches: [u]}}\n",
    )
    with pytest.raises(ros1tree.CasesError) as caught:
        load_cases(small, path)
    assert str(caught.value).replace(str(path), "c").splitlines() == [
        "c:2:21 cases[0].facts.f: the number 3 is not allowed; allowed: true or false",
        "c:2:27 cases[0].facts.h: no such fact; known: f, g",
        "c:2:46 cases[0].expect.status: the text 'done' is not allowed; "
        "allowed: complete, incomplete, not_covered, fault",
        "c:2:69 cases[0].expect.avoids[0]: no intervention 'drag'; did you mean 'drug'?",
        "c:3:5 cases[1].expect: is missing; add it: What the walk must tell.",
        "c:3:6 cases[1].id: another case has this id; rename one of the two",
        "c:3:24 cases[1].expects: unknown key; did you mean 'expect'?",
        "c:4:13 cases[2].facts: must be a mapping, not a list",
        "c:4:46 cases[2].expect.recommends.drug: the text 'best' is not allowed; "
        "allowed: preferred, recommended, alternative, consider, avoid",
        "c:4:69 cases[2].expect.missing[0]: no fact 'z'; declared: f, g",
        "c:4:83 cases[2].expect.reaches[0]: no node 'u'; declared: q, t, s",
    ]


def test_a_file_that_is_not_there(small: ros1tree.Guideline, tmp_path: Path) -> None:
    with pytest.raises(ros1tree.CasesError, match="cannot be read: No such file"):
        ros1tree.cases(small, tmp_path / "none.yaml")


def test_cases_stand_beside_their_guideline(tmp_path: Path) -> None:
    assert beside(tmp_path / "x.yaml") == tmp_path / "x.cases.yaml"
    assert beside("ros1-nsclc").name == "ros1_nsclc.cases.yaml"


@settings(max_examples=60)
@given(guidelines())
def test_generated_cases_pass_and_cross_what_can_be_crossed(data: dict[str, Any]) -> None:
    guideline = build(data)
    found = proof(guideline)
    text = generate(guideline)
    done = run(guideline, loaded(guideline, text))
    assert done.failed == ()
    dead_edges = {
        (n, guideline.nodes[n].next[i].to)
        for (n, i), who in found.edges.items()
        if not who.satisfiable()
    }
    assert set(done.uncrossed_edges) == dead_edges
    dead_offers = {
        (n, o.intervention, i)
        for n, node in guideline.nodes.items()
        for i, o in enumerate(node.offers)
        if not found.offer(n, i).satisfiable()
    }
    assert set(done.uncrossed_offers) == dead_offers
    assert all(outcome.walk.status != "incomplete" for outcome in done.outcomes)


def loaded(guideline: ros1tree.Guideline, text: str) -> tuple[Case, ...]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "g.cases.yaml"
        path.write_text(text, encoding="utf-8")
        return load_cases(guideline, path)


FIELDS = ("espresso", "bicycle")


@pytest.mark.parametrize("name", FIELDS)
def test_guidelines_of_other_fields(name: str) -> None:
    path = HERE / "guidelines" / f"{name}.yaml"
    guideline = ros1tree.load(path)
    assert [f for f in ros1tree.review(guideline, path).findings if f.severity != "info"] == []
    assert beside(path).read_text(encoding="utf-8") == generate(guideline)
    done = ros1tree.cases(guideline, beside(path))
    assert (done.failed, done.uncrossed_edges, done.uncrossed_offers) == ((), (), ())
    same = ros1tree.diff(guideline, guideline)
    assert (same.changes, same.concerned.patients) == ((), 0)


def test_what_the_cases_do_not_notice_is_told() -> None:
    path = HERE / "guidelines" / "bicycle.yaml"
    guideline = ros1tree.load(path)
    known = load_cases(guideline, beside(path))
    found = mutate(guideline, known)
    assert (found.caught, found.equivalent) == (16, 2)
    assert [(row.node, row.what, row.patients) for row in found.survivors] == [
        ("brakes", "the guard of light dropped", 135),
        ("light", "the guard of light dropped", 45),
        ("tyres", "the guard of spikes dropped", 120),
    ]
    assert found.share == 16 / 19
    assert mutate(guideline, ()).caught == 0
    survivors = mutate(guideline, ()).survivors
    assert {row.what for row in survivors} >= {
        "the branches to nothing and brakes swapped",
        "riding made preferred instead of avoid",
        "the offer of riding (avoid) removed",
    }


def test_the_modes_of_the_command(tmp_path: Path) -> None:
    path = HERE / "guidelines" / "bicycle.yaml"
    out = tmp_path / "made.yaml"
    assert command("cases", "--generate", "-g", path, "-o", out).stderr == f"wrote {out}\n"
    assert out.read_text() == beside(path).read_text()
    done = command("cases", out, "--mutate", "-g", path)
    assert done.returncode == 1
    assert done.stdout.endswith(
        "16 of 19 mutants caught (84.2 %); 2 others change nothing, by proof\n"
    )
    data = json.loads(command("cases", out, "--mutate", "--json", "-g", path).stdout)
    assert (data["caught"], data["equivalent"], len(data["survivors"])) == (16, 2, 3)


def test_the_cases_of_ros1_notice_every_change(guideline: ros1tree.Guideline) -> None:
    found = mutate(guideline, load_cases(guideline, beside("ros1-nsclc")))
    assert found.survivors == ()
    assert found.share == 1


def test_names_that_look_like_numbers_are_written_as_names() -> None:
    names = ["1e5", "0o17", "12e03", "true", "null"]
    guideline = ros1tree.guideline(
        {
            "id": "odd", "title": "Odd", "version": "1", "start": "1e3", "facts": {"f": {"type": "choice", "values": names}},
            "interventions": {name: {"title": name} for name in names},
            "nodes": {"1e3": {"kind": "treatment", "title": "T", "offers": [
                {"intervention": name, "tier": "preferred", "when": {"f": name}} for name in names]}},
        }
    )  # fmt: skip
    done = run(guideline, loaded(guideline, generate(guideline)))
    assert (done.failed, done.uncrossed_offers) == ((), ())


def test_a_case_that_fails_anyway_catches_nothing() -> None:
    path = HERE / "guidelines" / "bicycle.yaml"
    guideline = ros1tree.load(path)
    (first, *_) = load_cases(guideline, beside(path))
    wrong = first.model_copy(update={"expect": first.expect.model_copy(update={"status": "fault"})})
    assert mutate(guideline, [wrong]).caught == 0
