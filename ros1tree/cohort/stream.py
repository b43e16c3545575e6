"""One pass over many patients: read, worked out and written at the same time, in order."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, nullcontext
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa

from ros1tree.cohort.columns import Plan, expected, planned
from ros1tree.cohort.compile import compile_guideline, program, selected
from ros1tree.cohort.counts import population as counted
from ros1tree.cohort.encode import text_dictionary
from ros1tree.cohort.engine import Worker, blocks
from ros1tree.cohort.read import Patients, patients
from ros1tree.cohort.table import Column
from ros1tree.cohort.write import Writer
from ros1tree.errors import OptionError, PatientsError, Problem
from ros1tree.model import ChoiceFact, Guideline
from ros1tree.population import Population

T = TypeVar("T")

Progress = Callable[[int, float], None]
"""Is told how many rows are done, and which part of the input was read."""


class Run:
    """One pass over the patients of tables that are alike."""

    def __init__(  # noqa: PLR0913 - what a pass depends on
        self,
        guideline: Guideline,
        plan: Plan,
        chosen: Sequence[Column],
        *,
        threads: int | None = None,
        counting: bool = False,
        text: bool = False,
    ) -> None:
        """Compile what is needed for the `chosen` output columns and, if told so, for counting.

        Raises PatientsError where a column that passes has the name of an output column.
        """
        clash = [name for name in plan.passed if name in {column.name for column in chosen}]
        if clash:
            told = "the column has the name of an output column"
            remedy = "rename it, or leave that output out with --select"
            raise PatientsError([Problem(plan.file, name, told, remedy) for name in clash])
        if threads is not None and threads < 1:
            raise OptionError(f"{threads} threads are not allowed; allowed: 1 and more")
        self.threads = threads or _processors()
        self._guideline, self._made = guideline, compile_guideline(guideline)
        self._keys = tuple(self._made.counted) if counting else ()
        self._plan, self._chosen = plan, tuple(chosen)
        steps = program(self._made, chosen, counting=counting)
        self._worker = Worker(self._made, steps, chosen, plan, text=text)

    def results(self, batches: Iterable[Any], schema: Any) -> Iterator[tuple[Any, list[Any]]]:
        """Yield blocks of the rows, in order, each with its output columns.

        With more than one thread, one reads ahead and one works; whoever takes the blocks is a
        third. Two that work would not be faster: their many short steps want Python's one lock.
        """
        tables = blocks(batches, schema)
        if self.threads == 1:
            yield from ((table, self._worker.block(table)) for table in tables)
            return
        with ThreadPoolExecutor(1) as reader, ThreadPoolExecutor(1) as worker:
            try:
                yield from _ahead(worker, map(self._worked, _ahead(reader, tables)))
            finally:
                for pool in (worker, reader):
                    pool.shutdown(cancel_futures=True)

    def _worked(self, table: Any) -> tuple[Any, list[Any]]:
        return table, self._worker.block(table)

    def joined(self, table: Any, arrays: Sequence[Any]) -> Any:
        """Return the columns that pass, and the output columns, as one table."""
        passed = {name: _plain(table.column(name)) for name in self._plan.passed}
        made = {column.name: array for column, array in zip(self._chosen, arrays, strict=True)}
        return pa.table({**passed, **made})

    def population(self) -> Population:
        """Return what was counted in all blocks so far."""
        worker = self._worker
        found = dict(zip(self._keys, worker.counts(), strict=True))
        return counted(self._guideline, self._plan, worker.rows, found, worker.refused)


def _ahead(pool: ThreadPoolExecutor, things: Iterator[T]) -> Iterator[T]:
    """Yield things while the next one is already made, in a thread of its own."""
    coming = pool.submit(next, things, None)
    while (thing := coming.result()) is not None:
        coming = pool.submit(next, things, None)
        yield thing


def _processors() -> int:
    """Return how many processors this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def _plain(column: Any) -> Any:
    """Return a column as every format has it, whose dictionary may differ from block to block."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        chunks = [text_dictionary(chunk) for chunk in column.chunks]
        kind = chunks[0].type if chunks else pa.dictionary(kind.index_type, pa.string())
        return pa.chunked_array(chunks, kind).cast(kind.value_type)
    if pa.types.is_string_view(kind):
        return column.cast(pa.string())
    if pa.types.is_list(kind) and pa.types.is_dictionary(kind.value_type):
        return column.cast(pa.list_(kind.value_type.value_type))
    return column


def cohort(
    guideline: Guideline,
    table: Any,
    *,
    select: Sequence[str] = (),
    renamed: Mapping[str, str] | None = None,
    threads: int | None = None,
) -> Any:
    """Return what a guideline says of each patient of a table, as a pyarrow Table of as many rows.

    `table` is anything with the Arrow PyCapsule interface, such as a table of pyarrow, Polars,
    pandas or DuckDB. A column is named after its fact, or `renamed` says which fact it is; a set is
    a column of lists, or a boolean column a member, `fact.member`. What is null or has no column is
    unknown. Columns that are no fact come first, as they are; then the output columns, or those
    that `select` names. With one of `threads` nothing happens at the same time.
    Raises PatientsError where the table does not fit, UnknownNameError and OptionError.
    """
    given = _table(table)
    plan = planned(guideline, given.schema, renamed or {}, "table")
    run = Run(guideline, plan, selected(guideline, select), threads=threads)
    done = [run.joined(*pair) for pair in run.results(given.to_batches(), given.schema)]
    return pa.concat_tables(done)


def population(
    guideline: Guideline,
    table: Any,
    *,
    renamed: Mapping[str, str] | None = None,
    threads: int | None = None,
) -> Population:
    """Return what a guideline says of the patients of a table, in numbers; see `cohort`."""
    given = _table(table)
    plan = planned(guideline, given.schema, renamed or {}, "table")
    run = Run(guideline, plan, (), threads=threads, counting=True)
    for _ in run.results(given.to_batches(), given.schema):
        pass
    return run.population()


def _coded(guideline: Guideline, plan: Plan, given: Patients) -> list[str]:
    """Return the columns of plain text that tell of a choice: as dictionaries they read faster."""
    return [
        column
        for name, source in plan.facts.items()
        for column in source.columns
        if isinstance(guideline.facts[name], ChoiceFact)
        and pa.types.is_string(given.schema.field(column).type)
    ]


def _table(table: Any) -> Any:
    if not hasattr(table, "__arrow_c_stream__"):
        name = type(table).__name__
        text = f"{name} has no Arrow PyCapsule interface; give a table of pyarrow, Polars or pandas"
        raise OptionError(text)
    try:
        return table if isinstance(table, pa.Table) else pa.table(table)
    except (pa.ArrowException, TypeError, ValueError) as error:
        text = f"is no table for Arrow: {str(error).splitlines()[0]}"
        raise PatientsError([Problem("table", "", text, "give each column one type")]) from None


def stream(  # noqa: PLR0913 - what a command can be asked for
    guideline: Guideline,
    source: str | Path,
    output: tuple[Path, str] | None = None,
    *,
    select: Sequence[str] = (),
    renamed: Mapping[str, str] | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Population:
    """Work out a file of patients into a file, and return the population; memory stays bounded.

    `output` is the file to write and its format. Raises what `cohort` raises, UnknownFormatError
    and OSError.
    """
    renamed = renamed or {}
    given = patients(source, lambda names: expected(guideline, renamed, names))
    plan = planned(guideline, given.schema, renamed, given.name, text=given.text, seen=given.seen)
    chosen = selected(guideline, select) if output else ()
    run = Run(guideline, plan, chosen, threads=threads, counting=True, text=given.text)
    columns = plan.needed(passing=output is not None)
    batches = given.batches(columns, _coded(guideline, plan, given), threads=run.threads > 1)
    schema = pa.schema([given.schema.field(name) for name in columns])
    with closing(Writer(*output)) if output else nullcontext() as writer:
        for table, arrays in run.results(batches, schema):
            if writer is not None:
                writer.write(run.joined(table, arrays))
            if progress is not None:
                progress(len(table), given.done)
    return run.population()
