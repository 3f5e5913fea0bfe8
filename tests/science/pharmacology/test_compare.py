"""Several models beside one another: as values, as CSV, as a picture."""

from __future__ import annotations

import csv
import io
import re
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import pytest

from fenestra.science.errors import BadInput
from fenestra.science.pharmacology.compare import as_csv, compared, curves, parse_models
from fenestra.science.pharmacology.level_picture import HEIGHT, LINES, WIDTH, Curve, level_svg

TOLD: dict[str, Any] = {"weight": "70", "at": "10,40,120", "iv": ["0.5 mg/kg over 40 min"], "im": [], "pauses": []}
THREE = parse_models("domino_1982,clements_1981_250", "kamp_2020")


def test_each_model_is_asked_the_same_regimen() -> None:
    reports = compared(THREE, **TOLD)
    assert [report["model"] for report in reports] == list(THREE)
    assert [round(report["points"][1]["ng_per_ml"]) for report in reports] == [253, 240, 177]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("kamp_2020", "Name each model once"),
        ("domino_1982,", "Name each model once"),
        ("perez_ruixo_2021", "another drug"),
        ("no_such", "no_such"),
    ],
)
def test_what_cannot_stand_beside_is_refused(text: str, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        parse_models(text, "kamp_2020")


def test_another_drug_stands_alone() -> None:
    assert parse_models("", "perez_ruixo_2021") == ("perez_ruixo_2021",)
    with pytest.raises(BadInput, match="Predict it alone"):
        parse_models("kamp_2020", "perez_ruixo_2021")


@pytest.mark.parametrize("bands", [True, False])
def test_the_csv_has_a_row_for_each_model_and_minute_and_says_predicted_in_each(bands: bool) -> None:
    reports = compared(THREE, **TOLD)
    rows = list(csv.DictReader(io.StringIO(as_csv(reports, bands=bands))))
    assert len(rows) == 9 and {row["kind"] for row in rows} == {"predicted, not measured"}
    assert float(rows[1]["ng_per_ml"]) == reports[0]["points"][1]["ng_per_ml"]
    assert ("p05" in rows[0]) is bands


@pytest.mark.parametrize("bands", [True, False])
def test_the_picture_is_well_formed_and_names_each_model_unit_and_kind(bands: bool) -> None:
    picture = level_svg(curves(THREE, **TOLD, bands=bands), "0.5 mg/kg over 40 min, 70 <kg>")
    root = ElementTree.fromstring(picture)
    words = " ".join("".join(each.itertext()) for each in root)
    for said in (*THREE, "unverified", "ng/mL", "minutes", "predicted, not measured", "70 <kg>"):
        assert said in words
    assert picture.count("<polyline") == 3 and picture.count("<polygon") == (3 if bands else 0)
    assert ("our assumption" in words) is bands
    assert len(set(LINES)) == len({dash for _, dash in LINES})


def test_every_point_lies_inside_the_picture_and_names_do_not_touch() -> None:
    picture = level_svg(curves(THREE, **TOLD, bands=True), "a")
    for x, y in re.findall(r"([\d.]+),([\d.]+)", picture):
        assert 0 <= float(x) <= WIDTH and 0 <= float(y) <= HEIGHT
    ends = sorted(float(y) for y in re.findall(r'<text x="678" y="([\d.]+)"', picture))
    assert len(ends) == 3 and all(after - before >= 16 for before, after in pairwise(ends))


def test_a_curve_ends_at_eight_hours_and_starts_with_the_dose() -> None:
    (curve,) = curves(("kamp_2020",), **{**TOLD, "at": "2000", "iv": ["0.5 mg/kg over 40 min at 30"]}, bands=False)
    assert (curve.minutes[0], curve.minutes[-1], curve.ng_per_ml[0]) == (30, 510, 0)
    with pytest.raises(BadInput, match="up to the first dose"):
        curves(("kamp_2020",), **{**TOLD, "at": "0"}, bands=False)


def test_more_models_than_lines_are_not_drawn() -> None:
    with pytest.raises(BadInput, match="one to 4 models"):
        level_svg([Curve("a", True, (0, 1), (0, 1), None)] * 5, "a")
