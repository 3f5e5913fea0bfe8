"""Therapy hours, who came, triggers, and the counselling notes in a table of their own."""

from __future__ import annotations

from django.db import models

from fenestra.care.people.models import Person
from fenestra.care.plan.models import Appointment
from fenestra.ground.book.models import EventRow
from fenestra.ground.clinic.models import Clinic, Staff


class TherapyHour(EventRow):
    """One contact, single or group, with its modality. Whether it fell into a window is worked out, never stored."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    therapist = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    began_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    modality = models.CharField(max_length=40)
    in_group = models.BooleanField()
    at = models.DateTimeField()
    by_id = models.BigIntegerField()
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")


class Attendance(EventRow):
    """One person at one therapy hour: came or did not."""

    hour = models.ForeignKey(TherapyHour, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, null=True, related_name="+")
    came = models.BooleanField()


class CounsellingNote(EventRow):
    """A therapist's own note, kept apart and masked for all who do not counsel. `words` is sealed."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    hour = models.ForeignKey(TherapyHour, on_delete=models.PROTECT, related_name="+")
    words = models.TextField()
    at = models.DateTimeField()
    by_id = models.BigIntegerField()
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")


class Trigger(EventRow):
    """A cue for use and the plan against it, in the person's words (both sealed). `corrects` points to the wording it
    takes the place of; `over` says that the cue no longer matters."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    cue = models.TextField()
    plan = models.TextField()
    over = models.BooleanField(default=False)
    at = models.DateTimeField()
    by_id = models.BigIntegerField(null=True)
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
