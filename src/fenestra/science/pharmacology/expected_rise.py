"""How far pressure and pulse usually rise during an infusion: the published mean, with its source.

The data file holds one sentence about 741 infusions; its figures are taken from that sentence, so that nothing is typed
twice. It gives the largest mean rise and when it came. It gives no curve over time, no spread between people and no
other dose: a screen that draws more than this draws its own assumption. `science/evidence` tells of other clinics.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from fenestra.science.errors import DataFault
from fenestra.science.pharmacology.models import Models
from fenestra.science.pharmacology.reading import MODELS_FILE, load_models

RELATION = "infusion_haemodynamics_135"

_SENTENCE = re.compile(
    r"(?P<regimen>[0-9.]+ mg/kg in [0-9]+ min), .*"
    r"peak at (?P<from>[0-9]+)-(?P<to>[0-9]+) min, "
    r"largest mean rise (?P<systolic>[0-9.]+)/(?P<diastolic>[0-9.]+) mmHg, pulse \+(?P<pulse>[0-9.]+)/min"
)


@dataclass(frozen=True)
class ExpectedRise:
    """The largest mean rise over a person's own baseline, and the minutes of the infusion between which it came."""

    systolic_mmhg: Decimal
    diastolic_mmhg: Decimal
    pulse_per_min: Decimal
    peak_from_min: Decimal
    peak_to_min: Decimal
    regimen: str
    in_words: str
    source: tuple[str, ...]
    verified: bool


@cache
def expected_rise() -> ExpectedRise:
    """The published mean rise that ships in the package."""
    return expected_rise_of(load_models())


def expected_rise_of(models: Models) -> ExpectedRise:
    """The rise that a models file tells. A sentence that no longer holds the figures is a fault, never a guess."""
    row = f"[[pd]] {RELATION}"
    relation = models.relation(RELATION)
    if relation is None:
        raise DataFault(MODELS_FILE.name, row, "id", "missing")
    sentence = relation.note("relation") or ""
    found = _SENTENCE.match(sentence)
    if found is None:
        raise DataFault(MODELS_FILE.name, row, "relation", f"peak, pressure and pulse cannot be read from {sentence!r}")
    return ExpectedRise(
        systolic_mmhg=Decimal(found["systolic"]),
        diastolic_mmhg=Decimal(found["diastolic"]),
        pulse_per_min=Decimal(found["pulse"]),
        peak_from_min=Decimal(found["from"]),
        peak_to_min=Decimal(found["to"]),
        regimen=found["regimen"],
        in_words=sentence,
        source=relation.source,
        verified=relation.verified,
    )
