"""The person's record in the browser: referral, criteria, medicines, consent on the tablet, supporters, the end."""

from __future__ import annotations

import itertools
import re
from typing import Any

import pytest
from django.test import Client

from fenestra.care.people import diagnosis_queries, queries, rules
from fenestra.care.people.consent_texts import newest_text
from fenestra.care.people.rules import ConsentKind
from fenestra.care.work import queries as work
from fenestra.ground.book.scope import OPEN, Scope
from fenestra.ground.clinic.actions import add_staff, found_clinic
from tests.care.people.known import criteria, sign, sign_for_supporter
from tests.care.visit.day import MORNING, Day, password
from tests.faces.web.conftest import SignedIn

TICKS = {"signed_name": "Marta Ellison", "agreed": "on", "clear_headed": "on", "key": "c1"}
KEYS = itertools.count(1)
FOR_JO = {
    "recipient": "Jo Ellison", "relation": "sister", "phone": "555 0101", "purpose": "to come along after a dose",
    "scope": ["appointments"], "until": "2027-02-20",
}  # fmt: skip


def text(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer.status_code
    return answer.content.decode()


def sent(client: Client, path: str, status: int = 302, **typed: Any) -> str:
    answer = client.post(path, {"key": f"k{next(KEYS)}", **typed})
    assert answer.status_code == status, answer.content.decode()[:3000]
    return answer.content.decode()


def shown(kind: ConsentKind) -> dict[str, str]:
    now = newest_text(kind)
    return {"text_version": now.version, "text_hash": now.text_hash}


def page_of(day: Day) -> str:
    return f"/people/{day.person_id}/"


def test_a_referral_and_a_medicine_stand_on_the_page_as_words(day: Day, signed_in: SignedIn) -> None:
    client = signed_in("cora")
    sent(client, f"{page_of(day)}referrals/", source="hospital", words="<i>see soon</i>")
    sent(client, f"{page_of(day)}medicines/", kind="agonist", name="buprenorphine 8 mg", words="since May")
    page = text(client, page_of(day))
    assert "&lt;i&gt;see soon&lt;/i&gt;" in page and "Hospital" in page
    assert "buprenorphine 8 mg" in page and "agonist" in page


def test_the_end_of_agonist_treatment_asks_for_words_and_keeps_what_was_typed(day: Day, signed_in: SignedIn) -> None:
    client = signed_in("cora")
    sent(client, f"{page_of(day)}medicines/", kind="agonist", name="methadone 60 mg")
    (medicine,) = diagnosis_queries.medicines(day.scopes["cora"], OPEN, day.person_id)
    path = f"{page_of(day)}medicines/{medicine.id}/end/"
    assert "never takes the place" in sent(client, path, 422, words="")
    sent(client, path, words="tapered by wish")
    assert "tapered by wish" in text(client, page_of(day))


def test_the_eleven_criteria_are_asked_one_by_one_and_lead_to_severity_and_code(day: Day, signed_in: SignedIn) -> None:
    episode, client = day.episode(), signed_in("theo")
    path = f"/episodes/{episode}/criteria/alcohol/"
    asked = text(client, path)
    assert asked.count('value="unknown"') == 11 and "do not replace the manual" in asked
    assert "criterion 10 and criterion 11 do not count" in asked and "(memory" not in asked
    said = {None: "unknown", True: "yes", False: "no"}
    typed = {name: said[found] for name, found in criteria(6).items()}
    assert "Answer criterion 7" in sent(client, path, 422, **{**typed, "c7": ""})
    sent(client, path, **typed)
    assert "6 of 11 criteria, severe · F10.20" in text(client, page_of(day))


def test_a_consent_is_read_and_signed_on_the_tablet(day: Day, signed_in: SignedIn) -> None:
    client, path = signed_in("cora"), f"{page_of(day)}consents/treatment/"
    read = text(client, path)
    assert "off-label" in read and "lawyer must read" in read
    assert "Consent to treatment" not in read
    missing = sent(client, path, 422, **shown(ConsentKind.TREATMENT), signed_name="Marta Ellison")
    assert "Tick this if you agree" in missing and "cannot sign" in missing and 'value="Marta Ellison"' in missing
    sent(client, path, **shown(ConsentKind.TREATMENT), **TICKS)
    at = day.at
    rules.check_consented(queries.consents(day.scopes["cora"], OPEN, day.person_id), ConsentKind.TREATMENT, at)
    assert "Treatment with ketamine</b>: holds" in text(client, page_of(day))


def test_a_text_that_changed_since_it_was_shown_is_not_signed(day: Day, signed_in: SignedIn) -> None:
    told = {**shown(ConsentKind.TREATMENT), "text_hash": "0" * 64, **TICKS}
    page = sent(signed_in("cora"), f"{page_of(day)}consents/treatment/", 422, **told)
    assert "read it as it is now" in page


def test_a_withdrawal_ends_the_consent_at_once_and_owes_somebody_a_talk(day: Day, signed_in: SignedIn) -> None:
    made, client = sign(day), signed_in("cora")
    path = f"{page_of(day)}consents/{made}/withdraw/"
    assert "Nobody owes a reason" in text(client, path)
    sent(client, path, reason="")
    with pytest.raises(rules.NotConsented):
        rules.check_consented(queries.consents(day.scopes["cora"], OPEN, day.person_id), ConsentKind.TREATMENT, day.at)
    page = text(client, page_of(day))
    assert "Treatment with ketamine</b>: withdrawn" in page and "</svg>withdrawn</span>" in page
    (item,) = work.items(day.scopes["dana"], OPEN, day.at)
    assert (item.kind, item.person_id) == ("consent_withdrawn", day.person_id)


def test_opening_the_withdrawal_changes_nothing(day: Day, signed_in: SignedIn) -> None:
    made = sign(day)
    text(signed_in("cora"), f"{page_of(day)}consents/{made}/withdraw/")
    assert rules.can_rest_on(queries.consents(day.scopes["cora"], OPEN, day.person_id), ConsentKind.TREATMENT, day.at)


def test_a_supporter_is_let_in_for_what_was_ticked_and_ended(day: Day, signed_in: SignedIn) -> None:
    client, path = signed_in("cora"), f"{page_of(day)}consents/supporter/"
    told = {**shown(ConsentKind.SUPPORTER), **TICKS, **FOR_JO}
    without = sent(client, path, 422, **{**told, "scope": []})
    assert "at least one thing" in without and "Jo Ellison" in without
    sent(client, path, **told)
    page = text(client, page_of(day))
    assert "Jo Ellison" in page and "when appointments are" in page and "which medicines are taken" not in page
    (jo,) = queries.supporters(day.scopes["cora"], OPEN, day.person_id, day.at)
    sent(client, f"{page_of(day)}supporters/{jo.id}/end/", seen=jo.version, key="e1")
    assert "Learns nothing: it was ended." in text(client, page_of(day))


def test_the_same_supporter_form_sent_twice_lets_in_once(day: Day, signed_in: SignedIn) -> None:
    client, path = signed_in("cora"), f"{page_of(day)}consents/supporter/"
    for _ in range(2):
        sent(client, path, **shown(ConsentKind.SUPPORTER), **TICKS, **FOR_JO)
    assert len(queries.supporters(day.scopes["cora"], OPEN, day.person_id, day.at)) == 1


def test_an_episode_opens_without_a_protocol_and_closes_with_a_reason(day: Day, signed_in: SignedIn) -> None:
    client = signed_in("cora")
    sent(client, f"{page_of(day)}episodes/", substances=["alcohol"], goal="reduction", protocol="", doses="")
    assert "not chosen yet" in text(client, page_of(day))
    (episode,) = queries.episodes(day.scopes["cora"], OPEN, day.person_id)
    path = f"/episodes/{episode.id}/close/"
    assert "Choose why the course ends." in sent(client, path, 422, because="", seen=1)
    sent(client, path, because="transfer", seen=1)
    assert "Close this episode" not in text(client, page_of(day))


def test_who_may_not_know_who_it_is_sees_no_name_of_anybody(day: Day, signed_in: SignedIn) -> None:
    sign_for_supporter(day, "plan")
    page = text(signed_in("lena"), page_of(day))
    assert "Marta" not in page and "Jo Ellison" not in page and not re.search(r"/consents/\d+/withdraw", page)


def test_another_clinics_person_is_not_there_for_any_of_these_forms(day: Day, signed_in: SignedIn) -> None:
    made, episode = sign(day), day.episode()
    other = found_clinic(
        slug="elsewhere", name="Elsewhere", time_zone="UTC", phone="", crisis_line="", made_up=True, at=MORNING
    )
    add_staff(
        username="stranger", name="S", password=password("stranger"), roles=("physician",),
        by=Scope(other, None), at=MORNING, key="stranger",
    )  # fmt: skip
    client, person = signed_in("stranger"), page_of(day)
    for path in (
        f"{person}referrals/", f"{person}medicines/", f"{person}consents/treatment/", f"{person}consents/{made}/withdraw/",
        f"/episodes/{episode}/close/", f"/episodes/{episode}/criteria/alcohol/",
    ):  # fmt: skip
        assert "Marta" not in text(client, path, 404)
        assert client.post(path, {"key": "k"}).status_code == 404
