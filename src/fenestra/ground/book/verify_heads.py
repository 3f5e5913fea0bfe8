"""Compares a book's chain with the heads that were written outside, and names what does not fit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from fenestra.ground.book.finding import Finding
from fenestra.ground.book.heads import is_signed, last_seal_named, parsed

# A sealed line gets its head within a second; one that is older than this and has none was never meant to have one.
HEAD_IS_DUE = timedelta(minutes=2)

SealRow = tuple[int, int, str]  # its number, the line it covers, its link


def check_heads(seals: list[SealRow], name: str, heads: list[str] | None, key: Ed25519PublicKey) -> list[Finding]:
    """Each head must be signed and stand in the chain. A head without a signature is of an older version, and may only
    stand before the first signed one: it can accuse a chain, and never vouch for one."""
    if heads is None:
        return [Finding(name, "is not there: the chain has nothing outside to be compared with")] if seals else []
    links = {number: (line_id, link) for number, line_id, link in seals}
    found: list[Finding] = []
    signed = False
    for number, text in enumerate(heads, start=1):
        found += _check_head(text, f"{name}:{number}", links, key, must_be_signed=signed)
        signed = signed or "signature" in (parsed(text) or {})
    if heads and not signed:
        found.append(Finding(name, "holds no signed head: nobody vouches for this chain"))
    return found


def _check_head(
    text: str, place: str, links: dict[int, tuple[int, str]], key: Ed25519PublicKey, *, must_be_signed: bool
) -> Iterator[Finding]:
    told = parsed(text)
    if told is None:
        yield Finding(place, "cannot be read")
        return
    if (must_be_signed or "signature" in told) and not is_signed(told, key):
        yield Finding(place, "was not signed by this clinic's key")
    number = told["seal"]
    if number not in links:
        yield Finding(f"book_seal:{number}", f"stands in {place} and is gone: the chain was cut")
    elif links[number] != (told["line"], told["link"]):
        yield Finding(f"book_seal:{number}", f"is not the one in {place}: the chain was rebuilt")


def check_reach(
    seals: list[SealRow], line_at: dict[int, datetime], name: str, heads: list[str], now: datetime
) -> list[Finding]:
    """The clinic's own file of heads must reach to the end of the chain."""
    last = last_seal_named(heads)
    uncovered = [
        number for number, line_id, _ in seals if number > last and line_at.get(line_id, now) < now - HEAD_IS_DUE
    ]
    if not uncovered:
        return []
    return [Finding(f"book_seal:{uncovered[0]}", f"and what follows has no head in {name}: the file was cut")]
