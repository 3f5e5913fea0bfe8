"""A clinic with a safe: two nurses, a pharmacist, a therapist, and one lot of ten 20 mL vials at 50 mg/mL."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from fenestra.care.inventory import actions, stock
from fenestra.ground.book.act import Done
from fenestra.ground.book.scope import OPEN, Scope
from fenestra.ground.clinic.actions import add_staff, found_clinic
from fenestra.ground.clinic.queries import scope_of

MORNING = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)  # ten o'clock in New York
TODAY = date(2026, 11, 20)
STAFF = {
    "nadia": "nurse",
    "noah": "nurse",
    "paula": "pharmacist",
    "theo": "therapist",
    "mira": "medical director",
    "rafi": "rater",
}
KEYS = itertools.count(1)


@dataclass
class Safe:
    """The clinic under test. `do` runs an act as a human of it, with a fresh key unless one is given."""

    clinic_id: int
    scopes: dict[str, Scope] = field(default_factory=dict)
    at: datetime = MORNING
    product_id: int = 0
    lot_id: int = 0

    def do(self, verb: Callable[..., Done], who: str = "nadia", *, key: str = "", **told: Any) -> Done:
        return verb(by=self.scopes[who], at=self.at, key=key or f"key {next(KEYS)}", **told)

    def receive(self, *, product_id: int = 0, **other: Any) -> int:
        told: dict[str, Any] = {
            "lot_number": "K-101",
            "expires_on": date(2027, 6, 30),
            "containers": 10,
            "supplier_name": "Harbour Medical Supply",
            "supplier_address": "1 Quay Street",
            "registration_number": "RX0000001",
            "invoice": "INV-7",
            "event_date": TODAY,
        }
        lot_id = self.do(stock.receive, "paula", product_id=product_id or self.product_id, **{**told, **other}).id
        assert lot_id
        return lot_id

    def count(self, who: str = "nadia", *, lot_id: int = 0, containers: int = 10, opened_ml: str = "0") -> Done:
        opened = Decimal(opened_ml)
        return self.do(stock.blind_count, who, lot_id=lot_id or self.lot_id, containers=containers, opened_ml=opened)

    def draw(self, mg: str, volume_ml: str = "50", who: str = "nadia", **other: Any) -> int:
        told: dict[str, Any] = {"lot_id": self.lot_id, "route": "iv", "diluent": "sodium chloride 0.9 %", "visit_id": 7}
        drawn = self.do(actions.draw, who, mg=Decimal(mg), volume_ml=Decimal(volume_ml), **{**told, **other})
        assert drawn.id
        return drawn.id

    def give(self, draw_id: int | None, mg: str, **other: Any) -> Done:
        told: dict[str, Any] = {"visit_id": 7, "person_id": None, "given_by": self.scopes["nadia"].staff_id}
        return self.do(actions.give, draw_id=draw_id, mg=Decimal(mg), **{**told, **other})

    def waste(self, draw_id: int, mg: str, who: str = "nadia", *, witness: str = "noah", password: str = "") -> Done:
        return self.do(
            actions.waste,
            who,
            draw_id=draw_id,
            mg=Decimal(mg),
            method="into the deactivation container",
            witness_username=witness,
            witness_password=password or f"password of {witness}",
        )

    def see(self, query: Callable[..., Any], *args: Any, **told: Any) -> Any:
        return query(self.scopes["nadia"], OPEN, *args, **told)


def furnish() -> Safe:
    """Found the clinic, its humans, one product and one lot."""
    number = next(KEYS)
    safe = Safe(
        found_clinic(
            slug=f"harbour-{number}",
            name="Harbour",
            time_zone="America/New_York",
            phone="",
            crisis_line="",
            made_up=True,
            at=MORNING,
        )
    )
    for name, role in STAFF.items():
        made = add_staff(
            username=name,
            name=name.title(),
            password=f"password of {name}",
            roles=(role,),
            by=Scope(safe.clinic_id, None),
            at=MORNING,
            key=f"staff {name}",
        )
        scope = scope_of(made.id or 0, safe.clinic_id)
        assert scope
        safe.scopes[name] = scope
    product = safe.do(
        stock.add_product,
        "paula",
        name="Ketamine 50 mg/mL",
        form="vial for injection",
        strength_mg_per_ml=Decimal(50),
        container_ml=Decimal(20),
    )
    safe.product_id = product.id or 0
    safe.lot_id = safe.receive()
    return safe


@pytest.fixture
def quick_passwords(settings: Any) -> None:
    """The real hash is slow on purpose; these tests check hundreds of passwords."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def safe(db: None, quick_passwords: None) -> Safe:
    return furnish()


@pytest.fixture
def counted(safe: Safe) -> Safe:
    """The same clinic after its start-of-day count."""
    safe.count()
    return safe
