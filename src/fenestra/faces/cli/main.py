"""The `fenestra` command: what it can do, and how it says no (exit code 2, one sentence)."""

from __future__ import annotations

import argparse
import json
import os
import sys
from typing import Any

from fenestra.faces.cli import calculators, dosing, evidence, found, house, outcomes, stats
from fenestra.faces.cli.answer import Answer
from fenestra.science.errors import FenestraError

USAGE = """\
fenestra keeps a clinic's record of ketamine-assisted treatment of addiction.

  fenestra demo            fill a made-up clinic, to try everything
  fenestra found           begin a real clinic: its name, time zone and first lead
  fenestra serve           serve it on this machine
  fenestra status          how the house stands
  fenestra outcomes ...    one endpoint counted in a clinic's people
  fenestra evidence ...    the published trials: list, show, pool
  fenestra stats meta ...  pool a table of trials
  fenestra score ...       score a questionnaire
  fenestra dose ...        an order in mg, mL and mL/h, worked out line by line
  fenestra predict ...     the plasma level that a dose makes
  fenestra screen ...      is treatment with ketamine a fit, a decision, or not now?
  fenestra audit ...       the head of the audit chain, and its check
  fenestra monitor ...     a simulated bedside monitor for a running demo
  fenestra migrate         bring the database to this version
  fenestra docs            draw the pages of docs/ that are drawn from the code

`fenestra COMMAND --help` teaches each. Every command takes --json.
"""


class Sentences(argparse.ArgumentParser):
    """Says what is wrong in one sentence and where help is, and leaves with 2."""

    def error(self, message: str) -> Any:
        raise SystemExit(_refuse(f"{message[:1].upper()}{message[1:]}. See `{self.prog} --help`."))


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 2


def parser() -> argparse.ArgumentParser:
    top = Sentences(prog="fenestra", description=USAGE, formatter_class=argparse.RawDescriptionHelpFormatter)
    top.add_argument("--data", metavar="DIR", help="the folder that holds everything a clinic owns (or FENESTRA_DATA)")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", parser_class=Sentences)
    for room in (house, found, outcomes, evidence, stats, calculators, dosing):
        room.add_to(commands)
    for command in commands.choices.values():
        command.add_argument("--json", action="store_true", help="answer as JSON")
        command.add_argument("--data", metavar="DIR", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    return top


def main(argv: list[str] | None = None) -> int:
    """Run one command. 0: done; 1: a check found something; 2: refused, with a sentence."""
    top = parser()
    told = _read(top, argv)
    if told.command is None:
        top.print_help()
        return 0
    if told.data:
        os.environ["FENESTRA_DATA"] = told.data
    try:
        answer = told.run(told)
    except FenestraError as refused:
        return _refuse(str(refused))
    except KeyboardInterrupt:
        return 130
    try:
        return _say(answer, told.json)
    except BrokenPipeError:
        return _reader_gone(answer)


def _read(top: argparse.ArgumentParser, argv: list[str] | None) -> argparse.Namespace:
    """What was typed, with options and answers in any order. argparse takes a group of answers once; those that stand
    after an option come back unread."""
    told, unread = top.parse_known_args(argv)
    if unread and (not hasattr(told, "answers") or any(word.startswith("-") for word in unread)):
        top.error(f"unrecognized arguments: {' '.join(unread)}")
    if unread:
        told.answers += unread
    return told


def _reader_gone(answer: Answer) -> int:
    """Whoever read our output has seen enough (`| head`): nothing is wrong. What is left goes nowhere, so that the
    interpreter does not complain when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return answer.code


def _say(answer: Answer, as_json: bool) -> int:
    if as_json:
        print(json.dumps(answer.told, ensure_ascii=False, indent=2, default=str))
    elif answer.text:
        print(answer.text)
    sys.stdout.flush()  # a reader that has gone shows here
    return answer.code
