"""Check-ins that stopped coming. The clinic declares after how many in a row somebody looks after the person; no number
is made up where none is declared. Asked by the clock: silence sends nothing.

The item says what is so. A check-in that did not come is not known, never use.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime

from django.db.models import Exists, OuterRef

from fenestra.care.checkins import rules
from fenestra.care.checkins.models import CheckIn, Link, MissRule
from fenestra.care.checkins.rules import LinkKind
from fenestra.care.people import queries as people
from fenestra.care.people.models import Episode
from fenestra.care.people.rules import ConsentKind, can_rest_on
from fenestra.care.work.rules import DECLARES, ItemKind, Level
from fenestra.care.work.silence import Look, Owed, keep_in_step
from fenestra.ground.book.act import Act, Done, act
from fenestra.ground.book.scope import OPEN, Mask, Scope
from fenestra.ground.clinic.rules import Role, check_has

UNOPENED = Mask(frozenset({"identity"}))  # whether a consent stands needs nothing that is sealed
OVER = "Fewer are missing in a row now, or the person is no longer asked."


@act("declared how many missed check-ins are looked after")
def declare_misses(act: Act, *, in_a_row: int) -> Done:
    """After so many due check-ins in a row that did not come, a coordinator looks after the person."""
    check_has(act.by.roles, DECLARES, "declare when missed check-ins are looked after")
    rules.check_in_a_row(in_a_row)
    made = act.add(MissRule(clinic_id=act.by.clinic_id, in_a_row=in_a_row, at=act.at, by_id=act.by.staff_id))
    act.about("miss rule", made.pk)
    act.tell("work.changed", about="miss rule", about_id=made.pk)
    return act.done(made, "It is declared, and holds from now on.")


def declared(scope: Scope, mask: Mask) -> int | None:
    """How many in a row this clinic declared; the newest counts, None when nothing was ever declared."""
    rows = MissRule.objects.filter(clinic_id=scope.clinic_id).order_by("-pk")
    return rows.values_list("in_a_row", flat=True).first()


def missed_in_a_row(scope: Scope, mask: Mask, *, at: datetime) -> dict[int, tuple[date, ...]]:
    """The days asked about that came to nothing since a person was last heard from, for everybody in an open course, in
    one question. A day counts when its link is over; a check-in about it or about a later day ends the row, whichever
    link it came by."""
    heard = CheckIn.objects.filter(person_id=OuterRef("person_id"), day__gte=OuterRef("day"))
    asked = Link.objects.filter(
        Exists(Episode.objects.filter(person_id=OuterRef("person_id"), closed_at=None)),
        ~Exists(heard), ~Exists(CheckIn.objects.filter(link_id=OuterRef("pk"))),
        clinic_id=scope.clinic_id, kind=LinkKind.CHECK_IN.value, expires_at__lte=at,
    )  # fmt: skip
    found: dict[int, set[date]] = defaultdict(set)
    for person_id, day in asked.exclude(person_id__in=mask.people).values_list("person_id", "day"):
        if day is not None:
            found[person_id].add(day)
    return {person_id: tuple(sorted(days)) for person_id, days in found.items()}


def look_over(by: Scope, at: datetime) -> None:
    """Put every row of misses that is long enough on the work list. The cause is the row itself, by its first day: what a
    human has called done is raised again only when the person was heard from in between."""
    enough = declared(by, OPEN)
    if enough is None:
        return
    rows = {who: days for who, days in missed_in_a_row(by, OPEN, at=at).items() if len(days) >= enough}
    signed = people.consents_of_many(by, UNOPENED, rows)
    owed = {
        f"misses:{who}:{days[0].isoformat()}": Owed(who, Level.MEDIUM, Role.COORDINATOR, _words(days))
        for who, days in rows.items()
        if can_rest_on(signed[who], ConsentKind.CHECK_INS, at)
    }
    keep_in_step(by, at, ItemKind.MISSED_CHECK_INS, owed, over=OVER)


def _words(days: tuple[date, ...]) -> str:
    return (
        f"{len(days)} check-ins in a row did not come, about days from {days[0]:%-d %b %Y} to {days[-1]:%-d %b %Y}. Nobody "
        "knows more than that. Ask how they are, in the way they agreed to."
    )


look = Look(look_over)
