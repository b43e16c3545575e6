"""Random guidelines and random patients, as the plain data of their files.

Shared by every test that compares two readings of one guideline.
"""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

Data = dict[str, Any]

# Names that trip careless parsers are names like any other here.
IDS = ("no", "on", "yes", "null", "1", "007", "a", "b-2", "c_3", "end", "default", "x+", "true")
TIERS = ("preferred", "recommended", "alternative", "consider", "avoid")
KINDS = ("treatment", "workup", "silent", "decision")
REFERENCES = ("ref1", "smith_2020")
MEASURES = ("objective_response_rate", "survival")

texts = st.text(
    st.characters(
        exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp"], exclude_characters="\ufffe\uffff"
    ),
    min_size=1,
    max_size=12,
).filter(lambda text: bool(text.strip()))
values = st.lists(st.sampled_from(IDS), min_size=1, max_size=4, unique=True)


@st.composite
def facts(draw: st.DrawFn) -> Data:
    """A declared fact of any type, sometimes with a default."""
    kind = draw(st.sampled_from(["boolean", "choice", "set", "integer", "number"]))
    fact: Data = {"type": kind}
    for key in draw(st.lists(st.sampled_from(["question", "plain", "title", "help"]), unique=True)):
        fact[key] = draw(texts)
    if draw(st.booleans()):
        fact["codes"] = {"snomed": draw(texts)}
    if kind == "boolean" and draw(st.booleans()):
        fact["words"] = {"true": draw(texts), "false": draw(texts)}
    if kind in ("choice", "set"):
        names = draw(values)
        fact["values"] = names if draw(st.booleans()) else {name: draw(texts) for name in names}
    if kind == "integer":
        low = draw(st.integers(-5, 5))
        fact |= {"min": low, "max": low + draw(st.integers(0, 6))}
    if kind == "number" and draw(st.booleans()):
        fact |= {"min": -10, "max": 10.5, "unit": "mg"}
    if draw(st.integers(0, 5)) == 0:
        fact["default"] = draw(value_of(fact))
    return fact


def value_of(fact: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    """Values that a fact accepts."""
    match fact["type"]:
        case "boolean":
            return st.booleans()
        case "choice":
            return st.sampled_from(list(fact["values"]))
        case "set":
            return st.lists(st.sampled_from(list(fact["values"])), unique=True)
        case "integer":
            return st.integers(fact["min"], fact["max"])
    # Few numbers, so that thresholds are hit.
    halves = st.integers(-20, 20).map(lambda half: half / 2)
    return halves.filter(lambda n: fact.get("min", n) <= n <= fact.get("max", n))


@st.composite
def tests(draw: st.DrawFn, fact: Mapping[str, Any]) -> Any:
    """What may stand behind a fact's name in a condition."""
    kind = fact["type"]
    if kind == "set":
        members = st.lists(
            st.sampled_from(list(fact["values"])), min_size=1, max_size=3, unique=True
        )
        many: st.SearchStrategy[Any] = members | members.map(lambda some: some[0])
        words = st.sampled_from(["includes", "includes_any", "lacks"])
        test: Data = draw(st.dictionaries(words, many, max_size=2))
        if not test or draw(st.booleans()):
            test["empty"] = draw(st.booleans())
        return test
    if kind in ("integer", "number") and draw(st.booleans()):
        low, high = sorted(draw(st.lists(value_of(fact), min_size=2, max_size=2)))
        ends = {
            draw(st.sampled_from(["min", "above"])): low,
            draw(st.sampled_from(["max", "below"])): high,
        }
        if low < high and draw(st.booleans()):
            return ends
        return dict([draw(st.sampled_from(list(ends.items())))])
    if kind != "boolean" and draw(st.booleans()):
        return draw(st.lists(value_of(fact), min_size=1, max_size=3))
    return draw(value_of(fact))


@st.composite
def conditions(draw: st.DrawFn, known: Mapping[str, Data], depth: int = 2) -> Data:
    """A condition on the declared facts; sometimes the empty one."""
    names = draw(st.lists(st.sampled_from(list(known)), max_size=2, unique=True))
    condition: Data = {name: draw(tests(known[name])) for name in names}
    if depth and draw(st.integers(0, 2)) == 0:
        word = draw(st.sampled_from(["all", "any", "not"]))
        inner = conditions(known, depth - 1)
        condition[word] = draw(inner if word == "not" else st.lists(inner, min_size=1, max_size=3))
    return condition


@st.composite
def guidelines(draw: st.DrawFn) -> Data:
    """The data of a valid guideline: acyclic, every name declared; it need not make sense."""
    known = draw(st.dictionaries(st.sampled_from(IDS), facts(), min_size=1, max_size=5))
    interventions = draw(values)
    statements = draw(st.lists(st.sampled_from(IDS), min_size=1, max_size=3, unique=True))
    sections = draw(st.lists(st.sampled_from(IDS), max_size=3, unique=True))
    nodes = draw(st.permutations(IDS))[: draw(st.integers(1, 7))]
    when = conditions(known)
    cites = st.lists(st.sampled_from(statements), max_size=2)

    def offer() -> st.SearchStrategy[Data]:
        return st.fixed_dictionaries(
            {"intervention": st.sampled_from(interventions), "tier": st.sampled_from(TIERS)},
            optional={"when": when, "wording": texts, "because": texts, "cites": cites},
        )

    def node(index: int) -> Data:
        later = nodes[index + 1 :]
        targets = draw(st.lists(st.sampled_from(later), max_size=4, unique=True)) if later else []
        kind = draw(st.sampled_from(KINDS if targets else KINDS[:3]))
        data: Data = {"kind": kind, "title": draw(texts)}
        data["next"] = [
            draw(
                st.fixed_dictionaries({"to": st.just(to)}, optional={"when": when, "label": texts})
            )
            for to in targets
        ]
        if kind == "decision" and draw(st.booleans()):
            data["hit"] = draw(st.sampled_from(["unique", "collect"]))
        if draw(st.booleans()) and sections:
            data["section"] = draw(st.sampled_from(sections))
        data["offers"] = draw(st.lists(offer(), max_size=3))
        data["notes"] = draw(
            st.lists(
                st.fixed_dictionaries(
                    {"says": texts}, optional={"when": when, "cites": cites, "plain": texts}
                ),
                max_size=2,
            )
        )
        data["evidence"] = draw(
            st.lists(
                st.fixed_dictionaries(
                    {
                        "intervention": st.sampled_from(interventions),
                        "measure": st.sampled_from(MEASURES),
                        "value": st.integers(0, 99) | st.just([1.5, 7]),
                    },
                    optional={"unit": texts, "cites": cites},
                ),
                max_size=2,
            )
        )
        return data

    source = st.fixed_dictionaries(
        {"title": texts},
        optional={"updated": st.dates().map(str), "review": texts, "url": st.just("https://a.b/c")},
    )
    return {
        "id": draw(st.sampled_from(IDS)),
        "title": draw(texts),
        "version": draw(texts),
        "status": draw(st.sampled_from(["draft", "active", "retired"])),
        "source": draw(source),
        "disclaimer": draw(texts),
        "remarks": draw(
            st.lists(
                st.fixed_dictionaries({"says": texts, "cites": cites}, optional={"plain": texts}),
                max_size=1,
            )
        ),
        "waive": draw(
            st.lists(
                st.fixed_dictionaries(
                    {"rule": st.sampled_from(IDS), "because": texts},
                    optional={"node": st.sampled_from(nodes)},
                ),
                max_size=1,
            )
        ),
        "references": {
            name: draw(
                st.fixed_dictionaries(
                    {"title": texts},
                    optional={"year": st.integers(1900, 2100), "doi": st.just("10.1/x")},
                )
            )
            for name in draw(st.lists(st.sampled_from(REFERENCES), max_size=2, unique=True))
        },
        "start": nodes[0],
        "statements": {
            name: draw(
                st.fixed_dictionaries(
                    {"says": texts},
                    optional={"caution": texts, "plain": texts, "uncarried": texts},
                )
            )
            for name in statements
        },
        "sections": {name: draw(texts) for name in sections},
        "facts": known,
        "impossible": draw(
            st.lists(st.fixed_dictionaries({"when": when}, optional={"because": texts}), max_size=2)
        ),
        "interventions": {
            name: draw(st.fixed_dictionaries({"title": texts}, optional={"plain": texts}))
            for name in interventions
        },
        "nodes": {name: node(index) for index, name in enumerate(nodes)},
    }


@st.composite
def patients(draw: st.DrawFn, guideline: Mapping[str, Any], *, full: bool = False) -> Data:
    """Facts of a patient: some or, where `full`, all of them known; possibly impossible ones."""
    known = guideline["facts"]
    names = list(known) if full else draw(st.lists(st.sampled_from(list(known)), unique=True))
    return {name: draw(value_of(known[name])) for name in names}
