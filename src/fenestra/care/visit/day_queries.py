"""The clinic's day at a glance: every visit of a day and every dose of the last days, in as many questions for thirty
visits as for one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import OuterRef, Q, Subquery

from fenestra.care.inventory import queries as stock
from fenestra.care.visit import facts, queries, timing, watch
from fenestra.care.visit.lists import Finding
from fenestra.care.visit.masked import masked
from fenestra.care.visit.models import (
    Alarm,
    AlarmStep,
    Confirmation,
    Decision,
    DoseMark,
    Incident,
    Observation,
    Order,
    Visit,
    VisitCheck,
    VisitStep,
)
from fenestra.care.visit.next import Next
from fenestra.care.visit.rules import Mark, Measure, VisitState
from fenestra.care.visit.values import VisitLine, VisitValue
from fenestra.ground.book import vault
from fenestra.ground.book.scope import OPEN, Mask, Scope
from fenestra.science.protocols.requirements import requirement
from fenestra.science.protocols.thresholds import Threshold

# What a glance reads of each visit. Log, monitor and discharge sheet are read on the visit's own page.
READ = (VisitStep, VisitCheck, Decision, Order, Confirmation, DoseMark, Alarm, AlarmStep, Incident)
PRESSURE = (Measure.SYSTOLIC.value, Measure.DIASTOLIC.value)
STREAMED = {"newest_pulse": Measure.PULSE, "newest_spo2": Measure.SPO2}
ENDS = (Mark.STOP.value, Mark.FINISH.value, Mark.GIVEN.value)


@dataclass(frozen=True)
class GlanceValue:
    """One visit of the day. Its `value` holds every pressure, but of other measures only the newest reading once the
    dose has begun."""

    line: VisitLine
    value: VisitValue
    findings: tuple[Finding, ...]
    next: Next | None
    round_due_at: datetime | None
    earliest_leave_at: datetime | None


@dataclass(frozen=True)
class EndedDose:
    """A dose that has ended, and the protocol whose window rule applies."""

    visit_id: int
    person_id: int
    dose_number: int
    doses_planned: int
    protocol: str
    ended_at: datetime
    protocol_hash: str
    episode_id: int
    episode_open: bool = True


def day_at_a_glance(scope: Scope, mask: Mask, *, day: date, at: datetime) -> list[GlanceValue]:
    """Every visit of a clinic day the asker may see, by the hour it is due."""
    last = VisitStep.objects.filter(visit=OuterRef("pk")).order_by("-pk")
    found = Visit.objects.filter(clinic_id=scope.clinic_id, day=day).exclude(person_id__in=mask.people)
    found = found.annotate(state=Subquery(last.values("state")[:1]), since=Subquery(last.values("at")[:1]), **_newest())
    visits = list(vault.with_keys(found).select_related("episode").order_by("due_at", "pk"))
    if not visits:
        return []
    rows = facts.read(visits, READ)
    rows.by.update(_readings(visits))
    limits, tolerance = watch.thresholds(scope), requirement("DOS-006").number("tolerance_mg")
    left = stock.left_by_visit(scope, OPEN, [visit.pk for visit in visits])
    with vault.keys_of(visits):
        return [
            _glance(scope, visit, masked(facts.fold(visit, rows), mask), limits, left.get(visit.pk, 0) > tolerance, at)
            for visit in visits
        ]


def _glance(
    scope: Scope, visit: Any, value: VisitValue, limits: tuple[Threshold, ...], syringe_left: bool, at: datetime
) -> GlanceValue:
    arrived = value.state is VisitState.ARRIVED
    findings = value.findings + watch.baseline_findings(scope, value, limits) if arrived else ()
    return GlanceValue(
        line=facts.line(visit),
        value=value,
        findings=findings,
        next=queries.next_with(value, findings, syringe_left=syringe_left, at=at),
        round_due_at=timing.round_due_at(value),
        earliest_leave_at=timing.earliest_leave_at(value),
    )


def _newest() -> dict[str, Subquery]:
    """The newest reading of what a monitor sends, by its id."""
    readings = Observation.objects.filter(visit=OuterRef("pk")).order_by("-pk").values("pk")
    return {name: Subquery(readings.filter(measure=measure.value)[:1]) for name, measure in STREAMED.items()}


def _readings(visits: Iterable[Any]) -> dict[tuple[Any, int], list[Observation]]:
    """Pressures whole, the newest of the rest: a monitor sends thousands of the rest."""
    before = [visit.pk for visit in visits if visit.state in (VisitState.ARRIVED, VisitState.CLEARED)]
    under_way = [visit.pk for visit in visits if visit.pk not in before]
    ids = [getattr(visit, name) for visit in visits for name in STREAMED]
    wanted = Q(visit_id__in=before) | Q(visit_id__in=under_way, measure__in=PRESSURE, drawn=True)
    wanted |= Q(pk__in=[each for each in ids if each])
    by: dict[tuple[Any, int], list[Observation]] = {}
    for row in Observation.objects.filter(wanted).order_by("pk"):
        by.setdefault((Observation, row.visit_id), []).append(row)
    return by


def doses_ended(scope: Scope, mask: Mask, *, since: datetime, until: datetime) -> list[EndedDose]:
    """Doses that ended in this stretch, latest end of each visit, earliest first."""
    return _ends(scope, mask, at__gte=since, at__lte=until)


def doses_of(scope: Scope, mask: Mask, person_id: int) -> list[EndedDose]:
    """Every dose of one person that ended, earliest first."""
    return _ends(scope, mask, visit__person_id=person_id)


def _ends(scope: Scope, mask: Mask, **wanted: Any) -> list[EndedDose]:
    marks = DoseMark.objects.filter(visit__clinic_id=scope.clinic_id, kind__in=ENDS, **wanted)
    marks = marks.exclude(visit__person_id__in=mask.people).select_related("visit__episode").order_by("pk")
    latest = {mark.visit_id: mark for mark in marks}
    return sorted((_ended(mark) for mark in latest.values()), key=lambda dose: dose.ended_at)


def _ended(mark: DoseMark) -> EndedDose:
    visit = mark.visit
    return EndedDose(
        visit.pk, visit.person_id, visit.dose_number, visit.episode.doses_planned, visit.protocol, mark.at,
        visit.protocol_hash, visit.episode_id, visit.episode.closed_at is None,
    )  # fmt: skip
