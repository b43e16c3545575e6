"""Measures a walk: its whole trace, against an evaluation by zen-engine and against if and else."""

import json
from pathlib import Path
from typing import Any

from ros1tree.model import (
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
    Test,
    Within,
)

ROOT = Path(__file__).resolve().parent.parent


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
                "key": f"{offer.tier}.{offer.intervention}",
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
        elif not node.next:
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
