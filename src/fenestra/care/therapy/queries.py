"""What pages read of therapy: hours in and out of windows, what is due, triggers, notes, coupling."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from django.db.models import Exists, OuterRef

from fenestra.care.plan import protocols as versions
from fenestra.care.plan.protocols import VersionValue
from fenestra.care.therapy import rules
from fenestra.care.therapy.due import ExpectedValue, expected
from fenestra.care.therapy.models import Attendance, CounsellingNote, TherapyHour, Trigger
from fenestra.care.therapy.rules import Coupling, DoseEnd
from fenestra.care.visit import day_queries
from fenestra.care.visit.day_queries import EndedDose
from fenestra.ground.book import vault
from fenestra.ground.book.scope import Mask, Scope
from fenestra.ground.clinic import queries as clinics
from fenestra.ground.clinic.rules import THE_PERSON
from fenestra.science.protocols.protocol import WindowRule
from fenestra.science.protocols.regimens import content_hash, load_protocols
from fenestra.science.protocols.window import TherapyWindow, WindowStanding


@dataclass(frozen=True)
class HourValue:
    """One therapy hour of one person, with the dose before it and where it stood to that dose's window."""

    id: int
    person_id: int
    therapist: str
    began_at: datetime
    minutes: int
    modality: str
    in_group: bool
    came: bool
    after_dose: int | None
    standing: WindowStanding | None


@dataclass(frozen=True)
class WindowValue:
    """One dose whose window is open, coming or in its tail: is an hour booked in it, was one held?"""

    person_id: int
    visit_id: int
    dose_number: int
    doses_planned: int
    ended_at: datetime
    window: TherapyWindow
    standing: WindowStanding
    booked_at: datetime | None
    held_at: datetime | None

    @property
    def without_hour(self) -> bool:
        """The window stands open and no hour was held or is booked in it. A fact to look at, not a fault."""
        return self.standing is WindowStanding.OPEN and self.booked_at is None and self.held_at is None

    def half_over(self, at: datetime) -> bool:
        """Whether half of the window is gone at this moment."""
        return at >= self.window.half_at


@dataclass(frozen=True)
class TriggerValue:
    id: int
    cue: str
    plan: str
    since: datetime


@dataclass(frozen=True)
class NoteValue:
    """A counselling note; `corrected` when a later writing takes its place."""

    id: int
    hour_id: int
    words: str
    by: str
    at: datetime
    corrected: bool


@cache
def _shipped_rules() -> tuple[dict[str, WindowRule], dict[str, WindowRule]]:
    """The window rules of the protocols that ship: by id, and by the hash of their content."""
    shipped = load_protocols()
    return {each.id: each.window for each in shipped}, {content_hash(each): each.window for each in shipped}


def window_rules(
    scope: Scope, mask: Mask, known: Iterable[VersionValue] | None = None
) -> Callable[[EndedDose], WindowRule | None]:
    """The window rule of the exact version a dose followed; for a version not known here that of the shipped one. The
    clinic's own versions are read only when a dose followed none that ships."""
    by_id, by_hash = _shipped_rules()

    @cache
    def own() -> dict[str, WindowRule]:
        return {
            each.content_hash: each.protocol.window for each in known or versions.protocols(scope, mask) if each.own
        }

    def rule_of(dose: EndedDose) -> WindowRule | None:
        return by_hash.get(dose.protocol_hash) or own().get(dose.protocol_hash) or by_id.get(dose.protocol)

    return rule_of


def _ends(
    scope: Scope, mask: Mask, ended: Iterable[EndedDose], known: Iterable[VersionValue] | None = None
) -> dict[int, list[DoseEnd]]:
    """Doses that have ended, by person; those of a protocol whose window rule is not known here are left out."""
    rule_of, by = window_rules(scope, mask, known), defaultdict[int, list[DoseEnd]](list)
    for dose in ended:
        if rule := rule_of(dose):
            by[dose.person_id].append(DoseEnd(dose.visit_id, dose.dose_number, dose.ended_at, rule))
    return by


def _newest(scope: Scope, mask: Mask, people: Iterable[int]) -> list[Attendance]:
    """Who came to which hour, without writings that were corrected."""
    rows = Attendance.objects.filter(person_id__in=list(people), hour__clinic_id=scope.clinic_id)
    rows = rows.exclude(person_id__in=mask.people).select_related("hour").order_by("hour__began_at", "pk")
    return list(rows.exclude(Exists(TherapyHour.objects.filter(corrects=OuterRef("hour")))))


def hours_of(scope: Scope, mask: Mask, person_id: int, *, doses: Sequence[DoseEnd] | None = None) -> list[HourValue]:
    """Therapy hours of one person, oldest first; by the doses that ended, where the caller has read them already."""
    if doses is None:
        doses = _ends(scope, mask, day_queries.doses_of(scope, mask, person_id))[person_id]
    rows = _newest(scope, mask, [person_id])
    names = clinics.names(scope, mask, {row.hour.therapist_id for row in rows})
    found = []
    for row in rows:
        hour = row.hour
        dose, standing = rules.belongs_to(hour.began_at, doses)
        found.append(
            HourValue(
                hour.pk,
                person_id,
                names.get(hour.therapist_id, ""),
                hour.began_at,
                hour.minutes,
                hour.modality,
                hour.in_group,
                row.came,
                dose.number if dose else None,
                standing,
            )
        )
    return found


CALENDAR_AHEAD = timedelta(days=30)  # how far ahead a booked hour is looked for; no window reaches so far


def windows(
    scope: Scope, mask: Mask, *, at: datetime, calendar: Iterable[ExpectedValue] | None = None
) -> list[WindowValue]:
    """Every dose of a course that still runs with something of a window left, what closes first on top. `calendar`:
    appointments from now on, where the caller has read them already."""
    known = versions.protocols(scope, mask)
    since = at - rules.longest_tail(each.protocol.window for each in known)
    ended = [dose for dose in day_queries.doses_ended(scope, mask, since=since, until=at) if dose.episode_open]
    by, planned = _ends(scope, mask, ended, known), {dose.visit_id: dose.doses_planned for dose in ended}
    held, booked = _began(_newest(scope, mask, by)), defaultdict[int, list[datetime]](list)
    for each in expected(scope, mask, since=at, until=at + CALENDAR_AHEAD) if calendar is None else calendar:
        if each.ahead(at):
            booked[each.person_id].append(each.starts_at)
    found = [
        _window(person_id, dose, planned[dose.visit_id], held, booked, at)
        for person_id, doses in by.items()
        for dose in doses
    ]
    left = [each for each in found if each.standing is not WindowStanding.CLOSED]
    return sorted(left, key=lambda each: each.window.closes_at)


def _began(rows: Iterable[Attendance]) -> dict[int, list[datetime]]:
    """When the hours began to which each person came."""
    by: dict[int, list[datetime]] = defaultdict(list)
    for row in rows:
        if row.came:
            by[row.person_id].append(row.hour.began_at)
    return by


def _window(
    person_id: int,
    dose: DoseEnd,
    planned: int,
    held: dict[int, list[datetime]],
    booked: dict[int, list[datetime]],
    at: datetime,
) -> WindowValue:
    window = dose.window

    def first_inside(times: list[datetime]) -> datetime | None:
        return min((time for time in times if window.standing(time) is WindowStanding.OPEN), default=None)

    return WindowValue(
        person_id,
        dose.visit_id,
        dose.number,
        planned,
        dose.ended_at,
        window,
        window.standing(at),
        first_inside(booked.get(person_id, [])),
        first_inside(held.get(person_id, [])),
    )


def coupling(scope: Scope, mask: Mask, *, since: datetime, until: datetime) -> Coupling:
    """Of the doses that ended in this time, how many had a therapy hour in their window."""
    by = _ends(scope, mask, day_queries.doses_ended(scope, mask, since=since, until=until))
    began = _began(_newest(scope, mask, by))
    return rules.coupling(
        ((dose, began.get(person_id, [])) for person_id, doses in by.items() for dose in doses), at=until
    )


def triggers(scope: Scope, mask: Mask, person_id: int) -> list[TriggerValue]:
    """Triggers that stand, oldest first. They belong to the counselling; the person sees their own."""
    if person_id in mask.people or (mask.hides("counselling") and THE_PERSON not in scope.roles):
        return []
    rows = list(Trigger.objects.filter(person_id=person_id, person__clinic_id=scope.clinic_id).order_by("pk"))
    replaced = {row.corrects_id for row in rows}
    with vault.keys_at_hand([person_id]):
        return [
            TriggerValue(row.pk, vault.unlock(person_id, row.cue), vault.unlock(person_id, row.plan), row.at)
            for row in rows
            if row.pk not in replaced and not row.over
        ]


def check_trigger(scope: Scope, mask: Mask, person_id: int, trigger_id: int) -> None:
    """Refuse what never was a trigger of this person, on the list or not any more."""
    theirs = Trigger.objects.filter(pk=trigger_id, person_id=person_id, person__clinic_id=scope.clinic_id)
    if person_id in mask.people or mask.hides("counselling") or not theirs.exists():
        raise rules.NotThere("There is no such trigger on the list. It may have been changed since; look again.")


def notes(scope: Scope, mask: Mask, person_id: int) -> list[NoteValue]:
    """Counselling notes of one person, newest first; nothing for a role from which counselling is hidden."""
    if mask.hides("counselling") or person_id in mask.people or THE_PERSON in scope.roles:
        return []
    rows = list(CounsellingNote.objects.filter(person_id=person_id, person__clinic_id=scope.clinic_id).order_by("-pk"))
    replaced = {row.corrects_id for row in rows}
    names = clinics.names(scope, mask, {row.by_id for row in rows})
    with vault.keys_at_hand([person_id]):
        return [
            NoteValue(
                row.pk,
                row.hour_id,
                vault.unlock(person_id, row.words),
                names.get(row.by_id, ""),
                row.at,
                row.pk in replaced,
            )
            for row in rows
        ]
