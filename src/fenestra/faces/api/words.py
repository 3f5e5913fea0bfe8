"""What a monitor may say. Anything else is refused with a sentence, so that nothing is dropped in silence."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any

from ninja import Schema
from pydantic import AwareDatetime, ConfigDict, Field

from fenestra.care.visit.rules import MEASURES, Measure

STREAMED = (Measure.PULSE, Measure.SPO2, Measure.SYSTOLIC, Measure.DIASTOLIC, Measure.BREATHS)
PRINTABLE = r"^[^\x00-\x1f\x7f]+$"
# What a calendar can hold in every time zone; a clock that is merely wrong is kept as it is.
FIRST, LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


def _reading(measure: Measure) -> Any:
    kind = MEASURES[measure]
    return Field(None, max_digits=8, decimal_places=2, description=f"{kind.words}, {kind.unit}")


class ConnectIn(Schema):
    """Somebody who works at the chair connects a monitor to the open visit of a person."""

    model_config = ConfigDict(extra="forbid")
    username: str = Field(max_length=60, pattern=PRINTABLE)
    password: str = Field(max_length=200, pattern=PRINTABLE)
    person_code: str = Field(max_length=20, pattern=PRINTABLE)
    device: str = Field(max_length=60, pattern=PRINTABLE, description="name and place of the device, as staff know it")


class ConnectOut(Schema):
    """The token is shown this once; only its hash is kept."""

    token: str
    visit_id: int


class ReadingsIn(Schema):
    """Numbers measured at one moment. The same key sent again is answered again and written once."""

    model_config = ConfigDict(extra="forbid")
    key: str = Field(
        max_length=60, pattern=PRINTABLE, description="of this reading alone, for as long as the token holds"
    )
    measured_at: Annotated[
        AwareDatetime,
        Field(
            ge=FIRST, lt=LAST, description="the device's clock, with its offset; kept as it is, order is the server's"
        ),
    ]
    pulse: Decimal | None = _reading(Measure.PULSE)
    spo2: Decimal | None = _reading(Measure.SPO2)
    systolic: Decimal | None = _reading(Measure.SYSTOLIC)
    diastolic: Decimal | None = _reading(Measure.DIASTOLIC)
    breaths: Decimal | None = _reading(Measure.BREATHS)

    def readings(self) -> dict[Measure, Decimal]:
        """What was measured; what was not sent is not there."""
        said = {measure: getattr(self, measure.value) for measure in STREAMED}
        return {measure: value for measure, value in said.items() if value is not None}


class ReadingsOut(Schema):
    """`kept` is true once it lies on disk: in the database, or beside it in `outside_database` until that answers."""

    kept: bool
    again: bool = Field(description="this key was written before; nothing was added")
    outside_database: bool
    device_clock_behind_s: float = Field(
        description="server time minus device time; far from 0: set the device's clock"
    )


class Health(Schema):
    """Whether readings can be taken now, and how many acts wait outside the database to be written."""

    ready: bool
    kept_outside: int


class Refusal(Schema):
    """Why not, and what to do next."""

    what: str
