"""Reads one person's journey from the rooms below, in as many questions for a year as for a day."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from zoneinfo import ZoneInfo

from fenestra.care.checkins import queries as checkins
from fenestra.care.checkins.queries import CheckInValue
from fenestra.care.measures import queries as measures
from fenestra.care.measures import rules as measures_rules
from fenestra.care.measures.values import DayValue, ResponseValue, TestValue
from fenestra.care.people import queries as people
from fenestra.care.people.queries import EpisodeValue, PersonValue
from fenestra.care.plan import queries as plans
from fenestra.care.plan.rules import KIND_WORDS, AppointmentKind, AppointmentState, DoseState
from fenestra.care.plan.values import AppointmentValue, PlanValue
from fenestra.care.therapy import queries as therapy
from fenestra.care.therapy.queries import HourValue
from fenestra.care.therapy.rules import DoseEnd
from fenestra.care.visit import day_queries
from fenestra.care.visit import queries as visits
from fenestra.care.visit.day_queries import EndedDose
from fenestra.care.visit.rules import CLOSED, VisitState
from fenestra.care.visit.values import VisitLine
from fenestra.faces.web.staff.journey.course import (
    Appointment,
    Course,
    Dose,
    DoseIs,
    Hour,
    HourIs,
    Incident,
    Sample,
    Scale,
    Told,
    Trigger,
    UseOf,
)
from fenestra.ground.book import vault
from fenestra.ground.book.scope import Mask, Scope
from fenestra.ground.clinic import queries as clinics
from fenestra.science.instruments import Sex, calendar_limits, find_instrument, load_instruments
from fenestra.science.protocols.protocol import WindowRule
from fenestra.science.protocols.window import WindowStanding, therapy_window
from fenestra.science.quantities import plain

LONG_AGO = timedelta(days=20 * 366)  # the calendar is asked for everything
SHORT_NAME = re.compile(r"\(([A-Z][A-Za-z0-9/-]{1,11})\)")
HIDEABLE = ("identity", "counselling", "dose")


def read_course(scope: Scope, mask: Mask, person_id: int, *, at: datetime) -> Course:
    """Everything the page shows of one person; a refusal when there is none the asker may see."""
    with vault.keys_at_hand([person_id]):
        person = people.person(scope, mask, person_id, at=at)
        episodes = people.episodes(scope, mask, person_id)
        calendar = plans.appointments(scope, mask, at - LONG_AGO, at + LONG_AGO, person_id=person_id)
        return _course(scope, mask, person, episodes[0] if episodes else None, calendar, at)


def _course(
    scope: Scope, mask: Mask, person: PersonValue, episode: EpisodeValue | None,
    calendar: Sequence[AppointmentValue], at: datetime,
) -> Course:  # fmt: skip
    said = checkins.checkins_of(scope, mask, person.id, at=at)
    names = clinics.names(scope, mask, {each.staff_id for each in calendar if each.staff_id})
    hides_dose = mask.hides("dose")
    shown = [each for each in calendar if not (hides_dose and each.kind is AppointmentKind.DOSE)]
    ended = [] if hides_dose else _ended(scope, mask, person.id)
    doses = () if hides_dose else _doses(scope, mask, person.id, episode, ended, at)
    ends = [DoseEnd(each.visit_id, each.dose_number, each.ended_at, rule) for each, rule in ended if rule]
    held = therapy.hours_of(scope, mask, person.id, doses=ends)
    return Course(
        person=person,
        episode=episode,
        at=at,
        zone=scope.time_zone,
        doses=doses,
        hours=_hours(held, shown, names, doses, scope.time_zone, hides_dose=hides_dose),
        told=tuple(_told(each) for each in said.told),
        missed=said.missed,
        use=_use(scope, mask, person, episode, at),
        scales=tuple(_scale(each) for each in reversed(measures.responses(scope, mask, person.id))),
        tests=tuple(_test(each) for each in reversed(measures.tests(scope, mask, person.id))),
        incidents=() if hides_dose else _incidents(scope, mask, person.id),
        appointments=tuple(_appointment(each, names, doses) for each in shown if each.state is AppointmentState.BOOKED),
        triggers=tuple(Trigger(each.cue, each.plan) for each in _triggers(scope, mask, person.id)),
        hidden=frozenset(group for group in HIDEABLE if mask.hides(group)),
    )


# ---- doses


Ended = tuple[EndedDose, WindowRule | None]


def _ended(scope: Scope, mask: Mask, person_id: int) -> list[Ended]:
    """Every dose that ended, with the window rule of the version it followed."""
    rule_of = therapy.window_rules(scope, mask)
    return [(each, rule_of(each)) for each in day_queries.doses_of(scope, mask, person_id)]


def _doses(
    scope: Scope, mask: Mask, person_id: int, episode: EpisodeValue | None, ended: Sequence[Ended], at: datetime
) -> tuple[Dose, ...]:
    ends = {each.visit_id: (each, rule) for each, rule in ended}
    lines = visits.visits_of(scope, mask, person_id)
    plan = plans.plan_of(scope, mask, episode.id) if episode else None
    today = scope.day_of(at)
    found = [_given(line, *ends[line.id]) if line.id in ends else _not_given(line, plan, at, today) for line in lines]
    since = episode.opened_at if episode else at
    taken = {line.dose_number for line in lines if line.due_at >= since}
    return tuple(sorted([*found, *_planned(plan, taken)], key=lambda dose: dose.at))


def _given(line: VisitLine, ended: EndedDose, rule: WindowRule | None) -> Dose:
    window = therapy_window(rule, ended.ended_at) if rule else None
    return Dose(line.dose_number, line.doses_planned, ended.ended_at, DoseIs.GIVEN, window, line.id)


def _not_given(line: VisitLine, plan: PlanValue | None, at: datetime, today: date) -> Dose:
    number, of, state = line.dose_number, line.doses_planned, _state(line, today)
    if state is DoseIs.HERE:
        return Dose(number, of, at, state, None, line.id)
    if state is not DoseIs.BOOKED:
        return Dose(number, of, line.since if state is DoseIs.SENT_HOME else line.due_at, state, None, line.id)
    laid = plan.dose(number) if plan and plan.open else None
    return Dose(number, of, line.due_at, state, laid.window if laid else None, line.id)


def _state(line: VisitLine, today: date) -> DoseIs:
    """Of a visit in which no dose has ended."""
    if line.state is VisitState.SENT_HOME:
        return DoseIs.SENT_HOME
    if line.state in CLOSED or (line.state is VisitState.BOOKED and line.day < today):
        return DoseIs.NOT_GIVEN
    return DoseIs.BOOKED if line.state is VisitState.BOOKED else DoseIs.HERE


def _planned(plan: PlanValue | None, taken: set[int]) -> Iterable[Dose]:
    """Doses of a running plan for which no visit is booked yet."""
    if plan is None or not plan.open:
        return []
    left = [each for each in plan.doses if each.state is DoseState.PLANNED and each.number not in taken]
    return [Dose(each.number, len(plan.doses), each.starts_at, DoseIs.PLANNED, each.window) for each in left]


# ---- therapy and the calendar

EXPECTED_HOURS = {
    AppointmentState.BOOKED: HourIs.BOOKED, AppointmentState.MISSED: HourIs.MISSED, AppointmentState.KEPT: HourIs.HELD,
}  # fmt: skip
NOT_WRITTEN = "not written down yet"


def _hours(
    held: Iterable[HourValue], calendar: Iterable[AppointmentValue], names: dict[int, str], doses: Sequence[Dose],
    zone: str, *, hides_dose: bool,
) -> tuple[Hour, ...]:  # fmt: skip
    """Hours that were written down, and those of the calendar of which nothing is written on that day."""
    written = [_written(each, hides_dose) for each in held]
    days = {hour.at.astimezone(ZoneInfo(zone)).date() for hour in written}
    expected = [
        _expected(each, names, doses)
        for each in calendar
        if each.kind is AppointmentKind.THERAPY and each.state in EXPECTED_HOURS
    ]
    left = [h for h in expected if h.state is HourIs.BOOKED or h.at.astimezone(ZoneInfo(zone)).date() not in days]
    return tuple(sorted([*written, *left], key=lambda hour: hour.at))


def _written(value: HourValue, hides_dose: bool) -> Hour:
    inside = None if hides_dose or value.standing is None else value.standing is WindowStanding.OPEN
    state = HourIs.HELD if value.came else HourIs.MISSED
    what = f"{value.modality}{', group' if value.in_group else ''}"
    number = None if hides_dose else value.after_dose
    return Hour(value.began_at, value.minutes, state, inside, number, value.therapist, what)


def _expected(value: AppointmentValue, names: dict[int, str], doses: Sequence[Dose]) -> Hour:
    """An hour of the calendar, seen by the windows of doses as they were given: the plan's may have moved."""
    state = EXPECTED_HOURS[value.state]
    inside, number = _stands(value.starts_at, doses)
    return Hour(
        value.starts_at,
        int((value.ends_at - value.starts_at) / timedelta(minutes=1)),
        state,
        inside,
        number,
        names.get(value.staff_id or 0, ""),
        NOT_WRITTEN if state is HourIs.HELD else "",
    )


def _stands(at: datetime, doses: Sequence[Dose]) -> tuple[bool | None, int | None]:
    """Inside the window of which dose; outside of all; or before any dose that has a window."""
    counted = [dose for dose in doses if dose.window and dose.state is not DoseIs.NOT_GIVEN]
    for dose in reversed(counted):
        if dose.window and dose.window.standing(at) is WindowStanding.OPEN:
            return True, dose.number
    return (False, None) if any(dose.at <= at for dose in counted) else (None, None)


def _appointment(each: AppointmentValue, names: dict[int, str], doses: Sequence[Dose]) -> Appointment:
    words = KIND_WORDS[each.kind].capitalize()
    therapy_hour = each.kind is AppointmentKind.THERAPY
    inside, number = _stands(each.starts_at, doses) if therapy_hour else (None, each.dose_number)
    named = each.kind is AppointmentKind.DOSE and number
    return Appointment(
        each.starts_at, each.ends_at, f"{words} {number}" if named else words, names.get(each.staff_id or 0, ""),
        inside, number,
    )  # fmt: skip


def _triggers(scope: Scope, mask: Mask, person_id: int) -> Iterable[therapy.TriggerValue]:
    return [] if mask.hides("identity") else therapy.triggers(scope, mask, person_id)


def _incidents(scope: Scope, mask: Mask, person_id: int) -> tuple[Incident, ...]:
    hides = mask.hides("identity")
    return tuple(
        Incident(each.at, each.kind, people.HIDDEN if hides else each.text, each.visit_id)
        for each in visits.incidents_of(scope, mask, person_id)
    )


# ---- what the person tells, and what is measured


def _told(value: CheckInValue) -> Told:
    """The moment it was said by the clinic's clock: a phone's wrong clock moves nothing."""
    said_at = min(value.said_at + timedelta(seconds=value.clock_off_s), value.received_at)
    return Told(value.day, said_at, value.craving_now, value.craving_most)


def _use(
    scope: Scope, mask: Mask, person: PersonValue, episode: EpisodeValue | None, at: datetime
) -> tuple[UseOf, ...]:
    """One lane for each substance of the episode, and for any other of which days were told."""
    zone = scope.zone
    days = measures.by_day(measures.use_days(scope, mask, person.id))
    treated = episode.substances if episode else ()
    since = episode.opened_at.astimezone(zone).date() if episode else None
    names = [*treated, *sorted({each.substance for each in days} - set(treated))]
    today = at.astimezone(zone).date()
    lanes = (_use_of(name, [d for d in days if d.substance == name], person, since, today) for name in names)
    return tuple(lane for lane in lanes if lane is not None)


def _use_of(
    substance: str, days: Sequence[DayValue], person: PersonValue, since: date | None, today: date
) -> UseOf | None:
    if not days:
        return None
    unit = next((each.unit for each in reversed(days) if each.unit), "")
    amounts = {d.day: d.amount for d in days if d.amount is not None and d.used and d.unit == unit}
    in_drinks = substance == "alcohol" and unit in ("", measures_rules.DRINKS)
    return UseOf(
        substance=substance,
        used={each.day: each.used for each in days},
        amounts=amounts,
        unit=unit,
        disagree=frozenset(each.day for each in days if each.disagree),
        heavy_from=_heavy_from(person.sex) if in_drinks else None,
        first=min(days[0].day, since or days[0].day),
        last=max(days[-1].day, today - timedelta(days=1)),
    )


def _heavy_from(sex: str) -> int:
    """Drinks from which a day is a heavy one, as the calendar's own file states it; the lower for an unknown sex."""
    return calendar_limits(find_instrument("tlfb")).heavy_day_drinks(Sex(sex) if sex in list(Sex) else Sex.UNSPECIFIED)


@cache
def short_names() -> dict[str, tuple[str, str]]:
    """For each instrument, a name short enough for a lane, and the purpose it serves."""
    serves = {each: purpose for purpose, ids in measures_rules.purposes().items() for each in ids}
    return {
        each.id: (_short(each.title), serves.get(each.id, "").replace("_", " ")) for each in load_instruments().values()
    }


def _short(title: str) -> str:
    found = SHORT_NAME.search(title)
    return found[1] if found else re.split(r"[ ,(]", title)[0]


def _scale(value: ResponseValue) -> Scale:
    name, purpose = short_names().get(value.instrument, (value.instrument, ""))
    return Scale(value.day, name, value.purpose.replace("_", " ") or purpose, value.total, value.band, value.complete)


def _test(value: TestValue) -> Sample:
    amount = f"{plain(value.value)} {value.unit}".strip() if isinstance(value.value, Decimal) else ""
    return Sample(value.day, f"{value.kind} {value.substance}".strip(), value.positive, amount)
