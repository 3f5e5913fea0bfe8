"""A gate names a purpose, and any instrument that fulfils it will do."""

from __future__ import annotations

import pytest

from fenestra.science.errors import BadInput
from fenestra.science.instruments import find_instrument, fulfils, instruments_for, score, unmet_purposes

PURPOSES = {"suicide": ["asq", "cssrs_screener"], "alcohol": ["audit_c", "audit"], "anxiety": ["gad7"]}
ASQ = score(find_instrument("asq"), {"i1": 0, "i2": 0, "i3": 0, "i4": 0})
OPEN_ASQ = score(find_instrument("asq"), {"i1": 0})
CSSRS = score(find_instrument("cssrs_screener"), {"i1": 0, "i2": 0, "i6": 0})
AUDIT_C = score(find_instrument("audit_c"), {"i1": 0})


def test_a_purpose_names_its_instruments_preferred_first() -> None:
    assert [instrument.id for instrument in instruments_for("suicide", PURPOSES)] == ["asq", "cssrs_screener"]


def test_either_screen_meets_the_suicide_gate() -> None:
    assert fulfils("suicide", ASQ, PURPOSES)
    assert fulfils("suicide", CSSRS, PURPOSES)
    assert not fulfils("suicide", AUDIT_C, PURPOSES)


def test_a_half_answered_screen_meets_no_gate() -> None:
    assert not fulfils("suicide", OPEN_ASQ, PURPOSES)


def test_the_purposes_still_open_are_named_in_their_order() -> None:
    assert unmet_purposes(["anxiety", "suicide", "alcohol"], [OPEN_ASQ, AUDIT_C], PURPOSES) == ("anxiety", "suicide")
    assert unmet_purposes([], [], PURPOSES) == ()


def test_an_unknown_purpose_is_refused_with_those_there_are() -> None:
    with pytest.raises(BadInput, match="suicide, alcohol, anxiety"):
        instruments_for("mood", PURPOSES)


def test_a_purpose_that_names_no_instrument_of_ours_is_refused() -> None:
    with pytest.raises(BadInput, match="no instrument “bdi”"):
        instruments_for("mood", {"mood": ["bdi"]})
