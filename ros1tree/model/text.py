"""The small types that every part of a guideline is made of: text, names, frozen mappings."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TypeVar, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    GetCoreSchemaHandler,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, PydanticCustomError
from pydantic_core.core_schema import no_info_after_validator_function

from ros1tree.errors import Near, listed, shown

K = TypeVar("K")
V = TypeVar("V")

ID_PATTERN = r"^[A-Za-z0-9_][A-Za-z0-9_+-]*$"
# Characters that XML forbids: no text with them could be drawn.
# Beside them what turns the direction of a terminal's line.
_UNDRAWABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


class Strict(BaseModel):
    """A frozen model that refuses unknown keys and converts nothing silently."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        allow_inf_nan=False,
        use_attribute_docstrings=True,
        defer_build=True,  # most commands need the whole guideline alone: it builds the rest
    )


if TYPE_CHECKING:

    class FrozenDict(Mapping[K, V]):
        """To a type checker a mapping, so that it sees where somebody changes it."""

        def __init__(self, entries: Mapping[K, V] | None = None) -> None: ...
        def __getitem__(self, key: K) -> V: ...
        def __iter__(self) -> Iterator[K]: ...
        def __len__(self) -> int: ...
        def __or__(self, other: Mapping[K, V]) -> dict[K, V]: ...

else:

    class FrozenDict(dict):
        """A dict that does not change; unlike a proxy it can be pickled, hashed and serialised."""

        def _refuse(self, *_: Any, **__: Any) -> NoReturn:
            raise TypeError("this mapping does not change; make another one")

        __setitem__ = __delitem__ = __ior__ = _refuse
        clear = pop = popitem = setdefault = update = _refuse

        def __or__(self, other: Mapping[Any, Any]) -> dict[Any, Any]:
            return {**self, **other}

        def __hash__(self) -> int:
            """Hash by content, whatever the order."""
            return hash(frozenset(self.items()))

        @classmethod
        def __get_pydantic_core_schema__(
            cls, source: Any, handler: GetCoreSchemaHandler
        ) -> CoreSchema:
            """Read it as a dict, then freeze it."""
            key, value = get_args(source) or (Any, Any)
            return no_info_after_validator_function(cls, handler.generate_schema(dict[key, value]))

        def __reduce__(self) -> tuple[type, tuple[dict[Any, Any]]]:
            """Pickle and copy by content."""
            return type(self), (dict(self),)


class Carried:
    """Something that an error of pydantic carries without writing it out, as it would."""

    def __init__(self, value: Any) -> None:
        """Carry a value."""
        self.value = value

    def __repr__(self) -> str:
        return ""


def problem(message: str, remedy: str | Near = "") -> PydanticCustomError:
    """Return the error of a validator; the loader gives it file, line and address."""
    context = {"message": message, "remedy": Carried(remedy)}
    return PydanticCustomError("problem", "{message}", context)


def no_such(kind: str, name: str, known: Collection[str]) -> PydanticCustomError:
    """Return the error for a `name` that is not among the `known` ones."""
    allowed = f"declared: {listed(known)}" if known else f"no {kind} is declared"
    return problem(f"no {kind} '{shown(name)}'", Near(name, known, allowed))


def _drawable(value: str) -> str:
    if not value.strip():
        raise problem("must not be empty", "write the text, or remove the key")
    if found := _UNDRAWABLE.search(value):
        raise problem(f"holds the control character {found.group()!a}", "remove it")
    return value


def _id(value: str) -> str:
    if not re.fullmatch(ID_PATTERN, value):
        raise problem(
            f"'{shown(value)}' cannot be a name",
            "use letters, digits, '_', '-' and '+', and do not begin with '-' or '+'",
        )
    return value


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def refers_to(kind: str) -> AfterValidator:
    """Return a validator that a name is declared; the loader passes what is, by kind."""

    def check(value: str, info: ValidationInfo) -> str:
        known = (info.context or {}).get(kind)
        if known is not None and value not in known:
            raise no_such(kind, value, known)
        return value

    return AfterValidator(check)


Text = Annotated[str, AfterValidator(_drawable), WithJsonSchema({"type": "string", "minLength": 1})]
"""Text of any script, without control characters other than line breaks and tabs."""

Id = Annotated[str, AfterValidator(_id), WithJsonSchema({"type": "string", "pattern": ID_PATTERN})]
"""A name inside a guideline: letters, digits, `_`, `-` and `+`."""

NodeRef = Annotated[Id, refers_to("node")]
InterventionRef = Annotated[Id, refers_to("intervention")]
SectionRef = Annotated[Id, refers_to("section")]
ReferenceRef = Annotated[Id, refers_to("reference")]
FactRef = Annotated[Id, refers_to("fact")]
CiteRef = Annotated[Id, refers_to("statement or reference")]

Many = BeforeValidator(_tuple)
"""A list of a file becomes a tuple."""


Cites = Annotated[tuple[CiteRef, ...], Many]
"""Statements or references on which something rests."""

Codes = FrozenDict[Id, Text]
"""Codes of terminologies by system: `snomed`, `loinc`, `rxnorm`, `hgnc`, `ncit`, …"""

Labels = FrozenDict[Id, Text]
"""Values and what each is called."""
