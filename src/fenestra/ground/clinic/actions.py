"""Verbs that change a clinic, its humans and its rules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from fenestra.ground.book.act import Act, Done, act
from fenestra.ground.book.digest import canonical, digest_of
from fenestra.ground.book.scope import Scope
from fenestra.ground.clinic import rules
from fenestra.ground.clinic.models import Adoption, Clinic, Membership, Staff
from fenestra.ground.clinic.rules import Role
from fenestra.science.errors import BadInput, Refused

MAKES_ACCOUNTS = (Role.MEDICAL_DIRECTOR, Role.LEAD)


def found_clinic(
    *, slug: str, name: str, time_zone: str, phone: str, crisis_line: str, made_up: bool, at: datetime
) -> int:
    """Make a clinic; the act belongs to the clinic it makes. Asked again for the same slug, gives the same clinic."""
    there = Clinic.objects.filter(slug=slug).first()
    if there is not None:
        if there.made_up != made_up:
            raise Refused(
                f"'{slug}' is {'a made-up' if there.made_up else 'a real'} clinic and stays one. Use another folder."
            )
        return there.pk
    clinic = Clinic(slug=slug, name=name, time_zone=time_zone, phone=phone, crisis_line=crisis_line, made_up=made_up)
    with transaction.atomic():
        clinic.save(force_insert=True)
        _found(by=Scope(clinic.pk, None), at=at, key=f"found {slug}")
    return clinic.pk


@act("founded a clinic")
def _found(act: Act) -> Done:
    act.about("clinic", act.by.clinic_id)
    return Done(act.number, act.by.clinic_id, "The clinic is there.")


@act("made an account")
def add_staff(act: Act, *, username: str, name: str, password: str, roles: tuple[str, ...], phone: str = "") -> Done:
    """Make an account with its roles in the acting clinic. A human with an account elsewhere only gains roles."""
    if act.by.staff_id is not None:  # the command line of this installation has no human behind it
        rules.check_has(act.by.roles, MAKES_ACCOUNTS, "make an account")
    unknown = set(roles) - {role.value for role in Role}
    if unknown:
        raise BadInput(f"There is no role called {', '.join(sorted(unknown))}.", field="roles")
    staff = Staff.objects.filter(username=username).first()
    if staff is None:
        staff = Staff(username=username, name=name, phone=phone)
        staff.set_password(password)
        staff.save(force_insert=True)
    elif (
        act.by.staff_id is not None and not Membership.objects.filter(staff=staff, clinic_id=act.by.clinic_id).exists()
    ):
        raise BadInput(f"The name {username} is taken. Choose another.", field="username")
    for role in roles:
        Membership.objects.get_or_create(clinic_id=act.by.clinic_id, staff=staff, role=role, ended_at=None)
    act.about("staff", staff.pk)
    return Done(act.number, staff.pk, f"{name} has an account.")


@act("adopted rules")
def adopt_rules(act: Act, *, rules_signed: Mapping[str, Mapping[str, Any]], meaning: str, password: str) -> Done:
    """A medical director signs presets by re-entering the password once; the signature covers each exact content."""
    rules.check_has(act.by.roles, (Role.MEDICAL_DIRECTOR,), "adopt a rule")
    director = Staff.objects.filter(pk=act.by.staff_id or 0).first()
    if director is None or not director.check_password(password):
        raise BadInput("That is not your password. A signature needs it once more.", field="password")
    act.about("clinic", act.by.clinic_id, reason=", ".join(rules_signed))
    for rule, content in rules_signed.items():
        exact = canonical(content)
        act.add(
            Adoption(
                clinic_id=act.by.clinic_id,
                rule=rule,
                content=exact,
                content_hash=digest_of(exact),
                meaning=meaning,
                by=director,
                at=act.at,
            )
        )
    held = "now holds" if len(rules_signed) == 1 else "now hold"
    return Done(act.number, None, f"{', '.join(rules_signed)} {held} in this clinic.")
