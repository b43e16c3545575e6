"""Cases: every expectation can fail, and what no case crosses is named."""

from pathlib import Path

import pytest

import ros1tree
from ros1tree.cases import Failure, beside, load_cases

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
