"""Small things that every report says in the same way."""

_SIGNS = "\\`*_{}[]<>#|~@$&"


def per_cent(part: float) -> str:
    """Return a share as per cent, with the digits that a small one needs."""
    return f"{100 * part:.3g} %"


def markdown(text: str) -> str:
    """Return text on one line that Markdown takes for nothing else."""
    kept = "".join(f"\\{sign}" if sign in _SIGNS else sign for sign in " ".join(text.split()))
    return kept.replace("://", "\\://")  # no address becomes a link
