"""What a medical director has to look at: safety presets that do not hold here until signed by name."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

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

    def content(self) -> dict[str, Any]:
        """What a signature covers: words, values, source and mark of the requirement, and each limit with its number."""
        rule = self.requirement
        limits = [
            {
                "id": each.id, "measure": each.measure.value, "comparison": each.comparison.value, "value": each.value,
                "phases": [phase.value for phase in each.phases], "action": each.action.value,
            }
            for each in self.limits
        ]  # fmt: skip
        return {
            "text": rule.text, "enforce": rule.enforce.value, "values": rule.values, "source": rule.source,
            "verified": rule.verified, "limits": limits,
        }  # fmt: skip


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
