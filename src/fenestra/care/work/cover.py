"""Verbs with which a clinic declares who is on duty, and how soon an item is taken while somebody is."""

from __future__ import annotations

from datetime import datetime

from fenestra.care.people.rules import chosen
from fenestra.care.work import rules
from fenestra.care.work.models import AnswerTime, Cover
from fenestra.care.work.rows import standing_cover
from fenestra.care.work.rules import Level
from fenestra.ground.book.act import Act, Done, act
from fenestra.ground.clinic import queries as clinics
from fenestra.ground.clinic.rules import Role, check_has
from fenestra.science.errors import BadInput, Refused


@act("declared cover")
def declare_cover(act: Act, *, staff_id: int, starts_at: datetime, ends_at: datetime) -> Done:
    """This human is on duty from then until then. Stretches may overlap: two on duty is fine."""
    check_has(act.by.roles, rules.DECLARES, "declare cover")
    rules.check_cover(starts_at, ends_at, at=act.at)
    works_here = {one.id for one in clinics.staff(act.by, clinics.mask_of(act.by))}
    if staff_id not in works_here:
        raise BadInput("Choose somebody who works in this clinic.", field="staff_id")
    made = act.add(
        Cover(
            clinic_id=act.by.clinic_id, staff_id=staff_id, starts_at=starts_at, ends_at=ends_at, at=act.at,
            by_id=act.by.staff_id,
        )
    )  # fmt: skip
    act.about("cover", made.pk)
    act.tell("work.changed", about="cover", about_id=made.pk)
    return act.done(made, "The cover is declared.")


@act("took back cover")
def take_back_cover(act: Act, *, cover_id: int) -> Done:
    """The cover does not hold; one that has begun ends now, and stays true for the time it lasted."""
    check_has(act.by.roles, rules.DECLARES, "take back cover")
    was = standing_cover(act.by.clinic_id).filter(pk=cover_id).first()
    if was is None or was.ends_at <= act.at:
        raise Refused("This cover is over or was taken back. Open the page again and look at what is declared.")
    made = act.add(
        Cover(
            clinic_id=act.by.clinic_id, staff_id=was.staff_id, starts_at=was.starts_at,
            ends_at=max(was.starts_at, act.at), at=act.at, by_id=act.by.staff_id, corrects=was,
        )
    )  # fmt: skip
    act.about("cover", was.pk)
    act.tell("work.changed", about="cover", about_id=was.pk)
    return act.done(made, "The cover is taken back.")


@act("declared an answer time")
def declare_answer_time(act: Act, *, level: str, minutes: int, then_role: str) -> Done:
    """An item of this level is taken within so many minutes of cover; when it is not, this role is told."""
    check_has(act.by.roles, rules.DECLARES, "declare an answer time")
    rules.check_answer_time(minutes)
    made = act.add(
        AnswerTime(
            clinic_id=act.by.clinic_id, level=chosen(Level, level, field="level").value, minutes=minutes,
            then_role=chosen(Role, then_role, field="then_role").value, at=act.at, by_id=act.by.staff_id,
        )
    )  # fmt: skip
    act.about("answer time", made.pk)
    act.tell("work.changed", about="answer time", about_id=made.pk)
    return act.done(made, "The answer time is declared.")
