"""What a clinic that was just founded does next, until it is done; nothing for a clinic at work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from fenestra.care.inventory import queries as stock
from fenestra.care.inventory.stock import KEEPS_THE_BOOK
from fenestra.care.plan import calendar_queries as plan
from fenestra.faces.web.staff.clinic import rules as clinic_rules
from fenestra.ground.book.scope import Mask, Scope
from fenestra.ground.clinic import queries as clinics
from fenestra.ground.clinic.rules import HANDLES_MEDICINE, can


@dataclass(frozen=True)
class Step:
    """One thing to do before the first visit: the page that does it, who may, and whether it is done."""

    what: str
    words: str
    page: str
    done: bool


def steps(scope: Scope, mask: Mask, at: datetime) -> list[Step]:
    """The steps while one of them is open; none afterwards."""
    found = [_staff(scope, mask), _rules(scope, mask), _hours(scope, mask)]
    if not mask.hides("dose"):
        found += _medicine(scope, mask, at)
    return [] if all(step.done for step in found) else found


def _staff(scope: Scope, mask: Mask) -> Step:
    held = {role for one in clinics.staff(scope, mask) for role in one.roles}
    missing = [role for role in ("medical director", "nurse", "therapist") if role not in held]
    words = f"Nobody is {' or '.join(missing)} yet." if missing else "Director, nurse and therapist have accounts."
    return Step("Add staff", f"{words} The lead or the director makes accounts.", "clinic-staff", not missing)


def _rules(scope: Scope, mask: Mask) -> Step:
    open_rules = clinic_rules.waiting(scope, mask)
    words = f"{open_rules} presets are not in force." if open_rules else "Every preset was looked at and signed."
    return Step("Adopt rules", f"{words} The medical director signs each by name.", "clinic-rules", not open_rules)


def _hours(scope: Scope, mask: Mask) -> Step:
    there = any(chair.in_use for chair in plan.chairs(scope, mask)) and bool(plan.dosing_hours(scope, mask))
    words = "A plan needs a chair, hours for doses, and therapists' hours."
    return Step("Set chairs and hours", words, "calendar-hours", there)


def _medicine(scope: Scope, mask: Mask, at: datetime) -> list[Step]:
    known, held = bool(stock.products(scope, mask)), bool(stock.lots(scope, mask, at=at, in_stock=True))
    adds, receives = can(scope.roles, KEEPS_THE_BOOK), can(scope.roles, HANDLES_MEDICINE)
    page = "receive-medicine" if known and receives and not held else "medicine"
    return [
        Step(
            "Add a product", "A pharmacist or the medical director writes down what stands on the vial.",
            "new-product" if adds and not known else "medicine", known,
        ),
        Step("Receive medicine", "A nurse, a pharmacist or a physician takes the first lot into the safe.", page, held),
    ]  # fmt: skip
