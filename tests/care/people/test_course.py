"""How a person came, what they have and take, and how a course ends."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection

from fenestra.care.people import actions, criteria, diagnosis, diagnosis_queries, queries, rules
from fenestra.care.people.criteria import CodeSource, code_of, proposed_code, severity_of
from fenestra.care.people.models import Diagnosis, Medicine, Referral
from fenestra.care.people.rules import EndReason, Substance
from fenestra.care.people.sealed import HIDDEN
from fenestra.care.people.values import DiagnosisValue, EpisodeValue
from fenestra.ground.book.act import Stale
from fenestra.ground.book.scope import OPEN, Mask, Scope
from fenestra.ground.clinic.actions import found_clinic
from fenestra.ground.clinic.rules import NotYours
from fenestra.science.errors import BadInput, Refused
from tests.care.people import known
from tests.care.visit.day import MORNING, Day


def open_course(day: Day, *substances: str, **other: Any) -> int:
    told: dict[str, Any] = {"protocol": "", "protocol_hash": "", "doses": 0, "goal": "reduction"}
    made = day.do(
        actions.open_episode, "dana", substances=substances or ("alcohol",),
        **{"person_id": day.person_id, **told, **other},
    )  # fmt: skip
    return made.id or 0


def course(day: Day, episode_id: int) -> EpisodeValue:
    return queries.episode(day.scopes["nina"], OPEN, episode_id)


def diagnose(day: Day, episode_id: int, present: int, *, who: str = "dana", unknown: int = 0, **other: Any) -> None:
    told = {"substance": "alcohol", "criteria": known.criteria(present, unknown=unknown), **other}
    day.do(diagnosis.diagnose, who, episode_id=episode_id, **told)


def found(day: Day, episode_id: int) -> DiagnosisValue:
    (newest,) = diagnosis_queries.diagnoses(day.scopes["dana"], OPEN, episode_id)
    return newest


# ---- referral


def test_a_referral_keeps_its_words_sealed_and_word_for_word(day: Day) -> None:
    words = 'Sent by <script>Dr Hale</script>: "please see soon"'
    day.do(actions.refer, "cora", person_id=day.person_id, source="physician", words=words)
    (seen,) = diagnosis_queries.referrals(day.scopes["dana"], OPEN, day.person_id)
    assert seen.source is rules.ReferralSource.PHYSICIAN and seen.words == words
    assert "Hale" not in Referral.objects.get().words


def test_ten_megabytes_of_words_are_refused_with_how_many_fit(day: Day) -> None:
    with pytest.raises(BadInput, match="4,000 are kept") as refusal:
        day.do(actions.refer, "cora", person_id=day.person_id, source="self", words="x" * 10_000_000)
    assert refusal.value.field == "words"


# ---- the eleven criteria


@pytest.mark.parametrize(
    ("present", "severity", "code"),
    [(0, "no disorder", ""), (1, "no disorder", ""), (2, "mild", "F10.10"), (4, "moderate", "F10.20"),
     (6, "severe", "F10.20"), (11, "severe", "F10.20")],
)  # fmt: skip
def test_severity_and_code_follow_from_how_many_are_present(day: Day, present: int, severity: str, code: str) -> None:
    episode = open_course(day)
    diagnose(day, episode, present)
    seen = found(day, episode)
    assert (seen.present, seen.severity, seen.icd10cm) == (present, severity, code)
    assert seen.code_source == ("table" if code else "")


def test_what_is_not_known_leaves_severity_a_range_and_the_code_open(day: Day) -> None:
    episode = open_course(day)
    diagnose(day, episode, 3, unknown=2)
    seen = found(day, episode)
    assert (seen.severity, seen.severity_words, seen.icd10cm) == ("", "mild to moderate", "")


def test_a_range_whose_ends_share_a_code_has_that_code() -> None:
    severity = severity_of(known.criteria(5, unknown=2))
    assert (severity.words, code_of(Substance.ALCOHOL, severity, "")) == (
        "moderate to severe", ("F10.20", CodeSource.TABLE),
    )  # fmt: skip


def test_a_code_nobody_read_in_its_source_is_proposed_and_never_taken_by_itself(day: Day) -> None:
    episode = open_course(day, "nicotine")
    diagnose(day, episode, 7, substance="nicotine")
    seen = found(day, episode)
    assert (seen.icd10cm, seen.proposed_unread) == ("", proposed_code(Substance.NICOTINE, "severe"))
    diagnose(day, episode, 7, substance="nicotine", icd10cm="f17.210")
    seen = found(day, episode)
    assert (seen.icd10cm, seen.code_source, seen.proposed_unread) == ("F17.210", "typed", "")


def test_every_substance_has_a_row_in_the_code_table_and_the_tobacco_row_counts_as_unread() -> None:
    rows = {each.substance for each in criteria.eleven().diagnosis_codes}
    assert {row.row for row in criteria.code_rows().values()} <= rows
    assert [s for s in Substance if not criteria.code_rows()[s].verified] == [Substance.NICOTINE]


@pytest.mark.parametrize("typed", ["alcohol", "F10", "F10.2000", "<b>F10.20</b>", "G47.00"])
def test_of_a_typed_code_the_form_is_checked(day: Day, typed: str) -> None:
    with pytest.raises(BadInput) as refusal:
        diagnose(day, open_course(day), 6, icd10cm=typed)
    assert refusal.value.field == "icd10cm"


def test_a_later_finding_counts_and_the_earlier_one_stays(day: Day) -> None:
    episode = open_course(day)
    diagnose(day, episode, 8)
    day.later(minutes=5)
    diagnose(day, episode, 3)
    newest = found(day, episode)
    history = diagnosis_queries.diagnosis_history(day.scopes["dana"], OPEN, newest.id)
    assert [each.present for each in history] == [3, 8]
    assert Diagnosis.objects.get(pk=newest.id).corrects_id == history[1].id


def test_a_criterion_left_out_or_a_substance_the_course_is_not_for_is_refused(day: Day) -> None:
    episode = open_course(day)
    short = known.criteria(4)
    short.pop("c7")
    with pytest.raises(BadInput, match="each of the eleven") as refusal:
        diagnose(day, episode, 4, criteria=short)
    assert refusal.value.field == "c7"
    with pytest.raises(BadInput, match="not for cocaine"):
        diagnose(day, episode, 4, substance="cocaine")
    with pytest.raises(NotYours):
        diagnose(day, episode, 4, who="cora")


# ---- medicines that go on


def medicines(day: Day) -> list[tuple[str, bool]]:
    seen = diagnosis_queries.medicines(day.scopes["dana"], OPEN, day.person_id)
    return [(each.name, each.ended_at is None) for each in seen]


def keep(day: Day, kind: str, name: str) -> int:
    return day.do(diagnosis.keep_medicine, "cora", person_id=day.person_id, kind=kind, name=name).id or 0


def test_a_medicine_is_kept_beside_the_treatment_under_seal(day: Day) -> None:
    keep(day, "agonist", "buprenorphine 8 mg")
    assert medicines(day) == [("buprenorphine 8 mg", True)]
    assert "buprenorphine" not in Medicine.objects.get().name


def test_a_medicine_that_ended_stays_readable_below_those_still_taken(day: Day) -> None:
    first = keep(day, "anti_craving", "naltrexone 50 mg")
    keep(day, "other", "amlodipine 5 mg")
    day.do(diagnosis.end_medicine, "dana", medicine_id=first)
    assert medicines(day) == [("amlodipine 5 mg", True), ("naltrexone 50 mg", False)]
    with pytest.raises(Refused, match="ended already"):
        day.do(diagnosis.end_medicine, "dana", medicine_id=first)


def test_the_end_of_agonist_treatment_needs_the_words_who_ended_it_and_why(day: Day) -> None:
    made = keep(day, "agonist", "methadone 60 mg")
    with pytest.raises(BadInput, match="never takes the place"):
        day.do(diagnosis.end_medicine, "dana", medicine_id=made)
    day.do(diagnosis.end_medicine, "dana", medicine_id=made, words="her own programme, tapered by wish since May")
    assert medicines(day) == [("methadone 60 mg", False)]


def test_opening_and_closing_a_course_leaves_agonist_treatment_as_it_was(day: Day) -> None:
    keep(day, "agonist", "buprenorphine 8 mg")
    episode = open_course(day, "opioids")
    day.do(actions.close_episode, "dana", episode_id=episode, because="completed")
    assert medicines(day) == [("buprenorphine 8 mg", True)]


# ---- the course itself


def test_a_course_opens_before_any_protocol_is_chosen(day: Day) -> None:
    seen = course(day, open_course(day))
    assert (seen.protocol, seen.protocol_hash, seen.doses_planned, seen.open) == ("", "", 0, True)


def test_a_protocol_comes_with_its_exact_version_and_doses(day: Day) -> None:
    for other in ({"protocol": "grabski_2022", "doses": 3}, {"protocol": "x", "protocol_hash": "y", "doses": 0}):
        with pytest.raises(BadInput):
            open_course(day, **other)


@pytest.mark.parametrize("because", list(EndReason))
def test_a_course_closes_with_a_reason_of_its_own(day: Day, because: EndReason) -> None:
    episode = open_course(day)
    day.do(actions.close_episode, "cora", episode_id=episode, because=because.value)
    seen = course(day, episode)
    assert (seen.open, seen.closed_at, seen.closed_because) == (False, day.at, because)


def test_a_course_closes_once_with_a_known_reason_and_not_from_an_old_page(day: Day) -> None:
    episode = open_course(day)
    with pytest.raises(BadInput):
        day.do(actions.close_episode, "cora", episode_id=episode, because="failed")
    with pytest.raises(Stale):
        day.do(actions.close_episode, "cora", episode_id=episode, because="completed", seen=7)
    day.do(actions.close_episode, "cora", episode_id=episode, because="completed", seen=1)
    with pytest.raises(Refused, match="closed already"):
        day.do(actions.close_episode, "cora", episode_id=episode, because="death")


def test_courses_of_many_people_come_in_one_query(day: Day, django_assert_num_queries: Any) -> None:
    episode = open_course(day)
    other = day.person()
    with django_assert_num_queries(1):
        many = queries.episodes_of_many(day.scopes["nina"], OPEN, [day.person_id, other])
    assert episode in {each.id for each in many[day.person_id]} and many[other] == ()


# ---- who may see it


def test_free_text_is_hidden_from_those_who_may_not_know_who_a_person_is(day: Day) -> None:
    day.do(actions.refer, "cora", person_id=day.person_id, source="self", words="Jo brought her")
    keep(day, "other", "amlodipine, from Dr Hale")
    mask = Mask(frozenset({"identity"}))
    assert diagnosis_queries.referrals(day.scopes["lena"], mask, day.person_id)[0].words == HIDDEN
    assert diagnosis_queries.medicines(day.scopes["lena"], mask, day.person_id)[0].name == HIDDEN


def test_another_clinics_person_course_and_medicine_are_not_there(day: Day) -> None:
    episode, medicine = open_course(day), keep(day, "other", "amlodipine")
    diagnose(day, episode, 6)
    other = found_clinic(
        slug="elsewhere", name="Elsewhere", time_zone="UTC", phone="", crisis_line="", made_up=True, at=MORNING
    )
    stranger = day.scopes["stranger"] = Scope(other, 99, frozenset({"physician"}))
    for verb, told in (
        (actions.refer, {"person_id": day.person_id, "source": "self"}),
        (actions.close_episode, {"episode_id": episode, "because": "completed"}),
        (diagnosis.end_medicine, {"medicine_id": medicine}),
        (diagnosis.diagnose, {"episode_id": episode, "substance": "alcohol", "criteria": known.criteria(6)}),
    ):
        with pytest.raises(rules.NoSuchPerson):
            day.do(verb, "stranger", **told)
    assert diagnosis_queries.diagnoses(stranger, OPEN, episode) == []
    assert diagnosis_queries.medicines(stranger, OPEN, day.person_id) == []
    hidden = Mask(people=frozenset({day.person_id}))
    assert diagnosis_queries.diagnoses(day.scopes["dana"], hidden, episode) == []


# ---- one open course for one substance


def test_a_second_open_course_for_the_same_substance_is_refused(day: Day) -> None:
    open_course(day, "alcohol", "nicotine")
    with pytest.raises(rules.CourseOpen, match="A course for nicotine is open already"):
        open_course(day, "nicotine", "cocaine")
    assert len(queries.episodes(day.scopes["nina"], OPEN, day.person_id)) == 1


def test_a_course_for_another_substance_or_another_person_is_not_in_the_way(day: Day) -> None:
    open_course(day, "alcohol")
    open_course(day, "cocaine")
    open_course(day, "alcohol", person_id=day.person(name="Somebody Else"))


def test_after_the_course_is_closed_another_may_begin(day: Day) -> None:
    first = open_course(day, "alcohol")
    day.do(actions.close_episode, "dana", episode_id=first, because="completed")
    assert open_course(day, "alcohol") != first


def test_of_many_screens_that_open_a_course_at_once_one_does(stored: Day) -> None:
    ended: list[str] = []
    start = threading.Barrier(6)

    def screen(number: int) -> None:
        start.wait()
        try:
            told = {"protocol": "", "protocol_hash": "", "doses": 0, "goal": "reduction", "substances": ("alcohol",)}
            by = {"by": stored.scopes["dana"], "at": stored.at, "key": f"at once {number}"}
            actions.open_episode(person_id=stored.person_id, **told, **by)
            ended.append("opened")
        except rules.CourseOpen:
            ended.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=screen, args=[number]) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ended) == ["opened", *["refused"] * 5]
