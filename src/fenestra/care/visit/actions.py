"""Verbs of the dosing day. Each is one act: rows, ledger line, audit line and event in one transaction.

Orders and starts are refused with a sentence when a rule says no. What happened is taken in any state, whatever
limit, second person or list stands against it: marked with what it went beyond, and an incident.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from fenestra.care.people import actions as people
from fenestra.care.people.models import Episode
from fenestra.care.people.rules import MOST_DOSES, NoSuchPerson, chosen
from fenestra.care.plan import queries as plan
from fenestra.care.plan.actions import owe_review_of_episode
from fenestra.care.visit import course, facts, leaving, lists, ordering, rules, watch
from fenestra.care.visit.lists import Phase
from fenestra.care.visit.models import Decision, Order, RoomEvent, Visit
from fenestra.care.visit.readings import observe
from fenestra.care.visit.rows import NAMES_SOMEBODY, changed, incident, keep_answers, of_visit, row_of, step, visit_of
from fenestra.care.visit.rules import Measure, VisitState
from fenestra.care.work import actions as work
from fenestra.care.work.rules import ON_COVER, ItemKind, Level
from fenestra.ground.book import vault
from fenestra.ground.book.act import Act, Done, act
from fenestra.ground.book.scope import OPEN
from fenestra.ground.clinic.rules import AT_THE_CHAIR, PRESCRIBERS, SEES_PEOPLE, check_has
from fenestra.science.errors import BadInput, Refused
from fenestra.science.quantities import Kilograms, check_dosing_weight, plain


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
    if not (stops := plan.course_stops(act.by, OPEN, episode.pk, dose_number)):
        return act.done(row, "The visit is booked.")
    owe_review_of_episode(act, episode, before_dose=dose_number, due_at=due_at)
    return act.done(row, f"The visit is booked. {stops}")


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
    if left := leaving.unreconciled(act.by, value):
        raise rules.ListNotDone(left)
    return act.done(step(act, row, VisitState.SENT_HOME, reason=reason), "Sent home, no dose today.")


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
    if thoughts := lists.thoughts_of_suicide(kept):
        # The chair is not the only one who must know: the person may be sent home, and somebody owes them an answer.
        work.open_item(
            kind=ItemKind.SUICIDE_ALERT.value, about=f"visit:{row.pk}", level=Level.HIGH.value, owner_role=ON_COVER,
            person_id=value.person_id, words=f"Asked on arrival. {thoughts}", by=act.by, at=act.at,
        )  # fmt: skip
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
    course.check_goes_on(act, value)
    ordered = ordering.order_of(act.by, value, mg_per_kg=mg_per_kg, dosing_weight_kg=dosing_weight_kg, minutes=minutes)
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
