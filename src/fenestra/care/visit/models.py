"""Rows of a dosing day. The visit is a head; everything that happened in it is added and never changed."""

from __future__ import annotations

from django.db import models

from fenestra.care.people.models import Episode, Person
from fenestra.ground.book.models import Act, EventRow, HeadRow
from fenestra.ground.clinic.models import Clinic


class Visit(HeadRow):
    """One dosing day of one person. Its state is its last step; `protocol_hash` names the exact regimen followed."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    due_at = models.DateTimeField()
    chair = models.CharField(max_length=20)
    dose_number = models.PositiveSmallIntegerField()
    route = models.CharField(max_length=2)
    protocol = models.CharField(max_length=60)
    protocol_hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["episode", "dose_number"], name="one_visit_per_dose"),
            models.CheckConstraint(condition=models.Q(route__in=["iv", "im"]), name="a_dose_is_iv_or_im"),
        ]


class OfVisit(EventRow):
    """Something that happened in a visit: in which act, when, and through whom. `by_id` is empty for a device."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="+")
    act = models.ForeignKey(Act, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by_id = models.BigIntegerField(null=True)

    class Meta:
        abstract = True


class VisitStep(OfVisit):
    """The visit came into a state."""

    state = models.CharField(max_length=12)
    reason = models.TextField(blank=True)


class VisitCheck(OfVisit):
    """One line of a list (arrival, time-out, discharge) with its answer."""

    phase = models.CharField(max_length=10)
    item = models.CharField(max_length=40)
    answer = models.CharField(max_length=60)
    note = models.TextField(blank=True)


class Decision(OfVisit):
    """A named prescriber decided about a finding, and why."""

    rule = models.CharField(max_length=40)
    finding = models.TextField()
    reason = models.TextField()


class Order(OfVisit):
    """What a prescriber ordered. The last one counts; earlier ones stay. Keeps the model its curve was drawn with."""

    dose_mg = models.DecimalField(max_digits=8, decimal_places=2)
    mg_per_kg = models.DecimalField(max_digits=6, decimal_places=3)
    body_weight_kg = models.DecimalField(max_digits=6, decimal_places=2)
    dosing_weight_kg = models.DecimalField(max_digits=6, decimal_places=2)
    minutes = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    findings = models.JSONField(default=list)
    reason = models.TextField(blank=True)
    model = models.CharField(max_length=40)
    model_version = models.CharField(max_length=64)


class Confirmation(OfVisit):
    """A second person read back order, syringe and pump. `by_id` is that second person."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="+")
    draw_id = models.BigIntegerField()
    drawn_mg = models.DecimalField(max_digits=8, decimal_places=2)
    volume_ml = models.DecimalField(max_digits=8, decimal_places=2)
    mg_per_ml = models.DecimalField(max_digits=8, decimal_places=3)
    rate_ml_per_h = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    asked_by_id = models.BigIntegerField()


class DoseMark(OfVisit):
    """One change in what flows: start, rate, pause, resume, stop, finish; or the one moment an im dose was given.

    `beyond` names what stood against it: marked, kept, and an incident, because the record is never refused.
    """

    kind = models.CharField(max_length=8)
    mg_per_min = models.DecimalField(max_digits=10, decimal_places=5, null=True)
    given_mg = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    draw_id = models.BigIntegerField(null=True)
    reason = models.TextField(blank=True)
    beyond = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["pause", "stop", "finish", "given"]) | models.Q(mg_per_min__isnull=False),
                name="what_flows_has_a_rate",
            )
        ]


class Observation(OfVisit):
    """One measured thing at one time. `at` is the clinical time, `entered_at` the server's; order is the server's.

    A monitor sends thousands a visit, and all are kept; `drawn` marks those that stand in the chart, so that a page
    reads a few hundred.
    """

    ADDED_LATER = ("drawn",)

    measure = models.CharField(max_length=12)
    value = models.DecimalField(max_digits=8, decimal_places=2)
    origin = models.CharField(max_length=8)
    device = models.CharField(max_length=60, blank=True)
    entered_at = models.DateTimeField()
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    drawn = models.BooleanField(default=True)

    class Meta:
        indexes = [models.Index(fields=["visit", "measure", "id"], name="latest_of_a_measure")]


class Alarm(OfVisit):
    """A rule found something. Keeps the rule as it stood: value, limit, source, who adopted it."""

    rule = models.CharField(max_length=40)
    measure = models.CharField(max_length=12)
    level = models.CharField(max_length=6)
    said = models.TextField()
    action = models.TextField()
    source = models.TextField()
    adopted = models.CharField(max_length=160)
    observation = models.ForeignKey(Observation, on_delete=models.PROTECT, null=True, related_name="+")


class AlarmStep(OfVisit):
    """Somebody has seen an alarm, or what it was about is over."""

    alarm = models.ForeignKey(Alarm, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=5)


class RoomEvent(OfVisit):
    """A word in the log: therapist, music, site check, rescue medicine, oxygen."""

    kind = models.CharField(max_length=12)
    text = models.TextField()


class Incident(OfVisit):
    """Something that must be looked at afterwards."""

    kind = models.CharField(max_length=40)
    text = models.TextField()


class Discharge(OfVisit):
    """Judged ready, and gone: two times, because the first is the better research variable."""

    ready_at = models.DateTimeField()
    left_at = models.DateTimeField()
    escort = models.TextField()


class MonitorLink(OfVisit):
    """A monitor was connected to this visit. Only the hash of its token is kept; the newest link counts."""

    device = models.CharField(max_length=60)
    token_hash = models.CharField(max_length=64, unique=True)
