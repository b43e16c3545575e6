"""Data that stand in a document become a model, or problems at their lines and columns."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Annotated, Any, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError

from ros1tree.compose import MAX_PROBLEMS, Location
from ros1tree.document import Document
from ros1tree.errors import Problem, listed, nearest, shown
from ros1tree.model import AnyFact, FrozenDict, Misfit, kind_of

M = TypeVar("M", bound=BaseModel)

_EXPECTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "date_from_datetime_parsing": "a date, YYYY-MM-DD",
    "date_parsing": "a date, YYYY-MM-DD",
}


def validate(
    document: Document, model: type[M], context: Mapping[str, Any]
) -> tuple[M | None, list[Problem]]:
    """Return the model that a document holds, or None and what is wrong in it.

    `context` holds the names that references are compared with, by kind.
    """
    try:
        return model.model_validate(document.value, context=dict(context)), []
    except ValidationError as error:
        told = error.errors(include_url=False)
        return None, list(_capped(document, model, told))


def _capped(document: Document, model: type[BaseModel], told: list[Any]) -> Iterator[Problem]:
    """Yield the problems of the first errors; to name the remedies of all of junk takes long."""
    for error in told[:MAX_PROBLEMS]:
        yield from islice(_problems(document, model, error), MAX_PROBLEMS)
    if (more := len(told) - MAX_PROBLEMS) > 0:
        yield Problem(document.file, "", f"{more:,} more problems", "mend the first ones first")


def _problems(document: Document, model: type[BaseModel], error: Any) -> Iterator[Problem]:
    """Say in our words what pydantic found, at its line and column."""
    location = _location(document.value, error["loc"], absent=error["type"] == "missing")
    context = error.get("ctx", {})
    match error["type"]:
        case "misfits":
            for misfit in context["misfits"].value:
                yield _misfit(document, location, misfit)
        case "problem":
            yield document.problem(location, context["message"], context["remedy"].value)
        case "missing":
            field = _model_at(model, error["loc"][:-1]).model_fields[str(location[-1])]
            yield document.problem(location, "is missing", f"add it: {field.description}")
        case "extra_forbidden":
            allowed = _model_at(model, error["loc"][:-1]).model_fields
            remedy = nearest(str(location[-1]), allowed) or f"allowed: {listed(allowed, 20)}"
            yield document.problem(location, "unknown key", remedy)
        case "literal_error" | "union_tag_invalid" | "union_tag_not_found":
            yield _not_allowed(document, location, error)
        case kind:
            yield _wrong_type(document, location, kind, error)


def _misfit(document: Document, location: Location, misfit: Misfit) -> Problem:
    return document.problem((*location, *misfit.at), misfit.message, misfit.remedy)


def _not_allowed(document: Document, location: Location, error: Any) -> Problem:
    context = error["ctx"]
    if error["type"] == "union_tag_not_found":
        kinds = [_tag(option) for option in get_args(AnyFact)]
        return document.problem((*location, "type"), "is missing", f"allowed: {listed(kinds)}")
    tag = error["type"] == "union_tag_invalid"
    value = context["tag"] if tag else error["input"]
    allowed = (context["expected_tags"] if tag else context["expected"]).replace(" or ", ", ")
    names = [name.strip().strip("'") for name in allowed.split(",")]
    close = nearest(value, names) if isinstance(value, str) else ""
    remedy = f"allowed: {listed(names)}" + (f"; {close}" if close else "")
    place = (*location, "type") if tag else location
    return document.problem(place, f"{kind_of(value)} is not allowed", remedy)


def _wrong_type(document: Document, location: Location, kind: str, error: Any) -> Problem:
    value = error["input"]
    expected = _EXPECTED.get(kind)
    if expected is None:
        return document.problem(
            location, f"{kind_of(value)} does not fit: {shown(error['msg'], 120)}"
        )
    quote = expected == "text" and isinstance(value, bool | int | float)
    message = f"must be {expected}, not {kind_of(value)}"
    return document.problem(location, message, "put it in quotes" if quote else "")


def _location(data: Any, loc: tuple[str | int, ...], *, absent: bool) -> Location:
    """Return pydantic's path without what is not in the file: union tags and marks of keys.

    Where a key is `absent` the last step stays: it names the key.
    """
    steps: list[str | int] = []
    for step in loc[:-1] if absent else loc:
        if _has(data, step):
            data = data[step]
            steps.append(step)
    return (*steps, *loc[-1:]) if absent else tuple(steps)


def _has(data: Any, step: str | int) -> bool:
    if isinstance(data, Mapping):
        return step in data
    return isinstance(data, list) and isinstance(step, int) and step < len(data)


def _model_at(root: type[BaseModel], loc: Iterable[str | int]) -> type[BaseModel]:
    """Return the model whose keys stand at pydantic's path `loc`."""
    kind: Any = root
    for step in loc:
        kind = _bare(_inside(kind, step))
    model: type[BaseModel] = kind
    return model


def _inside(kind: Any, step: str | int) -> Any:
    """Return the type one step inside: of a key, of a list's entries, of a union's tag."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind.model_fields[str(step)].annotation
    if get_origin(kind) is tuple:
        return get_args(kind)[0]
    if get_origin(kind) is FrozenDict:
        return get_args(kind)[1]
    return next(option for option in get_args(kind) if _tag(option) == step)


def _bare(kind: Any) -> Any:
    """Return a type without its annotations and without `None`."""
    if get_origin(kind) is Annotated:
        return _bare(get_args(kind)[0])
    options = [option for option in get_args(kind) if option is not type(None)]
    return _bare(options[0]) if type(None) in get_args(kind) and len(options) == 1 else kind


def _tag(fact: type[BaseModel]) -> str:
    tag: str = get_args(fact.model_fields["type"].annotation)[0]
    return tag
