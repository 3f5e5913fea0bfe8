"""One made-up person's way: in at the door, the plan, each dose with its hour, and the year after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from fenestra.care.people import actions as people
from fenestra.care.plan import actions as plan
from fenestra.care.plan.rules import AppointmentKind
from fenestra.care.plan.values import AppointmentValue
from fenestra.care.therapy import actions as therapy
from fenestra.faces.cli import demo_after, demo_plan
from fenestra.faces.cli.demo_day import Day
from fenestra.faces.cli.demo_door import Let, come_in
from fenestra.faces.cli.demo_maker import Maker
from fenestra.faces.cli.demo_people import UNTREATED, Way, Who
from fenestra.faces.cli.demo_plan import Dose, Laid

CAME_SHARE = 0.87
MODALITY = {
    "grabski_2022": "relapse prevention", "dakwar_2020": "motivational enhancement",
    "dakwar_2019": "mindfulness-based relapse prevention",
}  # fmt: skip
INTENTIONS = (
    "I want to find out what the evenings are for.", "To look at it without running.",
    "To say no to my brother and stay at the table.", "",
)  # fmt: skip
TRIGGERS = (
    ("Friday after work", "Call Anna and walk home by the river."),
    ("An argument at home", "Leave the room, ten breaths, then talk."),
    ("Pay day", "Give the card to my sister for the day."),
    ("The bar next to the station", "Get off one stop earlier."),
    ("Not being able to sleep", "Get up, tea, and no clock."),
)
NOTES = (
    "Talked through the week; the plan for Fridays holds.", "Tired, wants to go slower. Agreed on one small step.",
    "Looked at the lapse without blame; called it what it was.", "",
)  # fmt: skip


@dataclass
class Course:
    """One made-up person in one clinic. In `begin` they come in, get a plan, and the visit of today's people is booked;
    `go_on` is everything else, in the order of the days."""

    maker: Maker
    who: Who
    let: Let | None = None
    laid: Laid | None = None
    newest: Day | None = None

    def begin(self) -> None:
        """The door, the plan, and the visit of those who have a dose today or had it in the last days."""
        self.let = come_in(self.maker, self.who)
        if self.who.way is Way.DECLINED:
            self._decline()
        if self.who.way in UNTREATED:
            return
        self.laid = demo_plan.make(self.maker, self.who, self.let.episode_id)
        if course := self.who.today:
            self.newest = self._day(self.laid.doses[course.dose - 1], course.until)
            self.newest.book()

    def go_on(self) -> None:
        """The doses, the hours, and the year."""
        if self.laid is None or self.let is None:
            return
        self._speak()
        stops = demo_plan.stops_early(self.who)
        for dose in self.laid.doses:
            if stops is not None and dose.number >= stops:
                self._stop(dose)
            elif self.newest is not None and dose == self.newest.dose:
                self._dose(self.newest)
            elif dose.start < self.maker.now - timedelta(hours=4):
                day = self._day(dose, "past")
                day.book()
                self._dose(day)
            self._hours(dose)
        if self.who.way is not Way.WAITING:
            demo_after.follow(self.maker, self.who, self.let)

    def do(self, action: Any, by: str, at: Any, **told: Any) -> int:
        return self.maker.do(action, by, self.maker.before(at), **told).id or 0

    def _decline(self) -> None:
        """Fit, and did not want it: no consent, and no course."""
        assert self.let is not None
        at = self.maker.moment(self.who.began + timedelta(days=6), 11)
        episode_id = self.do(
            people.open_episode, "physician", at, person_id=self.let.person_id, substances=(self.who.substance,),
            goal=self.who.goal, protocol="", protocol_hash="", doses=0,
        )  # fmt: skip
        self.do(people.close_episode, "physician", at + timedelta(days=2), episode_id=episode_id, because="other")

    def _speak(self) -> None:
        """What the person means to work on, and what brings the wish to use."""
        assert self.let is not None and self.laid is not None
        chance, person_id = self.who.draws("words of therapy"), self.let.person_id
        at = self.laid.doses[0].start - timedelta(days=2)
        if words := chance.choice(INTENTIONS):
            self.do(plan.intend, "therapist", at, person_id=person_id, words=words)
        for cue, against in chance.sample(TRIGGERS, 2):
            self.do(therapy.add_trigger, "therapist", at, person_id=person_id, cue=cue, plan=against)

    def _day(self, dose: Dose, until: str) -> Day:
        assert self.let is not None
        return Day(self.maker, self.who, dose, until, self.let.episode_id, self.who.draws(f"dose {dose.number}"))

    def _dose(self, day: Day) -> None:
        assert self.laid is not None
        dose = day.dose
        if dose.number > 1:
            self.do(
                plan.review_course, "physician", dose.start - timedelta(days=1), plan_id=self.laid.plan_id,
                before_dose=dose.number, go_on=True, reason="Tolerated well, and wants to go on.",
            )  # fmt: skip
        day.run()
        for booked in self.laid.appointment(AppointmentKind.DOSE, dose.number):
            if booked.starts_at < self.maker.now and day.until != "booked":
                at = max(booked.starts_at, dose.start) + timedelta(minutes=1)
                self.do(plan.keep_appointment, "nurse", at, appointment_id=booked.id)

    def _stop(self, dose: Dose) -> None:
        """No further dose; the hours go on."""
        assert self.laid is not None
        self.do(
            plan.review_course, "physician", dose.start - timedelta(days=1), plan_id=self.laid.plan_id,
            before_dose=dose.number, go_on=False, reason="Does not want another one; the hours go on.",
        )  # fmt: skip

    def _hours(self, dose: Dose) -> None:
        assert self.laid is not None
        for booked in self.laid.appointment(AppointmentKind.THERAPY, dose.number):
            if booked.ends_at < self.maker.now:
                self._hour(booked)

    def _hour(self, booked: AppointmentValue) -> None:
        """Kept or missed, and written down either way."""
        assert self.let is not None
        chance, person_id = self.who.draws(f"hour {booked.dose_number}"), self.let.person_id
        came = chance.random() < CAME_SHARE
        noted = plan.keep_appointment if came else plan.miss_appointment
        self.do(noted, "therapist", booked.ends_at, appointment_id=booked.id)
        words = chance.choice(NOTES) if came else ""
        self.do(
            therapy.record_hour, "therapist", booked.ends_at + timedelta(minutes=10), therapist_id=booked.staff_id,
            began_at=booked.starts_at, minutes=demo_plan.HOUR_MINUTES, modality=MODALITY[self.who.protocol],
            people=({"person_id": person_id, "came": came, "appointment_id": booked.id},),
            notes={person_id: words} if words else None,
        )  # fmt: skip
