"""When bytes about a person may go out, to whom, on which basis, and when they may not any more. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from fenestra.care.people.rules import CONSENT_WORDS, SHARED_WORDS, ConsentKind, ConsentValue, LeaveEnded, Shared
from fenestra.ground.clinic.rules import AT_THE_CHAIR, Role
from fenestra.science.errors import BadInput, Refused


class Basis(StrEnum):
    """Why bytes may go out. There is no other reason."""

    TO_THE_PERSON = "to_the_person"
    CONSENT = "consent"
    EMERGENCY = "emergency"
    COURT_ORDER = "court_order"


class Form(StrEnum):
    """As what it goes out. CSV and JSON are copies for machines: many rows at once."""

    PDF = "pdf"
    CSV = "csv"
    JSON = "json"
    SPOKEN = "spoken"


class DisclosureState(StrEnum):
    """Worked out from rows: nothing here is stored."""

    WAITING = "waiting"
    SENT = "sent"
    STOPPED = "stopped"


class HeldByLaw(Refused):
    """A legal hold stands on this person's record."""


DISCLOSES = (*AT_THE_CHAIR, Role.COORDINATOR, Role.THERAPIST, Role.PRIVACY_OFFICER)
ANSWERS_COURTS = (Role.PRIVACY_OFFICER, Role.MEDICAL_DIRECTOR)
REVIEWS = (Role.PRIVACY_OFFICER, Role.MEDICAL_DIRECTOR)
READS_ACCOUNTING = (*DISCLOSES, Role.AUDITOR)

RECORD_PARTS = (
    Shared.IDENTITY, Shared.DIAGNOSES, Shared.SCREENING, Shared.MEDICINES, Shared.PLAN, Shared.APPOINTMENTS,
    Shared.VISITS, Shared.MEASURES, Shared.USE, Shared.CHECK_INS, Shared.THERAPY,
)  # fmt: skip
SUPPORTER_LEARNS = (
    Shared.APPOINTMENTS, Shared.PLAN, Shared.MEDICINES, Shared.CHECK_INS, Shared.OUTCOMES, Shared.WORRIES,
)  # fmt: skip
# What a consent of each kind can cover. Counselling notes stand alone, and no other consent ever covers them (CONF-006).
MAY_COVER: dict[ConsentKind, tuple[Shared, ...]] = {
    ConsentKind.SUPPORTER: SUPPORTER_LEARNS,
    ConsentKind.RECORDS: RECORD_PARTS,
    ConsentKind.LEGAL: RECORD_PARTS,
    ConsentKind.CARE_AND_PAYMENT: RECORD_PARTS,
    ConsentKind.COUNSELLING_NOTES: (Shared.COUNSELLING_NOTES,),
}
COVERS_ALL_OF_IT = (ConsentKind.CARE_AND_PAYMENT, ConsentKind.COUNSELLING_NOTES)  # nothing to tick
LETS_OUT = (ConsentKind.RECORDS, ConsentKind.CARE_AND_PAYMENT, ConsentKind.COUNSELLING_NOTES, ConsentKind.LEGAL)
NEEDS_AN_END = (ConsentKind.RECORDS, ConsentKind.COUNSELLING_NOTES, ConsentKind.LEGAL)  # CONF-002
CARE_AND_PAYMENT_TO = "those who treat the person, those who pay for it, and those who help to run the clinic"
CARE_AND_PAYMENT_FOR = "treatment, payment and the running of the clinic"

# Which group of fields a part of the record belongs to: who does not see the group cannot hand the part out.
GROUP_OF: dict[Shared, str] = {
    Shared.IDENTITY: "identity", Shared.SCREENING: "identity", Shared.MEDICINES: "identity",
    Shared.CHECK_INS: "identity", Shared.VISITS: "dose", Shared.COUNSELLING_NOTES: "counselling",
}  # fmt: skip

LEAVE_HOLDS = timedelta(days=30)  # how long a leave holds when nobody names a day; no clinical number
FOR_MACHINES = (Form.CSV, Form.JSON)


@dataclass(frozen=True)
class DisclosureValue:
    """One leave for bytes to go out, and what became of it. `ended_at` is when it went out or was stopped."""

    id: int
    person_id: int
    at: datetime
    by_id: int | None
    basis: Basis
    recipient: str
    purpose: str
    what: str
    information: tuple[Shared, ...]
    form: Form
    consent_id: int | None
    about: str
    reference: str
    not_before: datetime | None
    expires_at: datetime | None
    state: DisclosureState
    ended_at: datetime | None
    ended_by_id: int | None
    content_hash: str
    stopped_because: str

    @property
    def waits(self) -> bool:
        return self.state is DisclosureState.WAITING


def in_words(information: Iterable[Shared]) -> str:
    """What goes out, in words and in the order of the record."""
    chosen = set(information)
    return ", ".join(words for each, words in SHARED_WORDS.items() if each in chosen)


def covered(consent: ConsentValue) -> frozenset[Shared]:
    """What may go out under this consent: what was agreed, and never what such a consent cannot cover."""
    return frozenset(consent.scope) & frozenset(MAY_COVER.get(consent.kind, ()))


def check_consent_lets_out(consent: ConsentValue | None, information: Collection[Shared], at: datetime) -> None:
    """Refuse when the consent does not hold at this instant, or does not cover all of it."""
    if consent is None or consent.kind not in LETS_OUT:
        raise LeaveEnded("There is no consent of this person to give this out. Let them read and sign one first.")
    if not consent.stands(at):
        ended = "was withdrawn" if consent.withdrawn_at and consent.withdrawn_at <= at else "has run out"
        raise LeaveEnded(
            f"Consent to {CONSENT_WORDS[consent.kind]} {ended}. Nothing goes out under it; ask the person."
        )
    if beyond := set(information) - covered(consent):
        raise LeaveEnded(f"The person did not agree to give out: {in_words(beyond)}. Leave it out, or ask them.")


def check_information(information: Collection[Shared], basis: Basis) -> None:
    """Refuse nothing at all, counselling notes beside anything else, and notes on any basis but a consent."""
    if not information:
        raise BadInput("Tick what goes out: at least one part.", field="information")
    if Shared.COUNSELLING_NOTES not in information:
        return
    if len(information) > 1:
        raise BadInput("Counselling notes go out alone, under a consent of their own.", field="information")
    if basis is not Basis.CONSENT:
        raise BadInput("Counselling notes go out only under a consent of their own.", field="information")


def check_sees(hidden: frozenset[str], information: Iterable[Shared]) -> None:
    """Nobody hands out what they may not see themselves."""
    if unseen := {each for each in information if GROUP_OF.get(each) in hidden}:
        raise Refused(f"Your role does not see {in_words(unseen)}. Ask somebody who does to hand it out.")


def check_no_hold(held: bool, basis: Basis, form: Form, consent: ConsentValue | None) -> None:
    """While a legal hold stands, copies for machines are refused, but for a court order with a subpoena, or the person's
    own consent to legal proceedings (CONF-007)."""
    for_court = basis is Basis.COURT_ORDER or (consent is not None and consent.kind is ConsentKind.LEGAL)
    if held and form in FOR_MACHINES and not for_court:
        raise HeldByLaw(
            "A legal hold stands on this record: no copy as CSV or JSON goes out. "
            "Ask the privacy officer, or hand out single papers."
        )


def check_still_holds(disclosure: DisclosureValue, at: datetime) -> None:
    """Refuse bytes whose leave was used, was stopped, has run out, or has not begun."""
    if disclosure.state is DisclosureState.SENT:
        raise LeaveEnded("This went out before, and a leave is good for once. Make a new disclosure.")
    if disclosure.state is DisclosureState.STOPPED:
        raise LeaveEnded(f"This was stopped: {disclosure.stopped_because or 'no reason is written'}. It stays here.")
    if disclosure.expires_at is not None and disclosure.expires_at <= at:
        raise LeaveEnded("The leave for this has run out. Make a new disclosure if it is still wanted.")
    if disclosure.not_before is not None and at < disclosure.not_before:
        raise LeaveEnded("The day on which this may go out has not come. Look at the day, or stop it.")
