"""What a named human owes, every step of it, and who is on duty."""

from __future__ import annotations

from django.db import models

from fenestra.care.people.models import Person
from fenestra.ground.book.models import EventRow, HeadRow
from fenestra.ground.clinic.models import Clinic, Staff


class Item(HeadRow):
    """One thing a human must do. `about` names what raised it, so that the same cause raises it once."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=30)
    about = models.CharField(max_length=60)
    level = models.CharField(max_length=6)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    owner_role = models.CharField(max_length=20)
    owner = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=8)
    escalated_at = models.DateTimeField(null=True)
    escalated_to = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "kind", "about"], condition=~models.Q(state="done"), name="one_cause_one_open_item"
            )
        ]
        indexes = [models.Index(fields=["clinic", "state", "due_at"], name="open_items_by_due")]


class ItemStep(EventRow):
    """An item was opened, taken, escalated, commented or done. `words` is sealed where there is a person."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10)
    words = models.TextField(blank=True)
    at = models.DateTimeField()
    by_id = models.BigIntegerField(null=True)


class Cover(EventRow):
    """The clinic declares who is on duty, from when until when. A row that corrects another takes its place; without
    an end after its start it takes it back."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    at = models.DateTimeField()
    by_id = models.BigIntegerField(null=True)
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")


class AnswerTime(EventRow):
    """The clinic declares within how many minutes of cover an item of a level is taken, and who is told when it is not.
    The newest row of a level counts."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    level = models.CharField(max_length=6)
    minutes = models.PositiveIntegerField()
    then_role = models.CharField(max_length=20)
    at = models.DateTimeField()
    by_id = models.BigIntegerField(null=True)
