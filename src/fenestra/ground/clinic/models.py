"""Clinics, the people who work there, and the rules their medical director adopted."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from fenestra.ground.book.models import EventRow, HeadRow


class Clinic(HeadRow):
    """One clinic with its time zone. `made_up` is set at birth and never taken away."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    time_zone = models.CharField(max_length=60)
    phone = models.CharField(max_length=40, blank=True)
    crisis_line = models.CharField(max_length=120, blank=True)
    made_up = models.BooleanField(default=False)


class StaffManager(BaseUserManager["Staff"]):
    """How Django's sign-in finds a human."""

    def get_by_natural_key(self, username: str | None) -> Staff:
        return self.get(username=username)


class Staff(AbstractBaseUser):
    """A human who works in one or more clinics, with an account of their own."""

    id = models.BigAutoField(primary_key=True)
    username = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    phone = models.CharField(max_length=40, blank=True)
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "username"
    objects = StaffManager()


class Membership(models.Model):
    """One role of one human in one clinic, while it lasts."""

    id = models.BigAutoField(primary_key=True)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "staff", "role"], condition=models.Q(ended_at=None), name="a_role_is_held_once"
            )
        ]


class Adoption(EventRow):
    """A medical director makes a preset rule this clinic's own, by signature over its exact content."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    rule = models.CharField(max_length=40)
    content = models.JSONField()
    content_hash = models.CharField(max_length=64)
    meaning = models.CharField(max_length=200)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()


class Withdrawal(EventRow):
    """A medical director ends an adoption, with a reason and by signature. The adoption stays where it is."""

    adoption = models.OneToOneField(Adoption, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=400)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
