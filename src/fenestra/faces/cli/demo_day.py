"""One made-up dosing day, through the same acts as a real one. The numbers are made up and predict nothing."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from fenestra.care.inventory import queries as inventory
from fenestra.care.inventory import stock
from fenestra.care.visit import actions as visits
from fenestra.care.visit import dose, going_home, lists, syringe
from fenestra.care.visit import queries as visit_queries
from fenestra.care.visit.readings import record_round, see_alarm
from fenestra.care.visit.rules import Measure
from fenestra.care.visit.values import VisitValue
from fenestra.faces.cli.demo_maker import Maker
from fenestra.faces.cli.demo_people import Who
from fenestra.faces.cli.demo_plan import Dose
from fenestra.ground.book.act import Done
from fenestra.ground.book.scope import OPEN
from fenestra.science.protocols.regimens import protocol as protocol_of

DRAWN_BEFORE = timedelta(minutes=12)
PRESSURE_SHARE, RESCUE_SHARE = 0.07, 0.07  # of days gone by; made up, no rate of harm is meant
RESCUE = "Ondansetron 4 mg iv for nausea, eased after ten minutes."


@dataclass
class Day:
    """One made-up dosing day, taken as far as its course says."""

    maker: Maker
    who: Who
    dose: Dose
    until: str
    episode_id: int
    chance: random.Random
    visit_id: int = 0
    base: tuple[int, int] = (120, 76)
    planned_min: int = 40

    def book(self) -> None:
        """The visit is expected, a week before or earlier."""
        maker, start = self.maker, self.dose.start
        booked = maker.do(
            visits.book_visit, "coordinator", start - timedelta(days=7), episode_id=self.episode_id,
            day=maker.day_of(start), due_at=start, chair=self.dose.chair, dose_number=self.dose.number, route="iv",
        )  # fmt: skip
        self.visit_id = booked.id or 0

    def run(self) -> None:
        """The day itself, as far as it has come."""
        until, start = self.until, self.dose.start
        if until == "booked":
            return
        self.nurse(visits.arrive, start - timedelta(minutes=50) if until != "arrived" else start)
        if until == "arrived":
            return
        self.arrival(start - timedelta(minutes=40))
        if until == "cleared":
            return
        self.give(start)
        self.after(start, until)

    def nurse(self, action: Any, at: datetime, **told: Any) -> Done:
        return self.maker.do(action, "nurse", at, visit_id=self.visit_id, **told)

    def seen(self) -> VisitValue:
        return visit_queries.visit(self.maker.scopes["nurse"], OPEN, self.visit_id)

    def arrival(self, at: datetime) -> None:
        substances = (self.who.substance,)
        asked = lists.arrival_lines(substances=substances, dose_number=self.dose.number)
        answers = {line.item: "no" for line in asked}
        answers |= {
            "identity": "yes", "consent": "yes", "solids_h": "8", "clear_liquids_h": "3", "escort_name": "a friend",
            "escort_phone": "555 0142", "transport": "car, the friend drives", "breath_alcohol_percent": "0",
        }  # fmt: skip
        if "alcohol" in substances:
            answers["ciwa_ar"] = "2"
        self.base = (self.chance.randrange(112, 136), self.chance.randrange(68, 86))
        readings = {**self.readings(0), Measure.CRAVING: Decimal(self.chance.randrange(20, 90))}
        self.nurse(visits.record_arrival, at, weight_kg=self.who.weight_kg, answers=answers, readings=readings)

    def readings(self, rise: int, felt: int = 0) -> dict[Measure, Decimal]:
        chance, (systolic, diastolic) = self.chance, self.base
        numbers = {
            Measure.SYSTOLIC: systolic + rise + chance.randrange(-3, 4),
            Measure.DIASTOLIC: diastolic + rise // 2 + chance.randrange(-2, 3),
            Measure.PULSE: 70 + rise // 2 + chance.randrange(-3, 4),
            Measure.SPO2: chance.randrange(96, 100),
            Measure.BREATHS: chance.randrange(12, 17),
            Measure.MOAAS: 5,
            Measure.UNREAL: felt,
            Measure.APART: felt,
            Measure.CONTACT: 0,
        }
        return {measure: Decimal(value) for measure, value in numbers.items()}

    def give(self, start: datetime) -> None:
        maker, protocol = self.maker, protocol_of(self.who.protocol)
        per_kg, planned = protocol.dose.mg_per_kg.value, protocol.dose.minutes
        assert per_kg is not None and planned is not None and planned.value is not None
        minutes = planned.value
        maker.do(
            visits.order_dose, "physician", start - timedelta(minutes=25), visit_id=self.visit_id, mg_per_kg=per_kg,
            dosing_weight_kg=self.who.weight_kg, minutes=minutes, reason="as the protocol says; seen and examined",
        )  # fmt: skip
        self.count(start)
        value = self.seen()
        assert value.order is not None
        drawn_ml = (value.order.dose_mg / Decimal(50)).quantize(Decimal("0.01")) + Decimal("0.02")
        self.nurse(
            syringe.confirm_dose, start - DRAWN_BEFORE, lot_id=maker.lot_id, drawn_ml=drawn_ml,
            final_ml=Decimal(50), diluent="0.9 % saline", read_back_mg=value.order.dose_mg,
            second_username=maker.user("nurse2"), second_password=maker.passwords["nurse2"],
        )  # fmt: skip
        yes = {line.item: "yes" for line in lists.TIME_OUT}
        self.nurse(dose.start_infusion, start, time_out=yes, version=self.seen().version)
        self.planned_min = int(minutes)

    def count(self, start: datetime) -> None:
        maker = self.maker
        at = start - DRAWN_BEFORE  # the same moment, so that midnight cannot fall between
        if inventory.counted_today(maker.scopes["nurse"], OPEN, at=at, lot_id=maker.lot_id):
            return
        lot = next(each for each in inventory.lots(maker.scopes["nurse"], OPEN, at=at) if each.id == maker.lot_id)
        full, opened = divmod(lot.on_hand_ml, Decimal(10))
        maker.do(stock.blind_count, "nurse", at, lot_id=maker.lot_id, containers=int(full), opened_ml=opened)

    def after(self, start: datetime, until: str) -> None:
        end = start + timedelta(minutes=self.planned_min)
        thin = until == "past"  # of days long gone a few rounds tell enough
        every = timedelta(minutes=20 if thin else 10)
        at = start + every
        trouble = self.chance.random() if thin else 1.0
        while at <= min(self.maker.now, end):
            self.round(start, at, higher=58 if trouble < PRESSURE_SHARE and at == start + every else 0)
            at += every
        if trouble > 1 - RESCUE_SHARE and thin:
            self.nurse(visits.record_event, end - timedelta(minutes=5), kind="rescue", text=RESCUE)
        if until == "infusing":
            return
        self.nurse(dose.finish, end)
        self.waste(end + timedelta(minutes=4))
        every = timedelta(minutes=30 if thin else 15)
        at = end + every
        while at <= min(self.maker.now, end + timedelta(minutes=60)):
            self.round(start, at)
            at += every
        if until != "recovering":
            self.discharge(end + timedelta(minutes=70))

    def round(self, start: datetime, at: datetime, *, higher: int = 0) -> None:
        """Rises toward the end of the infusion and falls after it: a made-up shape, not a prediction."""
        minute = (at - start).total_seconds() / 60
        share = min(minute, self.planned_min) / self.planned_min - max(0.0, minute - self.planned_min) / 60
        rise, felt = int(9 * max(share, 0)) + higher, int(55 * max(share, 0))
        self.nurse(record_round, at, readings=self.readings(rise, felt=felt))
        for alarm in self.seen().open_alarms() if higher else ():
            self.nurse(see_alarm, at + timedelta(minutes=1), alarm_id=alarm.id)

    def waste(self, at: datetime) -> None:
        maker = self.maker
        for drawn in inventory.draws_of_visit(maker.scopes["nurse"], OPEN, self.visit_id):
            if drawn.left_mg > 0:
                self.nurse(
                    syringe.waste, at, mg=drawn.left_mg, method="drug buster", witness_username=maker.user("nurse2"),
                    witness_password=maker.passwords["nurse2"],
                )  # fmt: skip

    def discharge(self, at: datetime) -> None:
        answers = {line.item: "yes" for line in lists.discharge_lines()}
        self.nurse(going_home.discharge, at, answers=answers, escort="a friend", version=self.seen().version)
