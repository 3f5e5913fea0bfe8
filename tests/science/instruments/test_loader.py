"""A wrong instrument file cannot be loaded, and the fault names file, row and field."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from fenestra.science.errors import DataFault
from fenestra.science.instruments import load_instruments, parse_instrument, read_instruments

GOOD = """
id = "tiny"
title = "A tiny form"
kind = "sum"
administration = "self"
minutes = 1
recall = "now"
use = ["screening"]
licence = "own-words"
ship = "core"
licence_source = "written for this test"
text_status = "own"
option_set = {yn=[["No",0],["Yes",1]]}
item = [
 {id="a", set="yn", text="First?"},
 {id="b", options=[["none",0],["some",1],["much",2]], text="Second?"},
 {id="c", set="yn", text="Third?", scored=false, required=false},
]
skip = [{when="a", op="==", value=0, then_zero=["b"]}]
total = {method="sum", items=["a","b"], min=0, max=3}
subscale = [{id="half", items=["b"], method="sum", min=0, max=2}]
band = [
 {min=0, max=1, label="low"},
 {min=2, max=3, label="high"},
]
alert = [{on="total", op=">=", value=2, level="warn", say="Look"}]
missing = {rule="none"}
change = {mcid=1.5}
example = [{answers={a=1,b=2}, total=3}]
"""

TRIAGE = """
id = "tiny"
title = "A tiny screen"
kind = "triage"
administration = "self"
minutes = 1
recall = "now"
use = ["screening"]
licence = "permission"
ship = "none"
licence_source = "asked"
text_status = "omitted"
item = [
 {id="a", scores=[0, 1]},
 {id="b", ask_if={item="a", value=1}, scores=[0, 1]},
]
rule = [{band="high", any=["b"]}, {band="none", any=[]}]
alert = [{on="band", op="==", value="high", level="stop", say="Stop"}]
missing = {rule="none"}
change = {mcid="not applicable"}
"""

# what stands in the file, what is planted instead, and the row and field that must be named
PLANTED = [
    ("minutes = 1", "minutes = 1\nminuts = 2", "top level", "minuts"),
    ('title = "A tiny form"\n', "", "top level", "title"),
    ("minutes = 1", 'minutes = "one"', "top level", "minutes"),
    ("minutes = 1", "minutes = true", "top level", "minutes"),
    ('kind = "sum"', 'kind = "guess"', "top level", "kind"),
    ('kind = "sum"', 'kind = "mean"', "total", "method"),
    ('licence_source = "written for this test"\n', "", "top level", "licence_source"),
    ('ship = "core"', 'ship = "scoring only"', "top level", "ship"),
    ('text="First?"', 'texts="First?"', "item 1 (a)", "texts"),
    ('text="First?"', 'text=""', "item 1 (a)", "text"),
    (', text="First?"', "", "item a", "text"),
    ('{id="a", set="yn"', '{id="a", set="ny"', "item 1 (a)", "set"),
    ('{id="a", set="yn"', '{id="a"', "item 1 (a)", "options"),
    ('{id="b"', '{id="a"', "item a", "id"),
    ('["Yes",1]', '["no",1]', "option_set", "yn"),
    ('["Yes",1]', '["Yes",0]', "option_set", "yn"),
    ('["Yes",1]', '["0",1]', "option_set", "yn"),
    ('["Yes",1]', '["Yes","1"]', "option_set", "yn"),
    ("option_set = {", 'option_set = {lost=[["x",0]], ', "option_set", "lost"),
    ('["some",1]', '["none",1]', "item 2 (b)", "options"),
    ('items=["a","b"], min=0, max=3', 'items=["a","z"], min=0, max=3', "total", "items"),
    ('items=["a","b"], min=0, max=3', 'items=["a","c"], min=0, max=2', "total", "items"),
    ('items=["a","b"], min=0, max=3', 'items=["a","a"], min=0, max=2', "total", "items"),
    ("min=0, max=3}", "min=0, max=4}", "total", "max"),
    ("min=0, max=3}", "min=-1, max=3}", "total", "min"),
    ('{method="sum", items', '{method="product", items', "total", "method"),
    ('{id="half", items=["b"]', '{id="half", items=["z"]', "subscale half", "items"),
    ('min=2, max=3, label="high"', 'min=3, max=3, label="high"', "band “high”", "min"),
    ('min=2, max=3, label="high"', 'min=1, max=3, label="high"', "band “high”", "min"),
    ('min=2, max=3, label="high"', 'min=2, max=4, label="high"', "band “high”", "max"),
    ('min=0, max=1, label="low"', 'min=1, max=1, label="low"', "band “low”", "min"),
    ('{min=0, max=1, label="low"', '{scope="hlaf", min=0, max=1, label="low"', "band “low”", "scope"),
    ('{min=0, max=1, label="low"', '{sex="male", min=0, max=1, label="low"', "band", "sex"),
    ('{min=0, max=1, label="low"}', "{min=0, max=1}", "band 1", "label"),
    ('on="total"', 'on="totl"', "alert 1", "on"),
    ('op=">="', 'op=">"', "alert 1", "op"),
    ('level="warn"', 'level="loud"', "alert 1", "level"),
    ("value=2, level", 'value="two", level', "alert 1", "value"),
    ('then_zero=["b"]', 'then_zero=["z"]', "skip 1", "then_zero"),
    ('{rule="none"}', '{rule="carry forward"}', "missing", "rule"),
    ("answers={a=1,b=2}, total=3", "answers={a=1,b=2}, totl=3", "example 1", "totl"),
    ("minutes = 1", "minutes = ", "top level", "syntax"),
    ('id = "tiny"', 'id = "other"', "top level", "id"),
]

PLANTED_TRIAGE = [
    ('{id="a", scores', '{id="a", text="Their words", scores', "item a", "text"),
    ("minutes = 1", 'minutes = 1\ninstruction = "Their words"', "top level", "instruction"),
    ("scores=[0, 1]},\n {", 'options=[["No",0],["Yes",1]]},\n {', "item a", "text"),
    ('ask_if={item="a"', 'ask_if={item="z"', "item b", "ask_if"),
    ('any=["b"]', 'any=["z"]', "rule 1", "any"),
    ('any=["b"]', "any=[]", "rule 1", "any"),
    (', {band="none", any=[]}', "", "rule 1", "any"),
    ('band="none", any=[]', 'band="none"', "rule 2", "any"),
    ('value="high"', 'value="hihg"', "alert 1", "value"),
    (
        "minutes = 1",
        'minutes = 1\nrefused = {allowed=true, counts_as="positive", band="x", note="y"}',
        "refused",
        "band",
    ),
    (
        "minutes = 1",
        'minutes = 1\nrefused = {allowed=true, counts_as="no", band="high", note="y"}',
        "refused",
        "counts_as",
    ),
    ("minutes = 1", 'minutes = 1\nrepeat = {note="x", skip_on_repeat=["z"], rule=[]}', "repeat", "skip_on_repeat"),
]


def test_the_files_without_a_planted_fault_load() -> None:
    assert parse_instrument(GOOD, "tiny.toml").change.mcid == Decimal("1.5")
    assert parse_instrument(TRIAGE, "tiny.toml").rules[0].band == "high"


@pytest.mark.parametrize(("stands", "planted", "row", "field"), PLANTED)
def test_a_planted_fault_is_named(stands: str, planted: str, row: str, field: str) -> None:
    assert_fault(GOOD, stands, planted, row, field)


@pytest.mark.parametrize(("stands", "planted", "row", "field"), PLANTED_TRIAGE)
def test_a_fault_planted_in_a_triage_form_is_named(stands: str, planted: str, row: str, field: str) -> None:
    assert_fault(TRIAGE, stands, planted, row, field)


def assert_fault(good: str, stands: str, planted: str, row: str, field: str) -> None:
    assert stands in good, "the planted fault has no place"
    with pytest.raises(DataFault) as fault:
        parse_instrument(good.replace(stands, planted, 1), "tiny.toml")
    assert (fault.value.file, fault.value.row, fault.value.field) == ("tiny.toml", row, field)
    assert str(fault.value).startswith(f"tiny.toml: {row}: {field}: ")


def test_a_folder_of_a_clinics_own_files_is_read_the_same_way(tmp_path: Path) -> None:
    (tmp_path / "tiny.toml").write_text(GOOD, encoding="utf-8")
    assert list(read_instruments(tmp_path)) == ["tiny"]


def test_instruments_are_read_once_and_cannot_be_changed() -> None:
    known = load_instruments()
    assert known is load_instruments()
    with pytest.raises(TypeError):
        known["phq9"] = known["gad7"]  # type: ignore[index]  # what the test tries
    with pytest.raises(AttributeError):
        known["phq9"].title = "x"  # type: ignore[misc]  # what the test tries


def test_notes_that_nobody_read_in_their_source_say_so() -> None:
    assert load_instruments()["phq2"].unverified_notes == ("band_source",)
    assert load_instruments()["padss"].unverified_notes == ()


def test_every_loinc_code_has_the_right_check_digit() -> None:
    """A code with a wrong last digit is a typing error somebody else's system would refuse."""
    codes = [code for i in load_instruments().values() for code in (i.loinc, i.loinc_total) if code]
    codes += [item.loinc for i in load_instruments().values() for item in i.items if item.loinc]
    assert len(codes) > 30
    assert [code for code in codes if not has_right_check_digit(code)] == []


def has_right_check_digit(code: str) -> bool:
    """The Luhn rule over the digits before the hyphen."""
    number, check = code.split("-")
    doubled = [int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(number))]
    return (sum(value // 10 + value % 10 for value in doubled) + int(check)) % 10 == 0
