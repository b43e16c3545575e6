"""The layout engine: found, run within bounds, and its work checked."""

import json
import os
import re
import shutil
import subprocess
import sysconfig
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
    lost = [text for text in texts if _squeezed(text) not in drawn]
    if lost:
        raise EngineError(f"{name} lost the label '{shown(lost[0])}' ({len(lost)} in all)")
    return Layout(root, account)


def _run(program: str, name: str, dot: str) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603 - no shell; the engine reads the text from its input
            [program, "-Tsvg", "-Tjson"],
            input=dot.encode(),
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise EngineError(f"{name} did not finish within {SECONDS} s") from None
    except OSError as error:
        raise EngineError(f"{name} cannot be run: {error.strerror}") from None
    if done.returncode or not done.stdout:
        told = shown(done.stderr.decode(errors="replace").strip(), 300)
        raise EngineError(f"{name} failed: {told}")
    return done.stdout


def _squeezed(text: str) -> str:
    return "".join(text.replace("\N{NO-BREAK SPACE}", " ").split())
