"""Folds the rows of a visit into its `VisitValue`. The only place that reads them all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fenestra.care.visit.chart import DoseChange
from fenestra.care.visit.lists import Phase, arrival_findings
from fenestra.care.visit.models import (
    Alarm,
    AlarmStep,
    Confirmation,
    Decision,
    Discharge,
    DoseMark,
    Incident,
    MonitorLink,
    Observation,
    Order,
    RoomEvent,
    Visit,
    VisitCheck,
    VisitStep,
)
from fenestra.care.visit.rules import Mark, Measure, Route, VisitState
from fenestra.care.visit.values import (
    AlarmValue,
    EntryValue,
    LeavingValue,
    OrderValue,
    ReadingValue,
    StepValue,
    SyringeValue,
    VisitValue,
)
from fenestra.ground.book import vault


def _rows(model: Any, visit: Visit) -> list[Any]:
    return list(model.objects.filter(visit=visit).order_by("pk"))


def load(visit: Visit) -> VisitValue:
    """Everything that happened in a visit, in the server's order."""
    person = visit.person_id
    checks = _rows(VisitCheck, visit)
    # A finding that blocks cannot be decided away: only another answer ends it.
    decided = frozenset((d.rule, vault.unlock(person, d.finding)) for d in _rows(Decision, visit))
    arrival, readings = _answers(checks, Phase.ARRIVAL, person), _readings(visit)
    leaving = Discharge.objects.filter(visit=visit).order_by("-pk").first()
    link = MonitorLink.objects.filter(visit=visit).order_by("-pk").first()
    return VisitValue(
        id=visit.pk,
        version=visit.version,
        clinic_id=visit.clinic_id,
        person_id=person,
        episode_id=visit.episode_id,
        substances=tuple(visit.episode.substances),
        doses_planned=visit.episode.doses_planned,
        day=visit.day,
        due_at=visit.due_at,
        chair=visit.chair,
        dose_number=visit.dose_number,
        route=Route(visit.route),
        protocol=visit.protocol,
        steps=tuple(
            StepValue(VisitState(s.state), s.at, s.by_id, vault.unlock(person, s.reason))
            for s in _rows(VisitStep, visit)
        ),
        arrival=arrival,
        time_out=_answers(checks, Phase.TIME_OUT, person),
        discharge=_answers(checks, Phase.DISCHARGE, person),
        findings=tuple(f for f in arrival_findings(arrival) if f.blocks or (f.rule, f.text) not in decided),
        decided=decided,
        order=_order(visit, person),
        syringe=_syringe(visit),
        changes=tuple(DoseChange(Mark(m.kind), m.at, m.mg_per_min, m.given_mg) for m in _rows(DoseMark, visit)),
        readings=readings,
        alarms=_alarms(visit),
        entries=_entries(RoomEvent, visit, person),
        incidents=_entries(Incident, visit, person),
        leaving=LeavingValue(leaving.ready_at, leaving.left_at, vault.unlock(person, leaving.escort))
        if leaving
        else None,
        monitor=link.device if link else "",
        monitor_since=link.at if link else None,
    )


def _answers(checks: Iterable[VisitCheck], phase: Phase, person: int) -> dict[str, str]:
    """The last answer of each line; answers that may name somebody are sealed."""
    return {c.item: vault.unlock(person, c.note) if c.note else c.answer for c in checks if c.phase == phase.value}


def _order(visit: Visit, person: int) -> OrderValue | None:
    row = Order.objects.filter(visit=visit).order_by("-pk").first()
    if row is None:
        return None
    return OrderValue(
        row.pk, row.dose_mg, row.mg_per_kg, row.body_weight_kg, row.dosing_weight_kg, row.minutes, tuple(row.findings),
        vault.unlock(person, row.reason), row.model, row.model_version, row.by_id, row.at,
    )  # fmt: skip


def _syringe(visit: Visit) -> SyringeValue | None:
    row = Confirmation.objects.filter(visit=visit).order_by("-pk").first()
    if row is None:
        return None
    return SyringeValue(
        row.draw_id, row.order_id, row.drawn_mg, row.volume_ml, row.mg_per_ml, row.rate_ml_per_h, row.asked_by_id,
        row.by_id, row.at,
    )  # fmt: skip


def reading(row: Observation) -> ReadingValue:
    return ReadingValue(
        row.pk,
        Measure(row.measure),
        row.value,
        row.at,
        row.entered_at,
        row.origin,
        row.act_id,
        row.by_id,
        row.corrects_id,
    )


def _readings(visit: Visit) -> tuple[ReadingValue, ...]:
    return tuple(reading(row) for row in _rows(Observation, visit))


def _alarms(visit: Visit) -> tuple[AlarmValue, ...]:
    steps: dict[tuple[int, str], AlarmStep] = {}
    for step in _rows(AlarmStep, visit):
        steps.setdefault((step.alarm_id, step.kind), step)
    return tuple(_alarm(row, steps.get((row.pk, "seen")), steps.get((row.pk, "over"))) for row in _rows(Alarm, visit))


def _alarm(row: Alarm, seen: AlarmStep | None, over: AlarmStep | None) -> AlarmValue:
    return AlarmValue(
        row.pk, row.rule, row.measure, row.level, row.said, row.action, row.source, row.adopted, row.at,
        seen.at if seen else None, seen.by_id if seen else None, over.at if over else None,
    )  # fmt: skip


def _entries(model: Any, visit: Visit, person: int) -> tuple[EntryValue, ...]:
    return tuple(EntryValue(e.at, vault.unlock(person, e.text), e.by_id, e.kind) for e in _rows(model, visit))
