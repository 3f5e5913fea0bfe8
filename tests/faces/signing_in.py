"""Somebody of a clinic signs in for a test, with the second factor where their role needs one."""

from __future__ import annotations

import time

from django.test import Client

from fenestra.ground.book.scope import Scope
from fenestra.ground.clinic import factors, totp
from fenestra.ground.clinic.models import RecoveryCode
from fenestra.ground.clinic.queries import scope_named
from fenestra.ground.clinic.rules import needs_second_factor
from tests.care.visit.day import Day, password

APP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PAPER = tuple(f"paper-{n:05}" for n in range(10))  # a test signs somebody in as often, however few seconds it takes


def enrol(day: Day, name: str) -> None:
    """An app and codes on paper for somebody of this clinic. The app's code of this half-minute is spent by it."""
    code = totp.code(APP_SECRET, totp.step_at(time.time()))
    factors.add_app(
        label="", app_secret=APP_SECRET, code=code, recovery=PAPER, by=scope_of(name), at=day.at, key=f"app of {name}"
    )


def scope_of(username: str) -> Scope:
    """How somebody acts, of whatever clinic."""
    scope = scope_named(username)
    assert scope
    return scope


def unused(username: str) -> str:
    """The first code on paper that still opens; empty for who has none."""
    codes = RecoveryCode.objects.filter(staff__username=username).order_by("pk")
    return next((typed for typed, code in zip(PAPER, codes, strict=False) if code.used_at is None), "")


def sign_in(client: Client, day: Day, name: str) -> Client:
    """Through password and, where the role needs it, a code from paper."""
    scope = scope_of(name)
    if needs_second_factor(scope.roles) and not RecoveryCode.objects.filter(staff_id=scope.staff_id).exists():
        enrol(day, name)
    answer = client.post("/sign-in/", {"username": name, "password": password(name)})
    if answer.status_code == 302 and answer["Location"] == "/sign-in/second/":
        answer = client.post("/sign-in/second/", {"code": unused(name)})
    assert answer.status_code == 302, answer.content.decode()
    return client
