"""A person with a long course, made through the same acts that pages and phones call, by moving the clinic's clock on.

    day = furnish(STARTS)
    live(day, until=NOW)

Three doses, therapy hours inside and outside their windows, check-ins with misses, use days from a calendar and from
check-ins, scales, tests, an incident, a visit sent home, and what is booked. Every number is made up.
"""

from __future__ import annotations

import json
import os
import random
import sys
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

NEW_YORK = ZoneInfo("America/New_York")
STARTS = datetime(2026, 8, 24, 11, 0, tzinfo=NEW_YORK)
NOW = datetime(2026, 11, 19, 10, 24, tzinfo=NEW_YORK)
DOSES = {date(2026, 10, 14): 1, date(2026, 10, 28): 2, date(2026, 11, 17): 3}
SENT_HOME = date(2026, 11, 10)
HOURS = {date(2026, 9, 30), date(2026, 10, 8), date(2026, 10, 16), date(2026, 10, 17), date(2026, 10, 23), date(2026, 10, 30), date(2026, 11, 13), date(2026, 11, 18)}  # fmt: skip
A_YEAR = timedelta(days=250)  # so long before the story's own days its year begins, to end today
CALENDAR_ASKED = date(2026, 10, 9)  # the day of the use calendar; after it, single days are asked after
MISSED_HOUR = date(2026, 11, 6)
SCALES = {date(2026, 8, 26): 14, date(2026, 10, 8): 13, date(2026, 10, 28): 8, date(2026, 11, 17): 7}
TESTS = {date(2026, 8, 26): 412, date(2026, 10, 13): 265, date(2026, 11, 10): 61}
LAPSE = {date(2026, 11, 3): 3, date(2026, 11, 4): 6}
SILENT = {date(2026, 9, 20), date(2026, 10, 24), date(2026, 11, 7), date(2026, 11, 8)}


def live(
    day: Any, *, until: datetime = NOW, name: str = "Leon Fischer", words: str = "Felt dizzy; sat down.",
    ago: timedelta = timedelta(),
) -> int:  # fmt: skip
    """This person's days from the first to `until`; the person's id. The clinic's clock stands at `until` then, and must
    stand where the story begins before: at `STARTS`, or so long `ago` before it."""
    return _Life(day, name, words, ago).until(until)


class _Life:
    def __init__(self, day: Any, name: str, words: str, ago: timedelta) -> None:
        from tests.care.checkins.phone import Phone, phone_of

        self.day, self.words, self.ago, self.random = day, words, ago, random.Random(7)
        day.person_id = day.person(name=name, born=date(1981, 3, 2))
        self.phone: Phone = phone_of(day)  # opens the episode and signs the consent
        self.phone.give_link(days=900)
        from fenestra.care.people import queries as people
        from fenestra.ground.book.scope import OPEN

        self.episode_id = people.episodes(day.scopes["nina"], OPEN, day.person_id)[0].id

    def until(self, until: datetime) -> int:
        today = self.day.at.date()
        self._calendar(today, self.random)
        while today <= until.date():
            for hour, happens in ((10, self._dosing), (14, self._therapy), (15, self._measure), (20, self._check_in)):
                at = datetime(today.year, today.month, today.day, hour, tzinfo=NEW_YORK)
                if STARTS - self.ago < at < until:
                    self.day.at = max(at, self.day.at)
                    happens(today)
            today += timedelta(days=1)
        self.day.at = until
        self._book(until)
        return int(self.day.person_id)

    def _of(self, today: date) -> date:
        """The day of the story that this day is."""
        return today + self.ago

    # ---- what happens on a day

    def _calendar(self, today: date, chance: random.Random) -> None:
        """The first talk: the weeks before, day by day."""
        from fenestra.care.measures import actions

        days = []
        for back in range(28, 0, -1):
            drinks = chance.randint(3, 9) if chance.random() < 0.7 else 0
            line = {"day": today - timedelta(days=back), "substance": "alcohol", "used": bool(drinks)}
            days.append(line | {"amount": Decimal(drinks), "unit": "drinks"})
        self.day.do(actions.record_use_days, person_id=self.day.person_id, days=tuple(days), source="staff")

    def _dosing(self, today: date) -> None:
        from fenestra.care.inventory import stock
        from fenestra.care.visit import actions, dose
        from fenestra.care.visit.rules import VisitState

        if self._of(today) == SENT_HOME:
            visit = self.day.book(self.episode_id, dose_number=3)
            self.day.do(actions.send_home, visit_id=visit, reason=self.words)
        elif number := DOSES.get(self._of(today)):
            if number == 3:
                number = 4  # the dose of the day that was sent home keeps its number
            self.day.do(stock.blind_count, lot_id=self.day.lot_id, containers=10, opened_ml=Decimal(0))
            if number > 1:
                self.day.review(self.episode_id, number)
            visit = self.day.visit(VisitState.INFUSING, episode_id=self.episode_id, dose_number=number)
            self.day.later(minutes=41)
            self.day.do(dose.finish, visit_id=visit)
            self.day.waste_rest(visit)
            self.day.later(minutes=70)
            self.day.discharge(visit)

    def _therapy(self, today: date) -> None:
        from fenestra.care.therapy import actions

        if self._of(today) in HOURS or self._of(today) == MISSED_HOUR:
            came = ({"person_id": self.day.person_id, "came": self._of(today) != MISSED_HOUR},)
            self.day.do(
                actions.record_hour, "theo", therapist_id=self.day.scopes["theo"].staff_id, minutes=50,
                began_at=self.day.at - timedelta(hours=1), modality="relapse prevention", people=came,
            )  # fmt: skip
            if self._of(today) == min(HOURS):
                self.day.do(
                    actions.add_trigger, "theo", person_id=self.day.person_id,
                    cue="Friday after work, the station bar", plan="Walk home by the river and call Sam",
                )  # fmt: skip

    def _measure(self, today: date) -> None:
        from fenestra.care.measures import actions

        total = SCALES.get(self._of(today), 6 if today.day == 3 and self._of(today) > NOW.date() else None)
        if total is not None:
            items = [total // 9 + (1 if n < total % 9 else 0) for n in range(9)]
            answers = {f"i{n}": 0 if n == 9 else min(3, items[n - 1]) for n in range(1, 10)}
            self._answer("phq9", answers, today)
        if self._of(today) in TESTS:
            self.day.do(
                actions.record_test, person_id=self.day.person_id, kind="blood", substance="alcohol", positive=True,
                day=today, value=Decimal(TESTS[self._of(today)]), unit="ng/mL",
            )  # fmt: skip

    def _answer(self, instrument: str, answers: dict[str, int], today: date) -> None:
        from fenestra.care.measures import actions

        self.day.do(
            actions.answer, person_id=self.day.person_id, instrument=instrument, answers=answers, day=today,
            source="staff",
        )  # fmt: skip

    def _check_in(self, today: date) -> None:
        from fenestra.care.checkins import actions, links
        from fenestra.care.checkins.rules import LinkKind

        about, told = today - timedelta(days=1), self._of(today)
        after_dose = any(timedelta() <= told - each < timedelta(days=6) for each in DOSES)
        if self._of(about) in SILENT:
            self.day.do(
                actions.make_link, "cora", person_id=self.day.person_id, kind=LinkKind.CHECK_IN.value,
                token_hash=links.hash_of(links.new_token()), expires_at=self.day.at + timedelta(hours=20), day=about,
            )  # fmt: skip
            return
        weekly = told < min(DOSES) - timedelta(days=2)
        due = today.weekday() == 0 if weekly else after_dose or today.toordinal() % 2 == 0 or self._of(about) in LAPSE
        if told == CALENDAR_ASKED:
            self._told_later(*(about - timedelta(days=n) for n in range((told - STARTS.date()).days)))
        elif told > CALENDAR_ASKED and not due:
            self._told_later(about)
        if due:
            self.phone.send(self.phone.told(f"t{today}", **self._says(about, today)))

    def _told_later(self, *days: date) -> None:
        """Days between check-ins, asked after at the next talk; a few nobody asked about."""
        from fenestra.care.measures import actions

        told = [(day, drinks) for day in sorted(days) if (drinks := self._drinks(day)) is not None]
        lines = tuple(
            {"day": day, "substance": "alcohol", "used": bool(drinks), "amount": Decimal(drinks), "unit": "drinks"}
            for day, drinks in told
        )
        if lines:
            self.day.do(actions.record_use_days, person_id=self.day.person_id, days=lines, source="staff")

    def _drinks(self, about: date) -> int | None:
        if self._of(about) in SILENT:
            return None
        if self._of(about) < date(2026, 10, 10):
            chance = 0.95 if about.weekday() in (4, 5) else 0.6
            return self.random.randint(3, 10) if self.random.random() < chance else 0
        return LAPSE.get(self._of(about), 0)

    def _says(self, about: date, today: date) -> dict[str, Any]:
        level, told = 72.0, self._of(today)
        for dosed, less in zip(sorted(DOSES), (27, 20, 14), strict=True):
            if told > dosed:
                level -= less * (1 - 0.4 * min(1.0, (told - dosed).days / 16))
        if any(abs((told - each).days) <= 2 for each in LAPSE):
            level += 24
        now = round(min(94, max(6, level + self.random.uniform(-6, 6))))
        most = min(99, now + self.random.randint(9, 25))
        said: dict[str, Any] = {"craving_now": now, "craving_most": most}
        drinks = LAPSE.get(self._of(about), 0) if self._of(about) >= date(2026, 10, 10) else None
        if drinks is None:
            return said
        return said | ({"used": "yes", "amount": drinks} if drinks else {"used": "no"})

    def _book(self, at: datetime) -> None:
        from fenestra.care.plan import appointments

        theo = self.day.scopes["theo"].staff_id
        for days, kind in ((1, "therapy"), (8, "therapy"), (22, "therapy"), (29, "follow_up")):
            starts = datetime(
                at.year, at.month, at.day, 11 if self.ago > A_YEAR / 2 else 9, tzinfo=NEW_YORK
            ) + timedelta(days=days)
            self.day.do(
                appointments.book_appointment, "cora", person_id=self.day.person_id, kind=kind, starts_at=starts,
                minutes=60, staff_id=theo,
            )  # fmt: skip


def _second_factor(day: Any, name: str) -> dict[str, str]:
    """The app of somebody whose role needs one, for their log-in."""
    from fenestra.ground.clinic import factors, totp
    from fenestra.ground.clinic.presence import now_s
    from fenestra.ground.clinic.rules import needs_second_factor

    if not needs_second_factor(day.scopes[name].roles):
        return {}
    app_secret = totp.fresh_secret()
    code = totp.code(app_secret, totp.step_at(now_s()) - totp.DRIFT_STEPS)  # the newer ones are left to sign in
    day.do(factors.add_app, name, label="", app_secret=app_secret, code=code, recovery=factors.fresh_recovery_codes())
    return {"totp": app_secret}


def main(folder: str, *, with_year: bool) -> None:
    """Add a clinic with such people to a folder that is not served, and its log-ins to those of the demo: one whose
    course ends today, one of whom nothing is written, one with a long name, and, where asked for, one a year on."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[4]))
    os.environ["FENESTRA_DATA"], os.environ["DJANGO_SETTINGS_MODULE"] = folder, "fenestra.project.settings"
    import django

    django.setup()
    from fenestra.ground.book import clock
    from tests.care.visit.day import furnish, password

    day = furnish(STARTS - A_YEAR - timedelta(days=30), slug="journey")
    now = clock.now().astimezone(NEW_YORK).replace(microsecond=0)
    ago = NOW.date() - now.date()
    day.at = STARTS - ago
    person_id = live(day, until=now, ago=ago)
    ids = {"person": person_id}
    if with_year:
        day.at = STARTS - ago - A_YEAR
        ids["year"] = live(day, until=now, ago=ago + A_YEAR, name="Aisha Bello")
    ids["empty"] = day.person(name="Nobody Yet")
    ids["long"] = day.person(name="Maximiliane-Alexandra von und zu Hohenlohe-Waldenburg-Schillingsfürst")
    day.book(day.episode(ids["long"]))  # somebody is expected today, so that the server invents nobody
    told = Path(folder) / "demo-logins.json"
    logins = json.loads(told.read_text())
    for name in ("nina", "theo", "rafi", "lena", "dana", "cora"):
        login = {"user": name, "password": password(name), "name": name, "role": name, "clinic": "River"}
        logins["logins"].append(login | _second_factor(day, name))
    told.write_text(json.dumps(logins))
    print(json.dumps(ids))


if __name__ == "__main__":
    main(sys.argv[1], with_year="year" in sys.argv[2:])
