"""The guideline: what stands in one data file."""

import hashlib
import json
from typing import Annotated, Any, Literal, get_args

from pydantic import ValidationInfo, model_validator

from ros1tree.display import Displayed
from ros1tree.model.forms import Date, Doi, FactId, Figure, WebAddress, When
from ros1tree.model.kept import kept
from ros1tree.model.text import (
    Cites,
    Codes,
    FactRef,
    FrozenDict,
    Id,
    InterventionRef,
    Many,
    NodeRef,
    ReferenceRef,
    SectionRef,
    Strict,
    Text,
    problem,
)
from ros1tree.model.vocabulary import Fact
from ros1tree.model.when import ALWAYS, number_words

Tier = Literal["preferred", "recommended", "alternative", "consider", "avoid"]
TIERS: tuple[Tier, ...] = get_args(Tier)
"""The ranks of the source, best first; `avoid` bars. They are not GRADE grades."""

NodeKind = Literal["decision", "treatment", "workup", "silent"]
InterventionKind = Literal["drug", "regimen", "procedure", "test", "enrolment"]


@kept
def _digest(guideline: "Guideline") -> str:
    text = json.dumps(guideline.to_data(), sort_keys=True, ensure_ascii=False)
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


class Source(Strict):
    """Where the guideline's content comes from."""

    title: Text
    """Title of the source."""
    updated: Date | None = None
    """The source's own date."""
    review: Text | None = None
    """Who reviewed the source, or that nobody did."""
    url: WebAddress | None = None
    """Where the source can be read."""


class Remark(Strict):
    """Something the reader must know of the guideline as a whole."""

    says: Text
    """The remark."""
    plain: Text | None = None
    """The remark in plain words."""
    cites: Cites = ()
    """Statements or references on which it rests."""


class Reference(Strict):
    """A publication that is cited."""

    title: Text
    """Title, or what is known of it."""
    year: int | None = None
    """Year of publication."""
    journal: Text | None = None
    """Where it was published."""
    doi: Doi | None = None
    """Digital object identifier, `10.…/…`."""
    url: WebAddress | None = None
    """Where it can be read."""


class Statement(Strict):
    """One atomic thing that the source says, in the guideline's own words."""

    says: Text
    """The statement."""
    plain: Text | None = None
    """The statement in plain words."""
    kind: Id | None = None
    """What it is: recommendation, evidence, prohibition, …"""
    cites: Annotated[tuple[ReferenceRef, ...], Many] = ()
    """References that the source gives for it."""
    section: Text | None = None
    """The heading under which it stands in the source."""
    caution: Text | None = None
    """What a check of the facts found against it; shown wherever the statement is."""
    uncarried: Text | None = None
    """Why nothing in the graph carries it; only where nothing does."""


class Intervention(Strict):
    """Something that the guideline can offer or bar."""

    title: Text
    """Its name for a reader."""
    plain: Text | None = None
    """Its name in plain words."""
    kind: InterventionKind | None = None
    """What sort of intervention it is."""
    codes: Codes = FrozenDict()
    """Codes in terminologies."""


class Impossible(Strict):
    """A combination of facts that no patient has."""

    when: When
    """The combination."""
    because: Text | None = None
    """Why nobody has it."""


class Repeat(Strict):
    """A fact whose values name interventions that a patient had before."""

    fact: FactRef
    """A choice or a set; its values that are interventions count, others mean nothing."""
    says: Text
    """What it means that a patient has such a value, such as `it was given before`."""


class Edge(Strict):
    """A way from one node to the next."""

    to: NodeRef
    """The node it leads to."""
    label: Text | None = None
    """The short answer that is drawn on it; without it the condition in words."""
    plain: Text | None = None
    """The answer in plain words."""
    when: When = ALWAYS
    """For whom it is taken; without it, for everybody who is at the node."""


class Offer(Strict):
    """An intervention that a node offers, or bars."""

    intervention: InterventionRef
    """What is offered."""
    tier: Tier
    """Its rank in the source; `avoid` bars it."""
    when: When = ALWAYS
    """For whom; without it, for everybody who reaches the node."""
    wording: Text | None = None
    """The source's own strength, where it says more than the tier."""
    because: Text | None = None
    """The source's reason."""
    plain: Text | None = None
    """Wording and reason in plain words."""
    cites: Cites = ()
    """Statements or references on which it rests."""


class Note(Strict):
    """Something to know at a node that is no recommendation."""

    says: Text
    """The note."""
    plain: Text | None = None
    """The note in plain words."""
    when: When = ALWAYS
    """For whom; without it, for everybody who reaches the node."""
    cites: Cites = ()
    """Statements or references on which it rests."""


class Evidence(Strict):
    """A figure that the source reports for an intervention."""

    intervention: InterventionRef
    """What was studied."""
    measure: Id
    """What was measured, such as `objective_response_rate`."""
    value: Figure
    """The figure, or the two ends of a range."""
    unit: Text | None = None
    """The unit of the figure."""
    population: Text | None = None
    """In whom it was measured, where the source says so."""
    cites: Cites = ()
    """Statements or references that report it."""

    @property
    def words(self) -> str:
        """The figure in words: `objective response rate 62 %`."""
        ends = self.value if isinstance(self.value, tuple) else (self.value,)
        number = "\N{EN DASH}".join(map(number_words, ends))
        parts = (self.measure.replace("_", " "), number, self.unit, self.population)
        return " ".join(part for part in parts if part)


class Node(Strict):
    """A place in the pathway."""

    kind: NodeKind
    """`decision` asks, `treatment` and `workup` offer, at `silent` the source does not speak."""
    title: Text
    """What stands in its box."""
    plain: Text | None = None
    """The title in plain words."""
    section: SectionRef | None = None
    """The phase of the pathway to which it belongs."""
    hit: Literal["unique", "collect"] = "unique"
    """Of a decision: exactly one edge is taken, or every one that is true (at least one)."""
    offers: Annotated[tuple[Offer, ...], Many] = ()
    """What is offered or barred here."""
    notes: Annotated[tuple[Note, ...], Many] = ()
    """What is to be known here."""
    evidence: Annotated[tuple[Evidence, ...], Many] = ()
    """Figures for what is offered here."""
    cites: Cites = ()
    """Statements or references on which the node rests."""
    next: Annotated[tuple[Edge, ...], Many] = ()
    """The ways on; without any, the track ends here."""

    @model_validator(mode="after")
    def _decides(self) -> "Node":
        if self.kind == "decision" and not self.next:
            text = "a decision without 'next' leads nowhere"
            raise problem(text, "add its branches under 'next'")
        if self.kind != "decision" and self.hit == "collect":
            text = "only a decision has 'hit: collect'"
            raise problem(text, "remove it; elsewhere every true edge is taken")
        return self


class Waiver(Strict):
    """A finding of the reviewer that is accepted."""

    rule: Id
    """The rule that found it."""
    node: NodeRef | None = None
    """The node at which it was found; without it, anywhere."""
    because: Text
    """Why it is accepted."""


class Guideline(Displayed, Strict):
    """A clinical guideline as a directed acyclic graph of nodes."""

    id: Id
    """The name by which programs know the guideline."""
    title: Text
    """Its title for a reader."""
    plain: Text | None = None
    """Its title in plain words."""
    version: Text
    """Its version."""
    status: Literal["draft", "active", "retired"] = "draft"
    """Whether it may be used."""
    source: Source | None = None
    """Where its content comes from."""
    disclaimer: Text | None = None
    """What is said wherever it is shown."""
    remarks: Annotated[tuple[Remark, ...], Many] = ()
    """What must be known of it as a whole."""
    start: NodeRef
    """The node at which every patient enters."""
    references: FrozenDict[Id, Reference] = FrozenDict()
    """What is cited, by name."""
    statements: FrozenDict[Id, Statement] = FrozenDict()
    """What the source says, by name."""
    sections: FrozenDict[Id, Text] = FrozenDict()
    """The phases of the pathway in order, with their titles."""
    facts: FrozenDict[FactId, Fact]
    """What may be known of a patient, by name."""
    impossible: Annotated[tuple[Impossible, ...], Many] = ()
    """Combinations of facts that no patient has."""
    repeats: Annotated[tuple[Repeat, ...], Many] = ()
    """Facts that tell what a patient had before; the review looks for offers of the same."""
    interventions: FrozenDict[Id, Intervention]
    """Everything that can be offered or barred, by name."""
    nodes: FrozenDict[Id, Node]
    """The nodes, by name."""
    waive: Annotated[tuple[Waiver, ...], Many] = ()
    """Findings of the reviewer that are accepted."""

    def to_data(self) -> dict[str, Any]:
        """Return the guideline as plain data; what is left at its default is left out."""
        data: dict[str, Any] = self.model_dump(mode="json", exclude_defaults=True)
        return data

    @property
    def digest(self) -> str:
        """The SHA-256 of the content; it does not depend on the order of keys or the layout."""
        return _digest(self)

    @model_validator(mode="after")
    def _was_loaded(self, info: ValidationInfo) -> "Guideline":
        if not info.context:
            raise problem(
                "a guideline is built by ros1tree.load, loads or guideline",
                "they check what a model alone cannot: names, edges, cycles",
            )
        return self

    def __hash__(self) -> int:
        """Hash by content, so that what is computed from a guideline can be kept beside it."""
        return hash(self.digest)
