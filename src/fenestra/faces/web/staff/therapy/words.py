"""Therapy in words: modalities, hours in and out of windows, what is due. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fenestra.care.therapy.queries import HourValue
from fenestra.care.therapy.rules import Modality
from fenestra.faces.web.days import moment
from fenestra.faces.web.staff.therapy.windows import WindowRow
from fenestra.science.protocols.window import WindowStanding

MODALITIES = [(each.value, each.value) for each in Modality]
STANDING = {
    WindowStanding.NOT_YET: "before the window of dose {}",
    WindowStanding.OPEN: "in the window of dose {}",
    WindowStanding.SOFT_TAIL: "in the soft tail after dose {}",
    WindowStanding.CLOSED: "after the window of dose {}",
}
KEPT_FROM_YOU = "Kept from your role."


@dataclass(frozen=True)
class HourRow:
    """One hour of one person; `inside` draws it filled, outside hollow."""

    id: int
    when: str
    what: str
    where: str
    came: bool
    inside: bool


def hour(each: HourValue, *, at: datetime, zone: str) -> HourRow:
    kind = f"{each.modality}, {each.minutes} min{', in a group' if each.in_group else ''}, with {each.therapist}"
    if each.standing is None:
        where = "before any dose"
    else:
        where = STANDING[each.standing].format(each.after_dose)
    inside = each.came and each.standing is WindowStanding.OPEN
    return HourRow(each.id, moment(each.began_at, at, zone), kind, where, each.came, inside)


def hours_story(found: Sequence[HourValue]) -> str:
    """One sentence on how many hours there were, in windows and outside. A count, no judgement."""
    came = [each for each in found if each.came]
    if not came:
        return "No therapy hour is written down yet."
    inside = sum(each.standing is WindowStanding.OPEN for each in came)
    hours = "1 hour" if len(came) == 1 else f"{len(came)} hours"
    missed = len(found) - len(came)
    not_come = f" To {missed} more they did not come." if missed else ""
    return f"{hours}: {inside} in a window, {len(came) - inside} outside.{not_come}"


def story(rows: Sequence[WindowRow]) -> str:
    """The page's one sentence."""
    opened = [row for row in rows if row.open]
    if not rows:
        return "No window stands open. One opens after a dose has ended."
    coming = len(rows) - len(opened)
    said = f"{len(opened) or 'No'} window{'' if len(opened) < 2 else 's'} open"
    said += f", {coming} still to open" if coming else ""
    without = sum(row.hour.look == "none" for row in rows)
    return f"{said}; {'each has an hour' if not without else f'{without} without an hour'}."
