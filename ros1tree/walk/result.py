"""What a walk tells: certain, possible, barred, missing, silent. Frozen, and JSON both ways."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from ros1tree.display import Displayed
from ros1tree.model import Evidence, FrozenDict, Tier, Value

Certainty = Literal["yes", "no", "maybe"]
Status = Literal["complete", "incomplete", "not_covered", "fault"]

STATUS_WORDS: Mapping[str, str] = {
    "complete": "COMPLETE: the guideline answers for this patient",
    "incomplete": "INCOMPLETE: facts are missing; what is certain below stays so",
    "not_covered": "NOT COVERED: the guideline does not speak of this situation",
    "fault": "FAULT: the guideline itself fails here; do not use the result",
}
"""What each status means to a reader."""

FAULT_WORDS: Mapping[str, str] = {
    "gap": "no branch holds",
    "overlap": "branches hold that exclude each other",
}
"""What each fault of the guideline means to a reader."""


@dataclass(frozen=True, slots=True)
class Because:
    """One test of a condition on one fact; `value` is None where the fact is unknown."""

    fact: str
    value: Value | None
    test: str
    """The test in words."""
    holds: Certainty


@dataclass(frozen=True, slots=True)
class EdgeStep:
    """An edge of a reached node: whether it is taken, and on what that rests."""

    to: str
    taken: Certainty
    because: tuple[Because, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A node that is reached, or may be."""

    node: str
    kind: str
    title: str
    reached: Certainty
    edges: tuple[EdgeStep, ...]


@dataclass(frozen=True, slots=True)
class Recommendation:
    """An intervention that is certainly offered, in its best tier."""

    intervention: str
    title: str
    tier: Tier
    node: str
    """The node that offers it in this tier."""
    nodes: tuple[str, ...]
    """Every reached node that offers it, that one first."""
    wording: str | None
    """The source's own strength, where it says more than the tier."""
    reason: str | None
    """The source's reason."""
    because: tuple[Because, ...]
    """The tests that decided: on the way to the node, and for the offer itself."""
    cites: tuple[str, ...]
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Possible:
    """An offer that is neither certain nor excluded, and the facts that decide it."""

    intervention: str
    tier: Tier
    node: str
    depends_on: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Avoid:
    """An intervention that is certainly barred."""

    intervention: str
    title: str
    node: str
    nodes: tuple[str, ...]
    wording: str | None
    """The source's own scope or strength, where it says more."""
    reason: str | None
    cites: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Noted:
    """A note that certainly concerns the patient, with the facts that its condition asks."""

    node: str
    says: str
    facts: tuple[str, ...]
    cites: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """A fact that the certainly reached part of the graph waits for."""

    fact: str
    question: str | None
    asked_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """A decision at which the guideline fails: no edge is true, or two exclude each other."""

    node: str
    fault: Literal["gap", "overlap"]
    edges: tuple[str, ...]
    """The targets of the edges that are true; none in a gap."""


@dataclass(frozen=True, slots=True)
class Silence:
    """A silent node that is certainly reached."""

    node: str
    title: str


@dataclass(frozen=True, slots=True)
class Caution:
    """What the check of the facts found against a statement that is shown."""

    statement: str
    says: str


@dataclass(frozen=True, slots=True)
class Origin:
    """Which guideline was walked, so that a stored walk can be replayed and compared."""

    id: str
    version: str
    digest: str


@dataclass(frozen=True, slots=True)
class Walk(Displayed):
    """All that a guideline says of one patient."""

    guideline: Origin
    facts: FrozenDict[str, Value]
    """The facts as they were supplied; sets are sorted lists."""
    assumed: FrozenDict[str, Value]
    """The defaults of facts that were not supplied; they took part like supplied ones."""
    status: Status
    steps: tuple[Step, ...]
    recommendations: tuple[Recommendation, ...]
    possible: tuple[Possible, ...]
    avoid: tuple[Avoid, ...]
    notes: tuple[Noted, ...]
    missing: tuple[Missing, ...]
    conflicts: tuple[str, ...]
    faults: tuple[Fault, ...]
    not_covered: tuple[Silence, ...]
    cautions: tuple[Caution, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the result as plain data, the same as its JSON."""
        data: dict[str, Any] = _adapter().dump_python(self, mode="json")
        return data

    def to_json(self, indent: int | None = None) -> str:
        """Return the result as JSON."""
        return _adapter().dump_json(self, indent=indent).decode()

    @classmethod
    def from_json(cls, text: str | bytes) -> "Walk":
        """Return the result that a JSON text holds; raises ValueError where it holds none."""
        try:
            return _adapter().validate_json(text)
        except ValidationError as error:
            raise ValueError(f"not a stored walk: {error.error_count()} problems") from error


@lru_cache(maxsize=1)
def _adapter() -> TypeAdapter[Walk]:
    return TypeAdapter(Walk)
