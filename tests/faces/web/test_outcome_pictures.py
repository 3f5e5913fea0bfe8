"""The picture of a curve says what the curve says: rows that add up, no band where there is none, dotted where few are left."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest

from fenestra.faces.web.research.arms import arms
from fenestra.faces.web.research.curve_picture import CurvePicture, curve_picture
from fenestra.faces.web.research.row_pictures import dot_picture, lines_picture
from fenestra.faces.web.research.scale import Scale
from fenestra.science.evidence.library import load_evidence
from fenestra.science.outcomes.clinic_curve import ClinicCurve, TooFewForACurve, clinic_curve
from fenestra.science.outcomes.days import FollowUp, PersonRecord, UseDay
from fenestra.science.outcomes.presets import preset
from fenestra.science.outcomes.published import published_points

START = date(2025, 1, 6)
RULES = ("observed only", "missing = use")


def person(name: str, days: int, used_on: int | None = None) -> PersonRecord:
    """Told of every day up to the last, used on one of them or on none."""
    told = tuple(UseDay(START + timedelta(days=n), n == used_on) for n in range(1, days + 1))
    return PersonRecord(name, FollowUp(START, told[-1].day), told)


def curve(people: int = 14) -> ClinicCurve:
    """Some used after two weeks and on, the others were seen for ever shorter times."""
    group = [person(f"{n}", 400 - 20 * n, 14 + 20 * n if n < 6 else None) for n in range(people)]
    own = clinic_curve(group, preset("first_lapse"), asked_until=START + timedelta(days=500))
    assert isinstance(own, ClinicCurve)
    return own


@pytest.fixture(params=[False, True], ids=["desk", "phone"])
def picture(request: pytest.FixtureRequest) -> CurvePicture:
    shown = arms(published_points(preset("first_lapse"), load_evidence(), substance="alcohol"))
    return curve_picture(curve(), shown, event="Used", rules=RULES, narrow=request.param)


def test_at_every_tick_the_three_rows_add_up_to_everybody(picture: CurvePicture) -> None:
    assert [row.name for row in picture.rows] == ["At risk", "Used", "Not followed"]
    for cells in zip(*(row.cells for row in picture.rows), strict=True):
        assert sum(int(cell.says) for cell in cells) == 14
    assert {len(row.cells) for row in picture.rows} == {len(picture.ticks)}


def test_the_line_starts_at_everybody_and_the_band_only_at_the_first_event(picture: CurvePicture) -> None:
    scale = picture.scale
    assert picture.solid.startswith(f"M{scale.x(0)} {scale.y(1.0)}")
    assert picture.band.startswith(f"M{scale.x(14)} ")


def test_it_is_dotted_from_where_fewer_than_five_are_at_risk() -> None:
    own = curve()
    picture = curve_picture(own, (), event="Used", rules=RULES, narrow=False)
    thin = own.thin_from(own.stated)
    assert thin is not None and picture.thin.startswith(f"M{picture.scale.x(thin)} ")
    assert picture.solid.endswith(f"H{picture.scale.x(thin)}")


def test_the_other_rule_stays_visible(picture: CurvePicture) -> None:
    assert picture.other.count("V") == len([step for step in curve().beside.steps if step.events])


def test_published_arms_are_diamonds_at_the_times_that_were_counted(picture: CurvePicture) -> None:
    everybody, *_, placebo = picture.arms
    assert len(everybody.diamonds) == 4 and everybody.path.startswith("M") and not everybody.whiskers
    assert len(placebo.diamonds) == 1 and placebo.path == "" and len(placebo.whiskers) == 1
    assert placebo.diamonds[0].y == picture.scale.y(float(Decimal(1600) / 224) / 100)


def test_nothing_is_drawn_outside_the_picture(picture: CurvePicture) -> None:
    for path in (picture.solid, picture.thin, picture.other, picture.band):
        for x in re.findall(r"[MH]([\d.]+)", path):
            assert picture.scale.left <= float(x) <= picture.scale.right


def test_single_lines_end_where_each_persons_time_ends() -> None:
    own = clinic_curve([person("a", 50, 30), person("b", 90)], preset("first_lapse"), asked_until=START + timedelta(90))
    assert isinstance(own, TooFewForACurve)
    drawn = lines_picture(own, narrow=False)
    assert [(line.x, line.kind.value) for line in drawn.lines] == [
        (drawn.scale.x(90), "not_yet_asked"), (drawn.scale.x(30), "event"),
    ]  # fmt: skip


def test_an_empty_row_picture_still_has_its_axis() -> None:
    assert [mark.says for mark in dot_picture([], narrow=True).axis] == ["0 %", "25 %", "50 %", "75 %", "100 %"]


def test_ticks_of_a_short_window_are_every_week() -> None:
    assert Scale(False, 35).weeks() == (0, 1, 2, 3, 4, 5)
