"""Truths of many patients as formulas over planes of bits, shared and folded.

A plane holds one bit a patient. A formula is a number: equal formulas have equal numbers, so that
what is needed twice is worked out once. A literal says that a fact is in one of several classes,
"unknown" among them; literals of one fact join into one literal, so that what contradicts itself
vanishes while the guideline is compiled.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

Formula = int
NEVER, ALWAYS = 0, 1
"""The formulas of nobody and of everybody."""


@dataclass(frozen=True, slots=True)
class Variable:
    """Something known of each patient: in one of `size` classes, or unknown (the class after)."""

    size: int
    known: int
    """The input plane of who is known."""
    planes: tuple[int, ...]
    """The input planes of the class. Of a scale: whether it is beyond the first class, the second,
    and so on; else its bits, the lowest first. They say nothing of who is not known."""
    scale: bool = False
    default: int | None = None
    """The class of those who are not known, where that has a safe meaning."""

    @property
    def full(self) -> int:
        """The mask of all classes, unknown among them."""
        return (1 << (self.size + 1)) - 1


class Logic:
    """Builds formulas; a formula is the number of an entry in its table."""

    def __init__(self, variables: Sequence[Variable] = ()) -> None:
        """Take the variables of the literals."""
        self._variables = variables
        self._table: list[tuple[Any, ...]] = [("constant",), ("constant",)]
        self._numbers: dict[tuple[Any, ...], Formula] = {}
        self._planes: dict[Formula, Formula] = {}

    def _number(self, *entry: Any) -> Formula:
        number = self._numbers.get(entry)
        if number is None:
            number = self._numbers[entry] = len(self._table)
            self._table.append(entry)
        return number

    def resolved(self, formula: Formula) -> Formula:
        """Return the same as a formula over planes, if it is a literal."""
        return self._on_planes(formula) if self._table[formula][0] == "literal" else formula

    def entry(self, formula: Formula) -> tuple[str, tuple[int, ...]]:
        """Return the kind of a resolved formula, and its parts: formulas, or an input's place."""
        kind, *parts = self._table[formula]
        if kind in ("constant", "input"):
            return kind, tuple(parts)
        return kind, tuple(self.resolved(part) for part in parts)

    def input(self, place: int) -> Formula:
        """Return the formula of an input plane."""
        return self._number("input", place)

    def literal(self, variable: int, mask: int) -> Formula:
        """Return that a variable is in one of the classes of a mask; the highest is "unknown"."""
        full, default = self._variables[variable].full, self._variables[variable].default
        if default is not None:
            mask = mask & (full >> 1) | ((mask >> default & 1) << (full.bit_length() - 1))
        if mask in (0, full):
            return ALWAYS if mask else NEVER
        return self._number("literal", variable, mask)

    def negated(self, formula: Formula) -> Formula:
        """Return "not"."""
        kind, *parts = self._table[formula]
        if kind == "constant":
            return ALWAYS - formula
        if kind == "not":
            return int(parts[0])
        if kind == "literal":
            return self.literal(parts[0], self._variables[parts[0]].full & ~parts[1])
        return self._number("not", formula)

    def conjunction(self, *formulas: Formula) -> Formula:
        """Return "and"."""
        return self._joined("and", formulas)

    def disjunction(self, *formulas: Formula) -> Formula:
        """Return "or"."""
        return self._joined("or", formulas)

    def _joined(self, kind: str, formulas: Iterable[Formula]) -> Formula:
        """Join formulas, literals of one variable first; what decides alone decides."""
        neutral, deciding = (ALWAYS, NEVER) if kind == "and" else (NEVER, ALWAYS)
        parts: dict[Formula, None] = {}
        literals: dict[int, int] = {}
        for formula in formulas:
            entry = self._table[formula]
            if entry[0] == "literal":
                held = literals.get(entry[1], entry[2])
                literals[entry[1]] = held & entry[2] if kind == "and" else held | entry[2]
            else:
                parts[formula] = None
        merged = dict.fromkeys(self.literal(*entry) for entry in literals.items())
        some = [formula for formula in (*merged, *parts) if formula != neutral]
        if deciding in some or any(self.negated(formula) in parts for formula in parts):
            return deciding
        first, *rest = some or [neutral]
        for formula in rest:
            first = self._pair(kind, first, formula)
        return first

    def _pair(self, kind: str, left: Formula, right: Formula) -> Formula:
        for one, two in ((left, right), (right, left)):
            entry = self._table[two]
            if entry[0] in ("and", "or") and one in entry[1:]:
                return two if entry[0] == kind else one  # a & (a & b), a & (a | b)
        return self._number(kind, *sorted((left, right)))

    def without(self, whole: Formula, part: Formula) -> Formula:
        """Return "whole and not part" of a part of the whole: one step, where "not" takes two."""
        kinds = self._table[whole][0], self._table[part][0]
        if "constant" in kinds or whole == part or kinds == ("literal", "literal"):
            return self.conjunction(whole, self.negated(part))
        return self._number("xor", *sorted((whole, part)))

    def chosen(self, by: Formula, one: Formula, zero: Formula) -> Formula:
        """Return "if by then one else zero"."""
        if one == zero:
            return one
        if (one, zero) == (ALWAYS, NEVER):
            return by
        if self.negated(one) == zero:
            return self.negated(by) if one == NEVER else self._number("xor", by, zero)
        otherwise = self.conjunction(self.negated(by), zero)
        return self.disjunction(self.conjunction(by, one), otherwise)

    def _on_planes(self, literal: Formula) -> Formula:
        """Return a literal as a formula over the input planes of its variable."""
        found = self._planes.get(literal)
        if found is None:
            _, number, mask = self._table[literal]
            variable = self._variables[number]
            values = mask & (variable.full >> 1)
            if unknown := mask != values:  # what is left is known, and in one of the others
                values ^= variable.full >> 1
            within = self._classes(variable, values)
            found = self.conjunction(self.input(variable.known), within)
            found = self._planes[literal] = self.negated(found) if unknown else found
        return found

    def _classes(self, variable: Variable, mask: int) -> Formula:
        """Return who is in the classes of a mask, if known."""
        if variable.scale:
            return self._within(variable, mask)
        return self.function(mask, variable.size, tuple(map(self.input, variable.planes)))

    def _within(self, variable: Variable, mask: int) -> Formula:
        beyond = [ALWAYS, *map(self.input, variable.planes), NEVER]
        found, place = NEVER, 0
        while place < variable.size:
            if mask >> place & 1:
                first = place
                while place + 1 < variable.size and mask >> (place + 1) & 1:
                    place += 1
                run = self.conjunction(beyond[first], self.negated(beyond[place + 1]))
                found = self.disjunction(found, run)
            place += 1
        return found

    def function(self, mask: int, size: int, bits: Sequence[Formula]) -> Formula:
        """Return who has a code, of `size` ones, that is in a mask; `bits` are the code's."""
        every = (1 << size) - 1
        if mask & every in (0, every) or not bits:
            return ALWAYS if mask & 1 else NEVER
        half = 1 << (len(bits) - 1)
        zero = self.function(mask, min(half, size), bits[:-1])
        if size <= half:  # a higher code does not occur
            return zero
        return self.chosen(bits[-1], self.function(mask >> half, size - half, bits[:-1]), zero)
