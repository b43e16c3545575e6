"""The names of the steps: none is another's, nor that of a column that comes in or goes out."""

from collections.abc import Iterable

from ros1tree.errors import OptionError

PREFIX = "_ros1tree_"
"""With this the name of every step begins; no table has such columns of its own."""


class Names:
    """Gives columns names that differ by more than capitals, which many databases do not tell."""

    def __init__(self, taken: Iterable[str]) -> None:
        """Begin with names that are taken."""
        self._taken = {name.lower() for name in taken}
        self._given: dict[tuple[str, ...], str] = {}

    def of(self, *parts: str) -> str:
        """Return the name of something, the same whenever it is asked."""
        name = self._given.get(parts)
        if name is None:
            name = PREFIX + "__".join(parts)
            while name.lower() in self._taken:
                name += "_"
            self._taken.add(name.lower())
            self._given[parts] = name
        return name


def distinct(what: str, names: Iterable[str]) -> None:
    """Raise OptionError where names differ by capitals alone."""
    seen: dict[str, str] = {}
    for name in names:
        other = seen.setdefault(name.lower(), name)
        if other != name:
            text = f"the {what} '{other}' and '{name}' differ by capitals alone"
            raise OptionError(f"{text}, which SQL does not tell apart; rename one of the two")
