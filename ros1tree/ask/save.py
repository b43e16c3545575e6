"""The facts of an interview as a file that a walk reads."""

import json
import re
from collections.abc import Mapping

from ros1tree.compose import resolve
from ros1tree.errors import UnknownFormatError, shown
from ros1tree.model import Guideline, Value

SAVES = ("yaml", "yml", "json")
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_TAKEN = {"y", "n", "yes", "no", "on", "off"}
"""What other readers of YAML take for true or false."""


def saved(guideline: Guideline, facts: Mapping[str, Value], form: str) -> str:
    """Return facts as the text of a file; raises UnknownFormatError."""
    if form not in SAVES:
        raise UnknownFormatError(form, SAVES)
    # In the order of the guideline, which a reader knows.
    told = {name: facts[name] for name in guideline.facts if name in facts}
    if form == "json":
        return json.dumps(told, ensure_ascii=False, indent=2) + "\n"
    head = f"# {shown(guideline.id)} {shown(guideline.version)}\n"
    lines = [f"{_scalar(name)}: {_yaml(value)}\n" for name, value in told.items()]
    return head + ("".join(lines) or "{}\n")


def _yaml(value: Value) -> str:
    return f"[{', '.join(map(_scalar, value))}]" if isinstance(value, tuple) else _scalar(value)


def _scalar(value: object) -> str:
    if not isinstance(value, str):
        return json.dumps(value)
    plain = _PLAIN.fullmatch(value) and value.lower() not in _TAKEN and resolve(value) == value
    return value if plain else json.dumps(value, ensure_ascii=False)
