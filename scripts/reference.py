"""The reference page, made from the code: commands, Python names, the data format, errors."""

import inspect
import re
from collections.abc import Iterator
from typing import Any

import click

import ros1tree
from ros1tree import cli, errors
from ros1tree.cases import Case, Expectation
from ros1tree.draw import FORMATS as DRAWINGS
from ros1tree.export.schema import TEST, WHEN
from ros1tree.model import (
    AnyFact,
    BooleanFact,
    ChoiceFact,
    Condition,
    Edge,
    Evidence,
    Guideline,
    Impossible,
    IntegerFact,
    Intervention,
    Node,
    Note,
    NumberFact,
    Offer,
    Reference,
    Remark,
    Repeat,
    SetFact,
    Source,
    Statement,
    Waiver,
)
from ros1tree.review import RULES

MODELS = (
    Guideline, Source, Remark, Reference, Statement, BooleanFact, ChoiceFact, SetFact, IntegerFact,
    NumberFact, Impossible, Repeat, Intervention, Node, Edge, Offer, Note, Evidence, Waiver, Case,
    Expectation,
)  # fmt: skip
KINDS = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "array": "list",
}
HEAD = """# Reference

Generated from the code by `scripts/fix`; do not edit.
"""


def reference() -> str:
    """Return the page."""
    parts = (_commands(), _python(), _format(), _rules(), _errors())
    return "\n".join([HEAD, *(line for part in parts for line in part)]) + "\n"


def _commands() -> Iterator[str]:
    yield "## Commands\n"
    for name, command in sorted(cli.cli.commands.items()):
        context = click.Context(command, info_name=f"ros1tree {name}", max_content_width=88)
        yield f"### `ros1tree {name}`\n\n```text\n{command.get_help(context)}\n```\n"
    yield f"Drawings: {_listed(DRAWINGS)}. Exports: {_listed(cli.EXPORTS)}.\n"


def _listed(names: Any) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _python() -> Iterator[str]:
    yield "## Python\n\n| name | what it is |\n|---|---|"
    for name in ros1tree.__all__:
        thing = getattr(ros1tree, name)
        first = (inspect.getdoc(thing) or "").splitlines()[0]
        call = f"`{name}`" if inspect.isclass(thing) else f"`{name}`<br>`{name}{_signature(thing)}`"
        yield f"| {call} | {first} |"
    yield ""


def _signature(function: Any) -> str:
    text = str(inspect.signature(function)).replace("'", "")
    for alias, name in ((Condition, "Condition"), (AnyFact, "AnyFact")):
        text = text.replace(inspect.formatannotation(alias), name)
    text = re.sub(r"\b(?:ros1tree|typing|pathlib|collections)\.(?:[a-z_]+\.)*(?=[A-Z])", "", text)
    return text.replace("ros1tree.", "").replace("|", "\\|")


def _format() -> Iterator[str]:
    yield "## The data format\n"
    yield "A key with * is required. Names are letters, digits, `_`, `-` and `+`.\n"
    for model in MODELS:
        properties = model.model_json_schema()["properties"]
        yield f"### {model.__name__}\n\n{(inspect.getdoc(model) or '').splitlines()[0]}\n"
        yield "| key | what stands there | meaning |\n|---|---|---|"
        for name, field in model.model_fields.items():
            mark = "*" if field.is_required() else ""
            yield f"| `{name}`{mark} | {_kind(properties[name])} | {field.description} |"
        yield ""
    yield "### Conditions\n\nAll entries of a condition must hold.\n"
    yield "| entry | holds when |\n|---|---|"
    yield "| `fact: value` | the fact has this value |"
    yield "| `fact: [a, b]` | the fact has one of these values |"
    for word, told in TEST["properties"].items():
        yield f"| `fact: {{{word}: …}}` | {told['description']} |"
    for word, told in WHEN["properties"].items():
        yield f"| `{word}: …` | {told['description']} |"
    yield ""


def _kind(schema: dict[str, Any]) -> str:
    """Return what stands behind a key: text, number, list, mapping, or the allowed values."""
    if "anyOf" in schema:
        kinds = (_kind(option) for option in schema["anyOf"] if option != {"type": "null"})
        return " or ".join(dict.fromkeys(kinds))
    if schema.get("title") == "When":
        return "condition"
    values = schema.get("enum", [schema["const"]] if "const" in schema else [])
    return _listed(values) if values else KINDS.get(schema.get("type", ""), "mapping")


def _rules() -> Iterator[str]:
    yield "## The rules of a review\n"
    yield "| rule | severity | holds when | why it matters |\n|---|---|---|---|"
    for name, rule in RULES.items():
        yield f"| `{name}` | {rule.severity} | {rule.holds} | {rule.why} |"
    yield ""


def _errors() -> Iterator[str]:
    tree = inspect.cleandoc(errors.__doc__ or "").split("\n\n", 1)[1]
    yield f"## Errors\n\n```text\n{inspect.cleandoc(tree)}\n```"
