"""Verbs that change a clinic and its rules; those of its accounts stand in `accounts`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from fenestra.ground.book.act import Act, Done, act
from fenestra.ground.book.digest import canonical, digest_of
from fenestra.ground.book.scope import Scope
from fenestra.ground.book.texts import check_length
from fenestra.ground.clinic import rules
from fenestra.ground.clinic.accounts import add_staff
from fenestra.ground.clinic.models import Adoption, Clinic, Staff, Withdrawal
from fenestra.ground.clinic.rules import NoSuchRule, Role
from fenestra.ground.clinic.signatures import sign
from fenestra.ground.clinic.standing import adoptions_in_force
from fenestra.ground.clinic.witness import check_own_password
from fenestra.science.errors import BadInput, Refused

LONGEST_MEANING, LONGEST_REASON = 200, 400  # characters, as their columns hold them

__all__ = ["add_staff", "adopt_rules", "found_clinic", "withdraw_adoption"]


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
    act.record(Clinic.objects.get(pk=act.by.clinic_id))
    return Done(act.number, act.by.clinic_id, "The clinic is there.")


@act("adopted rules")
def adopt_rules(
    act: Act, *, rules_signed: Mapping[str, Mapping[str, Any]], meaning: str, password: str, proof: str = ""
) -> Done:
    """A medical director signs presets by proving once more who they are; the signature covers each exact content."""
    director = _signs(act, password, proof, "adopt a rule")
    if not rules_signed:
        raise BadInput("Name each rule you adopt. Nothing was signed.", field="rules")
    if not meaning.strip():
        raise BadInput("Write what your signature means, in a sentence.", field="meaning")
    check_length(meaning, LONGEST_MEANING, field="meaning")
    act.about("clinic", act.by.clinic_id, reason=", ".join(rules_signed))
    for rule, content in rules_signed.items():
        exact = canonical(content)
        made = act.add(
            Adoption(
                clinic_id=act.by.clinic_id, rule=rule, content=exact, content_hash=digest_of(exact), meaning=meaning,
                by=director, at=act.at,
            )
        )  # fmt: skip
        sign(act, made, meaning=meaning)
    held = "now holds" if len(rules_signed) == 1 else "now hold"
    return Done(act.number, None, f"{', '.join(rules_signed)} {held} in this clinic.")


@act("withdrew an adoption")
def withdraw_adoption(act: Act, *, adoption_id: int, reason: str, password: str, proof: str = "") -> Done:
    """A medical director ends a rule that was adopted here, by signature and with a reason. What was signed stays on
    record; from the next reading on the rule and the limits that hang on it do not hold."""
    director = _signs(act, password, proof, "withdraw an adoption")
    if not reason.strip():
        raise BadInput("Write why the rule ends, in a sentence.", field="reason")
    check_length(reason, LONGEST_REASON, field="reason")
    found = adoptions_in_force(act.by.clinic_id).filter(pk=adoption_id).first()
    if found is None:
        raise NoSuchRule("This adoption has ended already, or another took its place. Look at the rule as it is now.")
    made = act.add(Withdrawal(adoption=found, reason=reason.strip(), by=director, at=act.at))
    sign(act, made, meaning=f"{found.rule} holds in this clinic no more")
    act.about("clinic", act.by.clinic_id, reason=f"{found.rule}: {made.reason}")
    return act.done(made, f"{found.rule} is withdrawn and does not hold in this clinic any more.")


def _signs(act: Act, password: str, proof: str, what: str) -> Staff:
    """The medical director whose password, and code of a second factor, these are."""
    rules.check_has(act.by.roles, (Role.MEDICAL_DIRECTOR,), what)
    check_own_password(act.by, password, proof)
    return Staff.objects.get(pk=act.by.staff_id or 0)
