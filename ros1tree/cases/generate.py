"""Cases from the proof: few patients that cross every edge and offer, for clinicians to sign."""

from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from ros1tree.compose import resolve
from ros1tree.model import Guideline, Value
from ros1tree.proof import Patients, Reach, asked, bounded, proof
from ros1tree.walk import Walk, walk


class _Dumper(yaml.SafeDumper):
    """Quotes what YAML 1.2 would take for something else than text; PyYAML thinks of 1.1."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = None if isinstance(resolve(text), str) else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def generate(guideline: Guideline) -> str:
    """Return a file of cases that cross every edge and every offer that somebody can cross.

    Each case holds the facts that are asked on the patient's way, and the whole outcome. Raises
    TooLargeError.
    """
    found = proof(guideline)
    with bounded(guideline):
        cases = [_case(found, number, *one) for number, one in enumerate(_patients(found), 1)]
    head = (
        f"# Patients that cross every edge and every offer of {guideline.id} {guideline.version}.\n"
        "# Expected is what the guideline says now; whether that is right, a clinician decides.\n"
    )
    body = yaml.dump(
        {"cases": cases}, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100
    )
    return head + body


def _patients(found: Reach) -> Iterator[tuple[Mapping[str, Value], list[str]]]:
    """Yield patients, each with all that is known, and what they are the first to cross."""
    places = [place for place in _places(found) if place[1].satisfiable()]
    open_ = sorted(places, key=lambda place: found.space.count(place[1]))
    names = {key: name for name, key in found.reader.keys.items()}
    while open_:
        # The rarest place first, and with it as many others as one patient can cross.
        who = open_[0][1]
        for _, other in open_:
            both = who & other
            who = both if both.satisfiable() else who
        patient = found.space.one(who) or {}
        facts = {names[key]: value for key, value in patient.items()}
        here = found.reader.like(facts)
        yield facts, [place for place, who in open_ if (who & here).satisfiable()]
        open_ = [(place, who) for place, who in open_ if not (who & here).satisfiable()]


def _places(found: Reach) -> Iterator[tuple[str, Patients]]:
    for name, node in found.guideline.nodes.items():
        for place, edge in enumerate(node.next):
            yield f"{name} -> {edge.to}", found.edges[name, place]
        for place, offer in enumerate(node.offers):
            barred = "no " if offer.tier == "avoid" else ""
            yield f"{barred}{offer.intervention} at {name}", found.offer(name, place)


def _case(
    found: Reach, number: int, facts: Mapping[str, Value], crossed: list[str]
) -> dict[str, Any]:
    needed = asked(found, facts)
    known = {name: facts[name] for name in found.guideline.facts if name in needed}
    return {
        "id": f"generated-{number:02}",
        "why": f"crosses {'; '.join(crossed)}",
        "facts": {name: _plain(value) for name, value in known.items()},
        "expect": dict(_expected(found.guideline, walk(found.guideline, known))),
    }


def _plain(value: Value) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _expected(guideline: Guideline, outcome: Walk) -> Iterator[tuple[str, Any]]:
    yield "status", outcome.status
    tiers = {row.intervention: row.tier for row in outcome.recommendations}
    barred = [row.intervention for row in outcome.avoid]
    if tiers:
        yield "recommends", tiers
    if barred:
        yield "avoids", barred
    yield "not_recommends", [name for name in guideline.interventions if name not in tiers]
    yield "not_avoids", [name for name in guideline.interventions if name not in barred]
    yield "reaches", [step.node for step in outcome.steps if step.reached == "yes"]
