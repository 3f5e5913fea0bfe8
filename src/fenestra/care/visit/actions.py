"""Verbs of the dosing day. Each is one act: rows, ledger line, audit line and event in one transaction.

Orders and starts are refused with a sentence when a rule says no. What happened is taken in any state, whatever
limit, second person or list stands against it: marked with what it went beyond, and an incident.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from fenestra.care.people import actions as people
from fenestra.care.people.models import Episode
from fenestra.care.people.rules import MOST_DOSES, NoSuchPerson, chosen
from fenestra.care.visit import facts, lists, rules, silence, watch
from fenestra.care.visit.lists import Phase
from fenestra.care.visit.models import (
    Alarm,
    AlarmStep,
    Decision,
    Incident,
    MonitorLink,
    Observation,
    Order,
    RoomEvent,
    Visit,
    VisitCheck,
    VisitStep,
)
from fenestra.care.visit.rules import Measure, VisitState
from fenestra.care.visit.values import VisitValue
from fenestra.ground.book import clock, vault
from fenestra.ground.book.act import Act, Done, act
from fenestra.ground.book.models import EventRow
from fenestra.ground.clinic.rules import AT_THE_CHAIR, PRESCRIBERS, SEES_PEOPLE, check_has
from fenestra.science.errors import BadInput, Refused
from fenestra.science.quantities import Kilograms, check_dosing_weight, plain


def visit_of(act: Act, visit_id: int) -> tuple[Visit, VisitValue]:
    """The visit's row, held for this act, and everything known of it."""
    row = row_of(act, visit_id)
    return row, facts.load(row)


def row_of(act: Act, visit_id: int) -> Visit:
    """The visit's row, held for this act."""
    rows = Visit.objects.select_for_update(of=("self",)).select_related("episode")
    row = rows.filter(clinic_id=act.by.clinic_id, pk=visit_id).first()
    if row is None:
        raise NoSuchPerson("There is no such visit in this clinic.")
    act.about("visit", row.pk, person_id=row.person_id)
    return row


def state_of(row: Visit) -> VisitState:
    """Where a visit stands, without reading everything that happened in it."""
    return VisitState(str(VisitStep.objects.filter(visit=row).order_by("-pk").values_list("state", flat=True).first()))


def of_visit(act: Act, row: Visit, at: datetime | None = None) -> dict[str, Any]:
    """The columns every row of a visit carries."""
    return {"visit": row, "act_id": act.number, "at": at or act.at, "by_id": act.by.staff_id}


def step(act: Act, row: Visit, state: VisitState, *, reason: str = "", at: datetime | None = None) -> VisitStep:
    """The visit comes into a state, and live pages hear of it."""
    made = act.add(VisitStep(**of_visit(act, row, at), state=state.value, reason=vault.lock(row.person_id, reason)))
    changed(act, row, made)
    return made


def changed(act: Act, row: Visit, what: EventRow) -> None:
    """Tell live pages once per act that this visit looks different."""
    if not any(told["kind"] == "visit.changed" for told in act.events):
        act.tell("visit.changed", about="visit", about_id=row.pk, row_id=what.pk)


def incident(act: Act, row: Visit, kind: str, text: str) -> None:
    """Open an incident: something that must be looked at afterwards."""
    act.add(Incident(**of_visit(act, row), kind=kind, text=vault.lock(row.person_id, text)))


@act("booked a visit")
def book_visit(
    act: Act, *, episode_id: int, day: date, due_at: datetime, chair: str, dose_number: int, route: str
) -> Done:
    """Expect a person on a day, for one dose of an episode."""
    check_has(act.by.roles, SEES_PEOPLE, "book a visit")
    chosen_route = chosen(rules.Route, route, field="route")
    if not 1 <= dose_number <= MOST_DOSES:
        raise BadInput("Write which dose of the episode this is, for example 1.", field="dose_number")
    episode = Episode.objects.filter(pk=episode_id, person__clinic_id=act.by.clinic_id).first()
    if episode is None:
        raise NoSuchPerson("There is no such episode in this clinic.")
    if Visit.objects.filter(episode=episode, dose_number=dose_number).exists():
        raise Refused(f"Dose {dose_number} of this episode is booked already. Open that visit.")
    person = people.person_of(act.by, episode.person_id)
    row = act.add(
        Visit(
            clinic_id=act.by.clinic_id,
            person=person,
            episode=episode,
            day=day,
            due_at=due_at,
            chair=chair,
            dose_number=dose_number,
            route=chosen_route.value,
            protocol=episode.protocol,
            protocol_hash=episode.protocol_hash,
        )
    )
    act.about("visit", row.pk, person_id=person.pk)
    step(act, row, VisitState.BOOKED)
    return act.done(row, "The visit is booked.")


@act("checked a person in")
def arrive(act: Act, *, visit_id: int) -> Done:
    """The person is in the house."""
    check_has(act.by.roles, SEES_PEOPLE, "check somebody in")
    row, value = visit_of(act, visit_id)
    rules.check_step(value.route, value.state, VisitState.ARRIVED)
    return act.done(step(act, row, VisitState.ARRIVED), "Checked in.")


@act("sent a person home")
def send_home(act: Act, *, visit_id: int, reason: str) -> Done:
    """No dose today."""
    check_has(act.by.roles, AT_THE_CHAIR, "send somebody home")
    row, value = visit_of(act, visit_id)
    rules.check_step(value.route, value.state, VisitState.SENT_HOME)
    if not reason.strip():
        raise BadInput("Write why there is no dose today.", field="reason")
    if left := watch.unreconciled(act.by, value):
        raise rules.ListNotDone(left)
    return act.done(step(act, row, VisitState.SENT_HOME, reason=reason), "Sent home, no dose today.")


def keep_answers(act: Act, row: Visit, phase: Phase, answers: Mapping[str, str], sealed: tuple[str, ...] = ()) -> None:
    """Add the answers of a list; those that may name somebody are stored under the person's key."""
    for item, said in answers.items():
        note = vault.lock(row.person_id, said) if item in sealed else ""
        act.add(VisitCheck(**of_visit(act, row), phase=phase.value, item=item, answer="" if note else said, note=note))


NAMES_SOMEBODY = ("escort_name", "escort_phone", "transport", "therapy")


@act("asked and measured on arrival")
def record_arrival(
    act: Act, *, visit_id: int, weight_kg: Decimal, answers: Mapping[str, str], readings: Mapping[Measure, Decimal]
) -> Done:
    """Weight, the arrival list and the first readings. Findings hold the visit until decided; none clears it."""
    check_has(act.by.roles, AT_THE_CHAIR, "do the arrival checks")
    row, value = visit_of(act, visit_id)
    if value.state not in (VisitState.ARRIVED, VisitState.CLEARED):
        rules.check_step(value.route, value.state, VisitState.CLEARED)
    lines = lists.arrival_lines(substances=value.substances, dose_number=value.dose_number)
    lists.check_answers(lines, answers)
    check_dosing_weight(Kilograms(weight_kg), field="weight_kg")
    rules.check_reading(readings)
    missing = [m for m in watch.BASELINE if m not in readings and value.latest(m) is None]
    if missing:
        words = ", ".join(rules.MEASURES[measure].words for measure in missing)
        raise BadInput(f"Measure before a dose: {words}.", field=missing[0].value)
    kept = lists.of_lines(lines, answers)
    keep_answers(act, row, Phase.ARRIVAL, {**kept, "weight_kg": plain(weight_kg)}, NAMES_SOMEBODY)
    observe(act, row, readings, at=act.at, origin="typed")
    now = facts.load(row)
    open_findings = watch.open_findings(act.by, now)
    if value.state is VisitState.CLEARED and open_findings:
        step(act, row, VisitState.ARRIVED, reason="measured again")
    elif value.state is VisitState.ARRIVED and not open_findings:
        step(act, row, VisitState.CLEARED)
    else:
        act.tell("visit.changed", about="visit", about_id=row.pk)
    said = f"{len(open_findings)} to decide before a dose." if open_findings else "Fit for a dose today."
    return act.done(row, said)


@act("decided about a finding")
def decide(act: Act, *, visit_id: int, rule: str, finding: str, reason: str) -> Done:
    """A prescriber decides that the dose may go on all the same, and says why."""
    check_has(act.by.roles, PRESCRIBERS, "decide about a finding")
    row, value = visit_of(act, visit_id)
    if value.state not in rules.BEFORE_DOSE:
        rules.check_step(value.route, value.state, VisitState.CLEARED)
    if not reason.strip():
        raise BadInput(f"Write why you go on: {finding}", field="reason")
    open_findings = watch.open_findings(act.by, value)
    asked = next((f for f in open_findings if (f.rule, f.text) == (rule, finding)), None)
    if asked is None:
        raise Refused("That is not open any more. Look at the visit as it is now.")
    if asked.blocks:
        raise Refused(f"{asked.text} This cannot be decided away; it ends when it is so no longer.")
    sealed = vault.lock(row.person_id, finding)
    act.add(Decision(**of_visit(act, row), rule=rule, finding=sealed, reason=vault.lock(row.person_id, reason)))
    left = [f for f in open_findings if (f.rule, f.text) != (rule, finding)]
    if not left and value.state is VisitState.ARRIVED:
        step(act, row, VisitState.CLEARED)
    else:
        act.tell("visit.changed", about="visit", about_id=row.pk)
    return act.done(row, "Decided and kept with your reason.")


@act("ordered a dose")
def order_dose(
    act: Act, *, visit_id: int, mg_per_kg: Decimal, dosing_weight_kg: Decimal, minutes: Decimal | None, reason: str = ""
) -> Done:
    """A prescriber orders. Beyond a hard limit there is no order; beyond a soft one it needs the reason."""
    check_has(act.by.roles, PRESCRIBERS, "order a dose")
    row, value = visit_of(act, visit_id)
    rules.check_step(value.route, value.state, VisitState.ORDERED)
    ordered = watch.order_of(act.by, value, mg_per_kg=mg_per_kg, dosing_weight_kg=dosing_weight_kg, minutes=minutes)
    hard = [f for f in ordered.findings if f.level == "hard"]
    if hard:
        raise rules.BeyondLimit(hard[0].text)
    if ordered.findings and not reason.strip():
        raise rules.BeyondLimit(f"{ordered.findings[0].text} Write the reason to order it all the same.")
    made = act.add(
        Order(
            **of_visit(act, row),
            dose_mg=ordered.dose_mg,
            mg_per_kg=mg_per_kg,
            body_weight_kg=ordered.body_weight_kg,
            dosing_weight_kg=dosing_weight_kg,
            minutes=minutes,
            findings=[f.text for f in ordered.findings],
            reason=vault.lock(row.person_id, reason),
            model=ordered.model,
            model_version=ordered.model_version,
        )
    )
    act.change(row)  # a start from a page that shows another order is stale
    step(act, row, VisitState.ORDERED)
    return act.done(made, f"Ordered: {ordered.dose_mg} mg.")


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
    made = [
        act.add(
            Observation(
                **of_visit(act, row, at),
                measure=measure.value,
                value=value,
                origin=origin,
                device=device,
                entered_at=clock.now(),
                corrects=(corrects or {}).get(measure),
                drawn=origin != "stream" or _is_drawn(row, measure),
            )
        )
        for measure, value in readings.items()
    ]
    raise_alarms(act, row, made)
    return made


DRAWN_EVERY = timedelta(seconds=10)  # of a monitor's readings in the chart; a matter of drawing, not of care


def _is_drawn(row: Visit, measure: Measure) -> bool:
    """Whether a monitor's reading stands in the chart: the first of each ten seconds does."""
    before = Observation.objects.filter(visit=row, measure=measure.value, origin="stream", drawn=True)
    last = before.order_by("-pk").values_list("entered_at", flat=True).first()
    return last is None or clock.now() - last >= DRAWN_EVERY


def raise_alarms(act: Act, row: Visit, made: list[Observation]) -> None:
    """One alarm per rule that is found, unless it stands already; then end those whose newest reading is inside."""
    state, limits = state_of(row), watch.thresholds(act.by)
    over = AlarmStep.objects.filter(visit=row, kind="over").values("alarm_id")
    standing = {a.rule: a for a in Alarm.objects.filter(visit=row).exclude(pk__in=over).order_by("pk")}
    for seen in made:
        for rule in watch.found_by(act.by, limits, Measure(seen.measure), seen.value, state):
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
        origin = "late" if watch.is_late(when, act.at) else "typed"
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


@act("wrote in the log", happened=True)
def record_event(act: Act, *, visit_id: int, kind: str, text: str) -> Done:
    """A word in the log, a rescue medicine, oxygen, a site check. Taken in any state."""
    check_has(act.by.roles, SEES_PEOPLE, "write in the log")
    row = row_of(act, visit_id)
    if kind not in ENTRY_KINDS:
        raise BadInput("Choose what kind of entry this is.", field="kind")
    if not text.strip():
        raise BadInput("Write what happened.", field="text")
    made = act.add(RoomEvent(**of_visit(act, row), kind=kind, text=vault.lock(row.person_id, text)))
    if kind in NEEDS_A_LOOK:
        incident(act, row, ENTRY_KINDS[kind], f"{ENTRY_KINDS[kind]}: {text}")
    changed(act, row, made)
    return act.done(made, "Kept.")


ENTRY_KINDS = {
    "note": "note",
    "therapist": "therapist",
    "setting": "music or setting",
    "site": "iv site",
    "adverse": "adverse event",
    "rescue": "rescue medicine",
    "oxygen": "oxygen",
}
NEEDS_A_LOOK = ("adverse", "rescue", "oxygen")


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
def disconnect_monitor(act: Act, *, visit_id: int) -> Done:
    """The probe is off and nothing more is expected of it: its silence is no alarm any more."""
    check_has(act.by.roles, AT_THE_CHAIR, "take a monitor off")
    row = row_of(act, visit_id)
    # A link without a device; the token nobody knows keeps the column unique.
    made = act.add(MonitorLink(**of_visit(act, row), device="", token_hash=secrets.token_hex(32)))
    silence.end_silence(act, row)
    changed(act, row, made)
    return act.done(made, "The monitor is off. Rounds are measured by hand.")
