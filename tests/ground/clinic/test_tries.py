"""Guessing is slowed down where it comes from, and keeps nobody from their own screen."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fenestra.ground.clinic import tries
from fenestra.ground.clinic.models import Tries
from tests.ground.clinic.test_clinic import NOON


def away(account: str = "nina", address: str = "203.0.113.9", device: str = "") -> list[tries.Lock]:
    return tries.locks("password", account, address=address, device=device)


def guesses(count: int, locks: list[tries.Lock]) -> list[int]:
    return [tries.begin(NOON, locks) for _ in range(count)]


def test_five_tries_are_free_and_then_each_wrong_one_makes_the_wait_longer(db: None) -> None:
    assert guesses(7, away()) == [0, 0, 0, 0, 0, 30, 30]
    waits, at = [], NOON
    for _ in range(8):
        at += timedelta(seconds=tries.begin(at, away()))
        assert tries.begin(at, away()) == 0
        waits.append(tries.begin(at, away()))
    assert waits == [60, 120, 240, 480, 900, 900, 900, 900]


def test_what_is_sent_during_a_wait_does_not_make_it_longer(db: None) -> None:
    guesses(500, away())
    assert tries.begin(NOON + timedelta(seconds=30), away()) == 0


def test_a_right_one_starts_the_pair_anew(db: None) -> None:
    guesses(4, away())
    tries.begin(NOON, away())
    tries.right(away())
    assert guesses(5, away()) == [0] * 5


def test_an_outsider_keeps_nobody_from_a_browser_that_knows_them(db: None) -> None:
    guesses(500, away())
    for n in range(200):
        tries.begin(NOON, away(address=f"198.51.100.{n}"))
    assert tries.begin(NOON, away(device="her screen")) == 0


def test_an_account_guessed_from_everywhere_is_slowed_down_for_browsers_nobody_knows(db: None) -> None:
    answers = [tries.begin(NOON, away(address=f"198.51.100.{n}")) for n in range(40)]
    assert answers[:30] == [0] * 30 and set(answers[30:]) == {10}


def test_an_address_that_guesses_at_everybody_is_slowed_down(db: None) -> None:
    answers = [tries.begin(NOON, away(account=f"name{n}")) for n in range(70)]
    assert answers[:60] == [0] * 60 and set(answers[60:]) == {10}


def test_who_guesses_at_others_gains_nothing_by_signing_in_as_themselves(db: None) -> None:
    for n in range(59):
        tries.begin(NOON, away(account=f"name{n}"))
    for _ in range(3):
        assert tries.begin(NOON, away(account="eve")) in (0, 10)
        tries.right(away(account="eve"))
    assert Tries.objects.get(lock=away()[2].mark).wrong >= 57


def test_counts_are_forgotten_after_half_a_day(db: None) -> None:
    guesses(6, away())
    later = NOON + timedelta(hours=12, seconds=1)
    assert [tries.begin(later, away()) for _ in range(5)] == [0] * 5
    assert tries.forget(later + timedelta(days=2)) == 3


def test_neither_name_nor_address_is_kept(db: None) -> None:
    tries.begin(NOON, away(account="my-password-by-mistake"))
    stored = str(list(Tries.objects.values_list()))
    assert "my-password" not in stored and "203.0.113" not in stored


def test_the_second_factor_is_counted_apart_from_the_password(db: None) -> None:
    guesses(6, away())
    assert tries.begin(NOON, tries.locks("second factor", "nina", address="203.0.113.9")) == 0


@pytest.mark.parametrize(("wrong", "wait_s"), [(0, 0), (4, 0), (5, 30), (6, 60), (10_000, 900)])
def test_a_pace_is_a_table(wrong: int, wait_s: int) -> None:
    assert tries.PAIR.wait_s(wrong) == wait_s
