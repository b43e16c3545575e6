"""The page's walk is the walk: every field of every result, in a real browser.

All cases, all witnesses of findings, thousands of random patients, and random guidelines.
"""

import json
import random
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import guidelines, patients

import ros1tree
from ros1tree.explore.data import content
from ros1tree.explore.page import part
from ros1tree.facts import inspect
from ros1tree.proof import relevant

LOGIC = ("logic", "facts", "walk", "relevant", "why", "address")
WALK = """([data, patients]) => {
  const book = opened(JSON.parse(data));
  return patients.map((text) => {
    const { facts, problems } = checked(book, Object.entries(JSON.parse(text)));
    if (problems.length) return JSON.stringify({ problems });
    const walk = walked(book, facts);
    return JSON.stringify({ walk, relevant: relevant(book, walk) });
  });
}"""
Facts = Mapping[str, Any]
Told = Callable[[ros1tree.Guideline, Iterable[Facts]], list[dict[str, Any]]]


@pytest.fixture(scope="module")
def told(page: Any) -> Told:
    """What the page's scripts say of patients."""
    page.goto("about:blank")
    for name in LOGIC:
        page.add_script_tag(content=part(f"{name}.js"))

    def walks(guideline: ros1tree.Guideline, facts: Iterable[Facts]) -> list[dict[str, Any]]:
        texts = [json.dumps(each) for each in facts]
        return [*map(json.loads, page.evaluate(WALK, [json.dumps(content(guideline)), texts]))]

    return walks


def expected(guideline: ros1tree.Guideline, facts: Facts) -> dict[str, Any] | None:
    """What Python says of a patient; None of one who is refused."""
    try:
        walk = ros1tree.walk(guideline, facts)
    except ros1tree.FactsError:
        return None
    missing = [row.fact for row in walk.missing]
    matter = relevant(guideline, {**walk.assumed, **walk.facts}, missing) if missing else ()
    return {"walk": walk.to_dict(), "relevant": [row.to_dict() for row in matter]}


def compare(guideline: ros1tree.Guideline, facts: list[Facts], told: Told) -> int:
    """Compare the two on patients; returns how many were walked."""
    walked = 0
    for each, found in zip(facts, told(guideline, facts), strict=True):
        wanted = expected(guideline, each)
        if wanted is None:
            assert set(found) == {"problems"}, each
            continue
        walked += 1
        assert found == wanted, each
    return walked


def test_all_cases(guideline: ros1tree.Guideline, told: Told) -> None:
    facts = [o.case.facts for o in ros1tree.cases(guideline, "ros1-nsclc").outcomes]
    assert compare(guideline, [*facts], told) == len(facts)


def test_all_witnesses(guideline: ros1tree.Guideline, told: Told) -> None:
    found = ros1tree.review(guideline)
    facts = [f.witness for f in (*found.findings, *found.waived) if f.witness is not None]
    assert len(facts) > 10
    assert compare(guideline, [*facts], told) == len(facts)


def test_thousands_of_random_patients(guideline: ros1tree.Guideline, told: Told) -> None:
    chance = random.Random(20251105)  # noqa: S311 - no secret

    def value(fact: Any) -> Any:
        match fact.type:
            case "boolean":
                return chance.random() < 0.5
            case "choice":
                return chance.choice(list(fact.values))
            case "set":
                return [member for member in fact.values if chance.random() < 0.4]
        return chance.randint(fact.min, fact.max)

    deep = {"ros1_rearrangement": "present", "metastatic": True}
    untreated = {**deep, "prior_therapies": [], "progressed_on": "none"}
    facts: list[Facts] = []
    for _ in range(3000):
        known = {n: value(f) for n, f in guideline.facts.items() if chance.random() < 0.6}
        facts.append(known | chance.choice([{}, deep, deep, untreated]))
    assert compare(guideline, facts, told) > 2000


@settings(max_examples=200)
@given(st.data())
def test_random_guidelines(told: Told, data: st.DataObject) -> None:
    raw = data.draw(guidelines())
    compare(ros1tree.guideline(raw), [data.draw(patients(raw)) for _ in range(5)], told)


ODD: tuple[Any, ...] = (
    None,
    True,
    "x",
    "1",
    1,
    1.5,
    -0.0,
    2.0,
    1e16,
    [],
    ["no"],
    ["no", 1],
    {"a": 1},
)


@given(st.data())
def test_facts_are_refused_as_in_python(told: Told, data: st.DataObject) -> None:
    raw = data.draw(guidelines())
    guideline = ros1tree.guideline(raw)
    names = [*raw["facts"], "no-such-fact"]
    facts = {name: data.draw(st.sampled_from(ODD)) for name in names if data.draw(st.booleans())}
    facts = {**data.draw(patients(raw)), **facts}
    good, wrong = inspect(guideline, facts)
    (found,) = told(guideline, [facts])
    if not wrong:
        assert found["walk"]["facts"] == json.loads(good.to_json())
        return
    assert {row["fact"] for row in found["problems"]} == {
        str(m.at[0]) if m.at else "" for m in wrong
    }
    barred = [(m.message, m.remedy) for m in wrong if m.message.startswith("no patient")]
    shown = [(row["message"], row["remedy"]) for row in found["problems"] if "facts" in row]
    assert shown == barred


NAMES = ("__proto__", "constructor", "toString", "hasOwnProperty")


def test_names_of_the_language_are_names_like_others(told: Told) -> None:
    guideline = ros1tree.guideline({
        "id": "constructor", "title": "x", "version": "1", "start": "__proto__",
        "facts": {name: {"type": "boolean"} for name in NAMES},
        "interventions": {"__proto__": {"title": "x"}, "valueOf": {"title": "y"}},
        "nodes": {
            "__proto__": {"kind": "decision", "title": "x", "next": [
                {"to": "constructor", "when": {"__proto__": True, "constructor": False}},
                {"to": "toString", "when": {"not": {"__proto__": True, "constructor": False}}}]},
            "constructor": {"kind": "treatment", "title": "x", "offers": [
                {"intervention": "__proto__", "tier": "preferred", "when": {"toString": True}},
                {"intervention": "valueOf", "tier": "avoid"}]},
            "toString": {"kind": "silent", "title": "x"},
        },
    })  # fmt: skip
    facts = [{}, *({name: value} for name in NAMES for value in (True, False))]
    facts += [{"__proto__": True, "constructor": False, "toString": True}]
    assert compare(guideline, [*facts], told) == len(facts)


READ = """([data, facts]) => {
  const book = opened(JSON.parse(data));
  const { facts: known } = checked(book, Object.entries(JSON.parse(facts)));
  const found = readAddress(book, addressOf({ mode: "try", place: "node-x", facts: known }));
  return JSON.stringify([found.mode, found.place, Object.fromEntries(known), Object.fromEntries(found.given ?? [])]);
}"""


@given(st.data())
@pytest.mark.usefixtures("told")
def test_a_link_holds_the_patient(page: Any, data: st.DataObject) -> None:
    raw = data.draw(guidelines())
    facts = json.dumps(data.draw(patients(raw)))
    text = json.dumps(content(ros1tree.guideline(raw)))
    mode, place, known, given_ = json.loads(page.evaluate(READ, [text, facts]))
    assert (mode, place) == ("try", "node-x")
    assert given_ == known


WHY = """([data, facts]) => {
  const book = opened(JSON.parse(data));
  const walker = new Walker(book, checked(book, Object.entries(JSON.parse(facts))).facts);
  return JSON.stringify([...book.interventions.keys()].flatMap((name) =>
    whyNot(book, walker, name).map((row) => ({
      node: row.node, made: row.made, waits: row.waits,
      place: book.nodes.get(row.node).offers.indexOf(row.offer),
      stops: row.stops.map((stop) => [stop.node, stop.edge?.to ?? null]),
    }))));
}"""


@given(st.data())
@pytest.mark.usefixtures("told")
def test_why_not_names_what_stands_against_an_offer(page: Any, data: st.DataObject) -> None:
    """An offer that is made has no barrier; one that is not has one, and it is false."""
    raw = data.draw(guidelines())
    guideline = ros1tree.guideline(raw)
    facts = data.draw(patients(raw))
    try:
        walk = ros1tree.walk(guideline, facts)
    except ros1tree.FactsError:
        return
    rows = json.loads(page.evaluate(WHY, [json.dumps(content(guideline)), json.dumps(facts)]))
    taken = {(s.node, e.to): e.taken for s in walk.steps for e in s.edges}
    reached = {step.node: step.reached for step in walk.steps}
    offers = sum(len(node.offers) for node in guideline.nodes.values())
    assert len(rows) == offers
    made = {(row.intervention, name) for row in walk.recommendations for name in row.nodes}
    made |= {(row.intervention, name) for row in walk.avoid for name in row.nodes}
    for row in rows:
        offer = guideline.nodes[row["node"]].offers[row["place"]]
        if row["made"] == "yes":
            assert (offer.intervention, row["node"]) in made
        if row["made"] == "maybe":
            assert row["waits"]
            assert not row["stops"]
        if row["made"] == "no" and _leads_to(guideline, walk, row["node"]):
            assert row["stops"]
        for node, to in row["stops"]:
            assert reached[node]
            assert to is None or taken[node, to] == "no"


def _leads_to(guideline: ros1tree.Guideline, walk: ros1tree.Walk, name: str) -> bool:
    """Tell whether a node can be reached at all from where the patient is."""
    graph = ros1tree.graph(guideline)
    import networkx  # noqa: PLC0415 - the oracle's own

    return any(networkx.has_path(graph, step.node, name) for step in walk.steps)
