"""Measures the review: ROS1, guidelines of growing size, and other ways to ask the same."""

import itertools
import resource
import time
from collections.abc import Callable, Mapping
from typing import Any

import z3

import ros1tree
from ros1tree.condition import truth
from ros1tree.graph import order
from ros1tree.model import AllOf, AnyOf, BooleanFact, Condition, Guideline, Is, Not
from ros1tree.proof import Space, reach


def woven(nodes: int) -> Guideline:
    """Return a guideline whose ways part and meet again: three facts for every five nodes."""
    entries: dict[str, Any] = {}
    facts: list[str] = []
    for block in range(nodes // 5):
        ask, guard, state = (f"{kind}{block}" for kind in ("ask", "guard", "state"))
        facts += [ask, guard, state]
        after = f"q{block + 1}" if block + 1 < nodes // 5 else "end"
        entries[f"q{block}"] = _decision({f"a{block}": {ask: True}, f"b{block}": {ask: False}})
        entries[f"a{block}"] = _treatment(block, {guard: True}, f"s{block}")
        entries[f"b{block}"] = _treatment(block + 1, {guard: False, state: True}, f"s{block}")
        entries[f"s{block}"] = _decision({after: {state: True}, f"x{block}": {state: False}})
        entries[f"x{block}"] = {"kind": "silent", "title": "Nothing is said"}
    entries["end"] = {"kind": "silent", "title": "End"}
    return ros1tree.guideline(
        {
            "id": "woven", "title": "Woven", "version": "1", "start": "q0",
            "facts": {name: {"type": "boolean"} for name in facts},
            "interventions": {f"i{n}": {"title": f"I{n}"} for n in range(20)}, "nodes": entries,
        }
    )  # fmt: skip


def _decision(ways: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "kind": "decision",
        "title": "Question?",
        "next": [{"to": to, "when": when} for to, when in ways.items()],
    }


def _treatment(number: int, when: dict[str, Any], after: str) -> dict[str, Any]:
    offer = {"intervention": f"i{number % 20}", "tier": "preferred", "when": when}
    return {"kind": "treatment", "title": "Treat", "offers": [offer], "next": [{"to": after}]}


def timed(task: Callable[[], Any]) -> tuple[float, Any]:
    """Return how many milliseconds of process time a task takes, and what it returns."""
    begin = time.process_time()
    found = task()
    return (time.process_time() - begin) * 1000, found


def growth() -> None:
    """Print how the review grows with the guideline."""
    guideline = ros1tree.load("ros1-nsclc")
    took, found = timed(lambda: ros1tree.review(guideline))
    print(f"review of ROS1: {took:.0f} ms, {found.patients:,} possible patients")
    took, _ = timed(lambda: ros1tree.diff(guideline, guideline))
    print(f"diff of ROS1 with itself: {took:.0f} ms")
    for nodes in (100, 300, 1000, 3000):
        large = woven(nodes)
        took, found = timed(lambda large=large: ros1tree.review(large))  # type: ignore[misc]
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        size = f"{len(large.nodes)} nodes, {len(large.facts)} facts"
        print(
            f"review of {size}: {took:.0f} ms, {len(found.findings)} findings, peak {peak:.0f} MB"
        )


def gaps(guideline: Guideline) -> int:
    """Return how many decisions have a gap or an overlap, by decision diagrams."""
    found = reach(Space(guideline), guideline)
    return sum(who.satisfiable() for _, who in found.faults())


def gaps_by_z3(guideline: Guideline) -> int:
    """Return the same, asked of z3: one satisfiability question for each decision and kind."""
    known = {name: z3.Bool(name) for name in guideline.facts}
    ways: dict[str, list[Any]] = {guideline.start: [z3.BoolVal(val=True)]}
    solver, faults = z3.Solver(), 0
    for name in order(guideline):
        node = guideline.nodes[name]
        here = z3.Bool(f"reach {name}")
        solver.add(here == z3.Or(ways.get(name, [z3.BoolVal(val=False)])))
        taken = [_formula(edge.when, known) for edge in node.next]
        for edge, when in zip(node.next, taken, strict=True):
            ways.setdefault(edge.to, []).append(z3.And(here, when))
        if node.kind == "decision":
            both = [z3.And(one, other) for one, other in itertools.combinations(taken, 2)]
            faults += solver.check(here, z3.Or(z3.Not(z3.Or(taken)), *both)) == z3.sat
    return faults


def _formula(condition: Condition, known: Mapping[str, Any]) -> Any:
    match condition:
        case AllOf(parts):
            return z3.And([_formula(part, known) for part in parts])
        case AnyOf(parts):
            return z3.Or([_formula(part, known) for part in parts])
        case Not(part):
            return z3.Not(_formula(part, known))
        case Is(fact, (value,)):
            return known[fact] if value else z3.Not(known[fact])
        case _:
            raise NotImplementedError


def gaps_by_enumeration(guideline: Guideline) -> int:
    """Return the same, looking at each patient."""
    names = list(guideline.facts)
    assert all(isinstance(fact, BooleanFact) for fact in guideline.facts.values())  # noqa: S101
    faults: set[str] = set()
    for values in itertools.product((False, True), repeat=len(names)):
        facts = dict(zip(names, values, strict=True))
        reached = {guideline.start}
        for name in order(guideline):
            node = guideline.nodes[name]
            if name in reached:
                taken = [edge.to for edge in node.next if truth(edge.when, facts)]
                reached.update(taken)
                if node.kind == "decision" and len(taken) != 1:
                    faults.add(name)
    return len(faults)


def others() -> None:
    """Print how long other ways take for the same answer, in the same run."""
    small, large = woven(20), woven(1000)
    for title, guideline, ways in (
        (f"{len(small.facts)} facts", small, (gaps, gaps_by_z3, gaps_by_enumeration)),
        (f"{len(large.facts)} facts", large, (gaps, gaps_by_z3)),
    ):
        base, counts = 0.0, set[int]()
        for way in ways:
            took, count = timed(lambda way=way, guideline=guideline: way(guideline))  # type: ignore[misc]
            base = base or took
            counts.add(count)
            ratio = f"{took:.1f} ms, {took / base:.1f} times the first"
            print(f"gaps and overlaps, {title}, {way.__name__}: {ratio}, {count} found")
        if len(counts) > 1:
            raise SystemExit(f"the ways disagree: {counts}")


def review() -> None:
    """Measure the review."""
    growth()
    others()
