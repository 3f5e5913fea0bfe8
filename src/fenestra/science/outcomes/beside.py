"""A clinic's own numbers beside what was published under the same endpoint, with the sentence that belongs there.

A description: no test, no p-value, no difference between the two is worked out anywhere in this room.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from fenestra.science.evidence.library import Evidence
from fenestra.science.outcomes.clinic_curve import ClinicCurve, TooFewForACurve, clinic_curve
from fenestra.science.outcomes.days import PersonRecord
from fenestra.science.outcomes.presets import Preset, Question
from fenestra.science.outcomes.published import (
    PublishedComparison,
    PublishedPoint,
    published_comparisons,
    published_points,
)
from fenestra.science.outcomes.shares import GroupPercentDays, GroupShare, mean_percent_days, share

# Stands wherever a clinic's numbers and published ones share a page or a picture.
NOT_RANDOMISED = (
    "Not randomised, different people: who came, how ill they were and how they were asked differ. "
    "Standing side by side shows no effect of any treatment."
)

Own = ClinicCurve | TooFewForACurve | GroupShare | GroupPercentDays


@dataclass(frozen=True)
class BesidePublished:
    """The clinic's own numbers, the published ones, and the sentence between them."""

    endpoint: Preset
    own: Own
    points: tuple[PublishedPoint, ...]
    comparisons: tuple[PublishedComparison, ...]
    sentence: str = NOT_RANDOMISED


def beside_published(
    records: Iterable[PersonRecord],
    endpoint: Preset,
    evidence: Evidence,
    *,
    asked_until: date,
    substance: str | None = None,
) -> BesidePublished:
    """What this endpoint asks, counted in these people, beside every published arm that reports the same endpoint.

    `substance` is what these people are treated for; needed where the endpoint is counted for any substance.
    """
    return BesidePublished(
        endpoint=endpoint,
        own=_own(records, endpoint, asked_until),
        points=published_points(endpoint, evidence, substance=substance),
        comparisons=published_comparisons(endpoint, evidence, substance=substance),
    )


def _own(records: Iterable[PersonRecord], endpoint: Preset, asked_until: date) -> Own:
    if endpoint.question is Question.ABSTINENT_THROUGHOUT:
        return share(records, endpoint, asked_until=asked_until)
    if endpoint.question is Question.DAYS_ABSTINENT:
        return mean_percent_days(records, endpoint, asked_until=asked_until)
    return clinic_curve(records, endpoint, asked_until=asked_until)
