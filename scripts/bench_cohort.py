"""Measures the cohort against DuckDB, Polars and the memory itself; all counts are equal.

Each engine runs in a process of its own, so that it has the threads it is given and no others; the
fastest of several runs counts. All ratios are taken in one run of this script.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from sqlglot import exp, parse_one

import ros1tree
from ros1tree.cohort import stream
from ros1tree.cohort.columns import Plan, planned
from ros1tree.cohort.compile import Compiled, compile_guideline, selected
from ros1tree.cohort.engine import Worker, blocks
from ros1tree.cohort.program import BLOCK, compiled
from ros1tree.cohort.read import patients as read
from ros1tree.cohort.stream import Run
from ros1tree.export.sql.dialects import DIALECTS
from ros1tree.export.sql.select import Query
from ros1tree.model import SetFact
from ros1tree.outcome import output_columns

Counts = dict[str, int]
KEYS = ("status", "tier", "avoid", "possible")
"""What is counted of the outcome: lists of names, nodes and edges aside."""
RUNS = 3
CORES = len(os.sched_getaffinity(0))


def patients(rows: int, seed: int = 1, unknown: float = 0.1) -> Any:
    """Return made-up patients of whom no combination is impossible, each fact sometimes unknown.

    Choices are dictionary-coded, and a set has a boolean column a member.
    """
    facts, chance = ros1tree.load("ros1-nsclc").facts, np.random.default_rng(seed)
    drugs = list(_values(facts["prior_therapies"]))
    metastatic = chance.random(rows) < 0.8
    on = np.where(chance.random(rows) < 0.35, chance.integers(1, 8, rows), 0)
    given = {d: (chance.random(rows) < 0.1) | (on == n) for n, d in enumerate(drugs, 1)}
    patterns = list(_values(facts["progression_pattern"]))
    pattern = {name: (chance.random(rows) < 0.4) & (on > 0) for name in patterns}
    pattern[patterns[0]] |= (on > 0) & ~np.any(list(pattern.values()), axis=0)
    held: dict[str, Any] = {"progressed_on": on, "metastatic": metastatic}
    held["oligometastatic"] = metastatic & (chance.random(rows) < 0.2)
    held["brain_metastases"] = metastatic & (chance.random(rows) < 0.3)
    columns: dict[str, Any] = {}
    for name, fact in facts.items():
        mask = chance.random(rows) < unknown
        if isinstance(fact, SetFact):
            whole = {"prior_therapies": given, "progression_pattern": pattern}.get(name, {})
            for member in fact.values:
                has = whole.get(member, chance.random(rows) < 0.4)
                columns[f"{name}.{member}"] = pa.array(has, mask=mask)
        elif fact.type == "choice":
            codes = held.get(name, chance.integers(0, len(fact.values), rows))
            indices = pa.array(np.asarray(codes, np.int32), mask=mask)
            columns[name] = pa.DictionaryArray.from_arrays(indices, pa.array(list(fact.values)))
        elif fact.type == "boolean":
            columns[name] = pa.array(held.get(name, chance.random(rows) < 0.6), mask=mask)
        else:
            columns[name] = pa.array(chance.integers(0, 5, rows).astype(np.int8), mask=mask)
    return pa.table(columns)


def _values(fact: Any) -> Mapping[str, str]:
    values: Mapping[str, str] = fact.values
    return values


class Planes:
    """The engine itself, for the outcome alone: no nodes, no edges, no lists."""

    def __init__(self, table: Any) -> None:
        """Compile the guideline, and cut the table into blocks."""
        guideline = ros1tree.load("ros1-nsclc")
        self.made: Compiled = compile_guideline(guideline)
        self.plan: Plan = planned(guideline, table.schema, {}, "bench")
        self.keys = [key for key in self.made.counted if key[0] in KEYS]
        formulas = [self.made.counted[key] for key in self.keys]
        made = self.made
        self.program = compiled(made.planes.logic, made.vocabulary.inputs, [], formulas)
        self.blocks = list(blocks(table.to_batches(), table.schema))

    def run(self, threads: int) -> Counts:
        """Count the outcomes of all patients."""
        parts = [self.blocks[place::threads] for place in range(threads)]
        if threads == 1:
            found = [self._part(parts[0])]
        else:
            with ThreadPoolExecutor(threads) as pool:
                found = list(pool.map(self._part, parts))
        return {
            ".".join(key): sum(n)
            for key, n in zip(self.keys, zip(*found, strict=True), strict=True)
        }

    def _part(self, part: list[Any]) -> list[int]:
        worker = Worker(self.made, self.program, (), self.plan, text=False)
        for block in part:
            worker.block(block)
        return worker.counts()


def query(source: str, *, every: bool = False) -> str:
    """Return the exported SELECT over a source; or what counts the outcomes it says."""

    guideline = ros1tree.load("ros1-nsclc")
    table = parse_one(f"SELECT * FROM {source}", read="duckdb").args["from_"].this
    made = Query(guideline, DIALECTS["duckdb"], table, members=True)
    if every:
        return made.select(list(output_columns(guideline))).sql("duckdb")
    names = list(guideline.interventions)
    select = made.select(["status", *names, *(f"avoid.{name}" for name in names)])
    select = select.select(
        *(
            exp.alias_(truth.sql, exp.to_identifier(f"possible.{name}", quoted=True))
            for name, truth in made.found.possible.items()
        )
    )
    counts = []
    for key in compile_guideline(guideline).counted:
        if key[0] == "status":
            counts.append(f"count(*) FILTER (status = '{key[1]}') AS \"{'.'.join(key)}\"")
        elif key[0] == "tier":
            counts.append(f'count(*) FILTER ("{key[1]}" = \'{key[2]}\') AS "{".".join(key)}"')
        elif key[0] in KEYS:
            name = ".".join(key)
            counts.append(f'count(*) FILTER ("{name}") AS "{name}"')
    return f"SELECT {', '.join(counts)} FROM ({select.sql('duckdb')})"


def _duckdb(threads: int) -> Any:
    return duckdb.connect(config={"threads": threads})


def _counts(row: Any) -> Counts:
    found: Counts = row.to_arrow_table().to_pylist()[0]
    return {name: int(count or 0) for name, count in found.items()}


def _timed(task: Callable[[], Any], runs: int = RUNS) -> tuple[float, Any]:
    """Return the seconds of the fastest of several runs, and what the last one returned."""
    best, found = float("inf"), None
    for _ in range(runs):
        begin = time.perf_counter()
        found = task()
        best = min(best, time.perf_counter() - begin)
    return best, found


def by_planes(path: str, threads: int) -> tuple[float, Any]:
    """Time the engine on a table in memory."""
    planes = Planes(_loaded(path))
    return _timed(lambda: planes.run(threads))


def by_duckdb(path: str, threads: int) -> tuple[float, Any]:
    """Time DuckDB on the same table in memory, by the exported SQL."""
    connection = _duckdb(threads)
    connection.register("patients", _loaded(path))
    text = query("patients")
    return _timed(lambda: _counts(connection.sql(text)))


def by_polars(path: str, threads: int) -> tuple[float, Any]:
    """Time Polars on the same table in memory; its threads are set for the process."""
    import polars as pl  # noqa: PLC0415 - its threads are set when it is imported
    from bench_polars import counts, expressions  # noqa: PLC0415

    frame = pl.DataFrame(pl.from_arrow(_loaded(path)))
    assert pl.thread_pool_size() == threads  # noqa: S101 - or the figure means something else
    told = expressions()
    return _timed(lambda: counts(frame, told))


def by_copy(path: str, _: int) -> tuple[float, Any]:
    """Time a copy of all bytes of the table, which no engine can beat."""
    table = _loaded(path)
    parts = [
        np.frombuffer(buffer, np.uint8)
        for column in table.columns
        for chunk in column.chunks
        for buffer in chunk.buffers()
        if buffer is not None
    ]
    copies = [np.empty_like(part) for part in parts]

    def copy() -> int:
        for to, part in zip(copies, parts, strict=True):
            np.copyto(to, part)
        return sum(map(len, parts))

    return _timed(copy, 5)


def file_by_planes(path: str, threads: int) -> tuple[float, Any]:
    """Time a file of Parquet to a whole population: outcomes, nodes, edges and missing facts."""
    guideline = ros1tree.load("ros1-nsclc")
    return _timed(lambda: _outcomes(stream(guideline, path, threads=threads)))


def _outcomes(found: ros1tree.Population) -> Counts:
    counts = {f"status.{name}": count for name, count in found.status.items()}
    for name, share in found.interventions.items():
        counts |= {f"tier.{name}.{tier}": count for tier, count in share.tiers.items()}
        counts |= {f"avoid.{name}": share.avoid, f"possible.{name}": share.possible}
        counts |= {f"possible.avoid.{name}": share.possible_avoid}
    return counts


def file_by_duckdb(path: str, threads: int) -> tuple[float, Any]:
    """Time DuckDB on the same file, for the outcomes alone."""
    connection, text = _duckdb(threads), query(f"read_parquet('{path}')")
    return _timed(lambda: _counts(connection.sql(text)))


def file_by_reading(path: str, threads: int) -> tuple[float, Any]:
    """Time merely reading the columns that the engine reads, in the same way."""

    def read() -> int:
        with pq.ParquetFile(path) as file:
            return sum(map(len, file.iter_batches(BLOCK, use_threads=threads > 1)))

    return _timed(read)


def every_by_planes(path: str, threads: int) -> tuple[float, Any]:
    """Time a file of Parquet to every output column, lists too, block by block."""
    guideline = ros1tree.load("ros1-nsclc")

    def work() -> int:
        given = read(path, lambda _: {})
        plan = planned(guideline, given.schema, {}, path)
        run = Run(guideline, plan, selected(guideline, ()), threads=threads)
        batches = given.batches(plan.needed(passing=True), (), threads=threads > 1)
        return sum(len(run.joined(*pair)) for pair in run.results(batches, given.schema))

    return _timed(work)


def every_by_duckdb(path: str, threads: int) -> tuple[float, Any]:
    """Time the same in DuckDB; what it says is compared where both write a file."""
    connection, select = _duckdb(threads), query(f"read_parquet('{path}')", every=True)
    return _timed(lambda: sum(map(len, connection.sql(select).to_arrow_reader(BLOCK))))


def copied_by_planes(path: str, threads: int) -> tuple[float, Any]:
    """Time a file of Parquet to a file of Parquet with every output column."""
    guideline = ros1tree.load("ros1-nsclc")
    out = Path(path).with_suffix(".planes.parquet")
    took, _ = _timed(lambda: stream(guideline, path, (out, "parquet"), threads=threads))
    return took, _written(pq.read_table(out))


def copied_by_duckdb(path: str, threads: int) -> tuple[float, Any]:
    """Time the same in DuckDB."""
    connection, out = _duckdb(threads), Path(path).with_suffix(".duckdb.parquet")
    select = query(f"read_parquet('{path}')", every=True)
    copy = f"COPY ({select}) TO '{out}' (FORMAT parquet)"
    took, _ = _timed(lambda: connection.sql(copy))
    return took, _written(pq.read_table(out))


def streamed(path: str, threads: int) -> tuple[float, Any]:
    """Time a file or folder of Parquet to a file with every output column, once."""
    guideline = ros1tree.load("ros1-nsclc")
    out = Path(path).with_suffix(".streamed.parquet")
    took, found = _timed(lambda: stream(guideline, path, (out, "parquet"), threads=threads), 1)
    out.unlink()
    return took, found.patients


def _written(table: Any) -> Counts:
    """Return counts of what stands in an output, to compare; rows may come in another order."""
    output = table  # noqa: F841 - by this name DuckDB finds it
    lists = ("possible", "missing", "silent", "faults", "problems")
    told = ", ".join(f"sum(len({name})) AS {name}, sum(hash({name})) AS h_{name}" for name in lists)
    text = f"SELECT count(*) AS n, sum(hash(status)) AS status, sum(hash(crizotinib)) AS c, {told}"
    return _counts(duckdb.sql(f"{text} FROM output"))


def _loaded(path: str) -> Any:
    """Return a table that is in memory, and of which nothing is mapped."""
    with pa.OSFile(path) as file:
        return pa.ipc.open_file(file).read_all().combine_chunks()


ENGINES = {
    task.__name__: task
    for task in (by_planes, by_duckdb, by_polars, by_copy, file_by_planes, file_by_duckdb,
                 file_by_reading, every_by_planes, every_by_duckdb,
                 copied_by_planes, copied_by_duckdb, streamed)
}  # fmt: skip


def run(engine: str, path: Path, threads: int) -> tuple[float, Any, int]:
    """Run an engine in a process of its own; returns its seconds, counts and peak in MB."""
    env = os.environ | {"POLARS_MAX_THREADS": str(threads), "ARROW_NUM_THREADS": str(threads),
                        "OMP_NUM_THREADS": str(threads)}  # fmt: skip
    command = [sys.executable, __file__, engine, str(path), str(threads)]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{engine} failed:\n{done.stderr}")
    took, found, peak = json.loads(done.stdout)
    return took, found, peak


def _one(engine: str, path: str, threads: str) -> None:
    pa.set_cpu_count(int(threads))
    took, found = ENGINES[engine](path, int(threads))
    peak = int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) // 1024
    print(json.dumps([took, found, peak], default=int))


class _Table:
    """Prints the rows of the comparison, each with what must be reached."""

    def __init__(self, rows: int) -> None:
        self.rows = rows
        self.found: dict[tuple[str, int], float] = {}

    def run(self, engine: str, path: Path, threads: int, expected: Any = None) -> Any:
        took, counts, peak = run(engine, path, threads)
        self.found[engine, threads] = took
        speed = self.rows / took / 1e6
        print(f"  {engine:16} {threads} thread{'s' if threads > 1 else ' '} {took:8.3f} s"
              f"  {speed:8.1f} M patients/s  peak {peak:,} MB")  # fmt: skip
        if expected is not None and counts != expected:
            raise SystemExit(f"{engine} counted otherwise:\n{counts}\n{expected}")
        return counts

    def ratio(self, text: str, slow: tuple[str, int], fast: tuple[str, int], must: str) -> None:
        ratio = self.found[slow] / self.found[fast]
        print(f"  {text}: {ratio:.2f} (must: {must})")


def cohort() -> None:
    """Print the comparison at one and ten million patients."""
    with tempfile.TemporaryDirectory() as folder:
        memory(Path(folder))
    for rows in map(int, os.environ.get("ROWS", "1_000_000 10_000_000").split()):
        with tempfile.TemporaryDirectory() as folder:
            compare(rows, Path(folder))


def memory(folder: Path) -> None:
    """Print the peak memory of ever more patients, from Parquet to Parquet with every column."""
    print("every output column into Parquet, in a stream")
    pq.write_table(patients(1_000_000), folder / "one.parquet")
    for millions in (1, 10, 50):
        many = folder / f"{millions} million"
        many.mkdir()
        for number in range(millions):
            (many / f"{number:02}.parquet").hardlink_to(folder / "one.parquet")
        _Table(millions * 1_000_000).run("streamed", many, CORES)


def compare(rows: int, folder: Path) -> None:
    """Compare everything on so many patients."""
    print(f"{rows:,} patients of the ROS1 guideline, a tenth of the facts unknown")
    memory, file = folder / "patients.arrow", folder / "patients.parquet"
    table = patients(rows)
    with pa.ipc.new_file(memory, table.schema) as out:
        out.write_table(table)
    pq.write_table(table, file)
    del table
    rows_of = _Table(rows)
    counts = rows_of.run("by_planes", memory, 1)
    rows_of.run("by_duckdb", memory, 1, counts)
    rows_of.run("by_polars", memory, 1, counts)
    rows_of.run("by_copy", memory, 1)
    rows_of.run("by_planes", memory, CORES, counts)
    told = rows_of.run("file_by_planes", file, CORES)
    rows_of.run("file_by_planes", file, 1, told)
    if wrong := {key for key in counts if counts[key] != told[key]}:
        raise SystemExit(f"the file says otherwise: {wrong}")
    rows_of.run("file_by_duckdb", file, CORES, counts)
    rows_of.run("file_by_reading", file, CORES)
    rows_of.run("every_by_planes", file, CORES, rows)
    rows_of.run("every_by_duckdb", file, CORES, rows)
    lists = rows_of.run("copied_by_planes", file, CORES)
    rows_of.run("copied_by_duckdb", file, CORES, lists)
    one, all_ = ("by_planes", 1), ("file_by_planes", CORES)
    rows_of.ratio("in memory, DuckDB takes, times", ("by_duckdb", 1), one, "60")
    rows_of.ratio("in memory, Polars takes, times", ("by_polars", 1), one, "8")
    rows_of.ratio("in memory, times a copy of the bytes", one, ("by_copy", 1), "at most 6")
    rows_of.ratio(
        "in memory, one that works to two (the product has one)", one, ("by_planes", CORES), "-"
    )
    rows_of.ratio("file to summary, one thread to all", ("file_by_planes", 1), all_, "1.6")
    rows_of.ratio("file to summary, DuckDB takes, times", ("file_by_duckdb", CORES), all_, "2.5")
    rows_of.ratio("file to summary, times reading", all_, ("file_by_reading", CORES), "at most 1.3")
    every = ("every_by_planes", CORES)
    rows_of.ratio("every column, DuckDB takes, times", ("every_by_duckdb", CORES), every, "8")
    every = ("copied_by_planes", CORES)
    rows_of.ratio("the same into Parquet, times", ("copied_by_duckdb", CORES), every, "-")


if __name__ == "__main__":
    _one(*sys.argv[1:])
