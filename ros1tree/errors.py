"""What can go wrong, as values to read: who, where, what is allowed, what to do.

Ros1TreeError
├── ProblemsError(ValueError)   the input is wrong; `.problems` holds every one
│   ├── GuidelineError          a guideline's file
│   ├── FactsError              a patient's facts
│   ├── CasesError              a file of vignettes
│   └── PatientsError           a table of patients
├── UnknownNameError(ValueError)  a name that there is not
│   └── UnknownFormatError
├── OptionError(ValueError)     a value that is not allowed
├── TooLargeError(ValueError)   more than the format can hold
├── MismatchError(ValueError)   a walk of another guideline
├── ExtraError(ImportError)     an extra of the package is not installed
└── EngineError                 no layout engine, or it failed
"""

import sys
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice


def shown(text: object, limit: int = 60) -> str:
    """Return `text` safe for one line of a terminal, cut after `limit` characters."""
    line = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in str(text)[: limit + 1])
    return line if len(line) <= limit else f"{line[:limit]}…"


def nearest(name: str, known: Collection[str]) -> str:
    """Return `did you mean 'x'?` for the known name nearest to `name`, else an empty string."""
    names: Collection[str] = known
    if len(known) > 200:  # to compare with all of thousands takes long
        alike = (k for k in known if k[:1] == name[:1] and abs(len(k) - len(name)) <= 2)
        names = list(islice(alike, 200))
    close = get_close_matches(name[:80], names, n=1)
    return f"did you mean '{shown(close[0])}'?" if close else ""


@dataclass(frozen=True, slots=True)
class Near:
    """A remedy that is worked out only if it is shown: the nearest name, or else other words."""

    name: str
    known: Collection[str]
    otherwise: str = ""
    before: str = ""
    """What is said in any case."""

    def __str__(self) -> str:
        told = (self.before, nearest(self.name, self.known) or self.otherwise)
        return "; ".join(text for text in told if text)


def listed(names: Collection[object], limit: int = 12) -> str:
    """Return names as `a, b, c`, cut after `limit` of them."""
    more = f", … ({len(names)} in all)" if len(names) > limit else ""
    return ", ".join(shown(name) for name in islice(names, limit)) + more


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in an input: where it stands, what it is, what to do about it."""

    file: str
    """The file as the user named it, `standard input`, or `--fact`."""
    address: str
    """The place in the data, such as `nodes.stage.next[1].to`; empty for the whole file."""
    message: str
    remedy: str = ""
    line: int = 0
    """Counted from 1; 0 where there is no line to name."""
    column: int = 0

    def __str__(self) -> str:
        """Return the one line that is shown: `file:line:column address: message; remedy`."""
        file = shown(self.file, 300)
        place = f"{file}:{self.line}:{self.column}" if self.line else file
        where = f"{place} {shown(self.address, 120)}".rstrip()
        told = f"{self.message}; {self.remedy}" if self.remedy else self.message
        return f"{where}: {shown(' '.join(told.split()), 2000)}"


class Ros1TreeError(Exception):
    """Whatever this package raises on purpose."""


class ProblemsError(Ros1TreeError, ValueError):
    """An input that cannot be used; every problem at once, in the order of the file."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep the problems in order; the message is one line for each."""
        self.problems = tuple(sorted(problems, key=lambda p: (p.line or sys.maxsize, p.column)))
        super().__init__("\n".join(map(str, self.problems)))

    def __reduce__(self) -> tuple[type, tuple[tuple[Problem, ...]]]:
        """Pickle by the problems, so that the error crosses processes."""
        return type(self), (self.problems,)


class GuidelineError(ProblemsError):
    """The file is not a guideline."""


class FactsError(ProblemsError):
    """These are not the facts of a patient that this guideline can walk."""


class CasesError(ProblemsError):
    """The file does not hold cases for this guideline."""


class PatientsError(ProblemsError):
    """The table does not hold patients that this guideline can walk."""


class UnknownNameError(Ros1TreeError, ValueError):
    """A section, a node, a theme or the like that there is not."""

    def __init__(self, what: str, name: str, known: Collection[str]) -> None:
        """Name what was asked for, and the `known` ones."""
        self.what, self.name, self.known = what, name, tuple(known)
        remedy = nearest(name, self.known)
        super().__init__(
            f"no {what} '{shown(name)}'; allowed: {listed(self.known)}"
            + (f"; {remedy}" if remedy else "")
        )

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        """Pickle by what was asked and what is known."""
        return type(self), (self.what, self.name, self.known)


class UnknownFormatError(UnknownNameError):
    """A format that is not offered."""

    def __init__(self, name: str, known: Collection[str]) -> None:
        """Name the format that was asked for and the `known` ones."""
        super().__init__("format", name, known)

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        """Pickle by what was asked and what is known."""
        return type(self), (self.name, self.known)


class OptionError(Ros1TreeError, ValueError):
    """A value of an option that is not allowed, or options that do not go together."""


class TooLargeError(Ros1TreeError, ValueError):
    """A drawing that is larger than its format allows."""


class MismatchError(Ros1TreeError, ValueError):
    """A walk that was made with another guideline, or another version of this one."""


class ExtraError(Ros1TreeError, ImportError):
    """What an extra installs is needed, and not there."""

    def __init__(self, what: str, extra: str) -> None:
        """Name what needs the extra."""
        self.what, self.extra = what, extra
        super().__init__(f"{what} needs more: pip install 'ros1tree[{extra}]'")

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        """Pickle by what needs which extra."""
        return type(self), (self.what, self.extra)


class EngineError(Ros1TreeError):
    """No layout engine was found, or it did not give a whole drawing."""
