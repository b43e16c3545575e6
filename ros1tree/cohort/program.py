"""A short program over planes of bits, and how a block of patients is run through it."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ros1tree.cohort.logic import ALWAYS, NEVER, Formula, Logic

Plane = NDArray[np.uint8]
"""One bit a patient, the first patient in the lowest bit of the first byte, as in Arrow."""

BLOCK = 1 << 19
"""So many patients go through the program at once: a plane of them is 64 KiB."""

WORD = 64
"""A plane is as long as a whole number of words of so many patients."""


def width(rows: int) -> int:
    """Return how many bytes a plane of so many patients has."""
    return -(-rows // WORD) * (WORD // 8)


class Op(NamedTuple):
    """One step: `run(left, right, target)`, each the number of a plane."""

    run: Callable[..., Any]
    left: int
    right: int
    target: int


def _not(plane: Plane, _: Plane, target: Plane) -> None:
    np.invert(plane, target)


def _count(plane: Plane, _: Plane, total: NDArray[np.int64]) -> None:
    total += np.add.reduce(np.bitwise_count(plane.view(np.uint64)), dtype=np.int64)


_RUNS: dict[str, Callable[..., Any]] = {
    "and": np.bitwise_and, "or": np.bitwise_or, "xor": np.bitwise_xor, "not": _not,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Program:
    """Steps over numbered planes: nobody, everybody, inputs, results, totals, registers."""

    inputs: int
    kept: int
    """How many results are worked out; others are inputs, or everybody, or nobody."""
    summed: int
    """How many formulas are counted."""
    registers: int
    ops: tuple[Op, ...]
    results: tuple[int, ...]
    """Where each result stands."""
    counts: tuple[int, ...]
    """Where in the totals each count stands."""


class Machine:
    """The registers of one thread, for blocks of patients one after the other."""

    def __init__(self, program: Program, rows: int) -> None:
        """Take room for blocks of at most `rows` patients."""
        self._program = program
        self._none = np.zeros(width(rows), np.uint8)
        self._all = np.full(width(rows), 255, np.uint8)
        self._registers = np.empty((program.registers, width(rows)), np.uint8)
        self._totals = np.zeros(program.summed, np.int64)

    def run(self, inputs: Sequence[Plane], rows: int) -> list[Plane]:
        """Run one block of patients; returns the results, each of `width(rows)` bytes.

        What was worked out is in memory of its own; another result may be an input itself.
        """
        program, size = self._program, width(rows)
        planes: list[Any] = [self._none[:size], self._all[:size], *inputs]
        planes += [*np.empty((program.kept, size), np.uint8)]
        planes += [self._totals[place : place + 1] for place in range(program.summed)]
        planes += [register[:size] for register in self._registers]
        for run, left, right, target in program.ops:
            run(planes[left], planes[right], planes[target])
        return [planes[place] for place in program.results]

    def counts(self) -> list[int]:
        """Return how many patients each counted formula had in all blocks."""
        return [int(self._totals[place]) for place in self._program.counts]


def compiled(
    logic: Logic, inputs: int, results: Sequence[Formula], counted: Sequence[Formula] = ()
) -> Program:
    """Put formulas into a program; those that are only `counted` need no room."""
    return _Compiler(
        logic, inputs, tuple(map(logic.resolved, results)), tuple(map(logic.resolved, counted))
    ).program()


class _Compiler:
    """Orders the steps, and gives each formula a register until it is used for the last time."""

    def __init__(
        self, logic: Logic, inputs: int, results: tuple[int, ...], counted: tuple[int, ...]
    ) -> None:
        self.logic, self.inputs, self.wanted, self.counted = logic, inputs, results, counted
        self.steps = list(self._ordered())
        made = {here for kind, here, _ in self.steps if kind in _RUNS}
        kept = [formula for formula in dict.fromkeys(results) if formula in made]
        first = 2 + inputs
        self.results = {formula: first + place for place, formula in enumerate(kept)}
        first += len(kept)
        self.totals = {formula: first + n for n, formula in enumerate(dict.fromkeys(counted))}
        self.registers = range(first + len(self.totals), first + len(self.totals))
        self.free: list[int] = []
        self.places: dict[Formula, int] = {NEVER: 0, ALWAYS: 1}
        self.uses = Counter(part for _, _, parts in self.steps for part in parts)
        self.uses.update(self.totals)

    def _ordered(self) -> Iterator[tuple[str, Formula, tuple[int, ...]]]:
        """Yield each formula after those that it is made from."""
        seen: set[Formula] = set()
        for formula in (*self.counted, *self.wanted):
            agenda = [(formula, False)]
            while agenda:
                here, ready = agenda.pop()
                kind, parts = self.logic.entry(here)
                if ready:
                    yield kind, here, parts
                elif here not in seen:
                    seen.add(here)
                    inner = parts if kind in _RUNS else ()
                    agenda += [(here, True), *((part, False) for part in reversed(inner))]

    def program(self) -> Program:
        ops = tuple(op for step in self.steps for op in self._step(*step))
        first = 2 + self.inputs + len(self.results)
        return Program(
            inputs=self.inputs,
            kept=len(self.results),
            summed=len(self.totals),
            registers=len(self.registers),
            ops=ops,
            results=tuple(self.places[formula] for formula in self.wanted),
            counts=tuple(self.totals[formula] - first for formula in self.counted),
        )

    def _step(self, kind: str, formula: Formula, parts: tuple[int, ...]) -> Iterator[Op]:
        if kind == "input":
            self.places[formula] = 2 + parts[0]
        elif kind in _RUNS:
            left, right = (self.places[part] for part in (*parts, *parts)[:2])
            for part in parts:
                self._used(part)
            self.places[formula] = self._room(formula)
            yield Op(_RUNS[kind], left, right, self.places[formula])
        if formula in self.totals:
            place = self.places[formula]
            self._used(formula)
            yield Op(_count, place, place, self.totals[formula])

    def _room(self, formula: Formula) -> int:
        """Return where a formula is worked out; a register that was just read may be written."""
        if formula in self.results:
            return self.results[formula]
        if not self.free:
            self.registers = range(self.registers.start, self.registers.stop + 1)
            self.free.append(self.registers[-1])
        return self.free.pop()

    def _used(self, formula: Formula) -> None:
        self.uses[formula] -= 1
        if not self.uses[formula] and self.places[formula] in self.registers:
            self.free.append(self.places[formula])
