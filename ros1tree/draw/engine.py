"""The layout engine: found, run within bounds, and its work checked."""

import os
import shutil
import subprocess
import sysconfig
from collections.abc import Iterable
from pathlib import Path
from xml.etree import ElementTree

from ros1tree.errors import EngineError, shown

SECONDS = 60
VARIABLE = "ROS1TREE_DOT"


def find_engine() -> str:
    """Return the program that lays out DOT.

    The environment variable ROS1TREE_DOT wins, then `dot` on the PATH, then the one that came
    with pip. Raises EngineError where there is none.
    """
    if named := os.environ.get(VARIABLE):
        if found := shutil.which(named):
            return found
        raise EngineError(f"{VARIABLE} names '{shown(named)}', which is no program that can be run")
    here = sysconfig.get_path("scripts")
    found = (
        shutil.which("dot")
        or shutil.which("graphviz-pure", path=here)
        or shutil.which("graphviz-pure")
    )
    if found is None:
        text = "no layout engine found; run `pip install graphviz-pure`, or draw to .dot"
        raise EngineError(text)
    return found


def render(dot: str, kind: str) -> bytes:
    """Return DOT text laid out as `svg` or `png`; raises EngineError where that fails."""
    engine = find_engine()
    try:
        done = subprocess.run(  # noqa: S603 - no shell; the engine reads the text from its input
            [engine, f"-T{kind}"],
            input=dot.encode(),
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise EngineError(f"{Path(engine).name} did not finish within {SECONDS} s") from None
    except OSError as error:
        raise EngineError(f"{Path(engine).name} cannot be run: {error.strerror}") from None
    if done.returncode or not done.stdout:
        told = shown(done.stderr.decode(errors="replace").strip(), 300)
        raise EngineError(f"{Path(engine).name} failed: {told}")
    return done.stdout


def render_svg(dot: str, texts: Iterable[str]) -> bytes:
    """Return DOT text laid out as SVG that shows every one of the `texts`."""
    svg = render(dot, "svg")
    try:
        root = ElementTree.fromstring(svg)  # noqa: S314 - our engine's
    except ElementTree.ParseError:
        raise EngineError("the layout engine wrote something that is no SVG") from None
    drawn = _squeezed("".join(root.itertext()))
    lost = [text for text in texts if _squeezed(text) not in drawn]
    if lost:
        raise EngineError(
            f"the layout engine lost the label '{shown(lost[0])}' ({len(lost)} in all)"
        )
    return svg


def render_png(dot: str) -> bytes:
    """Return DOT text laid out as PNG."""
    png = render(dot, "png")
    if not png.startswith(b"\x89PNG\r\n\x1a\n"):
        raise EngineError("the layout engine wrote something that is no PNG")
    return png


def _squeezed(text: str) -> str:
    return "".join(text.replace("\N{NO-BREAK SPACE}", " ").split())
