"""Run inside a journey's folder before it is served: two people screened, one of them consented; a chair, hours.

planner.ready(house.folder)  # {"ready": 11, "unsigned": 12}
"""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date, time
from pathlib import Path
from typing import Any

from tests.journeys.house import environment

ROOT = Path(__file__).resolve().parents[2]


def ready(folder: Path) -> dict[str, int]:
    """Make them in that folder; gives the two people's ids."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.journeys.planner"], cwd=ROOT, capture_output=True, text=True, check=False,
        env=environment(folder, DJANGO_SETTINGS_MODULE="fenestra.project.settings"),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    made: dict[str, int] = json.loads(done.stdout)
    return made


def _make() -> dict[str, int]:
    import django

    django.setup()
    from fenestra.care.people import actions as people
    from fenestra.care.people import consent
    from fenestra.care.people.consent_texts import newest_text
    from fenestra.care.people.models import Screening, ScreeningDecision
    from fenestra.care.people.rules import ConsentKind, Identity
    from fenestra.care.plan import actions as plan
    from fenestra.care.plan.models import DosingHours, TherapistHours
    from fenestra.ground.book import clock, vault
    from fenestra.ground.clinic.queries import scope_named

    at, keys = clock.now(), iter(range(1000))

    def do(verb: Any, who: str, **told: Any) -> int:
        scope = scope_named(who)
        assert scope
        return verb(by=scope, at=at, key=f"planner {next(keys)}", **told).id or 0

    def person(code: str, name: str) -> int:
        made = do(
            people.register_person, "coordinator", code=code, identity=Identity(name, date(1984, 4, 12)), sex="female"
        )
        do(
            people.open_episode, "physician", person_id=made, substances=("alcohol",), goal="abstinence", protocol="",
            protocol_hash="", doses=0,
        )  # fmt: skip
        told = {"person_id": made, "at": at, "by_id": None}
        none = vault.lock(made, "[]")
        row = Screening.objects.create(
            **told, facts=vault.lock(made, "{}"), verdict="decide", reasons=none, trials=none
        )
        ScreeningDecision.objects.create(**told, screening=row, decision="fit", reason="")
        return made

    found = {"ready": person("J-1", "Rosa Planned"), "unsigned": person("J-2", "Uma Unsigned")}
    text = newest_text(ConsentKind.TREATMENT)
    do(
        consent.sign_consent, "physician", person_id=found["ready"], kind="treatment", text_version=text.version,
        text_hash=text.text_hash, signed_name="Rosa Planned",
    )  # fmt: skip
    do(plan.add_chair, "coordinator", name="P1")
    therapist = scope_named("therapist")
    assert therapist
    # The demo's own hours end, so that a way with an hour outside its window is among those offered.
    for weekly in TherapistHours.objects.filter(clinic_id=therapist.clinic_id, ended_on=None):
        do(plan.end_hours, "coordinator", hours_id=weekly.pk)
    for weekly in DosingHours.objects.filter(clinic_id=therapist.clinic_id, ended_on=None):
        do(plan.end_dosing_hours, "coordinator", hours_id=weekly.pk)
    for weekday in range(5):
        do(plan.set_dosing_hours, "coordinator", weekday=weekday, from_time=time(9), until_time=time(16))
    for weekday in (3, 4):
        do(
            plan.set_hours, "coordinator", staff_id=therapist.staff_id, weekday=weekday, from_time=time(9),
            until_time=time(14),
        )  # fmt: skip
    return found


if __name__ == "__main__":
    print(json.dumps(_make()))
