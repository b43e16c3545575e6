"""Every patient of a small guideline, one by one: what the proof is compared with.

Written against the data format alone. A number has one patient for each interval that the bounds of
its tests tell apart.
"""

from collections.abc import Iterator
from itertools import pairwise, product
from typing import Any

from oracle import is_impossible

Data = dict[str, Any]


def patients(data: Data, limit: int) -> list[Data] | None:
    """All possible patients; None where there are more than `limit` to look at."""
    domains = {name: values(name, fact, data) for name, fact in data["facts"].items()}
    size = 1
    for domain in domains.values():
        size *= len(domain)
    if size > limit:
        return None
    everybody = (dict(zip(domains, chosen, strict=True)) for chosen in product(*domains.values()))
    return [patient for patient in everybody if not is_impossible(data, patient)]


def values(name: str, fact: Data, data: Data) -> list[Any]:
    names = list(fact.get("values", ()))
    match fact["type"]:
        case "boolean":
            return [False, True]
        case "choice":
            return names
        case "set":
            return [
                [n for n, held in zip(names, chosen, strict=True) if held]
                for chosen in product([False, True], repeat=len(names))
            ]
        case "integer":
            return list(range(fact["min"], fact["max"] + 1))
    return numbers(fact, list(bounds(name, data)))


def numbers(fact: Data, limits: list[tuple[str, float]]) -> list[float]:
    ends = sorted({limit for _, limit in limits} | {fact.get("min", -1e6), fact.get("max", 1e6)})
    points = [*ends, *((low + high) / 2 for low, high in pairwise(ends))]
    allowed = [p for p in points if fact.get("min", p) <= p <= fact.get("max", p)]
    found: dict[tuple[bool, ...], float] = {}
    for point in sorted(allowed):
        signature = tuple(
            point < limit if word in ("min", "below") else point <= limit for word, limit in limits
        )
        found.setdefault(signature, point)
    return list(found.values())


def bounds(name: str, data: Data) -> Iterator[tuple[str, float]]:
    for when in conditions(data):
        yield from bounds_of(name, when)


def bounds_of(name: str, when: Data) -> Iterator[tuple[str, float]]:
    for key, test in when.items():
        if key in ("all", "any"):
            for part in test:
                yield from bounds_of(name, part)
        elif key == "not":
            yield from bounds_of(name, test)
        elif key == name and isinstance(test, dict):
            # Of two lower or two upper bounds the tighter one alone tells patients apart.
            yield from tightest(test)
        elif key == name:
            for value in test if isinstance(test, list) else [test]:
                yield from (("min", value), ("max", value))


def tightest(test: Data) -> Iterator[tuple[str, float]]:
    lows = [(test[w], w == "above") for w in ("min", "above") if w in test]
    highs = [(test[w], w == "max") for w in ("max", "below") if w in test]
    if lows:
        limit, above = max(lows)
        yield ("max" if above else "min"), limit
    if highs:
        limit, included = min(highs)
        yield ("max" if included else "min"), limit


def conditions(data: Data) -> Iterator[Data]:
    for rule in data["impossible"]:
        yield rule["when"]
    for node in data["nodes"].values():
        for entry in (*node["next"], *node["offers"], *node["notes"]):
            yield entry.get("when", {})
