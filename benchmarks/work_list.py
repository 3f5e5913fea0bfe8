"""How long the work list takes with 5,000 people of whom something is owed, and whether its questions stay as few.

Small runs use fewer people. The rows are stored at once, not act by act: what is measured is the reading. Every person
has a name and words under a key of their own, and the clinic has declared cover and answer times.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "faults"))

from _folder import counted, fresh_folder, open_clinic

BAR_S = 0.1
ROUNDS = 20
PEOPLE, FEW = 5000, 200
LEVELS = ("high", "medium", "low")


def owe(desk: Any, count: int) -> None:
    """So many more people, each with one item that is open or taken."""
    from django.db import transaction

    from fenestra.care.people.models import Person
    from fenestra.care.work.models import Item, ItemStep
    from fenestra.ground.book import vault

    told = json.dumps({"name": "A Person", "born": "1984-04-12", "allergies": "", "address": "", "phone": ""})
    there = Person.objects.count()
    with transaction.atomic():
        for number in range(there, there + count):
            person = Person(clinic_id=desk.clinic_id, code=f"B-{number}", sex="female")
            person.save(force_insert=True)
            person.identity = vault.lock(person.pk, told)
            person.save(update_fields=["identity"])
            opened, taken = desk.at - timedelta(minutes=number % 4000), number % 3 == 0
            item = Item(
                clinic_id=desk.clinic_id, person=person, kind="score_alert", about=f"response:{number}",
                level=LEVELS[number % 3], opened_at=opened, owner_role="on cover",
                owner_id=desk.scopes["nina"].staff_id if taken else None, state="taken" if taken else "open",
            )  # fmt: skip
            item.save(force_insert=True)
            words = vault.lock(person.pk, "Severe anxiety: review before the infusion.")
            ItemStep(item=item, kind="opened", words=words, at=opened).save(force_insert=True)


def listed(desk: Any) -> tuple[float, int, int]:
    """Seconds and questions of one look at the list with its names, and how many rows it gave."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from fenestra.care.people import queries as people
    from fenestra.care.work import queries
    from fenestra.ground.book.scope import OPEN

    scope = desk.scopes["nina"]
    with CaptureQueriesContext(connection) as asked:
        began = time.perf_counter()
        found = queries.items(scope, OPEN, desk.at)
        people.people(scope, OPEN, at=desk.at, ids={each.person_id for each in found if each.person_id})
        queries.how_many(scope, OPEN, desk.at)
        took = time.perf_counter() - began
    return took, len(asked), len(found)


def main() -> int:
    rounds = counted(__doc__, full=ROUNDS)
    people = PEOPLE if "--full" in sys.argv else FEW
    with fresh_folder() as folder:
        open_clinic(folder)
        from tests.care.work.desk import furnish

        desk = furnish()
        for day in range(28):
            desk.cover(starts=24 * day, hours=10)
        for level in LEVELS:
            desk.answer_within(60, level=level)
        owe(desk, 3)
        _, questions_for_three, _ = listed(desk)
        owe(desk, people - 3)
        looks = [listed(desk) for _ in range(rounds + 1)][1:]  # the first look warms up
    took, questions, rows = statistics.median(one[0] for one in looks), looks[0][1], looks[0][2]
    constant = {one[1] for one in looks} == {questions_for_three}
    ok = constant and (people < PEOPLE or took <= BAR_S)
    medians = {
        "work list ms": round(took * 1000, 1),
        "questions": questions,
        "questions for three": questions_for_three,
    }
    counts = {"people": people, "looks": rounds, "rows shown": rows, "bar s": BAR_S}
    print(json.dumps({"name": "work_list", "ok": ok, **counts, "medians": medians}))
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
