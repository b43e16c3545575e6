"""The walk: against an independent reading, and the laws that every walk keeps."""

import gc
import json
import pickle
import random
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from weakref import ref

import pyarrow as pa
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from oracle import is_impossible
from oracle import walk as oracle_walk
from strategies import guidelines, patients

import ros1tree
from ros1tree.model import SetFact
from ros1tree.report import walk_report
from ros1tree.walk import Walk, trace

Data = dict[str, Any]

_LETTER = {"yes": "T", "maybe": "U", "no": "F"}


def build(data: Data) -> ros1tree.Guideline:
    return ros1tree.loads(json.dumps(data, ensure_ascii=False))


@st.composite
def walked(draw: st.DrawFn) -> tuple[Data, Data, ros1tree.Guideline, Walk]:
    data = draw(guidelines())
    facts = draw(patients(data))
    assume(not is_impossible(data, facts))
    guideline = build(data)
    return data, facts, guideline, ros1tree.walk(guideline, facts)


def read(walk: Walk) -> Data:
    """What a walk says, in the oracle's words."""
    return {
        "status": walk.status,
        "reached": {s.node: _LETTER[s.reached] for s in walk.steps},
        "taken": {(s.node, e.to): _LETTER[e.taken] for s in walk.steps for e in s.edges},
        "recommendations": {r.intervention: (r.tier, set(r.nodes)) for r in walk.recommendations},
        "avoid": {a.intervention: set(a.nodes) for a in walk.avoid},
        "possible": {
            (p.intervention, p.tier, p.node, frozenset(p.depends_on)) for p in walk.possible
        },
        "missing": {m.fact: set(m.asked_by) for m in walk.missing},
        "conflicts": set(walk.conflicts),
        "faults": {(f.node, f.fault, frozenset(f.edges)) for f in walk.faults},
        "not_covered": {n.node for n in walk.not_covered},
        "notes": {(n.node, n.says) for n in walk.notes},
    }


@given(walked())
def test_agrees_with_the_plain_reading(case: tuple[Data, Data, ros1tree.Guideline, Walk]) -> None:
    data, facts, _, walk = case
    assert read(walk) == oracle_walk(data, facts)


@given(walked())
def test_lists_name_nothing_twice_and_are_ranked(
    case: tuple[Data, Data, ros1tree.Guideline, Walk],
) -> None:
    walk = case[3]
    names = [r.intervention for r in walk.recommendations]
    ranks = [oracle_tiers.index(r.tier) for r in walk.recommendations]
    assert ranks == sorted(ranks)
    for listed in (names, [a.intervention for a in walk.avoid], [m.fact for m in walk.missing]):
        assert len(listed) == len(set(listed))
    assert all(r.nodes[0] == r.node for r in walk.recommendations)


oracle_tiers = ["preferred", "recommended", "alternative", "consider", "avoid"]


@given(walked())
def test_json_is_the_identity(case: tuple[Data, Data, ros1tree.Guideline, Walk]) -> None:
    walk = case[3]
    assert Walk.from_json(walk.to_json()) == walk
    assert json.loads(walk.to_json()) == walk.to_dict()
    assert pickle.loads(pickle.dumps(walk)) == walk  # noqa: S301


@given(walked(), st.data())
def test_one_more_fact_takes_nothing_back(
    case: tuple[Data, Data, ros1tree.Guideline, Walk], more: st.DataObject
) -> None:
    data, facts, guideline, before = case
    # A default is an answer too: to replace it is a change, not one fact more.
    unknown = [n for n, f in data["facts"].items() if n not in facts and "default" not in f]
    assume(unknown)
    name = more.draw(st.sampled_from(unknown))
    full = more.draw(patients(data, full=True))
    later = facts | {name: full[name]}
    assume(not is_impossible(data, later))
    old, new = read(before), read(ros1tree.walk(guideline, later))
    for key in ("reached", "taken"):
        for place, truth in old[key].items():
            # The edges of a node that is excluded by now are told no more.
            assert truth == "U" or new[key].get(place, "F") == truth
        assert set(new[key]) <= set(old[key]), "what was excluded stays so"
    for key in ("not_covered", "notes"):
        assert old[key] <= new[key]
    # A fault stays; of an overlap more edges may turn out true.
    for node, fault, edges in old["faults"]:
        assert any(
            edges <= more_edges for n, f, more_edges in new["faults"] if (n, f) == (node, fault)
        )
    assert set(old["recommendations"]) <= set(new["recommendations"])
    assert set(old["avoid"]) <= set(new["avoid"])
    for name, (tier, _) in old["recommendations"].items():
        assert oracle_tiers.index(new["recommendations"][name][0]) <= oracle_tiers.index(tier)


def shuffled(value: Any, rng: random.Random) -> Any:
    """The same data with the keys of every mapping in another order."""
    if isinstance(value, dict):
        keys = list(value)
        rng.shuffle(keys)
        return {key: shuffled(value[key], rng) for key in keys}
    return [shuffled(entry, rng) for entry in value] if isinstance(value, list) else value


@given(walked(), st.randoms(use_true_random=False))
def test_order_of_keys_and_facts_changes_nothing(
    case: tuple[Data, Data, ros1tree.Guideline, Walk], rng: random.Random
) -> None:
    data, facts, _, walk = case
    again = ros1tree.walk(build(shuffled(data, rng)), shuffled(facts, rng))
    assert again.to_json() == walk.to_json()


def small(**nodes: Data) -> ros1tree.Guideline:
    return build(
        {
            "id": "small",
            "title": "Small",
            "version": "1",
            "start": next(iter(nodes)),
            "facts": {"f": {"type": "boolean"}, "g": {"type": "boolean"}},
            "interventions": {"drug": {"title": "Drug"}, "other": {"title": "Other"}},
            "nodes": nodes,
        }
    )


def test_a_decision_without_a_true_edge_is_a_gap() -> None:
    guideline = small(
        q={"kind": "decision", "title": "Q", "next": [{"to": "t", "when": {"f": True}}]},
        t={"kind": "treatment", "title": "T"},
    )
    walk = ros1tree.walk(guideline, {"f": False})
    assert walk.status == "fault"
    assert walk.to_dict()["faults"] == [{"node": "q", "fault": "gap", "edges": []}]


def test_two_true_edges_of_a_unique_decision_overlap_and_both_are_followed() -> None:
    nodes: Data = {
        "q": {
            "kind": "decision",
            "title": "Q",
            "next": [{"to": "a", "when": {"f": True}}, {"to": "b", "when": {"g": True}}],
        },
        "a": {"kind": "treatment", "title": "A"},
        "b": {"kind": "treatment", "title": "B"},
    }
    facts = {"f": True, "g": True}
    walk = ros1tree.walk(small(**nodes), facts)
    assert walk.to_dict()["faults"] == [{"node": "q", "fault": "overlap", "edges": ["a", "b"]}]
    assert [s.node for s in walk.steps if s.reached == "yes"] == ["q", "a", "b"]
    nodes["q"]["hit"] = "collect"
    assert ros1tree.walk(small(**nodes), facts).faults == ()


def test_offered_and_barred_is_a_conflict_that_shows_both() -> None:
    guideline = small(
        t={
            "kind": "treatment",
            "title": "T",
            "offers": [
                {"intervention": "drug", "tier": "preferred"},
                {"intervention": "drug", "tier": "avoid", "because": "it harms"},
            ],
        }
    )
    walk = ros1tree.walk(guideline, {})
    assert [r.intervention for r in walk.recommendations] == ["drug"]
    assert [(a.intervention, a.reason) for a in walk.avoid] == [("drug", "it harms")]
    assert walk.conflicts == ("drug",)


def test_a_bar_stays_possible_beside_a_certain_recommendation() -> None:
    guideline = small(
        t={
            "kind": "treatment",
            "title": "T",
            "offers": [
                {"intervention": "drug", "tier": "preferred"},
                {"intervention": "drug", "tier": "avoid", "when": {"f": True}},
                {"intervention": "drug", "tier": "consider", "when": {"f": True}},
            ],
        }
    )
    walk = ros1tree.walk(guideline, {})
    assert [(p.intervention, p.tier) for p in walk.possible] == [("drug", "avoid")]


def test_the_same_intervention_from_two_nodes_stands_once_in_its_best_tier() -> None:
    guideline = small(
        a={
            "kind": "workup",
            "title": "A",
            "offers": [{"intervention": "drug", "tier": "consider"}],
            "next": [{"to": "b"}],
        },
        b={
            "kind": "treatment",
            "title": "B",
            "offers": [{"intervention": "drug", "tier": "preferred"}],
        },
    )
    (row,) = ros1tree.walk(guideline, {}).recommendations
    assert (row.tier, row.node, row.nodes) == ("preferred", "b", ("b", "a"))


def test_missing_is_in_the_order_of_the_graph_and_never_about_notes() -> None:
    guideline = small(
        a={
            "kind": "workup",
            "title": "A",
            "offers": [{"intervention": "drug", "tier": "consider", "when": {"f": True}}],
            "notes": [{"says": "N", "when": {"f": True}}],
            "next": [{"to": "b", "when": {"g": True}}, {"to": "c"}],
        },
        c={"kind": "workup", "title": "C", "notes": [{"says": "only here", "when": {"f": True}}]},
        b={"kind": "treatment", "title": "B"},
    )
    walk = ros1tree.walk(guideline, {})
    assert [(m.fact, m.asked_by) for m in walk.missing] == [("g", ("a",)), ("f", ("a",))]
    assert walk.notes == ()
    assert [m.fact for m in ros1tree.walk(guideline, {"f": False}).missing] == ["g"]


def test_because_holds_the_way_and_the_offer(guideline: ros1tree.Guideline) -> None:
    facts = {
        "ros1_rearrangement": "present",
        "metastatic": True,
        "prior_therapies": [],
        "progressed_on": "none",
        "oligometastatic": False,
        "targeted_therapy_feasible": True,
        "repotrectinib_available": True,
        "brain_metastases": True,
    }
    walk = ros1tree.walk(guideline, facts)
    (row,) = (r for r in walk.recommendations if r.intervention == "repotrectinib")
    assert [(b.fact, b.value, b.test, b.holds) for b in row.because] == [
        ("ros1_rearrangement", "present", "ROS1 rearrangement present", "yes"),
        ("metastatic", True, "disease metastatic", "yes"),
        ("prior_therapies", (), "no systemic therapies so far", "yes"),
        ("progressed_on", "none", "progression on nothing at present", "yes"),
        ("targeted_therapy_feasible", True, "targeted therapy feasible", "yes"),
        ("brain_metastases", True, "brain metastases present", "yes"),
        ("repotrectinib_available", True, "repotrectinib available", "yes"),
    ]


def test_result_has_the_names_of_the_design(guideline: ros1tree.Guideline) -> None:
    walk = ros1tree.walk(guideline, {"ros1_rearrangement": "present"}).to_dict()
    assert list(walk) == [
        "guideline", "facts", "assumed", "status", "steps", "recommendations", "possible", "avoid", "notes",
        "missing", "conflicts", "faults", "not_covered", "cautions",
    ]  # fmt: skip
    assert walk["guideline"] == {
        "id": guideline.id,
        "version": guideline.version,
        "digest": guideline.digest,
    }
    assert walk["steps"][0]["edges"][0] == {
        "to": "metastatic_disease",
        "taken": "yes",
        "because": [
            {
                "fact": "ros1_rearrangement",
                "value": "present",
                "test": "ROS1 rearrangement present",
                "holds": "yes",
            }
        ],
    }


def test_cautions_of_everything_shown(guideline: ros1tree.Guideline) -> None:
    walk = ros1tree.walk(
        guideline, {"ros1_rearrangement": "not_tested", "tumor_tissue_available": True}
    )
    assert [c.statement for c in walk.cautions] == ["S40"]
    assert walk.cautions[0].says == guideline.statements["S40"].caution


def test_a_stored_walk_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="not a stored walk"):
        Walk.from_json('{"facts": 3}')


def test_a_walk_does_not_change(guideline: ros1tree.Guideline) -> None:
    walk = ros1tree.walk(guideline, {})
    with pytest.raises(AttributeError):
        walk.status = "complete"  # type: ignore[misc]
    with pytest.raises(TypeError):
        walk.facts["metastatic"] = True  # type: ignore[index]


def test_an_unknown_fact_is_no_reason() -> None:
    guideline = small(
        t={
            "kind": "treatment",
            "title": "T",
            "offers": [
                {
                    "intervention": "drug",
                    "tier": "preferred",
                    "when": {"any": [{"f": True}, {"g": True}]},
                },
                {
                    "intervention": "other",
                    "tier": "preferred",
                    "when": {"not": {"all": [{"f": False}, {"g": True}]}},
                },
            ],
        }
    )
    for facts in ({"f": True}, {"f": True, "g": False}):
        walk = ros1tree.walk(guideline, facts)
        reasons = {
            r.intervention: [(b.fact, b.holds) for b in r.because] for r in walk.recommendations
        }
        assert reasons["drug"] == [("f", "yes")]
        assert ("f", "no") in reasons["other"]
        assert all(b.value is not None for r in walk.recommendations for b in r.because)


@given(walked())
def test_reasons_decide(case: tuple[Data, Data, ros1tree.Guideline, Walk]) -> None:
    data, _, guideline, walk = case
    defaulted = {name for name, fact in data["facts"].items() if "default" in fact}
    for row in walk.recommendations:
        assert all(test.holds != "maybe" and test.value is not None for test in row.because)
        # The facts of the reasons are enough for the recommendation.
        known = ({test.fact for test in row.because} | defaulted) & set(walk.facts)
        fewer = {name: value for name, value in walk.facts.items() if name in known}
        again = ros1tree.walk(guideline, fewer)
        assert row.intervention in {r.intervention for r in again.recommendations}


def test_equal_guidelines_and_threads_share_nothing_wrong(guideline: ros1tree.Guideline) -> None:
    twin = ros1tree.loads(ros1tree.export(guideline, "json"))
    cases = [outcome.case.facts for outcome in ros1tree.cases(guideline, "ros1-nsclc").outcomes]
    expected = [ros1tree.walk(guideline, facts).to_json() for facts in cases]
    with ThreadPoolExecutor(20) as pool:
        for _ in range(5):
            walks = pool.map(lambda facts: ros1tree.walk(twin, facts).to_json(), cases)
            assert list(walks) == expected


def test_a_default_is_told() -> None:
    guideline = build(
        {"id": "d", "title": "D", "version": "1", "start": "n", "interventions": {}}
        | {"facts": {"s": {"type": "set", "values": ["a"], "default": []}}}
        | {"nodes": {"n": {"kind": "silent", "title": "N"}}}
    )
    assert ros1tree.walk(guideline, {}).to_dict()["assumed"] == {"s": []}
    walk = ros1tree.walk(guideline, {"s": ["a"]})
    assert (walk.to_dict()["facts"], walk.to_dict()["assumed"]) == ({"s": ["a"]}, {})


def test_a_walk_of_another_guideline_is_not_taken_for_this_one(
    guideline: ros1tree.Guideline,
) -> None:
    walk = ros1tree.walk(guideline, {})
    other = guideline.model_copy(update={"version": "later"})
    with pytest.raises(ros1tree.MismatchError, match=r"ros1-nsclc later, .*; walk again"):
        ros1tree.draw(other, walk, "dot")
    with pytest.raises(ros1tree.MismatchError):
        walk_report(other, walk)


def test_facts_that_are_no_mapping_are_refused_with_words(guideline: ros1tree.Guideline) -> None:
    several: list[Any] = [[], None, "metastatic"]
    for wrong in several:
        with pytest.raises(ros1tree.FactsError, match="facts: must be a mapping of facts, not"):
            ros1tree.walk(guideline, wrong)


def test_a_walk_can_be_hashed(guideline: ros1tree.Guideline) -> None:
    assert hash(ros1tree.walk(guideline, {})) == hash(ros1tree.walk(guideline, {}))


def test_wordings_of_one_tier_are_kept_together() -> None:
    offer = {"intervention": "drug", "tier": "preferred"}
    guideline = small(
        a={"kind": "workup", "title": "A", "offers": [offer], "next": [{"to": "b"}]},
        b={
            "kind": "treatment",
            "title": "B",
            "offers": [
                offer | {"wording": "only with monitoring"},
                {"intervention": "drug", "tier": "consider", "wording": "weak"},
            ],
        },
    )
    (row,) = ros1tree.walk(guideline, {}).recommendations
    assert row.wording == "only with monitoring"


@given(st.data())
def test_walks_that_share_a_memory_say_what_a_first_walk_says(data: st.DataObject) -> None:
    plain = data.draw(guidelines())
    shared = ros1tree.guideline(plain)
    for patient in data.draw(st.lists(patients(plain), min_size=2, max_size=8)):
        assume(not is_impossible(plain, patient))
        first = ros1tree.walk(ros1tree.guideline(plain), patient)
        assert ros1tree.walk(shared, patient).to_json() == first.to_json()


def test_reasons_are_on_certain_ways_alone() -> None:
    data = {
        "id": "x", "title": "X", "version": "1", "start": "s",
        "facts": {"a": {"type": "boolean"}, "b": {"type": "boolean"}},
        "interventions": {"i": {"title": "I"}},
        "nodes": {
            "s": {"kind": "workup", "title": "S", "next": [{"to": "t"}, {"to": "m", "when": {"a": True}}]},
            "m": {"kind": "workup", "title": "M", "next": [{"to": "t", "when": {"b": True}}]},
            "t": {"kind": "treatment", "title": "T", "offers": [{"intervention": "i", "tier": "preferred"}]},
        },
    }  # fmt: skip
    guideline = ros1tree.guideline(data)
    assert ros1tree.walk(guideline, {"a": True}).recommendations[0].because == ()
    both = ros1tree.walk(guideline, {"a": True, "b": True}).recommendations[0]
    assert [test.fact for test in both.because] == ["a", "b"]


def test_what_is_remembered_of_a_guideline_goes_with_it() -> None:
    guideline = ros1tree.load("ros1-nsclc")
    ros1tree.walk(guideline, {"ros1_rearrangement": "present"})
    ros1tree.cohort(guideline, pa.table({"metastatic": [True, None]}))
    gone = ref(guideline)
    del guideline
    gc.collect()
    assert gone() is None


def test_memory_is_bounded_and_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trace, "MAX_KEPT", 3)
    guideline = ros1tree.load("ros1-nsclc")
    therapies = guideline.facts["prior_therapies"]
    assert isinstance(therapies, SetFact)
    patients = [
        {"ros1_rearrangement": "present", "metastatic": True}
        | {"progressed_on": drug, "prior_therapies": [drug]}
        for drug in therapies.values
    ]
    first = [ros1tree.walk(guideline, patient) for patient in patients]
    held = trace.memory(guideline)
    assert [ros1tree.walk(guideline, patient) for patient in patients] == first
    assert trace.memory(guideline) is not held
