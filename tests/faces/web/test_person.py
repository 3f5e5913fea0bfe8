"""People: the list, one person's page, and the forms that register, open an episode and book."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from fenestra.care.people import queries as people
from fenestra.care.people.actions import open_episode
from fenestra.care.people.rules import Decided
from fenestra.care.people.screening import keep_screening
from fenestra.care.people.values import DecisionValue, EpisodeValue, ScreeningValue
from fenestra.care.visit import queries as visits
from fenestra.care.visit.rules import VisitState as S
from fenestra.faces.web.staff.people.booking import offered
from fenestra.faces.web.staff.people.words import Step, has_no_allergy, next_step
from fenestra.ground.book.models import AuditLine
from fenestra.ground.book.scope import OPEN
from fenestra.science.protocols.protocol import Use
from fenestra.science.protocols.regimens import content_hash, protocol
from fenestra.science.protocols.screening import Verdict
from tests.care.people.known import good_facts
from tests.care.visit.day import Day, furnish
from tests.faces.web.conftest import SignedIn

NEW = {"name": "Aisha Bello", "born": "1990-02-28", "sex": "female", "code": "P-014", "allergies": "none", "key": "k1"}


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def sent(client: Client, path: str, **typed: Any) -> tuple[int, str]:
    answer = client.post(path, typed)
    return answer.status_code, answer.content.decode()


def test_a_search_comes_by_post_and_finds_by_name_or_code(day: Day, signed_in: SignedIn) -> None:
    day.person(name="Aisha Bello")
    client = signed_in()
    _, found = sent(client, "/people/", sought="bello AISHA")
    assert "Aisha Bello" in found and "Marta Ellison" not in found
    assert "Aisha Bello" not in sent(client, "/people/", sought="nobody of that name")[1]
    assert "Marta Ellison" in text(client, "/people/?sought=bello")  # an address searches nothing


def test_what_was_searched_for_is_not_written_in_the_audit(day: Day, signed_in: SignedIn) -> None:
    sent(signed_in(), "/people/", sought="Marta Ellison")
    line = AuditLine.objects.order_by("-pk")[0]
    assert (line.kind, line.what, line.reason) == ("read", "searched people", "")


def test_a_persons_page_is_written_in_the_audit_once(day: Day, signed_in: SignedIn) -> None:
    client = signed_in()
    before = AuditLine.objects.filter(kind="read", person_id=day.person_id).count()
    page = text(client, f"/people/{day.person_id}/")
    assert AuditLine.objects.filter(kind="read", person_id=day.person_id).count() == before + 1
    assert "Marta Ellison" in page and "Allergies: penicillin" in page and "<title>Marta" not in page


def test_the_page_says_what_stands_behind_the_protocol(day: Day, signed_in: SignedIn) -> None:
    day.visit(S.LEFT_EARLY)
    page = text(signed_in(), f"/people/{day.person_id}/")
    assert protocol("grabski_2022").title in page and "Grabski" in page and "off-label" in page
    assert "opened under another version of it" in page  # the test's course carries a made-up hash
    assert "left early" in page and "None is written." not in page


def test_whose_episode_is_missing_gets_the_one_next_step(day: Day, signed_in: SignedIn) -> None:
    page = text(signed_in(), f"/people/{day.person_id}/")
    assert "No episode yet. Open one to plan a course." in page and "Book a visit" not in page


def test_before_a_first_visit_the_page_leads_to_the_next_step(day: Day, signed_in: SignedIn) -> None:
    day.episode()
    client, path = signed_in(), f"/people/{day.person_id}/"
    page = text(client, path)
    assert "Next: the screening." in page and f'fe-main" href="{path}screening/">Screen<' in page
    day.do(keep_screening, "cora", person_id=day.person_id, facts=good_facts(psychosis_history=True))
    page = text(client, path)
    assert "Next: a prescriber decides." in page and ">See the screening<" in page


@pytest.mark.parametrize(
    ("verdict", "decided", "consented", "said"),
    [(Verdict.DECIDE, None, False, Step.DECIDE), (Verdict.NOT_NOW, None, False, Step.DECIDE),
     (Verdict.FIT, None, False, Step.CONSENT), (Verdict.DECIDE, Decided.FIT, False, Step.CONSENT),
     (Verdict.DECIDE, Decided.FIT, True, Step.PLAN), (Verdict.FIT, Decided.NOT_NOW, True, None)],
)  # fmt: skip
def test_the_next_step_follows_screening_and_consent(
    verdict: Verdict, decided: Decided | None, consented: bool, said: Step | None
) -> None:
    at = datetime(2026, 11, 20, tzinfo=UTC)
    decisions = (DecisionValue(decided, "why", 1, at),) if decided else ()
    screened = ScreeningValue(1, 1, at, 1, verdict, None, None, None, decisions, newest=True)
    episode = EpisodeValue(1, 1, ("alcohol",), "abstinence", "", "", 0, at, True, None, None, 1)
    assert next_step([episode], [], screened, consented=consented) is said
    assert next_step([episode], [], None, consented=consented) is Step.SCREEN
    assert next_step([], [], screened, consented=consented) is None


def test_an_episode_without_a_protocol_says_so_where_a_visit_is_booked(day: Day, signed_in: SignedIn) -> None:
    day.do(
        open_episode, "cora", person_id=day.person_id, substances=("alcohol",), goal="abstinence", protocol="",
        protocol_hash="", doses=0,
    )  # fmt: skip
    assert "alcohol · no protocol chosen yet" in text(signed_in("cora"), f"/people/{day.person_id}/visits/")


def test_a_person_is_registered(day: Day, signed_in: SignedIn) -> None:
    client = signed_in()
    answer = client.post("/people/new/", NEW)
    assert answer.status_code == 302
    made = people.person(day.scopes["nina"], OPEN, int(answer["Location"].split("/")[2]), at=day.at)
    assert (made.name, made.age, made.code, made.allergies) == ("Aisha Bello", 36, "P-014", "none")


def test_the_same_form_sent_twice_registers_once(day: Day, signed_in: SignedIn) -> None:
    client = signed_in()
    assert client.post("/people/new/", NEW)["Location"] == client.post("/people/new/", NEW)["Location"]
    assert len(people.people(day.scopes["nina"], OPEN, at=day.at)) == 2


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"born": "2031-01-01"}, "The birth date lies in the future."),
        ({"born": "12/04/1984"}, "Write the date as year-month-day"),
        ({"name": "  "}, "Write the person&#x27;s name, as on their papers."),
        ({"sex": "x"}, "Choose one; unspecified is an answer."),
        ({"key": ""}, "This form is too old."),
    ],
)
def test_a_refusal_stands_beside_its_field_and_keeps_what_was_typed(
    day: Day, signed_in: SignedIn, typed: dict[str, str], said: str
) -> None:
    status, page = sent(signed_in(), "/people/new/", **(NEW | typed))
    assert status == 422 and said in page and "There is a problem" in page
    assert 'value="P-014"' in page
    assert len(people.people(day.scopes["nina"], OPEN, at=day.at)) == 1


def test_a_code_that_is_taken_says_so(day: Day, signed_in: SignedIn) -> None:
    client = signed_in()
    client.post("/people/new/", NEW)
    status, page = sent(client, "/people/new/", **(NEW | {"key": "k2", "name": "Somebody Else"}))
    assert status == 422 and "The code P-014 is taken. Choose another." in page


def test_only_protocols_that_can_be_followed_are_offered() -> None:
    uses = {protocol(each).use for each, _ in offered()}
    assert uses <= {Use.CLINICAL, Use.PATTERN}
    assert "grabski_2022" in dict(offered())


def test_an_episode_is_opened_under_the_exact_version_and_a_visit_booked(day: Day, signed_in: SignedIn) -> None:
    client, scope = signed_in(), day.scopes["nina"]
    opened = {"substances": ["alcohol"], "goal": "abstinence", "protocol": "grabski_2022", "doses": "", "key": "e1"}
    assert client.post(f"/people/{day.person_id}/episodes/", opened).status_code == 302
    (episode,) = people.episodes(scope, OPEN, day.person_id)
    assert (episode.doses_planned, episode.protocol_hash) == (3, content_hash(protocol("grabski_2022")))
    assert 'value="1"' in text(client, f"/people/{day.person_id}/visits/")
    booked = {
        "episode": episode.id, "dose_number": 1, "day": "2026-11-23", "hour": "10:30", "chair": "Chair B",
        "route": "iv", "key": "v1",
    }  # fmt: skip
    assert client.post(f"/people/{day.person_id}/visits/", booked).status_code == 302
    (visit,) = visits.visits_of(scope, OPEN, day.person_id)
    assert visit.due_at.isoformat() == "2026-11-23T15:30:00+00:00"
    page = text(client, f"/people/{day.person_id}/")
    assert "0 of 3 doses done. Next: Monday 23 November, dose 1." in page
    status, page = sent(client, f"/people/{day.person_id}/visits/", **(booked | {"key": "v2"}))
    assert status == 422 and "Dose 1 of this episode is booked already." in page


def test_an_episode_of_another_person_is_not_booked_here(day: Day, signed_in: SignedIn) -> None:
    theirs = day.episode(day.person(name="Daniel Osei"))
    status, page = sent(signed_in(), f"/people/{day.person_id}/visits/", episode=theirs, dose_number=1, key="v1")
    assert status == 422 and "Choose the episode." in page


def test_another_clinics_person_is_not_here(day: Day, signed_in: SignedIn) -> None:
    other = furnish()
    client = signed_in()
    for path in ("", "episodes/", "visits/"):
        answer = client.get(f"/people/{other.person_id}/{path}")
        assert answer.status_code == 404 and "There is no such person in this clinic." in answer.content.decode()
    assert not AuditLine.objects.filter(kind="read", person_id=other.person_id).exists()


def test_a_role_that_does_not_see_names_sees_no_name_and_registers_nobody(day: Day, signed_in: SignedIn) -> None:
    client = signed_in("lena")
    assert "Marta Ellison" not in text(client, "/people/") + text(client, f"/people/{day.person_id}/")
    assert client.get("/people/new/").status_code == 403


def test_a_page_that_is_not_there_says_so_in_plain_words(day: Day, signed_in: SignedIn) -> None:
    answer = signed_in().get("/no/such/page/")
    assert answer.status_code == 404 and "Go back to Today." in answer.content.decode()


@pytest.mark.parametrize(
    ("written", "none"),
    [
        ("none", True),
        ("None known.", True),
        ("NKDA", True),
        ("", False),
        ("none but penicillin", False),
        ("latex", False),
    ],
)
def test_only_an_answer_that_there_is_none_is_not_a_warning(written: str, none: bool) -> None:
    assert has_no_allergy(written) is none


def test_an_allergy_warns_in_colour_and_none_does_not(day: Day, signed_in: SignedIn) -> None:
    client = signed_in()
    _, _ = sent(client, "/people/new/", **NEW)
    free = next(one for one in people.people(day.scopes["nina"], OPEN, at=day.at) if one.code == "P-014")
    assert "fe-allergy fe-none" in text(client, f"/people/{free.id}/")
    assert "fe-allergy fe-none" not in text(client, f"/people/{day.person()}/")


def test_who_is_booked_for_another_day_is_not_called_expected_today(day: Day, signed_in: SignedIn) -> None:
    day.visit(S.BOOKED)
    person = visits.visits_on(day.scopes["nina"], OPEN, day=day.at.date())[0].person_id
    client = signed_in()
    assert "expected today" in text(client, f"/people/{person}/")
    day.later(minutes=24 * 60)
    assert "expected today" not in text(client, f"/people/{person}/")
