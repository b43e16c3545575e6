"""All patients at once: conditions become sets of patients, as binary decision diagrams.

A decision diagram is the canonical form of a set: two sets are equal where their diagrams are, and
counting one is exact. `oxidd` keeps them.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import reduce
from operator import and_, or_

from oxidd.bdd import BDDFunction, BDDManager

from ros1tree.condition import tests
from ros1tree.graph import order
from ros1tree.model import (
    AllOf,
    AnyFact,
    AnyOf,
    Condition,
    Empty,
    Guideline,
    Includes,
    IncludesAny,
    IntegerFact,
    Is,
    Lacks,
    Node,
    Not,
    NumberFact,
    SetFact,
    Test,
    Value,
    Within,
)
from ros1tree.proof.coding import Coding, coding

Patients = BDDFunction
"""A set of patients of one space."""

NODES, CACHE = 1 << 23, 1 << 19
"""How many nodes the diagrams of a space may have together, and how many results are kept."""


def conditions(node: Node) -> Iterator[Condition]:
    """Yield every condition that stands at a node: of its edges, offers and notes."""
    yield from (edge.when for edge in node.next)
    yield from (offer.when for offer in node.offers)
    yield from (note.when for note in node.notes)


def kind(fact: AnyFact) -> str:
    """Return what two versions of a fact must share to be one fact: its type."""
    return fact.type


class Space:
    """The patients of one or more guidelines; what versions share by name and type is one fact."""

    def __init__(self, *guidelines: Guideline) -> None:
        """Give every fact its bits, those that are asked first on top."""
        self._manager = BDDManager(NODES, CACHE, 1)
        self.codings: dict[tuple[str, str], Coding] = {}
        self._bits: dict[tuple[str, str], tuple[int, ...]] = {}
        self._vars: list[Patients] = []
        asked = _asked(guidelines)
        for key, (facts, made) in asked.items():
            self._add(key, coding(_joined(facts), made))
        self.everybody: Patients = self._manager.true()
        self.nobody: Patients = self._manager.false()

    def _add(self, key: tuple[str, str], code: Coding) -> None:
        self.codings[key] = code
        numbers = tuple(self._manager.add_vars(code.bits))
        self._bits[key] = numbers
        self._vars += [self._manager.var(number) for number in numbers]

    def count(self, patients: Patients) -> int:
        """Return how many patients there are in a set, exactly."""
        return patients.sat_count(len(self._vars))

    def every(self, sets: Iterable[Patients]) -> Patients:
        """Return the patients that are in all of the sets."""
        return reduce(and_, sets, self.everybody)

    def some(self, sets: Iterable[Patients]) -> Patients:
        """Return the patients that are in any of the sets."""
        return reduce(or_, sets, self.nobody)

    def domain(self, guideline: Guideline) -> Patients:
        """Return the patients whose values a guideline knows."""
        return self.every(self._valid(name, fact) for name, fact in guideline.facts.items())

    def _valid(self, name: str, fact: AnyFact) -> Patients:
        key = (name, kind(fact))
        code = self.codings[key]
        match fact:
            case SetFact():
                extra = set(code.fact.values) - set(fact.values) if fact is not code.fact else set()  # type: ignore[union-attr]
                return self.every(~self.member(key, name) for name in sorted(extra))
            case IntegerFact() | NumberFact():
                low, high = fact.min, fact.max
                return self.span(key, *next(code.spans(Within(name, min=low, max=high)), (1, 0)))
            case _:
                values = fact.values if hasattr(fact, "values") else (False, True)
                codes = {code.code(value) for value in values}
                if len(codes) == 1 << code.bits:
                    return self.everybody
                return self.some(self.equal(key, number) for number in sorted(codes))

    def equal(self, key: tuple[str, str], code: int) -> Patients:
        """Return the patients of whom a fact has the value with a code."""
        bits = self._bits[key]
        return self.every(
            self._vars[bit] if code >> place & 1 else ~self._vars[bit]
            for place, bit in zip(range(len(bits) - 1, -1, -1), bits, strict=True)
        )

    def member(self, key: tuple[str, str], name: str) -> Patients:
        """Return the patients whose set has a member."""
        bits = self._bits[key]
        place = list(self.codings[key].fact.values).index(name)  # type: ignore[union-attr]
        return self._vars[bits[len(bits) - 1 - place]]

    def span(self, key: tuple[str, str], first: int, last: int) -> Patients:
        """Return the patients of whom a fact has a code from a first to a last one."""
        if first > last:
            return self.nobody
        return self._at_least(key, first) & ~self._at_least(key, last + 1)

    def _at_least(self, key: tuple[str, str], code: int) -> Patients:
        bits = self._bits[key]
        if code <= 0:
            return self.everybody
        if code >= 1 << len(bits):
            return self.nobody
        found = self.everybody
        for place, bit in enumerate(reversed(bits)):
            one = self._vars[bit]
            found = one & found if code >> place & 1 else one | found
        return found

    def without(self, patients: Patients, key: tuple[str, str]) -> Patients:
        """Return the patients that are in a set once a fact may have any value."""
        bits = self._bits[key]
        return patients.exists(self.every(self._vars[bit] for bit in bits)) if bits else patients

    def one(self, patients: Patients) -> dict[tuple[str, str], Value] | None:
        """Return one patient of a set, with every fact of the space; None where there is none."""
        cube = patients.pick_cube()
        if cube is None:
            return None
        found: dict[tuple[str, str], Value] = {}
        for key, bits in self._bits.items():
            code = 0
            for bit in bits:
                code = code << 1 | bool(cube[bit])
            found[key] = self.codings[key].value(code)
        return found

    def asks(self, patients: Patients) -> list[tuple[str, str]]:
        """Return the facts on which it depends whether somebody is in a set, in their order."""
        levels, seen, agenda = set[int](), {patients}, [patients]
        while agenda:
            node = agenda.pop()
            variable, ways = node.node_var(), node.cofactors()
            if variable is None or ways is None:
                continue
            levels.add(variable)
            agenda += [way for way in ways if way not in seen]
            seen.update(ways)
        return [key for key, bits in self._bits.items() if not levels.isdisjoint(bits)]


class Reader:
    """Reads the conditions of one guideline as sets of patients."""

    def __init__(self, space: Space, guideline: Guideline) -> None:
        """Read in the given space, which was made for this guideline."""
        self.space = space
        self.guideline = guideline
        self.keys = {name: (name, kind(fact)) for name, fact in guideline.facts.items()}
        self._known: dict[Condition, Patients] = {}

    def patients(self, condition: Condition) -> Patients:
        """Return the patients for whom a condition holds."""
        found = self._known.get(condition)
        if found is None:
            found = self._known[condition] = self._read(condition)
        return found

    def _read(self, condition: Condition) -> Patients:
        match condition:
            case AllOf(parts):
                return self.space.every(map(self.patients, parts))
            case AnyOf(parts):
                return self.space.some(map(self.patients, parts))
            case Not(part):
                return ~self.patients(part)
            case Is() | Within():
                return self._single(condition)
            case _:
                return self._set(condition)

    def _single(self, test: Is | Within) -> Patients:
        key = self.keys[test.fact]
        spans = self.space.codings[key].spans(test)
        return self.space.some(self.space.span(key, *ends) for ends in spans)

    def _set(self, test: Includes | IncludesAny | Lacks | Empty) -> Patients:
        key = self.keys[test.fact]
        fact = self.guideline.facts[test.fact]
        match test:
            case Empty(_, empty):
                every = getattr(fact, "values", ())
                held = self.space.some(self.space.member(key, name) for name in every)
                return ~held if empty else held
            case Includes(_, members):
                return self.space.every(self.space.member(key, name) for name in members)
        held = self.space.some(self.space.member(key, name) for name in test.members)
        return held if isinstance(test, IncludesAny) else ~held

    def possible(self) -> Patients:
        """Return the patients that the guideline thinks possible."""
        barred = (self.patients(rule.when) for rule in self.guideline.impossible)
        return self.space.domain(self.guideline) & ~self.space.some(barred)

    def like(self, facts: Mapping[str, Value]) -> Patients:
        """Return the patients with these facts."""
        return self.space.every(
            self.space.equal(self.keys[name], self.space.codings[self.keys[name]].code(value))
            for name, value in facts.items()
        )


def variables(guideline: Guideline) -> tuple[str, ...]:
    """Return the facts of a guideline in the order in which diagrams ask them."""
    return tuple(name for name, _ in _asked([guideline]))


_Asked = dict[tuple[str, str], tuple[list[AnyFact], list[Test]]]


def _asked(guidelines: Iterable[Guideline]) -> _Asked:
    """Return every fact with its versions and the tests on it, in the order of the graphs."""
    made: dict[tuple[str, str], list[Test]] = defaultdict(list)
    facts: dict[tuple[str, str], list[AnyFact]] = defaultdict(list)
    for guideline in guidelines:
        nodes = [*order(guideline), *sorted(guideline.nodes)]
        whens = [
            when for name in dict.fromkeys(nodes) for when in conditions(guideline.nodes[name])
        ]
        for when in (*whens, *(rule.when for rule in guideline.impossible)):
            for test in tests(when):
                made[test.fact, kind(guideline.facts[test.fact])].append(test)
        for name, fact in guideline.facts.items():
            # Where the range of one version ends, the values of another go on.
            limits = isinstance(fact, NumberFact)
            made[name, kind(fact)] += [Within(name, fact.min, fact.max)] if limits else []  # type: ignore[union-attr]
            facts[name, kind(fact)].append(fact)
    return {key: (facts[key], made[key]) for key in _together(list(made), guidelines)}


def _together(
    keys: list[tuple[str, str]], guidelines: Iterable[Guideline]
) -> list[tuple[str, str]]:
    """Return facts in their order, but those of one impossible combination side by side."""
    beside: dict[str, dict[str, None]] = defaultdict(dict)
    for guideline in guidelines:
        for rule in guideline.impossible:
            names = dict.fromkeys(test.fact for test in tests(rule.when))
            for name in names:
                beside[name] |= names
    placed: dict[tuple[str, str], None] = {}
    for key in keys:
        near = [key[0], *beside[key[0]]]
        placed |= dict.fromkeys(other for name in near for other in keys if other[0] == name)
    return list(placed)


def _joined(versions: list[AnyFact]) -> AnyFact:
    """Return one fact that has the values of all its versions."""
    first = versions[0]
    if len(versions) == 1 or all(version == first for version in versions):
        return first
    if isinstance(first, IntegerFact | NumberFact):
        return _range(versions)
    if hasattr(first, "values"):
        values = {name: label for v in versions for name, label in v.values.items()}  # type: ignore[union-attr]
        return first.model_copy(update={"values": values, "default": None})
    return first


def _range(versions: list[AnyFact]) -> AnyFact:
    """Return the number that has the range of every version."""
    numbers = [fact for fact in versions if isinstance(fact, IntegerFact | NumberFact)]
    lows, highs = [fact.min for fact in numbers], [fact.max for fact in numbers]
    ends = {
        "min": None if None in lows else min(low for low in lows if low is not None),
        "max": None if None in highs else max(high for high in highs if high is not None),
        "default": None,
    }
    fact = next((fact for fact in numbers if isinstance(fact, NumberFact)), numbers[0])
    return fact.model_copy(update=ends)
