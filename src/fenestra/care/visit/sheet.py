"""The discharge sheet: what was given today, how the person was, and what to do until tomorrow, in plain words.

Pure: values in, a `Paper` out. Written for a reading age of about twelve. Hours come from the requirements; one that
nobody has read in its source is not printed for a person, and its line is left out. The words beside the hours are
this project's own.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from fenestra.care.people.queries import PersonValue
from fenestra.care.visit.rules import DOSING, Mark, Measure, Route, VisitState, WrongState
from fenestra.care.visit.values import ReadingValue, VisitValue, counting
from fenestra.ground.clinic.queries import ClinicValue
from fenestra.ground.papers.paper import Block, Bullets, Heading, Notice, Pairs, Paper, Paragraph
from fenestra.science.protocols.requirements import Requirement, requirement
from fenestra.science.quantities import plain

ASK = "not written down here: ask before you leave"
NOT_MEASURED = "not measured"

# What to look out for, by the known risk that consent names (CNS-001).
WATCH_FOR = {
    "respiratory_depression": "It is hard to breathe, or somebody cannot wake you.",
    "blood_pressure": "You have chest pain, or a very bad headache.",
    "psychiatric_events": "You see or hear things that others do not, or you feel very afraid or not yourself.",
    "lower_urinary_tract": "It hurts to pass water, or you have to go much more often than before.",
    "abuse_misuse": "You strongly want to take ketamine again, or you take it anywhere else.",
}


def check_can_print(visit: VisitValue) -> None:
    """Refuse a sheet for a day without a dose, or while the dose still works."""
    if visit.started_at is None:
        raise WrongState("No dose was given in this visit, so there is no discharge sheet.")
    if visit.ended_at is None or visit.state in DOSING:
        raise WrongState("The dose is not over yet. Print the discharge sheet when the person is recovering.")


def can_print(visit: VisitValue) -> bool:
    """Whether there is a discharge sheet to print now."""
    return visit.ended_at is not None and visit.state not in DOSING


def discharge_sheet(
    visit: VisitValue, person: PersonValue, clinic: ClinicValue, *, ordered_by: str, at: datetime
) -> Paper:
    """The sheet a person takes home. Hours count from leaving, or from now while they have not left."""
    check_can_print(visit)
    left = visit.leaving.left_at if visit.leaving else at
    return Paper(
        title="After your dose today",
        language="en",
        clinic=clinic.name,
        person=f"{person.name}, {person.code}",
        time_zone=clinic.time_zone,
        blocks=(
            *_after_care(left, clinic),
            *_help(clinic),
            *_given(visit, clinic, ordered_by),
            *_readings(visit, clinic),
            *_what_happened(visit, clinic),
            *_about_ketamine(),
        ),
    )


# ---- until tomorrow


def read_in_source(*requirements: Requirement) -> tuple[Requirement, ...]:
    """Those that somebody has read in their source; nothing else is printed for a person."""
    return tuple(each for each in requirements if each.verified)


def _after_care(left: datetime, clinic: ClinicValue) -> list[Block]:
    lines: list[str] = []
    for rule in read_in_source(requirement("DIS-004")):
        lines += [
            f"No alcohol, cannabis or other drugs for {rule.whole('no_alcohol_drugs_h')} hours, "
            f"until {_until(left, rule.whole('no_alcohol_drugs_h'), clinic)}.",
            f"Do not sign papers or make big decisions for {rule.whole('no_decisions_h')} hours, "
            f"until {_until(left, rule.whole('no_decisions_h'), clinic)}.",
            f"No opioid pain medicine and no calming or sleeping tablets (benzodiazepines) for "
            f"{rule.whole('no_opioid_benzo_h')} hours, until {_until(left, rule.whole('no_opioid_benzo_h'), clinic)}, "
            "unless your prescriber told you to take them.",
        ]
    return [Heading("Until tomorrow"), *_driving(left, clinic), Bullets((*lines, "Stay with an adult you trust."))]


def _driving(left: datetime, clinic: ClinicValue) -> list[Block]:
    """Both rules at once, because the stricter is printed: so many hours, and a night's sleep."""
    return [
        Notice(
            f"Do not drive, cycle or use machines before {_until(left, rule.whole('no_drive_h'), clinic)}. "
            "Also wait until you have slept well for a night. If you still feel strange then, wait longer."
        )
        for rule in read_in_source(requirement("DIS-003"))
    ]


def _help(clinic: ClinicValue) -> list[Block]:
    signs = tuple(WATCH_FOR[risk] for rule in read_in_source(requirement("CNS-001")) for risk in rule.words("risks"))
    return [
        Heading("Get help when"),
        Bullets((*signs, "You think about hurting or killing yourself.")),
        Paragraph("In danger, call the emergency number at once. Do not wait, and do not drive there yourself."),
        Pairs(
            ("Who", "Number"),
            (("In a crisis, at any hour", clinic.crisis_line or ASK), (clinic.name, clinic.phone or ASK)),
        ),
    ]


# ---- today


def _given(visit: VisitValue, clinic: ClinicValue, ordered_by: str) -> list[Block]:
    end = visit.ended_at
    assert end is not None and visit.started_at is not None
    rows = [("Medicine", f"ketamine, {plain(visit.given_mg(end))} mg")]
    if visit.route is Route.IV:
        times = f"from {_clock(visit.started_at, clinic)} to {_clock(end, clinic)}"
        rows.append(("How", f"slowly into a vein, {times}"))
    else:
        rows.append(("How", f"one injection into a muscle, at {_clock(end, clinic)}"))
    rows += [("Day", f"{visit.day:%A, %-d %B %Y}"), ("Dose number", str(visit.dose_number)), ("Ordered by", ordered_by)]
    return [Heading("What you were given"), Pairs(("What", "Today"), tuple(rows))]


def _readings(visit: VisitValue, clinic: ClinicValue) -> list[Block]:
    """At the start, at the highest pressure, at the end."""
    kept = counting(visit.readings)
    pressures = [seen for seen in kept if seen.measure is Measure.SYSTOLIC]
    start = visit.baseline(Measure.SYSTOLIC)
    highest = max(pressures, key=lambda seen: seen.value, default=None)
    rows = (
        ("Before the dose", _reading(start, kept, clinic)),
        ("When your blood pressure was highest", _reading(highest, kept, clinic)),
        ("At the end", _reading(pressures[-1] if pressures else None, kept, clinic)),
    )
    return [Heading("Your readings"), Pairs(("When", "What we measured"), rows)]


def _reading(pressure: ReadingValue | None, kept: Iterable[ReadingValue], clinic: ClinicValue) -> str:
    """Pressure with what was measured in the same round; what was not measured is not there."""
    if pressure is None:
        return NOT_MEASURED
    found = {seen.measure: plain(seen.value) for seen in kept if seen.act_id == pressure.act_id}
    found[Measure.SYSTOLIC] = plain(pressure.value)
    parts = [f"blood pressure {found[Measure.SYSTOLIC]}/{found.get(Measure.DIASTOLIC, NOT_MEASURED)}"]
    if Measure.PULSE in found:
        parts.append(f"pulse {found[Measure.PULSE]}")
    if Measure.SPO2 in found:
        parts.append(f"oxygen {found[Measure.SPO2]} %")
    return f"{_clock(pressure.moment, clinic)}: {', '.join(parts)}"


PLAIN_MARKS = {
    Mark.PAUSE: "we paused the dose",
    Mark.RESUME: "we went on with the dose",
    Mark.RATE: "we changed how fast it ran",
    Mark.STOP: "we stopped the dose early",
}
PLAIN_ENTRIES = {
    "rescue": "we gave you another medicine to help you",
    "oxygen": "we gave you oxygen",
    "adverse": "you felt unwell, and we looked after you",
}
OUTSIDE = "one of your readings was outside its usual range"
ASK_US = "Ask us if you want to know more about today."


def _what_happened(visit: VisitValue, clinic: ClinicValue) -> list[Block]:
    """In plain words; what the staff wrote down in theirs stays in the record, and the person may ask for it."""
    told = [(change.at, PLAIN_MARKS[change.kind]) for change in visit.changes if change.kind in PLAIN_MARKS]
    told += [(entry.at, PLAIN_ENTRIES[entry.kind]) for entry in visit.entries if entry.kind in PLAIN_ENTRIES]
    told += [
        (step.at, "we treated what came after the injection") for step in visit.steps if step.state is VisitState.TREATING
    ]  # fmt: skip
    if visit.state is VisitState.LEFT_EARLY:
        told.append((visit.steps[-1].at, "you left before our checks were done; please call us"))
    told += [(alarm.since, OUTSIDE) for alarm in visit.alarms if alarm.measure]
    lines = tuple(f"{_clock(when, clinic)}: {what}." for when, what in sorted(set(told)))
    calm = Paragraph(
        ASK_US if visit.incidents else "The dose went as planned. We wrote down nothing out of the ordinary."
    )
    return [Heading("What happened"), Bullets((*lines, ASK_US)) if lines else calm]


def _about_ketamine() -> list[Block]:
    return [
        Heading("Good to know"),
        Paragraph(
            "Ketamine is not approved as a treatment for addiction. Your prescriber ordered it all the same. "
            "This is called off-label use. Ask us about it at any time."
        ),
        Paragraph(
            "Some people think that the brain learns more easily for some days after a dose. Nobody has proved it. "
            "We plan your therapy with this in mind. It is no promise that it will help."
        ),
    ]


# ---- times


def _clock(at: datetime, clinic: ClinicValue) -> str:
    return f"{at.astimezone(ZoneInfo(clinic.time_zone)):%H:%M}"


def _until(left: datetime, hours: int, clinic: ClinicValue) -> str:
    """Elapsed hours later, in the clinic's time."""
    return f"{(left + timedelta(hours=hours)).astimezone(ZoneInfo(clinic.time_zone)):%A %-d %B, %H:%M}"
