"""Predictions of one regimen by several models, as values, as CSV, and as curves for a picture."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from fenestra.science.errors import BadInput
from fenestra.science.pharmacology.level_picture import Curve
from fenestra.science.pharmacology.models import PerezRuixo
from fenestra.science.pharmacology.prediction import LATEST_MIN_AFTER_FIRST_DOSE, predict
from fenestra.science.pharmacology.reading import load_models
from fenestra.science.pharmacology.regimen import first_dose_min
from fenestra.science.pharmacology.regimen_text import parse_regimen
from fenestra.science.pharmacology.report import PREDICTED, Report, parse_minutes, predict_report
from fenestra.science.quantities import parse_dosing_weight

CURVE_STEP_MIN = 1.0
COLUMNS = ("model", "model_version", "verified", "site", "kind", "minute", "ng_per_ml")
BAND_COLUMNS = ("p05", "p50", "p95")


def parse_models(text: str, beside: str) -> tuple[str, ...]:
    """Model ids written as "domino_1982,clements_1981_250", with the one they stand beside first."""
    named = [part.strip() for part in text.split(",")] if text.strip() else []
    wanted = (beside, *named)
    if "" in wanted or len(set(wanted)) < len(wanted):
        raise BadInput(
            "Name each model once, with commas between them, for example domino_1982,clements_1981_250.",
            field="compare",
        )
    other_drug = [each for each in wanted if isinstance(load_models().pk(each).parameters, PerezRuixo)]
    if other_drug and len(wanted) > 1:
        raise BadInput(
            f"{other_drug[0]} describes S-ketamine, another drug: a milligram of it is not a milligram of the racemate. "
            f"Predict it alone with --model {other_drug[0]}.",
            field="compare",
        )
    return wanted


def compared(
    models: Sequence[str], *, weight: str, at: str, iv: Sequence[str], im: Sequence[str], pauses: Sequence[str]
) -> list[Report]:
    """One report for each model, in the order named."""
    return [predict_report(weight=weight, at=at, iv=iv, im=im, pauses=pauses, model_id=each) for each in models]


def curves(
    models: Sequence[str],
    *,
    weight: str,
    at: str,
    iv: Sequence[str],
    im: Sequence[str],
    pauses: Sequence[str],
    bands: bool,
) -> list[Curve]:
    """The curve of each model minute by minute, from the first dose to the last minute asked for. With `bands` the line
    is the median of the working band, without it the typical level."""
    dosing_weight = parse_dosing_weight(weight, unit_in_label=True)
    regimen = parse_regimen(iv=iv, im=im, pauses=pauses, weight=dosing_weight)
    start = first_dose_min(regimen)
    until = min(max(parse_minutes(at)), start + LATEST_MIN_AFTER_FIRST_DOSE)
    if until <= start:
        raise BadInput("Nothing can be drawn up to the first dose. Give a later minute, for example 60.", field="at")
    grid = [start + step * CURVE_STEP_MIN for step in range(int((until - start) / CURVE_STEP_MIN) + 1)]
    made = (predict(regimen, weight_kg=dosing_weight.value, at_min=grid, model_id=each) for each in models)
    return [
        Curve(each.model_id, each.verified, each.minutes, each.p50, (each.p05, each.p95))
        if bands
        else Curve(each.model_id, each.verified, each.minutes, each.ng_per_ml, None)
        for each in made
    ]


def as_csv(reports: Sequence[Report], *, bands: bool) -> str:
    """One row for each model and minute, with its version, and in each row that it is predicted."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(COLUMNS + (BAND_COLUMNS if bands else ()))
    for report in reports:
        head = (
            report["model"],
            report["model_version"],
            "yes" if report["verified"] else "no",
            report["site"],
            PREDICTED,
        )
        for point in report["points"]:
            spread = (point["p05"], point["p50"], point["p95"]) if bands else ()
            rows.writerow((*head, point["minute"], point["ng_per_ml"], *spread))
    return text.getvalue()
