"""A protocol is laid on the calendar: by whom, of what, for whom, and what each refusal says next."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from fenestra.care.people import queries as people
from fenestra.care.people.models import ConsentWithdrawal
from fenestra.care.plan import actions, queries, rules
from fenestra.ground.book.scope import OPEN, Mask
from fenestra.ground.clinic.rules import NotYours
from fenestra.science.errors import BadInput, Refused
from fenestra.science.protocols.protocol import Protocol, Use
from fenestra.science.protocols.regimens import content_hash, protocol, with_changes
from fenestra.science.protocols.stored import protocol_as_text
from tests.care.plan.clinic import FRIDAY, MONDAY, TUESDAYS, Clinic, at, consent, open_clinic, screen
from tests.care.visit.day import password

pytestmark = pytest.mark.django_db


def test_a_physician_plans_after_consent_and_every_dose_stands_on_the_calendar_with_its_chair() -> None:
    clinic = open_clinic()
    clinic.plan(hours=(clinic.hour(at(26, 10)),))
    plan = clinic.see()
    assert [(each.number, each.starts_at, each.chair) for each in plan.doses] == [
        (number, day, "B") for number, day in enumerate(TUESDAYS, 1)
    ]
    assert plan.doses[0].ends_at == TUESDAYS[0] + timedelta(minutes=60 + 40)
    assert plan.doses[0].window.opens_at == plan.doses[0].ends_at + timedelta(hours=24)
    assert [(each.kind.value, each.dose_number, each.in_window) for each in clinic.calendar()] == [
        ("dose", 1, None), ("therapy", 1, True), ("dose", 2, None), ("dose", 3, None),
    ]  # fmt: skip


def test_the_episode_follows_the_version_that_was_planned() -> None:
    clinic = open_clinic()
    clinic.plan()
    episode = people.episode(clinic.scope, OPEN, clinic.episode_id)
    assert (episode.protocol, episode.protocol_hash) == ("grabski_2022", content_hash(protocol("grabski_2022")))


@pytest.mark.parametrize("who", ["nina", "theo", "cora", "paula"])
def test_only_a_prescriber_makes_a_plan(who: str) -> None:
    clinic = open_clinic()
    with pytest.raises(NotYours, match="physician or medical director"):
        clinic.as_(
            who, actions.make_plan, episode_id=clinic.episode_id, protocol="grabski_2022",
            protocol_hash=content_hash(protocol("grabski_2022")), dose_days=TUESDAYS,
        )  # fmt: skip


def test_without_consent_there_is_no_plan() -> None:
    clinic = open_clinic(consented=False)
    with pytest.raises(rules.NotReady, match="not signed"):
        clinic.plan()
    consent(clinic, kind="check_ins")
    with pytest.raises(rules.NotReady, match="not signed"):
        clinic.plan()


def test_a_consent_withdrawn_between_two_steps_stops_the_second() -> None:
    clinic = open_clinic(consented=False)
    consent_id = consent(clinic)
    ConsentWithdrawal.objects.create(person_id=clinic.person_id, at=FRIDAY, by_id=None, consent_id=consent_id)
    with pytest.raises(rules.NotReady, match="was withdrawn"):
        clinic.plan()


def test_a_consent_that_ran_out_is_asked_for_again() -> None:
    clinic = open_clinic(consented=False)
    consent(clinic, expires_at=FRIDAY - timedelta(days=1))
    with pytest.raises(rules.NotReady, match="has run out"):
        clinic.plan()


@pytest.mark.parametrize(
    ("verdict", "decided", "said"),
    [
        ("", "", "Nobody has screened this person yet"),
        ("not_now", "", "says: not now. A prescriber decides"),
        ("decide", "", "a prescriber must decide"),
        ("not_now", "not_now", "decided after screening: not now"),
        ("fit", "not_now", "decided after screening: not now"),
    ],
)
def test_without_a_screening_that_lets_it_there_is_no_plan(verdict: str, decided: str, said: str) -> None:
    clinic = open_clinic(verdict=verdict, decided=decided)
    with pytest.raises(rules.NotReady, match=said):
        clinic.plan()


def test_a_prescriber_s_decision_counts_over_the_rules_and_the_newest_screening_over_earlier_ones() -> None:
    clinic = open_clinic(verdict="fit")
    screen(clinic, "not_now")
    with pytest.raises(rules.NotReady, match="not now"):
        clinic.plan()
    screen(clinic, "not_now", "fit")
    assert clinic.plan()


@pytest.mark.parametrize("historical", ["krupitsky_1997", "krupitsky_2002", "krupitsky_2007"])
def test_a_historical_protocol_is_readable_and_cannot_be_planned(historical: str) -> None:
    clinic = open_clinic()
    (version,) = [v for v in queries.protocols(clinic.scope, OPEN) if v.protocol.id == historical]
    assert "not plannable as shipped" in version.why_not
    with pytest.raises(rules.NotPlannable, match="medical director can sign a version of the clinic's own"):
        clinic.plan(historical)


def test_a_research_protocol_needs_its_ethics_reference() -> None:
    clinic = open_clinic()
    version = signed(clinic, research_version())
    with pytest.raises(BadInput, match="reference of the ethics committee") as refusal:
        clinic.plan("nicotine", protocol_hash=version, dose_days=TUESDAYS[:1], reason="in our study")
    assert refusal.value.field == "ethics_reference"
    clinic.plan(
        "nicotine", protocol_hash=version, dose_days=TUESDAYS[:1], ethics_reference="EC 2026-14", reason="in our study"
    )
    assert clinic.see().ethics_reference == "EC 2026-14"


def research_version() -> Protocol:
    origin = protocol("nicotine")
    known = protocol("dakwar_2019").dose
    return with_changes(origin, version="ours-1", reason="our study", plannable=True, dose=known)


def signed(clinic: Clinic, version: Protocol, who: str = "mira") -> str:
    clinic.as_(
        who, actions.sign_protocol, content=protocol_as_text(version), reason="for our study", password=password(who)
    )
    return content_hash(version)


def test_a_protocol_for_another_substance_needs_a_reason() -> None:
    clinic = open_clinic()
    with pytest.raises(BadInput, match="is for cocaine; this episode is for alcohol"):
        clinic.plan("dakwar_2019", dose_days=TUESDAYS[:1])
    assert clinic.plan("dakwar_2019", dose_days=TUESDAYS[:1], reason="uses both")


def test_another_count_or_spacing_than_the_trial_s_needs_a_reason() -> None:
    clinic = open_clinic()
    with pytest.raises(BadInput, match="has 3 doses; this plan has 2"):
        clinic.plan(dose_days=TUESDAYS[:2])
    with pytest.raises(BadInput, match="7 to 21 days between doses"):
        clinic.plan(dose_days=(at(24, 9), at(26, 9), at(8, 9, month=12)))
    assert clinic.plan(dose_days=TUESDAYS[:2], reason="the person wants two")
    assert clinic.see().reason == "the person wants two"


def test_doses_in_the_past_or_out_of_order_are_refused() -> None:
    clinic = open_clinic()
    with pytest.raises(BadInput, match="lies in the past"):
        clinic.plan(dose_days=(at(17, 9), *TUESDAYS[1:]))
    with pytest.raises(BadInput, match="in their order"):
        clinic.plan(dose_days=TUESDAYS[::-1])


def test_one_plan_at_a_time_and_a_new_one_after_the_old_ended() -> None:
    clinic = open_clinic()
    first = clinic.plan()
    with pytest.raises(rules.NotReady, match="End that plan first"):
        clinic.plan()
    clinic.as_("dana", actions.end_plan, plan_id=first, reason="wishes another time of day")
    assert clinic.plan(dose_days=tuple(each + timedelta(hours=2) for each in TUESDAYS))
    assert clinic.see().open


def test_a_second_plan_counts_its_doses_on_from_those_that_were_to_be_given_before() -> None:
    clinic = open_clinic()
    first = clinic.plan()
    clinic.day.at = TUESDAYS[0] + timedelta(days=1)
    clinic.as_("dana", actions.end_plan, plan_id=first, reason="a longer pause is wanted")
    clinic.plan(
        dose_days=(at(5, 9, month=1, year=2027),), reason="one more", hours=(clinic.hour(at(7, 9, month=1, year=2027)),)
    )
    assert [each.number for each in clinic.see().doses] == [2]
    assert "before dose 2" in queries.course_stops(clinic.scope, OPEN, clinic.episode_id, 2)


def test_an_hour_outside_its_window_needs_a_reason_and_is_then_booked() -> None:
    clinic = open_clinic()
    too_late = at(30, 10)
    with pytest.raises(BadInput, match="Mon 30 Nov, 10:00 lies outside the window") as refusal:
        clinic.plan(hours=(clinic.hour(too_late),))
    assert refusal.value.field == "outside_because"
    clinic.plan(hours=(clinic.hour(too_late, because="works until Friday"),))
    (hour,) = clinic.calendar(staff_id=clinic.theo)
    assert (hour.in_window, hour.outside_because) == (False, "works until Friday")


def test_a_refused_hour_leaves_no_plan_behind() -> None:
    clinic = open_clinic()
    with pytest.raises(Refused):
        clinic.plan(hours=(clinic.hour(at(26, 10)), clinic.hour(at(30, 10))))
    assert queries.plan_of(clinic.scope, OPEN, clinic.episode_id) is None
    assert clinic.calendar() == []


def test_reasons_are_sealed_and_hidden_from_those_who_see_no_identity() -> None:
    clinic = open_clinic()
    clinic.plan(hours=(clinic.hour(at(30, 10), because="shift work"),), reason="asked for it")
    hidden = Mask(frozenset({"identity"}))
    plan = queries.plan_of(clinic.scope, hidden, clinic.episode_id)
    assert plan and plan.reason == "(hidden from your role)"
    hour = queries.appointments(clinic.scope, hidden, FRIDAY, at(30, 23), staff_id=clinic.theo)[0]
    assert hour.outside_because == "(hidden from your role)"


def test_nothing_of_a_plan_is_seen_from_another_clinic_or_behind_a_mask() -> None:
    clinic = open_clinic()
    plan = clinic.plan()
    other = open_clinic(staff_at="lake")
    assert queries.plan_of(other.scope, OPEN, clinic.episode_id) is None
    assert queries.plan_of(clinic.scope, Mask(people=frozenset({clinic.person_id})), clinic.episode_id) is None
    assert queries.next_for_person(other.scope, OPEN, clinic.person_id, FRIDAY) is None
    with pytest.raises(rules.NoSuchPlan):
        other.as_("dana", actions.end_plan, plan_id=plan, reason="not mine")
    with pytest.raises(Refused, match="no such episode"):
        other.plan(episode_id=clinic.episode_id)
    with pytest.raises(BadInput, match="chair that is in use here"):
        other.plan(chair_ids=(clinic.chair_id,))


def test_alternatives_are_laid_backwards_from_the_hours_of_this_clinic() -> None:
    clinic = open_clinic()
    found = queries.alternatives(clinic.scope, OPEN, clinic.episode_id, "grabski_2022", MONDAY, 3, at=clinic.day.at)
    assert found.missing == ()
    assert [f"{laid.doses[0].day:%a %d}" for laid in found.layouts] == ["Mon 23", "Tue 24", "Wed 25"]
    laid = found.layouts[1]
    clinic.plan(
        dose_days=tuple(dose.span.starts_at for dose in laid.doses),
        hours=tuple(
            clinic.hour(dose.hour.span.starts_at, number) | {"minutes": 90}
            for number, dose in enumerate(laid.doses, 1)
            if dose.hour
        ),
    )
    assert [each.in_window for each in clinic.calendar(staff_id=clinic.theo)] == [True] * 3


def test_what_another_person_holds_is_laid_around() -> None:
    clinic = open_clinic()
    other = clinic.day.person(name="Somebody Else")
    for day in (24, 25, 26, 27):
        clinic.as_(
            "cora", actions.book_appointment, person_id=other, kind="therapy", starts_at=at(day, 9), minutes=240,
            staff_id=clinic.theo,
        )  # fmt: skip
    found = queries.alternatives(clinic.scope, OPEN, clinic.episode_id, "grabski_2022", MONDAY, 9, at=clinic.day.at)
    best = found.layouts[0]
    assert best.cost.outside == 0
    assert best.doses[0].day > at(27, 9).date()


def test_a_clinic_that_declared_nothing_is_told_what_to_set() -> None:
    clinic = open_clinic()
    for each in queries.hours(clinic.scope, OPEN):
        clinic.as_("cora", actions.end_hours, hours_id=each.id)
    clinic.as_("cora", actions.end_chair, chair_id=clinic.chair_id)
    found = queries.alternatives(clinic.scope, OPEN, clinic.episode_id, "grabski_2022", MONDAY, 3, at=clinic.day.at)
    assert found.layouts == ()
    assert [said.split(".")[0] for said in found.missing] == ["No chair is declared", "No therapist has hours here"]


def test_days_a_trial_does_not_give_are_asked_of_a_human() -> None:
    two_doses = replace(protocol("azhari_2021"), plannable=True)
    assert rules.spacing_of(two_doses).least_days is None
    with pytest.raises(BadInput, match="nothing is assumed"):
        rules.spacing_for(two_doses, doses=None, least_days=None, most_days=None)
    assert rules.spacing_for(two_doses, doses=None, least_days=7, most_days=None) == rules.Spacing(2, 7, 7)


# A clinic's own versions


def test_a_medical_director_signs_the_clinic_s_own_version_and_it_can_be_planned() -> None:
    clinic = open_clinic()
    own = with_changes(protocol("grabski_2022"), version="river-1", reason="two weeks apart suits our people better")
    with pytest.raises(NotYours, match="medical director"):
        signed(clinic, own, "dana")
    hashed = signed(clinic, own)
    assert clinic.plan(protocol_hash=hashed)
    version = queries.version_of(clinic.scope, OPEN, "grabski_2022", hashed)
    assert version.own and version.protocol == own


def test_a_signature_needs_the_director_s_own_password() -> None:
    clinic = open_clinic()
    own = with_changes(protocol("grabski_2022"), version="river-1", reason="ours")
    with pytest.raises(BadInput, match="not your password"):
        clinic.as_("mira", actions.sign_protocol, content=protocol_as_text(own), reason="x", password="guess")


def test_what_ships_is_not_signed_again_and_another_clinic_s_version_is_not_ours() -> None:
    clinic = open_clinic()
    with pytest.raises(BadInput, match="Sign a version of your own"):
        signed(clinic, protocol("grabski_2022"))
    hashed = signed(clinic, with_changes(protocol("grabski_2022"), version="river-1", reason="ours"))
    other = open_clinic(staff_at="lake")
    with pytest.raises(rules.NotPlannable, match="not one of this clinic's"):
        other.plan(protocol_hash=hashed)


def test_a_historical_protocol_made_plannable_needs_limits_of_its_own() -> None:
    clinic = open_clinic()
    route = protocol("krupitsky_1997")
    own = with_changes(route, version="river-1", reason="with anaesthesia staff", use=Use.CLINICAL, plannable=True)
    with pytest.raises(BadInput, match="needs dose limits of its own"):
        signed(clinic, own)
