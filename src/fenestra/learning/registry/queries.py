"""What became of a clinic's people under one endpoint, beside what was published under the same one.

The same few questions to the database for any number of people. Nothing that comes out of here names anybody: neither a
name nor a code, only numbers of people and days since their start.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from fenestra.care.measures import queries as measures
from fenestra.care.measures.said import days_said_of_many
from fenestra.care.people import queries as people
from fenestra.care.people.rules import Substance
from fenestra.care.people.values import EpisodeValue, PersonValue
from fenestra.care.visit import day_queries as visits
from fenestra.ground.book.scope import Mask, Scope
from fenestra.learning.registry import rules
from fenestra.learning.registry.extract import Known, person_record
from fenestra.learning.registry.rules import Course, CourseEnded, LeftOut
from fenestra.science.evidence.library import load_evidence
from fenestra.science.outcomes.beside import BesidePublished, beside_published
from fenestra.science.outcomes.days import PersonRecord
from fenestra.science.outcomes.endpoints import MissingRule
from fenestra.science.outcomes.presets import Preset, preset

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Records:
    """Everybody of a clinic with this substance and a first dose, ready to be counted, and who or what is not in it.

    `masked`: people the asker may not see, who would have been counted. `not_dosed`: people with a course for the substance
    and no dose yet, from whose start nothing can be counted. `first_from` and `first_to` are the days of the earliest and
    the latest first dose, None for nobody.
    """

    preset: Preset
    substance: Substance
    people: tuple[PersonRecord, ...]
    asked_until: date
    first_from: date | None
    first_to: date | None
    masked: int
    not_dosed: int
    left_out: tuple[tuple[LeftOut, int], ...]


@dataclass(frozen=True)
class ClinicOutcome:
    """The clinic's own numbers under both missing rules, the published ones, and the sentence that belongs between them."""

    records: Records
    beside: BesidePublished

    @property
    def preset(self) -> Preset:
        """The endpoint, under the missing rule its number is stated in."""
        return self.beside.endpoint


def clinic_outcome(
    scope: Scope, mask: Mask, preset_id: str, substance: Substance, *, at: datetime, stated: MissingRule | None = None
) -> ClinicOutcome:
    """One endpoint counted in this clinic's people. `stated` is the rule the number is first stated under, the endpoint's
    own when not given; the other rule's number always comes with it."""
    endpoint = preset(preset_id)
    if stated is not None:
        endpoint = endpoint.under(stated)
    found = records(scope, mask, endpoint, substance, at=at)
    beside = beside_published(
        found.people, endpoint, load_evidence(), asked_until=found.asked_until, substance=rules.in_evidence(substance)
    )
    return ClinicOutcome(found, beside)


def records(scope: Scope, mask: Mask, endpoint: Preset, substance: Substance, *, at: datetime) -> Records:
    """The record of everybody of this clinic whose first dose for this substance has ended by `at`.

    Rows are taken as they stand now, corrections in force; `at` says which day it is, not what was known then. By which
    rules a record is made stands in `rules`: day 0, the end of a follow-up, `asked_until`, what is left out.
    """
    rules.check_may_read(scope.roles)
    rules.check_substance(endpoint, substance)
    nameless = Mask(mask.fields | {"identity", "counselling"})
    clinic = _Clinic(scope, nameless, substance, at)
    seen = {person_id: day for person_id, day in clinic.first_doses.items() if person_id not in mask.people}
    made = [person_record(each) for each in _known(clinic, endpoint, seen)]
    left_out = sum((each for _, each in made), Counter[LeftOut]())
    return Records(
        preset=endpoint,
        substance=substance,
        people=tuple(record for record, _ in made),
        asked_until=rules.asked_until(clinic.today),
        first_from=min(seen.values(), default=None),
        first_to=max(seen.values(), default=None),
        masked=len(clinic.first_doses) - len(seen),
        not_dosed=len(clinic.courses.keys() - clinic.first_doses.keys() - mask.people),
        left_out=tuple((each, left_out[each]) for each in LeftOut if left_out[each]),
    )


class _Clinic:
    """Who of a clinic has this substance, and since when they are followed, in three questions."""

    def __init__(self, scope: Scope, mask: Mask, substance: Substance, at: datetime) -> None:
        self.scope, self.mask, self.substance, self.at = scope, mask, substance, at
        self.today = scope.day_of(at)
        self.people: dict[int, PersonValue] = {each.id: each for each in people.people(scope, mask, at=at)}
        self.courses = _courses(people.episodes_of_many(scope, mask, self.people), substance)
        self.first_doses = self._first_doses()

    def _first_doses(self) -> dict[int, date]:
        """The clinic day on which each person's first dose within a course for the substance ended."""
        wanted = {each.id for courses in self.courses.values() for each in courses}
        found: dict[int, date] = {}
        for dose in visits.doses_ended(self.scope, self.mask, since=BEGINNING, until=self.at):
            if dose.episode_id in wanted:
                found.setdefault(dose.person_id, self.scope.day_of(dose.ended_at))
        return found

    def ended(self, person_ids: Iterable[int]) -> dict[int, CourseEnded | None]:
        signed = people.consents_of_many(self.scope, self.mask, person_ids)
        return {
            person_id: rules.ended(
                [Course(each.opened_at, each.closed_at, each.closed_because) for each in self.courses[person_id]],
                consents,
                at=self.at,
                zone=self.scope.time_zone,
            )
            for person_id, consents in signed.items()
        }


def _known(clinic: _Clinic, endpoint: Preset, first_doses: Mapping[int, date]) -> list[Known]:
    """What is known of these people, in the order of their first doses; the number a person gets here says nothing else."""
    told = days_said_of_many(clinic.scope, clinic.mask, first_doses, clinic.substance.value)
    tests = measures.tests_of_many(clinic.scope, clinic.mask, first_doses, clinic.substance.value)
    ended = clinic.ended(first_doses)
    in_order = sorted(first_doses, key=lambda each: (first_doses[each], each))
    return [
        Known(
            person=str(number),
            sex=clinic.people[person_id].sex,
            is_alcohol=clinic.substance is Substance.ALCOHOL,
            start=rules.starts_on(endpoint, first_doses[person_id]),
            ended=ended[person_id],
            told=told[person_id],
            tests=tests[person_id],
        )
        for number, person_id in enumerate(in_order, 1)
    ]


def _courses(
    episodes: Mapping[int, tuple[EpisodeValue, ...]], substance: Substance
) -> dict[int, tuple[EpisodeValue, ...]]:
    """The courses for this substance of everybody who has one."""
    found: dict[int, list[EpisodeValue]] = defaultdict(list)
    for person_id, courses in episodes.items():
        for course in courses:
            if substance.value in course.substances:
                found[person_id].append(course)
    return {person_id: tuple(courses) for person_id, courses in found.items()}
