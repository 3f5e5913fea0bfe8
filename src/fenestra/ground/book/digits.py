"""A number is stored exactly as it was told, or it is said that it is not. A database rounds without a word what has
more decimals than its column, so that is settled before."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from django.db import models

from fenestra.science.errors import BadInput


def fits(field: models.Field, value: object) -> bool:
    """Whether a column keeps this value as it stands; what is no exact number is not judged here."""
    if not isinstance(field, models.DecimalField) or not isinstance(value, Decimal):
        return True
    return value.is_finite() and value == rounded(field, value) and _whole_fits(field, value)


def _whole_fits(field: models.DecimalField, value: Decimal) -> bool:
    return abs(value) < Decimal(10) ** (field.max_digits - field.decimal_places)


def rounded(field: models.DecimalField, value: Decimal) -> Decimal:
    """The value in the decimals of its column, half up."""
    step = Decimal(1).scaleb(-field.decimal_places)
    return value.quantize(step, ROUND_HALF_UP) if _whole_fits(field, value) else value


def settled(field: models.Field, value: object, *, happened: bool) -> object:
    """The value as its column keeps it. An order with more decimals is refused; what happened is rounded half up, and
    the act says so. No column holds a number that is too large, or none at all."""
    if fits(field, value):
        return value
    assert isinstance(field, models.DecimalField) and isinstance(value, Decimal)
    if not value.is_finite() or not _whole_fits(field, rounded(field, value)):
        most = field.max_digits - field.decimal_places
        raise BadInput(
            f"{value} cannot be kept: a number here has {most} figures before the point at most. Look again.",
            field=field.name,
        )
    if happened:
        return rounded(field, value)
    decimals = f"{field.decimal_places} decimal{'' if field.decimal_places == 1 else 's'}"
    raise BadInput(f"{value} has more than {decimals}, and no more are kept. Round it yourself.", field=field.name)
