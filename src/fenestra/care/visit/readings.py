"""Verbs of what is measured: rounds, a monitor's readings, the alarms they raise and end, the monitor itself.

A reading is taken in any state; the alarm rules look at it in the same transaction.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from fenestra.care.visit import facts, rules, silence, timing, watch
from fenestra.care.visit.models import Alarm, AlarmStep, MonitorLink, Observation, RoomEvent, Visit
from fenestra.care.visit.rows import changed, incident, of_visit, row_of, state_of, visit_of
from fenestra.care.visit.rules import Measure
from fenestra.ground.book import clock, vault
from fenestra.ground.book.act import Act, Done, act
from fenestra.ground.clinic.rules import AT_THE_CHAIR, check_has
from fenestra.science.errors import BadInput, Refused


def observe(
    act: Act,
    row: Visit,
    readings: Mapping[Measure, Decimal],
    *,
    at: datetime,
    origin: str,
    device: str = "",
    corrects: Mapping[Measure, Observation] | None = None,
) -> list[Observation]:
    """Add readings, and let the alarm rules look at them in the same transaction."""
    limits, state, lately = watch.thresholds(act.by), state_of(row), _drawn_lately(row, origin)
    found = {measure: watch.found_by(act.by, limits, measure, value, state) for measure, value in readings.items()}
    fresh = [
        Observation(
            **of_visit(act, row, at),
            measure=measure.value,
            value=value,
            origin=origin,
            device=device,
            entered_at=clock.now(),
            corrects=(corrects or {}).get(measure),
            drawn=measure.value not in lately or bool(found[measure]),  # what raises an alarm stands in the chart
        )
        for measure, value in readings.items()
    ]
    made = act.add_many(fresh)
    raise_alarms(act, row, made, found)
    return made


DRAWN_EVERY = timedelta(seconds=10)  # of a monitor's readings in the chart; a matter of drawing, not of care


def _drawn_lately(row: Visit, origin: str) -> frozenset[str]:
    """Measures whose last monitor reading in the chart is younger than ten seconds; none for what somebody typed."""
    if origin != "stream":
        return frozenset()
    recent = Observation.objects.filter(
        visit=row, origin="stream", drawn=True, entered_at__gt=clock.now() - DRAWN_EVERY
    )
    return frozenset(recent.values_list("measure", flat=True))


def raise_alarms(
    act: Act, row: Visit, made: list[Observation], found: Mapping[Measure, tuple[watch.Rule, ...]]
) -> None:
    """One alarm per rule that is found, unless it stands already; then end those whose newest reading is inside."""
    over = AlarmStep.objects.filter(visit=row, kind="over").values("alarm_id")
    standing = {a.rule: a for a in Alarm.objects.filter(visit=row).exclude(pk__in=over).order_by("pk")}
    for seen in made:
        for rule in found[Measure(seen.measure)]:
            if rule.id not in standing:
                standing[rule.id] = alarm(act, row, rule, said=watch.said(seen.measure, seen.value), observation=seen)
    for seen in made:
        _end_alarms(act, row, [a for a in standing.values() if a.measure == seen.measure], seen)


def _end_alarms(act: Act, row: Visit, standing: list[Alarm], seen: Observation) -> None:
    """A reading typed late or corrected ends nothing that a newer one still says."""
    if not standing:
        return
    # A monitor's reading counts from when it came, so it is the newest; one typed may be older than what a monitor says.
    newest = facts.reading(seen) if seen.origin == "stream" else facts.newest(row, Measure(seen.measure))
    for was in standing:
        if newest is not None and not watch.still_beyond(was.rule, newest.value):
            act.add(AlarmStep(**of_visit(act, row), alarm=was, kind="over"))
            changed(act, row, was)


def alarm(act: Act, row: Visit, rule: watch.Rule, *, said: str, observation: Observation | None = None) -> Alarm:
    """Raise an alarm that keeps its rule as it stands now."""
    made = act.add(
        Alarm(
            **of_visit(act, row),
            rule=rule.id,
            measure=rule.measure,
            level=rule.level,
            said=said,
            action=rule.action,
            source=rule.source,
            adopted=rule.adopted,
            observation=observation,
        )
    )
    act.tell("alarm.raised", about="visit", about_id=row.pk, row_id=made.pk)
    changed(act, row, made)
    return made


def measured(readings: Mapping[Measure, Decimal]) -> dict[Measure, Decimal]:
    """Readings as they can be written; refused where none is there or no cuff can show them. Played back from outside
    the database, measures come as plain words."""
    named = {Measure(measure): value for measure, value in readings.items()}
    if not named:
        raise BadInput("Type at least one reading, for example 128 82 71 98.", field="line")
    rules.check_reading(named)
    return named


def _corrected(row: Visit, corrects: Mapping[Measure, int]) -> dict[Measure, Observation]:
    """The readings of this visit that are corrected; refused where one is not there or of another measure."""
    found = {}
    for name, observation_id in corrects.items():
        measure = Measure(name)
        there = Observation.objects.filter(visit=row, measure=measure.value, pk=observation_id).first()
        if there is None:
            raise Refused(
                "There is no such reading in this visit to correct. Open the visit again and choose it there."
            )
        found[measure] = there
    return found


@act("measured a round", happened=True)
def record_round(
    act: Act,
    *,
    visit_id: int,
    readings: Mapping[Measure, Decimal],
    measured_at: datetime | None = None,
    corrects: Mapping[Measure, int] | None = None,
) -> Done:
    """Readings somebody took. Taken in any state; typed later than measured they are marked late."""
    check_has(act.by.roles, AT_THE_CHAIR, "record readings")
    row = row_of(act, visit_id)
    readings = measured(readings)
    at = measured_at or act.at
    if at > act.at:
        raise BadInput("The time lies ahead. Type when it was measured.", field="measured_at")
    wrong = _corrected(row, corrects or {})
    moments: dict[datetime, dict[Measure, Decimal]] = {}
    for measure, number in readings.items():
        # A correction stands where what it corrects stood, unless somebody says otherwise.
        when = wrong[measure].at if measure in wrong and measured_at is None else at
        moments.setdefault(when, {})[measure] = number
    made: list[Observation] = []
    for when, together in moments.items():
        origin = "late" if timing.is_late(when, act.at) else "typed"
        made += observe(act, row, together, at=when, origin=origin, corrects=wrong)
    silence.end_overdue(act, row)
    changed(act, row, made[0])
    if state_of(row) in rules.CLOSED:
        incident(act, row, "readings after the visit was closed", "Readings were recorded after the visit was closed.")
    return act.done(made[0], "Kept.")


@act("took a monitor's reading", happened=True)
def record_stream(
    act: Act, *, visit_id: int, readings: Mapping[Measure, Decimal], measured_at: datetime, device: str
) -> Done:
    """A reading a monitor sent. Order is the server's; the device's own time is kept beside it."""
    row = row_of(act, visit_id)
    readings = measured(readings)
    made = observe(act, row, readings, at=measured_at, origin="stream", device=device)
    act.tell("reading", about="visit", about_id=row.pk, row_id=made[0].pk)
    silence.end_silence(act, row)
    return act.done(made[0], "Kept.")


@act("saw an alarm", happened=True)
def see_alarm(act: Act, *, visit_id: int, alarm_id: int) -> Done:
    """Somebody has seen it. That silences; it does not clear."""
    check_has(act.by.roles, AT_THE_CHAIR, "take an alarm")
    row = row_of(act, visit_id)
    found = Alarm.objects.filter(visit=row, pk=alarm_id).first()
    if found is None:
        raise Refused("There is no such alarm in this visit.")
    made = act.add(AlarmStep(**of_visit(act, row), alarm=found, kind="seen"))
    changed(act, row, made)
    return act.done(made, "Seen.")


@act("connected a monitor")
def connect_monitor(act: Act, *, visit_id: int, device: str, token_hash: str) -> Done:
    """Let a monitor send into this visit. Off until a medical director has accepted the intended use of feeds."""
    check_has(act.by.roles, AT_THE_CHAIR, "connect a monitor")
    row, value = visit_of(act, visit_id)
    if value.state in rules.CLOSED:
        raise rules.WrongState("This visit is closed. A monitor is connected to an open one.")
    if not watch.feeds_accepted(act.by):
        raise Refused(
            "Feeds from monitors are off in this clinic. A medical director accepts the page on intended use first."
        )
    made = act.add(MonitorLink(**of_visit(act, row), device=device, token_hash=token_hash))
    changed(act, row, made)
    return act.done(made, f"{device} is connected.")


@act("took a monitor off", happened=True)
def disconnect_monitor(act: Act, *, visit_id: int, reason: str) -> Done:
    """The probe is off and nothing more is expected of it: its silence is no alarm any more. Why stands in the log,
    because somebody ends a watch by it."""
    check_has(act.by.roles, AT_THE_CHAIR, "take a monitor off")
    if not reason.strip():
        raise BadInput("Write why the monitor is off, for example: unplugged for the toilet.", field="reason")
    row = row_of(act, visit_id)
    was = MonitorLink.objects.filter(visit=row).order_by("-pk").values_list("device", flat=True).first()
    words = f"{was or 'Monitor'} taken off: {reason.strip()}"
    act.add(RoomEvent(**of_visit(act, row), kind="note", text=vault.lock(row.person_id, words)))
    # A link without a device; the token nobody knows keeps the column unique.
    made = act.add(MonitorLink(**of_visit(act, row), device="", token_hash=secrets.token_hex(32)))
    silence.end_silence(act, row)
    changed(act, row, made)
    return act.done(made, "The monitor is off. Rounds are measured by hand.")
