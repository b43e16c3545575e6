"""Blocks of patients through the program of a guideline: from Arrow columns to output columns."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from ros1tree.cohort.bits import packed, there
from ros1tree.cohort.columns import MEMBER, Plan
from ros1tree.cohort.compile import Compiled
from ros1tree.cohort.encode import Bad, Encoded, absent, encoded, members
from ros1tree.cohort.program import BLOCK, Machine, Plane, Program
from ros1tree.cohort.table import Column
from ros1tree.cohort.text import typed
from ros1tree.cohort.vocabulary import BAD
from ros1tree.errors import PatientsError, Problem
from ros1tree.model import AnyFact

MAX_REFUSED = 1000
"""So many different values of a column are counted one by one; others together."""
OTHER = "other values"


class Worker:
    """Works out block after block; each thread has its own, for it has registers and totals."""

    def __init__(
        self, made: Compiled, program: Program, chosen: Sequence[Column], plan: Plan, *, text: bool
    ) -> None:
        """Take a program whose results are the formulas of the chosen columns, in their order."""
        self._made, self._chosen, self._plan, self._text = made, chosen, plan, text
        self._machine = Machine(program, BLOCK)
        self.refused: Counter[tuple[str, str]] = Counter()
        """How often each column had each value that is not allowed."""
        self._different: Counter[str] = Counter()
        self.rows = 0

    def block(self, table: Any) -> list[Any]:
        """Return the chosen columns of at most BLOCK patients, as arrays in the order chosen.

        Raises PatientsError.
        """
        rows = len(table)
        self.rows += rows
        try:
            inputs, bad = self._inputs(table, rows)
        except pa.ArrowException as error:
            text = f"cannot be read: {str(error).splitlines()[0]}"
            remedy = "give the columns of the facts plain types"
            raise PatientsError([Problem(self._plan.file, "", text, remedy)]) from None
        planes = iter(self._machine.run(inputs, rows))
        return [
            column.build([next(planes) for _ in column.formulas], rows, bad)
            for column in self._chosen
        ]

    def counts(self) -> list[int]:
        """Return how many patients each counted formula had so far."""
        return self._machine.counts()

    def _inputs(self, table: Any, rows: int) -> tuple[list[Plane], list[tuple[str, Bad]]]:
        present = there(rows)
        refused = np.zeros_like(present)
        planes: list[Plane] = [present] * self._made.vocabulary.inputs
        bad: list[tuple[str, Bad]] = []
        for name, fact in self._made.vocabulary.facts.items():
            term = self._made.vocabulary.terms.get(name)
            found, wrong = self._fact(name, fact, table, rows)
            if term is not None:
                planes[term.known] = found.known
                for place, plane in zip(term.planes, found.planes, strict=True):
                    planes[place] = plane
            bad += [(name, one) for one in wrong]
        for name, one in bad:
            flags = np.zeros(rows, np.uint8)
            flags[one.rows] = 1
            refused |= packed(flags, rows)
            self._refuse(name, one)
        planes[BAD] = refused
        return planes, bad

    def _fact(self, name: str, fact: AnyFact, table: Any, rows: int) -> tuple[Encoded, list[Bad]]:
        """Return the planes of a fact, and its values that are not allowed."""
        term = self._made.vocabulary.terms.get(name)
        cuts, source = term.cuts if term else (), self._plan.facts[name]
        arrays = [_array(table, column) for column in source.columns]
        if not arrays:
            return absent(fact, cuts, rows), []
        unread: list[Bad] = []
        if self._text:
            read = [typed(MEMBER if source.by_member else fact, array) for array in arrays]
            arrays, unread = [array for array, _ in read], [bad for _, bad in read if bad]
        if source.by_member:
            found = members(arrays)
        else:
            found = encoded(fact, cuts, arrays[0], tested=term is not None)
        return found, [*unread, *([found.bad] if found.bad else [])]

    def _refuse(self, name: str, bad: Bad) -> None:
        """Count values that are not allowed; beyond a bound as others."""
        for entry in bad.values.value_counts().to_pylist():
            key = name, entry["values"]
            if key not in self.refused and self._different[name] >= MAX_REFUSED:
                key = name, OTHER
            self._different[name] += key not in self.refused
            self.refused[key] += entry["counts"]


def _array(table: Any, column: str) -> Any:
    """Return a column of a block as one array."""
    chunks = table.column(column)
    if chunks.num_chunks == 1:
        return chunks.chunk(0)
    try:
        return chunks.combine_chunks()
    except pa.ArrowException:  # dictionaries that do not go into one
        return chunks.cast(_written_out(chunks.type)).combine_chunks()


def _written_out(kind: Any) -> Any:
    """Return the type of a column without its dictionary."""
    if pa.types.is_dictionary(kind):
        return kind.value_type
    return pa.list_(_written_out(kind.value_type)) if pa.types.is_list(kind) else kind


def blocks(batches: Iterable[Any], schema: Any) -> Iterator[Any]:
    """Yield the rows of record batches again, as tables of BLOCK rows; the last may be shorter.

    Of no rows there is one table.
    """
    rows, none = 0, True
    waiting: list[Any] = []
    for batch in batches:
        # By name alone: what is said of nulls may differ from file to file.
        waiting.append(pa.RecordBatch.from_arrays(batch.columns, names=batch.schema.names))
        rows += len(batch)
        while rows >= BLOCK:
            table = pa.Table.from_batches(waiting)
            yield table.slice(0, BLOCK)
            none = False
            waiting, rows = table.slice(BLOCK).to_batches(), rows - BLOCK
    if rows or none:
        yield pa.Table.from_batches(waiting) if rows else schema.empty_table()
