"""What a guideline says of any patient, written once for every machine that works it out.

The recipe is three-valued (strong Kleene) and says nothing of how truths are kept: an algebra does,
be it planes of bits or SQL. The walk explains the same for one patient, and is not made from it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Generic, Protocol, TypeVar

from ros1tree.condition import facts_of, words
from ros1tree.errors import OptionError, UnknownNameError, listed
from ros1tree.graph import order
from ros1tree.model import (
    TIERS,
    AllOf,
    AnyFact,
    AnyOf,
    Condition,
    Empty,
    Guideline,
    Includes,
    IncludesAny,
    Is,
    Lacks,
    Node,
    Not,
    Offer,
    SetFact,
    Tier,
    Within,
)

X = TypeVar("X")


class Algebra(Protocol[X]):
    """How one machine keeps the truths of many patients, each true, false or unknown."""

    def possible(self, barred: Sequence[X]) -> X:
        """Return which patients can be: none of what is barred certainly holds; never unknown."""

    def condition(self, when: Condition) -> X:
        """Return the truth of a condition, worked out once; see `reading`."""

    def single(self, test: Is | Within) -> X:
        """Return the truth of a test on a fact that is no set."""

    def member(self, fact: str, member: str) -> X:
        """Return whether a set has a member."""

    def negated(self, truth: X) -> X:
        """Return Kleene's "not"."""

    def both(self, *truths: X) -> X:
        """Return Kleene's "and"."""

    def either(self, *truths: X) -> X:
        """Return Kleene's "or"; of nothing it is false."""

    def certain(self, truth: X) -> X:
        """Return whether it is true; never unknown, as the next three are not."""

    def excluded(self, truth: X) -> X:
        """Return whether it is false."""

    def unknown(self, truth: X) -> X:
        """Return whether it is unknown."""

    def unknown_fact(self, fact: str) -> X:
        """Return whether a fact is neither known nor has a default."""

    def keep(self, truth: X, *name: str) -> X:
        """Keep a truth under a name, as many others are made from it; return it as it is kept."""


@dataclass(frozen=True, slots=True)
class Outcome(Generic[X]):
    """Everything that many patients get; a mapping goes in the order of the guideline."""

    problems: tuple[X, ...]
    """Who certainly is an impossible patient, for each rule."""
    valid: X
    """Who is none, and has no value that is not allowed; all that follows is theirs alone."""
    nodes: Mapping[str, X]
    """Who reaches each node that edges lead to, in the order of the graph; three-valued."""
    edges: Mapping[tuple[str, str], X]
    """Who takes each edge; three-valued."""
    tiers: Mapping[str, Mapping[Tier, X]]
    """Who is certainly offered an intervention in a tier, best tier first, whatever else."""
    avoid: Mapping[str, X]
    """Who is certainly told to avoid an intervention."""
    possible: Mapping[str, X]
    """For whom a column of a tier or an `avoid.` may still come, or get a better tier."""
    missing: tuple[tuple[str, X], ...]
    """Which fact is missing for whom, one entry a place that asks it, in the order of a walk."""
    silent: Mapping[str, X]
    """Who certainly reaches a silent node."""
    faults: Mapping[str, X]
    """For whom a decision certainly has a gap or an overlap."""
    waiting: X
    """Who misses a fact."""


STATUSES = ("complete", "incomplete", "not_covered", "fault", "invalid")
"""What a patient can be: what a walk says, and `invalid` where the facts cannot be walked."""


def output_columns(guideline: Guideline) -> tuple[str, ...]:
    """Return the names of the columns that tell what many patients get, in their order.

    Raises OptionError where the name of an intervention makes two of them alike.
    """
    names = tuple(guideline.interventions)
    lists = ("possible", "missing", "silent", "faults", "problems")
    found = ("status", *names, *map(barred_column, names), *lists)
    if twice := sorted({name for name in found if found.count(name) > 1}):
        told = "an intervention is called like another output column"
        raise OptionError(f"{told}: {listed(twice)}; rename it in the guideline")
    return found


def selected_columns(guideline: Guideline, select: Sequence[str]) -> tuple[str, ...]:
    """Return the output columns that are asked for, in their order; without any, all.

    Raises UnknownNameError and OptionError.
    """
    known = output_columns(guideline)
    if isinstance(select, str):
        raise OptionError(f"select is a list of output columns; write [{select!r}]")
    for name in select:
        if name not in known:
            raise UnknownNameError("output column", name, known)
    return tuple(name for name in known if not select or name in select)


def conditions(guideline: Guideline) -> Iterator[Condition]:
    """Yield every condition on which the outcome depends."""
    yield from (rule.when for rule in guideline.impossible)
    for node in guideline.nodes.values():
        yield from _conditions(node)


def impossible_words(guideline: Guideline, place: int) -> str:
    """Return what is said of a patient whom one of the guideline's rules holds for impossible."""
    return f"no patient has this: {words(guideline.impossible[place].when, guideline.facts)}"


def barred_column(intervention: str) -> str:
    """Return the name of the column that tells who is to avoid an intervention."""
    return f"avoid.{intervention}"


def reading(when: Condition, facts: Mapping[str, AnyFact], algebra: Algebra[X]) -> X:
    """Return the truth of a condition, from those of its parts."""
    match when:
        case AllOf(parts):
            return algebra.both(*map(algebra.condition, parts))
        case AnyOf(parts):
            return algebra.either(*map(algebra.condition, parts))
        case Not(part):
            return algebra.negated(algebra.condition(part))
        case Is() | Within():
            return algebra.single(when)
        case _:
            return _of_members(when, facts[when.fact], algebra)


def _of_members(
    when: Includes | IncludesAny | Lacks | Empty, declared: AnyFact, algebra: Algebra[X]
) -> X:
    every = tuple(declared.values) if isinstance(declared, SetFact) else ()
    wanted = every if isinstance(when, Empty) else when.members
    has = [algebra.member(when.fact, member) for member in wanted]
    match when:
        case Includes():
            return algebra.both(*has)
        case IncludesAny() | Empty(_, False):
            return algebra.either(*has)
        case Lacks() | Empty():
            return algebra.negated(algebra.either(*has))


def outcome(guideline: Guideline, algebra: Algebra[X]) -> Outcome[X]:
    """Work out what a guideline says, in an algebra."""
    return _Recipe(guideline, algebra).outcome()


class _Recipe(Generic[X]):
    def __init__(self, guideline: Guideline, algebra: Algebra[X]) -> None:
        self.guideline = guideline
        self.algebra = algebra
        self.order = order(guideline)

    def outcome(self) -> Outcome[X]:
        algebra = self.algebra
        problems = tuple(
            algebra.certain(algebra.condition(rule.when)) for rule in self.guideline.impossible
        )
        valid = algebra.possible(problems)
        nodes, edges = self._reach(valid)
        offered, barred = self._offers(nodes, avoid=False), self._offers(nodes, avoid=True)
        asked = [(fact, at) for name in self.order for fact, at in self._asked(name, nodes[name])]
        return Outcome(
            problems=problems,
            valid=valid,
            nodes=nodes,
            edges=edges,
            tiers={
                name: {tier: algebra.certain(held) for tier, held in tiers.items()}
                for name, tiers in offered.items()
            },
            avoid={name: algebra.certain(held["avoid"]) for name, held in barred.items()},
            possible=dict(self._possible(offered, barred)),
            missing=tuple(_merged(asked, algebra)),
            silent={
                name: algebra.certain(nodes[name])
                for name in self.order
                if self.guideline.nodes[name].kind == "silent"
            },
            faults={
                name: algebra.both(algebra.certain(nodes[name]), self._fails(node))
                for name in self.order
                if (node := self.guideline.nodes[name]).kind == "decision"
            },
            waiting=algebra.either(*(self._waits(name, nodes[name]) for name in self.order)),
        )

    def _reach(self, start: X) -> tuple[dict[str, X], dict[tuple[str, str], X]]:
        ways: dict[str, list[X]] = {name: [] for name in self.order}
        ways[self.guideline.start].append(start)
        nodes: dict[str, X] = {}
        edges: dict[tuple[str, str], X] = {}
        for name in self.order:
            here = nodes[name] = self.algebra.keep(self.algebra.either(*ways[name]), "node", name)
            for edge in self.guideline.nodes[name].next:
                taken = self.algebra.both(here, self.algebra.condition(edge.when))
                edges[name, edge.to] = taken
                ways[edge.to].append(taken)
        return nodes, edges

    def _offers(self, nodes: Mapping[str, X], *, avoid: bool) -> dict[str, dict[Tier, X]]:
        """Return who gets each intervention in each tier, best first; three-valued."""
        made: dict[tuple[str, Tier], list[X]] = {}
        for name in self.order:
            for offer in self.guideline.nodes[name].offers:
                held = self.algebra.both(nodes[name], self.algebra.condition(offer.when))
                made.setdefault((offer.intervention, offer.tier), []).append(held)
        found: dict[str, dict[Tier, X]] = {}
        for name in self.guideline.interventions:
            for tier in TIERS:
                if (name, tier) in made and (tier == "avoid") is avoid:
                    kept = self.algebra.keep(
                        self.algebra.either(*made[name, tier]), "offer", name, tier
                    )
                    found.setdefault(name, {})[tier] = kept
        return found

    def _possible(
        self, offered: Mapping[str, Mapping[Tier, X]], barred: Mapping[str, Mapping[Tier, X]]
    ) -> Iterator[tuple[str, X]]:
        algebra = self.algebra
        for name in self.guideline.interventions:
            # What is certain in a better tier leaves nothing to hope for in a worse one.
            better: list[X] = []
            ways: list[X] = []
            for held in offered.get(name, {}).values():
                ways.append(algebra.both(algebra.unknown(held), *map(algebra.excluded, better)))
                better.append(algebra.certain(held))
            if ways:
                yield name, algebra.either(*ways)
            if name in barred:
                yield barred_column(name), algebra.unknown(barred[name]["avoid"])

    def _asked(self, name: str, here: X) -> Iterator[tuple[str, X]]:
        algebra, certain = self.algebra, self.algebra.certain(here)
        for when in _conditions(self.guideline.nodes[name]):
            for fact in facts_of(when):
                waits = algebra.unknown(algebra.condition(when))
                yield fact, algebra.both(certain, algebra.both(waits, algebra.unknown_fact(fact)))

    def _waits(self, name: str, here: X) -> X:
        asked = _conditions(self.guideline.nodes[name])
        waits = [self.algebra.unknown(self.algebra.condition(when)) for when in asked]
        return self.algebra.both(self.algebra.certain(here), self.algebra.either(*waits))

    def _fails(self, node: Node) -> X:
        """Return for whom a decision has a gap or an overlap, whether or not they reach it."""
        algebra = self.algebra
        ways = [algebra.condition(edge.when) for edge in node.next]
        failures = [algebra.both(*map(algebra.excluded, ways))]
        before: list[X] = []
        for way in ways if node.hit == "unique" else ():
            taken = algebra.certain(way)
            failures.append(algebra.both(taken, algebra.either(*before)))
            before.append(taken)
        return algebra.either(*failures)


def _conditions(node: Node) -> tuple[Condition, ...]:
    entries: tuple[Offer, ...] = node.offers
    return (*(edge.when for edge in node.next), *(offer.when for offer in entries))


def _merged(asked: list[tuple[str, X]], algebra: Algebra[X]) -> Iterator[tuple[str, X]]:
    """Join places that ask for the same fact, with no other fact between; who asked before is out.

    So the facts of each patient come in the order in which a walk asks for them, each once.
    """
    before: dict[str, list[X]] = {}
    for fact, places in groupby(asked, key=itemgetter(0)):
        here = algebra.either(*(truth for _, truth in places))
        yield fact, algebra.both(here, *map(algebra.excluded, before.get(fact, ())))
        number = len(before.setdefault(fact, []))
        before[fact].append(algebra.keep(here, "asked", fact, str(number)))
