"""What changed in the file, by meaning: facts, nodes, edges, offers, conditions, citations."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from ros1tree.condition import words
from ros1tree.model import Condition, Guideline, Node, to_data

_Tree = Mapping[str, "str | _Tree"]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is there on one side alone, or says something else on the other."""

    what: str
    """What sort of thing it is: fact, node, edge, offer, note, statement, …"""
    where: str
    before: str | None
    """What it said; None where it was not there."""
    after: str | None
    whole: bool
    """Whether the thing itself came or went, and not a part of it."""

    @property
    def word(self) -> str:
        """What happened to it: added, removed or changed."""
        if not self.whole or (self.before is not None and self.after is not None):
            return "changed"
        return "added" if self.before is None else "removed"


def changes(old: Guideline, new: Guideline) -> tuple[Change, ...]:
    """Return what changed from one version of a guideline to another, in the order of the file."""
    return tuple(_compared(_described(old), _described(new), (), "guideline"))


_NOUNS = {
    "references": "reference", "statements": "statement", "sections": "section", "facts": "fact",
    "impossible": "impossible combination", "repeats": "repeat", "interventions": "intervention",
    "nodes": "node", "next": "edge", "offers": "offer", "notes": "note", "evidence": "figure",
    "waive": "waiver", "remarks": "remark",
}  # fmt: skip


def _compared(before: _Tree, after: _Tree, at: tuple[str, ...], what: str) -> Iterator[Change]:
    for key in dict.fromkeys((*before, *after)):
        one, other = before.get(key), after.get(key)
        if one == other:
            continue
        here = (*at, key)
        listed = len(at) == 1 or (len(at) == 3 and at[0] == "nodes")
        noun = _NOUNS.get(at[-1], what) if listed else what
        if isinstance(one, Mapping) and isinstance(other, Mapping):
            yield from _compared(one, other, here, noun)
        else:
            whole = listed and at[-1] in _NOUNS
            yield Change(noun, ".".join(here), _told(one), _told(other), whole)


def _told(thing: "str | _Tree | None") -> str | None:
    if thing is None or isinstance(thing, str):
        return None if thing is None else str(thing)  # of a condition its words alone
    parts = (f"{key}: {_told(value)}" for key, value in thing.items() if value)
    return "; ".join(parts)


def _described(guideline: Guideline) -> _Tree:
    """Return a guideline as texts; entries of lists stand under what names them."""
    said = {
        name: _entries(guideline, getattr(guideline, name))
        for name in ("references", "statements", "interventions", "facts")
    }
    top = _fields(guideline, guideline, leave=(*said, *_APART))
    return {
        **top,
        **said,
        "sections": dict(guideline.sections),
        "order of sections": ", ".join(guideline.sections),
        "remarks": _listed(guideline, guideline.remarks, "says"),
        "impossible": _listed(guideline, guideline.impossible, "when"),
        "repeats": _listed(guideline, guideline.repeats, "fact"),
        "waive": _listed(guideline, guideline.waive, "rule", "node"),
        "nodes": {name: _node(guideline, node) for name, node in guideline.nodes.items()},
    }


_APART = ("sections", "remarks", "impossible", "repeats", "waive", "nodes")


def _entries(guideline: Guideline, entries: Mapping[str, BaseModel]) -> _Tree:
    return {name: _fields(guideline, entry) for name, entry in entries.items()}


def _node(guideline: Guideline, node: Node) -> _Tree:
    lists = {
        "offers": _listed(guideline, node.offers, "intervention"),
        "notes": _listed(guideline, node.notes, "says"),
        "evidence": _listed(guideline, node.evidence, "intervention", "measure", "population"),
        "next": _listed(guideline, node.next, "to"),
    }
    return {**_fields(guideline, node, leave=lists), **lists}


def _listed(guideline: Guideline, entries: Iterable[BaseModel], *by: str) -> _Tree:
    """Return entries of a list by what names them; a second one of a name has a number."""
    found: dict[str, _Tree] = {}
    for entry in entries:
        parts = (getattr(entry, key) for key in by)
        told = (str(to_data(p)) if isinstance(p, Condition) else str(p) for p in parts if p)
        name = first = " ".join(told)
        number = 2
        while name in found:
            name, number = f"{first} ({number})", number + 1
        found[name] = _fields(
            guideline, entry, leave=by if len(by) == 1 and by != ("when",) else ()
        )
    return found


def _fields(guideline: Guideline, entry: BaseModel, leave: Iterable[str] = ()) -> _Tree:
    """Return what an entry says; what is left at its default says nothing."""
    said = {
        name: getattr(entry, name)
        for name, field in type(entry).model_fields.items()
        if name not in set(leave) and getattr(entry, name) != field.get_default()
    }
    return {name: _value(guideline, value) or "none" for name, value in said.items()}


class _Condition(str):
    """A condition in words, that is equal to another by what it means and not by its words."""

    __slots__ = ("data",)
    data: Any

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Condition) and self.data == other.data

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = str.__hash__


def _value(guideline: Guideline, value: Any) -> str:
    if isinstance(value, Condition):
        said = _Condition(words(value, guideline.facts))
        said.data = to_data(value)
        return said
    if isinstance(value, BaseModel):
        return _told(_fields(guideline, value)) or ""
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {value[name]}" for name in sorted(value))
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
