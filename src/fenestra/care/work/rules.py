"""What an item of work is, what may be done with it, and by when the declared cover takes it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from fenestra.ground.book.texts import check_length
from fenestra.ground.clinic.rules import SEES_PEOPLE, Role
from fenestra.science.errors import BadInput, NotHere, Refused


class Level(StrEnum):
    """How much harm waits with the item, worst first."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class ItemKind(StrEnum):
    """What raised the item."""

    SUICIDE_ALERT = "suicide_alert"
    SCORE_ALERT = "score_alert"
    USE_TOLD = "use_told"
    MISSED_CHECK_INS = "missed_check_ins"
    WINDOW_WITHOUT_HOUR = "window_without_hour"
    FOLLOW_UP_OWED = "follow_up_owed"
    SCREENING_TO_DECIDE = "screening_to_decide"
    INCIDENT = "incident"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    COURSE_REVIEW = "course_review"
    OTHER = "other"


class ItemState(StrEnum):
    OPEN = "open"
    TAKEN = "taken"
    DONE = "done"


ITEM_STEPS: dict[ItemState, tuple[ItemState, ...]] = {
    ItemState.OPEN: (ItemState.TAKEN, ItemState.DONE),
    ItemState.TAKEN: (ItemState.TAKEN, ItemState.DONE),  # taken over by somebody else
    ItemState.DONE: (),
}


class StepKind(StrEnum):
    OPENED = "opened"
    RAISED = "raised"  # the same cause again, and worse
    TAKEN = "taken"
    NOTED = "noted"
    ESCALATED = "escalated"
    DONE = "done"


ON_COVER = "on cover"  # an owner role of its own: whoever is on the clinic's declared cover
WORKS = (*SEES_PEOPLE, Role.LEAD)
DECLARES = (Role.MEDICAL_DIRECTOR, Role.LEAD)
LONGEST_COVER = timedelta(days=31)  # a typing check, not a rule of work
MOST_MINUTES = 7 * 24 * 60  # a typing check, not a clinical limit
LONGEST_WORDS = 2000

Span = tuple[datetime, datetime]


class NoSuchItem(NotHere):
    """Not an item of this clinic, or not one this human may see."""


class ItemOver(Refused):
    """The item is done already."""


class AlreadyYours(Refused):
    """Taken twice by the same human."""


def rank(level: str) -> int:
    """Worst first."""
    return list(Level).index(Level(level))


def is_worse(level: str, than: str) -> bool:
    return rank(level) < rank(than)


def check_can_take(state: ItemState, *, owner_id: int | None, by_id: int | None) -> None:
    """Refuse to take what is over or what one has already."""
    check_open(state)
    if state is ItemState.TAKEN and owner_id == by_id:
        raise AlreadyYours("This is yours already. Write what was done when it is.")


def check_open(state: ItemState) -> None:
    if not ITEM_STEPS[state]:
        raise ItemOver("This is done already. If it is there again, open a new item.")


def check_words(words: str, *, what: str) -> str:
    """The words without blank ends; refused when there are none, or far too many."""
    told = words.strip()
    if not told:
        raise BadInput(f"Write {what}, in a few words.", field="words")
    check_length(told, LONGEST_WORDS, field="words")
    return told


def check_owner_role(owner_role: str) -> str:
    """A role of the house, or whoever is on cover."""
    if owner_role != ON_COVER and owner_role not in list(Role):
        raise BadInput(f"Choose one of: {ON_COVER}, {', '.join(Role)}.", field="owner_role")
    return owner_role


def check_cover(starts_at: datetime, ends_at: datetime, *, at: datetime) -> None:
    """Refuse a stretch of cover that ends before it starts, is over, or is surely mistyped."""
    if ends_at <= starts_at:
        raise BadInput("Cover ends before it starts. Write when it ends, after its start.", field="ends_at")
    if ends_at <= at:
        raise BadInput("This cover is over already. Declare cover that is still to come.", field="ends_at")
    if ends_at - starts_at > LONGEST_COVER:
        raise BadInput(f"Declare at most {LONGEST_COVER.days} days at a time for one human.", field="ends_at")


def check_answer_time(minutes: int) -> None:
    if not 1 <= minutes <= MOST_MINUTES:
        raise BadInput(f"Write minutes of cover from 1 to {MOST_MINUTES}, for example 60.", field="minutes")


def merged(spans: Iterable[Span]) -> list[Span]:
    """Stretches of cover in order, overlaps laid together: two humans on duty at once are one cover."""
    found: list[Span] = []
    for starts, ends in sorted(span for span in spans if span[0] < span[1]):
        if found and starts <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], ends))
        else:
            found.append((starts, ends))
    return found


def instant_after(minutes: int, spans: Sequence[Span], since: datetime) -> datetime | None:
    """When so many minutes of cover have passed since `since`; None when the declared cover does not reach that far.

    Minutes without cover do not count: nobody has promised to read anything then.
    """
    left = timedelta(minutes=minutes)
    for starts, ends in merged(spans):
        begins = max(starts, since)
        if begins >= ends:
            continue
        if begins + left <= ends:
            return begins + left
        left -= ends - begins
    return None
