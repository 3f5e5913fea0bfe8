"""The numbers of a preset as a medical director reads them: words, value, unit."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from fenestra.science.protocols.presets import PresetToAdopt
from fenestra.science.quantities import plain

# Endings and words of the data file's keys. The longest unit is looked for first: "mg_per_kg" before "kg".
UNITS = {
    "mg_per_kg": "mg/kg", "percent": "%", "pct": "%", "minutes": "min", "hours": "h", "mg": "mg", "kg": "kg", "s": "s",
    "min": "min",
}  # fmt: skip
MEASURED_IN = {
    "sbp": "mmHg", "dbp": "mmHg", "hr": "per min", "rr": "per min", "spo2": "%", "moaas": "points", "ciwa ar": "points",
    "cows": "points", "opioid signs": "points",
}  # fmt: skip
WORDS = {
    "sbp": "systolic pressure", "dbp": "diastolic pressure", "hr": "pulse", "rr": "breaths", "spo2": "oxygen",
    "moaas": "MOAA/S", "ciwa": "CIWA-Ar", "ar": "", "cows": "COWS", "padss": "PADSS", "iv": "infusion", "im": "injection",
    "gt": "above", "ge": "at or above", "lt": "below", "le": "at or below", "max": "at most", "min": "at least",
}  # fmt: skip


def values(values: Mapping[str, Any], before: str = "") -> list[tuple[str, str]]:
    """Each value of a preset as (words, value with its unit), tables laid out flat."""
    rows: list[tuple[str, str]] = []
    for key, value in values.items():
        label, unit = _words(key)
        label = f"{before} {label}".strip()
        if isinstance(value, Mapping):
            rows += values_of_table(value, label)
        else:
            rows.append((label[:1].upper() + label[1:], _value(value, unit)))
    return rows


def values_of_table(table: Mapping[str, Any], label: str) -> list[tuple[str, str]]:
    return values(table, before=label)


def _words(key: str) -> tuple[str, str]:
    """A key in words, without its unit; and that unit, or the unit of what it measures."""
    parts = key.split("_")
    for ending, unit in UNITS.items():
        tokens = ending.split("_")
        places = [at for at in range(1, len(parts)) if parts[at : at + len(tokens)] == tokens]
        if places:
            at = places[-1]
            return _spelled(parts[:at] + parts[at + len(tokens) :]), unit
    flat = " ".join(parts)
    unit = next((unit for name, unit in MEASURED_IN.items() if flat == name or flat.startswith(f"{name} ")), "")
    return _spelled(parts), unit


def _spelled(parts: list[str]) -> str:
    return " ".join(word for part in parts if (word := WORDS.get(part, part)))


def _value(value: Any, unit: str) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(_value(each, "") for each in value) + (f" {unit}" if unit else "")
    if isinstance(value, Decimal):
        return f"{plain(value)} {unit}".strip()
    return f"{str(value).replace('_', ' ')} {unit}".strip()


def limits(preset: PresetToAdopt) -> list[str]:
    """The alarm limits that hold only once the preset is adopted, each as a sentence."""
    return [
        f"{limit.measure.words} {limit.comparison.replace('_', ' ')} {plain(limit.value)} {limit.measure.unit}".strip()
        + f", {' and '.join(limit.phases)} the dose: {limit.action.words}"
        for limit in preset.limits
    ]
