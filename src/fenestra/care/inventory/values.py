"""What the controlled-drug ledger hands to pages: frozen values, amounts exact. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from fenestra.care.inventory.rules import Account, DrawFacts, LineKind


@dataclass(frozen=True)
class ProductValue:
    id: int
    name: str
    form: str
    drug: str
    schedule: str
    strength_mg_per_ml: Decimal
    container_ml: Decimal
    version: int


@dataclass(frozen=True)
class LotName:
    """A lot without its balance: what somebody who counts blind may see."""

    id: int
    product_id: int
    product: str
    number: str
    expires_on: date
    counted_today: bool


@dataclass(frozen=True)
class LotValue:
    """A lot with what the book has of it in stock."""

    id: int
    product_id: int
    product: str
    strength_mg_per_ml: Decimal
    number: str
    expires_on: date
    expired: bool
    counted_today: bool
    on_hand_mg: Decimal
    on_hand_ml: Decimal
    drug: str


@dataclass(frozen=True)
class DrawValue:
    """One prepared syringe or bag and what became of it."""

    id: int
    lot_id: int
    lot_number: str
    product: str
    visit_id: int | None
    person_id: int | None
    route: str
    diluent: str
    volume_ml: Decimal
    final_mg_per_ml: Decimal
    prepared_by_id: int
    checked_by_id: int | None
    at: datetime
    facts: DrawFacts

    @property
    def left_mg(self) -> Decimal:
        return self.facts.left_mg


@dataclass(frozen=True)
class LineValue:
    """One movement, with the day it happened and the moment it was typed."""

    id: int
    kind: LineKind
    lot_id: int | None
    lot_number: str
    draw_id: int | None
    source: Account
    target: Account
    mg: Decimal
    ml: Decimal | None
    event_date: date
    at: datetime
    written_at: datetime
    by_id: int | None
    visit_id: int | None
    person_id: int | None
    given_by_id: int | None
    witness_ids: tuple[int, ...]
    manner: str
    reason: str
    unreconciled: bool
    reverses_id: int | None


@dataclass(frozen=True)
class CountValue:
    """A blind count beside the book as it stood then."""

    id: int
    lot_id: int
    containers: int
    opened_ml: Decimal
    counted_mg: Decimal
    book_mg: Decimal
    clinic_day: date
    at: datetime
    by_id: int

    @property
    def variance_mg(self) -> Decimal:
        """Counted less book; below zero when something is missing."""
        return self.counted_mg - self.book_mg
