"""A clinic with one person who is asked, weighed and tested. Builds on the desk of `tests/care/work`.

chart = furnish()
form = chart.answer("phq9", i9=1)
assert chart.owed() == ["suicide_alert"]
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from fenestra.care.measures import actions, queries
from fenestra.care.measures.values import ResponseValue, UseDayValue
from fenestra.care.people import actions as people
from fenestra.care.work import queries as work
from fenestra.ground.book.scope import OPEN, Scope
from fenestra.ground.clinic.rules import THE_PERSON
from tests.care.work import desk
from tests.care.work.desk import Desk

TODAY = date(2026, 11, 20)
WHOLE_PHQ9 = {f"i{n}": 0 for n in range(1, 10)}


@dataclass
class Chart(Desk):
    def themselves(self) -> Scope:
        """The person on their own page."""
        return Scope(self.clinic_id, None, frozenset({THE_PERSON}), "America/New_York")

    def episode(self, *substances: str) -> None:
        self.do(
            people.open_episode, "dana", person_id=self.person_id, substances=substances, goal="abstinence",
            protocol="grabski_2022", protocol_hash="0" * 64, doses=3,
        )  # fmt: skip

    def answer(self, instrument: str = "phq9", who: str = "nina", **given: Any) -> int:
        told: dict[str, Any] = {"person_id": self.person_id, "day": TODAY, "source": "staff"}
        for name in ("person_id", "day", "source", "purpose", "corrects", "reason", "told_at"):
            if name in given:
                told[name] = given.pop(name)
        return self.do(actions.answer, who, instrument=instrument, answers=given, **told).id or 0

    def form(self, response_id: int) -> ResponseValue:
        return queries.response(self.scopes["nina"], OPEN, response_id)

    def forms(self, instrument: str | None = None) -> tuple[ResponseValue, ...]:
        return queries.responses(self.scopes["nina"], OPEN, self.person_id, instrument)

    def owed(self) -> list[str]:  # type: ignore[override]  # here: the kinds of work that stand open
        return [each.kind.value for each in work.items(self.scopes["nina"], OPEN, self.at)]

    def use(self, days_ago: int = 1, used: bool | None = False, *, source: str = "person", **other: Any) -> int:
        line = use_line(days_ago, used, **other)
        return self.do(actions.record_use_days, person_id=self.person_id, days=(line,), source=source).id or 0

    def days(self, substance: str = "alcohol") -> tuple[UseDayValue, ...]:
        return queries.use_days(self.scopes["nina"], OPEN, self.person_id, substance)


def use_line(days_ago: int, used: bool | None, **other: Any) -> dict[str, Any]:
    amount = other.pop("amount", None)
    line = {"day": TODAY - timedelta(days=days_ago), "substance": "alcohol", "used": used, **other}
    return line | ({} if amount is None else {"amount": Decimal(amount)})


def furnish() -> Chart:
    made = desk.furnish()
    return Chart(made.clinic_id, made.scopes, made.at, made.person_id)
