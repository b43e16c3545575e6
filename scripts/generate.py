"""Writes the files that are made from the code, or with --check says which are out of date."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from reference import reference

import ros1tree

ROOT = Path(__file__).resolve().parent.parent


def generated() -> Iterator[tuple[Path, bytes]]:
    """Yield every generated file with the content that it should have."""
    guideline = ros1tree.load("ros1-nsclc")
    patient = ros1tree.read_facts(guideline, ROOT / "docs" / "patient.yaml")
    walk = ros1tree.walk(guideline, patient)
    yield ROOT / "graphs" / "guideline.schema.json", ros1tree.export(guideline, "schema").encode()
    yield ROOT / "docs" / "reference.md", reference().encode()
    yield ROOT / "docs" / "ros1_nsclc.dot", ros1tree.draw(guideline, format="dot")
    yield ROOT / "docs" / "patient.dot", ros1tree.draw(guideline, walk, "dot")
    umbrella = ros1tree.load(ROOT / "docs" / "umbrella.yaml")
    yield ROOT / "docs" / "umbrella.dot", ros1tree.draw(umbrella, format="dot")


def drawn(path: Path) -> None:
    """Draw the SVG beside a DOT file; two engines differ in it, so the DOT alone is compared."""
    engine = Path(sys.executable).with_name("graphviz-pure")
    svg = subprocess.run([engine, "-Tsvg", path], check=True, capture_output=True).stdout
    path.with_suffix(".svg").write_bytes(svg)


def main() -> int:
    """Write or check; return 1 where a file was out of date."""
    check = "--check" in sys.argv[1:]
    stale = [
        (path, data) for path, data in generated() if not path.exists() or path.read_bytes() != data
    ]
    for path, data in stale:
        print(f"{'out of date' if check else 'wrote'}: {path.relative_to(ROOT)}")
        if not check:
            path.write_bytes(data)
            if path.suffix == ".dot":
                drawn(path)
    return int(check and bool(stale))


if __name__ == "__main__":
    sys.exit(main())
