"""Two clinics in one installation, each filled through the acts of the house until every address has something to show.

`fill("word")` gives a clinic in which that word stands in every text that a human can type. So whoever meets the word
has met something of that clinic; and who meets it with the name of a group of fields behind it has met that group.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from fenestra.care.checkins import actions as checkins
from fenestra.care.checkins import links
from fenestra.care.checkins import queries as told
from fenestra.care.checkins import rules as phone
from fenestra.care.inventory import stock
from fenestra.care.measures import actions as measures
from fenestra.care.measures import use
from fenestra.care.people import actions as people
from fenestra.care.people import consent, diagnosis, disclosure, emergency, screening
from fenestra.care.people.consent_texts import newest_text
from fenestra.care.people.rules import ConsentKind, Identity, SupporterIdentity
from fenestra.care.plan import actions as plan
from fenestra.care.therapy import actions as therapy
from fenestra.care.visit import actions as visits
from fenestra.care.visit import dose, going_home
from fenestra.care.visit.readings import connect_monitor
from fenestra.care.visit.syringe import confirm_dose
from fenestra.care.work import actions as work
from fenestra.faces.api.monitor import hash_of
from fenestra.ground.book.act import Done
from fenestra.ground.book.scope import OPEN, Scope
from fenestra.ground.clinic import intended_use
from fenestra.ground.clinic.actions import add_staff, adopt_rules, found_clinic, withdraw_adoption
from fenestra.ground.clinic.models import Factor
from fenestra.ground.clinic.queries import adoptions, scope_of
from fenestra.ground.clinic.rules import Role
from fenestra.science.protocols.regimens import content_hash, protocol
from fenestra.science.protocols.requirements import requirement
from tests.care.people.known import criteria, good_facts
from tests.care.visit.day import ADOPTED, MORNING, STAFF, Day
from tests.faces.signing_in import enrol

ZONE = "America/New_York"
IDENTITY, COUNSELLING = "mewho", "metold"  # behind the clinic's word: which group of fields a text belongs to
# 0.47 mg/kg of 74 kg: numbers that stand nowhere but where a dose does. And how the page names the predicted curve.
PER_KG, DOSE_WORDS, LEVEL_WORDS = "0.47", ("34.78", "34.8 mg", "0.47 mg"), ('"median"',)
EVERYBODY = {
    **STAFF, "stella": ("statistician",), "damon": ("data monitor",), "petra": ("privacy officer",),
    "gone": ("nurse",),
}  # fmt: skip
WHO_IS: dict[Role, str] = {Role(roles[0]): who for who, roles in reversed(EVERYBODY.items())}
BORN = date(1984, 4, 12)


def password(username: str) -> str:
    return f"password of {username}"


@dataclass
class Full(Day):
    """One clinic in full. `ids` are what its addresses are made of, by the name an address gives each number; `gone`
    are those of what is over: a closed episode, a person whose course ended, an ended medicine, a closed visit."""

    word: str = ""
    ids: dict[str, int] = field(default_factory=dict)
    gone: dict[str, int] = field(default_factory=dict)
    token: str = ""
    monitor: str = ""

    def username(self, who: str) -> str:
        return f"{who}.{self.word}"

    def make(self, verb: Callable[..., Done], who: str = "nina", **told: Any) -> int:
        return self.do(verb, who, **told).id or 0

    def says(self, words: str) -> str:
        return f"{words} {self.word}"

    @property
    def public(self) -> tuple[str, ...]:
        """What a clinic says of itself to anybody who looks for help."""
        return (f"House {self.word}", f"555 {self.word}", f"988 {self.word}", f"555%20{self.word}")

    def who(self, words: str) -> str:
        """Free text about a person, which who may not know a person may not read either."""
        return f"{words} {self.word}{IDENTITY}"

    def counsels(self, words: str) -> str:
        return f"{words} {self.word}{COUNSELLING}"


def fill(word: str, at: datetime = MORNING) -> Full:
    clinic_id = found_clinic(
        slug=word, name=f"House {word}", time_zone=ZONE, phone=f"555 {word}", crisis_line=f"988 {word}", made_up=True, at=at,
    )  # fmt: skip
    full = Full(clinic_id, at=at, word=word)
    _hire(full)
    _rules(full)
    _stock(full)
    full.person_id = full.ids["person_id"] = _person(full, 1)
    full.gone["person_id"] = _person(full, 2)
    for step in (
        _record,
        _consents,
        _course,
        _planned,
        _dosing,
        _measured,
        _counselled,
        _owed,
        _linked,
        _over,
        _factors,
    ):
        step(full)
    return full


def _hire(full: Full) -> None:
    for who, roles in EVERYBODY.items():
        made = add_staff(
            by=Scope(full.clinic_id, None), at=full.at, key=f"staff {who}", username=full.username(who),
            name=full.says(who.title()), password=password(full.username(who)), roles=roles, phone=f"1 {full.word}",
        )  # fmt: skip
        scope = scope_of(made.id or 0, full.clinic_id)
        assert scope
        full.scopes[who] = scope
    full.ids["staff_id"] = full.scopes["noel"].staff_id or 0


def _factors(full: Full) -> None:
    """Second factors of those whose role needs one."""
    for who in ("mira", "dana", "paula"):
        enrol(full, full.username(who))
    full.ids["factor_id"] = full.gone["factor_id"] = Factor.objects.filter(
        staff_id=full.scopes["dana"].staff_id
    ).values_list("pk", flat=True)[0]


def _rules(full: Full) -> None:
    """What the director signs, one of it taken back; and a protocol of the clinic's own."""
    sign = password(full.username("mira"))
    for rule in ADOPTED:
        signed = {rule: dict(requirement(rule).values)}
        full.make(adopt_rules, "mira", rules_signed=signed, meaning=full.says("holds"), password=sign)
    signed = {intended_use.FEEDS: intended_use.content()}
    full.make(adopt_rules, "mira", rules_signed=signed, meaning=full.says("read"), password=sign)
    ended = next(each for each in adoptions(full.scopes["mira"], OPEN) if each.rule == "DIS-002")
    full.make(withdraw_adoption, "mira", adoption_id=ended.id, reason=full.says("no more"), password=sign)


def _stock(full: Full) -> None:
    """A product and a lot; then a line of each kind that carries words."""
    product = full.make(
        stock.add_product, "paula", name=full.says("Ketamine"), form=full.says("vial"), strength_mg_per_ml=Decimal(50),
        container_ml=Decimal(20),
    )  # fmt: skip
    full.lot_id = full.ids["lot_id"] = full.make(
        stock.receive, "paula", product_id=product, lot_number=f"K-{full.word}", expires_on=date(2027, 6, 30),
        containers=10, supplier_name=full.says("Supply"), supplier_address=full.says("Quay"),
        registration_number=f"R {full.word}", invoice=f"I {full.word}", event_date=full.at.date(),
    )  # fmt: skip
    full.make(stock.blind_count, "nina", lot_id=full.lot_id, containers=10, opened_ml=Decimal(0))
    full.ids["line_id"] = full.make(
        stock.adjust, "paula", lot_id=full.lot_id, change_mg=Decimal(-5), reason=full.says("broken"),
        password=password(full.username("paula")),
    )  # fmt: skip
    full.make(
        stock.destroy, "paula", lot_id=full.lot_id, mg=Decimal(5), manner=full.says("burnt"), event_date=full.at.date(),
        witness_username=full.username("nina"), witness_password=password(full.username("nina")),
        second_witness_username=full.username("noel"), second_witness_password=password(full.username("noel")),
    )  # fmt: skip
    extra = full.make(stock.overfill_gain, "nina", lot_id=full.lot_id, mg=Decimal(1), reason=full.says("more"))
    full.gone["line_id"] = extra
    full.make(stock.reverse, "nina", line_id=extra, reason=full.says("wrong line"))


def _person(full: Full, number: int) -> int:
    identity = Identity(full.who("Marta"), BORN, full.who("Street"), full.who("555"), full.who("penicillin"))
    return full.make(people.register_person, code=f"{full.word}-{number}", identity=identity, sex="female")


def _record(full: Full) -> None:
    person = full.person_id
    full.make(people.refer, "cora", person_id=person, source="physician", words=full.who("letter"))
    kept = {"person_id": person, "kind": "other", "name": full.who("sertraline"), "words": full.who("50 mg")}
    full.ids["medicine_id"] = full.make(diagnosis.keep_medicine, "dana", **kept)
    full.gone["medicine_id"] = full.make(diagnosis.keep_medicine, "dana", **kept)
    full.make(diagnosis.end_medicine, "dana", medicine_id=full.gone["medicine_id"], words=full.who("tired"))
    full.ids["screening_id"] = full.make(screening.keep_screening, "cora", person_id=person, facts=good_facts())
    full.gone["screening_id"] = full.ids["screening_id"]


def _sign(full: Full, kind: ConsentKind, **more: Any) -> int:
    text = newest_text(kind)
    return full.make(
        consent.sign_consent, "cora", person_id=full.person_id, kind=kind.value, text_version=text.version,
        text_hash=text.text_hash, signed_name=full.who("Marta"), **more,
    )  # fmt: skip


def _consents(full: Full) -> None:
    _sign(full, ConsentKind.TREATMENT)
    _sign(full, ConsentKind.CHECK_INS)
    named = {
        "recipient": full.who("Jo"), "purpose": full.says("to come along"), "scope": ("appointments",),
        "expires_at": full.at + timedelta(days=90),
    }  # fmt: skip
    full.ids["consent_id"] = let = _sign(full, ConsentKind.SUPPORTER, **named)
    full.gone["consent_id"] = _sign(full, ConsentKind.RECORDS, **named)
    full.make(consent.withdraw_consent, "cora", consent_id=full.gone["consent_id"], reason=full.who("changed mind"))
    who = SupporterIdentity(full.who("Jo"), full.who("sister"), full.who("555"))
    door = {"person_id": full.person_id, "identity": who, "scope": ("appointments",), "consent_id": let}
    full.ids["supporter_id"] = full.make(consent.let_in, "cora", **door)
    full.gone["supporter_id"] = full.make(consent.let_in, "cora", **door)
    full.make(consent.end_supporter, "cora", supporter_id=full.gone["supporter_id"])
    goes = {"person_id": full.person_id, "basis": "to_the_person", "information": ("visits",)}
    for ids in (full.ids, full.gone):
        ids["disclosure_id"] = full.make(disclosure.disclose, "nina", **goes, what=full.says("a sheet"))
    full.make(disclosure.stop, "nina", disclosure_id=full.gone["disclosure_id"], reason=full.who("no more"))
    told_to = {"person_id": full.person_id, "personnel": full.who("Dr Hale"), "nature": full.who("overdose")}
    full.ids["emergency_id"] = full.gone["emergency_id"] = full.make(
        emergency.disclose_in_emergency, "nina", **told_to, information=("visits",), what=full.says("told by telephone")
    )


def _course(full: Full) -> None:
    full.ids["episode_id"] = full.episode()
    full.make(diagnosis.diagnose, "dana", episode_id=full.ids["episode_id"], substance="alcohol", criteria=criteria(6))
    full.make(
        screening.decide_screening, "dana", screening_id=full.ids["screening_id"], decision="fit",
        reason=full.who("well"),
    )  # fmt: skip


def _at(full: Full, days: int, hour: int) -> datetime:
    here = full.at.astimezone(ZoneInfo(ZONE)) + timedelta(days=days)
    return datetime.combine(here.date(), time(hour), here.tzinfo)


def _planned(full: Full) -> None:
    """Chairs, hours, a plan under way with its words, and one appointment of each fate."""
    chair = full.make(plan.add_chair, "cora", name=f"B {full.word}"[:20])
    theo = full.scopes["theo"].staff_id or 0
    for weekday in range(7):
        full.make(plan.set_dosing_hours, "cora", weekday=weekday, from_time=time(8), until_time=time(18))
        full.make(plan.set_hours, "cora", staff_id=theo, weekday=weekday, from_time=time(8), until_time=time(18))
    version = protocol("grabski_2022")
    full.ids["plan"] = full.make(
        plan.make_plan, "dana", episode_id=full.ids["episode_id"], protocol=version.id,
        protocol_hash=content_hash(version), dose_days=tuple(_at(full, days, 9) for days in (4, 11, 18)),
        chair_ids=(chair,) * 3, reason=full.who("as the trial"),
    )  # fmt: skip
    full.make(plan.intend, "theo", person_id=full.person_id, words=full.counsels("to sleep"))
    review = {"plan_id": full.ids["plan"], "before_dose": 2, "go_on": True, "reason": full.who("still craves")}
    full.make(plan.review_course, "dana", **review)
    hour = {"person_id": full.person_id, "kind": "therapy", "minutes": 60, "staff_id": theo}
    full.ids["appointment_id"] = full.make(
        plan.book_appointment, "cora", starts_at=_at(full, 2, 9), outside_because=full.who("travels"), **hour
    )
    full.gone["appointment_id"] = full.make(plan.book_appointment, "cora", starts_at=_at(full, 2, 11), **hour)
    full.make(plan.cancel_appointment, "cora", appointment_id=full.gone["appointment_id"], reason=full.who("ill"))


def _dosing(full: Full) -> None:
    """A visit that runs, with a word of everything said at a chair, and one that is closed."""
    full.gone["visit_id"] = _visit(full, dose_number=1)
    full.make(going_home.left_early, visit_id=full.gone["visit_id"], reason=full.who("walked out"))
    full.ids["visit_id"] = _visit(full, dose_number=2)
    full.monitor = f"token of {full.word}"
    full.make(connect_monitor, visit_id=full.ids["visit_id"], device=full.says("bed"), token_hash=hash_of(full.monitor))
    full.round(full.ids["visit_id"], systolic=220, diastolic=120, pulse=90, spo2=80)


def _visit(full: Full, *, dose_number: int) -> int:
    visit = full.make(
        visits.book_visit, episode_id=full.ids["episode_id"], day=full.at.date(), due_at=full.at,
        chair=f"B {full.word}"[:20], dose_number=dose_number, route="iv",
    )  # fmt: skip
    full.arrive(visit)
    full.check(visit, escort_name=full.who("Jo"), escort_phone=full.who("555"), transport=full.who("car"))
    full.order(visit, PER_KG, reason=full.who("as planned"))
    full.do(
        confirm_dose, visit_id=visit, lot_id=full.lot_id, drawn_ml=Decimal(1), final_ml=Decimal(50),
        diluent=full.says("saline"), read_back_mg=full.see(visit).order.dose_mg,
        second_username=full.username("noel"), second_password=password(full.username("noel")),
    )  # fmt: skip
    full.start(visit)
    full.later(minutes=5)
    full.make(dose.pause, visit_id=visit, reason=full.who("a rest"))
    full.make(dose.resume, visit_id=visit, reason=full.who("goes on"))
    full.make(visits.record_event, visit_id=visit, kind="rescue", text=full.who("ondansetron"))
    full.make(visits.record_event, "theo", visit_id=visit, kind="therapist", text=full.who("a candle"))
    return visit


def _measured(full: Full) -> None:
    person, today = full.person_id, full.at.date()
    first = full.make(
        measures.answer, person_id=person, instrument="phq9", answers={f"i{n}": 1 for n in range(1, 10)}, day=today,
        source="staff",
    )  # fmt: skip
    full.gone["response_id"] = first
    full.ids["response_id"] = full.make(
        measures.answer, person_id=person, instrument="phq9", answers={f"i{n}": 2 for n in range(1, 10)}, day=today,
        source="staff", corrects=first, reason=full.who("misread"),
    )  # fmt: skip
    for days, name in ((2, "row_id"), (3, "gone")):
        told_day = {
            "day": today - timedelta(days=days),
            "substance": "alcohol",
            "used": True,
            "amount": Decimal(3),
            "unit": "drinks",
        }
        made = full.make(use.record_use_days, person_id=person, days=(told_day,), source="person")
        full.ids[name if name == "row_id" else "wrong_row"] = made
    full.gone["row_id"] = full.ids.pop("wrong_row")
    full.make(use.correct_use_day, use_day_id=full.gone["row_id"], used=False, reason=full.who("was sober"))
    weight = full.make(measures.weigh, person_id=person, kg=Decimal("74"), day=today)
    full.make(measures.weigh, person_id=person, kg=Decimal("75"), day=today, corrects=weight, reason=full.who("shoes"))
    sample = {"person_id": person, "kind": "urine", "substance": "alcohol", "day": today, "positive": False}
    tested = full.make(measures.record_test, **sample, value=Decimal(1), unit=full.word[:20])
    full.make(measures.record_test, **{**sample, "positive": True}, corrects=tested, reason=full.who("swapped"))


def _counselled(full: Full) -> None:
    person = full.person_id
    full.ids["trigger_id"] = full.make(
        therapy.add_trigger, "theo", person_id=person, cue=full.counsels("pub"), plan=full.counsels("walk")
    )
    full.gone["trigger_id"] = full.make(
        therapy.add_trigger, "theo", person_id=person, cue=full.counsels("pay"), plan=full.counsels("call")
    )
    full.make(therapy.end_trigger, "theo", trigger_id=full.gone["trigger_id"])
    held = {
        "therapist_id": full.scopes["theo"].staff_id, "began_at": full.at - timedelta(hours=2), "minutes": 50,
        "modality": "motivational enhancement", "people": ({"person_id": person, "came": True},),
    }  # fmt: skip
    full.gone["hour_id"] = full.make(therapy.record_hour, "theo", **held, notes={person: full.counsels("note")})
    full.make(
        therapy.write_note, "theo", hour_id=full.gone["hour_id"], person_id=person, words=full.counsels("second note")
    )
    again = {name: held[name] for name in ("began_at", "minutes", "modality")}
    full.ids["hour_id"] = full.make(therapy.correct_hour, "theo", hour_id=full.gone["hour_id"], **again)


def _owed(full: Full) -> None:
    for name, about in (("ids", "today"), ("gone", "yesterday")):
        getattr(full, name)["item_id"] = full.make(
            work.open_item, kind="other", about=f"access:{about}", level="high", owner_role="nurse",
            person_id=full.person_id, words=full.who("call them"),
        )  # fmt: skip
    full.make(work.note, item_id=full.ids["item_id"], words=full.who("no answer"))
    full.make(work.finish, item_id=full.gone["item_id"], words=full.who("reached"))
    nina = full.scopes["nina"].staff_id
    for name, days in (("ids", 1), ("gone", 2)):
        getattr(full, name)["cover_id"] = full.make(
            work.declare_cover, "lena", staff_id=nina, starts_at=_at(full, days, 9), ends_at=_at(full, days, 17)
        )
    full.make(work.take_back_cover, "lena", cover_id=full.gone["cover_id"])
    full.make(work.declare_answer_time, "lena", level="high", minutes=30, then_role="lead")


def _linked(full: Full) -> None:
    person = full.person_id
    for name in ("gone", "ids"):
        token = links.new_token()
        getattr(full, name)["link_id"] = full.make(
            checkins.make_link, "cora", person_id=person, kind="own_page", token_hash=links.hash_of(token),
            expires_at=full.at + timedelta(days=30),
        )  # fmt: skip
        full.token = token
    full.make(checkins.end_link, "cora", link_id=full.gone["link_id"], reason=full.word)
    own = told.link_of(full.token, at=full.at)
    raw = {"told_id": f"told {full.word}"[:40], "said_at": full.at.isoformat(), "offset_min": -300, "used": "no"}
    sent = asdict(phone.read_told(raw, sent_at=full.at, received_at=full.at))
    checkins.send(person_id=person, link_id=own.id, told=(sent,), by=own.scope, at=full.at, key=f"sent {full.word}")
    checkins.keep_words(person_id=person, words=full.who("I can"), by=own.scope, at=full.at, key=f"kept {full.word}")


def _over(full: Full) -> None:
    """A second person whose course is over."""
    over = full.gone["episode_id"] = full.episode(full.gone["person_id"])
    full.make(people.close_episode, "dana", episode_id=over, because="moved_away")
