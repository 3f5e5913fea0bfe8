"""What may move in the controlled-drug ledger, and between which accounts. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from fenestra.science.errors import BadInput, NotHere, Refused
from fenestra.science.protocols.orders import Route
from fenestra.science.quantities import plain

MG_STEP = Decimal("0.001")
ML_STEP = Decimal("0.01")  # CSR-006: software_resolution_ml
NOTHING = Decimal(0)


class LineKind(StrEnum):
    """The events of the ledger (CSR-012). A blind count moves nothing and so is no line."""

    RECEIVE = "receive"
    DRAW = "draw"
    GIVE = "give"
    WASTE = "waste"
    OVERFILL_GAIN = "overfill_gain"
    RESIDUE_LOSS = "residue_loss"
    RETURN = "return"
    DESTROY = "destroy"
    TRANSFER = "transfer"
    ADJUST = "adjust"
    REVERSE = "reverse"


class Account(StrEnum):
    """Where milligrams are, or went. Only stock and drawn are in the house; neither is ever below zero."""

    STOCK = "stock"  # in the safe, per lot
    DRAWN = "drawn"  # in one prepared syringe or bag
    SUPPLIER = "supplier"
    GIVEN = "given"
    WASTED = "wasted"
    DESTROYED = "destroyed"
    TRANSFERRED = "transferred"
    OVERFILL = "overfill"  # what vials held beyond their label
    RESIDUE = "residue"  # what stayed in the line and could not be recovered
    VARIANCE = "variance"  # what a count found or missed, once adjusted
    UNCOVERED = "uncovered"  # given, though the book did not have it: somebody owes an explanation


IN_THE_HOUSE = (Account.STOCK, Account.DRAWN)


class NoSuchRow(NotHere):
    """Not a product, lot, draw or line of this clinic."""


class DosesHidden(Refused):
    """The asker's role does not see doses."""


class NotEnough(Refused):
    """The balance would fall below zero."""


class Expired(Refused):
    """The lot is past its date."""


class NotCounted(Refused):
    """The start-of-day count is missing."""


class Undiluted(Refused):
    """The strong solution may not go into a vein as it is."""


class WitnessRefused(Refused):
    """The second person is missing, is not another, or is not who they say."""


class NotReconciled(Refused):
    """What was drawn is not accounted for."""


class AlreadyReversed(Refused):
    """The line was taken back before."""


@dataclass(frozen=True)
class LotFacts:
    """A lot as a draw meets it."""

    number: str
    expires_on: date
    strength_mg_per_ml: Decimal
    on_hand_mg: Decimal
    counted_today: bool


@dataclass(frozen=True)
class Preparation:
    """A syringe or bag about to be prepared: milligrams from the lot, made up to a volume."""

    mg: Decimal
    volume_ml: Decimal
    diluent: str
    route: Route

    @property
    def final_mg_per_ml(self) -> Decimal:
        """Milligrams in one millilitre of what is given, to 0.001."""
        return (self.mg / self.volume_ml).quantize(MG_STEP, ROUND_HALF_UP)


@dataclass(frozen=True)
class DrawFacts:
    """One prepared dose, reversals already taken off. `given_mg` is the truth; `uncovered_mg` is the part of it that
    the syringe cannot have held by the book."""

    drawn_mg: Decimal = NOTHING
    given_mg: Decimal = NOTHING
    wasted_mg: Decimal = NOTHING
    returned_mg: Decimal = NOTHING
    residue_mg: Decimal = NOTHING
    uncovered_mg: Decimal = NOTHING

    @property
    def left_mg(self) -> Decimal:
        """What is still in the syringe or bag by the book; never below zero."""
        gone = self.wasted_mg + self.returned_mg + self.residue_mg
        return self.drawn_mg - (self.given_mg - self.uncovered_mg) - gone


def ml_of(mg: Decimal, mg_per_ml: Decimal) -> Decimal:
    """Volume that holds these milligrams, to 0.01 mL."""
    return (mg / mg_per_ml).quantize(ML_STEP, ROUND_HALF_UP)


def rounded_mg(mg: Decimal) -> Decimal:
    """Milligrams at the ledger's resolution of 0.001 mg, half up: what a pump reports may have more digits."""
    if not mg.is_finite():
        raise BadInput("The amount is not a number. Write milligrams, for example 35.5.", field="mg")
    return mg.quantize(MG_STEP, ROUND_HALF_UP)


def recorded_mg(mg: Decimal) -> Decimal:
    """What is written of a dose given, to 0.001 mg: a trace above zero is written as 0.001, never as nothing."""
    rounded = max(rounded_mg(mg), MG_STEP) if mg.is_finite() and mg > 0 else mg
    check_amount(rounded)
    return rounded


def check_amount(mg: Decimal, *, field: str = "mg", step: Decimal = MG_STEP, unit: str = "mg") -> None:
    """Refuse what is not an amount above zero in whole steps of the ledger."""
    if not mg.is_finite() or mg <= 0:
        raise BadInput(f"Write an amount above zero in {unit}, for example 35.5.", field=field)
    if mg != mg.quantize(step):
        raise BadInput(f"The ledger keeps steps of {plain(step)} {unit}. Round the amount to that.", field=field)


def check_words(text: str, what: str, *, field: str) -> None:
    """Refuse an empty text where the record must say something."""
    if not text.strip():
        raise BadInput(f"Write {what}; the record must hold it.", field=field)


def check_event_date(event_date: date, *, today: date) -> None:
    """The real day of a receipt, transfer or destruction may be past, never to come (CSR-011)."""
    if event_date > today:
        raise BadInput("The date lies in the future. Write the day on which it really happened.", field="event_date")


def check_covers(available_mg: Decimal, mg: Decimal, where: str) -> None:
    """No account of the house falls below zero."""
    if mg > available_mg:
        raise NotEnough(
            f"The book has {plain(available_mg)} mg {where} and this takes {plain(mg)} mg. "
            "Check the amount; if the safe holds more than the book, count it and let a pharmacist adjust the book."
        )


def check_preparation(made: Preparation, *, strength_mg_per_ml: Decimal, never_undiluted_mg_per_ml: Decimal) -> None:
    """The volume fits the milligrams, a diluent is named when there is one, and strong solution is diluted for a
    vein (DOS-003)."""
    check_amount(made.mg)
    check_amount(made.volume_ml, field="volume_ml", step=ML_STEP, unit="mL")
    if not made.final_mg_per_ml:
        raise BadInput("That is less than 0.001 mg in a millilitre. Check milligrams and volume.", field="volume_ml")
    neat_ml = ml_of(made.mg, strength_mg_per_ml)
    if made.volume_ml < neat_ml:
        raise BadInput(
            f"{plain(made.mg)} mg of this lot are {plain(neat_ml)} mL already, more than {plain(made.volume_ml)} mL. "
            "Write the volume after dilution.",
            field="volume_ml",
        )
    undiluted = made.volume_ml == neat_ml
    if not undiluted and not made.diluent.strip():
        raise BadInput("The volume is larger than what comes from the vial. Name the diluent.", field="diluent")
    if undiluted and made.route is Route.IV and strength_mg_per_ml >= never_undiluted_mg_per_ml:
        raise Undiluted(
            f"{plain(strength_mg_per_ml)} mg/mL never goes into a vein undiluted. "
            "Dilute it, then write the diluent and the volume after dilution."
        )


def check_can_draw(lot: LotFacts, mg: Decimal, *, today: date) -> None:
    """A draw needs a lot in date, counted today, that holds enough."""
    if lot.expires_on < today:
        raise Expired(
            f"Lot {lot.number} expired on {lot.expires_on.isoformat()}. Take another lot, and set this one aside to destroy."
        )
    if not lot.counted_today:
        raise NotCounted(f"Lot {lot.number} has not been counted today. Count it before the first draw of the day.")
    check_covers(lot.on_hand_mg, mg, f"of lot {lot.number} in stock")


def check_can_return(diluent: str) -> None:
    """Only what was never diluted can go back to its vial."""
    if diluent.strip():
        raise Refused(
            "Diluted medicine cannot go back into stock. Waste it with a witness; "
            "if nothing was really drawn, reverse the draw."
        )


def count_in_words(lot_number: str, counted_mg: Decimal, book_mg: Decimal) -> str:
    """What a count found, said once it is written down."""
    counted = f"Lot {lot_number}: {plain(counted_mg)} mg counted"
    if counted_mg == book_mg:
        return f"{counted}, and the book agrees."
    word = "more" if counted_mg > book_mg else "less"
    return (
        f"{counted}, {plain(abs(counted_mg - book_mg))} mg {word} than the book's {plain(book_mg)} mg. "
        "Count once more with a colleague; if it stays, a pharmacist or the medical director adjusts the book and "
        "looks into it."
    )


def check_other_than(witness_id: int, involved: set[int | None]) -> None:
    """A witness is a second person: not the one who writes, drew or gave."""
    if witness_id in involved:
        raise WitnessRefused(
            "The witness must be somebody who neither drew, gave nor writes this. Ask another colleague to sign."
        )


def check_can_reverse(kind: LineKind, *, already: bool) -> None:
    """A line is taken back once, and a reversal not at all."""
    if kind is LineKind.REVERSE:
        raise AlreadyReversed("This line is itself a reversal. Write the right act again instead of reversing it.")
    if already:
        raise AlreadyReversed("This line has been reversed already. Look at the ledger as it is now.")


def check_reconciled(draw: DrawFacts, tolerance_mg: Decimal) -> None:
    """What was drawn is given, wasted or returned, within the tolerance of DOS-006, before a visit closes."""
    if draw.uncovered_mg > tolerance_mg:
        raise NotReconciled(
            f"{plain(draw.uncovered_mg)} mg more were given than this draw held. "
            "Reverse the wrong line or record the draw that is missing, then close the visit."
        )
    if draw.left_mg > tolerance_mg:
        raise NotReconciled(
            f"{plain(draw.left_mg)} mg of what was drawn are neither given, wasted nor returned. "
            "Record what became of them, with a witness if they were wasted, then close the visit."
        )
