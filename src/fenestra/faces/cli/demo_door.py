"""A made-up person on the way in: referral, screening and decision, consents, baseline, the eleven criteria."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from fenestra.care.measures import actions as measures
from fenestra.care.people import actions as people
from fenestra.care.people import consent, diagnosis
from fenestra.care.people.consent_texts import newest_text
from fenestra.care.people.criteria import eleven
from fenestra.care.people.rules import ConsentKind, SupporterIdentity
from fenestra.care.work import owed
from fenestra.faces.cli import demo_scales
from fenestra.faces.cli.demo_maker import Maker
from fenestra.faces.cli.demo_people import UNTREATED, Way, Who
from fenestra.science.protocols.facts import FactKind, load_facts

SOURCES = ("addiction service", "physician", "self", "hospital", "self", "family")
WORDS = (
    "Asks whether this could help after two programmes.", "Referred with a letter; detoxified last month.",
    "Read about it and wants to know more.", "",
)  # fmt: skip
NOT_NOW = ({"psychosis_history": True}, {"systolic_mmhg": "178", "diastolic_mmhg": "108"}, {"pregnancy": True})
KNOWN: dict[str, Any] = {
    "use_disorder_severity": "severe", "seeks_treatment": True, "detoxified": True, "work_up_complete": True,
    "tests_done": ["ecg", "renal_function", "liver_function", "stop_bang"],
    "screens_done": ["suicide", "alcohol", "drugs", "mood", "anxiety"], "misuse_weighing_written": True,
    "misuse_monitoring_plan": True, "medicine_classes": [], "breath_alcohol_percent": "0",
    "urine_drug_screen_done": True,
}  # fmt: skip
SHARED = ("appointments", "worries")
BASELINE_DAYS = 28


@dataclass(frozen=True)
class Let:
    """A made-up person who is in: their ids."""

    person_id: int
    episode_id: int = 0
    check_ins_consent_id: int = 0
    treatment_consent_id: int = 0


def come_in(maker: Maker, who: Who) -> Let:
    """As far as this person comes before there is a plan."""
    chance = who.draws("door")
    first = maker.moment(who.began, 10)
    referred = maker.before(first - timedelta(days=0 if who.way in UNTREATED else chance.randrange(28, 46)))
    made = maker.do(people.register_person, "coordinator", referred, code=who.code, identity=who.identity, sex=who.sex)
    person_id = made.id or 0
    source, words = chance.choice(SOURCES), chance.choice(WORDS)
    maker.do(people.refer, "coordinator", referred, person_id=person_id, source=source, words=words)
    if who.way is Way.REFERRED:
        return Let(person_id)
    screened = maker.before(referred + timedelta(days=1 if who.way in UNTREATED else 5, hours=1))
    screen(maker, who, person_id, screened)
    if who.way in (Way.SCREENING, Way.NOT_NOW, Way.DECLINED):
        return Let(person_id)
    return _agree(maker, who, person_id, maker.before(screened + timedelta(days=3)))


def screen(maker: Maker, who: Who, person_id: int, at: datetime) -> None:
    """Facts, the verdict of the rules, and a prescriber's decision; or an item of work while nobody has decided."""
    facts = facts_of(who)
    kept = maker.do(owed.keep_screening, "physician", at, person_id=person_id, facts=facts)
    if who.way is Way.SCREENING:
        return
    fit = who.way is not Way.NOT_NOW
    reason = (
        "Seen and examined; the gains may outweigh the risks." if fit else "Not safe now; referred on, and seen again."
    )
    maker.do(
        owed.decide_screening, "physician", at + timedelta(hours=1), screening_id=kept.id,
        decision="fit" if fit else "not_now", reason=reason,
    )  # fmt: skip


def facts_of(who: Who) -> dict[str, Any]:
    """Everything known and nothing against a dose, unless this person's way says so."""
    chance = who.draws("facts")
    facts = {fact.id: False for fact in load_facts() if fact.kind is FactKind.YES_NO} | KNOWN
    facts |= {
        "substances": [who.substance], "hours_since_last_use": str(chance.randrange(30, 120)),
        "earlier_detoxifications": str(chance.randrange(0, 7)), "bdi_ii": str(chance.randrange(8, 27)),
        "weight_kg": str(who.weight_kg), "systolic_mmhg": str(chance.randrange(112, 138)),
        "diastolic_mmhg": str(chance.randrange(66, 86)), "pulse_per_min": str(chance.randrange(58, 88)),
    }  # fmt: skip
    if who.substance == "alcohol":
        facts["ciwa_ar"] = str(chance.randrange(0, 6))
    if who.way is Way.NOT_NOW:
        facts |= NOT_NOW[who.number % len(NOT_NOW)]
    if who.way is Way.SCREENING:
        facts |= {"work_up_complete": None, "tests_done": ["ecg"]}
    return facts


def _agree(maker: Maker, who: Who, person_id: int, at: datetime) -> Let:
    treatment = sign(maker, who, person_id, ConsentKind.TREATMENT, at)
    check_ins = sign(maker, who, person_id, ConsentKind.CHECK_INS, at)
    if who.number % 4 == 0:
        _supporter(maker, who, person_id, at)
    episode = maker.do(
        people.open_episode, "physician", at, person_id=person_id, substances=(who.substance,), goal=who.goal,
        protocol="", protocol_hash="", doses=0,
    )  # fmt: skip
    _baseline(maker, who, person_id, episode.id or 0, maker.before(at + timedelta(days=1)))
    return Let(person_id, episode.id or 0, check_ins, treatment)


def sign(maker: Maker, who: Who, person_id: int, kind: ConsentKind, at: datetime, **more: Any) -> int:
    text = newest_text(kind)
    done = maker.do(
        consent.sign_consent, "coordinator", at, person_id=person_id, kind=kind.value, text_version=text.version,
        text_hash=text.text_hash, signed_name=who.identity.name, clear_headed=True, **more,
    )  # fmt: skip
    return done.id or 0


def _supporter(maker: Maker, who: Who, person_id: int, at: datetime) -> None:
    name = f"Jo {who.identity.name.split()[-1]}"
    consent_id = sign(
        maker, who, person_id, ConsentKind.SUPPORTER, at, scope=SHARED, recipient=name,
        purpose="to come along after a dose",
    )  # fmt: skip
    maker.do(
        consent.let_in, "coordinator", at, person_id=person_id, identity=SupporterIdentity(name=name), scope=SHARED,
        consent_id=consent_id,
    )  # fmt: skip


def _baseline(maker: Maker, who: Who, person_id: int, episode_id: int, at: datetime) -> None:
    """Forms for each purpose, weight, a test, the last four weeks of use, the criteria, medicines that go on."""
    chance = who.draws("baseline")
    demo_scales.baseline(maker, who, person_id, at)
    maker.do(measures.weigh, "nurse", at, person_id=person_id, kg=who.weight_kg, day=maker.day_of(at))
    used = [chance.random() < 0.8 for _ in range(BASELINE_DAYS)]
    days = tuple(
        {"day": maker.day_of(at - timedelta(days=BASELINE_DAYS - place)), "substance": who.substance, "used": each}
        for place, each in enumerate(used)
    )
    maker.do(measures.record_use_days, "nurse", at, person_id=person_id, days=days, source="staff")
    if who.substance == "cocaine":
        maker.do(
            measures.record_test, "nurse", at, person_id=person_id, kind="urine", substance="cocaine", positive=True,
            day=maker.day_of(at),
        )  # fmt: skip
    present = chance.randrange(5, 11)
    criteria = {item.id: place < present for place, item in enumerate(eleven().items)}
    maker.do(diagnosis.diagnose, "physician", at, episode_id=episode_id, substance=who.substance, criteria=criteria)
    if who.substance == "alcohol" and who.number % 3 == 0:
        maker.do(
            diagnosis.keep_medicine, "physician", at, person_id=person_id, kind="anti_craving",
            name="naltrexone 50 mg", words="each morning",
        )  # fmt: skip
