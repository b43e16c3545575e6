"""A review as a person or a machine reads it: text, Markdown for a pull request, SARIF."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import version
from itertools import groupby
from shlex import quote
from typing import Any
from urllib.parse import quote as address

from ros1tree.condition import known_words
from ros1tree.errors import UnknownFormatError, UnknownNameError
from ros1tree.model import Guideline, Value
from ros1tree.proof import outcome_title
from ros1tree.prose import markdown, per_cent
from ros1tree.review.engine import Review
from ros1tree.review.finding import RULES, Finding
from ros1tree.review.summary import Part, Summary

_LEVELS = {"error": "error", "warning": "warning", "info": "note"}
"""What severities are called where findings are counted, and in SARIF."""
_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)


def written(guideline: Guideline, found: Review, form: str) -> str:
    """Return a review as text, json, markdown or sarif; raises UnknownFormatError."""
    if form not in FORMATS:
        raise UnknownFormatError(form, FORMATS)
    return FORMATS[form](guideline, found)


def _text(guideline: Guideline, found: Review) -> str:
    lines = [line for finding in found.findings for line in _finding(guideline, finding)]
    return "\n".join([*lines, _counted(found)]) + "\n"


def _finding(guideline: Guideline, finding: Finding) -> Iterator[str]:
    yield f"{_place(finding)} {finding.severity} {finding.rule}: {finding.message}"
    if finding.patients is not None and finding.share is not None:
        yield f"  patients: {finding.patients:,} ({per_cent(finding.share)})"
    if finding.witness is not None:
        given = " ".join(_argument(name, value) for name, value in finding.witness.items())
        yield f"  such as:  {_patient(guideline, finding.witness)}"
        if finding.line:
            yield f"  see it:   ros1tree walk -g {quote(finding.file)} {given}".rstrip()
    yield f"  remedy:   {finding.remedy}"
    yield ""


def _place(finding: Finding) -> str:
    return f"{finding.file}:{finding.line}" if finding.line else finding.file


def _argument(name: str, value: Value) -> str:
    if isinstance(value, bool):
        return f"--fact {name}={str(value).lower()}"
    return f"--fact {quote(f'{name}={_joined(value)}')}"


def _joined(value: Value) -> str:
    return ",".join(value) if isinstance(value, tuple) else str(value)


def _patient(guideline: Guideline, facts: Mapping[str, Value]) -> str:
    told = (known_words(name, guideline.facts[name], value) for name, value in facts.items())
    return "; ".join(told) or "anybody"


def _counted(found: Review) -> str:
    numbers = ((found.count(kind), name) for kind, name in _LEVELS.items())
    counts = ", ".join(f"{count} {name}{'' if count == 1 else 's'}" for count, name in numbers)
    return f"{counts}, {len(found.waived)} waived; {found.patients:,} possible patients"


def _json(_: Guideline, found: Review) -> str:
    return found.to_json(indent=2) + "\n"


def _markdown(guideline: Guideline, found: Review) -> str:
    return "\n".join(_pages(guideline, found)) + "\n"


def _pages(guideline: Guideline, found: Review) -> Iterator[str]:
    yield f"# Review of {markdown(guideline.title)}\n"
    named = f"{found.guideline['id']} {markdown(found.guideline['version'])}, {guideline.status}"
    yield f"{named}. {_counted(found)}."
    yield (
        "\nEvery combination of facts that the guideline thinks possible was looked at, not a"
        " sample. A share is one of these combinations, not of the patients of a clinic."
    )
    titles = {"error": "Errors", "warning": "Warnings", "info": "For information"}
    for severity, title in titles.items():
        yield from _chapter(guideline, [f for f in found.findings if f.severity == severity], title)
    yield from _chapter(guideline, list(found.waived), "Accepted, with a reason")


def _chapter(guideline: Guideline, findings: list[Finding], title: str) -> Iterator[str]:
    if findings:
        yield f"\n## {title}"
    for rule, group in groupby(findings, lambda finding: finding.rule):
        entries = list(group)
        holds = RULES[rule].holds
        yield f"\n### {holds[:1].upper()}{holds[1:]} ({len(entries)})\n"
        yield f"{RULES[rule].why} (Rule `{rule}`.)\n"
        for finding in entries:
            yield from _entry(guideline, finding)


def _entry(guideline: Guideline, finding: Finding) -> Iterator[str]:
    told = finding.message[:1].upper() + finding.message[1:].rstrip(".")
    yield f"- **{markdown(told)}.** ({markdown(_place(finding))})"
    if finding.patients is not None and finding.share is not None:
        yield f"  - Holds for {finding.patients:,} combinations ({per_cent(finding.share)})"
    if finding.witness is not None:
        yield f"  - Such as: {markdown(_patient(guideline, finding.witness))}"
    if finding.waived:
        yield f"  - Accepted: {markdown(finding.waived)}"
    elif finding.severity != "info":
        yield f"  - To do: {markdown(finding.remedy)}"


def _sarif(_: Guideline, found: Review) -> str:
    rules = [
        {
            "id": name,
            "shortDescription": {"text": rule.holds},
            "fullDescription": {"text": rule.why},
            "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        }
        for name, rule in RULES.items()
    ]
    driver = {"name": "ros1tree", "version": version("ros1tree"), "rules": rules}
    results = [_result(finding) for finding in (*found.findings, *found.waived)]
    log = {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": results, "columnKind": "utf16CodeUnits"}],
    }
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def _literal(text: str) -> str:
    """Return text in which SARIF sees neither placeholders nor links."""
    return re.sub(r"[\[\]\\]", r"\\\g<0>", text).replace("{", "{{").replace("}", "}}")


def _result(finding: Finding) -> dict[str, Any]:
    region = {"region": {"startLine": finding.line}} if finding.line else {}
    place = {"artifactLocation": {"uri": address(finding.file.replace("\\", "/"))}, **region}
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "level": _LEVELS[finding.severity],
        "message": {"text": _literal(f"{finding.message}. Remedy: {finding.remedy}")},
        "locations": [{"physicalLocation": place}],
        "properties": {
            "patients": finding.patients,
            "share": finding.share,
            "witness": None if finding.witness is None else dict(finding.witness),
        },
    }
    if finding.waived:
        result["suppressions"] = [{"kind": "inSource", "justification": finding.waived}]
    return result


FORMATS: Mapping[str, Callable[[Guideline, Review], str]] = {
    "text": _text, "json": _json, "markdown": _markdown, "sarif": _sarif,
}  # fmt: skip
"""How a review can be written."""


def explained(rule: str) -> str:
    """Return what a rule looks for, in words; raises UnknownNameError."""
    if rule not in RULES:
        raise UnknownNameError("rule", rule, RULES)
    found = RULES[rule]
    return f"{rule} ({found.severity}): {found.holds}.\n{found.why}\n"


def summarised(guideline: Guideline, found: Summary) -> str:
    """Return a guideline in numbers, as text."""
    return "\n".join(_numbers(guideline, found)) + "\n"


def _numbers(guideline: Guideline, found: Summary) -> Iterator[str]:
    yield f"{guideline.title}: {guideline.id} {guideline.version}"
    yield f"{found.nodes} nodes, {found.facts} facts, {found.patients:,} possible patients"
    yield ""
    for words, part in (
        ("are recommended something", found.recommended),
        ("meet silence", found.silent),
        ("cannot be answered: the guideline fails", found.unanswered),
    ):
        yield f"{_part(part)} {words}"
    last = ""
    for outcome, part in found.outcomes:
        what, _, tier = outcome
        if (group := tier or what) != last:
            yield from ("", group.upper())
            last = group
        yield f"{_part(part)} {outcome_title(guideline, outcome)}"
    yield ""
    nodes = guideline.nodes
    yield f"longest path: {' > '.join(nodes[name].title for name in found.longest_path)}"
    if found.most_questions is not None:
        yield f"questions for one patient: {found.fewest_questions} to {found.most_questions} facts"


def _part(part: Part) -> str:
    return f"{part.patients:>20,} {per_cent(part.share):>9}"
