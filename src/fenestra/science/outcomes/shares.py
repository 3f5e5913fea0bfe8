"""For a group and one endpoint: how many met it, of how many, under both missing rules in one value.

There is no way to make one of these numbers alone: it comes with its endpoint, with everyone it was counted among, and
with the number the other rule gives.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import stdev

from fenestra.science.outcomes.abstinence import (
    Outcome,
    PersonOutcome,
    outcomes_under_both_rules,
    percent_days_abstinent,
)
from fenestra.science.outcomes.days import EndReason, PersonRecord, check_each_person_once
from fenestra.science.outcomes.endpoints import MissingRule
from fenestra.science.outcomes.intervals import Interval, IntervalMethod, share_interval
from fenestra.science.outcomes.presets import Preset

Ended = tuple[tuple[EndReason, int], ...]


@dataclass(frozen=True)
class RuleShare:
    """The share under one missing rule: `met` of `n` people; share and interval None where n is 0."""

    missing_rule: MissingRule
    met: int
    n: int
    share: float | None
    interval: Interval | None


@dataclass(frozen=True)
class GroupShare:
    """How many people met an endpoint, under both missing rules.

    Everyone is somewhere: `n_all` = `n_seen` + `n_missing` + those in `ended` + `n_not_yet_asked`. Seen alone count under
    observed only; seen and missing under missing = use. Those whose follow-up ended for a reason of its own, and those whose
    window is still open, are in neither.
    """

    endpoint: Preset
    n_all: int
    n_seen: int
    n_missing: int
    ended: Ended
    n_not_yet_asked: int
    observed_only: RuleShare
    missing_is_use: RuleShare

    @property
    def stated(self) -> RuleShare:
        """The share under the endpoint's own rule."""
        return _under(self.endpoint, self.observed_only, self.missing_is_use)

    @property
    def beside(self) -> RuleShare:
        """The share under the other rule, always shown with `stated`."""
        return _under(self.endpoint, self.missing_is_use, self.observed_only)


@dataclass(frozen=True)
class RuleMean:
    """Mean per cent of days over `n` people under one missing rule; `sd` None below two people, `mean` None for nobody."""

    missing_rule: MissingRule
    n: int
    mean: Decimal | None
    sd: float | None


@dataclass(frozen=True)
class GroupPercentDays:
    """Mean per cent of days abstinent under both missing rules.

    `n_all` = `n_seen` (at least one known day) + `n_nothing_known` + `n_not_yet_asked`. A person counts as one, however many
    of their days are known. People whose follow-up ended for a reason of its own count with their days until then; `ended`
    says how many they are.
    """

    endpoint: Preset
    n_all: int
    n_seen: int
    n_nothing_known: int
    n_not_yet_asked: int
    ended: Ended
    observed_only: RuleMean
    missing_is_use: RuleMean


def share(
    records: Iterable[PersonRecord],
    endpoint: Preset,
    *,
    asked_until: date,
    method: IntervalMethod = IntervalMethod.WILSON,
) -> GroupShare:
    """How many of these people were abstinent throughout the window, with a 95 % interval, under both missing rules."""
    group = tuple(records)
    check_each_person_once(group)
    both = [outcomes_under_both_rules(record, endpoint, asked_until=asked_until) for record in group]
    observed, strict = [each[0] for each in both], [each[1] for each in both]
    stand = Counter(each.outcome for each in observed)
    return GroupShare(
        endpoint=endpoint,
        n_all=len(group),
        n_seen=stand[Outcome.MET] + stand[Outcome.NOT_MET],
        n_missing=stand[Outcome.MISSING],
        ended=_ended([each.end_reason for each in observed if each.outcome is Outcome.ENDED]),
        n_not_yet_asked=stand[Outcome.NOT_YET_ASKED],
        observed_only=_rule_share(observed, MissingRule.OBSERVED_ONLY, method),
        missing_is_use=_rule_share(strict, MissingRule.MISSING_IS_USE, method),
    )


def mean_percent_days(records: Iterable[PersonRecord], endpoint: Preset, *, asked_until: date) -> GroupPercentDays:
    """The mean share of days without use over these people, in per cent, under both missing rules."""
    group = tuple(records)
    check_each_person_once(group)
    each_person = [percent_days_abstinent(record, endpoint, asked_until=asked_until) for record in group]
    due = [each for each in each_person if not each.days.not_yet_asked]
    observed = [each.observed for each in due if each.observed is not None]
    strict = [each.missing_is_use for each in due if each.missing_is_use is not None]
    return GroupPercentDays(
        endpoint=endpoint,
        n_all=len(group),
        n_seen=len(observed),
        n_nothing_known=len(due) - len(observed),
        n_not_yet_asked=len(group) - len(due),
        ended=_ended([each.end_reason for each in due]),
        observed_only=_rule_mean(observed, MissingRule.OBSERVED_ONLY),
        missing_is_use=_rule_mean(strict, MissingRule.MISSING_IS_USE),
    )


def _rule_share(outcomes: list[PersonOutcome], rule: MissingRule, method: IntervalMethod) -> RuleShare:
    met = sum(each.outcome is Outcome.MET for each in outcomes)
    n = met + sum(each.outcome is Outcome.NOT_MET for each in outcomes)
    return RuleShare(rule, met, n, met / n if n else None, share_interval(met, n, method))


def _rule_mean(percents: list[Decimal], rule: MissingRule) -> RuleMean:
    n = len(percents)
    mean = sum(percents, Decimal(0)) / n if n else None
    return RuleMean(rule, n, mean, float(stdev(percents)) if n > 1 else None)


def _ended(reasons: Iterable[EndReason | None]) -> Ended:
    found = Counter(reason for reason in reasons if reason is not None)
    return tuple((reason, found[reason]) for reason in EndReason if found[reason])


def _under(endpoint: Preset, observed_only: RuleShare, missing_is_use: RuleShare) -> RuleShare:
    return missing_is_use if endpoint.missing_rule is MissingRule.MISSING_IS_USE else observed_only
