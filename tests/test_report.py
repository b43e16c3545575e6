"""Reports: exact, readable at any width, without colour codes where nobody sees them."""

import io
import re
from typing import Any

import pytest
from conftest import Golden
from rich.console import Console

import ros1tree
from ros1tree.cases import Case, Expectation, run
from ros1tree.model import FrozenDict
from ros1tree.report import cases_report, walk_report

NAIVE: dict[str, Any] = {
    "ros1_rearrangement": "present",
    "metastatic": True,
    "oligometastatic": False,
    "prior_therapies": [],
    "progressed_on": "none",
    "targeted_therapy_feasible": True,
    "brain_metastases": True,
    "tp53_mutation": "present",
}


def printed(renderable: Any, width: int = 80, *, terminal: bool = False) -> str:
    stream = io.StringIO()
    Console(file=stream, width=width, force_terminal=terminal, highlight=False).print(renderable)
    return stream.getvalue()


def report(guideline: ros1tree.Guideline, facts: dict[str, Any], width: int = 80) -> str:
    return printed(walk_report(guideline, ros1tree.walk(guideline, facts)), width)


def test_golden_report(guideline: ros1tree.Guideline, golden: Golden) -> None:
    golden.check("naive.txt", report(guideline, NAIVE))


def test_golden_report_of_silence(guideline: ros1tree.Guideline, golden: Golden) -> None:
    facts = {
        "ros1_rearrangement": "present",
        "metastatic": True,
        "prior_therapies": ["lorlatinib"],
        "progressed_on": "lorlatinib",
        "plasma_testing": "negative",
    }
    golden.check("after_lorlatinib.txt", report(guideline, facts))


FAULTY = """
id: faulty
title: A guideline with every fault
version: "0"
disclaimer: Not for patients.
start: a
facts:
  f: {type: boolean, question: Is it f?}
  g: {type: boolean, default: false}
interventions: {drug: {title: A drug}, other: {title: Another}}
statements: {S1: {says: The drug works., caution: Nobody knows.}}
nodes:
  a: {kind: workup, title: A, next: [{to: gap}, {to: overlap}, {to: t}]}
  gap: {kind: decision, title: Gap?, next: [{to: t, when: {g: true}}]}
  overlap:
    kind: decision
    title: Overlap?
    next: [{to: u, when: {g: false}}, {to: t, when: {not: {g: true}}}]
  t:
    kind: treatment
    title: T
    offers:
      - {intervention: drug, tier: consider, cites: [S1]}
      - {intervention: drug, tier: avoid, because: it harms}
      - {intervention: other, tier: avoid, when: {f: true}}
      - {intervention: other, tier: preferred, when: {f: true}}
  u: {kind: treatment, title: U}
"""


def test_golden_report_of_faults_and_conflicts(golden: Golden) -> None:
    golden.check("faulty.txt", report(ros1tree.loads(FAULTY), {}))


def test_golden_report_of_cases(golden: Golden) -> None:
    guideline = ros1tree.loads(FAULTY)
    case = Case(
        id="one",
        why="To fail.",
        facts=FrozenDict(),
        expect=Expectation(status="complete", avoids=("other",)),
    )
    golden.check("cases.txt", printed(cases_report(guideline, run(guideline, [case]))))


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_no_line_is_too_long_or_padded_and_nothing_is_lost(
    width: int, guideline: ros1tree.Guideline
) -> None:
    text = report(guideline, NAIVE, width)
    assert [line for line in text.splitlines() if len(line) > width] == []
    assert [line for line in text.splitlines() if line != line.rstrip()] == []
    assert "".join(text.split()) == "".join(report(guideline, NAIVE, 400).split())


def test_colour_is_for_terminals_and_carries_nothing_alone(guideline: ros1tree.Guideline) -> None:
    shown = walk_report(guideline, ros1tree.walk(guideline, NAIVE))
    colour = printed(shown, terminal=True)
    assert "\x1b[" in colour
    assert re.sub(r"\x1b\[[0-9;]*m", "", colour) == printed(shown)


def test_every_caution_of_what_is_shown_is_told(guideline: ros1tree.Guideline) -> None:
    walk = ros1tree.walk(guideline, NAIVE)
    text = report(guideline, NAIVE, 10_000)
    assert walk.cautions
    assert [c.statement for c in walk.cautions if f"* {c.says}" not in text] == []
    assert guideline.disclaimer is not None
    assert guideline.disclaimer in text
