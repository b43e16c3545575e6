"""A column of text, as a CSV has it, read by the type of its fact."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ros1tree.cohort.encode import Bad
from ros1tree.compose import resolve
from ros1tree.model import AnyFact, BooleanFact, ChoiceFact, NumberFact, SetFact


def typed(fact: AnyFact, array: Any) -> tuple[Any, Bad | None]:
    """Return a column of text as the values that it means, and the texts that mean none.

    An empty field, or one of spaces, is null. A set is written `a,b`, or `[]` where it is empty;
    all else as after `--fact`.
    """
    if pa.types.is_null(array.type):
        return array, None
    if isinstance(fact, NumberFact):
        try:
            return array.cast(pa.float64()), None
        except pa.ArrowInvalid:
            pass  # some text is no number; which one is found out below
    coded = pc.dictionary_encode(array)
    texts = coded.dictionary.to_pylist()
    values = [_value(fact, text.strip()) for text in texts]
    unread = [n for n, value in enumerate(values) if value is None and texts[n].strip()]
    meant = pa.array(values, _type(fact)).take(coded.indices)
    if not unread:
        return meant, None
    wrong = pc.fill_null(pc.is_in(coded.indices, pa.array(unread, pa.int32())), fill_value=False)
    rows = np.flatnonzero(wrong.to_numpy(zero_copy_only=False))
    return meant, Bad(rows, array.take(rows)) if len(rows) else None


def _type(fact: AnyFact) -> Any:
    match fact:
        case BooleanFact():
            return pa.bool_()
        case SetFact():
            return pa.list_(pa.string())
        case ChoiceFact():
            return pa.string()
        case _:
            return pa.float64()


def _value(fact: AnyFact, text: str) -> Any:
    """Return the value that a text means; None where it means none of this type."""
    if not text or isinstance(fact, ChoiceFact):
        return text or None
    if isinstance(fact, SetFact):
        inner = text[1:-1] if text.startswith("[") and text.endswith("]") else text
        return [member.strip() for member in inner.split(",")] if inner.strip() else []
    value = resolve(text)
    if isinstance(fact, BooleanFact):
        return value if isinstance(value, bool) else None
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
