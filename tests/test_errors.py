"""Errors: one tree, drawn once and checked, each a value that can be caught, read and pickled."""

import pickle
import re

import pytest

from ros1tree import errors
from ros1tree.errors import FactsError, Near, Problem, Ros1TreeError, listed, nearest, shown


def tree(root: type[Exception]) -> list[str]:
    return [root.__name__, *(name for kind in root.__subclasses__() for name in tree(kind))]


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    drawn = re.findall(r"\w+Error(?=\s|\(|$)", (errors.__doc__ or "").replace("(ValueError)", ""))
    assert drawn == tree(Ros1TreeError)


def test_input_errors_are_value_errors_too() -> None:
    assert issubclass(errors.ProblemsError, ValueError)
    assert issubclass(errors.UnknownFormatError, ValueError)


def test_problems_stand_in_the_order_of_the_file() -> None:
    late, early = Problem("f", "b", "m", line=9, column=1), Problem("f", "a", "m", "r", 2, 3)
    nowhere = Problem("--fact", "", "m")
    error = FactsError([nowhere, late, early])
    assert error.problems == (early, late, nowhere)
    assert str(error) == "f:2:3 a: m; r\nf:9:1 b: m\n--fact: m"
    assert pickle.loads(pickle.dumps(error)).problems == error.problems  # noqa: S301


@pytest.mark.parametrize(
    ("text", "line"),
    [("a\nb", "a\\nb"), ("\x1b[31m", "\\x1b[31m"), ("é日", "é日"), ("x" * 99, "x" * 60 + "…")],
)
def test_what_is_shown_is_one_safe_line(text: str, line: str) -> None:
    assert shown(text) == line


def test_names() -> None:
    assert nearest("histry", ["history", "stage"]) == "did you mean 'history'?"
    assert nearest("zzz", ["history"]) == ""
    assert listed(range(14)) == "0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, … (14 in all)"
    assert str(Near("a", ["b"], "other", "before")) == "before; other"


def test_unknown_format_survives_pickling() -> None:
    error = errors.UnknownFormatError("svgg", ("svg",))
    assert str(pickle.loads(pickle.dumps(error))) == str(error)  # noqa: S301
