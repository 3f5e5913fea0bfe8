"""docs/treatment.md names claims, trials, requirements, instruments, protocols and pages: each must be there, and a
claim must carry the verdict the list gives it."""

from __future__ import annotations

import re

import pytest
from django.urls import get_resolver

from fenestra.science.evidence.claims import load_claims
from fenestra.science.evidence.library import load_evidence
from fenestra.science.instruments import load_instruments
from fenestra.science.protocols.regimens import load_protocols
from fenestra.science.protocols.requirements import load_requirements
from tests.docs.pages import ROOT

TEXT = (ROOT / "docs" / "treatment.md").read_text()
BODY = TEXT[TEXT.index("## Before") :]
NAMED = sorted(set(re.findall(r"`([^`]+)`", BODY)))


def known() -> dict[str, set[str]]:
    evidence = load_evidence()
    return {
        "claim": {claim.id for claim in load_claims()},
        "study": {each.id for each in (*evidence.trials, *evidence.reviews, *evidence.benchmarks)},
        "requirement": {each.id for each in load_requirements()},
        "instrument": set(load_instruments()),
        "protocol": {each.id for each in load_protocols()},
        "page": {name for name in get_resolver().reverse_dict if isinstance(name, str)},
    }


@pytest.mark.parametrize("name", NAMED)
def test_what_the_page_names_is_there(name: str) -> None:
    assert any(name in names for names in known().values()), name


def test_each_claim_carries_the_verdict_of_the_list() -> None:
    verdicts = {claim.id: claim.verdict.value for claim in load_claims()}
    told = re.findall(r"((?:`s\d{3}-\d{2}`(?:, )?)+) \((\w+)", BODY)
    assert len(told) >= 18
    for ids, verdict in told:
        for each in re.findall(r"`([^`]+)`", ids):
            assert verdicts[each] == verdict, each


def test_every_claim_named_has_a_verdict_beside_it() -> None:
    named = {each for each in NAMED if re.fullmatch(r"s\d{3}-\d{2}", each)}
    told = set(re.findall(r"`(s\d{3}-\d{2})`", " ".join(re.findall(r"(?:`s\d{3}-\d{2}`(?:, )?)+ \(\w+", BODY))))
    assert named == told


def test_not_yet_is_said_in_both_pages() -> None:
    assert TEXT.count("*not yet*") >= 3
    assert "](not-yet.md)" in TEXT
