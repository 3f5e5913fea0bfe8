"""Rules: what is shown of each, the director's signature by tick and password, withdrawing, and intended use."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from django.test import Client

from fenestra.care.visit import watch
from fenestra.faces.web.staff.clinic import rule_words as words
from fenestra.ground.book.scope import OPEN
from fenestra.ground.clinic import intended_use, queries
from fenestra.science.protocols.presets import presets_to_adopt
from tests.care.visit.day import Day, password
from tests.faces.signing_in import unused
from tests.faces.web.conftest import SignedIn

RULES = "/clinic/rules/"
COUNTS_OF_NOTHING = {"Items", "Repeat tests every doses", "Remote service limit"}


def text(client: Client, path: str = RULES) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.content.decode()
    return unescape(answer.content.decode())


def tick_of(client: Client, rule: str) -> str:
    found = re.search(rf'value="({rule} [0-9a-f]{{64}})"', text(client))
    assert found, f"no box to tick for {rule}"
    return found[1]


def proof() -> dict[str, str]:
    """What the director types under a signature: her password, and a code from paper that is not spent."""
    return {"password": password("mira"), "proof": unused("mira")}


def sign(client: Client, *ticks: str, key: str = "s", **told: Any) -> Any:
    typed = {"key": key, "rules": ticks, "meaning": "I adopt these", **proof(), **told}
    return client.post(RULES, typed)


def held(day: Day) -> frozenset[str]:
    return queries.adopted_names(day.scopes["mira"], OPEN)


def test_every_preset_stands_there_with_words_source_and_mark(signed_in: SignedIn) -> None:
    page = text(signed_in())
    for preset in presets_to_adopt():
        assert preset.requirement.id in page and preset.requirement.text in page and preset.requirement.source in page
    unverified = sum(not preset.requirement.verified for preset in presets_to_adopt())
    assert page.count("nobody has read a source</span>") == unverified
    assert "Oxygen saturation" in page or "SpO" in page


def test_every_number_has_a_unit_or_counts_something() -> None:
    for preset in presets_to_adopt():
        for label, value in words.values(preset.requirement.values):
            assert "_" not in label + value, (label, value)
            if re.fullmatch(r"[\d., ]+", value):
                assert label in COUNTS_OF_NOTHING, (preset.requirement.id, label, value)


def test_limits_of_a_dose_read_with_their_units() -> None:
    (limits,) = [one.requirement for one in presets_to_adopt() if one.requirement.id == "LIM-001"]
    told = dict(words.values(limits.values))
    assert told["Infusion hard"] == "1.0 mg/kg" and told["Infusion at least"] == "40 min"


def test_others_read_and_are_offered_no_signature(signed_in: SignedIn) -> None:
    page = text(signed_in("nina"))
    assert "The medical director adopts rules" in page and 'name="rules"' not in page
    answer = sign(signed_in("nina"), "anything", password=password("nina"))
    assert answer.status_code in (403, 422)


def test_a_director_adopts_what_is_ticked_and_nothing_else(day: Day, signed_in: SignedIn) -> None:
    client, before = signed_in("mira"), held(day)
    assert "SAF-002" not in before
    assert sign(client, tick_of(client, "SAF-002")).status_code == 302
    assert held(day) == before | {"SAF-002"}
    assert "adopted by Mira" in text(client)


def test_nothing_ticked_a_wrong_password_or_words_that_changed_sign_nothing(day: Day, signed_in: SignedIn) -> None:
    client, before = signed_in("mira"), held(day)
    tick = tick_of(client, "SAF-002")
    for answer, says in (
        (sign(client), "Tick each rule you adopt"),
        (sign(client, tick, key="p", password="wrong"), "not your password"),
        (sign(client, "SAF-002 " + "0" * 64, key="h"), "reads otherwise now"),
    ):
        page = answer.content.decode()
        assert answer.status_code == 422 and says in page and "There is a problem" in page
    assert held(day) == before
    kept = sign(client, tick, key="again", password="wrong").content.decode()
    assert re.search(rf'value="{tick}" checked', kept)


def test_a_rule_signed_for_other_words_says_so_and_can_be_signed_again(day: Day, signed_in: SignedIn) -> None:
    client = signed_in("mira")  # the day's director signed values alone
    assert "signed for other words" in text(client)
    assert sign(client, tick_of(client, "LIM-001")).status_code == 302
    assert "/clinic/rules/LIM-001/" in text(client)


def test_withdrawing_ends_the_rule_its_limits_and_says_why(day: Day, signed_in: SignedIn) -> None:
    client, scope = signed_in("mira"), day.scopes["mira"]
    sign(client, tick_of(client, "THR-005"))
    assert "oxygen_stop" in {limit.id for limit in watch.thresholds(scope)}
    (latest, *_) = queries.adoptions(scope, OPEN, rule="THR-005")
    told = {"key": "w", "adoption_id": latest.id, "reason": "", **proof()}
    refused = client.post("/clinic/rules/THR-005/", told)
    assert refused.status_code == 422 and "Write why the rule ends" in refused.content.decode()
    assert client.post("/clinic/rules/THR-005/", {**told, "reason": "our own limits"}).status_code == 302
    assert "oxygen_stop" not in {limit.id for limit in watch.thresholds(scope)}
    assert "nobody has read a source" in text(client, "/clinic/rules/THR-005/")
    assert "our own limits" in text(client) and "our own limits" in text(client, "/clinic/rules/THR-005/")


def test_a_rule_that_there_is_not_is_not_there(signed_in: SignedIn) -> None:
    assert signed_in("mira").get("/clinic/rules/XYZ-9/").status_code == 404


def test_the_page_on_intended_use_is_shown_whole_and_accepted_by_its_hash(day: Day, signed_in: SignedIn) -> None:
    client = signed_in("mira")
    page = text(client, "/clinic/intended-use/")
    assert intended_use.text().strip() in page and intended_use.text_hash() in page and "feeds off" in page
    told = {"key": "f", "text_hash": "0" * 64, "meaning": "read", **proof()}
    stale = client.post("/clinic/intended-use/", told)
    assert stale.status_code == 422 and "reads otherwise now" in stale.content.decode()
    assert not watch.feeds_accepted(day.scopes["mira"])
    assert client.post("/clinic/intended-use/", {**told, "text_hash": intended_use.text_hash()}).status_code == 302
    assert watch.feeds_accepted(day.scopes["mira"])
    assert "accepted by Mira" in text(signed_in(), "/clinic/intended-use/")
    assert text(client, f"/clinic/rules/{intended_use.FEEDS}/")


def test_a_signature_needs_both_halves(day: Day, signed_in: SignedIn) -> None:
    client, before = signed_in("mira"), held(day)
    tick = tick_of(client, "SAF-002")
    for key, told, says in (
        ("a", {"proof": ""}, "your signature has two halves"),
        ("b", {"proof": "000000"}, "does not fit"),
        ("c", {"proof": "paper-00000"}, "was used already"),
    ):
        answer = sign(client, tick, key=key, **told)
        assert answer.status_code == 422 and says in unescape(answer.content.decode())
    assert held(day) == before
    code = unused("mira")
    sign(client, tick, key="d", password="wrong", proof=code)
    assert sign(client, tick, key="e", proof=code).status_code == 302
