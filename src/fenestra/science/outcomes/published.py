"""What is published under an endpoint's definition: points of single arms, and comparisons between arms.

Only rows the endpoint names word for word, only of the same substance, each with its source, its mark and what is not
quite the same about it. Intervals are worked out from counts; without counts there is none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from fenestra.science.errors import Refused
from fenestra.science.evidence.benchmarks import Benchmark, BenchmarkPoint
from fenestra.science.evidence.library import Evidence
from fenestra.science.evidence.trials import Arm, Direction, Measure, Trial, TrialOutcome
from fenestra.science.outcomes.intervals import Interval, share_interval
from fenestra.science.outcomes.presets import Preset, PublishedDefinition
from fenestra.science.quantities import percent_of


@dataclass(frozen=True)
class PublishedPoint:
    """One published figure of one arm at one time: a share of people without the event, or of days, in per cent.

    `percent` comes from counts where there are any, else as reported. `interval` (95 %, Wilson, from counts) is None where
    no counts were retrieved. `events_derived`: the count was worked back from a percentage. `differs` and `note` are shown
    with the point; `verified` false is marked wherever staff see it, and never shown to a patient.
    """

    source_id: str
    citation: str
    arm: str
    ketamine: bool | None
    day: int
    percent: Decimal
    percent_reported: Decimal | None
    met: int | None
    n: int | None
    interval: Interval | None
    events_derived: bool
    approximate: bool
    verified: bool
    missing_rule: str | None
    definition: str
    differs: str
    note: str
    url: str


@dataclass(frozen=True)
class PublishedComparison:
    """One published difference between arms, as reported; it compares those arms with each other, never with a clinic."""

    source_id: str
    citation: str
    contrast: str
    day: int
    measure: Measure | None
    direction: Direction | None
    estimate: Decimal | None
    low: Decimal | None
    high: Decimal | None
    unit: str | None
    verified: bool
    definition: str
    differs: str
    note: str
    url: str


def published_points(
    endpoint: Preset, evidence: Evidence, *, substance: str | None = None
) -> tuple[PublishedPoint, ...]:
    """Arms that report this endpoint for this substance (the endpoint's own where it has one), in file order."""
    substance = _substance(endpoint, substance)
    return tuple(
        point
        for wanted in _wanted(endpoint, substance)
        for point in (*_trial_points(wanted, evidence, substance), *_benchmark_points(wanted, evidence, substance))
    )


def published_comparisons(
    endpoint: Preset, evidence: Evidence, *, substance: str | None = None
) -> tuple[PublishedComparison, ...]:
    """Differences between arms that were reported under this endpoint, in file order."""
    substance = _substance(endpoint, substance)
    return tuple(
        _comparison(trial, row, row.contrast, wanted)
        for wanted in _wanted(endpoint, substance)
        for trial, row in _rows(wanted, evidence, substance)
        if row.contrast is not None
    )


def _substance(endpoint: Preset, substance: str | None) -> str:
    found = substance or endpoint.substance
    if found is None:
        raise Refused(f"“{endpoint.name}” is counted for any substance. Say for which one, for example alcohol.")
    return found


def _wanted(endpoint: Preset, substance: str) -> tuple[PublishedDefinition, ...]:
    return endpoint.published if endpoint.substance in (None, substance) else ()


def _rows(wanted: PublishedDefinition, evidence: Evidence, substance: str) -> Iterator[tuple[Trial, TrialOutcome]]:
    for trial in evidence.trials:
        for row in trial.outcome:
            if (trial.substance, row.family, row.definition) == (substance, wanted.family, wanted.definition):
                yield trial, row


def _trial_points(wanted: PublishedDefinition, evidence: Evidence, substance: str) -> Iterator[PublishedPoint]:
    for trial, row in _rows(wanted, evidence, substance):
        arm = next((each for each in trial.arm if each.id == row.arm), None)
        reported = row.percent_reported if row.measure is None else row.estimate
        counted = percent_of(row.events, row.n)
        percent = reported if counted is None else counted
        if arm is not None and percent is not None:
            yield _trial_point(trial, arm, row, percent, wanted)


def _trial_point(
    trial: Trial, arm: Arm, row: TrialOutcome, percent: Decimal, wanted: PublishedDefinition
) -> PublishedPoint:
    return PublishedPoint(
        source_id=trial.id,
        citation=f"{trial.authors} {trial.year}. {trial.journal}",
        arm=arm.name,
        ketamine=arm.ketamine,
        day=row.timepoint_weeks * 7,
        percent=percent,
        percent_reported=row.percent_reported,
        met=row.events,
        n=row.n,
        interval=_interval(row.events, row.n),
        events_derived=row.events_derived,
        approximate=wanted.approximate,
        verified=row.verified,
        missing_rule=trial.missing_data_rule,
        definition=row.definition,
        differs=wanted.differs,
        note=row.note,
        url=row.url,
    )


def _benchmark_points(wanted: PublishedDefinition, evidence: Evidence, substance: str) -> Iterator[PublishedPoint]:
    for mark in evidence.benchmarks:
        if (mark.substance, mark.endpoint, mark.definition) == (substance, wanted.family, wanted.definition):
            for point in mark.point:
                yield _benchmark_point(mark, point, wanted)


def _benchmark_point(mark: Benchmark, point: BenchmarkPoint, wanted: PublishedDefinition) -> PublishedPoint:
    counted = percent_of(point.events, point.n)
    return PublishedPoint(
        source_id=mark.id,
        citation=mark.citation,
        arm=point.arm,
        ketamine=False,
        day=point.timepoint_weeks * 7,
        percent=point.percent_reported if counted is None else counted,
        percent_reported=point.percent_reported,
        met=point.events,
        n=point.n,
        interval=_interval(point.events, point.n),
        events_derived=False,
        approximate=mark.approximate or wanted.approximate,
        verified=mark.verified,
        missing_rule=None,
        definition=wanted.definition,
        differs=wanted.differs,
        note=mark.note,
        url=mark.url,
    )


def _comparison(trial: Trial, row: TrialOutcome, contrast: str, wanted: PublishedDefinition) -> PublishedComparison:
    return PublishedComparison(
        source_id=trial.id,
        citation=f"{trial.authors} {trial.year}. {trial.journal}",
        contrast=contrast,
        day=row.timepoint_weeks * 7,
        measure=row.measure,
        direction=row.direction,
        estimate=row.estimate,
        low=row.ci_low,
        high=row.ci_high,
        unit=row.unit,
        verified=row.verified,
        definition=row.definition,
        differs=wanted.differs,
        note=row.note,
        url=row.url,
    )


def _interval(met: int | None, n: int | None) -> Interval | None:
    return share_interval(met, n) if met is not None and n else None
