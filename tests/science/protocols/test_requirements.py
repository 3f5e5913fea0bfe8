"""The requirements that ship load whole, and a planted slip in the file is refused."""

from decimal import Decimal
from pathlib import Path

import pytest

from fenestra.science.errors import DataFault, Refused
from fenestra.science.protocols.adoption import NO_CLINIC, NOTHING_ADOPTED, Adoption, Standing
from fenestra.science.protocols.requirements import (
    REQUIREMENTS_FILE,
    Enforcement,
    RequirementKind,
    load_requirements,
    read_requirements,
    requirement,
)


def test_every_requirement_has_words_and_a_source() -> None:
    assert len(load_requirements()) == REQUIREMENTS_FILE.read_text(encoding="utf-8").count("[[requirement]]")
    assert all(each.text and each.source for each in load_requirements())


def test_a_requirement_is_found_by_its_id() -> None:
    found = requirement("LIM-001")
    assert (found.kind, found.enforce, found.verified) == (RequirementKind.DESIGN, Enforcement.BLOCK, False)
    assert found.number("iv_soft_mg_per_kg") == Decimal("0.8")


def test_an_unknown_requirement_is_refused_in_words() -> None:
    with pytest.raises(Refused, match="There is no requirement LIM-999"):
        requirement("LIM-999")


def test_values_cannot_be_changed_after_loading() -> None:
    with pytest.raises(TypeError):
        requirement("LIM-001").values["hard_mg"] = "1000"  # type: ignore[index]  # the fault this test plants


@pytest.mark.parametrize(
    ("was", "planted", "where"),
    [
        ('enforce = "record"', 'enforce = "maybe"', "enforce: must be one of block, decide, warn, record"),
        ('kind = "law"', 'kind = "lore"', "kind: must be one of"),
        ("verified = true", "verifed = true", "verifed: is not a known field"),
        ("verified = true", 'verified = "yes"', "verified: must be true or false"),
        ('id = "SCR-002"', 'id = "SCR-001"', "requirement SCR-001: id: is used twice"),
    ],
)
def test_a_planted_slip_names_file_row_and_field(tmp_path: Path, was: str, planted: str, where: str) -> None:
    copy = tmp_path / "requirements.toml"
    copy.write_text(REQUIREMENTS_FILE.read_text(encoding="utf-8").replace(was, planted, 1), encoding="utf-8")
    with pytest.raises(DataFault) as refused:
        read_requirements(copy)
    assert str(refused.value).startswith("requirements.toml: requirement ")
    assert where in str(refused.value)


def test_a_value_that_is_not_a_number_is_refused_with_its_place() -> None:
    with pytest.raises(DataFault, match=r"requirement CONF-001: values\.default: must be a number"):
        requirement("CONF-001").number("default")
    with pytest.raises(DataFault, match=r"requirement LIM-001: values\.dose: is missing"):
        requirement("LIM-001").number("dose")


@pytest.mark.parametrize(
    ("rule", "adoption", "standing"),
    [
        ("THR-001", NOTHING_ADOPTED, Standing.VERIFIED),
        ("LIM-001", NOTHING_ADOPTED, Standing.UNADOPTED),
        ("LIM-001", Adoption(frozenset({"LIM-001"})), Standing.ADOPTED),
        ("LIM-001", Adoption(frozenset({"THR-005"})), Standing.UNADOPTED),
        ("LIM-001", NO_CLINIC, Standing.AS_IF_ADOPTED),
    ],
)
def test_an_unverified_rule_holds_only_once_adopted(rule: str, adoption: Adoption, standing: Standing) -> None:
    assert adoption.standing(requirement(rule)) is standing
    assert standing.in_force is (standing is not Standing.UNADOPTED)
