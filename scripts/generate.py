"""Writes the files that are made from the code, or with --check says which are out of date.

Drawings, the book and the page are made by the commands that the pages show above them.
"""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from reference import reference

import ros1tree

ROOT = Path(__file__).resolve().parent.parent
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
COMMAND = re.compile(r"^\$ ros1tree ((?:draw|book|explore) (?!--check).*-o docs/.*)$", re.MULTILINE)
COPIED = re.compile(r"(^```mermaid file=(\S+)\n)(.*?)(^```$)", re.MULTILINE | re.DOTALL)


def drawn(*, check: bool) -> bool:
    """Run every command of the pages that makes a file; return whether one was out of date."""
    commands = dict.fromkeys(
        command for page in PAGES for command in COMMAND.findall(page.read_text(encoding="utf-8"))
    )
    stale = False
    for command in commands:
        args = [*shlex.split(command), *(["--check"] if check else [])]
        done = subprocess.run([sys.executable, "-m", "ros1tree", *args], cwd=ROOT, check=not check)
        stale |= done.returncode != 0
    return stale


def generated() -> Iterator[tuple[Path, str]]:
    """Yield every other generated file with the text that it should have."""
    guideline = ros1tree.load("ros1-nsclc")
    yield ROOT / "graphs" / "guideline.schema.json", ros1tree.export(guideline, "schema")
    yield ROOT / "docs" / "reference.md", reference()
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        if page.name != "reference.md" and COPIED.search(text):
            yield page, COPIED.sub(_copied, text)


def _copied(block: re.Match[str]) -> str:
    """Return a block of a page with the drawing that it names."""
    return block[1] + (ROOT / block[2]).read_text(encoding="utf-8") + block[4]


def main() -> int:
    """Write or check; return 1 where a file was out of date."""
    check = "--check" in sys.argv[1:]
    stale = drawn(check=check)
    for path, text in generated():
        if not path.exists() or path.read_bytes() != text.encode():
            stale = True
            print(f"{'out of date' if check else 'wrote'}: {path.relative_to(ROOT)}")
            if not check:
                path.write_bytes(text.encode())
    return int(check and stale)


if __name__ == "__main__":
    sys.exit(main())
