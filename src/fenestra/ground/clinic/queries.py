"""What pages read about clinics and the humans in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Subquery

from fenestra.ground.book.digest import digest_of
from fenestra.ground.book.models import Event
from fenestra.ground.book.scope import Mask, Scope
from fenestra.ground.clinic import intended_use, rules
from fenestra.ground.clinic.models import Adoption, Clinic, Membership, Staff, Withdrawal
from fenestra.ground.clinic.standing import adoptions_in_force


@dataclass(frozen=True)
class ClinicValue:
    id: int
    slug: str
    name: str
    time_zone: str
    phone: str
    crisis_line: str
    made_up: bool


@dataclass(frozen=True)
class StaffValue:
    id: int
    username: str
    name: str
    phone: str
    roles: tuple[str, ...]


@dataclass(frozen=True)
class RoleValue:
    """One role of a colleague; `ended_at` is None while it is held."""

    role: str
    ended_at: datetime | None


@dataclass(frozen=True)
class AccountValue:
    """A colleague's account as those who make accounts see it, also when it is disabled or all its roles ended."""

    id: int
    username: str
    name: str
    phone: str
    enabled: bool
    roles: tuple[RoleValue, ...]

    @property
    def roles_now(self) -> tuple[str, ...]:
        return tuple(each.role for each in self.roles if each.ended_at is None)


@dataclass(frozen=True)
class WithdrawalValue:
    """Why, by whom and when an adoption ended."""

    reason: str
    by: str
    at: datetime


@dataclass(frozen=True)
class AdoptionValue:
    """One signature under one rule, and what ended it."""

    id: int
    rule: str
    content_hash: str
    meaning: str
    by: str
    at: datetime
    withdrawn: WithdrawalValue | None


@dataclass(frozen=True)
class AdoptedRule:
    """A rule this clinic holds, with who adopted exactly what, and when."""

    rule: str
    content: dict[str, Any]
    content_hash: str
    by: str
    at: datetime


def _clinic(row: Clinic) -> ClinicValue:
    return ClinicValue(row.pk, row.slug, row.name, row.time_zone, row.phone, row.crisis_line, row.made_up)


def clinic(scope: Scope, mask: Mask) -> ClinicValue:
    """The clinic of this scope."""
    return _clinic(Clinic.objects.get(pk=scope.clinic_id))


def clinics() -> list[ClinicValue]:
    """Every clinic of this installation; for the sign-in page and the command line."""
    return [_clinic(row) for row in Clinic.objects.order_by("pk")]


def scope_of(staff_id: int, clinic_id: int | None = None) -> Scope | None:
    """How this human acts right now: in the clinic asked for, else the first. None without an open role."""
    found = acting(staff_id, clinic_id)
    return found.scope if found else None


@dataclass(frozen=True)
class Acting:
    """How a human acts at this moment. What happens later has an event id after `last_event_id`."""

    scope: Scope
    clinic: ClinicValue
    last_event_id: int


def acting(staff_id: int, clinic_id: int | None = None) -> Acting | None:
    """How this human acts right now, with their clinic and the newest event, from one look-up."""
    rows = Membership.objects.filter(staff_id=staff_id, staff__is_active=True, ended_at=None)
    rows = rows.annotate(last_event_id=Subquery(Event.objects.order_by("-pk").values("pk")[:1]))
    held = list(rows.select_related("clinic", "staff").order_by("clinic_id"))
    chosen = [m for m in held if clinic_id in (None, m.clinic_id)]
    if not chosen:
        return None
    first = chosen[0]
    roles = frozenset(m.role for m in chosen if m.clinic_id == first.clinic_id)
    scope = Scope(first.clinic_id, staff_id, roles, first.clinic.time_zone, first.staff.name)
    return Acting(scope, _clinic(first.clinic), first.last_event_id or 0)


def scope_named(username: str) -> Scope | None:
    """How the human with this account name would act; for the audit line of a sign-in that failed."""
    staff_id = Staff.objects.filter(username=username).values_list("pk", flat=True).first()
    return scope_of(staff_id) if staff_id else None


def clinics_of(scope: Scope, mask: Mask) -> list[ClinicValue]:
    """Clinics in which this human holds a role, in the order they were founded."""
    held = Membership.objects.filter(staff_id=scope.staff_id or 0, ended_at=None).values("clinic_id")
    return [_clinic(row) for row in Clinic.objects.filter(pk__in=held).order_by("pk")]


def mask_of(scope: Scope) -> Mask:
    """What this human may not see here, by role. Upper rooms add people and blinds."""
    return Mask(rules.hidden_from(scope.roles))


def staff(scope: Scope, mask: Mask, *, role: str | None = None) -> list[StaffValue]:
    """Humans of this clinic with their roles, by name."""
    held: dict[int, tuple[Staff, list[str]]] = {}
    rows = Membership.objects.filter(clinic_id=scope.clinic_id, ended_at=None, staff__is_active=True)
    for member in rows.select_related("staff").order_by("staff__name", "role"):
        held.setdefault(member.staff_id, (member.staff, []))[1].append(member.role)
    values = [StaffValue(s.pk, s.username, s.name, s.phone, tuple(roles)) for s, roles in held.values()]
    return [value for value in values if role is None or role in value.roles]


def names(scope: Scope, mask: Mask, ids: set[int]) -> dict[int, str]:
    """Names of staff by id, also of those who have left."""
    return dict(Staff.objects.filter(pk__in=ids).values_list("pk", "name"))


def accounts(scope: Scope, mask: Mask) -> list[AccountValue]:
    """Everybody who works or worked in this clinic, with the roles they hold and held; those who can sign in first."""
    held: dict[int, tuple[Staff, list[RoleValue]]] = {}
    rows = Membership.objects.filter(clinic_id=scope.clinic_id).select_related("staff")
    for row in rows.order_by("staff__name", "staff_id", "role", "pk"):
        held.setdefault(row.staff_id, (row.staff, []))[1].append(RoleValue(row.role, row.ended_at))
    values = [AccountValue(s.pk, s.username, s.name, s.phone, s.is_active, tuple(roles)) for s, roles in held.values()]
    return sorted(values, key=lambda one: not (one.enabled and one.roles_now))


def account(scope: Scope, mask: Mask, staff_id: int) -> AccountValue:
    """One colleague of this clinic, present or past."""
    found = next((one for one in accounts(scope, mask) if one.id == staff_id), None)
    if found is None:
        raise rules.NoSuchColleague("There is no such colleague in this clinic. Go back to Staff.")
    return found


def adopted_names(scope: Scope, mask: Mask) -> frozenset[str]:
    """The rules that hold here, by name alone: asked for every reading, so without what was signed."""
    return frozenset(adoptions_in_force(scope.clinic_id).values_list("rule", flat=True))


def adopted_rules(scope: Scope, mask: Mask) -> dict[str, AdoptedRule]:
    """The latest adoption of each rule that holds in this clinic."""
    rows = adoptions_in_force(scope.clinic_id).select_related("by").order_by("pk")
    return {r.rule: AdoptedRule(r.rule, r.content, r.content_hash, r.by.name, r.at) for r in rows}


def adoptions(scope: Scope, mask: Mask, *, rule: str | None = None) -> list[AdoptionValue]:
    """Everything that was ever signed here, the latest first, each with the withdrawal that ended it."""
    rows = Adoption.objects.filter(clinic_id=scope.clinic_id).select_related("by").order_by("-pk")
    if rule is not None:
        rows = rows.filter(rule=rule)
    ended = Withdrawal.objects.filter(adoption__clinic_id=scope.clinic_id).select_related("by")
    by_adoption = {row.adoption_id: WithdrawalValue(row.reason, row.by.name, row.at) for row in ended}
    return [
        AdoptionValue(r.pk, r.rule, r.content_hash, r.meaning, r.by.name, r.at, by_adoption.get(r.pk)) for r in rows
    ]


def feeds_accepted(scope: Scope, mask: Mask) -> bool:
    """Whether the page on intended use, word for word as it ships now, is accepted here: feeds from monitors wait for
    it, and wait again when the page changes."""
    rows = adoptions_in_force(scope.clinic_id).filter(rule=intended_use.FEEDS).order_by("-pk")
    return rows.values_list("content_hash", flat=True).first() == digest_of(intended_use.content())
