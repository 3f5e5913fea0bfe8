"""What pages read of dosing days, by clinic and behind the mask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Subquery

from fenestra.care.inventory.values import DrawValue
from fenestra.care.people.rules import NoSuchPerson
from fenestra.care.people.sealed import opened
from fenestra.care.visit import chart, facts, leaving, lists, ordering, rules, timing, watch
from fenestra.care.visit.lists import Finding
from fenestra.care.visit.masked import masked
from fenestra.care.visit.models import DoseMark, Incident, MonitorLink, Observation, Visit, VisitStep
from fenestra.care.visit.next import Next, NextFacts, next_action
from fenestra.care.visit.rules import Route, VisitState
from fenestra.care.visit.values import ReadingValue, VisitLine, VisitValue
from fenestra.ground.book import vault
from fenestra.ground.book.scope import Mask, Scope
from fenestra.science.pharmacology.prediction import Prediction, predict
from fenestra.science.pharmacology.regimen import Infusion, Intramuscular, Regimen
from fenestra.science.protocols.thresholds import Threshold

WATCHED = (*rules.DOSING, VisitState.RECOVERING)  # somebody has to be at the chair


def _lines(scope: Scope, mask: Mask, **wanted: Any) -> list[VisitLine]:
    last = VisitStep.objects.filter(visit=OuterRef("pk")).order_by("-pk")
    rows = Visit.objects.filter(clinic_id=scope.clinic_id, **wanted).exclude(person_id__in=mask.people)
    rows = rows.annotate(state=Subquery(last.values("state")[:1]), since=Subquery(last.values("at")[:1]))
    return [facts.line(row) for row in rows.select_related("episode").order_by("due_at", "pk")]


def visits_on(scope: Scope, mask: Mask, *, day: date) -> list[VisitLine]:
    """Dosing days of one clinic day, by their hour."""
    return _lines(scope, mask, day=day)


def visits_of(scope: Scope, mask: Mask, person_id: int) -> list[VisitLine]:
    """Dosing days of one person, oldest first."""
    return _lines(scope, mask, person_id=person_id)


def visits_of_episode(scope: Scope, mask: Mask, episode_id: int) -> list[VisitLine]:
    """Dosing days of one episode, oldest first."""
    return _lines(scope, mask, episode_id=episode_id)


def in_hand(scope: Scope, mask: Mask) -> list[int]:
    """Visits with an open dose, or one being watched, in which this human has acted: they are at the chair, and are not
    sent away from its page."""
    last = VisitStep.objects.filter(visit=OuterRef("pk")).order_by("-pk")
    mine = {"visit": OuterRef("pk"), "by_id": scope.staff_id or 0}
    rows = Visit.objects.filter(clinic_id=scope.clinic_id).annotate(state=Subquery(last.values("state")[:1]))
    rows = rows.filter(state__in=[each.value for each in WATCHED])
    rows = rows.filter(Exists(VisitStep.objects.filter(**mine)) | Exists(Observation.objects.filter(**mine)))
    return list(rows.order_by("pk").values_list("pk", flat=True))


def visit(scope: Scope, mask: Mask, visit_id: int) -> VisitValue:
    """One dosing day, whole; a refusal when there is none the asker may see."""
    return masked(facts.load(_row(scope, mask, visit_id)), mask)


def readings_before_dose(scope: Scope, mask: Mask, visit_id: int) -> tuple[ReadingValue, ...]:
    """The readings of one visit from before anything flowed; all of them where nothing did."""
    row = _row(scope, mask, visit_id)
    with vault.keys_at_hand([row.person_id]):
        day = facts.fold(row, facts.read([row], (VisitStep, DoseMark, Observation)))
    return tuple(each for each in day.readings if day.started_at is None or each.moment < day.started_at)


def _row(scope: Scope, mask: Mask, visit_id: int) -> Visit:
    rows = Visit.objects.filter(clinic_id=scope.clinic_id).exclude(person_id__in=mask.people)
    row = rows.select_related("episode").filter(pk=visit_id).first()
    if row is None:
        raise NoSuchPerson("There is no such visit in this clinic.")
    return row


@dataclass(frozen=True)
class IncidentValue:
    """Something of a visit that must be looked at afterwards."""

    visit_id: int
    at: datetime
    kind: str
    text: str


def incidents_of(scope: Scope, mask: Mask, person_id: int) -> list[IncidentValue]:
    """Incidents in the visits of one person, newest first."""
    rows = Incident.objects.filter(visit__clinic_id=scope.clinic_id, visit__person_id=person_id)
    rows = rows.exclude(visit__person_id__in=mask.people).order_by("-pk")
    with vault.keys_at_hand([person_id]):
        return [IncidentValue(row.visit_id, row.at, row.kind, opened(mask, person_id, row.text)) for row in rows]


def reading(scope: Scope, mask: Mask, observation_id: int) -> tuple[ReadingValue, ...]:
    """Everything measured in the same act as this observation."""
    first = Observation.objects.filter(pk=observation_id, visit__clinic_id=scope.clinic_id).first()
    if first is None or first.visit.person_id in mask.people:
        return ()
    return tuple(facts.reading(row) for row in Observation.objects.filter(act_id=first.act_id).order_by("pk"))


def findings(
    scope: Scope, mask: Mask, value: VisitValue, held: tuple[Threshold, ...] | None = None
) -> tuple[Finding, ...]:
    """Everything found before the dose that is not decided: the list's and the newest readings'. `held` are the
    limits in force, when the caller has asked for them already."""
    return watch.open_findings(scope, value, held) if value.state in rules.BEFORE_DOSE else ()


def limits(scope: Scope, mask: Mask) -> tuple[Threshold, ...]:
    """Limits of readings in force in this clinic."""
    return watch.thresholds(scope)


def heard_at(scope: Scope, mask: Mask, value: VisitValue) -> datetime | None:
    """When the connected monitor was last heard; None when none is connected."""
    if value.monitor_since is None:
        return None
    streamed = [r.entered_at for r in value.readings if r.origin == "stream" and r.entered_at >= value.monitor_since]
    return streamed[-1] if streamed else value.monitor_since


def next_for(
    scope: Scope,
    mask: Mask,
    value: VisitValue,
    *,
    at: datetime,
    open_findings: tuple[Finding, ...] | None = None,
    draws: Sequence[DrawValue] | None = None,
) -> Next | None:
    """The one next action of a dosing day. Findings and draws are asked for, unless the caller has them already."""
    open_findings = findings(scope, mask, value) if open_findings is None else open_findings
    syringe_left = value.state is VisitState.RECOVERING and bool(leaving.unreconciled(scope, value, draws))
    return next_with(value, open_findings, syringe_left=syringe_left, at=at)


def next_with(
    value: VisitValue, open_findings: tuple[Finding, ...], *, syringe_left: bool, at: datetime
) -> Next | None:
    """The one next action, from what was already asked."""
    alarms = [a for a in value.open_alarms() if a.seen_at is None] or list(value.open_alarms())
    alarms = [a for a in alarms if a.level == "high"] or alarms
    standing = max(alarms, key=lambda alarm: alarm.asks, default=None)
    return next_action(
        NextFacts(
            state=value.state,
            alarm_says=standing.said if standing else "",
            alarm_wants=standing.action if standing else "",
            findings=len(open_findings),
            blocked=any(f.blocks for f in open_findings),
            round_due_at=timing.round_due_at(value),
            pump_dry_at=value.runs_dry_at(),
            earliest_leave_at=timing.earliest_leave_at(value),
            list_open=len(lists.open_items(lists.discharge_lines(), value.discharge)),
            syringe_left=syringe_left,
            route_is_iv=value.route is Route.IV,
        ),
        at,
    )


def ordered(
    scope: Scope,
    mask: Mask,
    value: VisitValue,
    *,
    mg_per_kg: Decimal,
    dosing_weight_kg: Decimal,
    minutes: Decimal | None,
) -> ordering.Ordered:
    """An order worked out for the sheet, before anybody signs it."""
    return ordering.order_of(scope, value, mg_per_kg=mg_per_kg, dosing_weight_kg=dosing_weight_kg, minutes=minutes)


def earliest_leave_at(value: VisitValue) -> datetime | None:
    return timing.earliest_leave_at(value)


def round_due_at(value: VisitValue) -> datetime | None:
    return timing.round_due_at(value)


# ---- the predicted level

GRID_MIN = 1.0
MOST_HOURS = 8


@dataclass(frozen=True)
class LevelValue:
    """The predicted curve of a visit, or in `why_not` the sentence why there is none."""

    prediction: Prediction | None
    why_not: str
    until_min: float


def regimen_of(value: VisitValue) -> tuple[Regimen, float]:
    """What has flowed and, while the pump runs, what will: steps in minutes since the start, and their end."""
    start = value.started_at
    if start is None:
        return (), 0.0
    if value.route is Route.IM:
        given = [c for c in value.changes if c.given_mg]
        return tuple(Intramuscular(_minute(start, c.at), float(c.given_mg or 0)) for c in given), 0.0
    ends = value.ended_at or value.runs_dry_at() or value.changes[-1].at
    parts = chart.segments(value.changes, until=ends, syringe_mg=value.syringe_mg)
    steps = tuple(
        Infusion(_minute(start, part.start), _minute(start, part.end), float(part.mg_per_min)) for part in parts
    )
    return steps, _minute(start, ends)


def _minute(start: datetime, at: datetime) -> float:
    return float(chart.minutes_between(start, at))


def level(scope: Scope, mask: Mask, value: VisitValue, *, age: int | None) -> LevelValue:
    """The predicted plasma level with its working band, from what flowed; never for doses the models do not cover."""
    if mask.hides("level"):
        return LevelValue(None, "Your role does not see the predicted level.", 0)
    if age is None or age < 18:
        return LevelValue(None, "The models are of adults; this person's age is not known to be 18 or more.", 0)
    if value.started_at is None or value.weight_kg is None or value.order is None:
        return LevelValue(None, "The curve starts with the dose.", 0)
    if value.route is Route.IV and any(change.kind is rules.Mark.GIVEN for change in value.changes):
        return LevelValue(None, "A dose was recorded without its rate, so no curve can be drawn.", 0)
    if value.route is Route.IM and value.above_one_mg_per_kg:
        return LevelValue(None, "No prediction at the chair for an injection above 1 mg/kg.", 0)
    steps, end = regimen_of(value)
    if not steps:
        return LevelValue(None, "Nothing has flowed yet.", 0)
    until = min(max(end + 60.0, 100.0), MOST_HOURS * 60.0)
    grid = [i * GRID_MIN for i in range(int(until / GRID_MIN) + 1)]
    found = predict(steps, weight_kg=value.order.dosing_weight_kg, at_min=grid, model_id=value.order.model)
    return LevelValue(found, "", until)


def monitored_visit(token_hash: str) -> tuple[int, int, str] | None:
    """Clinic, visit and device behind a monitor's token; refused once that visit is closed or another took over."""
    link = MonitorLink.objects.filter(token_hash=token_hash).select_related("visit").first()
    if link is None:
        return None
    if MonitorLink.objects.filter(visit_id=link.visit_id, pk__gt=link.pk).exists():
        raise rules.WrongState("This monitor was taken off, or another took over. Connect it again to use it.")
    state = VisitStep.objects.filter(visit_id=link.visit_id).order_by("-pk").values_list("state", flat=True).first()
    if state is None or VisitState(state) in rules.CLOSED:
        raise rules.WrongState("This visit is closed. Nothing more is taken into it.")
    return link.visit.clinic_id, link.visit_id, link.device
