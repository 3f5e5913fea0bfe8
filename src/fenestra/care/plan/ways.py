"""Ways to lay a protocol on this clinic's calendar: what is declared and booked, handed to the pure search."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from fenestra.care.people import queries as people
from fenestra.care.plan import calendar_queries
from fenestra.care.plan.actions import chair_time
from fenestra.care.plan.laid import Calendar, Wish
from fenestra.care.plan.layout import FIRST_DAYS, layouts
from fenestra.care.plan.models import Appointment, Plan
from fenestra.care.plan.protocols import VersionValue, shipped
from fenestra.care.plan.reading import window_rules
from fenestra.care.plan.rules import AppointmentKind, AppointmentState, spacing_for
from fenestra.care.plan.spans import Span, Taken, Weekly
from fenestra.care.plan.values import Alternatives, HoursValue
from fenestra.ground.book.scope import OPEN, Mask, Scope
from fenestra.science.protocols.protocol import Protocol, WindowRule
from fenestra.science.protocols.window import WindowStanding, therapy_window

HOUR_MINUTES = 60  # a therapy hour where the trial does not give its length; the planner may say another


def wants_hours(protocol: Protocol) -> bool:
    """Whether the regimen has therapy at all: a pattern without any is laid as doses alone."""
    return bool(protocol.therapy)


def hour_minutes(protocol: Protocol) -> int:
    """How long a therapy hour of this regimen is, by its trial where that says so."""
    return next((part.minutes_each for part in protocol.therapy if part.minutes_each), HOUR_MINUTES)


def alternatives(
    scope: Scope,
    mask: Mask,
    episode_id: int,
    protocol: VersionValue | str,
    from_day: date,
    count: int = 5,
    *,
    at: datetime,
    doses: int | None = None,
    least_days: int | None = None,
    most_days: int | None = None,
    minutes_before: int | None = None,
    minutes_after: int | None = None,
    minutes_of_hour: int | None = None,
) -> Alternatives:
    """The best ways to lay this protocol (a version; by id alone, the one that ships) from a day on, each with its
    hours outside the window and hours moved. Days and minutes that nobody says are the trial's."""
    of = shipped(protocol).protocol if isinstance(protocol, str) else protocol.protocol
    zone = scope.zone
    episode = people.episode(scope, mask, episode_id)
    spacing = spacing_for(of, doses=doses, least_days=least_days, most_days=most_days)
    held = chair_time(of, before=minutes_before, after=minutes_after)
    first = max(from_day, at.astimezone(zone).date())
    wish = Wish(
        person_id=episode.person_id, doses=spacing.doses or 1, least_days=spacing.least_days or 1,
        most_days=spacing.most_days or 1, minutes_before=held.before, dose_minutes=held.dose, minutes_after=held.after,
        hour_minutes=minutes_of_hour or hour_minutes(of), window=of.window, first_day=first, first_instant=at,
        wants_hours=wants_hours(of),
    )  # fmt: skip
    calendar = _calendar(scope, wish)
    found = layouts(calendar, wish, count=count)
    return Alternatives(tuple(found), spacing, first, _missing(calendar, wish))


def _missing(calendar: Calendar, wish: Wish) -> tuple[str, ...]:
    said = []
    if not calendar.chairs:
        said.append("No chair is declared. Add one on the page of hours and chairs.")
    if not calendar.dosing:
        said.append("No hours for doses are declared. Set them on the page of hours and chairs.")
    if wish.wants_hours and not calendar.therapists:
        said.append("No therapist has hours here. Set them first: the plan is laid backwards from them.")
    return tuple(said)


def _calendar(scope: Scope, wish: Wish) -> Calendar:
    zone = scope.zone
    return Calendar(
        zone,
        tuple(_weekly(each) for each in calendar_queries.hours(scope, OPEN)),
        tuple(_weekly(each) for each in calendar_queries.dosing_hours(scope, OPEN)),
        tuple(each.id for each in calendar_queries.chairs(scope, OPEN) if each.in_use),
        tuple(_taken(scope, wish, zone)),
    )


def _weekly(hours: HoursValue) -> Weekly:
    return Weekly(hours.weekday, hours.from_time, hours.until_time, hours.staff_id)


def _taken(scope: Scope, wish: Wish, zone: ZoneInfo) -> list[Taken]:
    since = datetime.combine(wish.first_day, time(), zone)
    days = FIRST_DAYS + wish.doses * wish.most_days + int(wish.window.soft_tail_to_day) + 2
    rows = Appointment.objects.filter(
        clinic_id=scope.clinic_id, state=AppointmentState.BOOKED.value, ends_at__gt=since,
        starts_at__lt=since + timedelta(days=days),
    ).select_related("dose__plan")  # fmt: skip
    rule_of = window_rules(scope)
    return [_one_taken(row, rule_of) for row in rows]


def _one_taken(row: Appointment, rule_of: Callable[[Plan], WindowRule]) -> Taken:
    is_dose = row.kind == AppointmentKind.DOSE.value and row.dose is not None
    chair_id = row.dose.chair_id if is_dose and row.dose else None
    return Taken(
        row.pk, Span(row.starts_at, row.ends_at), row.person_id, row.staff_id, chair_id, _may_move_in(row, rule_of)
    )


def _may_move_in(row: Appointment, rule_of: Callable[[Plan], WindowRule]) -> Span | None:
    """Where a booked therapy hour could lie as well: in the window of its own dose, when it lies there now."""
    if row.kind != AppointmentKind.THERAPY.value or row.dose is None:
        return None
    window = therapy_window(rule_of(row.dose.plan), row.dose.ends_at)
    if window.standing(row.starts_at) is not WindowStanding.OPEN:
        return None
    return Span(window.opens_at, window.closes_at)
