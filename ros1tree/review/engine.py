"""All rules over one guideline: drafts become findings with lines, examples, counts and waivers."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any

from ros1tree.compose import Location
from ros1tree.document import Document, read_file
from ros1tree.errors import UnknownNameError, nearest
from ros1tree.load import find
from ros1tree.model import FrozenDict, Guideline
from ros1tree.proof import Reach, bounded, proof, witness
from ros1tree.review.finding import RULES, SEVERITIES, Draft, Finding
from ros1tree.review.rules.flow import flow, questions
from ros1tree.review.rules.ground import Uncrossed, crossed, declared, grounded
from ros1tree.review.rules.offers import impossible, offers, silence
from ros1tree.review.rules.tests import conditions

_PROVED: tuple[Callable[[Reach], Iterator[Draft]], ...] = (
    flow, questions, conditions, offers, impossible, silence,
)  # fmt: skip
_READ: tuple[Callable[[Guideline], Iterator[Draft]], ...] = (declared, grounded)


@dataclass(frozen=True, slots=True)
class Review:
    """What a review found, the gravest first; what the guideline accepts stands in `waived`."""

    guideline: FrozenDict[str, str]
    """Its id, version and digest."""
    patients: int
    """How many patients are possible, exactly."""
    findings: tuple[Finding, ...]
    waived: tuple[Finding, ...]

    def count(self, severity: str) -> int:
        """Return how many findings are of a severity."""
        return sum(finding.severity == severity for finding in self.findings)

    def to_dict(self) -> dict[str, Any]:
        """Return the review as plain data, the same as its JSON."""
        return {
            "guideline": dict(self.guideline),
            "patients": self.patients,
            "findings": [_data(finding) for finding in self.findings],
            "waived": [_data(finding) for finding in self.waived],
        }

    def to_json(self, indent: int | None = None) -> str:
        """Return the review as JSON."""
        return json.dumps(self.to_dict(), indent=indent, ensure_ascii=False)


def _data(finding: Finding) -> dict[str, Any]:
    data = asdict(finding)
    if finding.witness is not None:
        data["witness"] = dict(finding.witness)
    return data


def review(
    guideline: Guideline,
    source: str | Path | None = None,
    *,
    uncrossed: Uncrossed | None = None,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
) -> Review:
    """Review a guideline over every patient that is possible.

    With its `source`, a path or the id of a bundled guideline, findings name file and line. Where
    `uncrossed` says what no case crosses, that is found too. Only rules that are selected and not
    ignored look. Raises UnknownNameError for a rule that there is not, and TooLargeError.
    """
    wanted = _wanted(select, ignore)
    found = proof(guideline)
    document = _document(guideline, source)
    maker = _Maker(found, document)
    with bounded(guideline):
        made = [maker.finding(draft) for draft in _drafts(found, uncrossed)]
    open_, waived = _waived(guideline, made)
    looked = set(RULES) - (
        set() if uncrossed is not None else {"uncrossed-edge", "uncrossed-offer"}
    )
    stale = [maker.finding(draft) for draft in _stale(guideline, waived, looked)]
    return Review(
        FrozenDict({"id": guideline.id, "version": guideline.version, "digest": guideline.digest}),
        found.space.count(found.possible),
        _sorted(finding for finding in (*open_, *stale) if finding.rule in wanted),
        _sorted(finding for finding in waived if finding.rule in wanted),
    )


def _document(guideline: Guideline, source: str | Path | None) -> Document:
    """Return the file with its lines, named from here where it is below."""
    if source is None or source == "-":
        return Document(guideline.id, None)
    path = find(source)
    return read_file(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


def _wanted(select: Iterable[str], ignore: Iterable[str]) -> set[str]:
    chosen, left = tuple(select), tuple(ignore)
    for name in (*chosen, *left):
        if name not in RULES:
            raise UnknownNameError("rule", name, RULES)
    return (set(chosen) or set(RULES)) - set(left)


def _drafts(found: Reach, uncrossed: Uncrossed | None) -> Iterator[Draft]:
    # Without any patient, every place is unreachable; that says nothing more.
    proved = _PROVED if found.possible.satisfiable() else (impossible,)
    yield from chain.from_iterable(rule(found) for rule in proved)
    yield from chain.from_iterable(rule(found.guideline) for rule in _READ)
    if uncrossed is not None:
        yield from crossed(found, uncrossed)


class _Maker:
    def __init__(self, found: Reach, document: Document) -> None:
        self.found = found
        self.document = document
        self.all = found.space.count(found.possible)

    def finding(self, draft: Draft) -> Finding:
        facts = count = share = None
        if draft.who is not None:
            facts = FrozenDict(witness(self.found, draft.who, draft.goals))
            count = self.found.space.count(draft.who)
            share = count / self.all
        return Finding(
            rule=draft.rule,
            severity=RULES[draft.rule].severity,
            file=self.document.file,
            line=self._line(draft.at),
            node=draft.node or None,
            edge=draft.edge or None,
            message=" ".join(draft.message.split()),
            remedy=" ".join(draft.remedy.split()),
            witness=facts,
            patients=count,
            share=share,
        )

    def _line(self, at: Location) -> int | None:
        return self.document.place(at)[0] or None


def _waived(guideline: Guideline, findings: list[Finding]) -> tuple[list[Finding], list[Finding]]:
    """Part what is found from what the guideline accepts."""
    open_: list[Finding] = []
    waived: list[Finding] = []
    for finding in findings:
        reasons = [
            waiver.because
            for waiver in guideline.waive
            if waiver.rule == finding.rule and waiver.node in (None, finding.node)
        ]
        if reasons:
            waived.append(replace(finding, waived="; ".join(reasons)))
        else:
            open_.append(finding)
    return open_, waived


def _stale(guideline: Guideline, waived: list[Finding], looked: set[str]) -> Iterator[Draft]:
    for place, waiver in enumerate(guideline.waive):
        if waiver.rule in RULES and waiver.rule not in looked:
            continue
        if not any(f.rule == waiver.rule and waiver.node in (None, f.node) for f in waived):
            where = f" at '{waiver.node}'" if waiver.node else ""
            near = "" if waiver.rule in RULES else nearest(waiver.rule, RULES) or "no such rule"
            yield Draft(
                "unused-waiver", ("waive", place),
                f"nothing is found of '{waiver.rule}'{where}", near or "remove the waiver",
                waiver.node or "",
            )  # fmt: skip


def _sorted(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    rank = list(RULES)
    return tuple(
        sorted(
            findings,
            key=lambda f: (SEVERITIES.index(f.severity), rank.index(f.rule), f.line or 0),
        )
    )
