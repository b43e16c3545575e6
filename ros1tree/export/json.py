"""The guideline as JSON, which loads as the same guideline."""

from json import dumps

from ros1tree.model import Guideline


def json(guideline: Guideline) -> str:
    """Return the guideline as JSON; `loads` reads it back."""
    return dumps(guideline.to_data(), indent=2, ensure_ascii=False) + "\n"
