"""Tables of the book. An `EventRow` is added and never changed; a `HeadRow` carries a version."""

from __future__ import annotations

from django.db import models


class EventRow(models.Model):
    """Something that happened. Triggers refuse update, delete, replace and truncate (`triggers.py`)."""

    id = models.BigAutoField(primary_key=True)

    class Meta:
        abstract = True


class HeadRow(models.Model):
    """Something that is so until changed. A change names the version it saw."""

    id = models.BigAutoField(primary_key=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True


class Act(EventRow):
    """One write of the house: who did what, when it happened and when it was written."""

    name = models.CharField(max_length=60)
    clinic_id = models.BigIntegerField(db_index=True)
    by_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    written_at = models.DateTimeField()


class RequestKey(EventRow):
    """The first answer to a request, given again when the same request comes twice."""

    clinic_id = models.BigIntegerField()
    by_id = models.BigIntegerField()  # 0: no human (the clock, a device), so that the constraint holds for it too
    key = models.CharField(max_length=100)
    fingerprint = models.CharField(max_length=64)
    act = models.ForeignKey(Act, on_delete=models.PROTECT, related_name="+")
    answer = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["clinic_id", "by_id", "key"], name="one_answer_per_key")]


class AuditLine(EventRow):
    """Who did, saw or was refused what. `rows` holds table, id and digest of each row an act wrote, or whom a page showed."""

    act = models.ForeignKey(Act, on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=12)
    what = models.CharField(max_length=80)
    clinic_id = models.BigIntegerField(db_index=True)
    by_id = models.BigIntegerField(null=True)
    person_id = models.BigIntegerField(null=True, db_index=True)
    about = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField()
    rows = models.JSONField(default=list)
    reason = models.TextField(blank=True)  # sealed under the person's key where there is one

    class Meta:
        indexes = [models.Index(fields=["clinic_id", "person_id", "at"], name="who_saw_whom")]


class Seal(EventRow):
    """One link of the chain over committed audit lines, in the order in which they were sealed."""

    line = models.OneToOneField(AuditLine, on_delete=models.PROTECT, related_name="+")
    link = models.CharField(max_length=64)


class Event(EventRow):
    """What live pages hear about: ids only. The id is the cursor of the stream."""

    kind = models.CharField(max_length=40)
    clinic_id = models.BigIntegerField()
    person_id = models.BigIntegerField(null=True)
    about = models.CharField(max_length=60, blank=True)
    about_id = models.BigIntegerField(null=True)
    row_id = models.BigIntegerField(null=True)
    act = models.ForeignKey(Act, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()


class PersonKey(models.Model):
    """The key under which one person's identity and free text are stored; destroying it erases them."""

    person_id = models.BigIntegerField(primary_key=True)
    wrapped = models.BinaryField()
