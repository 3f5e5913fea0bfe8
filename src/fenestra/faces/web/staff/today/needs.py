"""What needs a human today, most urgent first. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from fenestra.care.visit.day_queries import GlanceValue
from fenestra.care.visit.rules import VisitState
from fenestra.care.visit.values import AlarmValue
from fenestra.faces.web.days import clock_time
from fenestra.faces.web.staff.people.words import chair_words
from fenestra.faces.web.staff.work.words import ItemRow

RANKS = {"high": 0, "warn": 1, "tech": 2}
OVERDUE, DECIDE, MEDICINE, LATE = 3, 4, 5, 6
WORK_RANKS = {"high": 0, "medium": DECIDE, "low": LATE}
MOST_WORK = 8  # of the work list that Today shows; the rest is a line that leads there
ICONS = {"high": "high", "warn": "decide", "tech": "tech"}


@dataclass(frozen=True)
class Need:
    """One thing somebody must do, with the page that does it and one verb."""

    rank: int
    icon: str
    what: str
    who: str
    href: str
    verb: str


def sentence(text: str) -> str:
    """With a capital at its start; the rest as it stands."""
    return text[:1].upper() + text[1:]


def visit_page(visit_id: int) -> str:
    return f"/visits/{visit_id}/"


def of_visits(glances: Sequence[GlanceValue], names: Mapping[int, str], *, at: datetime, zone: str) -> list[Need]:
    """Alarms, rounds overdue, findings to decide, people who have not come. An incident is an item of work."""
    found: list[Need] = []
    for glance in glances:
        who = f"{names.get(glance.line.person_id, '')}, {chair_words(glance.line.chair)}"
        alarms = sorted(glance.value.open_alarms(), key=lambda alarm: alarm.asks, reverse=True)
        found += [_alarm(glance, alarm, who, zone) for alarm in alarms]
        found += _overdue(glance, who, at, zone) + _findings(glance, who)
        found += _late(glance, who, at, zone)
    return found


def _alarm(glance: GlanceValue, alarm: AlarmValue, who: str, zone: str) -> Need:
    how = ", seen" if alarm.seen_at else ", over, not yet seen" if alarm.over_at else ""
    since = f"{who} · since {clock_time(alarm.since, zone)}{how}"
    return Need(RANKS[alarm.level], ICONS[alarm.level], sentence(alarm.said), since, visit_page(glance.line.id), "Open")


def _overdue(glance: GlanceValue, who: str, at: datetime, zone: str) -> list[Need]:
    due = glance.round_due_at
    alarmed = any(alarm.rule.endswith(":round") for alarm in glance.value.open_alarms())
    if due is None or due >= at or alarmed:
        return []
    what = f"Round was due at {clock_time(due, zone)}"
    return [Need(OVERDUE, "clock", what, who, visit_page(glance.line.id), "Measure")]


def _findings(glance: GlanceValue, who: str) -> list[Need]:
    found = glance.findings
    if not found:
        return []
    if found[0].blocks:
        what = f"No dose as it stands: {found[0].text}"
    else:
        what = found[0].text if len(found) == 1 else f"{len(found)} findings to decide before a dose"
    return [Need(DECIDE, "decide", what, f"{who} · a prescriber decides", visit_page(glance.line.id), "Decide")]


def _late(glance: GlanceValue, who: str, at: datetime, zone: str) -> list[Need]:
    if glance.value.state is not VisitState.BOOKED or glance.line.due_at >= at:
        return []
    what = f"Was due at {clock_time(glance.line.due_at, zone)}, not checked in"
    return [Need(LATE, "clock", what, who, visit_page(glance.line.id), "Open")]


def of_medicine(*, uncovered: int, counted: bool) -> list[Need]:
    """What the ledger owes."""
    found = []
    if uncovered:
        what = "A dose was given that the book did not have"
        what = what if uncovered == 1 else f"{uncovered} doses were given that the book did not have"
        found.append(
            Need(MEDICINE, "decide", what, "the ledger · put it right with a pharmacist", "/medicine/", "Look")
        )
    if not counted:
        what = "The safe is not counted today"
        found.append(Need(MEDICINE, "clock", what, "no dose is drawn before the count", "/medicine/", "Count"))
    return found


def of_work(rows: Sequence[ItemRow], *, all_of_them: int) -> list[Need]:
    """The top of the work list, and a line for what does not fit."""
    found = [_item(row) for row in rows[:MOST_WORK]]
    if more := all_of_them - len(found):
        found.append(
            Need(
                LATE + 1,
                "clock",
                f"{more} more on the work list",
                "what harms first stands above",
                "/work-list/",
                "Open",
            )
        )
    return found


def _item(row: ItemRow) -> Need:
    told = [row.who, row.owner, row.escalated, ("late, " if row.late else "") + row.due]
    return Need(
        WORK_RANKS[row.level],
        row.icon,
        row.what,
        " · ".join(each for each in told if each),
        f"/work-list/{row.id}/",
        "Open",
    )
