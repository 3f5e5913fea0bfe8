"""Which published trials may be pooled for one endpoint, and why the others may not.

A pool holds randomised trials of one substance, one endpoint family, one class of comparator, ketamine against something
that is not ketamine. Whoever is left out is named with the reason; under three comparable trials there is no pool.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fenestra.science.errors import BadInput
from fenestra.science.evidence.library import Evidence
from fenestra.science.evidence.trials import ComparatorClass, Trial, TrialOutcome, TrialStatus
from fenestra.science.evidence.trials import Measure as Reported
from fenestra.science.outcomes.effects import OF_COUNTS, Effect, Measure, TwoArms, effect_of_counts, effect_of_interval
from fenestra.science.outcomes.pooling import FEW

# Trials that compare ketamine with ketamine say how much of it, not whether it.
COMPARES_DOSES = (ComparatorClass.LOW_DOSE, ComparatorClass.DOSE_SCHEDULE)
REPORTED = {Reported.ODDS_RATIO: Measure.ODDS_RATIO, Reported.RISK_RATIO: Measure.RISK_RATIO,
            Reported.HAZARD_RATIO: Measure.HAZARD_RATIO}  # fmt: skip


@dataclass(frozen=True)
class Comparison:
    """What one trial says: counts of its two arms, or a reported ratio. `effect` is None where nobody, or everybody, had
    the event. `derived`: a count was worked back from a percentage."""

    trial_id: str
    citation: str
    endpoint: str
    family: str
    weeks: int
    comparator_class: ComparatorClass
    arms: TwoArms | None
    effect: Effect | None
    verified: bool
    derived: bool
    definition: str
    url: str

    @property
    def marked(self) -> bool:
        """Nobody read it in its source, or its counts were worked back."""
        return not self.verified or self.derived


@dataclass(frozen=True)
class LeftOut:
    """A trial of the endpoint that is in no pool, and why."""

    trial_id: str
    citation: str
    reason: str


@dataclass(frozen=True)
class Comparable:
    """`reason` says why these are not pooled; None where they may be."""

    comparisons: tuple[Comparison, ...]
    left_out: tuple[LeftOut, ...]
    reason: str | None


def comparable(
    evidence: Evidence, *, substance: str, endpoint: str, measure: Measure, only_read: bool = False
) -> Comparable:
    """The trials of this substance that report this endpoint (its name, or its family).

    `only_read` leaves out what nobody read in its source and counts that were worked back from a percentage.
    An endpoint that no trial of the substance reports is refused, with those that are.
    """
    trials = [trial for trial in evidence.trials if trial.substance == substance]
    told = [(trial, rows) for trial in trials if (rows := _rows(trial, endpoint))]
    if not told:
        raise BadInput(_no_such(evidence, substance), field="endpoint")
    found: list[Comparison] = []
    left: list[LeftOut] = []
    for trial, rows in told:
        one = _why_not(trial) or _comparison(trial, rows, measure, only_read=only_read)
        if isinstance(one, Comparison) and only_read and one.marked:
            one = "its counts were worked back or not read in the source, and only what was read is asked for"
        if isinstance(one, Comparison):
            found.append(one)
        else:
            left.append(LeftOut(trial.id, citation(trial), one))
    return Comparable(tuple(found), tuple(left), _not_together(found))


def citation(trial: Trial) -> str:
    return f"{trial.authors.split(',')[0]} {trial.year}"


def _rows(trial: Trial, endpoint: str) -> list[TrialOutcome]:
    return [row for row in trial.outcome if endpoint in (row.name, row.family)]


def _no_such(evidence: Evidence, substance: str) -> str:
    trials = [trial for trial in evidence.trials if trial.substance == substance]
    if not trials:
        return f"There is no trial of {substance}. Choose {', '.join(sorted({t.substance for t in evidence.trials}))}."
    names = sorted({row.name for trial in trials for row in trial.outcome})
    return f"No trial of {substance} reports this endpoint. They report {', '.join(names)}."


def _why_not(trial: Trial) -> str | None:
    if not trial.randomised:
        return "not randomised: it never enters a randomised pool"
    if trial.status is not TrialStatus.COMPLETED:
        return f"{trial.status.value}: it has no result yet"
    if trial.comparator_class in COMPARES_DOSES:
        return "it compares ketamine with ketamine: how much, not whether"
    if trial.comparator_class in (ComparatorClass.NO_CONTROL, ComparatorClass.HISTORICAL):
        return "it has no randomised control"
    return None


def _comparison(trial: Trial, rows: list[TrialOutcome], measure: Measure, *, only_read: bool) -> Comparison | str:
    """What the trial says, or why it says nothing that can be pooled. Counts go before a reported ratio, unless they were
    worked back and only what was read is asked for."""
    latest = max(row.timepoint_weeks for row in rows)
    rows = [row for row in rows if row.timepoint_weeks == latest]
    if len({(row.name, row.family) for row in rows}) > 1:
        return "it reports several endpoints of this family; ask for one by its name"
    counted = _counts(trial, rows, measure) if measure in OF_COUNTS else None
    reported = _ratio(trial, rows, measure)
    if only_read and counted and counted.marked:
        return reported or counted
    return counted or reported or f"its retrieved text gives no numbers for {measure.value}"


def _counts(trial: Trial, rows: list[TrialOutcome], measure: Measure) -> Comparison | None:
    is_ketamine = {arm.id: arm.ketamine for arm in trial.arm}
    counted = [row for row in rows if row.arm in is_ketamine and row.events is not None and row.n]
    given = [row for row in counted if is_ketamine[row.arm or ""]]
    other = [row for row in counted if not is_ketamine[row.arm or ""]]
    if len(given) != 1 or len(other) != 1:
        return None
    (one,), (against,) = given, other
    arms = TwoArms(citation(trial), one.events or 0, one.n or 0, against.events or 0, against.n or 0)
    return _told(trial, (one, against), arms, effect_of_counts(arms, measure))


def _ratio(trial: Trial, rows: list[TrialOutcome], measure: Measure) -> Comparison | None:
    """A reported ratio of ketamine against what is not ketamine, with its interval."""
    sides = {arm.id: arm.ketamine for arm in trial.arm}
    for row in rows:
        if REPORTED.get(row.measure or Reported.P_ONLY) is not measure or row.contrast is None:
            continue
        if row.estimate is None or row.ci_low is None or row.ci_high is None:
            continue
        one, _, against = row.contrast.partition("_vs_")
        if row.contrast_arms:
            one, against = row.contrast_arms[0][0], row.contrast_arms[1][0]
        if sides.get(one) and sides.get(against) is False:
            ends = (float(row.estimate), float(row.ci_low), float(row.ci_high))
            return _told(trial, (row,), None, effect_of_interval(citation(trial), *ends, measure))
    return None


def _told(trial: Trial, rows: Iterable[TrialOutcome], arms: TwoArms | None, effect: Effect | None) -> Comparison:
    rows = tuple(rows)
    first = rows[0]
    return Comparison(
        trial.id, citation(trial), first.name, first.family, first.timepoint_weeks, trial.comparator_class, arms, effect,
        all(row.verified for row in rows), any(row.events_derived for row in rows), first.definition, first.url,
    )  # fmt: skip


def _not_together(found: list[Comparison]) -> str | None:
    """Why these are not pooled; the first thing that stands against it."""
    if len(families := sorted({each.family for each in found})) > 1:
        return f"They answer different questions ({', '.join(families)}), which are not pooled."
    if len(classes := sorted({each.comparator_class.value for each in found})) > 1:
        return f"Ketamine was compared with different things ({', '.join(classes)}), which are not pooled."
    speaking = [each for each in found if each.effect]
    if len(speaking) < FEW:
        count = {0: "No trial", 1: "One trial"}.get(len(speaking), f"{len(speaking)} trials")
        return f"{count} can be compared here; under {FEW} nothing is pooled."
    return None
