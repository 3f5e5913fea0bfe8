"""What a person takes home after a dose: what it says, what it leaves out, and that hours come from the requirements."""

from __future__ import annotations

import dataclasses
import re

import pytest

from fenestra.care.people import queries as people
from fenestra.care.visit import actions, dose, sheet
from fenestra.care.visit.rules import VisitState, WrongState
from fenestra.ground.book.scope import OPEN
from fenestra.ground.clinic import queries as clinics
from fenestra.ground.papers.paper import Bullets, Heading, Notice, Pairs, Paper, Paragraph
from fenestra.science.protocols.requirements import Requirement, requirement
from tests.care.visit.day import NAME, Day

S = VisitState


def sheet_of(day: Day, visit_id: int) -> Paper:
    scope = day.scopes["nina"]
    person = people.person(scope, OPEN, day.person_id, at=day.at)
    clinic = clinics.clinic(scope, OPEN)
    return sheet.discharge_sheet(day.see(visit_id), person, clinic, ordered_by="Dana", at=day.at)


def words(paper: Paper) -> str:
    said: list[str] = [paper.title, paper.person]
    for block in paper.blocks:
        match block:
            case Heading(text) | Paragraph(text) | Notice(text):
                said.append(text)
            case Bullets(items):
                said += items
            case Pairs(columns, rows):
                said += [*columns, *(part for row in rows for part in row)]
    return "\n".join(said)


def test_it_says_what_was_given_when_and_by_whom_ordered(day: Day) -> None:
    text = words(sheet_of(day, day.visit(S.RECOVERING)))
    assert NAME in text
    assert "ketamine, 37 mg" in text
    assert "slowly into a vein, from 10:00 to 10:41" in text
    assert "Ordered by\nDana" in text
    assert "The dose went as planned." in text


def test_driving_waits_for_both_the_hours_and_a_night_of_sleep(day: Day) -> None:
    paper = sheet_of(day, day.visit(S.RECOVERING))
    notice = next(block.text for block in paper.blocks if isinstance(block, Notice))
    assert "before Saturday 21 November, 10:41" in notice
    assert "slept well for a night" in notice


def test_hours_count_from_leaving_also_when_printed_again_later(day: Day) -> None:
    visit = day.visit(S.DISCHARGED)
    first = words(sheet_of(day, visit))
    assert "Saturday 21 November, 11:41" in first
    day.later(minutes=600)
    assert words(sheet_of(day, visit)) == first


@pytest.mark.parametrize(
    ("rule", "key"),
    [("DIS-003", "no_drive_h"), ("DIS-004", "no_alcohol_drugs_h"), ("DIS-004", "no_decisions_h")],
)
def test_hours_are_those_of_the_requirement(day: Day, rule: str, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = requirement(rule)
    other = dataclasses.replace(asked, values={**asked.values, key: 30})
    monkeypatch.setattr(sheet, "requirement", lambda name: other if name == rule else requirement(name))
    assert "Saturday 21 November, 16:41" in words(sheet_of(day, day.visit(S.RECOVERING)))


@pytest.mark.parametrize("rule", ["DIS-003", "DIS-004", "CNS-001"])
def test_a_number_nobody_read_in_its_source_is_not_printed(
    day: Day, rule: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unread(name: str) -> Requirement:
        return dataclasses.replace(requirement(name), verified=name != rule and requirement(name).verified)

    visit = day.visit(S.RECOVERING)
    before = words(sheet_of(day, visit))
    monkeypatch.setattr(sheet, "requirement", unread)
    after = words(sheet_of(day, visit))
    assert len(after) < len(before)
    assert set(after.splitlines()) < set(before.splitlines())


def test_readings_at_the_start_the_highest_and_the_end(day: Day) -> None:
    visit = day.visit(S.INFUSING)
    day.later(minutes=20)
    day.round(visit, systolic=151, diastolic=92, pulse=88, spo2=97)
    day.later(minutes=21)
    day.do(dose.finish, visit_id=visit)
    day.round(visit, systolic=131, diastolic=80, pulse=74, spo2=99)
    text = words(sheet_of(day, visit))
    assert "Before the dose\n10:00: blood pressure 124/78, pulse 71, oxygen 98 %" in text
    assert "highest\n10:20: blood pressure 151/92, pulse 88, oxygen 97 %" in text
    assert "At the end\n10:41: blood pressure 131/80, pulse 74, oxygen 99 %" in text


def test_what_happened_is_told_in_plain_words_without_the_staffs_own(day: Day) -> None:
    visit = day.visit(S.INFUSING)
    day.later(minutes=5)
    day.do(actions.record_event, visit_id=visit, kind="rescue", text="ondansetron 4 mg, anxious about her husband")
    day.do(dose.stop, visit_id=visit, reason="vomiting")
    text = words(sheet_of(day, visit))
    assert "10:05: we gave you another medicine to help you." in text
    assert "10:05: we stopped the dose early." in text
    assert "husband" not in text


def test_a_day_with_an_alarm_is_not_called_as_planned(day: Day) -> None:
    visit = day.visit(S.INFUSING)
    day.later(minutes=20)
    day.round(visit, systolic=190, diastolic=100)
    day.later(minutes=21)
    day.do(dose.finish, visit_id=visit)
    text = words(sheet_of(day, visit))
    assert "10:20: one of your readings was outside its usual range." in text
    assert "as planned" not in text


def test_a_day_with_an_incident_alone_is_not_called_as_planned(day: Day) -> None:
    visit = day.visit(S.DISCHARGED)
    day.round(visit)  # after the visit was closed
    assert day.see(visit).incidents
    text = words(sheet_of(day, visit))
    assert "as planned" not in text and sheet.ASK_US in text


def test_crisis_and_clinic_numbers_stand_there_or_it_says_to_ask(day: Day) -> None:
    text = words(sheet_of(day, day.visit(S.RECOVERING)))
    assert "In a crisis, at any hour\n988" in text
    assert f"River\n{sheet.ASK}" in text


def test_it_says_off_label_and_promises_nothing(day: Day) -> None:
    text = words(sheet_of(day, day.visit(S.RECOVERING)))
    assert "not approved as a treatment for addiction" in text
    assert "Nobody has proved it" in text
    assert "naloxone" not in text.lower()
    assert not re.search(r"\b72\b", text)


def test_it_is_written_for_a_reading_age_of_about_twelve(day: Day) -> None:
    """Flesch and Kincaid's grade 7 is about age twelve; counted over the sentences, without tables."""
    paper = sheet_of(day, day.visit(S.RECOVERING))
    prose: list[str] = []
    for block in paper.blocks:
        match block:
            case Paragraph(text) | Notice(text):
                prose.append(text)
            case Bullets(items):
                prose += items
    assert grade(" ".join(prose)) <= 7


def grade(text: str) -> float:
    sentences = [part for part in text.replace("?", ".").split(". ") if part.strip()]
    found = [word for word in text.split() if any(letter.isalpha() for letter in word)]
    return 0.39 * len(found) / len(sentences) + 11.8 * sum(map(syllables, found)) / len(found) - 15.59


def syllables(word: str) -> int:
    letters = "".join(letter for letter in word.lower() if letter.isalpha()).removesuffix("e")
    starts = [now in "aeiouy" and before not in "aeiouy" for before, now in zip(" " + letters, letters, strict=False)]
    return max(1, sum(starts))


@pytest.mark.parametrize("state", [S.BOOKED, S.CONFIRMED, S.INFUSING, S.PAUSED, S.SENT_HOME])
def test_there_is_no_sheet_before_the_dose_is_over(day: Day, state: VisitState) -> None:
    visit = day.visit(state)
    assert not sheet.can_print(day.see(visit))
    with pytest.raises(WrongState):
        sheet_of(day, visit)


def test_an_injection_has_one_time(day: Day) -> None:
    text = words(sheet_of(day, day.visit(S.RECOVERING, route="im")))
    assert "one injection into a muscle, at 10:00" in text
