"""The evidence that ships loads whole, and a planted slip is refused with its place."""

from decimal import Decimal
from pathlib import Path

import pytest

from fenestra.science.errors import DataFault, Refused
from fenestra.science.evidence.benchmarks import Denominator
from fenestra.science.evidence.claims import CLAIMS_FILE, Verdict, claims_touched, load_claims, read_claims
from fenestra.science.evidence.library import TRIALS_FILE, load_evidence, read_evidence
from fenestra.science.evidence.tables import read_toml
from fenestra.science.evidence.trials import ComparatorClass, Measure


def test_every_row_of_the_file_is_loaded() -> None:
    text, evidence = TRIALS_FILE.read_text(encoding="utf-8"), load_evidence()
    loaded = {
        "trial": evidence.trials,
        "trial.arm": [arm for trial in evidence.trials for arm in trial.arm],
        "trial.outcome": [outcome for trial in evidence.trials for outcome in trial.outcome],
        "trial.adverse_event": [harm for trial in evidence.trials for harm in trial.adverse_event],
        "review": evidence.reviews,
        "benchmark": evidence.benchmarks,
        "benchmark.point": [point for benchmark in evidence.benchmarks for point in benchmark.point],
        "safety": evidence.safety_rates,
        "expected_range": evidence.expected_ranges,
        "check": evidence.worked_checks,
    }
    assert {table: len(rows) for table, rows in loaded.items()} == {
        table: text.count(f"\n[[{table}]]\n") for table in loaded
    }


def test_a_trial_carries_its_numbers_exactly() -> None:
    trial = load_evidence().trial("grabski2022")
    main = trial.outcome[0]
    assert trial.dose_mg_per_kg == (Decimal("0.8"),)
    assert (main.measure, main.estimate, main.ci_low, main.ci_high) == (
        Measure.MEAN_DIFFERENCE,
        Decimal("10.1"),
        Decimal("1.1"),
        Decimal("19.0"),
    )
    assert trial.comparator_class is ComparatorClass.INERT_PLACEBO


def test_what_nobody_read_stays_marked() -> None:
    unverified = [outcome for outcome in load_evidence().trial("krupitsky1997").outcome if not outcome.verified]
    assert [outcome.timepoint_weeks for outcome in unverified] == [104]


def test_harm_rates_say_what_they_count() -> None:
    yale = [rate for rate in load_evidence().safety_rates if rate.id.startswith("yale_2024")]
    assert {rate.denominator: rate.n for rate in yale} == {Denominator.INFUSIONS: 2342, Denominator.PATIENTS: 138}


def test_the_classes_written_in_the_files_are_the_ones_the_code_knows() -> None:
    assert read_toml(TRIALS_FILE)["meta"]["comparator_classes"] == list(ComparatorClass)
    assert read_toml(CLAIMS_FILE)["meta"]["verdicts"] == list(Verdict)


def test_an_unknown_trial_is_refused_in_words() -> None:
    with pytest.raises(Refused, match="There is no trial smith1901"):
        load_evidence().trial("smith1901")


@pytest.mark.parametrize(
    ("was", "planted", "where"),
    [
        ("year = 1997", "yaer = 1997", "trial krupitsky1997: yaer: is not a known field"),
        ("n = 111\nketamine", "n = 1.5\nketamine", "trial krupitsky1997 arm kpt: n: must be a whole number"),
        ("events = 73", "events = 173", "trial krupitsky1997 outcome 1: events: 173 of 111 cannot be"),
        ('arm = "control"', 'arm = "contrl"', "trial krupitsky1997 outcome 2: arm: contrl is not an arm"),
        ('contrast = "kpt_vs_control"', 'contrast = "kpt_vs_x"', "outcome 3: contrast: x is not an arm"),
        ("ci_low = 1.1", "ci_low = 11.1", "outcome 1: estimate: does not lie inside its interval"),
        ("ci_low = 1.1\n", "", "outcome 1: ci_low: an interval needs both ends"),
        ('denominator = "infusions"', 'denominator = "visits"', "denominator: must be one of infusions, patients"),
        ("\n[[safety]]\n", "\n[[safty]]\n", "file: safty: is not a known field"),
    ],
)
def test_a_planted_slip_in_the_evidence_is_refused(tmp_path: Path, was: str, planted: str, where: str) -> None:
    text = TRIALS_FILE.read_text(encoding="utf-8")
    assert was in text
    copy = tmp_path / "trials.toml"
    copy.write_text(text.replace(was, planted, 1), encoding="utf-8")
    with pytest.raises(DataFault) as refused:
        read_evidence(copy)
    assert str(refused.value).startswith("trials.toml: ")
    assert where in str(refused.value)


def test_every_claim_that_needs_a_caveat_has_one() -> None:
    needing = [claim for claim in load_claims() if claim.caveat_required]
    assert needing
    assert all(claim.patient_wording and claim.primary_source_says for claim in needing)


def test_a_draft_is_held_against_the_claims_it_touches() -> None:
    touched = {claim.id for claim in claims_touched("Ketamine blocks the NMDA receptor.")}
    assert "s000-04" in touched
    assert claims_touched("The clinic opens at nine.") == ()


def test_a_wrong_claim_may_not_be_printed() -> None:
    assert {claim.may_be_printed for claim in load_claims() if claim.verdict is Verdict.WRONG} == {False}


@pytest.mark.parametrize(
    ("was", "planted", "where"),
    [
        ('trial_ids = ["tobacco_pilot_rct", ', 'trial_ids = ["no_such", ', "trial_ids: no_such is not a known trial"),
        ('verdict = "wrong"', 'verdict = "bad"', "verdict: must be one of"),
        ('keywords = ["nmda"', 'keywords = ["NMDA"', "claim s000-04: keywords: must be lower-case"),
    ],
)
def test_a_planted_slip_in_the_claims_is_refused(tmp_path: Path, was: str, planted: str, where: str) -> None:
    text = CLAIMS_FILE.read_text(encoding="utf-8")
    assert was in text
    copy = tmp_path / "claims.toml"
    copy.write_text(text.replace(was, planted, 1), encoding="utf-8")
    with pytest.raises(DataFault) as refused:
        read_claims(copy)
    assert where in str(refused.value)
