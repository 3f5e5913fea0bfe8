"""Little calendars for tests: one letter per day, as a clinician would jot them down.

a  abstinent     u  used     h  used, a heavy day     .  nobody asked     ?  asked, nobody knows
"""

from __future__ import annotations

from datetime import date, timedelta

from fenestra.science.outcomes.days import BiologicalTest, EndReason, FollowUp, PersonRecord, UseDay

START = date(2026, 3, 1)
_LETTERS = {"a": (False, False), "u": (True, False), "h": (True, True), "?": (None, None)}


def on(day: int) -> date:
    """The date of a day counted from the start (day 0)."""
    return START + timedelta(days=day)


def person(
    days: str,
    *,
    first: int = 1,
    name: str = "p1",
    positive: tuple[int, ...] = (),
    negative: tuple[int, ...] = (),
    ended: tuple[EndReason, int] | None = None,
) -> PersonRecord:
    """A person whose letters begin on day `first`; seen until the last day with a letter or a test."""
    letters = days.replace(" ", "")
    told = {first + n: letter for n, letter in enumerate(letters) if letter != "."}
    seen = [*told, *positive, *negative]
    reason, end_day = ended or (None, None)
    return PersonRecord(
        person=name,
        follow_up=FollowUp(
            START, on(max(seen)) if seen else None, reason, on(end_day) if end_day is not None else None
        ),
        use_days=tuple(UseDay(on(n), _LETTERS[x][0], heavy=_LETTERS[x][1]) for n, x in told.items()),
        tests=tuple(BiologicalTest(on(n), n in positive) for n in (*positive, *negative)),
    )
