"""A clinic on one dosing day: staff, adopted rules, counted stock, people, and visits taken to any state by the same
actions that pages call.

    day = furnish()
    visit = day.visit(VisitState.INFUSING)
    day.later(minutes=10)
    day.round(visit, systolic=190, diastolic=100)
    assert day.see(visit).alarms
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from fenestra.care.inventory import queries as ledger
from fenestra.care.inventory import stock
from fenestra.care.people import actions as people
from fenestra.care.people import queries as people_queries
from fenestra.care.people import screening
from fenestra.care.people.rules import ConsentKind, Identity, Substance
from fenestra.care.people.screening_queries import latest_screening
from fenestra.care.plan import actions as plan
from fenestra.care.visit import actions, dose, going_home, injection, lists, queries, syringe
from fenestra.care.visit.readings import record_round
from fenestra.care.visit.rules import Measure, VisitState
from fenestra.care.visit.values import VisitValue
from fenestra.ground.book.act import Done
from fenestra.ground.book.scope import OPEN, Scope
from fenestra.ground.clinic.actions import add_staff, adopt_rules, found_clinic
from fenestra.ground.clinic.queries import scope_of
from fenestra.science.protocols.requirements import requirement
from tests.care.people.known import good_facts, sign

MORNING = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)  # ten o'clock in New York
STAFF: dict[str, tuple[str, ...]] = {
    "mira": ("medical director",),
    "dana": ("physician",),
    "nina": ("nurse",),
    "noel": ("nurse",),
    "paula": ("pharmacist",),
    "theo": ("therapist",),
    "cora": ("coordinator",),
    "rafi": ("rater",),
    "lena": ("lead",),
    "otto": ("auditor",),
}
ADOPTED = ("LIM-001", "THR-002", "THR-004", "THR-005", "SCR-007", "DIS-002")
PROTOCOL = {"iv": "grabski_2022", "im": ""}  # no protocol that ships and can be planned gives an injection
NAME, BORN = "Marta Ellison", date(1984, 4, 12)
CALM = {
    Measure.SYSTOLIC: Decimal(124),
    Measure.DIASTOLIC: Decimal(78),
    Measure.PULSE: Decimal(71),
    Measure.SPO2: Decimal(98),
    Measure.BREATHS: Decimal(14),
    Measure.MOAAS: Decimal(5),
}
KEYS = itertools.count(1)
S = VisitState
BEFORE_DOSE = (S.BOOKED, S.ARRIVED, S.CLEARED, S.ORDERED, S.CONFIRMED)
TO_DISCHARGE = (S.RECOVERING, S.DISCHARGED, S.LEFT_EARLY)


def password(name: str) -> str:
    return f"password of {name}"


def all_yes(lines: tuple[lists.Line, ...]) -> dict[str, str]:
    return {line.item: "yes" for line in lines}


@dataclass
class Day:
    """The clinic under test. `do` runs an act as a human of it at the day's clock, with a fresh key unless given."""

    clinic_id: int
    scopes: dict[str, Scope] = field(default_factory=dict)
    at: datetime = MORNING
    lot_id: int = 0
    person_id: int = 0
    lets_in: bool = True  # whether who comes is screened and has signed, unless the day says otherwise

    def do(self, verb: Callable[..., Done], who: str = "nina", *, key: str = "", **told: Any) -> Done:
        return verb(by=self.scopes[who], at=self.at, key=key or f"key {next(KEYS)}", **told)

    def later(self, *, minutes: float = 0, seconds: float = 0) -> datetime:
        self.at += timedelta(minutes=minutes, seconds=seconds)
        return self.at

    # ---- reads

    def see(self, visit_id: int) -> VisitValue:
        return queries.visit(self.scopes["nina"], OPEN, visit_id)

    def state(self, visit_id: int) -> VisitState:
        return self.see(visit_id).state

    def draws(self, visit_id: int) -> list[ledger.DrawValue]:
        return ledger.draws_of_visit(self.scopes["nina"], OPEN, visit_id)

    def given_mg(self, person_id: int = 0) -> Decimal:
        """What the ledger says this person was given."""
        since = MORNING - timedelta(days=60)
        return ledger.given_to_person_mg(self.scopes["nina"], OPEN, person_id=person_id or self.person_id, since=since)

    def books_balance(self) -> bool:
        return ledger.balances_ok(self.scopes["nina"], OPEN)

    # ---- people and bookings

    def person(self, *, name: str = NAME, born: date = BORN) -> int:
        identity = Identity(name, born, allergies="penicillin")
        return self.do(people.register_person, code=f"A-{next(KEYS)}", identity=identity, sex="female").id or 0

    def episode(self, person_id: int = 0, *, substances: tuple[str, ...] = (), protocol: str = "grabski_2022") -> int:
        """A course for these substances, else for the first that the person has no open course for."""
        made = self.do(
            people.open_episode, "dana", person_id=person_id or self.person_id,
            substances=substances or self._free_substance(person_id or self.person_id), goal="abstinence",
            protocol=protocol, protocol_hash="0" * 64 if protocol else "", doses=3,
        )  # fmt: skip
        return made.id or 0

    def _free_substance(self, person_id: int) -> tuple[str]:
        courses = people_queries.episodes(self.scopes["nina"], OPEN, person_id)
        taken = {each for course in courses if course.open for each in course.substances}
        return (next(each.value for each in Substance if each.value not in taken),)

    def let_in(self, person_id: int) -> None:
        """Screened and signed, where neither is kept here: most days are about something else."""
        reader = self.scopes["cora"]
        if not any(each.kind is ConsentKind.TREATMENT for each in people_queries.consents(reader, OPEN, person_id)):
            sign(self, person_id=person_id)
        if latest_screening(reader, OPEN, person_id) is None:
            self.do(screening.keep_screening, "cora", person_id=person_id, facts=good_facts())

    def review(self, episode_id: int, before_dose: int, *, go_on: bool = True) -> None:
        """The course review of an episode without a plan."""
        told = {"episode_id": episode_id, "before_dose": before_dose, "go_on": go_on, "reason": "craving is still high"}
        self.do(plan.review_episode, "dana", **told)

    def book(self, episode_id: int = 0, *, route: str = "iv", dose_number: int = 1) -> int:
        made = self.do(
            actions.book_visit, episode_id=episode_id or self.episode(protocol=PROTOCOL[route]), day=self.at.date(), due_at=self.at, chair="B",
            dose_number=dose_number, route=route,
        )  # fmt: skip
        return made.id or 0

    # ---- the steps of a visit, as a nurse, a second nurse and a physician take them

    def arrive(self, visit_id: int) -> Done:
        return self.do(actions.arrive, visit_id=visit_id)

    def check(
        self,
        visit_id: int,
        *,
        weight_kg: str = "74",
        readings: dict[Measure, Decimal] | None = None,
        only: dict[Measure, Decimal] | None = None,
        **said: str,
    ) -> Done:
        """The arrival list, calm and clear but for what is `said` and measured (`only`: nothing else is)."""
        value = self.see(visit_id)
        if self.lets_in:
            self.let_in(value.person_id)
        lines = lists.arrival_lines(substances=value.substances, dose_number=value.dose_number)
        answers = {line.item: "0" if line.answer is lists.Answer.NUMBER else "no" for line in lines} | {
            "identity": "yes", "consent": "yes", "solids_h": "7", "clear_liquids_h": "3",
            "escort_name": "Jo Ellison", "escort_phone": "555 0100", "transport": "car, Jo drives",
        }  # fmt: skip
        return self.do(
            actions.record_arrival, visit_id=visit_id, weight_kg=Decimal(weight_kg), answers=answers | said,
            readings=CALM | (readings or {}) if only is None else only,
        )  # fmt: skip

    def order(self, visit_id: int, mg_per_kg: str = "0.5", *, who: str = "dana", **other: Any) -> Done:
        value = self.see(visit_id)
        minutes = Decimal(40) if value.route == "iv" else None
        told = {"mg_per_kg": Decimal(mg_per_kg), "dosing_weight_kg": value.weight_kg, "minutes": minutes}
        return self.do(actions.order_dose, who, visit_id=visit_id, **{**told, **other})

    def confirm(self, visit_id: int, *, drawn_ml: str = "1", who: str = "nina", second: str = "noel") -> Done:
        """1 mL of 50 mg/mL: into 50 mL for an infusion, as it is for an injection."""
        value = self.see(visit_id)
        assert value.order
        iv = value.route == "iv"
        return self.do(
            syringe.confirm_dose, who, visit_id=visit_id, lot_id=self.lot_id, drawn_ml=Decimal(drawn_ml),
            final_ml=Decimal(50) if iv else Decimal(drawn_ml), diluent="sodium chloride 0.9 %" if iv else "",
            read_back_mg=value.order.dose_mg, second_username=second, second_password=password(second),
        )  # fmt: skip

    def start(self, visit_id: int, *, who: str = "nina", **other: Any) -> Done:
        """The infusion runs, or the injection goes in, after a whole time-out."""
        value = self.see(visit_id)
        verb = dose.start_infusion if value.route == "iv" else injection.give_injection
        told = {"visit_id": visit_id, "time_out": all_yes(lists.TIME_OUT), "version": value.version}
        return self.do(verb, who, **{**told, **other})

    def round(self, visit_id: int, *, measured_at: datetime | None = None, who: str = "nina", **values: int) -> Done:
        readings = {Measure(name): Decimal(number) for name, number in values.items()} or CALM
        return self.do(record_round, who, visit_id=visit_id, readings=readings, measured_at=measured_at)

    def waste(self, visit_id: int, mg: Decimal, *, witness: str = "noel", who: str = "nina") -> Done:
        return self.do(
            syringe.waste, who, visit_id=visit_id, mg=mg, method="into the deactivation container",
            witness_username=witness, witness_password=password(witness),
        )  # fmt: skip

    def waste_rest(self, visit_id: int) -> None:
        for draw in self.draws(visit_id):
            if draw.left_mg:
                self.waste(visit_id, draw.left_mg)

    def discharge(self, visit_id: int, **other: Any) -> Done:
        answers = all_yes(lists.discharge_lines())
        told = {"answers": answers, "escort": "Jo Ellison", "version": self.see(visit_id).version}
        return self.do(going_home.discharge, visit_id=visit_id, **{**told, **other})

    # ---- to any state

    def visit(self, state: VisitState = S.BOOKED, *, route: str = "iv", episode_id: int = 0, **booking: int) -> int:
        """A visit of this route in this state, reached only through actions; the clock moves where it must."""
        visit_id = self.book(episode_id, route=route, **booking)
        for take in self._way(state, route):
            take(visit_id)
        assert self.state(visit_id) is state
        return visit_id

    def _way(self, state: VisitState, route: str) -> list[Callable[[int], Any]]:
        if state is S.SENT_HOME:
            return [lambda v: self.do(actions.send_home, visit_id=v, reason="not well today")]
        prepare: list[Callable[[int], Any]] = [self.arrive, self.check, self.order, self.confirm]
        if state in BEFORE_DOSE:
            return prepare[: BEFORE_DOSE.index(state)]
        return [*prepare, self.start, *(self._iv_way(state) if route == "iv" else self._im_way(state))]

    def _iv_way(self, state: VisitState) -> list[Callable[[int], Any]]:
        if state is S.PAUSED:
            return [lambda v: self.do(dose.pause, visit_id=v, reason="a rest")]
        return [self._to_the_end, *self._leaving(state)] if state in TO_DISCHARGE else []

    def _im_way(self, state: VisitState) -> list[Callable[[int], Any]]:
        if state is S.TREATING:
            return [lambda v: self.do(injection.treat, visit_id=v, reason="nausea")]
        recover = [lambda v: self.do(injection.recover, visit_id=v)]
        return [*recover, *self._leaving(state)] if state in TO_DISCHARGE else []

    def _to_the_end(self, visit_id: int) -> None:
        self.later(minutes=41)
        self.do(dose.finish, visit_id=visit_id)

    def _leaving(self, state: VisitState) -> list[Callable[[int], Any]]:
        if state is S.LEFT_EARLY:
            return [lambda v: self.do(going_home.left_early, visit_id=v, reason="walked out")]
        return [self._home] if state is S.DISCHARGED else []

    def _home(self, visit_id: int) -> None:
        self.waste_rest(visit_id)
        self.later(minutes=60)
        self.discharge(visit_id)


def furnish(at: datetime = MORNING, *, slug: str = "", adopted: tuple[str, ...] = ADOPTED, staff_at: str = "") -> Day:
    """Found a clinic with its humans, its director's rules, one product, one counted lot and one person.

    A second clinic in one database names its humans otherwise: `staff_at="lake"` makes nina's user name "nina.lake".
    """
    day = Day(
        found_clinic(
            slug=slug or f"river-{next(KEYS)}", name="River", time_zone="America/New_York", phone="",
            crisis_line="988", made_up=True, at=at,
        ),
        at=at,
    )  # fmt: skip
    _hire(day, staff_at)
    signed = {rule: dict(requirement(rule).values) for rule in adopted}
    if signed:
        day.do(adopt_rules, "mira", rules_signed=signed, meaning="holds here", password=password("mira"))
    day.lot_id = _stock_up(day)
    day.person_id = day.person()
    return day


def _hire(day: Day, staff_at: str) -> None:
    founder = Scope(day.clinic_id, None)
    for name, roles in STAFF.items():
        made = add_staff(
            by=founder, at=day.at, key=f"staff {name}", username=f"{name}.{staff_at}" if staff_at else name, name=name.title(), password=password(name),
            roles=roles,
        )  # fmt: skip
        scope = scope_of(made.id or 0, day.clinic_id)
        assert scope
        day.scopes[name] = scope


def _stock_up(day: Day) -> int:
    product = day.do(
        stock.add_product, "paula", name="Ketamine 50 mg/mL", form="vial", strength_mg_per_ml=Decimal(50),
        container_ml=Decimal(20),
    )  # fmt: skip
    lot = day.do(
        stock.receive, "paula", product_id=product.id, lot_number="K-101", expires_on=date(2027, 6, 30), containers=10,
        supplier_name="Harbour Medical Supply", supplier_address="1 Quay Street", registration_number="RX0000001",
        invoice="INV-7", event_date=day.at.date(),
    )  # fmt: skip
    day.do(stock.blind_count, "nina", lot_id=lot.id, containers=10, opened_ml=Decimal(0))
    return lot.id or 0
