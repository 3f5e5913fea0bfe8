"""Items of work in words: what, for whom, due, since, and the one verb. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from fenestra.care.work.queries import ItemValue, StepValue
from fenestra.care.work.rules import ON_COVER, ItemKind, ItemState, Level, StepKind
from fenestra.faces.web.days import moment

KINDS = {
    ItemKind.SUICIDE_ALERT: "Thoughts of suicide on a form",
    ItemKind.SCORE_ALERT: "A score asks for a clinician",
    ItemKind.USE_TOLD: "Told of use: offer help",
    ItemKind.MISSED_CHECK_INS: "Check-ins did not come",
    ItemKind.WINDOW_WITHOUT_HOUR: "A window without a therapy hour",
    ItemKind.FOLLOW_UP_OWED: "A follow-up is owed",
    ItemKind.SCREENING_TO_DECIDE: "A screening waits for a decision",
    ItemKind.INCIDENT: "An incident",
    ItemKind.CONSENT_WITHDRAWN: "Consent was withdrawn",
    ItemKind.COURSE_REVIEW: "Is a further dose wanted?",
    ItemKind.OTHER: "Something to do",
}
ICONS = {Level.HIGH: "high", Level.MEDIUM: "decide", Level.LOW: "clock"}
STEPS = {
    StepKind.OPENED: "Opened",
    StepKind.RAISED: "Raised again, worse",
    StepKind.TAKEN: "Taken",
    StepKind.NOTED: "Noted",
    StepKind.ESCALATED: "Escalated",
    StepKind.DONE: "Done",
}


@dataclass(frozen=True)
class ItemRow:
    """One row of the work list; `verb` is the one thing to do with it here."""

    id: int
    version: int
    icon: str
    level: str
    what: str
    words: str
    person_id: int | None
    who: str
    owner: str
    mine: bool
    since: str
    due: str
    late: bool
    escalated: str
    taken: bool
    done: bool
    key: str = ""  # a request key for the verb of this row


def visit_of(about: str) -> int | None:
    """The visit an item came from; None when its cause is something else."""
    kind, _, number = about.partition(":")
    return int(number) if kind == "visit" and number.isdigit() else None


def row(item: ItemValue, names: Mapping[int, str], *, at: datetime, zone: str, me: int | None) -> ItemRow:
    late = item.deadline is not None and item.deadline < at and item.state is not ItemState.DONE
    told = f"told to the {item.escalated_to} at {moment(item.escalated_at, at, zone)}" if item.escalated_at else ""
    return ItemRow(
        item.id, item.version, ICONS[item.level], item.level.value, KINDS[item.kind], item.words, item.person_id,
        names.get(item.person_id or 0, ""), _owner(item, me), item.owner_id is not None and item.owner_id == me,
        moment(item.opened_at, at, zone), _due(item, at, zone), late, told, item.state is ItemState.TAKEN,
        item.state is ItemState.DONE,
    )  # fmt: skip


def _owner(item: ItemValue, me: int | None) -> str:
    if item.owner_id is not None:
        return "you" if item.owner_id == me else item.owner
    return "whoever is on cover" if item.owner_role == ON_COVER else f"a {item.owner_role}"


def _due(item: ItemValue, at: datetime, zone: str) -> str:
    """When somebody must have taken it, or have done it; said plainly when nobody declared anything."""
    if item.deadline is None:
        return "no time declared" if item.state is ItemState.OPEN else "no day set"
    word = "taken by" if item.state is ItemState.OPEN and item.deadline == item.answer_by else "by"
    return f"{word} {moment(item.deadline, at, zone)}"


@dataclass(frozen=True)
class StepRow:
    what: str
    by: str
    when: str
    words: str


def step(value: StepValue, *, at: datetime, zone: str) -> StepRow:
    return StepRow(STEPS[value.kind], value.by or "the clock or the person", moment(value.at, at, zone), value.words)
