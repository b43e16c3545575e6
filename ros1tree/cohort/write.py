"""Output of a cohort: Parquet, CSV or Arrow IPC, written batch by batch."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from ros1tree.cohort.table import NAMES
from ros1tree.errors import PatientsError, Problem, UnknownFormatError

Open = Callable[[str, Any], Any]


def _arrow(path: str, schema: Any) -> Any:
    return pa.ipc.new_file(path, schema)


def _parquet(path: str, schema: Any) -> Any:
    # Statistics take as long as all the rest, and say little of columns of few values.
    return pq.ParquetWriter(path, schema, write_statistics=False)


_OPEN: Mapping[str, Open] = {
    "parquet": _parquet, "csv": pyarrow.csv.CSVWriter, "arrow": _arrow,
}  # fmt: skip
WRITES = (*_OPEN,)
"""The endings of files that are written."""


def writable(form: str) -> None:
    """Raise UnknownFormatError where there is no such format."""
    if form not in _OPEN:
        raise UnknownFormatError(form, WRITES)


class Writer:
    """Writes tables of one schema into a file, as their rows come."""

    def __init__(self, path: Path, form: str) -> None:
        """Take the file's name; it is opened with the first rows."""
        writable(form)
        self._path, self._form = path, form
        self._opened: Any = None

    def write(self, table: Any) -> None:
        """Write rows."""
        try:
            if self._form == "csv":
                table = pa.table({name: _flat(name, table[name]) for name in table.column_names})
            if self._opened is None:
                self._opened = _OPEN[self._form](str(self._path), table.schema)
            self._opened.write_table(table)
        except pa.ArrowException as error:
            text = f"cannot be written as {self._form}: {str(error).splitlines()[0]}"
            remedy = "leave the column out of the input, or write another format"
            raise PatientsError([Problem("-o", "", text, remedy)]) from None

    def close(self) -> None:
        """Finish the file."""
        if self._opened is not None:
            self._opened.close()
            self._opened = None


def _flat(name: str, column: Any) -> Any:
    """Return a column as a CSV can have it: a list of names as `a,b`, of problems as `a; b`."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return column.cast(kind.value_type)
    if kind == NAMES:
        return pc.binary_join(column.cast(pa.list_(pa.string())), ",")
    if name == "problems" and kind == pa.list_(pa.string()):
        return pc.binary_join(column, "; ")
    if pa.types.is_nested(kind):
        text = f"the column is {kind}, which a CSV cannot have"
        raise PatientsError([Problem("-o", name, text, "write .parquet or .arrow")])
    return column
