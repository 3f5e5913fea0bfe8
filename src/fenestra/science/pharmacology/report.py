"""What `fenestra predict` answers: a prediction asked for in words, given as plain values for JSON or as lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NotRequired, TypedDict

from fenestra.science.errors import BadInput
from fenestra.science.pharmacology.bands import BAND_NAME
from fenestra.science.pharmacology.prediction import DEFAULT_MODEL, Prediction, predict
from fenestra.science.pharmacology.regimen_text import parse_regimen
from fenestra.science.quantities import Minutes, parse_dosing_weight

PREDICTED = "predicted, not measured"
BAND_IN_WORDS = f"{BAND_NAME}, 5 to 95 % of adults: our assumption, not a published range"


NO_BAND = "not shown"


class Point(TypedDict):
    """One minute: the typical level at full precision, and the 5, 50 and 95 % levels unless they are left out; all in
    ng/mL."""

    minute: float
    ng_per_ml: float
    p05: NotRequired[float]
    p50: NotRequired[float]
    p95: NotRequired[float]


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
    banded = report["band"] != NO_BAND
    columns = f"{'minute':>8}  {'ng/mL':>8}" + (f"  {'5 %':>8}  {'50 %':>8}  {'95 %':>8}" if banded else "")
    rows = [_row(point) for point in report["points"]]
    about = [report["band"]] if banded else []
    return [head, *about, columns, *rows, *(f"Warning: {each}" for each in report["warnings"])]


def _row(point: Point) -> str:
    cells = [f"{point['minute']:>8g}", f"{point['ng_per_ml']:>8.1f}"]
    if "p05" in point:
        cells += [f"{point['p05']:>8.1f}", f"{point['p50']:>8.1f}", f"{point['p95']:>8.1f}"]
    return "  ".join(cells)


def without_bands(report: Report) -> Report:
    """The same answer with the typical curve alone."""
    points = [Point(minute=point["minute"], ng_per_ml=point["ng_per_ml"]) for point in report["points"]]
    return {**report, "band": NO_BAND, "points": points}


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
