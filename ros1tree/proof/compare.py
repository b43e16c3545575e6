"""What patients get, in terms that two versions of a guideline share."""

from collections.abc import Mapping

from ros1tree.model import Guideline
from ros1tree.proof.reach import Reach, bounded, reach
from ros1tree.proof.space import Patients, Space

Key = tuple[str, str, str]
"""What a patient gets: `offer`, an intervention and its tier; `avoid`, an intervention; `silent`,
the title of a node; `fault`; `question`, a fact. What is missing is empty."""


def gets(found: Reach) -> Mapping[Key, Patients]:
    """Return who gets what; no name of a node is in it, so that renaming one changes nothing."""
    all_got: dict[Key, Patients] = {}
    for (what, name, tier), who in found.outcomes.items():
        if what == "silent":
            key: Key = what, found.guideline.nodes[name].title, ""
        elif what == "fault":
            key = what, "", ""
        else:
            key = what, name, tier
        all_got[key] = all_got.get(key, found.space.nobody) | who
    for fact, who in found.asked().items():
        all_got["question", fact, ""] = who
    return all_got


def differing(old: Guideline, new: Guideline) -> int:
    """Return how many patients, possible in both versions, get anything else; raises TooLargeError.

    A question is not an outcome.
    """
    with bounded(new):
        return _differing(old, new)


def _differing(old: Guideline, new: Guideline) -> int:
    space = Space(old, new)
    before, after = reach(space, old), reach(space, new)
    was, now = gets(before), gets(after)
    keys = [key for key in {*was, *now} if key[0] != "question"]
    changed = space.some(was.get(k, space.nobody) ^ now.get(k, space.nobody) for k in keys)
    return space.count(changed & before.possible & after.possible)
