"""The book: everything of a guideline stands in it, is seen as it was written, and is linked."""

import random
import shutil
from contextlib import chdir
from pathlib import Path
from typing import Any

import pytest
from books import (
    HERE,
    HOSTILE,
    check_all,
    check_links,
    hostile,
    pages,
    read,
)
from click.testing import CliRunner
from conftest import Golden
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from readers import READERS, seen
from strategies import Data, guidelines
from test_cli import refused, run
from test_walk import build

import ros1tree
from ros1tree import cli
from ros1tree.book import is_ours
from ros1tree.model import (
    Guideline,
)
from ros1tree.proof import proof

SLOW = settings(max_examples=40, suppress_health_check=list(HealthCheck), phases=[Phase.generate])


@given(guidelines())
@SLOW
def test_everything_of_any_guideline_stands_in_its_book(data: Data) -> None:
    guideline = build(data)
    check_all(guideline, ros1tree.book(guideline))


@given(hostile())
@SLOW
def test_a_hostile_guideline_shows_its_text_and_nothing_else(data: Data) -> None:
    guideline = build(data)
    files = ros1tree.book(guideline)
    check_all(guideline, files)
    check_links(files)


def everywhere(text: str) -> Data:
    """A guideline with one text in every place that holds a text."""
    offer = {"intervention": "x", "wording": text, "because": text, "cites": ["s", "r"]}
    part = {"says": text, "plain": text, "cites": ["s"]}
    when = {"when": {"f": "v"}}
    figure = {"intervention": "x", "measure": "m", "value": 1, "unit": text, "population": text}
    return {
        "id": "g", "title": text, "plain": text, "version": text, "disclaimer": text, "start": "a",
        "source": {"title": text, "review": text, "url": "https://a.b/?q=1&copy=2&lt;"},
        "remarks": [part], "references": {"r": {"title": text, "journal": text, "doi": "10.1/<(a&b)>"}},
        "statements": {
            "s": {"says": text, "plain": text, "cites": ["r"], "section": text, "caution": text},
            "t": {"says": text, "uncarried": text, "section": text},
        },
        "sections": {"one": text},
        "facts": {"f": {
            "type": "choice", "title": text, "question": text, "plain": text, "help": text,
            "values": {"v": text, "w": text}, "default": "v", "codes": {"c": text},
        }},
        "repeats": [{"fact": "f", "says": text}], "impossible": [{**when, "because": text}],
        "interventions": {"x": {"title": text, "plain": text, "codes": {"c": text}}},
        "nodes": {
            "a": {"kind": "decision", "title": text, "section": "one", "next": [
                {"to": "b", "label": text, **when}, {"to": "c", "when": {"f": "w"}}]},
            "b": {"kind": "treatment", "title": text, "evidence": [figure], "notes": [part, {**part, **when}],
                  "offers": [{**offer, "tier": "preferred"}, {**offer, "tier": "avoid", **when}],
                  "next": [{"to": "c", "label": text}]},
            "c": {"kind": "silent", "title": text, "section": "one", "notes": [{"says": text}]},
        },
        "waive": [{"rule": "silent-share", "because": text}, {"rule": "gap", "because": text}],
    }  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_is_seen_as_it_is_in_every_place(text: str) -> None:
    guideline = build(everywhere(text))
    files = ros1tree.book(guideline)
    check_all(guideline, files)
    check_links(files)


def test_the_ros1_guideline_stands_in_its_book(guideline: Guideline) -> None:
    check_all(guideline, ros1tree.book(guideline))


@given(guidelines(), st.booleans())
@SLOW
def test_every_link_leads_somewhere(data: Data, one_page: bool) -> None:
    guideline = build(data)
    check_links(ros1tree.book(guideline, one_page=one_page))


@pytest.mark.parametrize("one_page", [False, True])
def test_every_link_of_the_ros1_book_leads_somewhere(guideline: Guideline, one_page: bool) -> None:
    check_links(ros1tree.book(guideline, one_page=one_page))


# The same guideline gives the same book

ORDERED = {"sections", "facts", "interventions", "statements", "references", "values"}
"""Mappings that stand in a book as they are written."""


def shuffled(value: Any, luck: random.Random, key: str = "") -> Any:
    if isinstance(value, list):
        return [shuffled(part, luck) for part in value]
    if not isinstance(value, dict):
        return value
    entries = [(name, shuffled(part, luck, name)) for name, part in value.items()]
    if key not in ORDERED:
        luck.shuffle(entries)
    return dict(entries)


@given(guidelines(), st.randoms(use_true_random=False))
@SLOW
def test_the_order_of_keys_changes_nothing(data: Data, luck: random.Random) -> None:
    one, other = build(data), build(shuffled(data, luck))
    assert one == other
    first, second = ros1tree.book(one), ros1tree.book(other)
    assert list(first) == list(second)
    for name, file in first.items():
        assert file == second[name], name


def test_two_runs_write_the_same_bytes(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        seed = {"PYTHONHASHSEED": folder.replace("a", "1").replace("b", "2")}
        assert run("book", "-o", folder, cwd=tmp_path, env=seed).returncode == 0
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


# The command


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the guideline of the espresso machine and its book."""
    folder = tmp_path_factory.mktemp("written")
    shutil.copy(HERE / "guidelines" / "espresso.yaml", folder)
    done = run("book", "-g", "espresso.yaml", "-o", "the book", cwd=folder)
    assert (done.returncode, done.stdout) == (0, "")
    names = [*ESPRESSO, "book.css", *DIAGRAMS]
    assert done.stderr == "".join(f"wrote {Path('the book', name)}\n" for name in names)
    return folder


ESPRESSO = (
    "index.md", "section-check.md", "section-care.md", "facts.md", "interventions.md", "statements.md",
    "references.md", "review.md", "traceability.md",
)  # fmt: skip
DIAGRAMS = ("diagrams/book.svg", "diagrams/book-check.svg", "diagrams/book-care.svg")


@pytest.fixture
def desk(written: Path, tmp_path: Path) -> Path:
    shutil.copytree(written, tmp_path / "desk")
    return tmp_path / "desk"


ANEW = "the same command without --check writes it anew\n"
NO_ENGINE = {"ROS1TREE_DOT": "/nowhere/dot", "PATH": ""}


def espresso(desk: Path, *args: str, **env: str) -> tuple[int, str, str]:
    """Run the command, in this process: it is run often."""
    with chdir(desk):
        command = ["book", "-g", "espresso.yaml", "-o", "the book", *args]
        done = CliRunner().invoke(cli.cli, command, env=env)
    assert done.exception is None or isinstance(done.exception, SystemExit)
    return done.exit_code, done.stdout, done.stderr


def test_a_current_book_is_found_current_without_an_engine(desk: Path) -> None:
    before = contents(desk)
    assert espresso(desk, "--check", **NO_ENGINE) == (0, "", "")
    assert espresso(desk, **NO_ENGINE) == (0, "", "")
    assert contents(desk) == before
    assert sorted(name.removeprefix("the book/") for name in before) == sorted(
        [*ESPRESSO, "book.css", *DIAGRAMS, "espresso.yaml"]
    )


@pytest.mark.parametrize("name", [*ESPRESSO, "book.css", *DIAGRAMS])
def test_every_file_that_is_missing_or_changed_is_named_and_made_good(
    name: str, desk: Path
) -> None:
    before, path = contents(desk), desk / "the book" / name
    text = path.read_bytes()
    for spoilt in (
        None,
        b"",
        text + b" ",
        text[1:],
        text.replace(b"espresso", b"expresso", 1) + b"\n",
    ):
        path.unlink()
        if spoilt is not None:
            path.write_bytes(spoilt)
        what = "missing" if spoilt is None else "out of date"
        told = f"{what}: {Path('the book', name)}\n"
        assert espresso(desk, "--check", **NO_ENGINE) == (1, told, ANEW)
        assert espresso(desk) == (0, "", f"wrote {Path('the book', name)}\n")
        assert contents(desk) == before


@pytest.mark.parametrize("name", [*ESPRESSO, "book.css", *DIAGRAMS])
def test_a_checkout_with_other_line_ends_is_current(name: str, desk: Path) -> None:
    path = desk / "the book" / name
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert espresso(desk, "--check") == (0, "", "")


def test_what_the_guideline_no_longer_has_is_left_over_and_removed(desk: Path) -> None:
    source, book = desk / "espresso.yaml", desk / "the book"
    text = source.read_text(encoding="utf-8")
    source.write_text(text.replace("section: care", "section: check"), encoding="utf-8")
    code, told, _ = espresso(desk, "--check")
    assert code == 1
    over = [line for line in told.splitlines() if line.startswith("left over")]
    gone = ["section-care.md", "diagrams/book-care.svg"]
    assert sorted(over) == sorted(f"left over: {book.relative_to(desk) / name}" for name in gone)
    _, _, told = espresso(desk)
    assert [line for line in told.splitlines() if line.startswith("removed")] == [
        line.replace("left over:", "removed") for line in over
    ]
    assert espresso(desk, "--check") == (0, "", "")
    assert not any((book / name).exists() for name in gone)


def test_files_that_are_not_of_the_book_are_left_alone(desk: Path) -> None:
    book = desk / "the book"
    own = {
        "notes.md": "# Notes", "section-old.md": "# Mine", "book-x.svg": "<svg/>", "a.txt": "a",
        "diagrams/book-mine.svg": "<svg/>", "sub/old.md": (book / "facts.md").read_text("utf-8"),
    }  # fmt: skip
    for name, text in own.items():
        (book / name).parent.mkdir(exist_ok=True)
        (book / name).write_text(text, encoding="utf-8")
    drawing = (book / "diagrams" / "book-care.svg").read_bytes()
    (book / "diagrams" / "other.svg").write_bytes(drawing)
    (book / "folder.md").mkdir()
    assert espresso(desk, "--check") == (0, "", "")
    assert espresso(desk) == (0, "", "")
    assert {name: (book / name).read_text("utf-8") for name in own} == own
    assert (book / "diagrams" / "other.svg").read_bytes() == drawing


def test_one_page_holds_every_chapter_once(desk: Path) -> None:
    before = contents(desk / "the book")
    code, _, told = espresso(desk, "--one-page")
    gone = sorted(name for name in ESPRESSO if name != "index.md")
    removed = [f"removed {Path('the book', name)}" for name in gone]
    assert (code, told.splitlines()) == (0, [f"wrote {Path('the book', 'index.md')}", *removed])
    assert espresso(desk, "--one-page", "--check") == (0, "", "")
    after = contents(desk / "the book")
    assert {name: before[name] for name in after if name != "index.md"} == {
        name: text for name, text in after.items() if name != "index.md"
    }
    for reader in READERS.values():
        page = seen(reader(after["index.md"].decode()))
        assert [block.level for block in page.blocks].count(1) == 1
        for name in gone:
            chapter = seen(reader(before[name].decode()))
            for block in chapter.blocks[2:]:
                texts = [text for text in block.texts if not text.startswith("Before you use it")]
                twin = [
                    b
                    for b in page.blocks
                    if (b.title, b.texts[: len(texts)]) == (block.title, texts)
                ]
                assert any(b.level == block.level + 1 and b.tables == block.tables for b in twin)


def test_what_cannot_be_written_is_told_in_a_line(desk: Path) -> None:
    (desk / "file").write_text("x")
    assert refused("book").startswith("Usage: ros1tree book")
    assert refused("book", "-g", "nothing", "-o", desk / "x") == (
        "nothing: no bundled guideline has this id; bundled: ros1-nsclc;"
        " a path ends in .yaml or .json\n"
    )
    done = run("book", "-o", "file", cwd=desk)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines()[-1] == (
        "Error: Invalid value for '-o' / '--output': Directory 'file' is a file."
    )
    done = run("book", "-o", "file/below", cwd=desk)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "file/below: Not a directory\n"
    (desk / "the book" / "diagrams" / "book.svg").unlink()
    (desk / "the book" / "facts.md").unlink()
    done = run(
        "book",
        "-g",
        "espresso.yaml",
        "-o",
        "the book",
        cwd=desk,
        env={"ROS1TREE_DOT": "/nowhere/dot"},
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "/nowhere/dot" in done.stderr
    assert not (desk / "the book" / "facts.md").exists(), "nothing is written where not all can be"


def test_a_guideline_that_cites_nothing_says_so() -> None:
    data = {
        "id": "bare", "title": "Bare", "version": "1", "start": "end", "facts": {"f": {"type": "boolean"}},
        "interventions": {"x": {"title": "X"}}, "nodes": {"end": {"kind": "silent", "title": "End"}},
    }  # fmt: skip
    guideline = ros1tree.guideline(data)
    files = ros1tree.book(guideline)
    check_all(guideline, files)
    check_links(files)
    for found in read(files):
        for name in ("statements.md", "references.md", "traceability.md"):
            assert found[name].blocks[1].texts[1:] == ["The guideline names none."]


def test_a_folder_stands_where_a_page_should(desk: Path) -> None:
    page = desk / "the book" / "facts.md"
    page.unlink()
    page.mkdir()
    assert espresso(desk, "--check") == (1, f"out of date: {Path('the book', 'facts.md')}\n", ANEW)
    code, told, error = espresso(desk)
    assert (code, told) == (2, "")
    assert error == f"{Path('the book', 'facts.md')}: Is a directory\n"


def test_a_guideline_from_standard_input(desk: Path) -> None:
    text = (desk / "espresso.yaml").read_text(encoding="utf-8")
    done = run("book", "-g", "-", "-o", "the book", "--check", stdin=text, cwd=desk)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_only_what_carries_the_mark_is_of_a_book(guideline: Guideline) -> None:
    for name, file in ros1tree.book(guideline).items():
        if name.endswith(".md"):
            assert is_ours("any.md", file.data())
            assert not is_ours("any.md", file.data()[1:])
            assert not is_ours("any.md", b"\n" + file.data())
        if name.endswith(".svg"):
            assert is_ours(name, file.data())
            assert not is_ours(f"diagrams/{name}", file.data())
            assert not is_ours(name, b"<svg/>")


def test_a_guideline_too_large_for_the_proof_has_a_book(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ros1tree.proof.space.NODES", 64)
    monkeypatch.setattr("ros1tree.proof.space.CACHE", 16)
    proof.cache_clear()
    files = ros1tree.book(ros1tree.load("ros1-nsclc"))
    for found in read(files):
        told = next(
            text for text in found["review.md"].texts() if text.startswith("The guideline cannot")
        )
        start = "The guideline cannot be reviewed over every patient: the proof grew too large at node '"
        assert told.startswith(start)


def test_a_chapter_as_it_is_written(golden: Golden) -> None:
    book = ros1tree.book(ros1tree.load(HERE / "guidelines" / "espresso.yaml"))
    names = ("index.md", "section-check.md", "section-care.md", "facts.md")
    golden.check("espresso.book.md", "\n".join(pages(book)[name] for name in names))
