"""How long a clinic's outcome takes with 200 people who have a year behind them, and whether its questions stay as few.

Small runs use fewer people. The rows are stored at once, not act by act: what is measured is the reading and the counting,
for every endpoint there is and under both missing rules. Every person has a name under a key of their own, a first dose,
days told by themselves and read off samples, gaps, corrections, and one in seven a course that ended.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "faults"))

from _folder import counted, fresh_folder, open_clinic

BAR_S = 0.8
ROUNDS = 10
PEOPLE, FEW = 200, 20
DAYS = 365
GAP_EVERY, USED_EVERY, CORRECTED_EVERY, SAMPLE_EVERY, LEFT_EVERY = 6, 9, 40, 30, 7


def a_year(day: Any, count: int, since: int) -> None:
    """So many more people, numbered from `since`, each with a year of days after one dose."""
    from django.db import transaction

    with transaction.atomic():
        for number in range(since, since + count):
            _person(day, number)


def _person(day: Any, number: int) -> None:
    from fenestra.care.people.models import Episode, Person
    from fenestra.care.visit.models import DoseMark, Visit
    from fenestra.ground.book import vault
    from fenestra.ground.book.models import Act

    told = json.dumps({"name": "A Person", "born": "1984-04-12", "allergies": "", "address": "", "phone": ""})
    person = Person(clinic_id=day.clinic_id, code=f"O-{number}", sex="female" if number % 2 else "male")
    person.save(force_insert=True)
    person.identity = vault.lock(person.pk, told)
    person.save(update_fields=["identity"])
    dosed = day.at - timedelta(days=DAYS + number % 20)
    left = number % LEFT_EVERY == 0
    episode = Episode(
        person=person, substances=["alcohol"], goal="abstinence", protocol="grabski_2022", protocol_hash="0" * 64,
        doses_planned=1, opened_at=dosed - timedelta(days=7), closed_at=day.at - timedelta(days=90) if left else None,
        closed_because="transfer" if left else "",
    )  # fmt: skip
    episode.save(force_insert=True)
    visit = Visit(
        clinic_id=day.clinic_id, person=person, episode=episode, day=dosed.date(), due_at=dosed, chair="B",
        dose_number=1, route="iv", protocol="grabski_2022", protocol_hash="0" * 64,
    )  # fmt: skip
    visit.save(force_insert=True)
    act = Act.objects.order_by("pk").first()
    mark = DoseMark(visit=visit, act=act, at=dosed, kind="finish", given_mg=Decimal(36))
    mark.save(force_insert=True)
    _days(person, number, dosed.date(), day.at)


def _days(person: Any, number: int, first: date, at: Any) -> None:
    from fenestra.care.measures.models import Test, UseDay

    days = [first + timedelta(days=place) for place in range(1, DAYS)]
    kept = {"person": person, "at": at, "entered_at": at, "source": "person"}
    told = [
        UseDay(**kept, day=each, substance="alcohol", **_said(number + place))
        for place, each in enumerate(days)
        if (number + place) % GAP_EVERY
    ]
    stored = UseDay.objects.bulk_create(told)
    UseDay.objects.bulk_create(
        UseDay(**kept, day=each.day, substance="alcohol", used=True, corrects=each)
        for each in stored[::CORRECTED_EVERY]
    )
    Test.objects.bulk_create(
        Test(**kept, day=each, kind="breath", substance="alcohol", positive=False) for each in days[::SAMPLE_EVERY]
    )


def _said(place: int) -> dict[str, Any]:
    used = place % USED_EVERY == 0
    return {"used": used, "amount": Decimal(place % 7 + 1) if used else None, "unit": "drinks" if used else ""}


def counted_once(day: Any, preset: Any) -> tuple[float, int]:
    """Seconds and questions of one endpoint."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from fenestra.care.people.rules import Substance
    from fenestra.ground.book.scope import OPEN
    from fenestra.learning.registry.queries import clinic_outcome
    from fenestra.learning.registry.rules import substance_of

    substance = substance_of(preset) or Substance.ALCOHOL
    with CaptureQueriesContext(connection) as asked:
        began = time.perf_counter()
        clinic_outcome(day.scopes["lena"], OPEN, preset.id, substance, at=day.at)
        took = time.perf_counter() - began
    return took, len(asked)


def main() -> int:
    rounds = counted(__doc__, full=ROUNDS)
    people = PEOPLE if "--full" in sys.argv else FEW
    with fresh_folder() as folder:
        open_clinic(folder)
        from fenestra.care.people.rules import Substance
        from fenestra.learning.registry.rules import substance_of
        from fenestra.science.outcomes.presets import load_presets
        from tests.care.visit.day import furnish

        day = furnish()
        presets = [each for each in load_presets() if substance_of(each) in (None, Substance.ALCOHOL)]
        a_year(day, 3, 0)
        questions_for_three = {counted_once(day, each)[1] for each in presets}
        a_year(day, people - 3, 3)
        took: dict[str, float] = {}
        questions: set[int] = set()
        for each in presets:
            counted_once(day, each)  # warm
            looks = [counted_once(day, each) for _ in range(rounds)]
            took[each.id] = round(1000 * statistics.median(one[0] for one in looks), 1)
            questions |= {one[1] for one in looks}
            print(f"{each.id}: {took[each.id]} ms", flush=True)
    ok = questions == questions_for_three and (people < PEOPLE or max(took.values()) <= 1000 * BAR_S)
    counts = {"people": people, "days of each": DAYS, "rounds": rounds, "bar s": BAR_S}
    medians = {**took, "questions": max(questions), "questions for three": max(questions_for_three)}
    print(json.dumps({"name": "outcomes", "ok": ok, **counts, "medians ms": medians}))
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
