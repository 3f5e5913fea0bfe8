"""What is already known of a person when they are screened, each with where it comes from. Gathered by the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from fenestra.care.measures import queries as measures
from fenestra.care.measures.rules import BASELINE, TestKind
from fenestra.care.measures.values import ResponseValue
from fenestra.care.people import diagnosis_queries, screening_queries
from fenestra.care.people import queries as people
from fenestra.care.people.rules import Substance
from fenestra.care.people.values import EpisodeValue, PersonValue
from fenestra.care.visit import queries as visits
from fenestra.care.visit.rules import Measure
from fenestra.ground.book import vault
from fenestra.ground.book.scope import Mask, Scope
from fenestra.science.quantities import plain

# How a substance of an episode is called among the facts of screening. The facts know no word for the others.
FACT_WORDS: Mapping[str, str] = {
    Substance.ALCOHOL: "alcohol",
    Substance.OPIOIDS: "opioid",
    Substance.COCAINE: "cocaine",
    Substance.NICOTINE: "tobacco",
    Substance.CANNABIS: "cannabis",
}
SEVERITIES = ("no disorder", "mild", "moderate", "severe")
# Totals of a form that are a fact of the same name.
TOTALS = ("ciwa_ar", "cows", "opioid_signs")
# What was so at an earlier screening and is asked again only for a change; all else is asked anew.
LASTING = (
    "aneurysmal_vascular_disease_any_site", "arteriovenous_malformation", "history_intracerebral_haemorrhage",
    "hypersensitivity_ketamine_or_esketamine", "psychosis_history", "cardiovascular_or_cerebrovascular_condition",
    "hypertensive_encephalopathy_history", "cognitive_impairment", "hepatic_moderate", "hepatic_severe",
    "earlier_detoxifications", "work_up_complete", "tests_done", "screens_done", "misuse_weighing_written",
    "misuse_monitoring_plan", "seeks_treatment",
)  # fmt: skip
AT_REST = {
    "systolic_mmhg": Measure.SYSTOLIC,
    "diastolic_mmhg": Measure.DIASTOLIC,
    "pulse_per_min": Measure.PULSE,
}


@dataclass(frozen=True)
class Known:
    """One fact that stands somewhere already: its value as the form takes it, and where it comes from."""

    value: Any
    said: str


def gathered(scope: Scope, mask: Mask, person: PersonValue, at: datetime) -> dict[str, Known]:
    """What the record knows, by fact. Later sources take the place of earlier ones."""
    with vault.keys_at_hand([person.id]):
        return _gathered(scope, mask, person, at)


def _gathered(scope: Scope, mask: Mask, person: PersonValue, at: datetime) -> dict[str, Known]:
    zone = scope.zone
    episodes = [each for each in people.episodes(scope, mask, person.id) if each.open]
    return {
        **_from_last_screening(scope, mask, person.id, zone),
        **_from_visits(scope, mask, person.id, zone),
        **_from_episodes(scope, mask, episodes),
        **_from_measures(scope, mask, person.id, at),
    }


def day_words(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%-d %b %Y}"


def _from_last_screening(scope: Scope, mask: Mask, person_id: int, zone: ZoneInfo) -> dict[str, Known]:
    last = screening_queries.latest_screening(scope, mask, person_id)
    if last is None or last.facts is None:
        return {}
    said = f"as screened on {day_words(last.at, zone)}: ask whether it is still so"
    found = {name: getattr(last.facts, name) for name in LASTING}
    return {name: Known(value, said) for name, value in found.items() if value is not None}


def _from_visits(scope: Scope, mask: Mask, person_id: int, zone: ZoneInfo) -> dict[str, Known]:
    """The last readings before a dose flowed, of the newest visit that has some."""
    for line in reversed(visits.visits_of(scope, mask, person_id)):
        newest = {r.measure: r for r in visits.readings_before_dose(scope, mask, line.id)}
        if all(measure in newest for measure in AT_REST.values()):
            return {
                name: Known(plain(newest[measure].value), f"before the dose of {day_words(newest[measure].at, zone)}")
                for name, measure in AT_REST.items()
            }
    return {}


def _from_episodes(scope: Scope, mask: Mask, episodes: list[EpisodeValue]) -> dict[str, Known]:
    if not episodes:
        return {}
    substances = {each for episode in episodes for each in episode.substances}
    known = {"substances": Known(tuple(FACT_WORDS[s] for s in FACT_WORDS if s in substances), "the open episode")}
    found = [one for episode in episodes for one in diagnosis_queries.diagnoses(scope, mask, episode.id)]
    if found and all(one.severity for one in found):
        worst = max(found, key=lambda one: SEVERITIES.index(one.severity))
        word = "none" if worst.severity == SEVERITIES[0] else worst.severity
        known["use_disorder_severity"] = Known(word, f"the eleven criteria, {worst.substance.value}")
    return known


def _from_measures(scope: Scope, mask: Mask, person_id: int, at: datetime) -> dict[str, Known]:
    """Weight, forms that meet a purpose, withdrawal scales of today, and a urine test of today."""
    today = scope.day_of(at)
    known: dict[str, Known] = {}
    for weight in measures.weights(scope, mask, person_id)[:1]:
        known["weight_kg"] = Known(plain(weight.kg), f"weighed on {weight.day:%-d %b %Y}")
    forms = measures.responses(scope, mask, person_id)
    purposes = {each.purpose: each.met_by for each in measures.purposes_open(scope, mask, person_id, at, forms)}
    met = tuple(each for each in BASELINE if purposes.get(each) is not None)
    if met:
        known["screens_done"] = Known(met, "forms on file: measures")
    if (suicide := _suicide_screen(purposes.get("suicide"))) is not None:
        known["suicide_screen_positive"] = suicide
    for name in TOTALS:
        newest = next((form for form in forms if form.instrument == name), None)
        if newest is not None and newest.day == today and newest.total is not None:
            known[name] = Known(plain(newest.total), "measured today")
    if any(test.kind == TestKind.URINE and test.day == today for test in measures.tests(scope, mask, person_id)):
        known["urine_drug_screen_done"] = Known(True, "taken today: measures")
    return known


def _suicide_screen(form: ResponseValue | None) -> Known | None:
    """Positive as soon as the form alerts; negative only when every answer on it is no. Else a human reads it."""
    if form is None:
        return None
    said = f"{form.instrument.replace('_', ' ').upper()} of {form.day:%-d %b %Y}"
    if form.alerts:
        return Known(True, said)
    return Known(False, said) if form.complete and all(answer == 0 for answer in form.answers.values()) else None
