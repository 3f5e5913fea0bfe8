"""Clinics, the people who work there, and the rules their medical director adopted."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import check_password
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


class Staff(AbstractBaseUser, HeadRow):
    """A human who works in one or more clinics, with an account of their own."""

    WRITTEN_BY_NO_ACT = ("last_login",)  # signing in writes it; the audit line of the sign-in says the same

    username = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    phone = models.CharField(max_length=40, blank=True)
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "username"
    objects = StaffManager()

    def check_password(self, raw_password: str | None) -> bool:
        """Whether this is the password. A look changes nothing: only an act writes a password anew, never the hasher
        by itself, so that whoever changes one behind the house is found."""
        return check_password(raw_password, self.password)


class Membership(HeadRow):
    """One role of one human in one clinic, while it lasts."""

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


class Signature(EventRow):
    """One human's signature under one row: the printed name as it was then, the meaning in words, and the digest of what
    was signed. `person_id` is empty for what is about nobody."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    person_id = models.BigIntegerField(null=True, db_index=True)
    table = models.CharField(max_length=60)
    row_id = models.BigIntegerField()
    row_version = models.PositiveIntegerField(null=True)
    content_hash = models.CharField(max_length=64)
    meaning = models.CharField(max_length=200)
    name = models.CharField(max_length=120)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()


class Factor(HeadRow):
    """A second proof of who signs in, besides the password: an authenticator app (`totp`) or a passkey. What it proves
    with is sealed under the clinic's master key; an ended one stays as a row that opens nothing."""

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10)
    label = models.CharField(max_length=60)
    sealed = models.TextField()
    added_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)


class FactorUse(models.Model):
    """How far a factor is spent: the half-minute of the newest code that was taken, or a passkey's own count. It stands
    apart, because a code is spent where it is asked for, and the factor itself is changed by acts only."""

    factor = models.OneToOneField(Factor, on_delete=models.PROTECT, primary_key=True, related_name="+")
    counter = models.BigIntegerField()


class RecoveryCode(models.Model):
    """One of the codes on paper that stand in once for a lost telephone; only a fingerprint is kept."""

    id = models.BigAutoField(primary_key=True)
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    fingerprint = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)


class Tries(models.Model):
    """Guesses at one lock since the last right one. Neither user name nor address is kept, only the lock's fingerprint."""

    lock = models.CharField(max_length=64, primary_key=True)
    wrong = models.PositiveIntegerField()
    last_at = models.DateTimeField()
    waits_until = models.DateTimeField(null=True)
