"""The models file is read to the last field; what is unverified never becomes the default."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from fenestra.science.errors import BadInput, DataFault
from fenestra.science.pharmacology.models import Form, Models, Offer, Volumes70kg
from fenestra.science.pharmacology.reading import MODELS_FILE, load_models, read_models

SHIPPED = MODELS_FILE.read_text(encoding="utf-8")


def _with(old: str, new: str) -> Models:
    assert old in SHIPPED
    return read_models(SHIPPED.replace(old, new, 1), "models.toml")


def test_the_default_set_is_kamp_2020_verified_arterial_and_exact() -> None:
    default = load_models().default
    assert (default.id, default.verified, default.sampling_site) == ("kamp_2020", True, "arterial")
    assert isinstance(default.parameters, Volumes70kg)
    assert default.parameters.v1_l == Decimal("25.0")


def test_every_form_of_the_file_is_read_and_four_sets_can_predict() -> None:
    sets = load_models().sets
    assert {each.form for each in sets} == set(Form)
    able = {each.id for each in sets if each.can_predict}
    assert able == {"kamp_2020", "domino_1982", "clements_1981_250", "perez_ruixo_2021"}


def test_an_unverified_set_is_never_the_default() -> None:
    assert all(each.verified for each in load_models().sets if each.offer is Offer.DEFAULT)
    with pytest.raises(DataFault, match=r"\[\[pk\]\] clements_1981_250: verified: .*cannot be the default"):
        read_models(
            SHIPPED.replace('offer = "default"', 'offer = "compare"').replace(
                'offer = "venous_line"', 'offer = "default"'
            ),
            "models.toml",
        )


@pytest.mark.parametrize(
    ("old", "new", "names"),
    [
        ("V1 = 25.0", "V1 = 25.0\nV9 = 1.0", "models.toml: [[pk]] kamp_2020: V9: unknown field"),
        ("V1 = 25.0\n", "", "models.toml: [[pk]] kamp_2020: V1: missing"),
        ("V1 = 25.0", "V1 = 0.0", "models.toml: [[pk]] kamp_2020: V1: a number above zero"),
        ("V1 = 25.0", "V1 = nan", "models.toml: [[pk]] kamp_2020: V1: a number is needed"),
        ("V1 = 25.0", 'V1 = "25"', "models.toml: [[pk]] kamp_2020: V1: a number is needed"),
        ('form = "rates_per_kg"', 'form = "rates"', "models.toml: [[pk]] domino_1982: form: 'rates' is none of"),
        ('id = "domino_1982"', 'id = "kamp_2020"', "models.toml: [[pk]] kamp_2020: id: stands twice"),
        ('offer = "default"', 'offer = "compare"', "models.toml: [[pk]]: offer: one default is needed, not 0"),
        ("k31 = 0.0146\n", "", "models.toml: [[pk]] domino_1982: k31: missing"),
        ("schema_version = 1", "schema_version = 2", "models.toml: top: schema_version: this reader knows"),
        ("schema_version = 1", "schema_version = 1\nextra = 1", "models.toml: top: extra: unknown field"),
        ("schema_version = 1", "schema_version = = 1", "models.toml: top: text: not TOML"),
        ("F = 0.93", "F = 1.93", "models.toml: [[absorption]] im: F: a share of the dose is at most 1"),
        ("lag_min = 0.0", "lag_min = 2.0", "models.toml: [[absorption]] im: lag_min: a lag is not modelled"),
        ("ka_per_min = 0.042\n", "", "models.toml: [[absorption]] im: ka_per_min: missing"),
        (
            "residual_log_sd = 0.25",
            "residual = 0.25",
            "models.toml: top.proposed_variability: residual_log_sd: missing",
        ),
    ],
)
def test_a_fault_names_file_row_and_field(old: str, new: str, names: str) -> None:
    with pytest.raises(DataFault, match=re.escape(names)):
        _with(old, new)


@pytest.mark.parametrize("model_id", ["fanta_2015", "hijazi_2003", "unheard_of"])
def test_a_model_without_time_course_or_never_offered_is_refused_with_those_that_can_predict(model_id: str) -> None:
    with pytest.raises(BadInput, match="Choose one of kamp_2020, domino_1982, clements_1981_250, perez_ruixo_2021"):
        load_models().pk(model_id)


def test_absorption_from_muscle_is_marked_unverified() -> None:
    im = load_models().im
    assert (im.verified, im.bioavailability, im.ka_per_min) == (False, Decimal("0.93"), Decimal("0.042"))
