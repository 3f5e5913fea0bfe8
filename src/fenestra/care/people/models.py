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


class Disclosure(EventRow):
    """Leave for bytes about one person to go out: to whom, why, and with which notice."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    recipient = models.CharField(max_length=120)
    recipient_is_person = models.BooleanField()
    basis = models.CharField(max_length=200)
    notice = models.TextField(blank=True)
    what = models.CharField(max_length=120)
    by_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
