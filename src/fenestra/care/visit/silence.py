"""Silence is an alarm too: a round that is overdue, a monitor that has stopped sending. Asked by the clock."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import OuterRef, Subquery

from fenestra.care.visit import chart, facts, timing, watch
from fenestra.care.visit.models import Alarm, AlarmStep, DoseMark, MonitorLink, Observation, Visit, VisitStep
from fenestra.care.visit.rows import state_of
from fenestra.care.visit.rules import DOSING, Measure, VisitState
from fenestra.ground.book.act import Act, Done, act
from fenestra.ground.book.scope import Scope
from fenestra.science.protocols.monitoring import shipped_schedule
from fenestra.science.protocols.requirements import requirement

RULE = "MON-010"
ROUND = f"{RULE}:round"
STREAM_LOW = f"{RULE}:stream-low"
STREAM_HIGH = f"{RULE}:stream-high"
WATCHED = (*DOSING, VisitState.RECOVERING)


def watched_visits() -> list[Visit]:
    """Every visit of this house in which something flows or wears off."""
    last = VisitStep.objects.filter(visit=OuterRef("pk")).order_by("-pk").values("state")[:1]
    rows = Visit.objects.annotate(state=Subquery(last)).filter(state__in=[state.value for state in WATCHED])
    return list(rows.select_related("episode", "clinic"))


def _clock(row: Visit) -> Scope:
    return Scope(row.clinic_id, None, frozenset(), row.clinic.time_zone, "the clock")


def look(at: datetime) -> None:
    """Raise what silence there is. Called each second; an alarm that stands is not raised again."""
    for row in watched_visits():
        _look_at_round(row, at)
        _look_at_stream(row, at)


def _all_standing(row: Visit, rules: tuple[str, ...]) -> dict[str, Alarm]:
    """The newest alarm of each of these rules that is not over, in one look-up: a monitor asks with every reading."""
    over = AlarmStep.objects.filter(visit=row, kind="over").values("alarm_id")
    return {
        each.rule: each for each in Alarm.objects.filter(visit=row, rule__in=rules).exclude(pk__in=over).order_by("pk")
    }


def _standing(row: Visit, rule: str) -> Alarm | None:
    return _all_standing(row, (rule,)).get(rule)


def _round_due(row: Visit) -> datetime | None:
    """When the next round of this visit is due, from three look-ups: the clock asks this each second."""
    state = VisitStep.objects.filter(visit=row).order_by("-pk").values_list("state", flat=True).first()
    marks = DoseMark.objects.filter(visit=row).order_by("pk")
    start = chart.started_at([facts.change(mark) for mark in marks])
    last = facts.newest(row, Measure.SYSTOLIC)
    return timing.round_due(VisitState(str(state)), start, last.moment if last else None)


def _key(row: Visit, rule: str, since: datetime) -> str:
    """One key for one silence, whichever clock finds it first. A silence that ended and, after a correction, is there
    again since the same moment is another one."""
    before = Alarm.objects.filter(visit=row, rule=rule).count()
    return f"{rule}:{row.pk}:{since.isoformat()}:{before}"


def _look_at_round(row: Visit, at: datetime) -> None:
    due = _round_due(row)
    if due is None or at < due + timedelta(minutes=int(shipped_schedule().overdue_after_min)) or _standing(row, ROUND):
        return
    words = f"No round since it was due at {watch.clock_words(_clock(row), due)}"
    raise_silence(
        by=_clock(row), at=at, key=_key(row, ROUND, due), visit_id=row.pk, rule=ROUND, level="warn",
        said=words, action="Measure a round now.",
    )  # fmt: skip


def last_heard(row: Visit) -> datetime | None:
    """When the connected monitor was last heard: its newest reading, else the moment it was connected. A link without a
    device says that it was taken off."""
    link = MonitorLink.objects.filter(visit=row).order_by("-pk").first()
    if link is None or not link.device:
        return None
    newest = Observation.objects.filter(visit=row, origin="stream", entered_at__gte=link.at).order_by("-pk").first()
    return newest.entered_at if newest else link.at


def _look_at_stream(row: Visit, at: datetime) -> None:
    heard = last_heard(row)
    if heard is None:
        return
    schedule = shipped_schedule()
    quiet = (at - heard).total_seconds()
    for name, seconds, level in (
        (STREAM_HIGH, schedule.stream_silent_high_s, "high"),
        (STREAM_LOW, schedule.stream_silent_low_s, "tech"),
    ):
        if quiet >= seconds and not _standing(row, name):
            words = f"No reading from the monitor since {watch.clock_words(_clock(row), heard)}"
            raise_silence(
                by=_clock(row), at=at, key=_key(row, name, heard), visit_id=row.pk, rule=name,
                level=level, said=words, action="Look at the person, then at the probe and the cable.",
            )  # fmt: skip


def _is_silent(row: Visit, rule: str, at: datetime) -> bool:
    """Asked once more under the visit's lock: a reading or a discharge may have come since the clock looked."""
    if state_of(row) not in WATCHED:
        return False
    schedule = shipped_schedule()
    if rule == ROUND:
        due = _round_due(row)
        return due is not None and at >= due + timedelta(minutes=int(schedule.overdue_after_min))
    heard = last_heard(row)
    seconds = schedule.stream_silent_high_s if rule == STREAM_HIGH else schedule.stream_silent_low_s
    return heard is not None and (at - heard).total_seconds() >= seconds


@act("found silence", happened=True)
def raise_silence(act: Act, *, visit_id: int, rule: str, level: str, said: str, action: str) -> Done:
    """Raise an alarm about something that did not come."""
    row = Visit.objects.select_for_update(of=("self",)).get(pk=visit_id, clinic_id=act.by.clinic_id)
    act.about("visit", row.pk, person_id=row.person_id)
    if not _is_silent(row, rule, act.at):
        return act.done(row, "It has come meanwhile.")
    source = requirement(RULE)
    made = act.add(
        Alarm(
            visit=row, act_id=act.number, at=act.at, by_id=None, rule=rule, measure="", level=level, said=said,
            action=action, source=f"{source.id}: {source.source}", adopted="", observation=None,
        )
    )  # fmt: skip
    act.tell("alarm.raised", about="visit", about_id=row.pk, row_id=made.pk)
    act.tell("visit.changed", about="visit", about_id=row.pk, row_id=made.pk)
    return act.done(made, said)


def _end(act: Act, row: Visit, names: tuple[str, ...]) -> None:
    for was in _all_standing(row, names).values():
        step = AlarmStep(visit=row, act_id=act.number, at=act.at, by_id=act.by.staff_id, alarm=was, kind="over")
        act.add(step)
        act.tell("visit.changed", about="visit", about_id=row.pk, row_id=was.pk)


def end_overdue(act: Act, row: Visit) -> None:
    """A round has come; half of one, or one measured long ago, is not the one that is due."""
    if _standing(row, ROUND) is None:
        return
    due = _round_due(row)
    if due is None or act.at < due:
        _end(act, row, (ROUND,))


def end_silence(act: Act, row: Visit) -> None:
    """The monitor is heard again, or has been taken off."""
    _end(act, row, (STREAM_LOW, STREAM_HIGH))
