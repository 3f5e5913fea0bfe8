"""A scripted year of one clinic, lived through the real actions; its outcome figures equal a recount of what was put in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

from fenestra.care.people.rules import Substance
from fenestra.ground.book import clock
from fenestra.ground.book.scope import Mask
from fenestra.learning.registry import queries
from fenestra.learning.registry.queries import ClinicOutcome
from fenestra.science.outcomes.clinic_curve import ClinicCurve, TooFewForACurve
from fenestra.science.outcomes.days import EndReason
from fenestra.science.outcomes.endpoints import MissingRule
from fenestra.science.outcomes.shares import GroupPercentDays, GroupShare
from fenestra.science.outcomes.survival import SurvivalCurve
from tests.learning import recount, year
from tests.learning.year import Line, Year

LEAD = Mask(frozenset({"identity", "counselling"}))
OF = {name: [line for line in year.SCRIPT if line.substance == name] for name in ("alcohol", "cocaine", "opioids")}


@pytest.fixture(scope="module")
def lived(django_db_setup: None, django_db_blocker: Any) -> Iterator[Year]:
    """Lived once for all these tests, which only read it; rolled back after them."""
    fast = override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"])
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, fast, transaction.atomic():
        patch.setattr(clock, "now", lambda: year.BEGAN)
        yield year.live()
        transaction.set_rollback(True)


def outcome(lived: Year, preset_id: str, substance: str, mask: Mask = LEAD) -> ClinicOutcome:
    return queries.clinic_outcome(lived.day.scopes["lena"], mask, preset_id, Substance(substance), at=lived.at)


def share_of(lived: Year, preset_id: str, substance: str) -> GroupShare:
    own = outcome(lived, preset_id, substance).beside.own
    assert isinstance(own, GroupShare)
    return own


def check_share(own: GroupShare, counted: recount.Counted, people: int) -> None:
    observed, strict = own.observed_only, own.missing_is_use
    assert (observed.met, observed.n) == (counted.met, counted.seen)
    assert (strict.met, strict.n) == (counted.met_strict, counted.all_due)
    assert own.n_not_yet_asked == counted.not_yet and sum(n for _, n in own.ended) == counted.ended
    assert own.n_all == people == own.n_seen + own.n_missing + counted.ended + counted.not_yet


def times(
    lines: list[Line], first: int, last: int, **how: Any
) -> tuple[list[tuple[int, bool]], list[tuple[int, bool]]]:
    """Recounted under observed only, and under missing = use."""
    observed = [recount.time_to(line, first, last, strict=False, **how) for line in lines]
    return observed, [recount.time_to(line, first, last, strict=True, **how) for line in lines]


def check_curve(curve: SurvivalCurve, counted: list[tuple[int, bool]]) -> None:
    """Every person's time, and every step of the curve."""
    assert sorted((each.day, each.event) for each in curve.people) == sorted(counted)
    for step in curve.steps:
        assert step.survival == pytest.approx(float(recount.still_without(counted, step.day)), abs=1e-12)
        assert step.at_risk == sum(time >= step.day for time, _ in counted)


def test_the_last_two_weeks_of_five_as_in_dakwar_2019(lived: Year) -> None:
    """Days 21 to 34 of weeks that begin the day before the dose: days 20 to 33 after it."""
    own = share_of(lived, "dakwar2019_last_two_weeks_of_five", "cocaine")
    counted = recount.abstinent(OF["cocaine"], 20, 33, tests=True, sample_needed=True)
    check_share(own, counted, people=11)
    assert (counted.met, counted.seen, counted.all_due) == (3, 5, 9)
    assert own.ended == ((EndReason.CONSENT_WITHDRAWN, 1),)


def test_one_year_continuous_as_in_krupitsky_2007(lived: Year) -> None:
    own = share_of(lived, "krupitsky2007_one_year", "opioids")
    counted = recount.abstinent(OF["opioids"], 1, 364, tests=True)
    check_share(own, counted, people=7)
    assert (counted.met, counted.seen, counted.all_due) == (1, 4, 5)
    assert own.ended == ((EndReason.PRISON, 1), (EndReason.MOVED_AWAY, 1))


def test_per_cent_days_abstinent_as_in_grabski_2022(lived: Year) -> None:
    own = outcome(lived, "grabski2022_percent_days_abstinent", "alcohol").beside.own
    assert isinstance(own, GroupPercentDays)
    known, n_known, asked, n_asked = recount.mean_percent(OF["alcohol"], 1, 180)
    assert own.observed_only.n == n_known and own.missing_is_use.n == n_asked
    assert float(own.observed_only.mean or 0) == pytest.approx(known, abs=1e-9)
    assert float(own.missing_is_use.mean or 0) == pytest.approx(asked, abs=1e-9)
    assert own.n_not_yet_asked == 1 and known > asked + 5


def test_the_first_lapse(lived: Year) -> None:
    own = outcome(lived, "first_lapse", "alcohol").beside.own
    assert isinstance(own, ClinicCurve) and own.n_all == 15
    observed, strict = times(OF["alcohol"], 1, 364, event="first use")
    check_curve(own.observed_only, observed)
    check_curve(own.missing_is_use, strict)
    assert sum(event for _, event in strict) > sum(event for _, event in observed) >= 5


def test_first_use_or_dropout_as_in_dakwar_2019(lived: Year) -> None:
    own = outcome(lived, "dakwar2019_relapse", "cocaine").beside.own
    assert isinstance(own, ClinicCurve)
    observed, strict = times(OF["cocaine"], 0, 33, event="first use", dropout=True)
    check_curve(own.observed_only, observed)
    check_curve(own.missing_is_use, strict)


def test_relapse_with_too_few_people_for_a_curve_is_single_lines(lived: Year) -> None:
    own = outcome(lived, "xbot2018_relapse", "opioids").beside.own
    assert isinstance(own, TooFewForACurve) and (own.n_all, own.n_followed) == (7, 7)
    observed, strict = times(OF["opioids"], 1, 168, event="relapse")
    assert sorted((each.time.day, each.time.event) for each in own.lines) == sorted(observed)
    assert sorted((each.time.day, each.time.event) for each in own.lines_beside) == sorted(strict)
    assert own.events == sum(event for _, event in observed) == 2


def test_whoever_is_masked_is_not_counted_and_it_is_said(lived: Year) -> None:
    hidden = frozenset({lived.people["a year without"], lived.people["dropped out"]})
    found = outcome(lived, "first_lapse", "alcohol", Mask(LEAD.fields, hidden))
    rest = [line for line in OF["alcohol"] if line.name != "a year without"]
    assert found.records.masked == 1 and len(found.records.people) == len(rest)
    assert isinstance(found.beside.own, ClinicCurve)
    check_curve(found.beside.own.observed_only, times(rest, 1, 364, event="first use")[0])


def test_the_other_rule_may_be_stated_first_and_both_stay(lived: Year) -> None:
    strict = queries.clinic_outcome(
        lived.day.scopes["lena"], LEAD, "krupitsky2007_one_year", Substance.OPIOIDS, at=lived.at,
        stated=MissingRule.MISSING_IS_USE,
    ).beside.own  # fmt: skip
    plain = share_of(lived, "krupitsky2007_one_year", "opioids")
    assert isinstance(strict, GroupShare)
    assert strict.stated == plain.beside and strict.beside == plain.stated
