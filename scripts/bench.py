"""Measures what the documentation claims; prints the median and the range of several runs."""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

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
    """Measure loading and walking inside one process."""
    path = ros1tree.bundled()["ros1-nsclc"]
    guideline = ros1tree.load(path)
    facts = ros1tree.read_facts(guideline, ROOT / "docs" / "patient.yaml")
    measured("load the ROS1 guideline", 30, lambda: ros1tree.load(path))
    measured("walk one patient, with the whole trace", 300, lambda: ros1tree.walk(guideline, facts))
    measured(
        "walk all cases of the ROS1 guideline", 30, lambda: ros1tree.cases(guideline, "ros1-nsclc")
    )
    measured("draw the ROS1 guideline as SVG", 10, lambda: ros1tree.draw(guideline))


BENCHES = {"start": start, "walk": walk}

if __name__ == "__main__":
    names = sys.argv[1:] or list(BENCHES)
    if wrong := [name for name in names if name not in BENCHES]:
        sys.exit(f"no bench '{wrong[0]}'; there are {', '.join(BENCHES)}")
    for name in names:
        BENCHES[name]()
