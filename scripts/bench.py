"""Measures what the documentation claims; prints the median and the range of several runs."""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from bench_cohort import cohort
from bench_explore import explore
from bench_review import review
from bench_walk import walk as against_others

import ros1tree

ROOT = Path(__file__).resolve().parent.parent


def measured(what: str, runs: int, task: Callable[[], object]) -> None:
    """Print how long a task takes, in milliseconds."""
    times = []
    for _ in range(runs):
        begin = time.perf_counter()
        task()
        times.append((time.perf_counter() - begin) * 1000)
    print(f"{what:40} {statistics.median(times):8.2f} ms  ({min(times):.2f} to {max(times):.2f})")


def start() -> None:
    """Measure whole processes: what a user waits for."""
    patient = str(ROOT / "docs" / "patient.yaml")
    for args in (["--version"], ["--help"], ["walk", patient], ["cases"], ["export", "json"]):
        command = [sys.executable, "-m", "ros1tree", *args]
        name = " ".join(Path(arg).name for arg in args)
        measured(
            f"ros1tree {name}",
            15,
            lambda c=command: subprocess.run(c, capture_output=True, check=True),  # type: ignore[misc]
        )


def walk() -> None:
    """Measure loading and walking inside one process, and other ways to the same."""
    path = ros1tree.bundled()["ros1-nsclc"]
    guideline = ros1tree.load(path)
    facts = ros1tree.read_facts(guideline, ROOT / "docs" / "patient.yaml")
    measured("load the ROS1 guideline", 30, lambda: ros1tree.load(path))
    measured("walk one patient, with the whole trace", 300, lambda: ros1tree.walk(guideline, facts))
    measured(
        "walk all cases of the ROS1 guideline", 30, lambda: ros1tree.cases(guideline, "ros1-nsclc")
    )
    against_others()


def large(nodes: int) -> ros1tree.Guideline:
    """Return a guideline of so many nodes: questions in a row, each with a treatment beside it."""
    steps = nodes // 2
    offer = {"intervention": "rest", "tier": "preferred"}
    entries: dict[str, Any] = {}
    for step in range(steps):
        ways = [{"to": f"treat{step}", "label": "Yes", "when": {f"f{step}": True}}]
        after = f"ask{step + 1}" if step + 1 < steps else ""
        if after:
            ways.append({"to": after, "label": "No", "when": {f"f{step}": False}})
        section = {"section": f"s{step // 10}"}
        entries[f"ask{step}"] = {"kind": "decision", "title": f"Question {step}?", "next": ways}
        entries[f"treat{step}"] = {"kind": "treatment", "title": "Treat", "offers": [offer]}
        entries[f"ask{step}"] |= section
        entries[f"treat{step}"] |= section
    return ros1tree.guideline(
        {
            "id": "large", "title": "Large", "version": "1", "start": "ask0",
            "sections": {f"s{part}": f"Part {part}" for part in range((steps + 9) // 10)},
            "facts": {f"f{step}": {"type": "boolean"} for step in range(steps)},
            "interventions": {"rest": {"title": "Rest"}}, "nodes": entries,
        }
    )  # fmt: skip


def draw() -> None:
    """Measure how drawing grows with the guideline, and what a set of sections costs."""
    for nodes in (30, 100, 300, 1000):
        guideline = large(nodes)
        for form in ("dot", "svg", "pdf"):
            measured(f"{nodes} nodes as {form}", 3, partial(ros1tree.draw, guideline, format=form))
    pages = ros1tree.drawings(guideline, "large.svg", whole_set=True)
    measured(
        f"{nodes} nodes as a set of {len(pages)} svg", 1, lambda: [p.data() for p in pages.values()]
    )
    guideline = ros1tree.load("ros1-nsclc")
    for form in ("svg", "png", "pdf", "mmd", "txt"):
        measured(f"the ROS1 guideline as {form}", 5, partial(ros1tree.draw, guideline, format=form))


BENCHES = {
    "start": start, "walk": walk, "draw": draw, "review": review, "cohort": cohort,
    "explore": explore,
}  # fmt: skip

if __name__ == "__main__":
    names = sys.argv[1:] or list(BENCHES)
    if wrong := [name for name in names if name not in BENCHES]:
        sys.exit(f"no bench '{wrong[0]}'; there are {', '.join(BENCHES)}")
    for name in names:
        BENCHES[name]()
