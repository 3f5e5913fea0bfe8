"""Everything the dosing screen shows of one visit at one moment, gathered once; what presenters read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from fenestra.care.inventory import queries as stock
from fenestra.care.inventory.product import Drug
from fenestra.care.people import queries as people
from fenestra.care.people.queries import PersonValue
from fenestra.care.visit import queries
from fenestra.care.visit.lists import Finding
from fenestra.care.visit.next import Next
from fenestra.care.visit.queries import LevelValue
from fenestra.care.visit.rules import CLOSED, VisitState
from fenestra.care.visit.values import VisitValue
from fenestra.faces.web.days import clock_time, moment
from fenestra.ground.book.scope import Mask, Scope
from fenestra.ground.clinic import queries as clinics
from fenestra.science.protocols.thresholds import Threshold


class Asking(Protocol):
    """Who sends a sheet and when: all that is needed to turn what was typed into what an act is told."""

    @property
    def scope(self) -> Scope: ...

    @property
    def at(self) -> datetime: ...


@dataclass(frozen=True)
class Unseen:
    """Somebody who records what happened, before or without anything being read."""

    scope: Scope
    at: datetime


@dataclass(frozen=True)
class Seen:
    """One visit as one asker may see it, with the moment it was looked at."""

    scope: Scope
    mask: Mask
    at: datetime
    value: VisitValue
    person: PersonValue
    names: dict[int, str]
    next: Next | None
    findings: tuple[Finding, ...]
    limits: tuple[Threshold, ...]
    level: LevelValue
    round_due_at: datetime | None
    earliest_leave_at: datetime | None
    heard_at: datetime | None
    left_mg: Decimal
    lots: tuple[stock.LotValue, ...]

    @property
    def state(self) -> VisitState:
        return self.value.state

    @property
    def hides_dose(self) -> bool:
        return self.mask.hides("dose")

    def name(self, staff_id: int | None) -> str:
        return self.names.get(staff_id or 0, "")

    def clock(self, at: datetime) -> str:
        """Clock time in the clinic's zone."""
        return clock_time(at, self.scope.time_zone)

    def when(self, at: datetime) -> str:
        """Clock time in the clinic's zone, with its day in front when that is not today."""
        return moment(at, self.at, self.scope.time_zone)

    def minute(self, at: datetime) -> float:
        """Minutes since the dose started; 0 when it has not."""
        start = self.value.started_at
        return (at - start).total_seconds() / 60 if start else 0.0


def milliseconds(at: datetime | None) -> int | None:
    """As the page's scripts count time."""
    return None if at is None else int(at.timestamp() * 1000)


def look(scope: Scope, mask: Mask, visit_id: int, *, at: datetime) -> Seen:
    """Look at a visit. A refusal when there is none the asker may see."""
    value = queries.visit(scope, mask, visit_id)
    draws, limits = _draws(scope, mask, value), queries.limits(scope, mask)
    findings = queries.findings(scope, mask, value, limits)
    person = people.person(scope, mask, value.person_id, at=at)
    return Seen(
        scope=scope,
        mask=mask,
        at=at,
        value=value,
        person=person,
        names=clinics.names(scope, mask, _who(value)),
        next=queries.next_for(scope, mask, value, at=at, open_findings=findings, draws=draws),
        findings=findings,
        limits=limits,
        level=queries.level(scope, mask, value, age=person.age),
        round_due_at=queries.round_due_at(value),
        earliest_leave_at=queries.earliest_leave_at(value),
        heard_at=queries.heard_at(scope, mask, value),
        left_mg=sum((draw.left_mg for draw in draws or ()), Decimal(0)),
        lots=_lots(scope, mask, value, at),
    )


def _draws(scope: Scope, mask: Mask, value: VisitValue) -> list[stock.DrawValue] | None:
    """Asked only once nothing flows any more: before, the syringe is on the pump."""
    flows_no_more = value.state is VisitState.RECOVERING or value.state in CLOSED
    return stock.draws_of_visit(scope, mask, value.id) if flows_no_more and not mask.hides("dose") else None


def _lots(scope: Scope, mask: Mask, value: VisitValue, at: datetime) -> tuple[stock.LotValue, ...]:
    """What may be drawn from, while a dose of racemic ketamine is to be drawn up."""
    if value.state is not VisitState.ORDERED or mask.hides("dose"):
        return ()
    return tuple(
        lot for lot in stock.lots(scope, mask, at=at, in_stock=True) if not lot.expired and lot.drug == Drug.RACEMATE
    )


def _who(value: VisitValue) -> set[int]:
    """Everybody who is named on the screen."""
    many = (value.steps, value.readings, value.entries, value.incidents)
    ids = {row.by_id for rows in many for row in rows} | {a.seen_by_id for a in value.alarms}
    if value.syringe:
        ids |= {value.syringe.by_id, value.syringe.asked_by_id}
    if value.order:
        ids.add(value.order.by_id)
    return {each for each in ids if each is not None}
