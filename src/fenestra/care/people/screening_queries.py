"""What pages read about screenings: each as it stood."""

from __future__ import annotations

import json
from collections.abc import Iterable

from fenestra.care.people import rules
from fenestra.care.people.models import Screening, ScreeningDecision
from fenestra.care.people.sealed import opened
from fenestra.care.people.values import DecisionValue, ScreeningValue, reasons_in, trials_in
from fenestra.ground.book import vault
from fenestra.ground.book.scope import Mask, Scope
from fenestra.science.protocols.facts import facts_from_mapping
from fenestra.science.protocols.screening import Verdict


def screenings(scope: Scope, mask: Mask, person_id: int) -> list[ScreeningValue]:
    """Every screening of a person, the newest first."""
    rows = Screening.objects.filter(person_id=person_id, person__clinic_id=scope.clinic_id)
    return _values(mask, list(rows.exclude(person_id__in=mask.people).order_by("-pk")), newest_of=None)


def latest_screening(scope: Scope, mask: Mask, person_id: int) -> ScreeningValue | None:
    """The newest screening of a person, or None when there is none yet."""
    rows = Screening.objects.filter(person_id=person_id, person__clinic_id=scope.clinic_id)
    newest = list(rows.exclude(person_id__in=mask.people).order_by("-pk")[:1])
    return _values(mask, newest, newest_of=None)[0] if newest else None


def screening(scope: Scope, mask: Mask, screening_id: int) -> ScreeningValue:
    """One screening of this clinic, as it stood."""
    row = Screening.objects.filter(pk=screening_id, person__clinic_id=scope.clinic_id).first()
    if row is None or row.person_id in mask.people:
        raise rules.NoSuchPerson("There is no such screening in this clinic.")
    last = Screening.objects.filter(person_id=row.person_id).order_by("-pk").values_list("pk", flat=True)[0]
    return _values(mask, [row], newest_of=last)[0]


def _values(mask: Mask, rows: list[Screening], *, newest_of: int | None) -> list[ScreeningValue]:
    """Newest first; the first counts as the newest of its person unless another id is named."""
    decisions: dict[int, list[ScreeningDecision]] = {}
    for row in ScreeningDecision.objects.filter(screening__in=rows).order_by("pk"):
        decisions.setdefault(row.screening_id, []).append(row)
    newest = newest_of if newest_of is not None else (rows[0].pk if rows else None)
    with vault.keys_at_hand({row.person_id for row in rows}):
        return [_value(mask, row, decisions.get(row.pk, []), newest == row.pk) for row in rows]


def _value(mask: Mask, row: Screening, decided: Iterable[ScreeningDecision], newest: bool) -> ScreeningValue:
    facts, reasons, trials = (_readable(mask, row, text) for text in (row.facts, row.reasons, row.trials))
    return ScreeningValue(
        id=row.pk,
        person_id=row.person_id,
        at=row.at,
        by_id=row.by_id,
        verdict=Verdict(row.verdict),
        facts=None if facts is None else facts_from_mapping(json.loads(facts)),
        reasons=None if reasons is None else reasons_in(reasons),
        trials=None if trials is None else trials_in(trials),
        decisions=tuple(
            DecisionValue(rules.Decided(d.decision), opened(mask, row.person_id, d.reason), d.by_id, d.at)
            for d in decided
        ),
        newest=newest,
    )


def _readable(mask: Mask, row: Screening, stored: str) -> str | None:
    if mask.hides("identity"):
        return None
    plain = vault.unlock(row.person_id, stored)
    return None if plain == vault.GONE else plain
