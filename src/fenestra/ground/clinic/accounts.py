"""Verbs of accounts: made, given and taken roles, disabled, and a password changed by the human it belongs to."""

from __future__ import annotations

from django.contrib.auth.hashers import make_password
from django.db.models import QuerySet

from fenestra.ground.book.act import Act, Done, act
from fenestra.ground.book.texts import check_length
from fenestra.ground.clinic import rules
from fenestra.ground.clinic.models import Clinic, Membership, RecoveryCode, Staff
from fenestra.ground.clinic.presence import factors_in_force
from fenestra.ground.clinic.rules import MAKES_ACCOUNTS, NoSuchColleague, Role
from fenestra.science.errors import BadInput, Refused

ACCOUNT_CHANGED = "account"  # the event of a role, a password or an account that is not what it was


@act("made an account")
def add_staff(act: Act, *, username: str, name: str, password: str, roles: tuple[str, ...], phone: str = "") -> Done:
    """Make an account with its roles in the acting clinic. Of the command line, which has no human behind it, a human
    with an account elsewhere only gains roles; a human who acts is refused a user name that there is already."""
    by_a_human = act.by.staff_id is not None
    rules.check_roles(roles)
    if by_a_human:
        _check_new(act, username, name, password, roles)
        check_length(phone, 40, field="phone")
    staff = Staff.objects.filter(username=username).first()
    if staff is None:
        staff = Staff(username=username, name=name, phone=phone)
        staff.set_password(password)
        act.add(staff)
    elif by_a_human:
        raise BadInput(f"The name {username} is taken. Choose another.", field="username")
    for role in roles:
        _hold(act, staff, role)
    act.about("staff", staff.pk, reason=", ".join(roles))
    return Done(act.number, staff.pk, f"{name} has an account.")


def _check_new(act: Act, username: str, name: str, password: str, roles: tuple[str, ...]) -> None:
    rules.check_has(act.by.roles, MAKES_ACCOUNTS, "make an account")
    rules.check_username(username)
    rules.check_new_password(password, username=username)
    if not name.strip():
        raise BadInput("Write the name of the human this account belongs to.", field="name")
    check_length(name, 120, field="name")
    if not roles:
        raise BadInput("Choose a role: an account without one cannot sign in.", field="roles")


@act("gave a role")
def give_role(act: Act, *, staff_id: int, role: str) -> Done:
    """Let a colleague act in one more role from their next request on. Nobody makes themselves a prescriber."""
    rules.check_has(act.by.roles, MAKES_ACCOUNTS, "give a role")
    rules.check_roles([role])
    rules.check_given_by_another(role, oneself=staff_id == act.by.staff_id)
    staff = _colleague(act, staff_id)
    if not staff.is_active:
        raise Refused(f"The account of {staff.name} is disabled. Enable it first.")
    if not _hold(act, staff, role):
        raise BadInput(f"{staff.name} is {role} already.", field="role")
    act.about("staff", staff.pk, reason=role)
    _tell_screens(act, staff)
    return Done(act.number, staff.pk, f"{staff.name} is {role} from now on.")


@act("ended a role")
def end_role(act: Act, *, staff_id: int, role: str) -> Done:
    """Take a role from a colleague, from their next request on. The last lead of a clinic stays."""
    rules.check_has(act.by.roles, MAKES_ACCOUNTS, "end a role")
    staff = _colleague(act, staff_id)
    if role == Role.LEAD:
        rules.check_a_lead_stays(_leads(act), staff.pk)
    held = _open(act, staff).filter(role=role).first()
    if held is None:
        raise Refused(f"{staff.name} is not {role} here any more.")
    act.change(held, ended_at=act.at)
    act.about("staff", staff.pk, reason=role)
    _tell_screens(act, staff)
    return Done(act.number, staff.pk, f"{staff.name} is {role} no more.")


@act("disabled an account")
def disable_account(act: Act, *, staff_id: int, reason: str) -> Done:
    """Nobody signs in with this account any more; what is open under it ends at its next request. Its roles stay as
    they are, for the day it is enabled again. Never one's own, nor that of the last lead."""
    rules.check_has(act.by.roles, MAKES_ACCOUNTS, "disable an account")
    if not reason.strip():
        raise BadInput("Write why the account is disabled, in a sentence.", field="reason")
    staff = _colleague(act, staff_id)
    if staff.pk == act.by.staff_id:
        raise Refused("This is your own account. Ask the other lead or the medical director to disable it.")
    rules.check_a_lead_stays(_leads(act), staff.pk)
    _check_here_only(act, staff)
    if not staff.is_active:
        raise Refused(f"The account of {staff.name} is disabled already.")
    act.change(staff, is_active=False)
    act.about("staff", staff.pk, reason=reason.strip())
    _tell_screens(act, staff)
    return Done(act.number, staff.pk, f"The account of {staff.name} is disabled.")


@act("enabled an account")
def enable_account(act: Act, *, staff_id: int) -> Done:
    """Let a human sign in again, with the roles they held."""
    rules.check_has(act.by.roles, MAKES_ACCOUNTS, "enable an account")
    staff = _colleague(act, staff_id)
    _check_here_only(act, staff)
    if staff.is_active:
        raise Refused(f"The account of {staff.name} is not disabled.")
    act.change(staff, is_active=True)
    act.about("staff", staff.pk)
    _tell_screens(act, staff)
    return Done(act.number, staff.pk, f"{staff.name} can sign in again.")


@act("ended a colleague's second factors")
def reset_factors(act: Act, *, staff_id: int, reason: str) -> Done:
    """For somebody who lost telephone and paper: their second factors end, and they are asked for a new one at their
    next sign-in. Whoever does this has made sure who they are. Never one's own: that takes a colleague."""
    rules.check_has(act.by.roles, MAKES_ACCOUNTS, "end a colleague's second factors")
    if not reason.strip():
        raise BadInput("Write how you made sure that it is them, in a sentence.", field="reason")
    staff = _colleague(act, staff_id)
    if staff.pk == act.by.staff_id:
        raise Refused("This is your own account. Ask the other lead or the medical director.")
    _check_here_only(act, staff)
    held = list(factors_in_force(staff.pk))
    if not held:
        raise Refused(f"{staff.name} has no second factor.")
    for each in held:
        act.change(each, ended_at=act.at)
    RecoveryCode.objects.filter(staff=staff).delete()
    act.about("staff", staff.pk, reason=reason.strip())
    _tell_screens(act, staff)
    return Done(act.number, staff.pk, f"The second factors of {staff.name} open nothing any more.")


@act("changed their password")
def change_password(act: Act, *, old: str, new: str) -> Done:
    """Take another password for one's own account; the old one is asked. Every other session of it ends."""
    staff = Staff.objects.filter(pk=act.by.staff_id or 0, is_active=True).first()
    if staff is None or not staff.check_password(old):
        raise BadInput("That is not your password of today. Type it once more.", field="old")
    rules.check_new_password(new, username=staff.username, field="new")
    if new == old:
        raise BadInput("This is the password you have already. Choose another.", field="new")
    act.change(staff, password=make_password(new))
    act.about("staff", staff.pk)
    _tell_screens(act, staff)
    return Done(
        act.number, staff.pk, "Your password is changed. Other screens on which you were signed in are not any more."
    )


def _tell_screens(act: Act, staff: Staff) -> None:
    """Open streams of this human ask at once whether they may still hear; their next request is asked anyway."""
    act.tell(ACCOUNT_CHANGED, about="staff", about_id=staff.pk)


def _colleague(act: Act, staff_id: int) -> Staff:
    """Somebody who works or worked in this clinic. The clinic's row is held, so that two screens that take the last
    two leads at once come one after the other."""
    Clinic.objects.select_for_update().get(pk=act.by.clinic_id)
    member = Membership.objects.filter(clinic_id=act.by.clinic_id, staff_id=staff_id).select_related("staff").first()
    if member is None:
        raise NoSuchColleague("There is no such colleague in this clinic. Go back to Staff.")
    return member.staff


def _hold(act: Act, staff: Staff, role: str) -> bool:
    """Let a human hold a role here; whether they did not hold it before."""
    new = not _open(act, staff).filter(role=role).exists()
    if new:
        act.add(Membership(clinic_id=act.by.clinic_id, staff=staff, role=role))
    return new


def _open(act: Act, staff: Staff) -> QuerySet[Membership]:
    return Membership.objects.filter(clinic_id=act.by.clinic_id, staff=staff, ended_at=None)


def _leads(act: Act) -> frozenset[int]:
    """Everybody who can sign in and is lead here."""
    held = Membership.objects.filter(clinic_id=act.by.clinic_id, role=Role.LEAD.value, ended_at=None)
    return frozenset(held.filter(staff__is_active=True).values_list("staff_id", flat=True))


def _check_here_only(act: Act, staff: Staff) -> None:
    """An account belongs to its human in every clinic of this installation; one clinic does not close it for another."""
    if Membership.objects.filter(staff=staff, ended_at=None).exclude(clinic_id=act.by.clinic_id).exists():
        raise Refused(f"{staff.name} also works in another clinic of this installation. End the roles here instead.")
