"""Who is in the chair, in the bar that stays in view: name, weight, allergy, course, and whether a monitor is heard."""

from __future__ import annotations

from dataclasses import dataclass

from fenestra.faces.web.staff.people.words import chair_words, has_no_allergy
from fenestra.faces.web.staff.visit.seen import Seen, milliseconds
from fenestra.science.protocols.requirements import requirement
from fenestra.science.quantities import plain


@dataclass(frozen=True)
class Bar:
    """Who this is. Allergy and weight are always in view."""

    name: str
    about: str
    weight: str
    allergy: str
    allergy_none: bool
    course: str
    monitor: str
    heard_ms: int | None
    stale_s: int


def bar_of(seen: Seen) -> Bar:
    person, value = seen.person, seen.value
    born = f"{person.born:%-d %b %Y} · {person.age} y" if person.born else person.code
    substances = ", ".join(value.substances).capitalize()
    return Bar(
        name=person.name,
        about=born,
        weight=f"{plain(value.weight_kg)} kg" if value.weight_kg else "not weighed today",
        allergy=person.allergies,
        allergy_none=has_no_allergy(person.allergies),
        course=f"{substances} · dose {value.dose_number} of {value.doses_planned} · {chair_words(value.chair)}",
        monitor=value.monitor,
        heard_ms=milliseconds(seen.heard_at),
        stale_s=requirement("MON-010").whole("stream_stale_low_s"),
    )
