"""Who a person is to the clinic, what they agreed to, and when bytes about them may leave. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar

from fenestra.ground.book.texts import LONGEST_TEXT, check_length
from fenestra.science.errors import BadInput, NotHere, Refused


class Sex(StrEnum):
    """As reference values need it."""

    FEMALE = "female"
    MALE = "male"
    UNSPECIFIED = "unspecified"


class Goal(StrEnum):
    ABSTINENCE = "abstinence"
    REDUCTION = "reduction"


class Substance(StrEnum):
    ALCOHOL = "alcohol"
    OPIOIDS = "opioids"
    COCAINE = "cocaine"
    NICOTINE = "nicotine"
    CANNABIS = "cannabis"
    AMPHETAMINES = "amphetamines"
    BENZODIAZEPINES = "benzodiazepines"
    OTHER = "other"


class ReferralSource(StrEnum):
    """How a person came."""

    SELF = "self"
    PHYSICIAN = "physician"
    HOSPITAL = "hospital"
    ADDICTION_SERVICE = "addiction service"
    THERAPIST = "therapist"
    FAMILY = "family"
    COURT = "court"
    OTHER = "other"


class EndReason(StrEnum):
    """Why a course ended. Each is a reason of its own: none of them is counted as use, or as success."""

    COMPLETED = "completed"
    DEATH = "death"
    TRANSFER = "transfer"
    PRISON = "prison"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    MOVED_AWAY = "moved_away"
    LOST_TO_FOLLOW_UP = "lost_to_follow_up"
    OTHER = "other"


class MedicineKind(StrEnum):
    """What a medicine that goes on beside the treatment is for."""

    AGONIST = "agonist"
    ANTI_CRAVING = "anti_craving"
    OTHER = "other"


class Decided(StrEnum):
    """What a prescriber decided on a screening."""

    FIT = "fit"
    NOT_NOW = "not_now"


class ConsentKind(StrEnum):
    """What a person agrees to, each under a text of its own."""

    TREATMENT = "treatment"
    RECORDS = "records"
    CHECK_INS = "check_ins"
    SUPPORTER = "supporter"
    CARE_AND_PAYMENT = "care_and_payment"
    COUNSELLING_NOTES = "counselling_notes"
    LEGAL = "legal_proceedings"


class Shared(StrEnum):
    """What may be shown to somebody the person lets in, or to whom the records go. Nothing else ever is."""

    APPOINTMENTS = "appointments"
    PLAN = "plan"
    MEDICINES = "medicines"
    CHECK_INS = "check_ins"
    OUTCOMES = "outcomes"
    WORRIES = "worries"
    IDENTITY = "identity"
    DIAGNOSES = "diagnoses"
    SCREENING = "screening"
    VISITS = "visits"
    MEASURES = "measures"
    USE = "use"
    THERAPY = "therapy"
    COUNSELLING_NOTES = "counselling_notes"


CONSENT_WORDS = {
    ConsentKind.TREATMENT: "treatment with ketamine",
    ConsentKind.RECORDS: "giving out records",
    ConsentKind.CHECK_INS: "check-ins between visits",
    ConsentKind.SUPPORTER: "letting a supporter in",
    ConsentKind.CARE_AND_PAYMENT: "giving out records for treatment, payment and running the clinic",
    ConsentKind.COUNSELLING_NOTES: "giving out counselling notes",
    ConsentKind.LEGAL: "giving out records for legal proceedings",
}
SHARED_WORDS = {
    Shared.APPOINTMENTS: "when appointments are",
    Shared.PLAN: "the plan of the treatment",
    Shared.MEDICINES: "which medicines are taken",
    Shared.CHECK_INS: "what check-ins say",
    Shared.OUTCOMES: "how it goes over the months",
    Shared.WORRIES: "when the clinic is worried about the person",
    Shared.IDENTITY: "name, birth date, address and allergies",
    Shared.DIAGNOSES: "which substance-use disorder was found, and the courses of treatment",
    Shared.SCREENING: "what the screening said",
    Shared.VISITS: "the dosing days: doses, readings and what happened",
    Shared.MEASURES: "questionnaires, tests and weight",
    Shared.USE: "days of use and without use",
    Shared.THERAPY: "which therapy hours were kept",
    Shared.COUNSELLING_NOTES: "counselling notes",
}
END_WORDS = {
    EndReason.COMPLETED: "completed",
    EndReason.DEATH: "died",
    EndReason.TRANSFER: "went on to another clinic",
    EndReason.PRISON: "in prison",
    EndReason.CONSENT_WITHDRAWN: "withdrew consent",
    EndReason.MOVED_AWAY: "moved away",
    EndReason.LOST_TO_FOLLOW_UP: "lost to follow-up",
    EndReason.OTHER: "another reason",
}
# Of these a person has one that counts: the newest signature takes the place of the earlier ones. The others name a
# recipient, and each stands on its own.
ONE_THAT_COUNTS = (ConsentKind.TREATMENT, ConsentKind.CHECK_INS)
NAMES_A_RECIPIENT = (ConsentKind.RECORDS, ConsentKind.SUPPORTER, ConsentKind.COUNSELLING_NOTES, ConsentKind.LEGAL)


class NoSuchPerson(NotHere):
    """Not a person of this clinic, or not one this human may see."""


class LeaveEnded(Refused):
    """The leave for these bytes to go out does not hold."""


class NotConsented(Refused):
    """The person has not agreed to this, or no longer does."""


class CourseOpen(Refused):
    """There is a course for this substance that has not ended."""


class OlderScreening(Refused):
    """A newer screening of the person exists."""


Choice = TypeVar("Choice", bound=StrEnum)


def chosen(choices: type[Choice], typed: str, *, field: str) -> Choice:
    """One of the values this field has, or a refusal that names them."""
    try:
        return choices(typed)
    except ValueError:
        raise BadInput(f"Choose one of: {', '.join(choices)}.", field=field) from None


def check_words(words: str, *, field: str, most: int = LONGEST_TEXT) -> str:
    """The text without the blanks around it, or a refusal when it is longer than one entry can be."""
    check_length(words, most, field=field)
    return words.strip()


MOST_DOSES = 99  # a typing check, not a clinical limit
OLDEST_YEARS = 120  # a typing check, not a clinical limit


def check_no_second_course(substances: Iterable[str], there: Iterable[Iterable[str]]) -> None:
    """Refuse a course for a substance that an open course of the person is for."""
    if both := sorted(set(substances) & {each for course in there for each in course}):
        raise CourseOpen(
            f"A course for {', '.join(both)} is open already. Go on in it, or close it with its reason first."
        )


@dataclass(frozen=True)
class Identity:
    """Who a person is. Stored only under that person's key."""

    name: str
    born: date
    address: str = ""
    phone: str = ""
    allergies: str = ""


def check_identity(identity: Identity, *, today: date) -> None:
    """Refuse a name or a birth date that cannot be."""
    if not identity.name.strip():
        raise BadInput("Write the person's name, as on their papers.", field="name")
    if identity.born > today:
        raise BadInput(
            "The birth date lies in the future. Write it as year-month-day, for example 1984-04-12.", field="born"
        )
    if years_old(identity.born, today) > OLDEST_YEARS:
        raise BadInput(
            "The birth date is more than 120 years ago. Write it as year-month-day, for example 1984-04-12.",
            field="born",
        )


def years_old(born: date, today: date) -> int:
    """Age in whole years on a clinic day."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


@dataclass(frozen=True)
class ConsentValue:
    """One signature. `signed_name` and `recipient` read as hidden for those who may not see who a person is."""

    id: int
    person_id: int
    kind: ConsentKind
    text_version: str
    text_hash: str
    signed_name: str
    clear_headed: bool | None
    scope: tuple[Shared, ...]
    recipient: str
    purpose: str
    signed_at: datetime
    expires_at: datetime | None
    withdrawn_at: datetime | None
    discloser: str = ""
    expiry_event: str = ""
    ended_by_event: bool = False  # `withdrawn_at` is then when its last event was seen to have happened

    def stands(self, at: datetime) -> bool:
        """Whether it holds at this instant: from the signature on, until it runs out or is taken back."""
        ends = [each for each in (self.expires_at, self.withdrawn_at) if each is not None]
        return self.signed_at <= at and all(at < each for each in ends)


def standing(consents: Iterable[ConsentValue], kind: ConsentKind, at: datetime) -> ConsentValue | None:
    """The consent of this kind that holds at this instant, the newest first. Where one counts, an earlier signature
    does not come back to life when the newest is taken back."""
    signed = sorted((c for c in consents if c.kind is kind and c.signed_at <= at), key=lambda c: (c.signed_at, c.id))
    counting = signed[-1:] if kind in ONE_THAT_COUNTS else signed[::-1]
    return next((each for each in counting if each.stands(at)), None)


def check_consented(consents: Iterable[ConsentValue], kind: ConsentKind, at: datetime) -> None:
    """Refuse a step that needs a consent which does not hold at this instant."""
    held = list(consents)
    if standing(held, kind, at) is not None:
        return
    words, of_kind = CONSENT_WORDS[kind], [c for c in held if c.kind is kind and c.signed_at <= at]
    if not of_kind:
        raise NotConsented(f"Consent to {words} is not signed. Let the person read and sign it on their page first.")
    last = max(of_kind, key=lambda c: (c.signed_at, c.id))
    if last.withdrawn_at is not None and last.withdrawn_at <= at:
        raise NotConsented(
            f"Consent to {words} was withdrawn. Stop here and talk with the person about what they want."
        )
    raise NotConsented(f"Consent to {words} has run out. Let the person read and sign it again, if they wish.")


def check_not_taken_back(consents: Iterable[ConsentValue], kind: ConsentKind, at: datetime) -> None:
    """Refuse a step when a consent was signed here and no longer holds. Somebody who never signed here may have signed
    on paper: whoever asks that is left alone."""
    held = [each for each in consents if each.kind is kind and each.signed_at <= at]
    if held:
        check_consented(held, kind, at)


def can_rest_on(consents: Iterable[ConsentValue], kind: ConsentKind, at: datetime) -> bool:
    """Whether a consent of this kind holds at this instant."""
    return standing(consents, kind, at) is not None


@dataclass(frozen=True)
class SupporterIdentity:
    """Who a supporter is. Stored only under the person's key."""

    name: str
    relation: str = ""
    phone: str = ""


@dataclass(frozen=True)
class SupporterValue:
    """Someone the person lets in. `scope` is what may be shown to them now: empty once it ended, whatever was signed."""

    id: int
    person_id: int
    name: str
    relation: str
    phone: str
    scope: frozenset[Shared]
    consent_id: int
    ended_because: str
    version: int


def check_shared(supporter: SupporterValue, what: Shared) -> None:
    """Refuse to show a supporter anything the person did not agree to, or no longer agrees to."""
    if what in supporter.scope:
        return
    if supporter.ended_because:
        raise NotConsented(f"{supporter.name} is not let in any more: {supporter.ended_because}. Show them nothing.")
    raise NotConsented(f"The person did not agree that {supporter.name} learns {SHARED_WORDS[what]}.")
