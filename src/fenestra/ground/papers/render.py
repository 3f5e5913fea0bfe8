"""Papers as PDF/UA-1, which a screen reader can read: from values, offline, the same bytes for the same values and leave."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from fenestra.ground.book.leave import Leave
from fenestra.ground.papers.paper import Block, Bullets, Heading, Notice, Pairs, Paper, Paragraph, Table
from fenestra.science.errors import Refused

MADE_UP = "Made-up demo clinic. Nobody in it exists. Not for use with real people."
STANDARD: Final = "ua-1"
TEMPLATE = Path(__file__).parent / "paper.typ"
KINDS: dict[type[Block], str] = {
    Heading: "heading", Paragraph: "paragraph", Notice: "notice", Bullets: "list", Pairs: "pairs",
    Table: "table",
}  # fmt: skip


class NoLeave(Refused):
    """Bytes were asked for without leave for them to go out."""


class CannotBeSet(Refused):
    """A text holds something the font of the house cannot show."""


def render(paper: Paper, leave: Leave) -> bytes:
    """The paper as PDF/UA-1. It names its recipient and basis, and on every page the person, clinic, time and page.

    Refused without a leave, and when a text holds letters that the shipped font has not got: a paper must not go out
    with boxes where a name should stand.
    """
    if not isinstance(leave, Leave):
        raise NoLeave("There is no leave for this paper to go out. Ask for it from the person's page.")
    import typst

    try:
        return typst.compile(
            template(),
            sys_inputs={"paper": json.dumps(told(paper, leave))},
            format="pdf",
            pdf_standards=STANDARD,
            timestamp=int(leave.at.timestamp()),
            ignore_system_fonts=True,
        )
    except typst.TypstError as fault:
        if "could not be displayed" not in str(fault):
            raise
        raise CannotBeSet(
            "A name or a word of this paper is in letters that Fenestra's font has not got. "
            "Write this paper by hand, and tell whoever runs this server."
        ) from fault


@cache
def template() -> bytes:
    return TEMPLATE.read_bytes()


def told(paper: Paper, leave: Leave) -> dict[str, Any]:
    """Everything the typesetter is told, as data."""
    return {
        "title": paper.title,
        "language": paper.language,
        "clinic": paper.clinic,
        "person": paper.person,
        "printed": clock_words(leave.at, paper.time_zone),
        "strip": MADE_UP if leave.made_up else None,
        "notice": leave.notice,
        "blocks": [{"kind": KINDS[type(block)], **vars(block)} for block in paper.blocks],
        "leave": [
            each for each in (f"For: {leave.recipient}. Basis: {leave.basis}.", leave.scope, leave.notice) if each
        ],
    }


def clock_words(at: datetime, time_zone: str) -> str:
    """A moment as written on papers, in the clinic's time."""
    return f"{at.astimezone(ZoneInfo(time_zone)):%-d %B %Y, %H:%M}"
