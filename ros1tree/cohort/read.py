"""Files of patients: Parquet, CSV, Arrow IPC and JSON lines, batch by batch."""

import csv
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from glob import glob, has_magic
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.json
import pyarrow.parquet as pq

from ros1tree.cohort.program import BLOCK
from ros1tree.errors import PatientsError, Problem, UnknownFormatError

READS = ("parquet", "csv", "arrow", "feather", "jsonl", "ndjson")
"""The endings of files that are read."""

BYTES = 1 << 24
"""So much of a file of lines is read at once."""

Types = Callable[[Sequence[str]], Mapping[str, Any]]
"""Gives the Arrow types that columns ought to have, from the names of those that there are."""


class Patients:
    """Rows of one schema; nothing is read before they are asked for."""

    text = False
    """Whether every column is text, to be read by the type of its fact."""

    def __init__(self, name: str, schema: Any, rows: int | None = None) -> None:
        """Keep what is known beforehand."""
        self.name = name
        self.schema = schema
        self.rows = rows
        """How many rows there are, where that is known."""
        self.seen: Sequence[str] | None = None
        """The columns that were seen, where others may still come."""
        self.done = 0.0
        """Which part was read, from 0 to 1."""

    def batches(
        self, columns: Sequence[str], coded: Sequence[str], *, threads: bool
    ) -> Iterator[Any]:
        """Yield the rows of some columns; those of text that are `coded` may be dictionaries."""
        raise NotImplementedError


class _Parquet(Patients):
    def __init__(self, files: Sequence[Path]) -> None:
        self._files = files
        rows, schemas = 0, []
        for file in files:
            with reading(file), pq.ParquetFile(file) as opened:
                rows += opened.metadata.num_rows
                schemas.append(opened.schema_arrow.remove_metadata())
        super().__init__(str(files[0]), schemas[0], rows)
        pairs = zip(files, schemas, strict=True)
        if problems := [one for pair in pairs for one in _differing(files[0], self.schema, *pair)]:
            raise PatientsError(problems)

    def batches(
        self, columns: Sequence[str], coded: Sequence[str], *, threads: bool
    ) -> Iterator[Any]:
        read = 0
        for file in self._files:
            with reading(file), pq.ParquetFile(file, read_dictionary=list(coded)) as opened:
                for batch in opened.iter_batches(BLOCK, columns=list(columns), use_threads=threads):
                    read += len(batch)
                    self.done = read / (self.rows or 1)
                    yield batch.select(columns)


def _differing(one: Path, first: Any, file: Path, schema: Any) -> Iterator[Problem]:
    """Yield how the columns of a file differ from those of the first one."""
    expected, found = (dict(zip(s.names, s.types, strict=True)) for s in (first, schema))
    remedy = "give all files the same columns"
    for name in dict.fromkeys([*expected, *found]):
        here, there = (kinds.get(name, "not there") for kinds in (found, expected))
        if here != there:
            told = f"the column is {here}, and {there} in {one.name}"
            yield Problem(str(file), name, told, remedy)


class _Arrow(Patients):
    def __init__(self, file: Path) -> None:
        self._file = file
        with reading(file), self._open() as opened:
            super().__init__(str(file), opened.schema)

    def _open(self) -> Any:
        # Not mapped: where a damaged file points beyond itself, that is an error and no crash.
        opened = pa.OSFile(str(self._file))
        try:
            return pa.ipc.open_file(opened)
        except pa.ArrowInvalid:
            opened.seek(0)
            return pa.ipc.open_stream(opened)

    def batches(
        self,
        columns: Sequence[str],
        coded: Sequence[str],  # noqa: ARG002 - a file of Arrow has its own dictionaries
        *,
        threads: bool,  # noqa: ARG002 - nothing is decoded
    ) -> Iterator[Any]:
        with reading(self._file), self._open() as opened:
            if not hasattr(opened, "num_record_batches"):
                yield from (_sound(batch.select(columns)) for batch in opened)
                return
            for place in range(opened.num_record_batches):
                self.done = (place + 1) / opened.num_record_batches
                yield _sound(opened.get_batch(place).select(columns))


def _sound(batch: Any) -> Any:
    """Return a batch of which every offset, code and text was looked at; raises ArrowInvalid."""
    batch.validate(full=True)
    return batch


class _Lines(Patients):
    """A file that is read from its beginning to its end; how far shows the place in it."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._size = max(file.stat().st_size, 1)
        with reading(file), pa.OSFile(str(file)) as opened, self._open(opened, None) as rows:
            super().__init__(str(file), rows.schema)
            _ = self.schema.names  # may not be UTF-8

    def _open(self, opened: Any, columns: Sequence[str] | None, *, threads: bool = False) -> Any:
        raise NotImplementedError

    def batches(
        self,
        columns: Sequence[str],
        coded: Sequence[str],  # noqa: ARG002 - text becomes what its fact is later
        *,
        threads: bool,
    ) -> Iterator[Any]:
        with (
            reading(self._file),
            pa.OSFile(str(self._file)) as opened,
            self._open(opened, columns, threads=threads) as rows,
        ):
            for batch in rows:
                self.done = opened.tell() / self._size
                yield batch.select(columns)


class _Csv(_Lines):
    text = True

    def __init__(self, file: Path) -> None:
        self._alone = False
        super().__init__(file)
        # An empty line is a row where there is one column, and none where there are several.
        self._alone = len(self.schema) == 1
        if _ends_in_a_quote(file):
            text = "a quote is never closed, and what follows would be lost"
            raise PatientsError([Problem(str(file), "", text, 'write a quote in a text as ""')])

    def _open(self, opened: Any, columns: Sequence[str] | None, *, threads: bool = False) -> Any:
        return pyarrow.csv.open_csv(
            opened,
            read_options=pyarrow.csv.ReadOptions(use_threads=threads, block_size=BYTES),
            parse_options=pyarrow.csv.ParseOptions(
                newlines_in_values=True, ignore_empty_lines=not self._alone
            ),
            convert_options=pyarrow.csv.ConvertOptions(
                include_columns=columns,
                default_column_type=pa.string(),
                null_values=[""],
                strings_can_be_null=True,
            ),
        )


def _ends_in_a_quote(file: Path) -> bool:
    """Tell whether a quote at the beginning of a field is open at the end; Arrow would not."""
    with file.open("rb") as opened:
        quotes = sum(block.count(b'"') for block in iter(lambda: opened.read(BYTES), b""))
    if quotes % 2 == 0:
        return False
    csv.field_size_limit(sys.maxsize)
    with file.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
        try:
            for _ in csv.reader(lines, strict=True):
                pass
        except csv.Error as error:
            return "unexpected end" in str(error)
    return False


class _Json(_Lines):
    def __init__(self, file: Path, types: Types) -> None:
        self._explicit: Any = None
        super().__init__(file)
        seen = self.schema.names
        self._explicit = pa.schema(types(seen))
        super().__init__(file)
        self.seen = seen

    def _open(
        self,
        opened: Any,
        columns: Sequence[str] | None,  # noqa: ARG002 - a row of JSON is read whole
        *,
        threads: bool = False,
    ) -> Any:
        return pyarrow.json.open_json(
            opened,
            read_options=pyarrow.json.ReadOptions(use_threads=threads, block_size=BYTES),
            parse_options=pyarrow.json.ParseOptions(explicit_schema=self._explicit),
        )


@contextmanager
def reading(file: Path) -> Iterator[None]:
    """Turn what Arrow says of a file that cannot be read into one line; raises PatientsError."""
    try:
        yield
    except (pa.ArrowException, OSError, UnicodeError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        text = str(error).splitlines()[0] if str(error) else type(error).__name__
        remedy = "the file is damaged, or not what its ending says"
        if "unexpected field" in text:
            remedy = "every column must stand in one of the first rows"
        raise PatientsError([Problem(str(file), "", f"cannot be read: {text}", remedy)]) from None


def patients(source: str | Path, types: Types) -> Patients:
    """Open a file of patients, a folder of Parquet files, or a glob of them.

    `types` gives for the names of a file of JSON lines the types that some columns ought to have.
    Raises PatientsError, UnknownFormatError and OSError.
    """
    path = Path(source)
    files = _files(path)
    endings = {file.suffix.removeprefix(".").lower() for file in files}
    if len(endings) > 1 or (len(files) > 1 and endings != {"parquet"}):
        raise PatientsError([Problem(str(source), "", "several files, not all of them Parquet",
                                     "name one file, or a folder or glob of Parquet")])  # fmt: skip
    match endings.pop():
        case "parquet":
            return _Parquet(files)
        case "csv":
            return _Csv(files[0])
        case "arrow" | "feather":
            return _Arrow(files[0])
        case "jsonl" | "ndjson":
            return _Json(files[0], types)
        case ending:
            raise UnknownFormatError(ending, READS)


def _files(path: Path) -> list[Path]:
    """Return the files that a path, a folder or a glob names, sorted."""
    if path.is_dir():
        found = sorted(path.glob("*.parquet"))
    elif not path.exists() and has_magic(str(path)):
        found = sorted(map(Path, glob(str(path), recursive=True)))  # noqa: PTH207 - from anywhere
    else:
        path.stat()  # says what is wrong with it
        return [path]
    if not found:
        raise PatientsError(
            [Problem(str(path), "", "no file", "name a file, or a folder of Parquet")]
        )
    return found
