"""A guideline's file becomes a guideline, or every problem in it, in the order of the file."""

from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from ros1tree.compose import MAX_PROBLEMS, Location
from ros1tree.document import Document, read, read_bytes, read_file
from ros1tree.errors import GuidelineError, Problem, listed, nearest, shown
from ros1tree.model import AnyFact, Fact, Guideline
from ros1tree.validation import validate

MAX_CYCLES = 20
SUFFIXES = (".yaml", ".yml", ".json")

_FACT: TypeAdapter[AnyFact] = TypeAdapter(Fact)


def load(source: str | Path) -> Guideline:
    """Load a guideline from a file, from standard input (`-`), or a bundled one by its id.

    Raises GuidelineError with every problem of the file.
    """
    return _guideline(read_file(source if source == "-" else find(source)))


def loads(text: str | bytes, file: str = "text") -> Guideline:
    """Load a guideline from YAML or JSON text; `file` names it in messages."""
    return _guideline(read_bytes(text, file) if isinstance(text, bytes) else read(text, file))


def guideline(data: Mapping[str, Any]) -> Guideline:
    """Build a guideline from the data of a file; checked as a file is."""
    return _guideline(Document("guideline", data))


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
        guideline, found = validate(document, Guideline, _names(document.value))
        problems += [*found, *islice(_graph_problems(document), MAX_PROBLEMS)]
        if guideline is not None and not problems:
            return guideline
    raise GuidelineError(problems)


def _names(data: Any) -> dict[str, Any]:
    """Return what the file declares, as far as it can be read, for validators to compare with."""
    statements, references = (_table(data, key) for key in ("statements", "references"))
    return {
        "node": _table(data, "nodes").keys(),
        "intervention": _table(data, "interventions").keys(),
        "fact": _table(data, "facts").keys(),
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


def _graph_problems(document: Document) -> Iterator[Problem]:
    """Yield what is wrong with the shape of the graph, as far as the file can be read."""
    ways = dict(_ways(document.value))
    for node, edges in ways.items():
        seen: set[str] = set()
        for place, to in edges:
            if to in seen:
                remedy = "make one edge of them, with 'any' for two reasons to go"
                text = f"a second edge from '{shown(node)}' to '{shown(to)}'"
                yield document.problem(place, text, remedy)
            seen.add(to)
    for place, cycle in islice(_cycles(ways), MAX_CYCLES):
        shortened = [*cycle[:10], "…", *cycle[-2:]] if len(cycle) > 13 else cycle
        text = f"a cycle: {' -> '.join(map(shown, shortened))}"
        yield document.problem(place, text, "remove one of its edges")


_Ways = dict[str, list[tuple[Location, str]]]


def _ways(data: Any) -> Iterator[tuple[str, list[tuple[Location, str]]]]:
    for name, node in _table(data, "nodes").items():
        edges = node.get("next") if isinstance(node, Mapping) else None
        found = enumerate(edges) if isinstance(edges, list) else ()
        yield (
            name,
            [
                (("nodes", name, "next", index, "to"), edge["to"])
                for index, edge in found
                if isinstance(edge, Mapping) and isinstance(edge.get("to"), str)
            ],
        )


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
