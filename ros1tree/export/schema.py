"""The JSON Schema of a guideline's file, which editors complete and check with."""

from json import dumps
from typing import Any

from ros1tree.model import Guideline

_SCALAR = {"type": ["string", "number", "boolean"]}
_MEMBERS = {
    "anyOf": [{"type": "string"}, {"type": "array", "minItems": 1, "items": {"type": "string"}}]
}
_PARTS = {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/When"}}
TEST: dict[str, Any] = {
    "type": "object",
    "minProperties": 1,
    "additionalProperties": False,
    "properties": {
        "includes": {**_MEMBERS, "description": "The set has all of these."},
        "includes_any": {**_MEMBERS, "description": "The set has at least one of these."},
        "lacks": {**_MEMBERS, "description": "The set has none of these."},
        "empty": {"type": "boolean", "description": "The set is empty, or is not."},
        "min": {"type": "number", "description": "The lowest value that holds."},
        "max": {"type": "number", "description": "The highest value that holds."},
        "above": {"type": "number", "description": "Holds above this value."},
        "below": {"type": "number", "description": "Holds below this value."},
    },
}
WHEN: dict[str, Any] = {
    "type": "object",
    "description": "A condition on the patient's facts: fact: value; all entries must hold.",
    "properties": {
        "all": {**_PARTS, "description": "Every one of these holds."},
        "any": {**_PARTS, "description": "At least one of these holds."},
        "not": {"$ref": "#/$defs/When", "description": "This does not hold."},
    },
    "additionalProperties": {
        "anyOf": [_SCALAR, {"type": "array", "minItems": 1, "items": _SCALAR}, TEST]
    },
}


def schema() -> str:
    """Return the JSON Schema (2020-12) of a guideline's file."""
    generated = _linked(Guideline.model_json_schema())
    generated["$defs"]["When"] = WHEN
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return dumps({**head, **generated}, indent=2, ensure_ascii=False) + "\n"


def _linked(node: Any) -> Any:
    """Return the schema with every placeholder of a condition replaced by a link to it."""
    if isinstance(node, list):
        return [_linked(entry) for entry in node]
    if not isinstance(node, dict):
        return node
    if node.get("title") == "When":
        return {"$ref": "#/$defs/When", "description": node.get("description", "")}
    return {key: _linked(value) for key, value in node.items()}
