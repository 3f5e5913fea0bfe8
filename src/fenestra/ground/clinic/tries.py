"""Guessing is slowed down, and nobody is locked out by somebody else's guesses.

Each try at the door is counted before it is looked at, at several locks at once, so that a hundred guesses sent in one
moment are a hundred and not one. A lock has some tries free; then every wrong one makes the next wait, longer each
time. What is sent during a wait is neither looked at nor counted, and does not make the wait longer.

- The pair of account and place: where the place is a browser in which this account was signed in before, no other
  browser's guesses ever touch this lock, so an outsider keeps no nurse from her screen.
- For a browser that nobody knows, two more locks: the account from anywhere, and the address for any account.

Places and names are kept as fingerprints under the master key: a password typed into the wrong field is not stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from fenestra.ground.book import vault
from fenestra.ground.clinic.models import Tries


@dataclass(frozen=True)
class Pace:
    """So many tries are free; then waits begin at `first_s` and double up to `longest_s`. All is forgotten when nobody
    has tried for `forget_h`."""

    free: int
    first_s: int
    longest_s: int
    forget_h: int

    def wait_s(self, wrong: int) -> int:
        """How long the next try waits after so many."""
        over = wrong - self.free
        return 0 if over < 0 else min(self.longest_s, self.first_s * 2 ** min(over, 20))


# Choices of this house, not of a source: a tired human mistypes four times; a program gets a few hundred tries a day.
PAIR = Pace(free=5, first_s=30, longest_s=900, forget_h=12)
ACCOUNT = Pace(free=30, first_s=10, longest_s=60, forget_h=24)
ADDRESS = Pace(free=60, first_s=10, longest_s=60, forget_h=1)


@dataclass(frozen=True)
class Lock:
    """One thing that is counted, by its fingerprint."""

    mark: str
    pace: Pace


def _lock(pace: Pace, *of: str) -> Lock:
    return Lock(vault.fingerprint("\n".join(("tries", *of)).encode()), pace)


def locks(what: str, account: str, *, address: str, device: str = "") -> list[Lock]:
    """The locks of one try. `what`: which proof is asked for; `device`: a browser that this account is known in."""
    if device:
        return [_lock(PAIR, what, "pair", account, "device", device)]
    return [
        _lock(PAIR, what, "pair", account, "address", address),
        _lock(ACCOUNT, what, "account", account),
        _lock(ADDRESS, what, "address", address),
    ]


def begin(at: datetime, locks: Sequence[Lock]) -> int:
    """Take a try at all locks, which counts as wrong until `right` is said; 0. Or the whole seconds until the next one
    may be taken, and then nothing was counted."""
    with transaction.atomic():
        rows = _rows(at, locks)
        waits = [row.waits_until - at for row in rows.values() if row.waits_until and row.waits_until > at]
        if waits:
            return max(1, -(-max(waits) // timedelta(seconds=1)))
        for lock in locks:
            _count(rows[lock.mark], lock.pace, at)
    return 0


def _rows(at: datetime, locks: Sequence[Lock]) -> dict[str, Tries]:
    """The counts, made where there are none, held until the transaction ends; always in one order."""
    fresh = [Tries(lock=lock.mark, wrong=0, last_at=at) for lock in locks]
    Tries.objects.bulk_create(fresh, ignore_conflicts=True)
    held = Tries.objects.select_for_update().filter(lock__in=[lock.mark for lock in locks]).order_by("lock")
    return {row.lock: row for row in held}


def _count(row: Tries, pace: Pace, at: datetime) -> None:
    if at - row.last_at > timedelta(hours=pace.forget_h):
        row.wrong = 0
    row.wrong, row.last_at = row.wrong + 1, at
    wait_s = pace.wait_s(row.wrong)
    row.waits_until = at + timedelta(seconds=wait_s) if wait_s else None
    row.save()


def right(locks: Sequence[Lock]) -> None:
    """The try that was taken was right: the pair starts anew. The wider locks only forget this one try, because whoever
    guesses at others may also have an account of their own."""
    pair, *wider = locks
    Tries.objects.filter(lock=pair.mark).delete()
    Tries.objects.filter(lock__in=[lock.mark for lock in wider], wrong__gt=0).update(
        wrong=F("wrong") - 1, waits_until=None
    )


def forget(at: datetime) -> int:
    """Counts that no longer slow anybody down go; how many."""
    oldest = at - timedelta(hours=max(pace.forget_h for pace in (PAIR, ACCOUNT, ADDRESS)))
    return Tries.objects.filter(last_at__lt=oldest).delete()[0]
