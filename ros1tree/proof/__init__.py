"""Every patient at once: exact counts, examples, and who is concerned by what."""

from ros1tree.proof.compare import Key, differing, gets
from ros1tree.proof.cover import Cover, cover, told
from ros1tree.proof.reach import Outcome, Reach, bounded, outcome_title, proof, reach
from ros1tree.proof.relevant import Relevant, relevant, settled
from ros1tree.proof.space import Patients, Space, conditions, variables
from ros1tree.proof.witness import asked, witness

__all__ = [
    "Cover",
    "Key",
    "Outcome",
    "Patients",
    "Reach",
    "Relevant",
    "Space",
    "asked",
    "bounded",
    "conditions",
    "cover",
    "differing",
    "gets",
    "outcome_title",
    "proof",
    "reach",
    "relevant",
    "settled",
    "told",
    "variables",
    "witness",
]
