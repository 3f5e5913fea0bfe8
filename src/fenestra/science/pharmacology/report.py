"""What `fenestra predict` answers: a prediction asked for in words, given as plain values for JSON or as lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from fenestra.science.errors import BadInput
from fenestra.science.pharmacology.bands import BAND_NAME
from fenestra.science.pharmacology.prediction import DEFAULT_MODEL, Prediction, predict
from fenestra.science.pharmacology.regimen_text import parse_regimen
from fenestra.science.quantities import Minutes, parse_dosing_weight

PREDICTED = "predicted, not measured"
BAND_IN_WORDS = f"{BAND_NAME}, 5 to 95 % of adults: our assumption, not a published range"


class Point(TypedDict):
    """One minute: the typical level at full precision, and the 5, 50 and 95 % levels, all in ng/mL."""

    minute: float
    ng_per_ml: float
    p05: float
    p50: float
    p95: float


class Report(TypedDict):
    """The whole answer; `warnings` are sentences."""

    model: str
    model_version: str
    verified: bool
    site: str
    kind: str
    band: str
    points: list[Point]
    warnings: list[str]


def predict_report(
    *,
    weight: str,
    at: str,
    iv: Sequence[str] = (),
    im: Sequence[str] = (),
    pauses: Sequence[str] = (),
    model_id: str = DEFAULT_MODEL,
) -> Report:
    """Predict from what was typed: `iv=["0.5 mg/kg over 40 min"]`, `weight="70"`, `at="10,20,40,60"`.

    `im` takes "0.5 mg/kg", `pauses` "5 min at 20". What cannot be read is refused with the next thing to do.
    """
    dosing_weight = parse_dosing_weight(weight, unit_in_label=True)
    regimen = parse_regimen(iv=iv, im=im, pauses=pauses, weight=dosing_weight)
    return _report(predict(regimen, weight_kg=dosing_weight.value, at_min=parse_minutes(at), model_id=model_id))


def parse_minutes(text: str) -> list[float]:
    """Minutes written as "10,20,40"."""
    if not text.strip():
        raise BadInput("No minutes were given. Write them with commas, for example 10,20,40.", field="at")
    return [float(Minutes.parse(part, unit_in_label=True, field="at").value) for part in text.split(",")]


def report_lines(report: Report) -> list[str]:
    """The answer for a terminal: model, a small table, warnings."""
    mark = "" if report["verified"] else ", UNVERIFIED"
    head = f"{report['model']} ({report['model_version']}{mark}), {report['site']} ketamine, {report['kind']}"
    rows = [
        f"{point['minute']:>8g}  {point['ng_per_ml']:>8.1f}  {point['p05']:>8.1f}  {point['p50']:>8.1f}  {point['p95']:>8.1f}"
        for point in report["points"]
    ]
    columns = f"{'minute':>8}  {'ng/mL':>8}  {'5 %':>8}  {'50 %':>8}  {'95 %':>8}"
    return [head, report["band"], columns, *rows, *(f"Warning: {each}" for each in report["warnings"])]


def _report(made: Prediction) -> Report:
    columns = zip(made.minutes, made.ng_per_ml, made.p05, made.p50, made.p95, strict=True)
    return Report(
        model=made.model_id,
        model_version=made.model_version,
        verified=made.verified,
        site=made.site,
        kind=PREDICTED,
        band=BAND_IN_WORDS,
        points=[Point(minute=m, ng_per_ml=level, p05=low, p50=mid, p95=high) for m, level, low, mid, high in columns],
        warnings=list(made.warnings),
    )
