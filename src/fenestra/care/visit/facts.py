"""Folds the rows of visits into their `VisitValue`s. The only place that reads them all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, OuterRef, Q, Subquery, When
from django.db.models.functions import Least

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
    VisitLine,
    VisitValue,
)
from fenestra.ground.book import vault

MODELS = (
    VisitStep, VisitCheck, Decision, Order, Confirmation, DoseMark, Observation, Alarm, AlarmStep, RoomEvent, Incident,
    Discharge, MonitorLink,
)  # fmt: skip


@dataclass(frozen=True)
class Rows:
    """Rows of several visits, each model read once, in the server's order."""

    by: dict[tuple[Any, int], list[Any]]

    def of(self, model: Any, visit: Visit) -> list[Any]:
        return self.by.get((model, visit.pk), [])

    def last(self, model: Any, visit: Visit) -> Any:
        found = self.of(model, visit)
        return found[-1] if found else None


# Rows of these are written only beside rows of the other, which are read first.
ONLY_WITH: dict[Any, Any] = {AlarmStep: Alarm, Confirmation: Order, Decision: VisitCheck}


def read(visits: Iterable[Visit], models: Sequence[Any] = MODELS) -> Rows:
    """One query per model, however many visits."""
    ids, by = [visit.pk for visit in visits], dict[tuple[Any, int], list[Any]]()
    for model in models:
        if _is_empty(model, models, by):
            continue
        for row in _wanted(model, ids):
            by.setdefault((model, row.visit_id), []).append(row)
    return Rows(by)


def _wanted(model: Any, ids: list[int]) -> Iterable[Any]:
    """Every row; of readings those that stand in the chart, and the newest of each measure."""
    rows = model.objects.filter(visit_id__in=ids).order_by("pk")
    if model is not Observation:
        return rows
    newest = Observation.objects.filter(visit=OuterRef("visit"), measure=OuterRef("measure")).order_by("-pk")
    return rows.filter(Q(drawn=True) | Q(pk=Subquery(newest.values("pk")[:1])))


def _is_empty(model: Any, models: Sequence[Any], by: dict[tuple[Any, int], list[Any]]) -> bool:
    """Whether what was read before says that there can be none of these."""
    if model is Discharge and VisitStep in models:
        steps = [row for (made, _), rows in by.items() if made is VisitStep for row in rows]
        return not any(step.state == VisitState.DISCHARGED for step in steps)
    comes_with = ONLY_WITH.get(model)
    return comes_with in models and not any(made is comes_with for made, _ in by)


def load(visit: Visit) -> VisitValue:
    """Everything that happened in a visit, in the server's order."""
    with vault.keys_at_hand([visit.person_id]):
        return fold(visit, read([visit]))


def line(row: Any) -> VisitLine:
    """A visit in a list, from a row that carries its last step as `state` and `since`."""
    return VisitLine(
        row.pk, row.person_id, row.day, row.due_at, row.chair, row.dose_number, row.episode.doses_planned,
        tuple(row.episode.substances), Route(row.route), VisitState(row.state), row.since,
    )  # fmt: skip


def fold(visit: Visit, rows: Rows) -> VisitValue:
    """The value of one visit from rows already read; a model that was not read counts as empty."""
    person = visit.person_id
    checks = rows.of(VisitCheck, visit)
    # A finding that blocks cannot be decided away: only another answer ends it.
    decided = frozenset((d.rule, vault.unlock(person, d.finding)) for d in rows.of(Decision, visit))
    arrival, readings = _answers(checks, Phase.ARRIVAL, person), tuple(map(reading, rows.of(Observation, visit)))
    leaving, link = rows.last(Discharge, visit), rows.last(MonitorLink, visit)
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
            for s in rows.of(VisitStep, visit)
        ),
        arrival=arrival,
        time_out=_answers(checks, Phase.TIME_OUT, person),
        discharge=_answers(checks, Phase.DISCHARGE, person),
        findings=tuple(f for f in arrival_findings(arrival) if f.blocks or (f.rule, f.text) not in decided),
        decided=decided,
        order=_order(rows.last(Order, visit), person),
        syringe=_syringe(rows.last(Confirmation, visit)),
        changes=tuple(change(mark) for mark in rows.of(DoseMark, visit)),
        readings=readings,
        alarms=_alarms(rows.of(Alarm, visit), rows.of(AlarmStep, visit)),
        entries=_entries(rows.of(RoomEvent, visit), person),
        incidents=_entries(rows.of(Incident, visit), person),
        leaving=LeavingValue(leaving.ready_at, leaving.left_at, vault.unlock(person, leaving.escort))
        if leaving
        else None,
        monitor=link.device if link else "",
        monitor_since=link.at if link and link.device else None,
    )


def _answers(checks: Iterable[VisitCheck], phase: Phase, person: int) -> dict[str, str]:
    """The last answer of each line; answers that may name somebody are sealed."""
    return {c.item: vault.unlock(person, c.note) if c.note else c.answer for c in checks if c.phase == phase.value}


def _order(row: Order | None, person: int) -> OrderValue | None:
    if row is None:
        return None
    return OrderValue(
        row.pk, row.dose_mg, row.mg_per_kg, row.body_weight_kg, row.dosing_weight_kg, row.minutes, tuple(row.findings),
        vault.unlock(person, row.reason), row.model, row.model_version, row.by_id, row.at,
    )  # fmt: skip


def _syringe(row: Confirmation | None) -> SyringeValue | None:
    if row is None:
        return None
    return SyringeValue(
        row.draw_id, row.order_id, row.drawn_mg, row.volume_ml, row.mg_per_ml, row.rate_ml_per_h, row.asked_by_id,
        row.by_id, row.at,
    )  # fmt: skip


def change(row: DoseMark) -> DoseChange:
    return DoseChange(Mark(row.kind), row.at, row.mg_per_min, row.given_mg)


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


def newest(visit: Visit, measure: Measure) -> ReadingValue | None:
    """The last of `values.counting` for one measure, found by the database: a monitor sends thousands in an hour."""
    rows = Observation.objects.filter(visit=visit, measure=measure.value)
    corrected = rows.exclude(corrects=None).values("corrects")
    moment = Case(When(origin="stream", then="entered_at"), default=Least("at", "entered_at"))
    found = rows.exclude(pk__in=corrected).order_by(moment.desc(), "-pk").first()
    return reading(found) if found else None


def _alarms(alarms: Iterable[Alarm], taken: Iterable[AlarmStep]) -> tuple[AlarmValue, ...]:
    steps: dict[tuple[int, str], AlarmStep] = {}
    for step in taken:
        steps.setdefault((step.alarm_id, step.kind), step)
    return tuple(_alarm(row, steps.get((row.pk, "seen")), steps.get((row.pk, "over"))) for row in alarms)


def _alarm(row: Alarm, seen: AlarmStep | None, over: AlarmStep | None) -> AlarmValue:
    return AlarmValue(
        row.pk, row.rule, row.measure, row.level, row.said, row.action, row.source, row.adopted, row.at,
        seen.at if seen else None, seen.by_id if seen else None, over.at if over else None,
    )  # fmt: skip


def _entries(rows: Iterable[Any], person: int) -> tuple[EntryValue, ...]:
    return tuple(EntryValue(e.at, vault.unlock(person, e.text), e.by_id, e.kind) for e in rows)
