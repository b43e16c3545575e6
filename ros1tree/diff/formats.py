"""A difference as a person or a machine reads it: text, and Markdown for a pull request."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from ros1tree.condition import known_words
from ros1tree.diff.changes import Change
from ros1tree.diff.engine import Diff
from ros1tree.diff.patients import Example, Group, Shift
from ros1tree.errors import UnknownFormatError
from ros1tree.model import Guideline
from ros1tree.prose import markdown, per_cent
from ros1tree.walk import Walk


def written(old: Guideline, new: Guideline, found: Diff, form: str) -> str:
    """Return a difference as text, json or markdown; raises UnknownFormatError."""
    if form not in FORMATS:
        raise UnknownFormatError(form, FORMATS)
    return FORMATS[form](old, new, found)


def _json(_: Guideline, __: Guideline, found: Diff) -> str:
    return found.to_json(indent=2) + "\n"


def _text(old: Guideline, new: Guideline, found: Diff) -> str:
    return "\n".join(_Page(old, new, found, _Marks("", "  ", str)).lines()) + "\n"


def _markdown(old: Guideline, new: Guideline, found: Diff) -> str:
    return "\n".join(_Page(old, new, found, _Marks("## ", "- ", markdown)).lines()) + "\n"


FORMATS: Mapping[str, Callable[[Guideline, Guideline, Diff], str]] = {
    "text": _text, "json": _json, "markdown": _markdown,
}  # fmt: skip
"""How a difference can be written."""


@dataclass(frozen=True, slots=True)
class _Marks:
    """What stands before a heading and an entry, and how text is quoted."""

    head: str
    item: str
    quote: Callable[[str], str]


class _Page:
    """The lines of a difference; Markdown and text differ in their marks alone."""

    def __init__(self, old: Guideline, new: Guideline, found: Diff, marks: _Marks) -> None:
        self.old, self.new, self.found = old, new, found
        self.head, self.item, self.quote = marks.head, marks.item, marks.quote

    def lines(self) -> Iterator[str]:
        old, new = self.found.old, self.found.new
        yield self.quote(f"{old['id']} {old['version']} -> {new['id']} {new['version']}")
        yield ""
        yield f"{self.head}What changed in the file"
        yield ""
        if not self.found.changes:
            yield f"{self.item}nothing"
        for change in self.found.changes:
            yield from self._change(change)
        yield ""
        yield f"{self.head}What changed for patients"
        yield ""
        yield from self._verdict()
        for shift in self.found.concerned.shifts:
            yield from self._shift(shift)

    def _change(self, change: Change) -> Iterator[str]:
        yield f"{self.item}{change.what} {change.word}: {self.quote(change.where)}"
        if change.before is not None:
            yield f"  {self.item}before: {self.quote(change.before)}"
        if change.after is not None:
            yield f"  {self.item}after: {self.quote(change.after)}"

    def _verdict(self) -> Iterator[str]:
        found = self.found.concerned
        if not found.common:
            yield f"{self.item}no patient is possible in both versions: nothing can be compared"
        elif found.patients:
            part = per_cent(found.patients / found.common)
            counted = f"{found.patients:,} of {found.common:,} possible patients ({part})"
            yield f"{self.item}{counted} get something else"
        else:
            alone = found.only_old + found.only_new
            yield (
                f"{self.item}{'' if alone else 'nobody: '}each of the {found.common:,} patients"
                " that both versions think possible gets the same. This is proved, not sampled."
            )
        yield (
            f"{self.item}looked at were offers, bars, silence and faults of patients of whom all is"
            " known; notes and defaults are no part of it"
        )
        for name in sorted(self.old.facts.keys() & self.new.facts.keys()):
            if self.old.facts[name].type != self.new.facts[name].type:
                yield f"{self.item}'{name}' changed its type: it counts as two facts, old and new"
        for count, side in ((found.only_old, "old"), (found.only_new, "new")):
            if count:
                yield f"{self.item}{count:,} combinations are possible in the {side} version alone"

    def _shift(self, shift: Shift) -> Iterator[str]:
        yield ""
        yield f"{self.item}{self.quote(self._title(shift))}"
        for word, group in (("gained by", shift.gained), ("lost by", shift.lost)):
            if group.patients:
                yield from self._group(word, group)

    def _title(self, shift: Shift) -> str:
        what, name, tier = shift.key
        known = {**self.old.interventions, **self.new.interventions}
        if what == "offer":
            return f"{known[name].title}, {tier}"
        if what == "avoid":
            return f"{known[name].title}, to be avoided"
        if what == "fault":
            return "the guideline fails"
        if what == "silent":
            return f"the guideline is silent: {name}"
        facts = {**self.old.facts, **self.new.facts}
        return f"asked: {facts[name].question or name}"

    def _group(self, word: str, group: Group) -> Iterator[str]:
        inner = f"  {self.item}"
        yield f"{inner}{word} {group.patients:,} ({per_cent(group.share)}): {self.quote(group.who)}"
        if group.witness:
            yield f"{inner}such as: {self.quote(self._patient(group.witness))}"
            yield f"  {inner}before: {self.quote(_got(group.witness.before))}"
            yield f"  {inner}after: {self.quote(_got(group.witness.after))}"

    def _patient(self, example: Example) -> str:
        facts = {**self.old.facts, **self.new.facts}
        told = (known_words(name, facts[name], value) for name, value in example.facts.items())
        return "; ".join(told) or "anybody"


def _got(walk: Walk) -> str:
    told = [f"{row.title} ({row.tier})" for row in walk.recommendations]
    told += [f"avoid {row.title}" for row in walk.avoid]
    told += [f"silent: {row.title}" for row in walk.not_covered]
    told += [f"{fault.fault} at {fault.node}" for fault in walk.faults]
    return "; ".join(told) or "nothing"
