"""The parts of a person's record as tables, as much as the asker's mask shows: what a copy is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from fenestra.care.checkins import queries as checkins
from fenestra.care.measures import queries as measures
from fenestra.care.people import diagnosis_queries, screening_queries
from fenestra.care.people import queries as people
from fenestra.care.people.rules import SHARED_WORDS, Shared
from fenestra.care.plan import calendar_queries
from fenestra.care.plan import queries as plans
from fenestra.care.therapy import queries as therapy
from fenestra.care.visit import queries as visits
from fenestra.care.visit.values import counting
from fenestra.ground.book import vault
from fenestra.ground.book.scope import Mask, Scope
from fenestra.ground.clinic import queries as clinics
from fenestra.ground.papers.copy import Cell, Part, RecordCopy

ALL_OF_THE_CALENDAR = timedelta(days=36_500)
Rows = list[tuple[Any, ...]]


def record_copy(
    scope: Scope, mask: Mask, person_id: int, information: Iterable[Shared], *, title: str, at: datetime
) -> RecordCopy:
    """A copy of these parts of a person's record, in the order of the record."""
    wanted, clinic = set(information), clinics.clinic(scope, mask)
    with vault.keys_at_hand([person_id]):
        person = people.person(scope, mask, person_id, at=at)
        parts = tuple(
            part for each in PARTS if each in wanted for part in PARTS[each](Ask(scope, mask, person_id, at, each))
        )
    return RecordCopy(title, "en", clinic.name, f"{person.name}, {person.code}", scope.time_zone, parts)


class Ask:
    """One part asked for: who asks, about whom, and how moments are written."""

    def __init__(self, scope: Scope, mask: Mask, person_id: int, at: datetime, of: Shared) -> None:
        self.scope, self.mask, self.person_id, self.at, self.of = scope, mask, person_id, at, of

    @property
    def asked(self) -> tuple[Scope, Mask, int]:
        return self.scope, self.mask, self.person_id

    def part(self, columns: str, rows: Iterable[tuple[Any, ...]], name: str = "") -> Part:
        """A table; moments by the clinic's clock, None as never written."""
        title = name or SHARED_WORDS[self.of]
        return Part(title[0].upper() + title[1:], tuple(columns.split(", ")), tuple(self._row(row) for row in rows))

    def _row(self, row: tuple[Any, ...]) -> tuple[Cell, ...]:
        return tuple(self._cell(each) for each in row)

    def _cell(self, told: Any) -> Cell:
        if told is None or told == "":
            return None
        if isinstance(told, bool):
            return "yes" if told else "no"
        if isinstance(told, datetime):
            return f"{told.astimezone(self.scope.zone):%Y-%m-%d %H:%M}"
        return f"{told.normalize():f}" if isinstance(told, Decimal) else str(told)


def _identity(ask: Ask) -> list[Part]:
    one = people.person(*ask.asked, at=ask.at)
    return [ask.part("code, name, born, sex, address, allergies",
                     [(one.code, one.name, one.born, one.sex, one.address, one.allergies)])]  # fmt: skip


def _diagnoses(ask: Ask) -> list[Part]:
    courses = people.episodes(*ask.asked)
    found = [each for one in courses for each in diagnosis_queries.diagnoses(ask.scope, ask.mask, one.id)]
    return [
        ask.part("substance, criteria present, severity, ICD-10-CM, at",
                 [(d.substance.value, d.present, d.severity_words, d.icd10cm, d.at) for d in found]),
        ask.part("substances, goal, protocol, opened, closed, because",
                 [(", ".join(e.substances), e.goal, e.protocol, e.opened_at, e.closed_at,
                   e.closed_because.value if e.closed_because else None) for e in courses], "courses of treatment"),
    ]  # fmt: skip


def _screening(ask: Ask) -> list[Part]:
    rows: Rows = []
    for each in screening_queries.screenings(*ask.asked):
        why = None if each.reasons is None else "; ".join(reason.text for reason in each.reasons)
        decided = each.decided
        rows.append((each.at, each.verdict.value, why, decided and decided.decision.value, decided and decided.reason))
    return [ask.part("at, verdict, reasons, decided, reason of the decision", rows)]


def _medicines(ask: Ask) -> list[Part]:
    found = diagnosis_queries.medicines(*ask.asked)
    return [ask.part("medicine, kind, since, how, ended, why ended",
                     [(m.name, m.kind.value, m.since, m.words, m.ended_at, m.ended_words) for m in found])]  # fmt: skip


def _plan(ask: Ask) -> list[Part]:
    courses = people.episodes(*ask.asked)
    laid = plans.plans_of_many(ask.scope, ask.mask, [each.id for each in courses]).values()
    rows = [(plan.protocol, dose.number, dose.starts_at, dose.state.value) for plan in laid for dose in plan.doses]
    return [ask.part("protocol, dose, planned for, state", rows)]


def _appointments(ask: Ask) -> list[Part]:
    since, until = ask.at - ALL_OF_THE_CALENDAR, ask.at + ALL_OF_THE_CALENDAR
    found = calendar_queries.appointments(ask.scope, ask.mask, since, until, person_id=ask.person_id)
    return [ask.part("kind, from, until, state",
                     [(each.kind.value, each.starts_at, each.ends_at, each.state.value) for each in found])]  # fmt: skip


def _visits(ask: Ask) -> list[Part]:
    days = [visits.visit(ask.scope, ask.mask, each.id) for each in visits.visits_of(*ask.asked)]
    doses = [
        (v.day, v.dose_number, v.route.value, v.state.value, v.weight_kg, v.order and v.order.dose_mg, v.started_at,
         v.ended_at, v.given_mg(ask.at) if v.started_at else None, v.leaving and v.leaving.left_at) for v in days
    ]  # fmt: skip
    readings = [(r.at, r.measure.value, r.value, r.origin) for v in days for r in counting(v.readings)]
    entries = [(e.at, e.kind, e.text) for v in days for e in (*v.entries, *v.incidents)]
    return [
        ask.part("day, dose, route, state, weight kg, ordered mg, began, ended, given mg, left", doses),
        ask.part("at, measure, value, from", readings, "readings of the dosing days"),
        ask.part("at, kind, words", entries, "what was written on the dosing days"),
    ]


def _measures(ask: Ask) -> list[Part]:
    forms = measures.responses(*ask.asked)
    tests = measures.tests(*ask.asked)
    return [
        ask.part("day, questionnaire, total, band, complete",
                 [(f.day, f.instrument, f.total, f.band, f.complete) for f in forms], "questionnaires"),
        ask.part("day, kind, substance, positive, value, unit",
                 [(t.day, t.kind, t.substance, t.positive, t.value, t.unit) for t in tests], "tests"),
        ask.part("day, kg", [(w.day, w.kg) for w in measures.weights(*ask.asked)], "weight"),
    ]  # fmt: skip


def _use(ask: Ask) -> list[Part]:
    found = measures.use_days(*ask.asked)
    return [ask.part("day, substance, used, amount, unit, told by",
                     [(d.day, d.substance, d.used, d.amount, d.unit, d.source) for d in found])]  # fmt: skip


def _check_ins(ask: Ask) -> list[Part]:
    found = checkins.checkins_of(*ask.asked, at=ask.at).told
    return [ask.part("day, substance, craving now, craving at most, used, amount, mood, readiness",
                     [(c.day, c.substance, c.craving_now, c.craving_most, c.used, c.amount, c.mood, c.readiness)
                      for c in found])]  # fmt: skip


def _therapy(ask: Ask) -> list[Part]:
    found = therapy.hours_of(*ask.asked)
    return [ask.part("began, minutes, modality, in a group, came",
                     [(h.began_at, h.minutes, h.modality, h.in_group, h.came) for h in found])]  # fmt: skip


def _notes(ask: Ask) -> list[Part]:
    found = therapy.notes(*ask.asked)
    return [ask.part("at, by, words", [(n.at, n.by, n.words) for n in found if not n.corrected])]


PARTS: dict[Shared, Callable[[Ask], list[Part]]] = {
    Shared.IDENTITY: _identity,
    Shared.DIAGNOSES: _diagnoses,
    Shared.SCREENING: _screening,
    Shared.MEDICINES: _medicines,
    Shared.PLAN: _plan,
    Shared.APPOINTMENTS: _appointments,
    Shared.VISITS: _visits,
    Shared.MEASURES: _measures,
    Shared.USE: _use,
    Shared.CHECK_INS: _check_ins,
    Shared.THERAPY: _therapy,
    Shared.COUNSELLING_NOTES: _notes,
}
