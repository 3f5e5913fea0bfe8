"""A key per person. Identity and free text about a person are stored only under it.

Destroying the key makes every such text unreadable everywhere at once, also in backups made later, while ids,
doses and the audit chain stay whole. The person's key is itself wrapped by the clinic's master key, which lives
outside the database.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db.models import OuterRef, QuerySet, Subquery

from fenestra.ground.book import reads
from fenestra.ground.book.models import PersonKey
from fenestra.ground.book.texts import LONGEST_TEXT, check_length

NONCE_BYTES = 12
GONE = "(erased)"


@lru_cache(maxsize=4)
def _bytes_of_master(path: str) -> bytes:
    return base64.urlsafe_b64decode(Path(path).read_text().strip())


def master() -> AESGCM:
    """What the clinic's master key opens."""
    return AESGCM(_bytes_of_master(str(settings.FENESTRA_MASTER_KEY_FILE)))


def fingerprint(content: bytes) -> str:
    """Tells whether two contents are the same, to those who hold the master key and to nobody else."""
    key = _bytes_of_master(str(settings.FENESTRA_MASTER_KEY_FILE))
    return hmac.new(key, b"fenestra fingerprint\n" + content, hashlib.sha256).hexdigest()


@lru_cache(maxsize=2048)
def _unwrap(person_id: int, wrapped: bytes) -> AESGCM:
    opened = master().decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], str(person_id).encode())
    return AESGCM(opened)


_at_hand: ContextVar[dict[int, PersonKey | None] | None] = ContextVar("fenestra_keys_at_hand", default=None)


def with_keys(rows: QuerySet[Any], person: str = "person_id") -> QuerySet[Any]:
    """The same rows, each with the wrapped key of its person, for `keys_of`: one question where two would be asked."""
    return rows.annotate(wrapped_key=Subquery(PersonKey.objects.filter(pk=OuterRef(person)).values("wrapped")))


def keys_of(rows: Iterable[Any], person: str = "person_id") -> AbstractContextManager[None]:
    """Hold the keys that came `with_keys` beside these rows, as `keys_at_hand` does."""
    came = {getattr(row, person): row.wrapped_key for row in rows}
    return _holding(
        {each: None if wrapped is None else PersonKey(each, wrapped) for each, wrapped in came.items() if each}
    )


def keys_at_hand(person_ids: Iterable[int]) -> AbstractContextManager[None]:
    """Read the keys of these people once, so that a page about many does not ask for each text. Reads only: a text
    written meanwhile looks its key up itself."""
    wanted = set(person_ids) - (_at_hand.get() or {}).keys()
    found = {row.pk: row for row in PersonKey.objects.filter(pk__in=wanted)} if wanted else {}
    return _holding({each: found.get(each) for each in wanted})


@contextmanager
def _holding(keys: dict[int, PersonKey | None]) -> Iterator[None]:
    outer = _at_hand.get()
    held = {} if outer is None else outer  # inside another reader, what is read stays at hand until that one is done
    held.update(keys)
    token = _at_hand.set(held)
    try:
        yield
    finally:
        _at_hand.reset(token)


def _row(person_id: int, *, make: bool) -> PersonKey | None:
    at_hand = _at_hand.get() or {}
    if person_id in at_hand and not make:
        return at_hand[person_id]
    return PersonKey.objects.filter(pk=person_id).first()


def _key(person_id: int, *, make: bool) -> AESGCM | None:
    row = _row(person_id, make=make)
    if row is None:
        if not make:
            return None
        nonce = os.urandom(NONCE_BYTES)
        fresh = AESGCM.generate_key(bit_length=256)
        made = PersonKey(person_id=person_id, wrapped=nonce + master().encrypt(nonce, fresh, str(person_id).encode()))
        # Two first texts at one moment: one key wins, and both are locked under it.
        PersonKey.objects.bulk_create([made], ignore_conflicts=True)
        row = PersonKey.objects.get(pk=person_id)
    return _unwrap(person_id, bytes(row.wrapped)) if row.wrapped else None


def is_destroyed(person_id: int) -> bool:
    """Whether everything stored about this person has become unreadable."""
    row = PersonKey.objects.filter(pk=person_id).first()
    return row is not None and not row.wrapped


def destroy(person_id: int) -> None:
    """Make everything stored about this person unreadable for ever. An empty key stays behind, so that a later act
    about the person makes no new one, under which the old texts would be garbage instead of erased."""
    PersonKey.objects.update_or_create(person_id=person_id, defaults={"wrapped": b""})
    _unwrap.cache_clear()


def lock(person_id: int, text: str, *, longest: int | None = LONGEST_TEXT) -> str:
    """The text as it is stored; empty stays empty. Makes the person's key on first use. Nothing readable is stored
    about a person whose key has been destroyed. `longest` is None for what the house puts together itself."""
    if longest is not None:
        check_length(text, longest)
    key = _key(person_id, make=True) if text else None
    if key is None:
        return ""
    nonce = os.urandom(NONCE_BYTES)
    return base64.urlsafe_b64encode(nonce + key.encrypt(nonce, text.encode(), None)).decode()


def unlock(person_id: int, stored: str) -> str:
    """The text as it was written, or "(erased)" when the person's key has been destroyed."""
    if not stored:
        return ""
    reads.note(person_id)
    key = _key(person_id, make=False)
    if key is None:
        return GONE
    raw = base64.urlsafe_b64decode(stored)
    try:
        return key.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], None).decode()
    except InvalidTag as fault:
        raise ValueError(f"A stored text of person {person_id} does not open with that person's key.") from fault
