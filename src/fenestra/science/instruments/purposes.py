"""A gate names a purpose, and any instrument that fulfils it will do.

The mapping of purposes to instruments stands in the requirements (SCR-008) and is passed in: no instrument knows
which gates ask for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from fenestra.science.errors import BadInput
from fenestra.science.instruments.loader import find_instrument
from fenestra.science.instruments.scoring import Scored
from fenestra.science.instruments.values import Instrument

Purposes = Mapping[str, Sequence[str]]


def instruments_for(purpose: str, purposes: Purposes) -> tuple[Instrument, ...]:
    """The instruments that fulfil a purpose, preferred first; an unknown purpose is refused with those there are."""
    if purpose not in purposes:
        raise BadInput(f"There is no purpose “{purpose}”. Choose one of: {', '.join(purposes)}.", field="purpose")
    return tuple(find_instrument(instrument_id) for instrument_id in purposes[purpose])


def fulfils(purpose: str, scored: Scored, purposes: Purposes) -> bool:
    """Whether a scored form meets a purpose: it is one of its instruments and nothing on it is missing."""
    return scored.complete and any(scored.instrument == each.id for each in instruments_for(purpose, purposes))


def unmet_purposes(wanted: Iterable[str], forms: Iterable[Scored], purposes: Purposes) -> tuple[str, ...]:
    """The wanted purposes that no complete form meets, in their order."""
    scored = tuple(forms)
    return tuple(p for p in wanted if not any(fulfils(p, form, purposes) for form in scored))
