"""A guideline's file becomes a guideline, or every problem in it, in the order of the file."""

import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError

from ros1tree.document import Document, Location, read, read_bytes
from ros1tree.errors import GuidelineError, Problem, listed, nearest, shown
from ros1tree.model import AnyFact, Fact, FrozenDict, Guideline, Misfit, kind_of

MAX_PROBLEMS = 1000
SUFFIXES = (".yaml", ".yml", ".json")

_FACT: TypeAdapter[AnyFact] = TypeAdapter(Fact)
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
    "too_short": "a list of two numbers",
    "too_long": "a list of two numbers",
}


def load(source: str | Path) -> Guideline:
    """Load a guideline from a file, from standard input (`-`), or a bundled one by its id.

    Raises GuidelineError with every problem of the file.
    """
    if source == "-":
        return _guideline(read_bytes(sys.stdin.buffer.read(), "standard input"))
    path = find(source)
    return _guideline(read_bytes(path, str(path)))


def loads(text: str, file: str = "text") -> Guideline:
    """Load a guideline from YAML or JSON text; `file` names it in messages."""
    return _guideline(read(text, file))


def find(source: str | Path) -> Path:
    """Return the path of a guideline that is given by path or by the id of a bundled one."""
    if isinstance(source, Path) or source.endswith(SUFFIXES) or "/" in source or "\\" in source:
        return Path(source)
    known = bundled()
    if source in known:
        return known[source]
    remedy = nearest(source, known) or f"bundled: {listed(known)}; a path ends in .yaml or .json"
    raise GuidelineError([Problem(shown(source), "", "no bundled guideline has this id", remedy)])


def bundled() -> dict[str, Path]:
    """Return the guidelines that travel with the package, by id."""
    package = Path(__file__).parent
    # An installed wheel has graphs/ inside the package, a checkout beside it.
    folder = next((f for f in (package / "graphs", package.parent / "graphs") if f.is_dir()), None)
    paths = sorted(folder.glob("*.yaml")) if folder else []
    return {p.stem.replace("_", "-"): p for p in paths if not p.stem.endswith(".cases")}


def _guideline(document: Document) -> Guideline:
    problems = list(document.problems)
    if not problems or document.value is not None:
        guideline, found = _validated(document)
        problems += found
        if guideline is not None and not problems:
            return guideline
    problems.sort(key=lambda problem: (problem.line, problem.column))
    raise GuidelineError(_capped(problems))


def _capped(problems: list[Problem]) -> list[Problem]:
    more = len(problems) - MAX_PROBLEMS
    if more <= 0:
        return problems
    last = problems[MAX_PROBLEMS - 1]
    text = f"{more:,} more problems are not shown"
    return [*problems[:MAX_PROBLEMS], Problem(last.file, "", text, "mend these first", last.line)]


def _validated(document: Document) -> tuple[Guideline | None, list[Problem]]:
    data = document.value
    problems = list(_graph_problems(document))
    try:
        return Guideline.model_validate(data, context=_names(data)), problems
    except ValidationError as error:
        told = error.errors(include_url=False)
        return None, problems + [p for e in told for p in _problems(document, e)]


def _names(data: Any) -> dict[str, Any]:
    """Return what the file declares, as far as it can be read, for validators to compare with."""
    statements, references = (_table(data, key) for key in ("statements", "references"))
    return {
        "node": _table(data, "nodes").keys(),
        "intervention": _table(data, "interventions").keys(),
        "section": _table(data, "sections").keys(),
        "reference": references.keys(),
        "statement or reference": [*statements, *references],
        "facts": {name: _fact(raw) for name, raw in _table(data, "facts").items()},
    }


def _table(data: Any, key: str) -> Mapping[str, Any]:
    table = data.get(key) if isinstance(data, Mapping) else None
    return table if isinstance(table, Mapping) else {}


def _fact(raw: Any) -> AnyFact | None:
    try:
        return _FACT.validate_python(raw)
    except ValidationError:
        return None


def _problems(document: Document, error: Any) -> Iterator[Problem]:
    """Say in our words what pydantic found, at its line and column."""
    location = _location(document.value, error["loc"])
    context = error.get("ctx", {})
    match error["type"]:
        case "misfits":
            for misfit in context["misfits"]:
                yield _misfit(document, location, misfit)
        case "problem":
            yield document.problem(location, context["message"], context["remedy"])
        case "missing":
            field = _model_at(error["loc"][:-1]).model_fields[str(location[-1])]
            yield document.problem(location, "is missing", f"add it: {field.description}")
        case "extra_forbidden":
            allowed = _model_at(error["loc"][:-1]).model_fields
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
        return document.problem(location, f"{kind_of(value)} does not fit: {shown(error['msg'], 120)}")
    quote = expected == "text" and isinstance(value, bool | int | float)
    message = f"must be {expected}, not {kind_of(value)}"
    return document.problem(location, message, "put it in quotes" if quote else "")


def _location(data: Any, loc: Iterable[str | int]) -> Location:
    """Return pydantic's path without what is not in the file: union tags and marks of keys."""
    steps: list[str | int] = []
    path = list(loc)
    for index, step in enumerate(path):
        last = index == len(path) - 1
        if isinstance(data, Mapping) and step in data:
            data = data[step]
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            data = data[step]
        elif not (last and isinstance(data, Mapping) and step != "[key]"):
            continue
        steps.append(step)
    return tuple(steps)


def _model_at(loc: Iterable[str | int]) -> type[BaseModel]:
    """Return the model whose keys stand at pydantic's path `loc`."""
    kind: Any = Guideline
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


def _graph_problems(document: Document) -> Iterator[Problem]:
    """Yield what is wrong with the shape of the graph, as far as the file can be read."""
    ways = dict(_ways(document.value))
    for node, edges in ways.items():
        targets = [to for _, to in edges]
        for index, (place, to) in enumerate(edges):
            if to in targets[:index]:
                remedy = "make one edge of them, with 'any' for two reasons to go"
                yield document.problem(place, f"a second edge from '{shown(node)}' to '{shown(to)}'", remedy)
    for place, cycle in _cycles(ways):
        text = " -> ".join(shown(node) for node in cycle)
        yield document.problem(place, f"a cycle: {text}", "remove one of its edges")


_Ways = dict[str, list[tuple[Location, str]]]


def _ways(data: Any) -> Iterator[tuple[str, list[tuple[Location, str]]]]:
    for name, node in _table(data, "nodes").items():
        edges = node.get("next") if isinstance(node, Mapping) else None
        found = enumerate(edges) if isinstance(edges, list) else ()
        yield name, [
            (("nodes", name, "next", index, "to"), edge["to"])
            for index, edge in found
            if isinstance(edge, Mapping) and isinstance(edge.get("to"), str)
        ]


def _cycles(ways: _Ways) -> Iterator[tuple[Location, list[str]]]:
    """Yield each cycle that closes in a walk of the whole graph, with the edge that closes it."""
    done: set[str] = set()
    for start in ways:
        path: list[str] = []
        on_path: dict[str, int] = {}
        agenda: list[tuple[str, Iterator[tuple[Location, str]]]] = []
        if start not in done:
            _enter(start, ways, path, on_path, agenda)
        while agenda:
            node, edges = agenda[-1]
            place, to = next(edges, ((), ""))
            if not place:
                agenda.pop()
                done.add(path.pop())
                del on_path[node]
            elif to in on_path:
                yield place, [*path[on_path[to] :], to]
            elif to in ways and to not in done:
                _enter(to, ways, path, on_path, agenda)


def _enter(
    node: str,
    ways: _Ways,
    path: list[str],
    on_path: dict[str, int],
    agenda: list[tuple[str, Iterator[tuple[Location, str]]]],
) -> None:
    on_path[node] = len(path)
    path.append(node)
    agenda.append((node, iter(ways[node])))
