"""What changed for patients: who gains and who loses what, counted exactly, and who they are."""

from dataclasses import dataclass

from ros1tree.model import FrozenDict, Guideline, Value
from ros1tree.proof import Key, Patients, Reach, Space, asked, bounded, cover, gets, reach, told
from ros1tree.walk import Walk, walk


@dataclass(frozen=True, slots=True)
class Example:
    """One patient on both sides."""

    facts: FrozenDict[str, Value]
    before: Walk
    after: Walk


@dataclass(frozen=True, slots=True)
class Group:
    """Patients who gain something, or lose it."""

    patients: int
    share: float
    """Of the patients that both versions think possible."""
    who: str
    """Who they are, in words."""
    witness: Example | None
    """One of them; None where there is nobody."""


@dataclass(frozen=True, slots=True)
class Shift:
    """One thing that a patient gets, and for whom it changes."""

    key: Key
    gained: Group
    lost: Group


@dataclass(frozen=True, slots=True)
class Concerned:
    """What an edit does to patients."""

    common: int
    """How many patients both versions think possible."""
    only_old: int
    """How many combinations the old version alone thinks possible."""
    only_new: int
    patients: int
    """How many of the common ones get anything else: offers, bars, silence or a fault."""
    shifts: tuple[Shift, ...]

    @property
    def anybody(self) -> bool:
        """Whether any patient gets something else, or is possible in one version alone."""
        return bool(self.patients or self.only_old or self.only_new)


def concerned(old: Guideline, new: Guideline) -> Concerned:
    """Return for whom two versions of a guideline differ; raises TooLargeError."""
    with bounded(new):
        return _concerned(old, new)


def _concerned(old: Guideline, new: Guideline) -> Concerned:
    space = Space(old, new)
    before, after = reach(space, old), reach(space, new)
    common = before.possible & after.possible
    was, now = gets(before), gets(after)
    finder = _Finder(before, after, common)
    shifts: list[Shift] = []
    changed = space.nobody
    for key in sorted({*was, *now}, key=_rank):
        one, other = (side.get(key, space.nobody) & common for side in (was, now))
        if one == other:
            continue
        shifts.append(Shift(key, finder.group(other & ~one), finder.group(one & ~other)))
        if key[0] != "question":
            changed |= one ^ other
    return Concerned(
        space.count(common),
        space.count(before.possible & ~after.possible),
        space.count(after.possible & ~before.possible),
        space.count(changed),
        tuple(shifts),
    )


_KINDS = ("offer", "avoid", "silent", "fault", "question")


def _rank(key: Key) -> tuple[int, Key]:
    return _KINDS.index(key[0]), key


class _Finder:
    def __init__(self, before: Reach, after: Reach, common: Patients) -> None:
        self.before, self.after, self.common = before, after, common
        self.space = before.space
        self.all = self.space.count(common)

    def group(self, who: Patients) -> Group:
        count = self.space.count(who)
        if not count:
            return Group(0, 0.0, "", None)
        words = told(self.space, cover(self.space, who, self.common))
        return Group(count, count / self.all, words, self._example(who))

    def _example(self, who: Patients) -> Example:
        patient = self.space.one(who) or {}
        sides = [
            {name: patient[key] for name, key in side.reader.keys.items()}
            for side in (self.before, self.after)
        ]
        needed = {
            name
            for side, facts in zip((self.before, self.after), sides, strict=True)
            for name in asked(side, facts)
        }
        one, other = ({n: v for n, v in facts.items() if n in needed} for facts in sides)
        return Example(
            FrozenDict(one | other),
            walk(self.before.guideline, one),
            walk(self.after.guideline, other),
        )
