"""What is known of a person who may be treated, and what is signed: the least that the rooms above stand on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from fenestra.care.people import consent
from fenestra.care.people.consent_texts import newest_text
from fenestra.care.people.criteria import eleven
from fenestra.care.people.rules import ConsentKind
from fenestra.science.protocols.facts import FactKind, load_facts

if TYPE_CHECKING:
    from tests.care.visit.day import Day

# The answers by which nothing speaks against a dose. Every other question of yes or no is answered with no.
GOOD: Mapping[str, Any] = {
    "substances": ["alcohol"],
    "use_disorder_severity": "severe",
    "seeks_treatment": True,
    "detoxified": True,
    "hours_since_last_use": "72",
    "earlier_detoxifications": "2",
    "bdi_ii": "11",
    "work_up_complete": True,
    "tests_done": ["ecg", "renal_function", "liver_function", "stop_bang"],
    "screens_done": ["suicide", "alcohol", "drugs", "mood", "anxiety"],
    "weight_kg": "72.5",
    "systolic_mmhg": "124",
    "diastolic_mmhg": "78",
    "pulse_per_min": "71",
    "misuse_weighing_written": True,
    "misuse_monitoring_plan": True,
    "medicine_classes": [],
    "breath_alcohol_percent": "0",
    "urine_drug_screen_done": True,
    "ciwa_ar": "3",
}


def good_facts(**other: Any) -> dict[str, Any]:
    """Everything known, nothing against a dose; facts given by name take the place of these, None for not known."""
    answers = {fact.id: False for fact in load_facts() if fact.kind is FactKind.YES_NO}
    return {**answers, **GOOD, **other}


def criteria(present: int, *, unknown: int = 0) -> dict[str, bool | None]:
    """The eleven criteria with the first ones present, the last ones not known, and the rest absent."""
    ids = [item.id for item in eleven().items]
    last = len(ids) - unknown
    return {each: None if place >= last else place < present for place, each in enumerate(ids)}


def sign(day: Day, of: ConsentKind = ConsentKind.TREATMENT, *, who: str = "cora", **other: Any) -> int:
    """The person signs today's text of this kind, beside the coordinator."""
    text = newest_text(of)
    told: dict[str, Any] = {
        "person_id": day.person_id,
        "kind": of.value,
        "text_version": text.version,
        "text_hash": text.text_hash,
        "signed_name": "Marta Ellison",
    }
    return day.do(consent.sign_consent, who, **{**told, **other}).id or 0


def sign_for_supporter(day: Day, *scope: str, **other: Any) -> int:
    """The person lets a named supporter learn these things for ninety days."""
    told: dict[str, Any] = {
        "scope": scope,
        "recipient": "Jo Ellison, sister",
        "purpose": "to come along after a dose",
        "expires_at": day.at + timedelta(days=90),
    }
    return sign(day, ConsentKind.SUPPORTER, **{**told, **other})
