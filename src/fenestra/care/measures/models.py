"""What was answered, used, weighed and tested. Everything is added; a correction points to what it corrects."""

from __future__ import annotations

from django.db import models

from fenestra.care.people.models import Person
from fenestra.ground.book.models import EventRow


class Measured(EventRow):
    """Something measured of one person. `day` is the day it is about, `at` when it was said or taken, `entered_at` the
    server's time. `by_id` is empty when the person told it themselves."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    at = models.DateTimeField()
    entered_at = models.DateTimeField()
    by_id = models.BigIntegerField(null=True)
    source = models.CharField(max_length=12)
    corrects_id: int | None
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True)  # of a correction, sealed

    class Meta:
        abstract = True


class Response(Measured):
    """One questionnaire answered, with the score it gave on that day under that content of the instrument."""

    instrument = models.CharField(max_length=30)
    instrument_hash = models.CharField(max_length=64)
    purpose = models.CharField(max_length=30, blank=True)
    repeat = models.BooleanField(default=False)  # asked before: lifetime questions left out, "since last time"
    answers = models.JSONField()
    total = models.DecimalField(max_digits=8, decimal_places=3, null=True)
    band = models.CharField(max_length=60, blank=True)
    complete = models.BooleanField()
    subscales = models.JSONField(default=dict)
    alerts = models.JSONField(default=list)

    class Meta:
        indexes = [models.Index(fields=["person", "instrument", "day"], name="responses_of_a_person")]


class UseDay(Measured):
    """One day and one substance: used or not, and how much. `used` is empty when the person would rather not say."""

    substance = models.CharField(max_length=20)
    used = models.BooleanField(null=True)
    amount = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    unit = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount=None) | models.Q(used=True) | models.Q(used=False, amount=0),
                name="no_day_is_both_without_and_with_use",
            )
        ]
        indexes = [models.Index(fields=["person", "substance", "day"], name="use_days_of_a_person")]


class Weight(Measured):
    """Body weight."""

    kg = models.DecimalField(max_digits=6, decimal_places=2)


class Test(Measured):
    """One biological test. `positive` is empty when the sample could not be read."""

    kind = models.CharField(max_length=10)
    substance = models.CharField(max_length=20)
    positive = models.BooleanField(null=True)
    value = models.DecimalField(max_digits=8, decimal_places=3, null=True)
    unit = models.CharField(max_length=20, blank=True)
