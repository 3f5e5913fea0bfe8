"""Leaves for bytes to go out: each as it stands now, checked again, and the accounting of what went out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from fenestra.care.people import disclosure_rules as rules
from fenestra.care.people import queries as people
from fenestra.care.people.disclosure_rules import Basis, DisclosureState, DisclosureValue, Form
from fenestra.care.people.disclosure_texts import accounting_years, basis_text
from fenestra.care.people.models import (
    Disclosure,
    DisclosureEnd,
    Emergency,
    EmergencyReview,
    LegalHold,
    ReportContact,
    SummaryGiven,
)
from fenestra.care.people.rules import CONSENT_WORDS, ConsentValue, NoSuchPerson, Shared
from fenestra.care.people.sealed import opened
from fenestra.ground.book import vault
from fenestra.ground.book.leave import Leave
from fenestra.ground.book.scope import Mask, Scope
from fenestra.ground.clinic import queries as clinics
from fenestra.ground.clinic.rules import check_has, hidden_from

MOST_SHOWN = 500


@dataclass(frozen=True)
class EmergencyValue:
    """A disclosure in a medical emergency, with its review once there is one."""

    id: int
    person_id: int
    disclosure_id: int
    personnel: str
    nature: str
    happened_at: datetime
    by_id: int | None
    in_order: bool | None
    review: str
    reviewed_by_id: int | None


@dataclass(frozen=True)
class HoldValue:
    """A legal hold that stands."""

    id: int
    reason: str
    since: datetime
    by_id: int | None


@dataclass(frozen=True)
class SummaryValue:
    """The summary of the law as it was given to a person."""

    at: datetime
    by_id: int | None
    text_version: str
    text_hash: str
    report_to: str


def _rows(scope: Scope, mask: Mask, **wanted: object) -> QuerySet[Disclosure]:
    rows = Disclosure.objects.filter(person__clinic_id=scope.clinic_id, **wanted)
    return rows.exclude(person_id__in=mask.people)


def _values(mask: Mask, rows: Sequence[Disclosure]) -> list[DisclosureValue]:
    ends = {each.disclosure_id: each for each in DisclosureEnd.objects.filter(disclosure__in=rows)}
    with vault.keys_at_hand({row.person_id for row in rows}):
        return [_value(mask, row, ends.get(row.pk)) for row in rows]


def _state(row: Disclosure, end: DisclosureEnd | None) -> DisclosureState:
    if end is None:
        # a leave without a last day was written before ends were kept, and was used at once
        return DisclosureState.SENT if row.expires_at is None else DisclosureState.WAITING
    return DisclosureState.SENT if end.sent else DisclosureState.STOPPED


def _value(mask: Mask, row: Disclosure, end: DisclosureEnd | None) -> DisclosureValue:
    state = _state(row, end)
    used_at = row.at if state is DisclosureState.SENT else None
    return DisclosureValue(
        id=row.pk, person_id=row.person_id, at=row.at, by_id=row.by_id, basis=Basis(row.basis_kind),
        recipient=opened(mask, row.person_id, row.named) or row.recipient,
        purpose=opened(mask, row.person_id, row.purpose), what=row.what,
        information=tuple(Shared(each) for each in row.information), form=Form(row.form), consent_id=row.consent_id,
        about=row.about, reference=opened(mask, row.person_id, row.reference), not_before=row.not_before,
        expires_at=row.expires_at, state=state, ended_at=end.at if end else used_at,
        ended_by_id=end.by_id if end else None, content_hash=end.content_hash if end else "",
        stopped_because=opened(mask, row.person_id, end.reason) if end and not end.sent else "",
    )  # fmt: skip


def disclosure(scope: Scope, mask: Mask, disclosure_id: int) -> DisclosureValue:
    """One disclosure of this clinic; a refusal that does not say whether there is such a one elsewhere."""
    row = _rows(scope, mask, pk=disclosure_id).first()
    if row is None:
        raise NoSuchPerson("There is no such disclosure in this clinic.")
    return _values(mask, [row])[0]


def disclosures_of(scope: Scope, mask: Mask, person_id: int) -> list[DisclosureValue]:
    """Every disclosure about one person, waiting, out or stopped, the newest first."""
    return _values(mask, list(_rows(scope, mask, person_id=person_id).order_by("-at", "-pk")[:MOST_SHOWN]))


def waiting(scope: Scope, mask: Mask) -> list[DisclosureValue]:
    """What is written down to go out and has neither gone nor been stopped, the oldest first."""
    unended = ~Exists(DisclosureEnd.objects.filter(disclosure=OuterRef("pk")))
    rows = _rows(scope, mask).filter(unended, expires_at__isnull=False)
    return _values(mask, list(rows.order_by("at", "pk")[:MOST_SHOWN]))


def accounting(scope: Scope, mask: Mask, *, at: datetime, person_id: int | None = None) -> list[DisclosureValue]:
    """What went out in the years that are accounted for, the newest first; of one person or of the clinic."""
    since = _years_before(at.astimezone(scope.zone), accounting_years())
    ends = DisclosureEnd.objects.filter(disclosure=OuterRef("pk"), sent=True, at__gte=since)
    rows = _rows(scope, mask) if person_id is None else _rows(scope, mask, person_id=person_id)
    found = _values(
        mask, list(rows.filter(Exists(ends) | Q(expires_at=None, at__gte=since)).order_by("-pk")[:MOST_SHOWN])
    )
    return sorted(found, key=lambda each: (each.ended_at or each.at, each.id), reverse=True)


def _years_before(day: datetime, years: int) -> datetime:
    """The same day some years ago; the last of February for a day that year has not got."""
    last = day.replace(day=28) if (day.month, day.day) == (2, 29) else day
    return last.replace(year=last.year - years)


def leave(scope: Scope, mask: Mask, disclosure_id: int, *, at: datetime) -> Leave:
    """The leave that a disclosure gives at this instant. Everything is asked again: role, mask, person, consent, hold,
    days; a refusal says what does not hold."""
    value = disclosure(scope, mask, disclosure_id)
    consent = check_may_go(scope, mask, value, at)
    made_up = clinics.clinic(scope, mask).made_up
    return Leave(
        value.id,
        value.recipient,
        basis_words(value, consent, scope),
        _notice(value),
        at,
        made_up,
        scope_words(value, consent, scope),
    )


def _notice(value: DisclosureValue) -> str:
    return Disclosure.objects.values_list("notice", flat=True).get(pk=value.id)


def check_may_go(scope: Scope, mask: Mask, value: DisclosureValue, at: datetime) -> ConsentValue | None:
    """Refuse unless this may go out now, by this human; gives back the consent it rests on."""
    check_has(scope.roles, rules.DISCLOSES, "give out anything about a person")
    if value.basis is Basis.COURT_ORDER:
        check_has(scope.roles, rules.ANSWERS_COURTS, "answer a court")
    rules.check_still_holds(value, at)
    rules.check_information(value.information, value.basis)
    rules.check_sees(mask.fields | hidden_from(scope.roles), value.information)
    consent = _consent(scope, mask, value.person_id, value.consent_id)
    if value.basis is Basis.CONSENT:
        rules.check_consent_lets_out(consent, value.information, at)
    rules.check_no_hold(hold_of(scope, mask, value.person_id) is not None, value.basis, value.form, consent)
    return consent


def _consent(scope: Scope, mask: Mask, person_id: int, consent_id: int | None) -> ConsentValue | None:
    if consent_id is None:
        return None
    return next((each for each in people.consents(scope, mask, person_id) if each.id == consent_id), None)


def basis_words(value: DisclosureValue, consent: ConsentValue | None, scope: Scope) -> str:
    """The basis as the recipient reads it."""
    words = basis_text(value.basis).words
    if consent is None:
        return words
    return f"{words}, signed on {consent.signed_at.astimezone(scope.zone):%-d %B %Y}"


def last_day(consent: ConsentValue, scope: Scope) -> date | None:
    """The last clinic day on which a consent holds; None where it names no day."""
    return scope.day_of(consent.expires_at - timedelta.resolution) if consent.expires_at else None


def scope_words(value: DisclosureValue, consent: ConsentValue | None, scope: Scope) -> str:
    """A clear statement of what the consent covers, as it travels with the bytes; without one, of what is given out."""
    if consent is None:
        return f"What is given out: {rules.in_words(value.information)}."
    last = last_day(consent, scope)
    ends = [f"until the end of {last:%-d %B %Y}"] if last else []
    ends += [f"until this has happened: {consent.expiry_event}"] if consent.expiry_event else []
    until = ", or ".join(ends) or "until it is withdrawn"
    return (
        f"The person consented to {CONSENT_WORDS[consent.kind]}: {consent.discloser or 'this clinic'} may give "
        f"{rules.in_words(rules.covered(consent))} to {consent.recipient}, for {consent.purpose}, {until}. "
        f"Of this, here: {rules.in_words(value.information)}."
    )


def emergencies_of(scope: Scope, mask: Mask, person_id: int) -> list[EmergencyValue]:
    """Disclosures about one person in emergencies, the newest first."""
    return _emergencies(scope, mask, Emergency.objects.filter(person_id=person_id))


def emergencies_to_review(scope: Scope, mask: Mask) -> list[EmergencyValue]:
    """Emergency disclosures of the clinic that nobody has reviewed, the oldest first."""
    unseen = ~Exists(EmergencyReview.objects.filter(emergency=OuterRef("pk")))
    return _emergencies(scope, mask, Emergency.objects.filter(unseen))[::-1]


def emergency(scope: Scope, mask: Mask, emergency_id: int) -> EmergencyValue:
    """One emergency disclosure of this clinic."""
    found = _emergencies(scope, mask, Emergency.objects.filter(pk=emergency_id))
    if not found:
        raise NoSuchPerson("There is no such disclosure in this clinic.")
    return found[0]


def _emergencies(scope: Scope, mask: Mask, wanted: QuerySet[Emergency]) -> list[EmergencyValue]:
    rows = wanted.filter(person__clinic_id=scope.clinic_id).exclude(person_id__in=mask.people)
    held = list(rows.order_by("-at", "-pk")[:MOST_SHOWN])
    reviews = {each.emergency_id: each for each in EmergencyReview.objects.filter(emergency__in=held)}
    with vault.keys_at_hand({row.person_id for row in held}):
        return [_emergency(mask, row, reviews.get(row.pk)) for row in held]


def _emergency(mask: Mask, row: Emergency, review: EmergencyReview | None) -> EmergencyValue:
    return EmergencyValue(
        id=row.pk, person_id=row.person_id, disclosure_id=row.disclosure_id,
        personnel=opened(mask, row.person_id, row.personnel), nature=opened(mask, row.person_id, row.nature),
        happened_at=row.happened_at, by_id=row.by_id, in_order=review.in_order if review else None,
        review=opened(mask, row.person_id, review.words) if review else "",
        reviewed_by_id=review.by_id if review else None,
    )  # fmt: skip


def hold_of(scope: Scope, mask: Mask, person_id: int) -> HoldValue | None:
    """The legal hold that stands on a person's record, if one does."""
    over = LegalHold.objects.filter(ends=OuterRef("pk"))
    rows = LegalHold.objects.filter(person_id=person_id, person__clinic_id=scope.clinic_id, ends=None)
    row = rows.exclude(Exists(over)).exclude(person_id__in=mask.people).order_by("pk").first()
    return HoldValue(row.pk, opened(mask, person_id, row.reason), row.at, row.by_id) if row else None


def report_contact(scope: Scope, mask: Mask) -> str:
    """Where violations of the law are reported, as this clinic wrote it; empty while nobody has."""
    row = ReportContact.objects.filter(clinic_id=scope.clinic_id).order_by("-pk").first()
    return row.words if row else ""


def summary_given(scope: Scope, mask: Mask, person_id: int) -> SummaryValue | None:
    """When the summary of the law was last given to this person."""
    rows = SummaryGiven.objects.filter(person_id=person_id, person__clinic_id=scope.clinic_id)
    row = rows.exclude(person_id__in=mask.people).order_by("-pk").first()
    return SummaryValue(row.at, row.by_id, row.text_version, row.text_hash, row.report_to) if row else None


def people_of(values: Iterable[DisclosureValue]) -> set[int]:
    """The people whom these disclosures are about."""
    return {each.person_id for each in values}
