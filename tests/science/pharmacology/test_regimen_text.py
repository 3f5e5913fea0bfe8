"""A regimen is read as people write it; only nonsense is refused."""

from __future__ import annotations

import pytest

from fenestra.science.errors import BadInput
from fenestra.science.pharmacology.regimen import Bolus, Infusion, Intramuscular, paused
from fenestra.science.pharmacology.regimen_text import Pause, parse_im, parse_iv, parse_pause, parse_regimen
from fenestra.science.quantities import Kilograms

KG_70 = Kilograms(70)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("0.5 mg/kg over 40 min", Infusion(0, 40, 0.875)),
        ("35 mg over 40 min", Infusion(0, 40, 0.875)),
        ("35mg OVER 40min AT 10", Infusion(10, 50, 0.875)),
        ("35 mg over 40 min at 10 min", Infusion(10, 50, 0.875)),
        ("10 mg bolus", Bolus(0, 10)),
        ("0.1 mg/kg bolus at 5", Bolus(5, 7)),
    ],
)
def test_a_step_into_a_vein_is_read(typed: str, meant: Infusion | Bolus) -> None:
    assert parse_iv(typed, KG_70) == meant


def test_an_im_dose_and_a_pause_are_read() -> None:
    assert parse_im("0.5 mg/kg", KG_70) == Intramuscular(0, 35)
    assert parse_im("25 mg at 10", KG_70) == Intramuscular(10, 25)
    assert parse_pause("5 min at 20") == Pause(at_min=20, for_min=5)


def test_steps_follow_one_another_unless_they_say_when() -> None:
    loading = parse_regimen(iv=["0.11 mg/kg over 2 min", "0.60 mg/kg over 50 min"], weight=KG_70)
    assert loading == (Infusion(0, 2, 3.85), Infusion(2, 52, 0.84))
    later = parse_regimen(iv=["7 mg over 2 min", "7 mg over 7 min at 10", "7 mg bolus"], weight=KG_70)
    assert later == (Infusion(0, 2, 3.5), Infusion(10, 17, 1), Bolus(17, 7))


def test_a_pause_shifts_what_is_still_to_be_infused_and_leaves_the_muscle_alone() -> None:
    made = parse_regimen(iv=["35 mg over 40 min"], im=["10 mg at 30"], pauses=["5 min at 20"], weight=KG_70)
    assert made == (Infusion(0, 20, 0.875), Infusion(25, 45, 0.875), Intramuscular(30, 10))


def test_two_pauses_are_read_on_the_same_clock_in_any_order() -> None:
    made = parse_regimen(iv=["40 mg over 40 min"], pauses=["5 min at 30", "5 min at 20"], weight=KG_70)
    assert made == (Infusion(0, 20, 1), Infusion(25, 30, 1), Infusion(35, 50, 1))


def test_a_pause_between_two_steps_delays_the_second() -> None:
    made = parse_regimen(iv=["2 mg over 2 min", "50 mg over 50 min"], pauses=["3 min at 2"], weight=KG_70)
    assert made == (Infusion(0, 2, 1), Infusion(5, 55, 1))


@pytest.mark.parametrize(
    ("iv", "im", "pauses", "says", "field"),
    [
        (["0.5 mg/kg"], [], [], "Write it as 0.5 mg/kg over 40 min", "iv"),
        ([""], [], [], "is no iv step", "iv"),
        (["0.5 over 40 min"], [], [], "no unit", "iv"),
        (["0.5 mg/kg over 40"], [], [], "no unit", "iv"),
        (["0.5 mg/kg over 0 min"], [], [], "has no length", "iv"),
        (["0 mg/kg over 40 min"], [], [], "is no dose", "iv"),
        (["0,5 mg/kg over 40 min"], [], [], "Write 0.5 with a point", "iv"),
        (["5 mL over 40 min"], [], [], "milligrams are needed", "iv"),
        (["0.5 mg/lb over 40 min"], [], [], "milligrams per kilogram are needed", "iv"),
        (["0.5 mg/kg over 40 min at -5"], [], [], "sign", "iv"),
        ([], [""], [], "im dose is empty", "im"),
        ([], ["half"], [], "cannot be read", "im"),
        (["35 mg over 40 min"], [], ["5 min"], "is no pause", "pause"),
        (["35 mg over 40 min"], [], ["0 min at 5"], "has no length", "pause"),
        (["35 mg over 40 min"], [], ["5 min at 40"], "nothing can be paused", "pause"),
        (["35 mg over 40 min"], [], ["5 min at 20", "5 min at 22"], "already stands still", "pause"),
        ([], ["35 mg"], ["5 min at 20"], "nothing can be paused", "pause"),
    ],
)
def test_nonsense_is_refused_with_the_next_step(
    iv: list[str], im: list[str], pauses: list[str], says: str, field: str
) -> None:
    with pytest.raises(BadInput, match=says) as refusal:
        parse_regimen(iv=iv, im=im, pauses=pauses, weight=KG_70)
    assert refusal.value.field == field


def test_a_large_dose_is_read_because_limits_are_not_decided_here() -> None:
    assert parse_iv("3 mg/kg over 10 min", KG_70) == Infusion(0, 10, 21)


def test_a_pause_within_rounding_of_the_end_changes_nothing() -> None:
    whole = Infusion(0, 40, 1)
    assert paused((whole,), at_min=40 - 1e-14, for_min=5) == (whole,)
