"""Links, check-ins, the honesty contract, a person's own words, and what they answer about coming."""

from __future__ import annotations

from django.db import models

from fenestra.care.people.models import Person
from fenestra.care.plan.models import Appointment
from fenestra.ground.book.models import EventRow
from fenestra.ground.clinic.models import Clinic


class Link(EventRow):
    """A signed link to one person's check-in or own page. Only the hash of its token is kept. Opening it writes
    nothing; it closes when its check-in is sent, when it expires, or when somebody ends it."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10)
    token_hash = models.CharField(max_length=64, unique=True)
    day = models.DateField(null=True)
    expires_at = models.DateTimeField()
    at = models.DateTimeField()
    by_id = models.BigIntegerField(null=True)


class LinkEnd(EventRow):
    """A link that must not open any more: forwarded, lost, or the person left."""

    link = models.ForeignKey(Link, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=40)
    at = models.DateTimeField()
    by_id = models.BigIntegerField(null=True)


class CheckIn(EventRow):
    """What a person told between visits. `told_id` is made by the phone, so that the same check-in may come many times.
    `said_at` and `offset_min` are the phone's clock, `received_at` ours; `clock_off_s` is by how much the phone was
    behind when it sent, and `day`, the person's own yesterday, is corrected by it. `used` is about `substance`, the
    first of the open episode. Sliders are 0 to 100; empty is not answered."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    link = models.ForeignKey(Link, on_delete=models.PROTECT, null=True, related_name="+")
    told_id = models.CharField(max_length=40)
    day = models.DateField()
    craving_now = models.PositiveSmallIntegerField(null=True)
    craving_most = models.PositiveSmallIntegerField(null=True)
    substance = models.CharField(max_length=20, blank=True)
    used = models.CharField(max_length=10, blank=True)
    amount = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    mood = models.PositiveSmallIntegerField(null=True)
    readiness = models.PositiveSmallIntegerField(null=True)
    said_at = models.DateTimeField()
    offset_min = models.SmallIntegerField()
    clock_off_s = models.IntegerField()
    received_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "told_id"], name="one_row_per_check_in_told")]
        indexes = [models.Index(fields=["person", "day"], name="check_ins_of_a_person")]


class ContractSeen(EventRow):
    """The person read the honesty contract: who sees what they write, and that a lapse leads to help."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    version = models.CharField(max_length=20)
    at = models.DateTimeField()


class OwnWords(EventRow):
    """Something a person wants to keep for themselves, in their own words (sealed)."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    words = models.TextField()
    at = models.DateTimeField()


class ComingAnswer(EventRow):
    """What a person said about an appointment from their own page: they will be there, or need another time."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    coming = models.BooleanField()
    at = models.DateTimeField()


class MissRule(EventRow):
    """The clinic declares after how many missed check-ins in a row somebody looks after the person. The newest row
    counts; without one nothing is raised."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    in_a_row = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    by_id = models.BigIntegerField(null=True)
