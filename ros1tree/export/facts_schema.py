"""The JSON Schema of a patient's facts: what it accepts, `ros1tree walk` accepts.

Impossible combinations are part of it. They are three-valued conditions, so each is read twice:
when it is certainly true, and when it is certainly false. A fact that is absent or null makes a
test neither, unless it has a default.
"""

from collections.abc import Mapping
from json import dumps
from typing import Any

from ros1tree.condition import truth
from ros1tree.model import (
    LARGEST,
    AllOf,
    AnyFact,
    AnyOf,
    BooleanFact,
    ChoiceFact,
    Condition,
    Empty,
    Guideline,
    Includes,
    IncludesAny,
    IntegerFact,
    Is,
    Lacks,
    Not,
    NumberFact,
    SetFact,
    Test,
    Within,
)

Schema = dict[str, Any]

_NEVER: Schema = {"not": {}}


def facts_schema(guideline: Guideline) -> str:
    """Return the JSON Schema (2020-12) of the facts of a patient."""
    schema: Schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Facts of a patient for {guideline.id} {guideline.version}",
        "type": "object",
        "additionalProperties": False,
        "properties": {name: _fact(fact) for name, fact in guideline.facts.items()},
    }
    barred = [
        {
            "description": rule.because or "no patient has this",
            "not": _certain(rule.when, guideline.facts, held=True),
        }
        for rule in guideline.impossible
    ]
    if barred:
        schema["allOf"] = barred
    return dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _fact(fact: AnyFact) -> Schema:
    told = {"title": fact.title, "description": fact.question, "$comment": fact.help}
    schema: Schema = {key: text for key, text in told.items() if text}
    if fact.default is not None:
        schema["default"] = fact.default
    return schema | _domain(fact)


def _domain(fact: AnyFact) -> Schema:
    match fact:
        case BooleanFact():
            return {"type": ["boolean", "null"]}
        case ChoiceFact():
            return {"enum": [*fact.values, None]}
        case SetFact():
            return {
                "type": ["array", "null"],
                "items": {"enum": [*fact.values]},
            }
        case IntegerFact() | NumberFact():
            kind = "integer" if isinstance(fact, IntegerFact) else "number"
            low = -LARGEST if fact.min is None else fact.min
            high = LARGEST if fact.max is None else fact.max
            return {"type": [kind, "null"], "minimum": low, "maximum": high}


def _certain(condition: Condition, facts: Mapping[str, AnyFact], *, held: bool) -> Schema:
    """Return the schema of the facts that make a condition certainly true, or certainly false."""
    match condition:
        case Not(part):
            return _certain(part, facts, held=not held)
        case AllOf(parts) | AnyOf(parts):
            word = "allOf" if isinstance(condition, AllOf) is held else "anyOf"
            inner = [_certain(part, facts, held=held) for part in parts]
            return {word: inner} if inner else ({} if word == "allOf" else _NEVER)
        case _:
            return _test(condition, facts[condition.fact], held=held)


def _test(test: Test, fact: AnyFact, *, held: bool) -> Schema:
    matching = _value(test) if held else {"not": _value(test)}
    known: Schema = {
        "required": [test.fact],
        "properties": {test.fact: {"allOf": [{"not": {"type": "null"}}, matching]}},
    }
    if fact.default is None or truth(test, {test.fact: fact.value(fact.default)}) is not held:
        return known
    absent: Schema = {"properties": {test.fact: {"type": "null"}}}
    return {"anyOf": [known, absent]}


def _value(test: Test) -> Schema:
    match test:
        case Is(_, values):
            return {"enum": list(values)}
        case Within():
            words = {
                "minimum": test.min,
                "maximum": test.max,
                "exclusiveMinimum": test.above,
                "exclusiveMaximum": test.below,
            }
            return {word: end for word, end in words.items() if end is not None}
        case Empty(_, empty):
            return {"maxItems": 0} if empty else {"minItems": 1}
        case Includes(_, members):
            return {"allOf": [_contains(member) for member in members]}
        case IncludesAny(_, members):
            return {"anyOf": [_contains(member) for member in members]}
        case Lacks(_, members):
            return {"not": {"anyOf": [_contains(member) for member in members]}}


def _contains(member: str) -> Schema:
    return {"contains": {"const": member}}
