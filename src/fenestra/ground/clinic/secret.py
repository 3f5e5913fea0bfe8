"""Secrets of staff, at rest: sealed under the clinic's master key, each bound to the human it belongs to."""

from __future__ import annotations

import base64
import os

from cryptography.exceptions import InvalidTag

from fenestra.ground.book import vault


def _bound_to(staff_id: int) -> bytes:
    return f"secret of staff {staff_id}".encode()


def seal(staff_id: int, secret: str) -> str:
    """The secret as it is stored; it opens for this human only."""
    nonce = os.urandom(vault.NONCE_BYTES)
    sealed = vault.master().encrypt(nonce, secret.encode(), _bound_to(staff_id))
    return base64.urlsafe_b64encode(nonce + sealed).decode()


def unseal(staff_id: int, stored: str) -> str:
    """The secret as it was. A stored text of another human, or under another master key, is a fault of ours."""
    raw = base64.urlsafe_b64decode(stored)
    nonce, sealed = raw[: vault.NONCE_BYTES], raw[vault.NONCE_BYTES :]
    try:
        return vault.master().decrypt(nonce, sealed, _bound_to(staff_id)).decode()
    except InvalidTag as fault:
        raise ValueError(f"A stored secret of staff {staff_id} does not open with the master key at hand.") from fault
