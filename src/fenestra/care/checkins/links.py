"""Tokens of links: made here once, shown once, kept only as a hash.

A token is 128 random bits and a mark under the clinic's master key, so that a forged or broken one is refused before
the database is asked.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

from fenestra.ground.book import vault

RANDOM_BYTES = 16
MARK_CHARS = 16


def new_token() -> str:
    """A fresh token. Who holds it can open the link: it is shown once and written nowhere."""
    random = base64.urlsafe_b64encode(secrets.token_bytes(RANDOM_BYTES)).decode().rstrip("=")
    return f"{random}.{_mark(random)}"


def hash_of(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def is_ours(token: str) -> bool:
    """Whether this installation made the token."""
    random, dot, mark = token.partition(".")
    return bool(dot) and random.isascii() and hmac.compare_digest(mark.encode(), _mark(random).encode())


def person_mark(person_id: int) -> str:
    """A mark by which a phone keeps one person's unsent check-ins apart from another's; it names nobody."""
    return vault.fingerprint(b"outbox of " + str(person_id).encode())[:MARK_CHARS]


def link_mark(link_id: int) -> str:
    """A mark by which a phone knows under which link a check-in was written; it opens nothing."""
    return vault.fingerprint(b"written under " + str(link_id).encode())[:MARK_CHARS]


def _mark(random: str) -> str:
    return vault.fingerprint(b"link " + random.encode())[:MARK_CHARS]
