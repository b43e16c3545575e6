"""The guideline as a program over planes, compiled once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock

from ros1tree.cohort.logic import Formula
from ros1tree.cohort.planes import Pair, Planes
from ros1tree.cohort.program import Program, compiled
from ros1tree.cohort.table import Column, columns, statuses, tiers
from ros1tree.cohort.vocabulary import Vocabulary, vocabulary
from ros1tree.model import Guideline, kept
from ros1tree.outcome import Outcome, conditions, outcome, output_columns, selected_columns

Key = tuple[str, ...]
"""What is counted: what it is, and the names that tell which."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """A guideline as formulas over the planes of its facts."""

    vocabulary: Vocabulary
    planes: Planes
    outcome: Outcome[Pair]
    columns: Mapping[str, Column]
    counted: Mapping[Key, Formula]
    """Everything that a population is counted by."""


def compile_guideline(guideline: Guideline) -> Compiled:
    """Compile a guideline, once; raises OptionError where its names make two columns alike."""
    with _COMPILING:
        return _compiled(guideline)


@kept
def _compiled(guideline: Guideline) -> Compiled:
    output_columns(guideline)  # says where two would be alike
    terms = vocabulary(guideline, conditions(guideline))
    planes = Planes(terms)
    found = outcome(guideline, planes)
    made = list(columns(guideline, planes, found))
    return Compiled(
        terms, planes, found, {column.name: column for column in made},
        dict(_counted(guideline, planes, found)),
    )  # fmt: skip


_COMPILING = Lock()


def program(made: Compiled, chosen: Sequence[Column], *, counting: bool) -> Program:
    """Return what works out some output columns and, if told so, counts the population."""
    wanted = [formula for column in chosen for formula in column.formulas]
    with _COMPILING:  # formulas are added to the guideline's on the way
        counted = tuple(made.counted.values()) if counting else ()
        return compiled(made.planes.logic, made.vocabulary.inputs, wanted, counted)


def selected(guideline: Guideline, select: Sequence[str]) -> tuple[Column, ...]:
    """Return the output columns asked for, in their order; without any, all.

    Raises UnknownNameError and OptionError.
    """
    known = compile_guideline(guideline).columns
    return tuple(known[name] for name in selected_columns(guideline, select))


def _counted(
    guideline: Guideline, planes: Planes, found: Outcome[Pair]
) -> Iterator[tuple[Key, Formula]]:
    """Yield everything that a population is counted by."""
    logic = planes.logic
    yield from ((("status", name), one) for name, one in statuses(planes, found).items())
    for name in guideline.interventions:
        best = tiers(logic, found, name)
        yield from ((("tier", name, tier), formula) for tier, formula in best.items())
    places: list[tuple[Key, Pair]] = [(("node", name), pair) for name, pair in found.nodes.items()]
    places += [(("edge", *ends), pair) for ends, pair in found.edges.items()]
    for key, pair in places:
        yield (*key, "certain"), pair.true
        yield (*key, "possible"), planes.unknown(pair).true
    sure: list[tuple[Key, Pair]] = [(("avoid", name), pair) for name, pair in found.avoid.items()]
    sure += [(("possible", name), pair) for name, pair in found.possible.items()]
    sure += [(("fault", name), pair) for name, pair in found.faults.items()]
    for place, pair in enumerate(found.problems):
        yield ("impossible", str(place)), logic.conjunction(planes.there, pair.true)
    yield from ((key, pair.true) for key, pair in sure)
    asked: dict[str, list[Formula]] = {}
    for fact, pair in found.missing:
        asked.setdefault(fact, []).append(pair.true)
    for fact, formulas in asked.items():
        yield ("missing", fact), logic.disjunction(*formulas)
