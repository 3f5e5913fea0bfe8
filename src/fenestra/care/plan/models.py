"""A protocol laid on the calendar of one episode: doses, appointments, chairs, hours, intentions, reviews."""

from __future__ import annotations

from django.db import models

from fenestra.care.people.models import Episode, Person
from fenestra.ground.book.models import EventRow, HeadRow
from fenestra.ground.clinic.models import Clinic, Staff


class ProtocolVersion(EventRow):
    """A clinic's own version of a protocol, signed by a medical director over its exact content."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    protocol = models.CharField(max_length=60)
    content = models.TextField()
    content_hash = models.CharField(max_length=64)
    made_from = models.CharField(max_length=64)
    reason = models.TextField()
    at = models.DateTimeField()
    by_id = models.BigIntegerField()


class Plan(HeadRow):
    """One episode's way through one version of a protocol. `reason` and `ended_because` are sealed."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="+")
    protocol = models.CharField(max_length=60)
    protocol_hash = models.CharField(max_length=64)
    ethics_reference = models.CharField(max_length=80, blank=True)
    reason = models.TextField(blank=True)
    made_at = models.DateTimeField()
    by_id = models.BigIntegerField()
    ended_at = models.DateTimeField(null=True)
    ended_because = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["episode"], condition=models.Q(ended_at=None), name="one_plan_at_a_time")
        ]


class Chair(HeadRow):
    """A place where a dose is given."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=20)
    in_use = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["clinic", "name"], name="one_chair_per_name")]


class TherapistHours(HeadRow):
    """When a therapist can see people: a weekday (0 is Monday), from and until by the clinic's clock."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    weekday = models.PositiveSmallIntegerField()
    from_time = models.TimeField()
    until_time = models.TimeField()
    ended_on = models.DateField(null=True)


class DosingHours(HeadRow):
    """When doses are given here: a weekday (0 is Monday), from and until by the clinic's clock."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    weekday = models.PositiveSmallIntegerField()
    from_time = models.TimeField()
    until_time = models.TimeField()
    ended_on = models.DateField(null=True)


class PlannedDose(HeadRow):
    """One dose of a plan on the calendar: when the person is expected, and when the dose is expected to end, from which
    its window counts until it has been given. The visit that gives it is booked from it."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    chair = models.ForeignKey(Chair, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="one_date_per_dose")]


class Appointment(HeadRow):
    """A person is expected at a time: for therapy, a dose, scales or follow-up. `outside_because` (sealed) says why a
    therapy hour lies outside the window of the dose it belongs to; `because` (sealed), why it was last moved, cancelled
    or missed."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    dose = models.ForeignKey(PlannedDose, on_delete=models.PROTECT, null=True, related_name="+")
    outside_because = models.TextField(blank=True)
    because = models.TextField(blank=True)
    state = models.CharField(max_length=10)

    class Meta:
        indexes = [models.Index(fields=["clinic", "starts_at"], name="appointments_by_time")]


class Intention(EventRow):
    """What a person means to work on, in their own words (sealed)."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    dose = models.ForeignKey(PlannedDose, on_delete=models.PROTECT, null=True, related_name="+")
    words = models.TextField()
    at = models.DateTimeField()
    by_id = models.BigIntegerField(null=True)


class CourseReview(EventRow):
    """Before a further dose: is more wanted, and why? Without one that says go on, the course stops. It belongs to a
    plan, or to an `episode` that none runs for. `reason` is sealed."""

    ADDED_LATER = ("episode",)

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, null=True, related_name="+")
    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, null=True, related_name="+")
    before_dose = models.PositiveSmallIntegerField()
    go_on = models.BooleanField()
    reason = models.TextField()
    at = models.DateTimeField()
    by_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(plan=None, episode__isnull=False) | models.Q(plan__isnull=False, episode=None),
                name="review_of_plan_or_episode",
            )
        ]
