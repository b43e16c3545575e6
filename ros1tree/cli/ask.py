"""The command that asks: one relevant question after another."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ros1tree.cli.conversation import BACK, COMMANDS, HELP, QUIT, SKIP, Conversation
from ros1tree.cli.files import DRAWINGS
from ros1tree.cli.shared import (
    FOUND,
    guideline_option,
    json_option,
    load_guideline,
    show,
    tell_walk,
    write,
)
from ros1tree.errors import FactsError, Problem, Ros1TreeError, UnknownFormatError, shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from ros1tree.ask import Interview

SAVES = ("yaml", "yml", "json")
PROMPT, END = "> ", "Enter: the report. b: back. "


@click.command()
@click.argument("facts", required=False, metavar="[FACTS.yaml|.json]")
@click.option(
    "--fact", "given", multiple=True, metavar="NAME=VALUE",
    help="A fact that is known already; wins over the file.",
)  # fmt: skip
@click.option(
    "--save", "saving", type=click.Path(path_type=Path), metavar="FILE.{yaml,json}",
    help="Save the facts at the end; `walk` reads them.",
)  # fmt: skip
@click.option(
    "--draw", "drawing", type=click.Path(path_type=Path), metavar="FILE",
    help="Draw the patient's path at the end.",
)  # fmt: skip
@json_option
@guideline_option
def ask(  # noqa: PLR0913 - an option each
    facts: str | None, given: tuple[str, ...], saving: Path | None, drawing: Path | None,
    source: str, *, as_json: bool,
) -> None:  # fmt: skip
    """Ask about one patient, and only what can matter.

    Each answer is a number of the list, a name in it, or for a number the number itself. An empty
    line leaves the question open; b goes back, q ends, ? helps. Ends with the report of `walk`.
    Through a pipe each line is an answer; a wrong one ends with exit status 2.
    """
    from ros1tree.ask import Interview, opened
    from ros1tree.facts import read_facts

    if "-" in (facts, source):
        raise click.UsageError("standard input holds the answers; name a file")
    _check(saving, SAVES)
    _check(drawing, DRAWINGS)
    guideline = load_guideline(source)
    interview = Interview(guideline, read_facts(guideline, facts, given))
    talk = Conversation(aside=as_json)
    talk.say(opened(interview))
    interview = _interviewed(talk, interview)
    _report(talk, interview, as_json=as_json)
    if talk.live and not talk.over and interview.facts:
        talk.say("")
    _keep(talk, interview, saving, ("Save the facts as", SAVES), _save)
    _keep(talk, interview, drawing, ("Draw the path to", DRAWINGS), _draw)
    sys.exit(FOUND if interview.walk.status == "fault" else 0)


def _check(path: Path | None, forms: tuple[str, ...]) -> None:
    """Refuse a file that could not be written, before anybody answers anything."""
    if path is None:
        return
    ending = path.suffix.removeprefix(".").lower()
    if ending not in forms:
        raise UnknownFormatError(ending, forms)
    if not path.absolute().parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))


def _interviewed(talk: Conversation, interview: Interview) -> Interview:
    """Ask until nothing is left that could matter, or somebody ends it."""
    from ros1tree.ask import asked, ended, gained

    told = None
    while True:
        if told is not interview:
            _warn(told, interview)
            question = interview.question
            talk.say(asked(question) if question else ended(interview))
            told = interview
        heard = talk.hear(PROMPT if question else END if talk.live else PROMPT)
        if heard is None or COMMANDS.get(heard.casefold()) == QUIT:
            return interview
        if question is None and not heard and talk.live:
            return interview
        interview = _turn(talk, interview, heard)
        if interview.before is told:
            talk.say(gained(interview))


def _warn(told: Interview | None, interview: Interview) -> None:
    """Say once that questions are asked that may not matter."""
    if interview.unproved and not (told and told.unproved):
        click.echo(f"every missing fact is asked: {interview.unproved}", err=True)


def _turn(talk: Conversation, interview: Interview, heard: str) -> Interview:
    """Return the interview after a line: an answer, or a command that is not the last one."""
    from ros1tree.ask import helped

    command = COMMANDS.get(heard.casefold())
    try:
        if command == BACK:
            return _back(interview)
        if interview.question is None:
            return _rest(interview, heard)
        if command == HELP:
            talk.say(helped(interview.guideline, interview.question))
        elif command == SKIP:
            return interview.skip()
        else:
            return interview.answer(heard)
    except FactsError as error:
        talk.refuse(error)
    return interview


def _back(interview: Interview) -> Interview:
    if interview.before is None:
        raise FactsError([Problem("answer", "", "this is the first question", "")])
    return interview.back()


def _rest(interview: Interview, heard: str) -> Interview:
    """Refuse what is said once nothing is asked: the answers were meant for other questions."""
    if heard and COMMANDS.get(heard.casefold()) != HELP:
        text = f"nothing is asked any more: '{shown(heard)}'"
        raise FactsError([Problem("answer", "", text, "b goes back")])
    return interview


def _report(talk: Conversation, interview: Interview, *, as_json: bool) -> None:
    from rich.text import Text

    from ros1tree.ask import PURPOSE
    from ros1tree.report import walk_report

    guideline, result = interview.guideline, interview.walk
    talk.say(Text())
    if as_json:
        tell_walk(result, interview.relevant)
        return
    show(walk_report(guideline, result, interview.relevant, interview.settled))
    if not guideline.disclaimer:
        show(Text(f"\n{PURPOSE}"))


def _keep(
    talk: Conversation,
    interview: Interview,
    path: Path | None,
    offer: tuple[str, tuple[str, ...]],
    work: Callable[[Interview, Path], None],
) -> None:
    """Write a file that was asked for; else offer it to somebody who sits there."""
    if path is not None:
        work(interview, path)
        return
    prompt, forms = offer
    there: Path | None = None
    while talk.live and not talk.over and interview.facts:
        heard = talk.hear(f"{prompt} (Enter: not): ")
        if not heard:
            return
        chosen = Path(heard).expanduser()
        if chosen.exists() and chosen != there:
            talk.tell(f"{shown(chosen, 300)} is there; the same name again writes over it")
            there = chosen
        elif _written(talk, interview, chosen, forms, work):
            return


def _written(
    talk: Conversation,
    interview: Interview,
    path: Path,
    forms: tuple[str, ...],
    work: Callable[[Interview, Path], None],
) -> bool:
    """Write a file; what is wrong with it is said, and nothing is lost."""
    try:
        _check(path, forms)
        work(interview, path)
    except Ros1TreeError as error:
        talk.tell(str(error))
    except OSError as error:
        talk.tell(f"{shown(error.filename or path, 300)}: {error.strerror}")
    else:
        return True
    return False


def _save(interview: Interview, path: Path) -> None:
    from ros1tree.ask import saved

    form = path.suffix.removeprefix(".").lower()
    write(path, saved(interview.guideline, interview.facts, form).encode())


def _draw(interview: Interview, path: Path) -> None:
    from ros1tree.draw import drawings

    (drawing,) = drawings(interview.guideline, path.name, interview.walk).values()
    write(path, drawing.data())
