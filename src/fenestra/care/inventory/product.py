"""What a product may be: which ketamine, how strong, and not one that is there already. Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

from fenestra.science.errors import BadInput, Refused
from fenestra.science.quantities import plain


class Drug(StrEnum):
    """Which ketamine is in the vial. A milligram of one is not a milligram of the other."""

    RACEMATE = "racemic ketamine"
    ESKETAMINE = "esketamine"


class NotTheOrderedDrug(Refused):
    """The lot holds another drug than orders are written for."""


def _usual() -> tuple[Decimal, ...]:
    told = tomllib.loads((Path(__file__).parent / "data" / "strengths.toml").read_text(encoding="utf-8"))
    return tuple(Decimal(each) for each in told["usual_mg_per_ml"])


USUAL_MG_PER_ML = _usual()
USUAL_WORDS = ", ".join(plain(each) for each in USUAL_MG_PER_ML)


def check_drug(drug: str) -> None:
    """Refuse what is neither of the two."""
    if drug not in {each.value for each in Drug}:
        raise BadInput(f"Say which ketamine it is: {' or '.join(each.value for each in Drug)}.", field="drug")


def check_strength(mg_per_ml: Decimal, *, drug: str, again: Decimal | None) -> None:
    """A strength that vials of racemic ketamine do not usually have is read off the label twice (`again`); of
    esketamine no usual one is known here."""
    usual = drug == Drug.RACEMATE and mg_per_ml in USUAL_MG_PER_ML
    if not usual and again != mg_per_ml:
        raise BadInput(
            f"{plain(mg_per_ml)} mg/mL of {drug} is not one of the vials known here (racemic ketamine {USUAL_WORDS} "
            "mg/mL). Read the label once more, and type its strength a second time.",
            field="strength_again",
        )


def check_new_name(name: str, known: Iterable[str]) -> None:
    """Two products may not be told apart by a space or a capital alone."""
    there = next((each for each in known if _read_aloud(each) == _read_aloud(name)), None)
    if there is not None:
        raise BadInput(f"{there} is there already. Receive lots of it, or choose another name.", field="name")


def _read_aloud(name: str) -> str:
    return "".join(name.split()).casefold()


def check_can_be_dosed(lot_number: str, drug: str) -> None:
    """Orders and their limits are milligrams of racemic ketamine: nothing else is drawn up for them."""
    if drug != Drug.RACEMATE:
        raise NotTheOrderedDrug(
            f"Lot {lot_number} holds {drug}; orders and limits here are milligrams of {Drug.RACEMATE.value}. "
            "Take a lot of that."
        )
