"""Outcomes in words: the headline with its other number, who is counted, the table, what a line's end means. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from fenestra.faces.web.research.scale import DAYS_A_WEEK, Scale, whole_weeks
from fenestra.learning.registry.queries import ClinicOutcome, Records
from fenestra.science.outcomes.clinic_curve import ClinicCurve, TooFewForACurve
from fenestra.science.outcomes.days import EndReason
from fenestra.science.outcomes.endpoints import MissingRule
from fenestra.science.outcomes.presets import Preset, Question
from fenestra.science.outcomes.shares import Ended, GroupPercentDays, GroupShare, RuleShare
from fenestra.science.outcomes.survival import SurvivalCurve
from fenestra.science.outcomes.times import Leaving
from fenestra.science.outcomes.use_rule import UseRule

RULE = {MissingRule.OBSERVED_ONLY: "observed only", MissingRule.MISSING_IS_USE: "missing = use"}
AS_USE = "What nobody knows is counted as use: a rule of statistics, not what happened."
OBSERVED = {
    Question.ABSTINENT_THROUGHOUT: "Whoever has a day nobody knows of, and no day of use, is in neither number.",
    Question.DAYS_ABSTINENT: "Only days somebody knows of are counted.",
}
OBSERVED_TIME = "A person counts until the first day nobody knows of."
OTHER = {
    MissingRule.OBSERVED_ONLY: MissingRule.MISSING_IS_USE,
    MissingRule.MISSING_IS_USE: MissingRule.OBSERVED_ONLY,
}
SOURCE_OF_A_DAY = {
    UseRule.SELF_REPORT: "by the person's own word",
    UseRule.EITHER_POSITIVE: "by the person's own word or a test; either one positive is use",
}
EVENT = {
    Question.TIME_TO_FIRST_USE: "Used",
    Question.TIME_TO_FIRST_USE_OR_DROPOUT: "Used or left",
    Question.TIME_TO_HEAVY_DAY: "Heavy day",
    Question.TIME_TO_RUN_OF_USE: "Relapsed",
}
STILL = {
    Question.TIME_TO_FIRST_USE: "Without any use since the start",
    Question.TIME_TO_FIRST_USE_OR_DROPOUT: "Without use and still coming",
    Question.TIME_TO_HEAVY_DAY: "Without a heavy drinking day since the start",
    Question.TIME_TO_RUN_OF_USE: "Without relapse since the start",
}
ENDED = {
    EndReason.DEATH: "died",
    EndReason.TRANSFER: "went on to another clinic",
    EndReason.PRISON: "in prison",
    EndReason.CONSENT_WITHDRAWN: "withdrew consent",
    EndReason.MOVED_AWAY: "moved away",
}
LEFT = {
    Leaving.EVENT: "the event",
    Leaving.UNKNOWN_DAY: "a day nobody knows of",
    Leaving.ENDED: "follow-up ended for a reason of its own",
    Leaving.NOT_YET_ASKED: "not asked yet",
    Leaving.WINDOW_CLOSED: "seen to the end of the window",
}
HALF_A_YEAR = 26 * DAYS_A_WEEK


@dataclass(frozen=True)
class Headline:
    """The number and, in the same breath, what it rests on and what the other rule makes of it."""

    at: str
    number: str
    says: str
    other_name: str
    other_number: str
    other_says: str


def percent(share: float | None) -> str:
    return "no number" if share is None else f"{100 * share:.0f} %"


def interval(low: float | None, high: float | None) -> str:
    return "no interval" if low is None or high is None else f"95 % interval {100 * low:.0f} to {100 * high:.0f}"


def people(n: int) -> str:
    return "1 person" if n == 1 else f"{n} people"


def rule_says(endpoint: Preset) -> str:
    """What the missing rule this endpoint stands under does with a day nobody knows of."""
    if endpoint.missing_rule is MissingRule.MISSING_IS_USE:
        return AS_USE
    return OBSERVED.get(endpoint.question, OBSERVED_TIME)


def headline(found: ClinicOutcome) -> Headline:
    own, rule = found.beside.own, found.preset.missing_rule
    if not found.records.people:
        return Headline(
            "Nobody yet", "no number", f"0 people · {RULE[rule]}.", RULE[OTHER[rule]], "no number", "0 people"
        )
    if isinstance(own, GroupShare):
        return _share_headline(own, rule)
    if isinstance(own, GroupPercentDays):
        return _days_headline(own, rule)
    if isinstance(own, ClinicCurve):
        return _curve_headline(own, rule)
    return _lines_headline(own, rule)


def _share_headline(own: GroupShare, rule: MissingRule) -> Headline:
    return Headline(
        "Over the whole window", percent(own.stated.share), _of(own.stated, rule, own.n_seen),
        RULE[OTHER[rule]], percent(own.beside.share), f"{own.beside.met} of {people(own.beside.n)}",
    )  # fmt: skip


def _of(told: RuleShare, rule: MissingRule, n_seen: int) -> str:
    bounds = interval(told.interval.low, told.interval.high) if told.interval else "no interval"
    return f"{bounds} · {RULE[rule]} · {told.met} of {people(told.n)} · {n_seen} seen."


def _days_headline(own: GroupPercentDays, rule: MissingRule) -> Headline:
    observed_first = rule is MissingRule.OBSERVED_ONLY
    stated, other = (own.observed_only, own.missing_is_use)[:: 1 if observed_first else -1]
    spread = f"standard deviation {stated.sd:.0f}" if stated.sd is not None else "no spread of one person"
    return Headline(
        "Mean of everybody's days", _mean(stated.mean), f"{spread} · {RULE[rule]} · mean over {people(stated.n)} · "
        f"{own.n_seen} seen. Everybody counts as one, however many of their days are known.",
        RULE[OTHER[rule]], _mean(other.mean), f"mean over {people(other.n)}",
    )  # fmt: skip


def _mean(mean: object) -> str:
    return "no number" if mean is None else f"{float(str(mean)):.0f} %"


def headline_day(endpoint: Preset) -> int:
    """Half a year where the window is a year, else the end of the window."""
    return min(endpoint.window.last_day, HALF_A_YEAR)


def _curve_headline(own: ClinicCurve, rule: MissingRule) -> Headline:
    day = headline_day(own.endpoint)
    stated, other = own.stated.at(day), own.beside.at(day)
    return Headline(
        f"At week {day // DAYS_A_WEEK}" if day % DAYS_A_WEEK == 0 else f"At day {day}",
        percent(stated.survival) if stated else "no number",
        f"{interval(stated.low, stated.high)} · {RULE[rule]} · {people(stated.at_risk)} still at risk then · "
        f"{own.n_followed} of {own.n_all} seen."
        if stated
        else f"Nobody has been followed that far under this rule ({RULE[rule]}); {own.n_followed} of {own.n_all} seen.",
        RULE[OTHER[rule]],
        percent(other.survival) if other else "no number",
        f"{people(other.at_risk)} still at risk" if other else "nobody followed that far",
    )  # fmt: skip


def _lines_headline(own: TooFewForACurve, rule: MissingRule) -> Headline:
    others = sum(each.time.event for each in own.lines_beside)
    events = sum(each.time.event for each in own.lines)
    return Headline(
        "Too few for a curve", f"{events} of {own.n_all}", f"had the event · {RULE[rule]} · {own.n_followed} seen.",
        RULE[OTHER[rule]], f"{others} of {own.n_all}", "had the event",
    )  # fmt: skip


# ---- who is counted


def counted(found: ClinicOutcome) -> list[str]:
    """Everybody is somewhere: counted, missing, ended, not yet asked, without a dose, masked. One line each."""
    records, own = found.records, found.beside.own
    said = [
        f"{people(len(records.people))} treated for {records.substance.value} with a first dose{_between(records)}."
    ]
    if isinstance(own, GroupShare):
        said += [f"{own.n_seen} seen, {own.n_missing} missing.", *_not_yet(own.n_not_yet_asked)]
    elif isinstance(own, GroupPercentDays):
        said += [f"{own.n_seen} seen, {own.n_nothing_known} of whom nothing is known.", *_not_yet(own.n_not_yet_asked)]
    else:
        said += [f"{own.n_followed} seen, {own.n_all - own.n_followed} of whom nothing is known since the start."]
    if not isinstance(own, TooFewForACurve):
        said += _ended(own.ended)
    return said + _not_counted(records)


def _between(records: Records) -> str:
    if records.first_from is None or records.first_to is None:
        return ""
    return f", from {day(records.first_from)} to {day(records.first_to)}"


def day(told: date) -> str:
    return f"{told:%-d %b %Y}"


def _not_yet(n: int) -> list[str]:
    return [f"{people(n)} whose window is still open: in neither number."] if n else []


def _ended(ended: Ended) -> list[str]:
    told = ", ".join(f"{n} {ENDED[reason]}" for reason, n in ended)
    return [f"Follow-up ended for a reason of its own, never counted as use: {told}."] if told else []


def _not_counted(records: Records) -> list[str]:
    masked = f"{people(records.masked)} you may not see: not counted here." if records.masked else "Nobody is masked."
    said = [masked]
    if records.not_dosed:
        said.append(f"{people(records.not_dosed)} with a course and no dose: nothing to count from.")
    return said + [f"Left out: {n} {what.value}." for what, n in records.left_out]


# ---- tables


@dataclass(frozen=True)
class TimeRow:
    """One week of the curve: both rules side by side, and the three numbers that add up to everybody."""

    week: int
    stated: str
    bounds: str
    other: str
    at_risk: int
    events: int
    not_followed: int


def time_rows(own: ClinicCurve) -> list[TimeRow]:
    scale = Scale(False, whole_weeks(own.endpoint.window.last_day))
    return [_time_row(own.stated, own.beside, week, own.endpoint.window.last_day) for week in scale.weeks()]


def _time_row(stated: SurvivalCurve, other: SurvivalCurve, week: int, last_day: int) -> TimeRow:
    at = min(week * DAYS_A_WEEK, last_day)
    here, there, row = stated.at(at), other.at(at), stated.row(at)
    return TimeRow(
        week,
        percent(here.survival) if here else "nobody followed",
        interval(here.low, here.high).removeprefix("95 % interval ") if here else "no interval",
        percent(there.survival) if there else "nobody followed",
        row.at_risk, row.events, row.censored,
    )  # fmt: skip


@dataclass(frozen=True)
class LineRow:
    """One person's line in words."""

    days: int
    ends: str
    other_days: int
    other_ends: str


def line_rows(own: TooFewForACurve) -> list[LineRow]:
    other = {each.time.person: each for each in own.lines_beside}
    pairs = [(each, other[each.time.person]) for each in own.lines]
    return [LineRow(a.time.day, LEFT[a.leaving], b.time.day, LEFT[b.leaving]) for a, b in pairs]
