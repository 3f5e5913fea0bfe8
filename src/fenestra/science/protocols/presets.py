"""What a medical director has to look at: safety presets that do not hold here until signed by name."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from fenestra.science.protocols.requirements import Enforcement, Requirement, load_requirements
from fenestra.science.protocols.thresholds import Threshold, load_thresholds

# The areas of the requirements file whose presets touch a person being dosed.
SAFETY_AREAS = frozenset(
    {"screening", "dosing", "preparation", "monitoring", "threshold", "discharge", "safety", "dose_limits"}
)


@dataclass(frozen=True)
class PresetToAdopt:
    """One requirement to adopt by name, with the alarm limits that hold only once it is adopted."""

    requirement: Requirement
    limits: tuple[Threshold, ...]


@cache
def presets_to_adopt() -> tuple[PresetToAdopt, ...]:
    """Every safety preset that needs a signature: unverified ones that block, ask or warn, and verified ones whose
    numbers are also used beyond the phase in which they were read."""
    presets = []
    for rule in load_requirements():
        limits = tuple(each for each in load_thresholds() if each.rule == rule.id and not each.verified)
        if limits or _waits_for_a_signature(rule):
            presets.append(PresetToAdopt(rule, limits))
    return tuple(presets)


def _waits_for_a_signature(rule: Requirement) -> bool:
    return not rule.verified and rule.area in SAFETY_AREAS and rule.enforce is not Enforcement.RECORD
