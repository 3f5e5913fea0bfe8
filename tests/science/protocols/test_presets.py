"""A medical director is shown every safety preset that waits for a signature, and no other."""

from fenestra.science.protocols.adoption import NOTHING_ADOPTED, Adoption
from fenestra.science.protocols.presets import presets_to_adopt
from fenestra.science.protocols.thresholds import in_force, load_thresholds


def test_the_presets_that_wait_for_a_signature() -> None:
    assert {preset.requirement.id for preset in presets_to_adopt()} == {
        "SCR-007",
        "DOS-006",
        "DOS-007",
        "PRE-004",
        "MON-010",
        "THR-002",
        "THR-003",
        "THR-004",
        "THR-005",
        "DIS-002",
        "SAF-001",
        "SAF-002",
        "LIM-001",
        "RES-001",
    }


def test_signing_all_of_them_puts_every_limit_in_force() -> None:
    all_signed = Adoption(frozenset(preset.requirement.id for preset in presets_to_adopt()))
    assert len(in_force(load_thresholds(), all_signed)) == len(load_thresholds())
    assert len(in_force(load_thresholds(), NOTHING_ADOPTED)) < len(load_thresholds())


def test_a_verified_rule_is_listed_only_for_its_use_beyond_what_was_read() -> None:
    (pressure,) = [preset for preset in presets_to_adopt() if preset.requirement.id == "THR-003"]
    assert pressure.requirement.verified
    assert {phase for limit in pressure.limits for phase in limit.phases} == {"after"}
