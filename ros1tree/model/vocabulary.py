"""What may be known of a patient: the facts, their types and what each accepts."""

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from ros1tree.errors import Near, listed
from ros1tree.model.text import Codes, FrozenDict, Id, Labels, Many, Strict, Text, problem
from ros1tree.model.when import number_words, whole

Value = bool | int | float | str | tuple[str, ...]
"""The value of a fact; a set is the tuple of its members, sorted."""


def _labelled(value: Any) -> Any:
    """Turn a plain list of values into a mapping from each value to itself as its label."""
    if not isinstance(value, list):
        return value
    texts = [entry for entry in value if isinstance(entry, str)]
    if len(set(texts)) < len(value):
        raise problem("must be a list of different texts", "put numbers, true and false in quotes")
    return {text: text for text in texts}


def _some(values: FrozenDict[str, str]) -> FrozenDict[str, str]:
    if not values:
        raise problem("must name at least one value", "list what the fact may be")
    return values


Values = Annotated[
    FrozenDict[Id, Text],
    AfterValidator(_some),
    BeforeValidator(_labelled),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "object", "minProperties": 1, "additionalProperties": {"type": "string"}},
                {"type": "array", "minItems": 1, "uniqueItems": True, "items": {"type": "string"}},
            ]
        }
    ),
]


class _Fact(Strict):
    """What every fact has."""

    question: Text | None = None
    """The question that asks for the fact; the walk shows it where the fact is missing."""
    plain: Text | None = None
    """The question in plain words, for a patient."""
    title: Text | None = None
    """What the fact is called inside a sentence; without it the name, with spaces."""
    help: Text | None = None
    """How the fact is to be understood: definitions, limits, what does not count."""
    codes: Codes = FrozenDict()
    """Codes of the fact in terminologies."""
    default: Any = None
    """The value where none is supplied; only where that has a safe meaning."""

    @model_validator(mode="after")
    def _allows_its_default(self) -> Self:
        if self.default is not None and not self.accepts(self.default):
            raise problem("its default is not allowed", f"allowed: {self.allowed}")
        return self

    @property
    def allowed(self) -> str:
        """What the fact accepts, in words."""
        raise NotImplementedError

    def accepts(self, value: Any) -> bool:
        """Tell whether a value, as it is read from a file, is one of the fact's."""
        raise NotImplementedError

    def remedy(self, value: Any) -> str | Near:
        """Return what to write instead of a value that is not accepted."""
        values = getattr(self, "values", ())
        name = value if isinstance(value, str) else ""
        return Near(name, values, before=f"allowed: {self.allowed}")

    def value(self, value: Any) -> Value:
        """Return an accepted value in the one form in which it is kept."""
        kept: Value = value
        return kept


LARGEST = 10**15
"""No number of a patient is larger; up to here every machine counts in the same way."""


def is_number(value: Any) -> bool:
    """Tell whether a value is a number that every machine can count with."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return -LARGEST <= value <= LARGEST


class BooleanFact(_Fact):
    """A fact that is true or false."""

    type: Literal["boolean"]
    """The kind of fact."""
    default: bool | None = None
    """The value where none is supplied; only where that has a safe meaning."""
    words: Labels = FrozenDict()
    """How `true` and `false` read inside a sentence."""

    @property
    def allowed(self) -> str:
        """What the fact accepts, in words."""
        return "true or false"

    def accepts(self, value: Any) -> bool:
        """Tell whether the value is true or false."""
        return isinstance(value, bool)

    @model_validator(mode="after")
    def _only_two_words(self) -> "BooleanFact":
        if extra := set(self.words) - {"true", "false"}:
            raise problem(f"words for '{listed(sorted(extra))}'", "only true and false have words")
        return self


class ChoiceFact(_Fact):
    """A fact that is exactly one of several values."""

    type: Literal["choice"]
    """The kind of fact."""
    values: Values
    """The values and what each is called, or a plain list."""
    default: Text | None = None
    """The value where none is supplied; only where that has a safe meaning."""

    @property
    def allowed(self) -> str:
        """What the fact accepts, in words."""
        return f"one of {listed(self.values)}"

    def accepts(self, value: Any) -> bool:
        """Tell whether the value is one of the choices."""
        return isinstance(value, str) and value in self.values


class SetFact(_Fact):
    """A fact of which any number of values hold together, or none."""

    type: Literal["set"]
    """The kind of fact."""
    values: Values
    """The possible members and what each is called, or a plain list."""
    default: Annotated[tuple[Text, ...], Many] | None = None
    """The members where none are supplied; only where that has a safe meaning."""

    @property
    def allowed(self) -> str:
        """What the fact accepts, in words."""
        return f"a list of any of {listed(self.values)}"

    def accepts(self, value: Any) -> bool:
        """Tell whether the value is a list of possible members."""
        if not isinstance(value, list | tuple | set | frozenset):
            return False
        return all(isinstance(member, str) and member in self.values for member in value)

    def remedy(self, value: Any) -> str | Near:
        """Return what to write instead of a value that is not accepted."""
        known = isinstance(value, str) and value in self.values
        return f"write a list: [{value}]" if known else super().remedy(value)

    def value(self, value: Any) -> Value:
        """Return the members, each once, sorted."""
        return tuple(sorted(set(value)))


class _NumericFact(_Fact):
    """What whole numbers and numbers share."""

    unit: Text | None = None
    """The unit of the number."""
    min: float | None = None
    """The lowest value."""
    max: float | None = None
    """The highest value."""

    @model_validator(mode="after")
    def _has_a_range(self) -> Self:
        ends = [end for end in (self.min, self.max) if end is not None]
        if not all(map(is_number, ends)):
            raise problem("its range is too large", f"no number is larger than {LARGEST}")
        if ends != sorted(ends):
            low, high = map(number_words, ends)
            raise problem(f"min {low} is above max {high}", "exchange them")
        return self

    def _between(self, value: float, low: float | None, high: float | None) -> bool:
        return (low is None or value >= low) and (high is None or value <= high)


class IntegerFact(_NumericFact):
    """A fact that is a whole number."""

    type: Literal["integer"]
    """The kind of fact."""
    min: int
    """The lowest value."""
    max: int
    """The highest value."""
    default: int | None = None
    """The value where none is supplied; only where that has a safe meaning."""

    @property
    def allowed(self) -> str:
        """What the fact accepts, in words."""
        return f"a whole number from {self.min} to {self.max}"

    def accepts(self, value: Any) -> bool:
        """Tell whether the value is a whole number in range; 2.0 is one."""
        return is_number(value) and self._between(value, self.min, self.max) and value == int(value)

    def value(self, value: Any) -> Value:
        """Return the whole number."""
        return int(value)


class NumberFact(_NumericFact):
    """A fact that is a number."""

    type: Literal["number"]
    """The kind of fact."""
    min: float | None = None
    """The lowest value; without it there is none."""
    max: float | None = None
    """The highest value; without it there is none."""
    default: float | None = None
    """The value where none is supplied; only where that has a safe meaning."""

    @property
    def allowed(self) -> str:
        """What the fact accepts, in words."""
        ends = [
            f"{word} {number_words(end)}"
            for word, end in (("from", self.min), ("to", self.max))
            if end is not None
        ]
        return " ".join(["a number", *ends])

    def accepts(self, value: Any) -> bool:
        """Tell whether the value is a finite number in range."""
        return is_number(value) and self._between(value, self.min, self.max)

    def value(self, value: Any) -> Value:
        """Return the number; a whole one without a point, so that 70 and 70.0 are one value."""
        number = whole(value)
        return number if isinstance(number, int) else float(number)


Fact = Annotated[
    BooleanFact | ChoiceFact | SetFact | IntegerFact | NumberFact, Field(discriminator="type")
]
"""A fact of any type."""

AnyFact = BooleanFact | ChoiceFact | SetFact | IntegerFact | NumberFact
