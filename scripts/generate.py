"""Writes the files that are made from the code, or with --check says which are out of date."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree

from reference import reference

import ros1tree

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"


def generated() -> Iterator[tuple[Path, bytes]]:
    """Yield every generated file with the content that it should have."""
    guideline = ros1tree.load("ros1-nsclc")
    patient = ros1tree.read_facts(guideline, DOCS / "patient.yaml")
    umbrella = ros1tree.load(DOCS / "umbrella.yaml")
    yield ROOT / "graphs" / "guideline.schema.json", ros1tree.export(guideline, "schema").encode()
    yield DOCS / "reference.md", reference().encode()
    yield DOCS / "ros1_nsclc.svg", ros1tree.draw(guideline)
    yield DOCS / "patient.svg", ros1tree.draw(guideline, ros1tree.walk(guideline, patient))
    yield DOCS / "umbrella.svg", ros1tree.draw(umbrella)


def texts(svg: bytes) -> str:
    """Return what a drawing says; where its lines lie differs from engine to engine."""
    return "".join("".join(ElementTree.fromstring(svg).itertext()).split())  # noqa: S314 - our own


def same(path: Path, data: bytes) -> bool:
    """Tell whether a file has the content that it should have."""
    if not path.exists():
        return False
    read: Callable[[bytes], object] = texts if path.suffix == ".svg" else bytes
    return read(path.read_bytes()) == read(data)


def main() -> int:
    """Write or check; return 1 where a file was out of date."""
    check = "--check" in sys.argv[1:]
    stale = [(path, data) for path, data in generated() if not same(path, data)]
    for path, data in stale:
        print(f"{'out of date' if check else 'wrote'}: {path.relative_to(ROOT)}")
        if not check:
            path.write_bytes(data)
    return int(check and bool(stale))


if __name__ == "__main__":
    sys.exit(main())
