"""Values with a form of their own: conditions, dates, addresses, figures."""

import re
from datetime import date
from itertools import islice
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainSerializer,
    PlainValidator,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from ros1tree.model.grammar import kind_of, misfits
from ros1tree.model.text import Carried, Id, Text, problem
from ros1tree.model.vocabulary import is_number
from ros1tree.model.when import COMBINERS, Condition, from_data, to_data

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
MAX_MISFITS = 100
"""How much of what is wrong in one condition is told."""


def _condition(value: Any, info: ValidationInfo) -> Condition:
    if isinstance(value, Condition):
        return value
    told = misfits(value, (info.context or {}).get("facts"))
    if found := list(islice(told, MAX_MISFITS)):
        text = found[0].message
        raise PydanticCustomError("misfits", "{text}", {"text": text, "misfits": Carried(found)})
    return from_data(value)


def _iso_date(value: Any) -> Any:
    if not isinstance(value, date) and not _DATE.fullmatch(str(value)):
        raise problem(f"must be a date, not {kind_of(value)}", "write YYYY-MM-DD")
    return value


def _web_address(value: str) -> str:
    if not value.startswith(("https://", "http://")):
        raise problem("is not a web address", "begin with https://")
    return value


def _doi(value: str) -> str:
    if not value.startswith("10.") or "/" not in value:
        raise problem("is not a DOI", "write it as 10.xxxx/…")
    return value


def _fact_id(value: str) -> str:
    if value in COMBINERS:
        raise problem(
            f"no fact may be called '{value}'", "conditions use this word; choose another"
        )
    return value


When = Annotated[
    Condition,
    PlainValidator(_condition),
    PlainSerializer(to_data),
    WithJsonSchema({"title": "When"}),
]
"""A condition on the patient's facts; in the file a mapping."""

Date = Annotated[date, Field(strict=False), BeforeValidator(_iso_date)]
WebAddress = Annotated[Text, AfterValidator(_web_address)]

Doi = Annotated[Text, AfterValidator(_doi)]
"""A digital object identifier."""

FactId = Annotated[Id, AfterValidator(_fact_id)]
"""A name that conditions do not keep for themselves."""


def _figure(value: Any) -> float | tuple[float, float]:
    if isinstance(value, list | tuple) and len(value) == 2 and all(map(is_number, value)):
        return float(value[0]), float(value[1])
    if is_number(value):
        return float(value)
    raise problem(f"must be a number or a list of two numbers, not {kind_of(value)}")


Figure = Annotated[
    float | tuple[float, float],
    BeforeValidator(_figure),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number"},
                {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2},
            ]
        }
    ),
]
"""A finite number, or the two ends of a range."""
