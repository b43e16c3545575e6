"""The meaning of a walk, read in the plainest way from a guideline's data.

Written against the data format alone, with no line shared with the package, so that both can be
wrong only separately. Truth is "T", "F" or "U".
"""

from collections.abc import Callable
from typing import Any

Data = dict[str, Any]

TIERS = ["preferred", "recommended", "alternative", "consider"]


def k_and(truths: list[str]) -> str:
    return "F" if "F" in truths else "U" if "U" in truths else "T"


def k_or(truths: list[str]) -> str:
    return "T" if "T" in truths else "U" if "U" in truths else "F"


def k_not(truth: str) -> str:
    return {"T": "F", "F": "T", "U": "U"}[truth]


def holds(when: Data, facts: Data) -> str:
    truths = []
    for name, test in when.items():
        if name == "all":
            truths.append(k_and([holds(part, facts) for part in test]))
        elif name == "any":
            truths.append(k_or([holds(part, facts) for part in test]))
        elif name == "not":
            truths.append(k_not(holds(test, facts)))
        elif name not in facts:
            truths.append("U")
        else:
            truths.append("T" if matches(test, facts[name]) else "F")
    return k_and(truths)


def many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


WORDS: dict[str, Callable[[Any, Any], bool]] = {
    "includes": lambda value, limit: all(member in value for member in many(limit)),
    "includes_any": lambda value, limit: any(member in value for member in many(limit)),
    "lacks": lambda value, limit: not any(member in value for member in many(limit)),
    "empty": lambda value, limit: (len(value) == 0) == limit,
    "min": lambda value, limit: value >= limit,
    "max": lambda value, limit: value <= limit,
    "above": lambda value, limit: value > limit,
    "below": lambda value, limit: value < limit,
}


def matches(test: Any, value: Any) -> bool:
    if isinstance(test, dict):
        return all(WORDS[word](value, limit) for word, limit in test.items())
    return any(value == wanted for wanted in many(test))


def asks(when: Data) -> set[str]:
    names: set[str] = set()
    for name, test in when.items():
        if name in ("all", "any"):
            for part in test:
                names |= asks(part)
        elif name == "not":
            names |= asks(test)
        else:
            names.add(name)
    return names


def with_defaults(guideline: Data, facts: Data) -> Data:
    defaults = {n: f["default"] for n, f in guideline["facts"].items() if "default" in f}
    return defaults | facts


def is_impossible(guideline: Data, facts: Data) -> bool:
    known = with_defaults(guideline, facts)
    return any(holds(rule["when"], known) == "T" for rule in guideline["impossible"])


def walk(guideline: Data, supplied: Data) -> Data:
    facts = with_defaults(guideline, supplied)
    nodes = guideline["nodes"]

    def when(entry: Data) -> str:
        return holds(entry.get("when", {}), facts)

    def unknown(entry: Data) -> set[str]:
        return {name for name in asks(entry.get("when", {})) if name not in facts}

    def reached(node: str) -> str:
        ways = [
            k_and([reached(source), when(edge)])
            for source in nodes
            for edge in nodes[source]["next"]
            if edge["to"] == node
        ]
        return "T" if node == guideline["start"] else k_or(ways)

    def waits(node: str) -> set[str]:
        found: set[str] = set()
        if reached(node) != "U":
            return found
        for source in nodes:
            for edge in nodes[source]["next"]:
                if edge["to"] == node and k_and([reached(source), when(edge)]) == "U":
                    found |= waits(source)
                    if when(edge) == "U":
                        found |= unknown(edge)
        return found

    reach = {node: reached(node) for node in nodes}
    certain = [node for node in nodes if reach[node] == "T"]
    made = [
        (node, offer, k_and([reach[node], when(offer)]))
        for node in nodes
        for offer in nodes[node]["offers"]
    ]
    tiers: dict[str, str] = {}
    offered_at: dict[str, set[str]] = {}
    barred_at: dict[str, set[str]] = {}
    for node, offer, truth in made:
        name, tier = offer["intervention"], offer["tier"]
        if truth != "T":
            continue
        if tier == "avoid":
            barred_at.setdefault(name, set()).add(node)
            continue
        offered_at.setdefault(name, set()).add(node)
        if name not in tiers or TIERS.index(tier) < TIERS.index(tiers[name]):
            tiers[name] = tier

    possible = set()
    for node, offer, truth in made:
        name, tier = offer["intervention"], offer["tier"]
        if truth != "U":
            continue
        if tier == "avoid" and name in barred_at:
            continue
        if tier != "avoid" and name in tiers and TIERS.index(tiers[name]) <= TIERS.index(tier):
            continue
        depends = waits(node) | (unknown(offer) if when(offer) == "U" else set())
        possible.add((name, tier, node, frozenset(depends)))

    missing: dict[str, set[str]] = {}
    faults = set()
    for node in certain:
        for entry in [*nodes[node]["next"], *nodes[node]["offers"]]:
            if when(entry) == "U":
                for fact in unknown(entry):
                    missing.setdefault(fact, set()).add(node)
        if nodes[node]["kind"] == "decision":
            true = [edge["to"] for edge in nodes[node]["next"] if when(edge) == "T"]
            if all(when(edge) == "F" for edge in nodes[node]["next"]):
                faults.add((node, "gap", frozenset[str]()))
            if nodes[node].get("hit", "unique") == "unique" and len(true) > 1:
                faults.add((node, "overlap", frozenset(true)))

    silent = {node for node in certain if nodes[node]["kind"] == "silent"}
    status = (
        "fault" if faults else "incomplete" if missing else "not_covered" if silent else "complete"
    )
    return {
        "status": status,
        "reached": {node: truth for node, truth in reach.items() if truth != "F"},
        "taken": {
            (node, edge["to"]): k_and([reach[node], when(edge)])
            for node in nodes
            if reach[node] != "F"
            for edge in nodes[node]["next"]
        },
        "recommendations": {name: (tier, offered_at[name]) for name, tier in tiers.items()},
        "avoid": barred_at,
        "possible": possible,
        "missing": missing,
        "conflicts": set(tiers) & set(barred_at),
        "faults": faults,
        "not_covered": silent,
        "notes": {
            (node, note["says"])
            for node in certain
            for note in nodes[node]["notes"]
            if when(note) == "T"
        },
    }
