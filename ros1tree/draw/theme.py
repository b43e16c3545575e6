"""The colours, by what they stand for. Every meaning has a word, a shape or a border as well."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType

from ros1tree.errors import UnknownNameError


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one theme, as `#RRGGBB`; text first, then shapes."""

    ink: str
    muted: str
    dim: str
    """Text off a patient's path."""
    alarm: str
    """Text of what is to be avoided, is missing or fails."""
    anchor: str
    """Text of a link."""
    on_preferred: str
    on_recommended: str
    on_alternative: str
    on_consider: str

    paper: str
    band: str
    panel: str
    head: str
    asked: str
    """Inside of a question."""
    line: str
    ask: str
    """Border of a question."""
    bar: str
    """Border of what is to be avoided, and of a warning."""
    rule: str
    """Between rows; decoration alone."""
    faint: str
    """Lines off a patient's path."""
    path: str
    """Lines of a patient's path."""
    preferred: str
    recommended: str
    alternative: str
    consider: str


LIGHT = Palette(
    ink="#111827", muted="#4B5563", dim="#666D7A", alarm="#A30015", anchor="#0B4A8F",
    on_preferred="#FFFEFF", on_recommended="#FFFFFE", on_alternative="#111826",
    on_consider="#111828",
    paper="#FFFFFF", band="#F3F5F8", panel="#FEFFFF", head="#E5E9EF", asked="#EAF2FB",
    line="#374151", ask="#0B4A90", bar="#A30016", rule="#C3CAD4", faint="#7C8594", path="#111829",
    preferred="#00493C", recommended="#2B75AE", alternative="#E3B341", consider="#FFFFFD",
)  # fmt: skip
DARK = Palette(
    ink="#E6EDF3", muted="#AEB9C5", dim="#8D97A3", alarm="#FF9C94", anchor="#79BEFF",
    on_preferred="#0D1117", on_recommended="#0D1116", on_alternative="#0D1118",
    on_consider="#E6EDF2",
    paper="#0D1117", band="#171D26", panel="#0E1218", head="#2A323D", asked="#12283F",
    line="#B4BEC9", ask="#6CB6FF", bar="#FF8A80", rule="#444D59", faint="#6E7884", path="#FFFFFF",
    preferred="#A7F3D9", recommended="#5398DA", alternative="#DBB53F", consider="#0E1219",
)  # fmt: skip
PRINT = Palette(
    ink="#000000", muted="#3D3D3D", dim="#6A6A6A", alarm="#010101", anchor="#1A1A1A",
    on_preferred="#FFFFFF", on_recommended="#FFFFFF", on_alternative="#020202",
    on_consider="#030303",
    paper="#FFFFFF", band="#F4F4F4", panel="#FEFEFE", head="#E2E2E2", asked="#FDFDFD",
    line="#333333", ask="#000000", bar="#010101", rule="#BDBDBD", faint="#808080", path="#000000",
    preferred="#1C1C1C", recommended="#666666", alternative="#BABABA", consider="#FCFCFC",
)  # fmt: skip

THEMES: Mapping[str, Palette] = MappingProxyType(
    {"light": LIGHT, "dark": DARK, "print": PRINT, "auto": LIGHT}
)
"""The themes by name; `auto` is light, and dark for a reader whose system is."""


def palette(theme: str) -> Palette:
    """Return the colours of a theme; raises UnknownNameError for one that there is not."""
    if theme not in THEMES:
        raise UnknownNameError("theme", theme, THEMES)
    return THEMES[theme]


def dark_style(scope: str) -> str:
    """Return CSS that turns the light theme inside `scope` dark where the reader prefers it."""
    return f"@media (prefers-color-scheme:dark){{{dark_rules(scope)}}}"


def dark_rules(scope: str) -> str:
    """Return CSS that turns the light theme inside `scope` dark."""
    rules = []
    for field in fields(Palette):
        light, dark = getattr(LIGHT, field.name), getattr(DARK, field.name)
        rules += [f'{scope} [{paint}="{light}"]{{{paint}:{dark}}}' for paint in ("fill", "stroke")]
    return "".join(dict.fromkeys(rules))
