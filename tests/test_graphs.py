"""The guidelines that travel with the package: grounded, tested, crossed everywhere."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import ros1tree
from ros1tree.cases import beside
from ros1tree.model import Guideline, Node

BUNDLED = ros1tree.bundled()

# Patients that were written before the guideline was; not one of its own cases.
VIGNETTES = Path(__file__).parent / "ros1_vignettes.yaml"


@pytest.mark.parametrize("name", BUNDLED)
def test_cases_pass_and_cross_every_edge_and_offer(name: str) -> None:
    run = ros1tree.cases(ros1tree.load(name), name)
    assert [(o.case.id, o.failures) for o in run.failed] == []
    assert run.uncrossed_edges == ()
    assert run.uncrossed_offers == ()


@pytest.mark.parametrize("name", BUNDLED)
def test_every_case_says_why_it_is_there(name: str) -> None:
    assert [
        o.case.id for o in ros1tree.cases(ros1tree.load(name), name).outcomes if not o.case.why
    ] == []


@pytest.mark.parametrize("name", BUNDLED)
def test_its_files_name_their_schema(name: str) -> None:
    first = BUNDLED[name].read_text(encoding="utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=guideline.schema.json"
    assert beside(name).exists()


def test_vignettes_of_others_pass(guideline: Guideline) -> None:
    run = ros1tree.cases(guideline, VIGNETTES)
    assert [(o.case.id, o.failures) for o in run.failed] == []
    assert len(run.outcomes) == 12


def entries(node: Node) -> Iterator[tuple[str, ...]]:
    """What each offer, note, figure and edge of a node cites."""
    yield from (offer.cites for offer in node.offers)
    yield from (note.cites for note in node.notes)
    yield from (figure.cites for figure in node.evidence)


def cited(guideline: Guideline) -> Iterator[str]:
    for remark in guideline.remarks:
        yield from remark.cites
    for node in guideline.nodes.values():
        yield from node.cites
        for cites in entries(node):
            yield from cites


def test_every_statement_is_carried_or_says_why_not(guideline: Guideline) -> None:
    assert list(guideline.statements) == [f"S{number:02}" for number in range(1, 54)]
    carried = set(cited(guideline))
    for name, statement in guideline.statements.items():
        assert (name in carried) != (statement.uncarried is not None), name


def test_every_offer_note_and_figure_cites_a_statement(guideline: Guideline) -> None:
    for name, node in guideline.nodes.items():
        for cites in entries(node):
            assert cites, name
            assert set(cites) <= set(guideline.statements)


# The verdicts of the fact check other than "supported"; each must be seen beside its statement.
DOUBTED = {
    1, 3, 5, 6, 8, 9, 14, 15, 17, 19, 20, 24, 25, 27, 28, 29, 32, 34, 35, 36, 39, 40, 42, 43, 44,
    45, 46, 50,
}  # fmt: skip


def test_every_doubt_of_the_fact_check_is_a_caution(guideline: Guideline) -> None:
    cautious = {int(n[1:]) for n, s in guideline.statements.items() if s.caution}
    # Beyond those: off-label use (13, 16), what is missing or newer (18, 23, 52), what regimens may
    # contain (33), a small sample (48).
    assert cautious == DOUBTED | {13, 16, 18, 23, 33, 48, 52}


def test_every_question_can_be_asked(guideline: Guideline) -> None:
    assert [name for name, fact in guideline.facts.items() if not fact.question] == []


def test_silence_advises_nothing_and_ends(guideline: Guideline) -> None:
    silent = [node for node in guideline.nodes.values() if node.kind == "silent"]
    assert len(silent) == 7
    assert [node.title for node in silent if node.offers or node.next] == []


def test_nothing_known_recommends_nothing(guideline: Guideline) -> None:
    walk = ros1tree.walk(guideline, {})
    assert walk.recommendations == ()
    assert walk.avoid == ()
    assert [missing.fact for missing in walk.missing] == ["ros1_rearrangement"]
