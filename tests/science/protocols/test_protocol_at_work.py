"""A protocol kept as text, laid on a weight, and its window on the clock."""

import json
from dataclasses import fields, replace
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from fenestra.science.errors import BadInput, DataFault, Refused
from fenestra.science.protocols.adoption import NO_CLINIC
from fenestra.science.protocols.limit_values import LimitValues
from fenestra.science.protocols.limits import check_order, limits_for, shipped_limits
from fenestra.science.protocols.planned_order import planned_order
from fenestra.science.protocols.protocol import Protocol, Use
from fenestra.science.protocols.regimens import content_hash, load_protocols, protocol, with_changes
from fenestra.science.protocols.stored import protocol_as_text, protocol_from_text
from fenestra.science.protocols.window import therapy_window

LIMITS = shipped_limits(NO_CLINIC)
WINDOW = protocol("grabski_2022").window
NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize("regimen", load_protocols(), ids=lambda regimen: regimen.id)
def test_a_protocol_comes_back_from_its_text_unchanged(regimen: Protocol) -> None:
    again = protocol_from_text(protocol_as_text(regimen))
    assert again == regimen
    assert content_hash(again) == content_hash(regimen)


def test_a_clinics_version_comes_back_with_where_it_came_from() -> None:
    own = with_changes(protocol("dakwar_2020"), version="2", reason="Our therapists work in pairs")
    assert protocol_from_text(protocol_as_text(own)).made_from == own.made_from


@pytest.mark.parametrize(
    ("was", "planted", "where"),
    [
        ('"exact": "0.8"', '"exact": "much"', "exact: must be an amount"),
        ('"exact": "0.8"', '"exact": "NaN"', "regimen dose mg_per_kg: value: must be a finite number"),
        ('"use": "clinical"', '"use": "any"', "regimen: use: must be one of"),
        ('"version"', '"verzion"', "regimen: verzion: is not a known field"),
        ("{", "[", "file: syntax"),
    ],
)
def test_a_damaged_text_is_refused(was: str, planted: str, where: str) -> None:
    text = protocol_as_text(protocol("grabski_2022"))
    assert was in text
    with pytest.raises(DataFault) as refused:
        protocol_from_text(text.replace(was, planted, 1))
    assert where in str(refused.value)


@pytest.mark.parametrize(
    ("name", "weight_kg", "dose_mg", "levels"),
    [
        ("grabski_2022", "70", "56", []),
        ("grabski_2022", "100", "80", []),
        ("grabski_2022", "101", "80.8", ["soft", "soft"]),
        ("dakwar_2020", "70", "49.7", []),
        ("dakwar_2019", "70", "35", []),
        ("nicotine", "70", "35", ["hard"]),
        ("infusion_without_therapy", "70", "35", []),
        ("krupitsky_2002", "70", "140", ["hard", "hard", "hard", "soft"]),
    ],
)
def test_a_protocol_at_a_weight_is_held_against_the_limits(
    name: str, weight_kg: str, dose_mg: str, levels: list[str]
) -> None:
    order = planned_order(protocol(name), body_weight_kg=Decimal(weight_kg))
    assert order.dose_mg == Decimal(dose_mg)
    assert [finding.level.value for finding in check_order(order, LIMITS)] == levels


def test_the_loading_part_of_dakwar_2020_is_planned_too() -> None:
    order = planned_order(protocol("dakwar_2020"), body_weight_kg=Decimal(70))
    assert order.loading is not None
    assert (order.loading.dose_mg, order.main_minutes) == (Decimal("7.7"), Decimal(50))


@pytest.mark.parametrize("name", ["das_2019", "azhari_2021", "cue_exposure"])
def test_a_dose_that_is_not_known_is_not_planned(name: str) -> None:
    with pytest.raises(Refused, match="not known as shipped"):
        planned_order(protocol(name), body_weight_kg=Decimal(70))


def own_im_version() -> Protocol:
    """A clinic's own version of a historical regimen, with limits that hold its dose."""
    values = {item.name: getattr(LIMITS, item.name) for item in fields(LimitValues)}
    larger = {"im_soft_mg_per_kg": 2, "im_hard_mg_per_kg": 2, "soft_mg": 160, "hard_mg": 160, "visit_hard_mg": 160}
    own = LimitValues(**{**values, **{name: Decimal(value) for name, value in larger.items()}})
    changes = {"use": Use.CLINICAL, "plannable": True, "own_limits": own}
    return with_changes(protocol("krupitsky_2002"), version="1-north", reason="Anaesthetist on site", **changes)


def test_a_clinics_own_limits_hold_once_its_version_is_signed() -> None:
    version = own_im_version()
    order = planned_order(version, body_weight_kg=Decimal(70))
    (unsigned,) = check_order(order, limits_for(version, NO_CLINIC, signed=False))
    (week,) = check_order(order, limits_for(version, NO_CLINIC, signed=True))
    assert unsigned.level.value == "hard"
    assert (week.level.value, week.rule) == ("soft", "krupitsky_2002 version 1-north")
    assert protocol_from_text(protocol_as_text(version)) == version


def test_a_shipped_regimen_keeps_to_the_shipped_limits() -> None:
    assert limits_for(protocol("grabski_2022"), NO_CLINIC, signed=True) == LIMITS
    table = json.loads(protocol_as_text(own_im_version()))
    del table["made_from"]
    with pytest.raises(DataFault, match="own_limits: belong to a clinic's own signed version"):
        protocol_from_text(json.dumps(table))


def test_limits_that_contradict_each_other_are_refused() -> None:
    own = own_im_version().own_limits
    assert own is not None
    with pytest.raises(BadInput, match="soft_mg is above hard_mg"):
        replace(own, soft_mg=Decimal(170))
    with pytest.raises(BadInput, match="must be a number above zero"):
        replace(own, soft_mg=Decimal("NaN"))


def test_a_decided_dosing_weight_is_used() -> None:
    order = planned_order(protocol("grabski_2022"), body_weight_kg=Decimal(120), dosing_weight_kg=Decimal(90))
    assert order.dose_mg == 72


@pytest.mark.parametrize(
    ("at", "standing"),
    [
        ("2026-03-03T10:41", "not_yet"),
        ("2026-03-03T10:42", "open"),
        ("2026-03-05T10:42", "open"),
        ("2026-03-05T10:43", "soft_tail"),
    ],
)
def test_the_window_opens_after_24_hours_and_closes_after_72(at: str, standing: str) -> None:
    window = therapy_window(WINDOW, datetime(2026, 3, 2, 10, 42, tzinfo=NEW_YORK))
    assert window.standing(datetime.fromisoformat(at).replace(tzinfo=NEW_YORK)) == standing


def test_the_soft_tail_ends_on_day_14() -> None:
    window = therapy_window(WINDOW, datetime(2026, 1, 5, 10, 42, tzinfo=NEW_YORK))
    assert window.standing(datetime(2026, 1, 19, 10, 42, tzinfo=NEW_YORK)) == "soft_tail"
    assert window.standing(datetime(2026, 1, 19, 10, 43, tzinfo=NEW_YORK)) == "closed"


def test_a_change_of_clocks_does_not_move_the_window() -> None:
    window = therapy_window(WINDOW, datetime(2026, 3, 7, 10, 0, tzinfo=NEW_YORK))
    assert window.opens_at == datetime(2026, 3, 8, 11, 0, tzinfo=NEW_YORK)
    assert window.opens_at.hour == 11


def test_the_hour_that_comes_twice_is_told_apart() -> None:
    window = therapy_window(WINDOW, datetime(2026, 10, 29, 2, 30, tzinfo=NEW_YORK))  # closes at the second 01:30
    assert window.standing(datetime(2026, 11, 1, 1, 45, tzinfo=NEW_YORK)) == "open"
    assert window.standing(datetime(2026, 11, 1, 1, 45, fold=1, tzinfo=NEW_YORK)) == "soft_tail"


def test_a_dose_without_time_zone_has_no_window() -> None:
    with pytest.raises(BadInput, match="time zone"):
        therapy_window(WINDOW, datetime(2026, 3, 2, 10, 42))


def test_a_window_that_closes_before_it_opens_is_refused() -> None:
    with pytest.raises(DataFault, match="window: closes_h: must lie after"):
        with_changes(protocol("grabski_2022"), version="2", reason="slip", window=replace(WINDOW, closes_h=Decimal(12)))
