"""The record an outcome is computed from: days of use, tests, and how long a person was followed.

Missing is missing: a day nobody asked about has no entry, a day nobody could answer for has None, and both stay unknown.
What cannot be true (a day both abstinent and with drinks) is refused here, where values are made.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from fenestra.science.errors import BadInput


class EndReason(StrEnum):
    """Why nobody asks this person any more. Each is a reason of its own: never use, and never "lost"."""

    DEATH = "death"
    TRANSFER = "transfer"
    PRISON = "prison"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    MOVED_AWAY = "moved_away"


@dataclass(frozen=True)
class UseDay:
    """What a person (or someone who asked them) said of one clinic day, for the substance the endpoint is about.

    `used` None: asked, and nobody knows. `drinks` are standard drinks, where they were counted; `heavy` says whether the
    day was a heavy one by the calendar's own limit, None where amounts are unknown.
    """

    day: date
    used: bool | None
    drinks: Decimal | None = None
    heavy: bool | None = None

    def __post_init__(self) -> None:
        if self.drinks is not None and not (self.drinks.is_finite() and self.drinks >= 0):
            _refuse(self.day, f"“{self.drinks}” is not a number of drinks. Give 0 or more, or leave it out.", "drinks")
        if self.drinks is not None and self.used != (self.drinks > 0):
            _refuse(
                self.day,
                f"use is “{_said(self.used)}” and the drinks are {self.drinks}. Correct one of them.",
                "drinks",
            )
        if self.heavy and not self.used:
            _refuse(self.day, f"use is “{_said(self.used)}” on a heavy day. Correct one of them.", "heavy")


@dataclass(frozen=True)
class BiologicalTest:
    """One sample (urine, breath, saliva) for the endpoint's substance; `positive` None: taken, no result."""

    day: date
    positive: bool | None


@dataclass(frozen=True)
class FollowUp:
    """How long a person was asked. `start` is day 0: the first dose, or what the endpoint counts from.

    `last_seen` is the last day the person answered for, None when never since the start. `end_reason` and `ended_on`
    belong together: someone who only stopped coming has neither, and is missing.
    """

    start: date
    last_seen: date | None = None
    end_reason: EndReason | None = None
    ended_on: date | None = None

    def __post_init__(self) -> None:
        if (self.end_reason is None) != (self.ended_on is None):
            raise BadInput("The reason a follow-up ended and its day belong together. Enter both.", field="ended_on")
        for field in ("last_seen", "ended_on"):
            if (day := getattr(self, field)) is not None and day < self.start:
                raise BadInput(
                    f"{day} lies before the follow-up starts ({self.start}). Correct one of them.", field=field
                )
        if self.last_seen is not None and self.ended_on is not None and self.last_seen > self.ended_on:
            raise BadInput(
                f"The person was seen on {self.last_seen}, after the follow-up ended on {self.ended_on}. "
                "Correct one of them.",
                field="last_seen",
            )

    @property
    def seen_until(self) -> date:
        """The last day anything can be known of: `last_seen`, or the start itself."""
        return self.last_seen or self.start


@dataclass(frozen=True)
class PersonRecord:
    """All days, tests and the follow-up of one person, each day at most once, none after the person was last seen.

    `person` is an opaque number or code, never a name. Days before the start may stand here; no endpoint counts them.
    """

    person: str
    follow_up: FollowUp
    use_days: tuple[UseDay, ...] = ()
    tests: tuple[BiologicalTest, ...] = ()

    def __post_init__(self) -> None:
        _check_once([use.day for use in self.use_days])
        known = [use.day for use in self.use_days if use.used is not None]
        known += [test.day for test in self.tests if test.positive is not None]
        _check_within(known, self.follow_up.seen_until)


def check_each_person_once(records: Iterable[PersonRecord]) -> None:
    """Refuse a group in which one person stands twice: a share would count them twice."""
    seen: set[str] = set()
    for record in records:
        if record.person in seen:
            raise BadInput(f"Person {record.person} stands in this group twice. Give each one record.", field="person")
        seen.add(record.person)


def _check_once(days: list[date]) -> None:
    for earlier, later in pairwise(sorted(days)):
        if earlier == later:
            _refuse(earlier, "it is entered twice. Keep the entry that holds.", "day")


def _check_within(days: list[date], seen_until: date) -> None:
    if days and max(days) > seen_until:
        _refuse(
            max(days), f"it has an answer, yet the person was last seen for {seen_until}. Correct one.", "last_seen"
        )


def _said(used: bool | None) -> str:
    return {True: "yes", False: "no", None: "unknown"}[used]


def _refuse(day: date, what: str, field: str) -> None:
    raise BadInput(f"{day}: {what}", field=field)
