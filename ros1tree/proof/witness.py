"""One patient as an example: no more facts than are needed to show it in a walk."""

from collections.abc import Iterable, Mapping

from ros1tree.condition import facts_of, support, truth
from ros1tree.model import Condition, Value
from ros1tree.proof.reach import Reach
from ros1tree.proof.space import Patients

Goal = tuple[str, tuple[Condition, ...]]
"""A node to reach, and conditions there to be decided, true or false."""


def witness(found: Reach, who: Patients, goals: Iterable[Goal]) -> dict[str, Value]:
    """Return few facts of one patient of a set that is not empty, enough to reach the goals."""
    usual = {
        name: fact.value(fact.default)
        for name, fact in found.guideline.facts.items()
        if fact.default is not None
    }
    # Somebody whose facts are at their defaults, if there is anybody, needs fewer words.
    plain = who & found.reader.like(usual)
    patient = found.space.one(plain if plain.satisfiable() else who)
    if patient is None:
        raise ValueError("nobody is in this set")
    names = {key: name for name, key in found.reader.keys.items()}
    facts = {names[key]: value for key, value in patient.items() if key in names}
    needed: set[str] = set()
    paths = _paths(found, facts)
    for node, whens in goals:
        needed |= paths[node]
        for when in whens:
            needed |= {test.fact for test in support(when, facts)}
    told = found.guideline.facts
    # A default takes part in a walk unless something else is said.
    needed |= {
        name
        for name, fact in told.items()
        if fact.default is not None and fact.value(fact.default) != facts[name]
    }
    return {name: facts[name] for name in told if name in needed}


def _paths(found: Reach, facts: Mapping[str, Value]) -> dict[str, frozenset[str]]:
    """Return for every node that a patient reaches the facts of a way that needs few of them."""
    guideline = found.guideline
    paths: dict[str, frozenset[str]] = {guideline.start: frozenset()}
    for name in found.nodes:  # in the order of the graph
        if name not in paths:
            continue
        for edge in guideline.nodes[name].next:
            if truth(edge.when, facts):
                way = paths[name].union(test.fact for test in support(edge.when, facts))
                if edge.to not in paths or len(way) < len(paths[edge.to]):
                    paths[edge.to] = way
    return paths


def asked(found: Reach, facts: Mapping[str, Value]) -> set[str]:
    """Return the facts that a patient of whom all is known is asked, and defaults that differ."""
    guideline = found.guideline
    reached, names = {guideline.start}, set[str]()
    for name in found.nodes:
        node = guideline.nodes[name]
        if name not in reached:
            continue
        for when in (*(edge.when for edge in node.next), *(offer.when for offer in node.offers)):
            names |= {*facts_of(when)}
        reached |= {edge.to for edge in node.next if truth(edge.when, facts)}
    return names | {
        name
        for name, fact in guideline.facts.items()
        if fact.default is not None and fact.value(fact.default) != facts[name]
    }
