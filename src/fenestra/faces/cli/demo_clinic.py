"""A made-up clinic before anybody comes: its team, rules, stock, chairs, hours, cover and answer times."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from fenestra.care.inventory import queries as inventory
from fenestra.care.inventory import stock
from fenestra.care.people.confidentiality import write_report_contact
from fenestra.care.plan import actions as plan
from fenestra.care.work import actions as work
from fenestra.faces.cli.demo_maker import Maker
from fenestra.faces.cli.demo_people import LONGEST_AGO_DAYS
from fenestra.faces.cli.demo_plan import CHAIRS, THERAPISTS
from fenestra.ground.book.scope import OPEN
from fenestra.ground.clinic import actions as clinics
from fenestra.ground.clinic import factors, intended_use, totp
from fenestra.ground.clinic import queries as clinic_queries
from fenestra.ground.clinic.presence import now_s
from fenestra.ground.clinic.rules import Role, needs_second_factor
from fenestra.science.protocols.presets import presets_to_adopt

OPENED_BEFORE = timedelta(days=LONGEST_AGO_DAYS + 75)
WEEKDAYS = range(5)


@dataclass(frozen=True)
class Hand:
    """A made-up member of staff."""

    user: str
    name: str
    roles: tuple[Role, ...]


TEAM = (
    Hand("director", "Ruth Abara", (Role.MEDICAL_DIRECTOR, Role.PHYSICIAN)),
    Hand("physician", "Jonas Lund", (Role.PHYSICIAN,)),
    Hand("nurse", "Inderjit Kaur", (Role.NURSE,)),
    Hand("nurse2", "Paul Dean", (Role.NURSE,)),
    Hand("therapist", "Rika Sato", (Role.THERAPIST,)),
    Hand("therapist2", "Amadou Keita", (Role.THERAPIST,)),
    Hand("pharmacist", "Sofia Ito", (Role.PHARMACIST,)),
    Hand("coordinator", "Ben Okafor", (Role.COORDINATOR,)),
    Hand("lead", "Elena Duarte", (Role.LEAD,)),
    Hand("statistician", "Tom Varga", (Role.STATISTICIAN,)),
    Hand("rater", "Mei Chandra", (Role.RATER,)),
    Hand("datamonitor", "Anders Bello", (Role.DATA_MONITOR,)),
    Hand("privacy", "Mina Holt", (Role.PRIVACY_OFFICER,)),
    Hand("auditor", "Carl Weiss", (Role.AUDITOR,)),
)


def found(slug: str, name: str, zone: str, now: datetime, *, suffix: str) -> Maker:
    """A clinic with everybody and everything a first person needs."""
    opened = now - OPENED_BEFORE
    clinic_id = clinics.found_clinic(
        slug=slug, name=name, time_zone=zone, phone="555 0100", crisis_line="988", made_up=True, at=opened
    )
    maker = Maker(slug, clinic_id, now, ZoneInfo(zone))
    for hand in TEAM:
        _hire(maker, hand, opened, suffix)
    _adopt(maker, opened)
    _stock(maker, opened)
    _places_and_hours(maker, opened)
    _cover(maker)
    maker.do(write_report_contact, "director", opened, words="A made-up office for confidentiality, 555 0177")
    return maker


def _hire(maker: Maker, hand: Hand, at: datetime, suffix: str) -> None:
    user, password = f"{hand.user}{suffix}", secrets.token_urlsafe(9)
    made = maker.do(
        clinics.add_staff, "", at, username=user, name=hand.name, password=password,
        roles=tuple(role.value for role in hand.roles), phone="4411",
    )  # fmt: skip
    scope = clinic_queries.scope_of(made.id or 0, maker.clinic_id)
    assert scope is not None
    maker.scopes[hand.user], maker.passwords[hand.user] = scope, password
    maker.logins.append({"clinic": maker.slug, "role": hand.roles[0].value, "user": user, "password": password})


def enrol(maker: Maker) -> None:
    """An authenticator app for everybody whose role needs a second factor; its secret stands beside their password.
    Done when all is signed: what the made-up director signs over fourteen months would need hundreds of codes."""
    for hand in TEAM:
        if needs_second_factor(frozenset(hand.roles)):
            app_secret = totp.fresh_secret()
            code = totp.code(app_secret, totp.step_at(now_s()) - totp.DRIFT_STEPS)  # the newer ones are left to sign in
            maker.do(
                factors.add_app, hand.user, maker.now, label="Made-up telephone", app_secret=app_secret, code=code,
                recovery=factors.fresh_recovery_codes(),
            )  # fmt: skip
            login = next(one for one in maker.logins if one["user"] == maker.user(hand.user))
            login["totp"] = app_secret


def _adopt(maker: Maker, at: datetime) -> None:
    """The demo's director signs every preset that waits for a signature, and accepts monitor feeds."""
    signed = {each.requirement.id: each.content() for each in presets_to_adopt()}
    signed |= {intended_use.FEEDS: intended_use.content()}
    maker.do(
        clinics.adopt_rules, "director", at, rules_signed=signed,
        meaning="I adopt these rules for our clinic", password=maker.passwords["director"],
    )  # fmt: skip


def _stock(maker: Maker, at: datetime) -> None:
    product = maker.do(
        stock.add_product, "pharmacist", at, name="Ketamine 50 mg/mL", form="vial",
        strength_mg_per_ml=Decimal(50), container_ml=Decimal(10),
    )  # fmt: skip
    maker.do(
        stock.receive, "pharmacist", at, product_id=product.id, lot_number=f"MADE-UP-{maker.slug[:3].upper()}-1",
        expires_on=(maker.now + timedelta(days=400)).date(), containers=80, supplier_name="Made-up Supplies",
        supplier_address="1 Nowhere Road", registration_number="XX0000000", invoice="MADE-UP-1",
        event_date=maker.day_of(at),
    )  # fmt: skip
    maker.lot_id = inventory.lots(maker.scopes["pharmacist"], OPEN, at=at)[0].id


def _places_and_hours(maker: Maker, at: datetime) -> None:
    for chair in CHAIRS:
        maker.chairs[chair] = maker.do(plan.add_chair, "coordinator", at, name=chair).id or 0
    for weekday in WEEKDAYS:
        maker.do(plan.set_dosing_hours, "coordinator", at, weekday=weekday, from_time=time(8), until_time=time(17))
        for who in THERAPISTS:
            maker.do(
                plan.set_hours, "coordinator", at, staff_id=maker.staff_id(who), weekday=weekday, from_time=time(9),
                until_time=time(17),
            )  # fmt: skip


def _cover(maker: Maker) -> None:
    """Two physicians in turn for the next weeks, and how soon what is raised is taken."""
    at = maker.now - timedelta(hours=2)
    for level, minutes in (("high", 30), ("medium", 2 * 24 * 60), ("low", 5 * 24 * 60)):
        maker.do(work.declare_answer_time, "director", at, level=level, minutes=minutes, then_role="medical director")
    starts = maker.moment(maker.day_of(at), 0)
    for week, who in enumerate(("physician", "director", "physician", "director")):
        since = starts + timedelta(days=7 * week)
        maker.do(
            work.declare_cover, "director", at, staff_id=maker.staff_id(who), starts_at=since,
            ends_at=since + timedelta(days=7),
        )  # fmt: skip
