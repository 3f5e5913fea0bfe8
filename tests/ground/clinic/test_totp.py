"""Codes of an authenticator app are those of RFC 6238, fit for half a minute either way, and open once."""

from __future__ import annotations

import base64
from urllib.parse import parse_qs, urlsplit

import pytest

from fenestra.ground.clinic import totp

RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()  # RFC 6238, appendix B


@pytest.mark.parametrize(
    ("at_s", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_the_codes_are_those_of_the_standard(at_s: int, code: str) -> None:
    # The appendix prints eight digits; six are its last six.
    assert totp.code(RFC_SECRET, totp.step_at(at_s)) == code


NOW_S = 1_800_000_000.0
NOW = totp.step_at(NOW_S)


@pytest.mark.parametrize(("off", "fits"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_half_a_minute_off(off: int, fits: bool) -> None:
    typed = totp.code(RFC_SECRET, NOW + off)
    assert (totp.step_of(RFC_SECRET, typed, now_s=NOW_S, after=-1) == NOW + off) == fits


def test_a_code_that_was_taken_is_not_taken_again_nor_one_before_it() -> None:
    for off in (-1, 0):
        typed = totp.code(RFC_SECRET, NOW + off)
        assert totp.step_of(RFC_SECRET, typed, now_s=NOW_S, after=NOW) is None


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "²²²²²²", "abcdef", "９" * 6])
def test_what_is_no_code_fits_nothing(typed: str) -> None:
    assert totp.step_of(RFC_SECRET, typed, now_s=NOW_S, after=-1) is None


def test_the_address_for_apps_carries_secret_account_and_clinic() -> None:
    told = urlsplit(totp.address(RFC_SECRET, account="nina.berg", issuer="Fenestra River & Lake"))
    assert (told.scheme, told.netloc, told.path) == ("otpauth", "totp", "/Fenestra%20River%20%26%20Lake:nina.berg")
    assert parse_qs(told.query)["secret"] == [RFC_SECRET]
    assert parse_qs(told.query)["issuer"] == ["Fenestra River & Lake"]


def test_fresh_secrets_differ_and_are_as_long_as_the_standard_asks() -> None:
    made = {totp.fresh_secret() for _ in range(20)}
    assert len(made) == 20 and all(len(base64.b32decode(each)) == 20 for each in made)
