"""Verbs of second factors: an authenticator app added, shown at the door and ended, and codes on paper."""

from __future__ import annotations

import secrets

from fenestra.ground.book.act import Act, Done, act
from fenestra.ground.book.texts import check_length
from fenestra.ground.clinic import rules, secret, totp
from fenestra.ground.clinic.models import Factor, FactorUse, RecoveryCode, Staff
from fenestra.ground.clinic.presence import (
    TOTP,
    WRONG_CODE,
    check_presence,
    factors_in_force,
    now_s,
    paper_mark,
    plain,
    spend,
)
from fenestra.ground.clinic.rules import WrongProof
from fenestra.science.errors import Refused

RECOVERY_CODES = 10
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # no letter that is read as a figure
RECOVERY_LETTERS = 10  # 49 bits each
LONGEST_LABEL = 60


def fresh_recovery_codes() -> tuple[str, ...]:
    """Codes for paper, each of two groups: `k7m2p-xw4ra`."""
    drawn = ("".join(secrets.choice(ALPHABET) for _ in range(RECOVERY_LETTERS)) for _ in range(RECOVERY_CODES))
    return tuple(f"{each[:5]}-{each[5:]}" for each in drawn)


@act("added an authenticator app")
def add_app(
    act: Act, *, label: str, app_secret: str, code: str, recovery: tuple[str, ...] = (), password: str = "",
    proof: str = "",
) -> Done:  # fmt: skip
    """Take an app as second factor once it has shown a code that fits. `recovery`: the codes on paper that go with a
    first factor and take the place of any there are; without them those stay. Who has a factor already proves with
    `password` and a code of that, `proof`, to be who they are."""
    staff = _myself(act)
    if factors_in_force(staff.pk).exists():
        check_presence(staff, password, proof)
    check_length(label, LONGEST_LABEL, field="label")
    step = totp.step_of(app_secret, plain(code), now_s=now_s(), after=-1)
    if step is None:
        raise WrongProof(WRONG_CODE, field="code")
    kept = act.add(
        Factor(
            staff=staff, kind=TOTP, label=label.strip() or "Authenticator app", sealed=secret.seal(staff.pk, app_secret),
            added_at=act.at,
        )
    )  # fmt: skip
    FactorUse.objects.create(factor=kept, counter=step)
    if recovery:
        _write_recovery_codes(staff, recovery)
    act.about("staff", staff.pk, reason=TOTP)
    return act.done(kept, f"{kept.label} is a second factor of yours from now on.")


@act("showed a second factor")
def show_factor(act: Act, *, code: str) -> Done:
    """The second half of signing in: a code of an app, or one from paper, which is spent by it."""
    staff = _myself(act)
    kind = spend(staff.pk, code)
    if kind is None:
        raise WrongProof(WRONG_CODE, field="code")
    act.about("staff", staff.pk, reason=kind)
    return Done(act.number, staff.pk, kind)


@act("made new recovery codes")
def renew_recovery_codes(act: Act, *, codes: tuple[str, ...], password: str, proof: str) -> Done:
    """New codes on paper; all earlier ones open nothing any more."""
    staff = _myself(act)
    check_presence(staff, password, proof)
    if not factors_in_force(staff.pk).exists():
        raise Refused("Codes on paper stand in for a second factor, and you have none. Add one first.")
    _write_recovery_codes(staff, codes)
    act.about("staff", staff.pk)
    return Done(act.number, staff.pk, "These codes are the ones that count now. Earlier ones open nothing any more.")


@act("ended a second factor")
def end_factor(act: Act, *, factor_id: int, password: str, proof: str) -> Done:
    """Take a factor from oneself, for example of a telephone that is given away."""
    staff = _myself(act)
    check_presence(staff, password, proof)
    held = {each.pk: each for each in factors_in_force(staff.pk)}
    ending = held.pop(factor_id, None)
    if ending is None:
        raise Refused("This second factor has ended already. Look at the page as it is now.")
    rules.check_a_factor_stays(act.by.roles, len(held))
    act.change(ending, ended_at=act.at)
    if not held:
        RecoveryCode.objects.filter(staff=staff).delete()
    act.about("staff", staff.pk, reason=ending.kind)
    return act.done(ending, f"{ending.label} opens nothing any more.")


def _write_recovery_codes(staff: Staff, codes: tuple[str, ...]) -> None:
    RecoveryCode.objects.filter(staff=staff).delete()
    marks = [RecoveryCode(staff=staff, fingerprint=paper_mark(staff.pk, each)) for each in codes]
    RecoveryCode.objects.bulk_create(marks)


def _myself(act: Act) -> Staff:
    """The human who acts, held so that two of their screens come one after the other."""
    staff = Staff.objects.select_for_update().filter(pk=act.by.staff_id or 0, is_active=True).first()
    if staff is None:
        raise Refused("Only a human with an account of their own can do this. Sign in again.")
    return staff
