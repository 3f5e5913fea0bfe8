"""What pages read about what a person has and takes, and how they came."""

from __future__ import annotations

from fenestra.care.people import rules
from fenestra.care.people.criteria import code_rows, proposed_code, severity_of
from fenestra.care.people.models import Diagnosis, Medicine, Referral
from fenestra.care.people.sealed import opened
from fenestra.care.people.values import DiagnosisValue, MedicineValue, ReferralValue
from fenestra.ground.book import vault
from fenestra.ground.book.scope import Mask, Scope


def referrals(scope: Scope, mask: Mask, person_id: int) -> list[ReferralValue]:
    """How this person came, the newest first."""
    rows = Referral.objects.filter(person_id=person_id, person__clinic_id=scope.clinic_id)
    with vault.keys_at_hand([person_id]):
        return [
            ReferralValue(row.pk, rules.ReferralSource(row.source), opened(mask, person_id, row.words), row.at)
            for row in rows.exclude(person_id__in=mask.people).order_by("-pk")
        ]


def diagnoses(scope: Scope, mask: Mask, episode_id: int) -> list[DiagnosisValue]:
    """What was found last for each substance of an episode, in the order in which they were first asked."""
    rows = Diagnosis.objects.filter(episode_id=episode_id, person__clinic_id=scope.clinic_id)
    newest = {row.substance: row for row in rows.exclude(person_id__in=mask.people).order_by("pk")}
    return [_diagnosis(row) for row in newest.values()]


def diagnosis_history(scope: Scope, mask: Mask, diagnosis_id: int) -> list[DiagnosisValue]:
    """This finding and those it took the place of, the newest first."""
    here = Diagnosis.objects.filter(person__clinic_id=scope.clinic_id).exclude(person_id__in=mask.people)
    row = here.filter(pk=diagnosis_id).first()
    if row is None:
        raise rules.NoSuchPerson("There is no such finding in this clinic.")
    earlier = here.filter(episode_id=row.episode_id, substance=row.substance, pk__lte=row.pk)
    return [_diagnosis(each) for each in earlier.order_by("-pk")]


def _diagnosis(row: Diagnosis) -> DiagnosisValue:
    found, substance = severity_of(row.criteria), rules.Substance(row.substance)
    unread = "" if row.icd10cm or code_rows()[substance].verified else proposed_code(substance, found.band)
    return DiagnosisValue(
        row.pk, row.episode_id, substance, row.criteria, found.present, row.severity, found.words, row.icd10cm,
        row.code_source, unread, row.by_id, row.at,
    )  # fmt: skip


def medicines(scope: Scope, mask: Mask, person_id: int) -> list[MedicineValue]:
    """Medicines beside the treatment as they were written down: those still taken first."""
    rows = Medicine.objects.filter(person_id=person_id, person__clinic_id=scope.clinic_id)
    held = list(rows.exclude(person_id__in=mask.people).order_by("pk"))
    ends = {row.ends_id: row for row in held if row.ends_id}
    with vault.keys_at_hand([person_id]):
        values = [_medicine(row, ends.get(row.pk), mask) for row in held if not row.ends_id]
    return sorted(values, key=lambda value: value.ended_at is not None)


def _medicine(row: Medicine, end: Medicine | None, mask: Mask) -> MedicineValue:
    name, words = (opened(mask, row.person_id, text) for text in (row.name, row.words))
    ended = opened(mask, row.person_id, end.words) if end else ""
    return MedicineValue(row.pk, rules.MedicineKind(row.kind), name, words, row.at, end.at if end else None, ended)
