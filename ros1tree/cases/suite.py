"""Patient vignettes with their expected outcomes, and which edges and offers they cross."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import ConfigDict

from ros1tree.document import Document, read_file
from ros1tree.errors import CasesError, Problem
from ros1tree.facts import inspect
from ros1tree.load import find
from ros1tree.model import (
    FactRef,
    FrozenDict,
    Guideline,
    Id,
    InterventionRef,
    Many,
    NodeRef,
    Strict,
    Text,
    Tier,
)
from ros1tree.validation import validate
from ros1tree.walk import Walk, offers, walk

Interventions = Annotated[tuple[InterventionRef, ...], Many]


class Expectation(Strict):
    """What a walk must tell; what is left out is not looked at."""

    status: Literal["complete", "incomplete", "not_covered", "fault"] | None = None
    """The walk's status."""
    recommends: FrozenDict[InterventionRef, Tier] = FrozenDict()
    """Interventions that are certainly recommended, in exactly this tier."""
    recommends_any_tier: Interventions = ()
    """Interventions that are certainly recommended, in whichever tier."""
    not_recommends: Interventions = ()
    """Interventions that are neither recommended nor still possible."""
    avoids: Interventions = ()
    """Interventions that are certainly barred."""
    not_avoids: Interventions = ()
    """Interventions that are neither barred nor may still be."""
    missing: Annotated[tuple[FactRef, ...], Many] = ()
    """Facts that are named as missing."""
    notes_about: Annotated[tuple[FactRef, ...], Many] = ()
    """Facts whose note is shown."""
    reaches: Annotated[tuple[NodeRef, ...], Many] = ()
    """Nodes that are certainly reached."""


class Case(Strict):
    """A patient and the expected outcome."""

    id: Id
    """The name of the case."""
    why: Text | None = None
    """Why the case is there."""
    facts: FrozenDict[str, Any]
    """The patient's facts."""
    expect: Expectation
    """What the walk must tell."""


class CasesFile(Strict):
    """A file of cases; every other key is a template that cases take over with `<<`."""

    model_config = ConfigDict(extra="allow")

    cases: Annotated[tuple[Case, ...], Many]
    """The cases."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One expectation that was not met."""

    expectation: str
    """The key under `expect`."""
    expected: str
    got: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """A case that was walked, and what of it failed."""

    case: Case
    walk: Walk
    failures: tuple[Failure, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """All cases of a file: what failed, and what of the guideline none of them crosses."""

    outcomes: tuple[Outcome, ...]
    uncrossed_edges: tuple[tuple[str, str], ...]
    """Edges, as source and target, that no case certainly takes."""
    uncrossed_offers: tuple[tuple[str, str, int], ...]
    """Offers, as node, intervention and place in the node's list, that no case certainly gets."""

    def to_json(self, indent: int | None = None) -> str:
        """Return what a machine needs of the run."""
        cases = [
            {
                "id": o.case.id,
                "why": o.case.why,
                "status": o.walk.status,
                "failures": [*map(asdict, o.failures)],
            }
            for o in self.outcomes
        ]
        data = {
            "passed": len(self.outcomes) - len(self.failed),
            "failed": len(self.failed),
            "cases": cases,
            "uncrossed_edges": [{"node": node, "to": to} for node, to in self.uncrossed_edges],
            "uncrossed_offers": [
                {"node": node, "intervention": name, "offer": index}
                for node, name, index in self.uncrossed_offers
            ],
        }
        return json.dumps(data, indent=indent, ensure_ascii=False)

    @property
    def uncrossed_places(self) -> tuple[tuple[str, int], ...]:
        """The same offers, as node and place alone."""
        return tuple((node, place) for node, _, place in self.uncrossed_offers)

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """The cases that failed."""
        return tuple(outcome for outcome in self.outcomes if outcome.failures)


def cases(guideline: Guideline, source: str | Path) -> Run:
    """Run the cases of a file, or those that stand beside a bundled guideline, given by its id.

    Raises CasesError with every problem of the file.
    """
    bundled = isinstance(source, str) and not _is_file(source)
    return run(guideline, load_cases(guideline, beside(source) if bundled else source))


def _is_file(source: str) -> bool:
    return source == "-" or find(source) == Path(source)


def beside(guideline: str | Path) -> Path:
    """Return the path of the cases that belong to a guideline, given by path or bundled id."""
    path = find(guideline)
    return path.with_name(f"{path.stem}.cases.yaml")


def load_cases(guideline: Guideline, source: str | Path) -> tuple[Case, ...]:
    """Load cases from a file or standard input (`-`); raises CasesError with every problem."""
    document = read_file(source)
    problems = list(document.problems)
    found: CasesFile | None = None
    if not problems or document.value is not None:
        found, wrong = validate(document, CasesFile, _names(guideline))
        problems += [*wrong, *_wrong_facts(guideline, document), *_twice(document)]
    if found is None or problems:
        raise CasesError(problems)
    return found.cases


def _names(guideline: Guideline) -> dict[str, Any]:
    return {
        "intervention": guideline.interventions,
        "node": guideline.nodes,
        "fact": guideline.facts,
    }


def _listed_cases(document: Document) -> Iterator[tuple[int, Mapping[str, Any]]]:
    listed = document.value.get("cases") if isinstance(document.value, Mapping) else None
    for index, case in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(case, Mapping):
            yield index, case


def _wrong_facts(guideline: Guideline, document: Document) -> Iterator[Problem]:
    for index, case in _listed_cases(document):
        values = case.get("facts")
        for misfit in inspect(guideline, values)[1] if isinstance(values, Mapping) else ():
            place = ("cases", index, "facts", *misfit.at)
            yield document.problem(place, misfit.message, misfit.remedy)


def _twice(document: Document) -> Iterator[Problem]:
    seen: set[Any] = set()
    for index, case in _listed_cases(document):
        name = case.get("id")
        if isinstance(name, str) and name in seen:
            place = ("cases", index, "id")
            yield document.problem(place, "another case has this id", "rename one of the two")
        seen.add(name if isinstance(name, str) else None)


def run(guideline: Guideline, cases: Iterable[Case]) -> Run:
    """Walk every case and compare; a failure is a value, never an exception."""
    outcomes = tuple(_outcome(guideline, case) for case in cases)
    walks = [outcome.walk for outcome in outcomes]
    taken = {(s.node, e.to) for w in walks for s in w.steps for e in s.edges if e.taken == "yes"}
    made = {(m.node, m.place) for w in walks for m in offers(guideline, w) if m.held}
    edges = ((name, edge.to) for name, node in guideline.nodes.items() for edge in node.next)
    all_offers = (
        (name, offer.intervention, index)
        for name, node in guideline.nodes.items()
        for index, offer in enumerate(node.offers)
    )
    return Run(
        outcomes,
        uncrossed_edges=tuple(edge for edge in edges if edge not in taken),
        uncrossed_offers=tuple(o for o in all_offers if (o[0], o[2]) not in made),
    )


def _outcome(guideline: Guideline, case: Case) -> Outcome:
    found = walk(guideline, case.facts)
    return Outcome(case, found, tuple(_failures(case.expect, found)))


def _failures(expect: Expectation, found: Walk) -> Iterator[Failure]:
    if expect.status not in (None, found.status):
        yield Failure("status", str(expect.status), found.status)
    tiers = {row.intervention: row.tier for row in found.recommendations}
    for name, tier in expect.recommends.items():
        if tiers.get(name) != tier:
            yield Failure("recommends", f"{name}: {tier}", tiers.get(name, "not recommended"))
    for name in expect.recommends_any_tier:
        if name not in tiers:
            yield Failure("recommends_any_tier", name, "not recommended")
    possible = {p.intervention: "still possible" for p in found.possible if p.tier != "avoid"}
    yield from _present("not_recommends", expect.not_recommends, {**possible, **tiers})
    barred = {row.intervention: "barred" for row in found.avoid}
    perhaps = {p.intervention: "may still be barred" for p in found.possible if p.tier == "avoid"}
    yield from _present("not_avoids", expect.not_avoids, {**perhaps, **barred})
    yield from _absent("avoids", expect.avoids, barred)
    yield from _absent("missing", expect.missing, (row.fact for row in found.missing))
    noted = (fact for note in found.notes for fact in note.facts)
    yield from _absent("notes_about", expect.notes_about, noted)
    reached = (step.node for step in found.steps if step.reached == "yes")
    yield from _absent("reaches", expect.reaches, reached)


def _present(key: str, unwanted: Iterable[str], got: Mapping[str, str]) -> Iterator[Failure]:
    for name in unwanted:
        if name in got:
            yield Failure(key, f"not {name}", got[name])


def _absent(key: str, expected: Iterable[str], got: Iterable[str]) -> Iterator[Failure]:
    names = tuple(dict.fromkeys(got))
    for name in expected:
        if name not in names:
            yield Failure(key, name, ", ".join(names) or "none")
