"""The layout engine: found, run within bounds, and its work checked."""

import json
import os
import re
import shutil
import signal
import subprocess
import sysconfig
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from ros1tree.errors import EngineError, shown

SECONDS = 60
VARIABLE = "ROS1TREE_DOT"
_BARE = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[0-9A-Fa-f]+);)")


def find_engine(named: str | None = None) -> str:
    """Return the program that lays out DOT.

    The one that is `named` wins, then the environment variable ROS1TREE_DOT, then `dot` on the
    PATH, then the one that came with pip. Raises EngineError where there is none.
    """
    who, named = ("engine", named) if named else (VARIABLE, os.environ.get(VARIABLE))
    if named:
        if found := shutil.which(named):
            return found
        raise EngineError(f"{who} names '{shown(named)}', which is no program that can be run")
    here = sysconfig.get_path("scripts")
    found = (
        shutil.which("dot")
        or shutil.which("graphviz-pure", path=here)
        or shutil.which("graphviz-pure")
    )
    if found is None:
        text = (
            "no layout engine found; run `pip install graphviz-pure`, or draw to .dot, .mmd or .txt"
        )
        raise EngineError(text)
    return found


@dataclass(frozen=True, slots=True)
class Layout:
    """What an engine made of DOT text."""

    svg: ElementTree.Element
    """The drawing, with every label in it."""
    plan: Mapping[str, Any]
    """The engine's own account of it: what is drawn where, and how wide its text is."""


def lay_out(dot: str, texts: Iterable[str], engine: str | None = None) -> Layout:
    """Return DOT text laid out, with every one of the `texts` shown; raises EngineError."""
    program = find_engine(engine)
    name = shown(Path(program).name)
    svg, end, plan = _run(program, name, dot).partition(b"</svg>")
    # Engines before version 3 write an address's ampersand as it is.
    svg = _BARE.sub(b"&amp;", svg)
    try:
        root, account = ElementTree.fromstring(svg + end), json.loads(plan)  # noqa: S314 - ours
    except (ElementTree.ParseError, ValueError):
        raise EngineError(f"{name} wrote something that is no drawing") from None
    drawn = _squeezed("".join(root.itertext()))
    wanted = Counter(map(_squeezed, texts))
    # A label that two places share must be there twice.
    lost = [text for text, times in wanted.items() if text and drawn.count(text) < times]
    if lost:
        raise EngineError(f"{name} lost the label '{shown(lost[0])}' ({len(lost)} in all)")
    return Layout(root, account)


def _run(program: str, name: str, dot: str) -> bytes:
    try:
        process = subprocess.Popen(  # noqa: S603 - no shell; the engine reads from its input
            [program, "-Tsvg", "-Tjson"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except OSError as error:
        raise EngineError(f"{name} cannot be run: {error.strerror}") from None
    try:
        drawn, said = process.communicate(dot.encode(), SECONDS)
    except subprocess.TimeoutExpired:
        raise EngineError(f"{name} did not finish within {SECONDS} s") from None
    finally:
        _end(process)
    if process.returncode or not drawn:
        told = shown(said.decode(errors="replace").strip(), 300) or _ending(process.returncode)
        raise EngineError(f"{name} failed: {told}")
    return drawn


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End a process that still runs, with everything that it started."""
    if process.poll() is not None:
        return
    if hasattr(os, "killpg"):
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.communicate()


def _ending(status: int) -> str:
    return (
        f"it was ended by signal {-status}" if status < 0 else f"it wrote nothing (status {status})"
    )


def _squeezed(text: str) -> str:
    return "".join(text.replace("\N{NO-BREAK SPACE}", " ").split())
