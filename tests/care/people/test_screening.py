"""A screening is kept as it stood; a prescriber decides on the newest, and never against what the rules forbid."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from fenestra.care.people import rules, screening, screening_queries
from fenestra.care.people.models import Screening
from fenestra.care.people.values import ScreeningValue
from fenestra.ground.book import vault
from fenestra.ground.book.scope import OPEN, Mask, Scope
from fenestra.ground.clinic.actions import found_clinic
from fenestra.ground.clinic.rules import NotYours
from fenestra.science.errors import BadInput, Refused
from fenestra.science.protocols.screening import Verdict
from fenestra.science.protocols.screening_rules import Effect
from fenestra.science.protocols.trial_entry import EntryStanding
from tests.care.people.known import good_facts
from tests.care.visit.day import BORN, MORNING, Day


def screen(day: Day, who: str = "cora", **facts: Any) -> int:
    made = day.do(screening.keep_screening, who, person_id=day.person_id, facts=good_facts(**facts))
    return made.id or 0


def decide(day: Day, screening_id: int, who: str = "dana", *, decision: str = "fit", reason: str = "settled") -> int:
    made = day.do(screening.decide_screening, who, screening_id=screening_id, decision=decision, reason=reason)
    return made.id or 0


def seen(day: Day, screening_id: int, mask: Mask = OPEN) -> ScreeningValue:
    return screening_queries.screening(day.scopes["dana"], mask, screening_id)


# ---- what is kept


def test_a_person_of_whom_all_is_known_and_nothing_speaks_against_it_is_fit(day: Day) -> None:
    kept = seen(day, screen(day))
    assert kept.verdict is Verdict.FIT
    assert {reason.effect for reason in kept.reasons or ()} <= {Effect.NOTE}


def test_the_facts_come_back_as_they_were_given_with_the_birth_date_on_record(day: Day) -> None:
    facts = seen(day, screen(day, systolic_mmhg="148.5", lactation=None)).facts
    assert facts
    assert facts.birth_date == BORN and facts.on_date == MORNING.date()
    assert facts.systolic_mmhg == Decimal("148.5") and facts.lactation is None and facts.medicine_classes == ()


def test_what_is_not_known_is_a_reason_and_never_fit(day: Day) -> None:
    kept = seen(day, screen(day, pregnancy=None))
    assert kept.verdict is Verdict.DECIDE
    assert [reason.fact for reason in kept.reasons or () if reason.effect is Effect.FIND_OUT] == ["pregnancy"]


def test_a_screening_reads_the_same_after_a_later_one(day: Day) -> None:
    first = screen(day)
    before = seen(day, first)
    screen(day, psychosis_history=True)
    after = seen(day, first)
    assert (after.facts, after.reasons, after.trials) == (before.facts, before.reasons, before.trials)
    assert before.newest and not after.newest


def test_each_trial_says_what_is_met_not_met_and_unknown(day: Day) -> None:
    kept = seen(day, screen(day, earlier_detoxifications="0", bdi_ii=None))
    assert kept.trials
    counts = {trial.protocol: tuple(len(trial.of(standing)) for standing in EntryStanding) for trial in kept.trials}
    assert all(sum(count) == len(trial.entry) for trial, count in zip(kept.trials, counts.values(), strict=True))
    assert any(not_met for _, not_met, _ in counts.values()) and any(unknown for _, _, unknown in counts.values())


def test_facts_reasons_and_trials_are_stored_sealed(day: Day) -> None:
    screen(day, psychosis_history=True)
    row = Screening.objects.get()
    for stored in (row.facts, row.reasons, row.trials):
        assert "sychosis" not in stored and "alcohol" not in stored


def test_those_who_may_not_know_who_it_is_see_the_verdict_alone(day: Day) -> None:
    kept = seen(day, screen(day), Mask(frozenset({"identity"})))
    assert (kept.verdict, kept.facts, kept.reasons, kept.trials) == (Verdict.FIT, None, None, None)


def test_after_erasure_only_the_verdict_is_left_and_nobody_decides_on_it(day: Day) -> None:
    made = screen(day)
    vault.destroy(day.person_id)
    assert seen(day, made).facts is None
    with pytest.raises(Refused, match="erased"):
        decide(day, made)


@pytest.mark.parametrize(
    ("field", "facts"),
    [("weight_kg", {"weight_kg": "7250"}), ("on_date", {"on_date": "2026-11-21"}),
     ("birth_date", {"birth_date": "1985-04-12"}), ("favourite_colour", {"favourite_colour": "blue"}),
     ("diastolic_mmhg", {"diastolic_mmhg": "130"})],
)  # fmt: skip
def test_facts_that_cannot_be_are_refused_at_their_field(day: Day, field: str, facts: dict[str, Any]) -> None:
    with pytest.raises(BadInput) as refusal:
        screen(day, **facts)
    assert refusal.value.field == field
    assert not Screening.objects.exists()


# ---- the decision


def test_a_prescriber_decides_with_a_reason_that_is_kept(day: Day) -> None:
    made = screen(day, psychosis_history=True)
    decide(day, made, reason="a single episode, 2009, <b>clear since</b>")
    decided = seen(day, made).decided
    assert decided and decided.decision is rules.Decided.FIT
    assert decided.reason == "a single episode, 2009, <b>clear since</b>"


def test_a_decision_can_be_taken_again_and_the_last_counts(day: Day) -> None:
    made = screen(day)
    decide(day, made)
    decide(day, made, decision="not_now", reason="wants to wait")
    kept = seen(day, made)
    assert len(kept.decisions) == 2 and kept.decided and kept.decided.decision is rules.Decided.NOT_NOW


def test_nobody_but_a_prescriber_decides(day: Day) -> None:
    made = screen(day)
    for who in ("cora", "nina", "theo"):
        with pytest.raises(NotYours):
            decide(day, made, who)


def test_an_older_screening_cannot_be_decided_on(day: Day) -> None:
    first = screen(day)
    screen(day)
    with pytest.raises(rules.OlderScreening, match="newest"):
        decide(day, first)


def test_a_contraindication_cannot_be_decided_away(day: Day) -> None:
    made = screen(day, arteriovenous_malformation=True)
    assert seen(day, made).verdict is Verdict.NOT_NOW
    with pytest.raises(Refused, match="cannot be decided away"):
        decide(day, made)
    decide(day, made, decision="not_now", reason="malformation known since 2019")


def test_an_unknown_contraindication_must_be_found_out_first_an_unknown_caution_can_be_decided(day: Day) -> None:
    with pytest.raises(Refused, match="earlier bleeding"):
        decide(day, screen(day, history_intracerebral_haemorrhage=None))
    decide(day, screen(day, hepatic_moderate=None), reason="liver tests come on Friday, before any plan")


@pytest.mark.parametrize("reason", ["", "  ", "x" * 10_000_000])
def test_a_decision_needs_a_reason_that_a_human_could_have_typed(day: Day, reason: str) -> None:
    made = screen(day)
    with pytest.raises(BadInput) as refusal:
        decide(day, made, reason=reason)
    assert refusal.value.field == "reason"


def test_another_clinics_screening_is_not_there(day: Day) -> None:
    made = screen(day)
    other = found_clinic(
        slug="elsewhere", name="Elsewhere", time_zone="UTC", phone="", crisis_line="", made_up=True, at=MORNING
    )
    day.scopes["stranger"] = Scope(other, 99, frozenset({"physician"}))
    with pytest.raises(rules.NoSuchPerson):
        screen(day, "stranger")
    with pytest.raises(rules.NoSuchPerson):
        decide(day, made, "stranger")
    with pytest.raises(rules.NoSuchPerson):
        screening_queries.screening(day.scopes["stranger"], OPEN, made)
    assert screening_queries.latest_screening(day.scopes["stranger"], OPEN, day.person_id) is None
    assert (
        screening_queries.screenings(day.scopes["dana"], Mask(people=frozenset({day.person_id})), day.person_id) == []
    )
