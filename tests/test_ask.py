"""An interview asks what can matter and nothing else, in Python, in a terminal and in a pipe."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import asks
from test_proof import complete, outcome, small
from test_report import printed
from test_walk import build

import ros1tree
from ros1tree import Interview
from ros1tree.ask import SAVES, Choice, asked, gained, helped, opened, saved
from ros1tree.ask.question import NOBODY
from ros1tree.cases import beside, load_cases
from ros1tree.cli.ask import SAVES as OFFERED
from ros1tree.document import read
from ros1tree.proof import proof

Data = dict[str, Any]

FIRST_LINE = ["present", "yes", "-", "yes", "no", "yes", "yes"]
"""Answers of somebody in first line, all that are needed."""


# What is asked


def typed(interview: Interview, value: Any) -> str:
    """A value of the next fact as somebody types it."""
    question = interview.question
    assert question is not None
    places = {choice.value: str(place) for place, choice in enumerate(question.choices, 1)}
    if question.kind == "set":
        return ", ".join(places[member] for member in value) or "-"
    return places[value] if places else str(value)


def told(patient: Data, names: Any) -> Data:
    return {name: patient[name] for name in names}


def matters(data: Data, ends: list[Data], fact: str) -> bool:
    """Whether a fact alone can change the outcome, or one of its values settles a part of it."""
    seen = {
        name
        for node in data["nodes"].values()
        for entry in (*node["next"], *node["offers"])
        for name in asks(entry.get("when", {}))
    }
    groups: dict[str, set[frozenset[Any]]] = {}
    for p in ends:
        rest = repr(sorted((k, v) for k, v in p.items() if k in seen and k != fact))
        groups.setdefault(rest, set()).add(outcome(data, p))
    if any(len(outcomes) > 1 for outcomes in groups.values()):
        return True
    parts = {part for outcomes in groups.values() for some in outcomes for part in some}
    return any(
        len({frozenset(repr(p[fact]) for p in ends if (part in outcome(data, p)) is held) for held in (True, False)} - {frozenset()}) > 1
        for part in parts
    )  # fmt: skip


@settings(max_examples=60)
@given(small(), st.data())
def test_each_question_can_still_matter_and_the_end_is_the_outcome(
    case: tuple[Data, list[Data]], draw: st.DataObject
) -> None:
    data, everybody = case
    if not everybody:
        return
    patient = draw.draw(st.sampled_from(everybody))
    given_ = [n for n, f in data["facts"].items() if "default" in f or draw.draw(st.booleans())]
    interview = Interview(build(data), told(patient, given_))
    while (question := interview.question) is not None:
        known = {n: list(v) if isinstance(v, tuple) else v for n, v in interview.facts.items()}
        assert told(patient, known) == {n: patient[n] if data["facts"][n]["type"] == "set" and sorted(patient[n]) == v else v for n, v in known.items()}  # fmt: skip
        ends = complete(everybody, told(patient, known))
        assert len({outcome(data, p) for p in ends}) > 1
        values = {repr(p[question.fact]) for p in ends}
        assert len(values) > 1 or question.kind == "number"
        missing = [row.fact for row in interview.walk.missing]
        if any(matters(data, ends, name) for name in missing):
            assert matters(data, ends, question.fact)
        possible = [c.value for c in question.choices if not c.barred]
        if question.kind in ("boolean", "choice"):
            assert {repr(value) for value in possible} == values
        if question.kind == "set":
            assert set(possible) == {m for p in ends for m in p[question.fact]}
            sure = {c.value for c in question.choices if c.sure}
            assert sure == set.intersection(*(set(p[question.fact]) for p in ends))
            assert (not question.some) == ("[]" in values)
        interview = interview.answer(typed(interview, patient[question.fact]))
    ends = complete(everybody, told(patient, interview.facts))
    assert {outcome(data, p) for p in ends} == {outcome(data, patient)}
    if interview.walk.missing:
        assert as_outcome(interview.settled) == outcome(data, patient)
    else:
        assert of_walk(interview.walk) == outcome(data, patient)


def as_outcome(settled: Any) -> frozenset[Any]:
    forms: dict[str, Callable[[str, str], Any]] = {
        "offer": lambda n, t: (n, t),
        "avoid": lambda n, _: n,
        "silent": lambda n, _: ("s", n),
        "fault": lambda n, _: ("f", n),
    }
    return frozenset(forms[what](name, tier) for what, name, tier in settled)


def of_walk(walk: ros1tree.Walk) -> frozenset[Any]:
    return frozenset(
        (
            *((row.intervention, row.tier) for row in walk.recommendations),
            *(row.intervention for row in walk.avoid),
            *(("s", row.node) for row in walk.not_covered),
            *(("f", row.node) for row in walk.faults),
        )
    )


@settings(max_examples=40)
@given(small(), st.data())
def test_what_is_skipped_is_not_asked_again_and_back_is_back(
    case: tuple[Data, list[Data]], draw: st.DataObject
) -> None:
    data, everybody = case
    if not everybody:
        return
    patient = draw.draw(st.sampled_from(everybody))
    known = told(patient, [n for n, f in data["facts"].items() if "default" in f])
    interview = first = Interview(build(data), known)
    questions = []
    while (question := interview.question) is not None:
        assert question.fact not in questions
        questions.append(question.fact)
        after = (
            interview.skip()
            if draw.draw(st.booleans())
            else interview.answer(typed(interview, patient[question.fact]))
        )
        assert after.back() is interview
        assert interview.question is question
        interview = after
    left = {row.fact for row in interview.relevant}
    assert left <= set(interview.skipped)
    again = ros1tree.walk(interview.guideline, interview.facts)
    assert again == interview.walk
    assert first.back() is first


def test_every_case_of_the_guideline_gets_its_outcome_by_answers(
    guideline: ros1tree.Guideline,
) -> None:
    for case in load_cases(guideline, beside("ros1-nsclc")):
        expected = ros1tree.walk(guideline, case.facts)
        if expected.status not in ("complete", "not_covered"):
            continue
        done = {"baseline_assessments": case.facts.get("baseline_assessments")}
        interview = Interview(guideline, done)
        while (question := interview.question) is not None:
            assert question.fact in case.facts, case.id
            value = case.facts[question.fact]
            interview = interview.answer(list(value) if isinstance(value, tuple) else Choice(value, "") if isinstance(value, str) else value)  # fmt: skip
        assert interview.walk.status == expected.status, case.id
        assert of_walk(interview.walk) == of_walk(expected), case.id


def test_an_interview_begins_with_what_is_known(guideline: ros1tree.Guideline) -> None:
    interview = Interview(
        guideline, {"ros1_rearrangement": "present", "oligometastatic": True, "prior_therapies": []}
    )
    assert interview.followed == {"metastatic": True, "progressed_on": "none"}
    assert interview.why("metastatic") == "oligometastatic disease is metastatic"
    assert interview.why("progressed_on") == "a therapy on which the disease progressed was given"
    assert interview.question is not None
    assert interview.question.fact == "targeted_therapy_feasible"
    with pytest.raises(ros1tree.FactsError, match="no such fact"):
        Interview(guideline, {"metastasic": True})


def test_what_no_patient_has_is_told_with_its_reason(guideline: ros1tree.Guideline) -> None:
    interview = Interview(
        guideline,
        {"ros1_rearrangement": "present", "metastatic": True, "prior_therapies": ["crizotinib"]},
    )
    question = interview.question
    assert question is not None
    why = "a therapy on which the disease progressed was given"
    assert [(c.value, c.barred) for c in question.choices[:3]] == [
        ("none", ""),
        ("crizotinib", ""),
        ("ceritinib", why),
    ]
    assert problem(interview, "ceritinib") == (
        "answer progressed_on: no patient has this: ceritinib not among systemic therapies so far "
        f"and progression on ceritinib; {why}"
    )
    after = interview.answer("crizotinib")
    pattern = Interview(guideline, {**after.facts, "plasma_testing": "failed"}).question
    assert pattern is not None
    assert (
        pattern.some
        == "after crizotinib or ceritinib the pattern decides, and progression has at least one"
    )


def test_members_that_are_certain_are_marked() -> None:
    data = {
        "id": "x", "title": "X", "version": "1", "start": "q",
        "facts": {"a": {"type": "boolean"}, "s": {"type": "set", "values": ["m", "n", "o"]}},
        "impossible": [
            {"when": {"a": True, "s": {"lacks": "m"}}, "because": "m goes with a"},
            {"when": {"a": True, "s": {"includes": "o"}}, "because": "o goes without a"},
        ],
        "interventions": {"x": {"title": "X"}},
        "nodes": {"q": {"kind": "treatment", "title": "Q", "offers": [
            {"intervention": "x", "tier": "preferred", "when": {"s": {"includes": "n"}}}]}},
    }  # fmt: skip
    interview = Interview(ros1tree.guideline(data), {"a": True})
    question = interview.question
    assert question is not None
    assert [(c.value, c.barred, c.sure) for c in question.choices] == [
        ("m", "", "m goes with a"),
        ("n", "", ""),
        ("o", "o goes without a", ""),
    ]
    assert question.some == "m goes with a"
    assert problem(interview, "-") == (
        "answer s: no patient has this: a: yes and m not among s; m goes with a"
    )
    assert interview.answer(["n", "m"]).walk.recommendations[0].title == "X"


def test_what_only_unknown_facts_make_impossible_is_refused() -> None:
    deep = ros1tree.guideline(
        {
            "id": "x", "title": "X", "version": "1", "start": "q",
            "facts": {"a": {"type": "integer", "min": 0, "max": 3}, "b": {"type": "boolean"}},
            "impossible": [{"when": {"a": 3, "b": True}}, {"when": {"a": 3, "b": False}}],
            "interventions": {"x": {"title": "X"}},
            "nodes": {"q": {"kind": "treatment", "title": "Q", "offers": [
                {"intervention": "x", "tier": "preferred", "when": {"a": {"min": 1}}}]}},
        }
    )  # fmt: skip
    assert problem(Interview(deep), "3") == (f"answer a: {NOBODY}; correct one of these facts")


def test_where_the_proof_is_too_large_every_missing_fact_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ros1tree.proof.space.NODES", 600)
    proof.cache_clear()
    interview = Interview(ros1tree.load("ros1-nsclc"))
    assert interview.unproved.startswith("the proof grew too large")
    while interview.question is not None:
        assert interview.question.fact == next(
            row.fact for row in interview.walk.missing if row.fact not in interview.skipped
        )
        kind = interview.question.kind
        interview = interview.answer("1" if kind != "set" else "-") if len(interview.known) < 2 else interview.skip()  # fmt: skip
    proof.cache_clear()


# Answers


ANSWERS = """
id: answers
title: Answers
version: "1"
start: q
facts:
  b: {type: boolean, question: B?}
  c: {type: choice, values: {skip: Not now, "1": two, "007": x, b: "no", A: upper, a: lower}, question: C?}
  s: {type: set, values: {none: nothing, m: "m, of course", n: N}, question: S?}
  t: {type: set, values: [m, n], question: T?}
  i: {type: integer, min: 0, max: 4, question: I?}
  n: {type: number, min: 0, max: 10.5, unit: mg, question: N?}
interventions: {x: {title: X}}
nodes:
  q:
    kind: treatment
    title: Q
    offers:
      - {intervention: x, tier: preferred, when: {b: true, c: skip, s: {includes: m}, t: {includes: m}, i: 3, n: {max: 3}}}
"""

READ = [
    ("b", "y", True), ("b", "TRUE", True), ("b", "No", False), ("b", "f", None), ("b", "2", False), ("b", "0", None),
    ("c", "1", "skip"), ("c", "2", "1"), ("c", "two", "1"), ("c", "007", None), ("c", "X", "007"), ("c", "no", "b"),
    ("c", "a", "a"), ("c", "A", "A"), ("c", "LOWER", "a"), ("c", "b", "b"), ("c", "not  now", "skip"), ("c", "9", None),
    ("c", "99999999999", None), ("s", "none", None), ("s", "-", ()), ("s", "1", ("none",)), ("s", "nothing", ("none",)),
    ("s", "m, of course", ("m",)), ("s", "3, 2,3", ("m", "n")), ("s", "m,n", ("m", "n")), ("s", "2,", None),
    ("t", "NONE", ()), ("t", "-", ()), ("t", "m,x", None), ("i", "3", 3), ("i", "5", None), ("i", "2.0", 2),
    ("i", "null", None), ("i", "yes", None), ("n", "2.5 mg", 2.5), ("n", "10.5MG", 10.5), ("n", "mg", None), ("n", "2,5", None),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "value"), READ)
def test_answers_are_read_as_they_are_typed(name: str, text: str, value: Any) -> None:
    interview = asking(name)
    if value is None:
        with pytest.raises(ros1tree.FactsError):
            interview.answer(text)
        return
    after = interview.answer(text)
    assert after.facts[name] == value
    assert type(after.facts[name]) is type(value)


def asking(name: str) -> Interview:
    interview = Interview(ros1tree.loads(ANSWERS))
    while interview.question and interview.question.fact != name:
        interview = interview.skip()
    return interview


def problem(interview: Interview, text: str) -> str:
    with pytest.raises(ros1tree.FactsError) as caught:
        interview.answer(text)
    return str(caught.value)


def test_a_wrong_answer_says_what_is_allowed() -> None:
    assert problem(asking("b"), "maybe") == "answer b: 'maybe' is not allowed; allowed: yes or no"
    assert problem(asking("c"), "uper") == (
        "answer c: 'uper' is not allowed; allowed: 1 to 6 or one of skip, 1, 007, b, A, a; "
        "did you mean 'upper'?"
    )
    assert problem(asking("c"), "7") == (
        "answer c: there is no number 7; allowed: 1 to 6 or one of skip, 1, 007, b, A, a"
    )
    assert problem(asking("s"), "None") == (
        "answer s: 'None' is a value here, and may mean none of them; "
        "write its number, or - for none of them"
    )
    assert problem(asking("t"), "m, k") == (
        "answer t: 'k' is not allowed; "
        "allowed: any of 1 to 2 or m, n, with commas, or - for none of them"
    )
    assert problem(asking("i"), "5") == (
        "answer i: the number 5 is not allowed; allowed: a whole number from 0 to 4"
    )
    assert problem(asking("i"), "\x1b[31m") == (
        "answer i: the text '\\x1b[31m' is not allowed; allowed: a whole number from 0 to 4"
    )


def test_two_labels_alike_need_the_number() -> None:
    text = ANSWERS.replace("A: upper, a: lower", "A: same, a: Same")
    interview = Interview(ros1tree.loads(text)).skip()
    assert problem(interview, "SAME") == "answer c: 'SAME' may be several; write its number: 5 or 6"
    assert interview.answer("same").facts["c"] == "A"


def test_values_choices_and_none_are_answers_too() -> None:
    interview = asking("c")
    assert interview.question is not None
    assert interview.answer(interview.question.choices[1]).facts["c"] == "1"
    assert asking("t").answer(Choice("m", "m")).facts["t"] == ("m",)
    assert asking("t").answer({"n", "m"}).facts["t"] == ("m", "n")
    assert asking("i").answer(2.0).facts["i"] == 2
    assert asking("i").answer(None).skipped[-1] == "i"
    end = asking("no such fact")
    with pytest.raises(ValueError, match="there is no question left"):
        end.skip()


# What is shown


def shown(renderable: Any, width: int = 80) -> str:
    return printed(renderable, width)


HOSTILE = """
id: x
title: "[bold]T[/bold]\\n:smile:"
version: "[red]1"
start: q
facts:
  c: {type: choice, values: {a: "[/] a\\tb", b: "[link=x]b"}, title: "[i]c", question: "[b]C?\\n\\n[/b]", help: "[u]\\nh"}
interventions: {x: {title: "[blink]X"}, y: {title: "Y\\n[/]"}}
nodes:
  q:
    kind: treatment
    title: "[b]Q"
    offers:
      - {intervention: x, tier: avoid, when: {c: a}, wording: "[w]"}
      - {intervention: y, tier: preferred, when: {c: b}}
"""


def test_texts_of_a_guideline_are_shown_as_they_are() -> None:
    interview = Interview(ros1tree.loads(HOSTILE))
    assert interview.question is not None
    assert shown(opened(interview)).splitlines()[:2] == [
        "[bold]T[/bold] :smile:",
        "x [red]1, draft",
    ]
    assert shown(asked(interview.question)) == "\n[b]C? [/b] (c)\n  1 [/] a b\n  2 [link=x]b\n"
    assert shown(helped(interview.guideline, interview.question)).splitlines()[:3] == [
        "  [u] h",
        "  - names: a ([/] a b); b ([link=x]b)",
        "  - decides: Y [/]; [blink]X",
    ]
    assert shown(gained(interview.answer("1"))) == (
        "  [i]c [/] a b\n  - avoid: [blink]X ([w])\n  - no longer possible: Y [/]\n"
    )


@pytest.mark.parametrize("width", [40, 60])
def test_no_line_is_too_long_or_lost(width: int, guideline: ros1tree.Guideline) -> None:
    interview = Interview(guideline)
    for answer in ("present", "yes", "1,3", "2"):
        assert interview.question is not None
        parts = [
            opened(interview),
            asked(interview.question),
            helped(guideline, interview.question),
        ]
        interview = interview.answer(answer)
        for part in (*parts, gained(interview)):
            text = shown(part, width)
            assert [line for line in text.splitlines() if len(line) > width] == []
            assert "".join(text.split()) == "".join(shown(part, 400).split())


@settings(max_examples=60)
@given(small(), st.data())
def test_saved_facts_are_read_back(case: tuple[Data, list[Data]], draw: st.DataObject) -> None:
    data, everybody = case
    if not everybody:
        return
    guideline = build(data)
    facts = ros1tree.facts(guideline, draw.draw(st.sampled_from(everybody)))
    text = saved(guideline, facts, "yaml")
    document = read(text, "saved")
    assert document.problems == ()
    assert ros1tree.facts(guideline, document.value) == facts
    assert ros1tree.facts(guideline, json.loads(saved(guideline, facts, "json"))) == facts


def test_facts_are_saved_in_the_forms_that_are_offered(guideline: ros1tree.Guideline) -> None:
    assert OFFERED == SAVES
    assert saved(guideline, {}, "yml") == "# ros1-nsclc 2025-11-05\n{}\n"
    with pytest.raises(
        ros1tree.UnknownFormatError, match="no format 'toml'; allowed: yaml, yml, json"
    ):
        saved(guideline, {}, "toml")
