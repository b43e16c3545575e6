"""An interview as lines to read in a terminal: questions, help, what became certain."""

from collections.abc import Iterable, Iterator

from rich.console import Group, RenderableType
from rich.text import Text

from ros1tree.ask.interview import Interview
from ros1tree.ask.question import EMPTY, Choice, Question
from ros1tree.condition import fact_words, known_words
from ros1tree.model import TIERS, Guideline
from ros1tree.proof import outcome_title
from ros1tree.report.lines import Line
from ros1tree.walk import FAULT_WORDS

PURPOSE = "It supports people who decide, and replaces none of them."
COMMANDS = "Enter: not known; b: back; q: quit; ?: help"


def opened(interview: Interview) -> RenderableType:
    """Return what stands at the beginning: which guideline, what this is, what is known."""
    guideline = interview.guideline
    about = f"{guideline.id} {guideline.version}, {guideline.status}"
    lines = [_line("", guideline.title, "bold"), _line("", about, "dim"), _line("", PURPOSE)]
    known = [
        known_words(name, fact, interview.known[name])
        for name, fact in guideline.facts.items()
        if name in interview.known
    ]
    lines += [_line("", COMMANDS)]
    lines += _listed("known", known)
    return Group(*lines, *_changes(interview))


def asked(question: Question) -> RenderableType:
    """Return a question with what can be answered."""
    text = Text(question.text, "bold").append(f" ({question.fact})", "not bold dim")
    lines: list[RenderableType] = [Text(), Line("", text)]
    if question.kind == "boolean" and not any(choice.barred for choice in question.choices):
        return Group(*lines, Line("  ", Text("1 yes   2 no")))
    width = len(str(len(question.choices)))
    for place, choice in enumerate(question.choices, 1):
        lines.append(Line(f"  {place:>{width}} ", _choice(choice)))
    if question.kind == "set":
        none = "" if question.some else f"   none of them: {EMPTY}"
        lines.append(Line("  ", Text(f"several: 1,2{none}", "dim")))
    if question.allowed:
        lines.append(_line("  ", question.allowed))
    return Group(*lines, *_reasons(question))


def _choice(choice: Choice) -> Text:
    mark = " (not possible)" if choice.barred else " (certain)" if choice.sure else ""
    return Text(f"{choice.label}{mark}", "dim" if choice.barred else "")


def _reasons(question: Question) -> Iterator[RenderableType]:
    """Yield why choices are not possible, or certain; what several have in common once."""
    places: dict[tuple[str, str], list[str]] = {}
    for place, choice in enumerate(question.choices, 1):
        if choice.barred:
            places.setdefault(("not possible", choice.barred), []).append(str(place))
        elif choice.sure:
            places.setdefault(("certain", choice.sure), []).append(str(place))
    if question.some and not any(choice.sure for choice in question.choices):
        places.setdefault(("not possible", question.some), []).append("none of them")
    for (word, why), numbers in places.items():
        yield _line("  ", f"{', '.join(numbers)} {word}: {why}", "dim")


def helped(guideline: Guideline, question: Question) -> RenderableType:
    """Return what helps with a question."""
    fact = guideline.facts[question.fact]
    values = [
        f"{choice.value} ({choice.label})"
        for choice in question.choices
        if isinstance(choice.value, str) and choice.value != choice.label
    ]
    lines = [_line("  ", question.help)] if question.help else []
    lines += _listed("names", values)
    lines += _listed("decides", _titles(guideline, question))
    lines += [
        _line("  ", f"{word}: {meaning}")
        for word, meaning in (
            ("a number", "the answer with this number" if question.choices else question.allowed),
            ("a name", "the answer that is called so" if question.choices else ""),
            ("Enter, s, skip", f"{fact_words(question.fact, fact)} not known; not asked again"),
            ("b, back", "the question before, without its answer"),
            ("q, quit", "the report of what is certain so far"),
        )
        if meaning
    ]
    return Group(*lines)


def _titles(guideline: Guideline, question: Question) -> Iterable[str]:
    return dict.fromkeys(outcome_title(guideline, outcome) for outcome in question.decides)


def gained(interview: Interview) -> RenderableType:
    """Return what the last answer says and made certain."""
    return Group(*_understood(interview), *_changes(interview))


def _understood(interview: Interview) -> Iterator[RenderableType]:
    facts = interview.guideline.facts
    told = [
        known_words(name, facts[name], value)
        for name, value in interview.change.known.items()
        if name not in interview.followed
    ]
    if not told:
        name = interview.skipped[-1]
        told = [f"{fact_words(name, facts[name])}: not known"]
    yield _line("  ", "; ".join(told), "bold")


def _changes(interview: Interview) -> Iterator[RenderableType]:
    guideline, new = interview.guideline, interview.change
    follows = [
        f"{known_words(name, guideline.facts[name], value)} ({interview.why(name)})"
        for name, value in new.known.items()
        if name in interview.followed
    ]
    yield from _listed("follows", follows)
    for tier in TIERS:
        titles = [row.title for row in new.recommendations if row.tier == tier]
        yield from _listed(tier, titles, "green")
    avoid = [f"{row.title} ({row.wording})" if row.wording else row.title for row in new.avoid]
    yield from _listed("avoid", avoid, "red")
    yield from _listed(
        "the guideline is silent on", [row.title for row in new.not_covered], "magenta"
    )
    faults = [
        f"{FAULT_WORDS[row.fault]} at '{guideline.nodes[row.node].title}' ({row.node})"
        for row in new.faults
    ]
    yield from _listed("FAULT", faults, "bold red")
    titles = [guideline.interventions[name].title for name in new.excluded]
    yield from _listed("no longer possible", titles, "dim")


def ended(interview: Interview) -> RenderableType:
    """Return what stands where no question is left."""
    facts = interview.guideline.facts
    open_ = [row.fact for row in interview.relevant if row.fact in interview.skipped]
    if not open_:
        return Group(Text(), _line("", "No further question can change the outcome.", "bold"))
    names = ", ".join(fact_words(name, facts[name]) for name in open_)
    told = _line("", f"Nothing else is asked as long as this is not known: {names}.", "bold")
    return Group(Text(), told)


def _listed(title: str, entries: Iterable[str], style: str = "") -> list[RenderableType]:
    told = "; ".join(entries)
    return [Line("  - ", Text.assemble((f"{title}: ", style), _one_line(told)))] if told else []


def _line(mark: str, text: str, style: str = "") -> RenderableType:
    return Line(mark, Text(_one_line(text), style))


def _one_line(text: str) -> str:
    return " ".join(text.split())
