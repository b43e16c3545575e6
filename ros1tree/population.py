"""A population on a guideline: how many patients are where, and get what."""

from dataclasses import dataclass
from functools import lru_cache

from pydantic import TypeAdapter, ValidationError

from ros1tree.errors import MismatchError
from ros1tree.model import FrozenDict, Guideline


@dataclass(frozen=True, slots=True)
class Passage:
    """How many patients certainly come by a node or an edge, and how many more may."""

    certain: int
    possible: int


@dataclass(frozen=True, slots=True)
class Share:
    """How many patients get an intervention: in each best tier, barred, and still open."""

    tiers: FrozenDict[str, int]
    avoid: int
    possible: int
    """For whom it may come, or in a better tier."""
    possible_avoid: int
    """For whom it may turn out to be barred."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Why rows are invalid: a column and a value, or a combination that no patient has."""

    column: str
    """Empty where it is a combination."""
    value: str
    """The value; of a combination its words."""
    patients: int


@dataclass(frozen=True, slots=True)
class Population:
    """What a guideline says of many patients, in numbers; JSON has the same names."""

    guideline: str
    """The guideline's id, as `version` and `digest` are its own."""
    version: str
    digest: str
    patients: int
    status: FrozenDict[str, int]
    interventions: FrozenDict[str, Share]
    nodes: FrozenDict[str, Passage]
    """By node, in the order of the graph."""
    edges: FrozenDict[str, FrozenDict[str, Passage]]
    """By the node they leave, and the one they lead to."""
    faults: FrozenDict[str, int]
    """For how many a decision has a gap or an overlap."""
    missing: FrozenDict[str, int]
    """How many wait for a fact."""
    refused: tuple[Refused, ...]
    """Why rows are invalid, the most frequent reason first; a row can have several."""
    columns: FrozenDict[str, tuple[str, ...]]
    """The columns from which each fact was read; none where there is no such column."""
    passed: tuple[str, ...]
    """The columns that are no fact."""

    def to_json(self, indent: int | None = None) -> str:
        """Return the population as JSON."""
        return _adapter().dump_json(self, indent=indent).decode()

    @classmethod
    def from_json(cls, text: str | bytes) -> "Population":
        """Return the population that a JSON text holds; raises ValueError where it holds none."""
        try:
            return _adapter().validate_json(text)
        except ValidationError as error:
            raise ValueError(f"not a population: {error.error_count()} problems") from error

    def check(self, guideline: Guideline) -> None:
        """Raise MismatchError where it was counted with another guideline."""
        if self.digest != guideline.digest:
            told = f"{self.guideline} {self.version}, {self.digest[:19]}"
            here = f"{guideline.id} {guideline.version}, {guideline.digest[:19]}"
            text = f"the population was counted with {told}, not with {here}; count again"
            raise MismatchError(text)


@lru_cache(maxsize=1)
def _adapter() -> TypeAdapter[Population]:
    return TypeAdapter(Population)
