"""The evidence file read whole and checked: arms exist, counts fit in their groups, intervals hold their estimate."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from fenestra.science.errors import DataFault, Refused
from fenestra.science.evidence.benchmarks import Benchmark, ExpectedRange, Review, SafetyRate, WorkedCheck
from fenestra.science.evidence.tables import build_all, check_keys, check_unique, read_toml
from fenestra.science.evidence.trials import Trial, TrialOutcome

TRIALS_FILE = Path(__file__).parent / "data" / "trials.toml"

# Outcome rows may speak of everyone in the trial together.
EVERYONE = "all"


@dataclass(frozen=True)
class Evidence:
    """Everything the evidence file holds, in file order."""

    trials: tuple[Trial, ...]
    reviews: tuple[Review, ...]
    benchmarks: tuple[Benchmark, ...]
    safety_rates: tuple[SafetyRate, ...]
    expected_ranges: tuple[ExpectedRange, ...]
    worked_checks: tuple[WorkedCheck, ...]

    def trial(self, trial_id: str) -> Trial:
        """The trial with this id, for example "grabski2022"."""
        for each in self.trials:
            if each.id == trial_id:
                return each
        raise Refused(f"There is no trial {trial_id} in the evidence file. Look the id up in the list of trials.")


def read_evidence(path: Path) -> Evidence:
    """One evidence file, checked; a slip is refused with file, row and field."""
    tables, file = read_toml(path), path.name
    check_keys(tables, {"meta", "trial", "review", "benchmark", "safety", "expected_range", "check"}, file=file)
    evidence = Evidence(
        trials=build_all(Trial, tables.get("trial", []), file=file, table="trial"),
        reviews=build_all(Review, tables.get("review", []), file=file, table="review"),
        benchmarks=build_all(Benchmark, tables.get("benchmark", []), file=file, table="benchmark"),
        safety_rates=build_all(SafetyRate, tables.get("safety", []), file=file, table="safety"),
        expected_ranges=build_all(ExpectedRange, tables.get("expected_range", []), file=file, table="expected_range"),
        worked_checks=build_all(WorkedCheck, tables.get("check", []), file=file, table="check"),
    )
    _check_evidence(evidence, file=path.name)
    return evidence


@cache
def load_evidence() -> Evidence:
    """The evidence that ships with the package."""
    return read_evidence(TRIALS_FILE)


def _check_evidence(evidence: Evidence, *, file: str) -> None:
    for trial in evidence.trials:
        _check_trial(trial, file=file)
    for benchmark in evidence.benchmarks:
        for point in benchmark.point:
            _check_count(
                point.events, point.n, file=file, row=f"benchmark {benchmark.id} point {point.timepoint_weeks}"
            )
            _check_share(point.percent_reported, file=file, row=f"benchmark {benchmark.id}")
    for rate in evidence.safety_rates:
        _check_count(rate.events, rate.n, file=file, row=f"safety {rate.id}")


def _check_trial(trial: Trial, *, file: str) -> None:
    row = f"trial {trial.id}"
    check_unique([arm.id for arm in trial.arm], file=file, table=f"{row} arm")
    arms = {arm.id for arm in trial.arm}
    for place, outcome in enumerate(trial.outcome, 1):
        _check_outcome(outcome, arms, file=file, row=f"{row} outcome {place}")
    for place, harm in enumerate(trial.adverse_event, 1):
        _check_count(harm.events, harm.n, file=file, row=f"{row} adverse_event {place}")


def _check_outcome(outcome: TrialOutcome, arms: set[str], *, file: str, row: str) -> None:
    if (outcome.arm is None) == (outcome.contrast is None):
        raise DataFault(file, row, "arm", "give either arm or contrast")
    for arm in _arms_named(outcome):
        if arm not in arms | {EVERYONE}:
            raise DataFault(file, row, "arm" if outcome.arm else "contrast", f"{arm} is not an arm of this trial")
    _check_count(outcome.events, outcome.n, file=file, row=row)
    _check_interval(outcome, file=file, row=row)


def _arms_named(outcome: TrialOutcome) -> list[str]:
    if outcome.arm is not None:
        return [outcome.arm]
    if outcome.contrast_arms:
        return [arm for side in outcome.contrast_arms for arm in side]
    return (outcome.contrast or "").split("_vs_")


def _check_count(events: int | None, n: int | None, *, file: str, row: str) -> None:
    if events is None:
        return
    if n is None:
        raise DataFault(file, row, "n", "is missing beside events")
    if not 0 <= events <= n:
        raise DataFault(file, row, "events", f"{events} of {n} cannot be")


def _check_share(percent: Decimal, *, file: str, row: str) -> None:
    if not 0 <= percent <= 100:
        raise DataFault(file, row, "percent_reported", f"{percent} is not a share between 0 and 100")


def _check_interval(outcome: TrialOutcome, *, file: str, row: str) -> None:
    if (outcome.ci_low is None) != (outcome.ci_high is None):
        raise DataFault(file, row, "ci_low", "an interval needs both ends")
    if outcome.ci_low is None or outcome.ci_high is None:
        return
    if outcome.estimate is None or not outcome.ci_low <= outcome.estimate <= outcome.ci_high:
        raise DataFault(file, row, "estimate", "does not lie inside its interval")
