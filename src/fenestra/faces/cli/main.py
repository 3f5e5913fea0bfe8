"""The `fenestra` command: what it can do, and how it says no (exit code 2, one sentence)."""

from __future__ import annotations

import argparse
import json
import os
import sys
from typing import Any

from fenestra.faces.cli import calculators, house
from fenestra.faces.cli.answer import Answer
from fenestra.science.errors import FenestraError

USAGE = """\
fenestra keeps a clinic's record of ketamine-assisted treatment of addiction.

  fenestra demo            fill a made-up clinic, to try everything
  fenestra serve           serve it on this machine
  fenestra status          how the house stands
  fenestra score ...       score a questionnaire
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
    for room in (house, calculators):
        room.add_to(commands)
    for command in commands.choices.values():
        command.add_argument("--json", action="store_true", help="answer as JSON")
        command.add_argument("--data", metavar="DIR", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    return top


def main(argv: list[str] | None = None) -> int:
    """Run one command. 0: done; 1: a check found something; 2: refused, with a sentence."""
    top = parser()
    told = top.parse_args(argv)
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
    return _say(answer, told.json)


def _say(answer: Answer, as_json: bool) -> int:
    if as_json:
        print(json.dumps(answer.told, ensure_ascii=False, indent=2, default=str))
    elif answer.text:
        print(answer.text)
    return answer.code
