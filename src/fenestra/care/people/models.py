"""A person, the episodes of their treatment, and every leave for bytes about them to go out."""

from __future__ import annotations

from django.db import models

from fenestra.ground.book.models import EventRow, HeadRow
from fenestra.ground.clinic.models import Clinic


class Person(HeadRow):
    """A patient. Who they are stands in `identity`, sealed under their own key; the rest names nobody."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=20)
    identity = models.TextField(blank=True)
    sex = models.CharField(max_length=12)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["clinic", "code"], name="one_person_per_code")]


class Episode(HeadRow):
    """One course of treatment, for one or more substances, with a goal and the protocol it follows."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    substances = models.JSONField()
    goal = models.CharField(max_length=12)
    protocol = models.CharField(max_length=60)
    protocol_hash = models.CharField(max_length=64)
    doses_planned = models.PositiveSmallIntegerField()
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_because = models.CharField(max_length=20, blank=True)  # death, transfer, prison: reasons of their own


class AboutPerson(EventRow):
    """Something learnt or agreed about one person. `by_id` is empty when the person did it on their own page."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by_id = models.BigIntegerField(null=True)

    class Meta:
        abstract = True


class Referral(AboutPerson):
    """How a person came to the clinic. `words` is sealed."""

    source = models.CharField(max_length=20)
    words = models.TextField(blank=True)


class Diagnosis(AboutPerson):
    """One substance of an episode: the eleven criteria (true, false, null for not known), the severity they lead to and
    its ICD-10-CM code. `severity` is empty while unknown answers leave it open. `code_source` says where the code comes
    from: the table that ships, or the clinician who typed it; both are empty while there is no code.

    The newest row of a substance counts; earlier ones stay, and `corrects` points to the one before.
    """

    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="+")
    substance = models.CharField(max_length=20)
    criteria = models.JSONField()
    severity = models.CharField(max_length=12)
    icd10cm = models.CharField(max_length=10, blank=True)
    code_source = models.CharField(max_length=10, blank=True)
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")


class Medicine(AboutPerson):
    """A medicine that goes on beside the treatment: agonist, against craving, or other. `name` and `words` (how it is
    taken, or why it ended) are sealed; `ends` points to the row that is over."""

    kind = models.CharField(max_length=12)
    name = models.TextField()
    words = models.TextField(blank=True)
    ends = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")


class Screening(AboutPerson):
    """One screening as it stood: the facts as they were known, the reasons the rules in force gave, and how the person
    stood to each protocol's trial (all three sealed: each tells of illness), and the verdict."""

    facts = models.TextField()
    verdict = models.CharField(max_length=8)
    reasons = models.TextField()
    trials = models.TextField()


class ScreeningDecision(AboutPerson):
    """What a prescriber decided on a screening, and why. `reason` is sealed."""

    screening = models.ForeignKey(Screening, on_delete=models.PROTECT, related_name="+")
    decision = models.CharField(max_length=8)
    reason = models.TextField()


class Consent(AboutPerson):
    """One signature under one version of a text. `signed_name` and `recipient` are sealed; `scope` lists what it covers.
    `clear_headed`: whoever was beside the person saw them neither intoxicated nor in withdrawal; empty when not noted.
    `discloser` is who may give out, `expiry_event` (sealed) the event it ends with where no day was named."""

    ADDED_LATER = ("discloser", "expiry_event")

    kind = models.CharField(max_length=20)
    text_version = models.CharField(max_length=20)
    text_hash = models.CharField(max_length=64)
    signed_name = models.TextField()
    clear_headed = models.BooleanField(null=True)
    scope = models.JSONField(default=list)
    recipient = models.TextField(blank=True)
    purpose = models.CharField(max_length=200, blank=True)
    expires_at = models.DateTimeField(null=True)
    discloser = models.CharField(max_length=200, blank=True)
    expiry_event = models.TextField(blank=True)


class ConsentWithdrawal(AboutPerson):
    """A consent taken back. `reason` is sealed and may be empty: nobody owes one. `by_event`: nobody took it back, the
    event that it was to end with has happened."""

    ADDED_LATER = ("by_event",)

    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True)
    by_event = models.BooleanField(default=False)


class Disclosure(AboutPerson):
    """Leave for bytes about one person to go out: to whom, why, what, on which basis, and until when. `recipient` is a
    kind of recipient in plain words; whoever is named stands sealed in `named`, beside `purpose` and `reference` (the
    court's papers). Whether it went out or was stopped is a row of its own."""

    ADDED_LATER = (
        "basis_kind", "consent", "named", "purpose", "reference", "information", "form", "about", "not_before",
        "expires_at",
    )  # fmt: skip

    recipient = models.CharField(max_length=120)
    recipient_is_person = models.BooleanField()
    basis = models.CharField(max_length=200)
    notice = models.TextField(blank=True)
    what = models.CharField(max_length=120)
    basis_kind = models.CharField(max_length=20, default="to_the_person")
    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, null=True, related_name="+")
    named = models.TextField(blank=True)
    purpose = models.TextField(blank=True)
    reference = models.TextField(blank=True)
    information = models.JSONField(default=list)
    form = models.CharField(max_length=8, default="pdf")
    about = models.CharField(max_length=60, blank=True)
    not_before = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)


class DisclosureEnd(AboutPerson):
    """What became of a disclosure, once: it went out (with the hash of the bytes; empty when told by word of mouth), or
    it was stopped before. `reason` is sealed."""

    disclosure = models.ForeignKey(Disclosure, on_delete=models.PROTECT, related_name="+")
    sent = models.BooleanField()
    content_hash = models.CharField(max_length=64, blank=True)
    size_bytes = models.PositiveIntegerField(null=True)
    reason = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["disclosure"], name="a_disclosure_ends_once")]


class Emergency(AboutPerson):
    """The documented record of a disclosure in a medical emergency: which medical staff of which house (sealed in
    `personnel`), what the emergency was (sealed in `nature`), when. Who disclosed is `by_id`."""

    disclosure = models.ForeignKey(Disclosure, on_delete=models.PROTECT, related_name="+")
    personnel = models.TextField()
    nature = models.TextField()
    happened_at = models.DateTimeField()


class EmergencyReview(AboutPerson):
    """What whoever reviews emergency disclosures found; `words` is sealed."""

    emergency = models.ForeignKey(Emergency, on_delete=models.PROTECT, related_name="+")
    in_order = models.BooleanField()
    words = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["emergency"], name="an_emergency_is_reviewed_once")]


class LegalHold(AboutPerson):
    """A demand in a legal matter about this person: bulk copies are refused while it stands. `reason` is sealed; a row
    with `ends` says that the one it points to is over."""

    reason = models.TextField()
    ends = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")


class SummaryGiven(AboutPerson):
    """The written summary of the confidentiality law was given to the person: which text, whom it names to report
    violations to, and whether the person could take it in."""

    text_version = models.CharField(max_length=20)
    text_hash = models.CharField(max_length=64)
    report_to = models.CharField(max_length=400)
    able = models.BooleanField()


class ReportContact(EventRow):
    """Where violations of the confidentiality law are reported, as the clinic writes it; the newest row counts."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    words = models.CharField(max_length=400)
    at = models.DateTimeField()
    by_id = models.BigIntegerField(null=True)


class ErasureAsked(AboutPerson):
    """The first signature under erasing a person: why, by somebody in which roles, and the last day on which law made the
    clinic keep the record."""

    basis = models.CharField(max_length=40)
    keep_until = models.DateField()
    roles = models.JSONField()


class ErasureAnswer(AboutPerson):
    """The second human's answer: the person is erased, or the record stays."""

    asked = models.OneToOneField(ErasureAsked, on_delete=models.PROTECT, related_name="+")
    done = models.BooleanField()


class Supporter(HeadRow):
    """Someone the person lets in, with the scope the person consented to. `identity` is sealed."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    identity = models.TextField()
    scope = models.JSONField()
    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
