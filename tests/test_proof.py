"""The proof: every count, set and example equals what looking at each patient gives."""

import gc
from collections import Counter
from typing import Any
from weakref import ref

import pytest
from census import Data, patients
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from oracle import walk as oracle_walk
from strategies import guidelines
from strategies import patients as some_facts
from test_walk import build

import ros1tree
from ros1tree.condition import truth
from ros1tree.facts import with_defaults
from ros1tree.proof import Reach, Space, cover, gets, proof, reach, relevant, settled, told, witness

LIMIT = 400


@st.composite
def small(draw: st.DrawFn) -> tuple[Data, list[Data]]:
    """A guideline, and all of its patients."""
    data = draw(guidelines())
    everybody = patients(data, LIMIT)
    assume(everybody is not None)
    return data, everybody or []


def census(data: Data, everybody: list[Data]) -> Counter[tuple[str, ...]]:
    """How many patients get to each place, and get what."""
    found: Counter[tuple[str, ...]] = Counter()
    for patient in everybody:
        got = oracle_walk(data, patient)
        found.update(("node", name) for name in got["reached"])
        found.update(("edge", *edge) for edge, taken in got["taken"].items() if taken == "T")
        found.update(("offer", name, tier) for name, (tier, _) in got["recommendations"].items())
        found.update(("avoid", name, "") for name in got["avoid"])
        found.update(("silent", name, "") for name in got["not_covered"])
        found.update(("fault", name, "") for name in {node for node, _, _ in got["faults"]})
        found.update(("note", *note) for note in got["notes"])
    return found


@settings(max_examples=60)
@given(small())
def test_every_count_is_the_number_of_patients(case: tuple[Data, list[Data]]) -> None:
    data, everybody = case
    found = proof(build(data))
    expected = census(data, everybody)
    assert found.space.count(found.possible) == len(everybody)
    for name, who in found.nodes.items():
        assert found.space.count(who) == expected["node", name]
    for (name, place), who in found.edges.items():
        to = data["nodes"][name]["next"][place]["to"]
        assert found.space.count(who) == expected["edge", name, to]
    outcomes = {key: found.space.count(who) for key, who in found.outcomes.items()}
    assert outcomes == {
        key: n for key, n in expected.items() if key[0] in ("offer", "avoid", "silent", "fault")
    }


@settings(max_examples=40)
@given(small(), st.data())
def test_a_witness_reaches_what_it_is_a_witness_of(
    case: tuple[Data, list[Data]], draw: st.DataObject
) -> None:
    guideline = build(case[0])
    found = proof(guideline)
    reached = [name for name, who in found.nodes.items() if who.satisfiable()]
    assume(reached)
    name = draw.draw(st.sampled_from(reached))
    facts = witness(found, found.nodes[name], [(name, ())])
    steps = {step.node: step.reached for step in ros1tree.walk(guideline, facts).steps}
    assert steps[name] == "yes"


@settings(max_examples=40)
@given(small(), st.data())
def test_a_cover_describes_exactly_who_is_in_a_set(
    case: tuple[Data, list[Data]], draw: st.DataObject
) -> None:
    data, everybody = case
    guideline = build(data)
    found = proof(guideline)
    assume(found.outcomes)
    key = draw.draw(st.sampled_from(sorted(found.outcomes)))
    who = found.outcomes[key]
    parts = cover(found.space, who, found.possible)
    inside = sum(
        any(truth(part, ros1tree.facts(guideline, patient)) for part in parts.parts)
        for patient in everybody
    )
    assert inside + parts.rest == found.space.count(who)
    assert told(found.space, parts)


def complete(everybody: list[Data], known: Data) -> list[Data]:
    """The patients that a partial one may turn out to be."""
    return [p for p in everybody if all(p[name] == value for name, value in known.items())]


def outcome(data: Data, patient: Data) -> frozenset[Any]:
    """All that a patient gets that is no note."""
    got = oracle_walk(data, patient)
    tiers = ((name, tier) for name, (tier, _) in got["recommendations"].items())
    faults = {node for node, _, _ in got["faults"]}
    return frozenset((*tiers, *got["avoid"], *(("s", n) for n in got["not_covered"]), *(("f", n) for n in faults)))  # fmt: skip


@settings(max_examples=60)
@given(small(), st.data())
def test_a_fact_is_relevant_where_it_can_change_the_outcome(
    case: tuple[Data, list[Data]], draw: st.DataObject
) -> None:
    data, everybody = case
    guideline = build(data)
    known = draw.draw(some_facts(data))
    facts = {k: sorted(v) if isinstance(v, list) else v for k, v in known.items()}
    numbers = {n for n, f in data["facts"].items() if f["type"] == "number"}
    assume(not numbers & known.keys())
    try:
        walk = ros1tree.walk(guideline, facts)
    except ros1tree.FactsError:
        assume(False)
    whole = with_defaults(guideline, walk.facts)
    rows = {r.fact: r.decides for r in relevant(guideline, whole, [m.fact for m in walk.missing])}
    assume(not numbers & whole.keys())
    ends = complete(
        everybody, {k: list(v) if isinstance(v, tuple) else v for k, v in whole.items()}
    )
    outcomes = {id(p): outcome(data, p) for p in ends}
    for missing in (m.fact for m in walk.missing):
        by_rest: dict[str, set[frozenset[Any]]] = {}
        for p in ends:
            rest = repr(sorted((k, v) for k, v in p.items() if k != missing))
            by_rest.setdefault(rest, set()).add(outcomes[id(p)])
        if any(len(found) > 1 for found in by_rest.values()):
            assert missing in rows, "two patients who differ in it alone differ in the outcome"
        if ends and len(set(outcomes.values())) <= 1:
            assert missing not in rows, "every patient gets the same, whatever it is"


def numeric(when: Data) -> ros1tree.Guideline:
    return ros1tree.guideline(
        {
            "id": "n", "title": "N", "version": "1", "start": "q",
            "facts": {"dose": {"type": "number", "min": 0, "max": 100}, "age": {"type": "integer", "min": 0, "max": 120}},
            "interventions": {"i": {"title": "I"}},
            "nodes": {"q": {"kind": "treatment", "title": "Q", "offers": [{"intervention": "i", "tier": "preferred", "when": when}]}},
        }
    )  # fmt: skip


CASES: list[tuple[Data, int, int, str]] = [
    ({"age": {"min": 18}}, 121, 103, "age at least 18"),
    ({"age": {"above": 17, "max": 65}}, 121, 48, "age from 18 to 65"),
    ({"age": [3, 4, 9]}, 121, 3, "age from 3 to 4; or age 9"),
    ({"dose": {"min": 10}}, 242, 121, "dose at least 10"),
    ({"dose": {"above": 10, "below": 20}}, 363, 121, "dose above 10 and below 20"),
    ({"dose": 5}, 363, 121, "dose 5"),
    ({"not": {"dose": {"max": 0}}}, 242, 121, "dose above 0"),
]


@pytest.mark.parametrize(("when", "all_of_them", "inside", "words"), CASES)
def test_numbers_are_cut_where_conditions_cut_them(
    when: Data, all_of_them: int, inside: int, words: str
) -> None:
    found = proof(numeric(when))
    who = found.outcomes["offer", "i", "preferred"]
    assert (found.space.count(found.possible), found.space.count(who)) == (all_of_them, inside)
    assert told(found.space, cover(found.space, who, found.possible)) == words


def test_names_of_nodes_are_no_outcome(guideline: ros1tree.Guideline) -> None:
    names = {name: f"n{number}" for number, name in enumerate(guideline.nodes)}
    data = guideline.to_data()
    data["start"] = names[data["start"]]
    for node in data["nodes"].values():
        for edge in node.get("next", ()):
            edge["to"] = names[edge["to"]]
    data["nodes"] = {names[name]: node for name, node in reversed(data["nodes"].items())}
    for waiver in data["waive"]:
        waiver["node"] = names[waiver["node"]]
    other = ros1tree.guideline(data)
    space = Space(guideline, other)
    one, two = gets(reach(space, guideline)), gets(reach(space, other))
    assert one == two


def test_a_proof_that_grows_too_large_says_where(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ros1tree.proof.space.NODES", 64)
    monkeypatch.setattr("ros1tree.proof.space.CACHE", 16)
    guideline = ros1tree.load("ros1-nsclc")
    with pytest.raises(ros1tree.TooLargeError) as caught:
        reach(Space(guideline), guideline)
    assert str(caught.value).startswith("the proof grew too large at node '")
    assert str(caught.value).endswith("or split the guideline at this section")


def test_the_whole_ros1_guideline(guideline: ros1tree.Guideline) -> None:
    found: Reach = proof(guideline)
    assert found.space.count(found.possible) == 8_257_536_000
    assert not [name for name, who in found.faults() if who.satisfiable()]


def tied(outcome: Data) -> ros1tree.Guideline:
    """Two facts that are asked, each tied to one that is not."""
    return ros1tree.guideline(
        {
            "id": "x", "title": "X", "version": "1", "start": "q",
            "facts": {name: {"type": "boolean"} for name in "abcd"},
            "impossible": [
                {"when": {one: value, other: not value}} for one, other in ("ca", "db") for value in (True, False)
            ],
            "interventions": {"x": {"title": "X"}, "y": {"title": "Y"}},
            "nodes": {
                "q": {"kind": "decision", "title": "Q", "next": [{"to": "s", "when": outcome}, {"to": "t", "when": {"not": outcome}}]},
                "s": {"kind": "treatment", "title": "S", "offers": [{"intervention": "x", "tier": "preferred"}]},
                "t": {"kind": "treatment", "title": "T", "offers": [{"intervention": "y", "tier": "preferred"}]},
            },
        }
    )  # fmt: skip


def test_facts_that_hang_together_are_asked_all_the_same() -> None:
    either = tied({"any": [{"a": True, "b": False}, {"a": False, "b": True}]})
    rows = relevant(either, {}, ["a", "b"])
    assert [row.fact for row in rows] == ["a", "b"]
    assert rows[0].decides == (("offer", "x", "preferred"), ("offer", "y", "preferred"))
    assert [row.fact for row in relevant(either, {"a": True}, ["b"])] == ["b"]
    assert relevant(either, {"a": True, "d": True}, ["b"]) == ()
    assert settled(either, {"a": True, "d": True}) == (("offer", "y", "preferred"),)


def test_of_facts_that_nobody_has_nothing_is_proved() -> None:
    data = tied({"a": True}).to_data()
    data["impossible"] += [{"when": {"a": True, "b": True}}, {"when": {"a": True, "b": False}}]
    guideline = ros1tree.guideline(data)
    assert [(r.fact, r.decides) for r in relevant(guideline, {"a": True}, ["b"])] == [("b", ())]
    assert settled(guideline, {"a": True}) == ()


@pytest.mark.parametrize("what", ["review", "summary", "generate", "diff", "relevant"])
def test_every_use_of_the_proof_is_bounded(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ros1tree.proof.space.NODES", 600)
    proof.cache_clear()
    guideline = ros1tree.load("ros1-nsclc")
    uses: dict[str, Any] = {
        "diff": lambda: ros1tree.diff(guideline, guideline),
        "relevant": lambda: relevant(guideline, {}, ["metastatic"]),
    }
    use = uses.get(what, lambda: getattr(ros1tree, what)(guideline))
    with pytest.raises(ros1tree.TooLargeError, match=r"^the proof "):
        use()


def test_a_proof_is_kept_and_let_go(guideline: ros1tree.Guideline) -> None:
    assert proof(guideline) is proof(guideline)
    kept = [ref(proof(numeric({"age": {"min": age}}))) for age in range(1, 20)]
    gc.collect()
    assert sum(found() is not None for found in kept) <= 4


def test_what_grew_too_large_can_be_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    guideline = ros1tree.load("ros1-nsclc")
    with monkeypatch.context() as patch:
        patch.setattr("ros1tree.proof.space.NODES", 600)
        proof.cache_clear()
        with pytest.raises(ros1tree.TooLargeError):
            ros1tree.review(guideline)
    assert ros1tree.review(guideline).patients == 8_257_536_000
