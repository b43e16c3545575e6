"""Measures a walk: its whole trace, against an evaluation by zen-engine and against if and else."""

import json
import statistics
import time
from collections.abc import Callable, Mapping
from typing import Any

import zen
from bench_cohort import patients

import ros1tree
from ros1tree.model import (
    TIERS,
    AllOf,
    AnyOf,
    Condition,
    Empty,
    Guideline,
    Includes,
    IncludesAny,
    Is,
    Lacks,
    Not,
    SetFact,
    Test,
    Within,
)


def as_zen(guideline: Guideline) -> dict[str, Any]:
    """Return the guideline as a decision graph of zen-engine with the same branches and offers."""
    nodes: list[dict[str, Any]] = [{"id": "in", "name": "in", "type": "inputNode"}]
    edges = [_edge("in", guideline.start)]
    for name, node in guideline.nodes.items():
        if node.kind == "decision":
            ways = [{"id": f"{name}>{e.to}", "condition": expression(e.when)} for e in node.next]
            policy = "first" if node.hit == "unique" else "collect"
            nodes.append(_node(name, "switchNode", {"hitPolicy": policy, "statements": ways}))
            edges += [_edge(name, e.to, f"{name}>{e.to}") for e in node.next]
            continue
        offers = [
            {
                "id": f"{name}-{place}",
                "key": f"{offer.tier}.{offer.intervention}.{name}",
                "value": expression(offer.when) or "true",
            }
            for place, offer in enumerate(node.offers)
        ]
        content = {"expressions": offers, "passThrough": True}
        nodes.append(_node(name, "expressionNode", content))
        always = [e for e in node.next if not expression(e.when)]
        asked = [e for e in node.next if expression(e.when)]
        edges += [_edge(name, e.to) for e in always]
        if asked:
            ways = [{"id": f"{name}>{e.to}", "condition": expression(e.when)} for e in asked]
            nodes.append(
                _node(f"{name} on", "switchNode", {"hitPolicy": "collect", "statements": ways})
            )
            edges.append(_edge(name, f"{name} on"))
            edges += [_edge(f"{name} on", e.to, f"{name}>{e.to}") for e in asked]
        if not always:
            edges.append(_edge(name, "out"))
    nodes.append({"id": "out", "name": "out", "type": "outputNode"})
    return {"nodes": nodes, "edges": edges}


def _node(name: str, kind: str, content: dict[str, Any]) -> dict[str, Any]:
    return {"id": name, "name": name, "type": kind, "content": content}


def _edge(source: str, target: str, handle: str = "") -> dict[str, Any]:
    edge = {"id": f"{source}->{target}", "sourceId": source, "targetId": target, "type": "edge"}
    return edge | ({"sourceHandle": handle} if handle else {})


def expression(condition: Condition) -> str:
    """Return a condition in the language of zen-engine; empty where it always holds."""
    match condition:
        case AllOf(parts):
            return " and ".join(f"({expression(part)})" for part in parts)
        case AnyOf(parts):
            return " or ".join(f"({expression(part)})" for part in parts)
        case Not(part):
            return f"not ({expression(part)})"
        case _:
            return _test(condition)


def _test(test: Test) -> str:
    match test:
        case Is(fact, values):
            texts = [json.dumps(value) for value in values]
            return f"{fact} == {texts[0]}" if len(texts) == 1 else f"{fact} in [{', '.join(texts)}]"
        case Within(fact):
            ends = ((">=", test.min), (">", test.above), ("<=", test.max), ("<", test.below))
            return " and ".join(f"{fact} {sign} {end}" for sign, end in ends if end is not None)
        case Empty(fact, empty):
            return f"len({fact}) {'==' if empty else '>'} 0"
        case Includes(fact, members):
            return " and ".join(f"some({fact}, # == {json.dumps(one)})" for one in members)
        case IncludesAny(fact, members) | Lacks(fact, members):
            some = " or ".join(f"some({fact}, # == {json.dumps(one)})" for one in members)
            return f"not ({some})" if isinstance(test, Lacks) else some


def by_hand(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what the ROS1 guideline offers a patient of whom all is known, by if and else.

    No unknown fact, no reason, no path: the least that can be written.
    """
    if facts["ros1_rearrangement"] == "not_tested":
        test = "ros1_tissue_testing", "recommended"
        return [test if facts["tumor_tissue_available"] else ("ros1_plasma_testing", "alternative")]
    if facts["ros1_rearrangement"] != "present" or not facts["metastatic"]:
        return []
    on, prior = facts["progressed_on"], facts["prior_therapies"]
    if on == "none":
        return _first(facts) if not prior else _under_way(facts)
    if on not in TKIS:
        return []
    found = [("broad_molecular_profiling", "recommended"), ("immunotherapy", "avoid")]
    if facts["plasma_testing"] == "negative":
        found.append(("tissue_rebiopsy", "consider"))
    if on == "crizotinib":
        found.append(("alectinib", "avoid"))
    return found if on == "lorlatinib" else found + _next(facts)


TKIS = ("crizotinib", "ceritinib", "entrectinib", "repotrectinib", "lorlatinib")
TESTS = {"lvef": "lvef_assessment", "uric_acid": "uric_acid_assessment",
         "qt_interval": "qt_assessment", "electrolytes": "electrolyte_assessment"}  # fmt: skip


def _under_way(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    begun = any(drug in TKIS for drug in facts["prior_therapies"])
    return [("local_therapy", "consider")] if facts["oligometastatic"] and begun else []


def _assessments(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    done = facts["baseline_assessments"]
    return [(test, "recommended") for name, test in TESTS.items() if name not in done]


def _first(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    found = [("immunotherapy", "avoid")]
    if not facts["targeted_therapy_feasible"]:
        return [*found, ("platinum_chemotherapy", "alternative")]
    found += _assessments(facts)
    found.append(("crizotinib", "recommended" if facts["brain_metastases"] else "preferred"))
    found.append(("entrectinib", "preferred"))
    if facts["repotrectinib_available"]:
        found.append(("repotrectinib", "preferred"))
    found += [("ceritinib", "alternative"), ("lorlatinib", "alternative")]
    if facts["oligometastatic"]:
        found.append(("local_therapy", "consider"))
    return found


def _next(facts: Mapping[str, Any]) -> list[tuple[str, str]]:  # noqa: C901 - that is the point
    found, prior = _assessments(facts), facts["prior_therapies"]
    if facts["progressed_on"] in ("entrectinib", "repotrectinib"):
        if "repotrectinib" not in prior:
            found.append(("repotrectinib", "recommended"))
        return [*found, ("lorlatinib", "recommended"), ("platinum_chemotherapy", "alternative")]
    early = "crizotinib" in prior or "ceritinib" in prior
    for pattern in facts["progression_pattern"]:
        if pattern == "cns" or "repotrectinib" not in prior:
            found.append(("repotrectinib", "recommended"))
        found.append(("lorlatinib", "recommended"))
        if pattern == "limited" and early:
            found.append(("entrectinib", "consider"))
        if pattern == "limited" and facts["oligoprogression"]:
            found.append(("local_therapy", "consider"))
        if pattern == "cns" and early:
            found.append(("entrectinib", "recommended"))
        if pattern == "cns" and facts["symptomatic_cns_lesions"]:
            found.append(("stereotactic_radiosurgery", "consider"))
        if pattern == "symptomatic_systemic":
            found += [("platinum_chemotherapy", "alternative"), ("clinical_trial", "consider")]
    return found


def people(number: int) -> list[dict[str, Any]]:
    """Return different patients of whom everything is known."""
    guideline = ros1tree.load("ros1-nsclc")
    found = []
    for row in patients(number, unknown=0).to_pylist():
        patient = {name: row[name] for name in guideline.facts if name in row}
        for name, fact in guideline.facts.items():
            if isinstance(fact, SetFact):
                patient[name] = [member for member in fact.values if row[f"{name}.{member}"]]
        found.append(patient)
    return found


def walk() -> None:
    """Print how long a walk takes, against zen-engine and against if and else."""
    guideline = ros1tree.load("ros1-nsclc")
    decision = zen.ZenEngine().create_decision(json.dumps(as_zen(guideline)))
    crowd = people(2000)
    _agree(guideline, decision, crowd)
    ways: dict[str, Callable[[dict[str, Any]], Any]] = {
        "a walk with its whole trace": lambda facts: ros1tree.walk(guideline, facts),
        "zen-engine, no trace": decision.evaluate,
        "if and else": by_hand,
    }
    fresh = ros1tree.load("ros1-nsclc")
    begin = time.perf_counter()
    for facts in crowd:
        ros1tree.walk(fresh, facts)
    first = (time.perf_counter() - begin) / len(crowd) * 1e6
    print(f"2,000 different ones, nothing remembered before: {first:.1f} us a walk")
    for title, group in (("one patient, again and again", None), ("2,000 different ones", crowd)):
        took = {
            name: _each(way, group or [_heaviest(guideline, crowd)] * 2000)
            for name, way in ways.items()
        }
        base, peer, least = took.values()
        print(
            f"{title}: " + ", ".join(f"{name} {each * 1e6:.1f} us" for name, each in took.items())
        )
        print(f"  zen-engine takes {peer / base:.1f} times the walk (must: 5),"
              f" the walk {base / least:.0f} times if and else")  # fmt: skip


def _heaviest(guideline: Guideline, crowd: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a patient who gets most."""
    return max(crowd, key=lambda facts: len(ros1tree.walk(guideline, facts).recommendations))


def _each(way: Callable[[dict[str, Any]], Any], group: list[dict[str, Any]]) -> float:
    """Return the seconds that one patient takes: the median of the passes over all."""
    passes = []
    for _ in range(5):
        begin = time.perf_counter()
        for facts in group:
            way(facts)
        passes.append((time.perf_counter() - begin) / len(group))
    return statistics.median(passes)


def _agree(guideline: Guideline, decision: Any, crowd: list[dict[str, Any]]) -> None:
    """Stop where the three ways do not offer and bar the same."""
    for facts in crowd:
        walked = ros1tree.walk(guideline, facts)
        expected = {r.intervention for r in walked.recommendations} | {
            a.intervention for a in walked.avoid
        }
        result = decision.evaluate(facts)["result"]
        offers = [(name, by) for tier in TIERS for name, by in result.get(tier, {}).items()]
        told = {name for name, by in offers if any(by.values())}
        hand = {name for name, _ in by_hand(facts)}
        if not expected == told == hand:
            raise SystemExit(f"the ways disagree on {facts}:\n{expected}\n{told}\n{hand}")
