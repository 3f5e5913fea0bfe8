"""The interface of bedside monitors: connect one to a person's open visit, then take what it sends.

Two times are kept of each reading: the device's own, exactly as it was sent, and the server's. Order, silence and
alarms go by the server's; a device whose clock is off is told by how much in every answer, and nothing is corrected.
Only a token opens this; a signed-in browser's cookie does not.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth import authenticate
from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.security import HttpBearer

from fenestra.care.people import queries as people
from fenestra.care.people.rules import NoSuchPerson
from fenestra.care.visit import queries as visits
from fenestra.care.visit.readings import connect_monitor, record_stream
from fenestra.care.visit.rules import OPEN as OPEN_STATES
from fenestra.faces.api.refusals import TooEarly, WrongLogin, answer_refusals
from fenestra.faces.api.words import ConnectIn, ConnectOut, Health, ReadingsIn, ReadingsOut, Refusal
from fenestra.ground.book import clock, spool
from fenestra.ground.book.act import write_line
from fenestra.ground.book.scope import Mask, Scope
from fenestra.ground.clinic import queries as clinics
from fenestra.ground.clinic import tries
from fenestra.science.errors import BadInput

REFUSED = dict.fromkeys((401, 403, 404, 409, 422, 429, 503), Refusal)
NOBODY = Scope(0, None)  # an attempt that no account stands behind belongs to no clinic
TOKEN_BYTES = 32

api = NinjaAPI(title="Fenestra", version="1", docs_url=None, openapi_url="/openapi.json")
answer_refusals(api)


@dataclass(frozen=True)
class Monitor:
    """The device behind a token and the visit it sends into."""

    scope: Scope
    visit_id: int
    token_hash: str

    def key(self, sent: str) -> str:
        """The request key of a reading, apart from those of other devices and of the clock."""
        return f"monitor:{self.token_hash[:20]}:{sent}"


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


class MonitorToken(HttpBearer):
    """The token given out when the monitor was connected."""

    def authenticate(self, request: HttpRequest, token: str) -> Monitor | None:
        found = visits.monitored_visit(hash_of(token))
        if found is None:
            return None
        clinic_id, visit_id, device = found
        return Monitor(Scope(clinic_id, None, frozenset(), "UTC", device), visit_id, hash_of(token))


def _signed_in(request: HttpRequest, told: ConnectIn) -> Scope:
    locks = tries.locks("password", told.username, address=str(request.META.get("REMOTE_ADDR", "")))
    if seconds := tries.begin(clock.now(), locks):
        raise TooEarly(f"Too many wrong tries. The next one is looked at in {seconds} s.")
    staff: Any = authenticate(request, username=told.username, password=told.password)
    scope = clinics.scope_of(staff.pk) if staff else None
    if scope is None:
        write_line("refusal", "connecting a monitor", by=NOBODY, at=clock.now(), reason="no such account, or no role")
        raise WrongLogin("User name and password do not match an account with a role here. Type both again.")
    tries.right(locks)
    return scope


def _open_visit(scope: Scope, mask: Mask, code: str, at: datetime) -> int:
    """Today's visit of the person with this code, who is in the house."""
    today = scope.day_of(at)
    lines = {line.person_id: line.id for line in visits.visits_on(scope, mask, day=today) if line.state in OPEN_STATES}
    found = people.people(scope, mask, at=at, ids=set(lines))
    visit_id = next((lines[person.id] for person in found if person.code == code), None)
    if visit_id is None:
        raise NoSuchPerson(f"Nobody with the code {code} has an open visit today. Check the person in first.")
    return visit_id


@api.post("/monitor/connect", response={200: ConnectOut, **REFUSED}, summary="Connect a monitor to an open visit")
def connect(request: HttpRequest, told: ConnectIn) -> ConnectOut:
    scope, at, token = _signed_in(request, told), clock.now(), secrets.token_urlsafe(TOKEN_BYTES)
    visit_id = _open_visit(scope, clinics.mask_of(scope), told.person_code, at)
    connect_monitor(
        visit_id=visit_id, device=told.device, token_hash=hash_of(token), by=scope, at=at,
        key=f"connect:{hash_of(token)[:40]}",
    )  # fmt: skip
    return ConnectOut(token=token, visit_id=visit_id)


@api.post(
    "/monitor/readings", response={200: ReadingsOut, **REFUSED}, auth=MonitorToken(), summary="Send what was measured"
)
def readings(request: Any, told: ReadingsIn) -> ReadingsOut:
    monitor: Monitor = request.auth
    measured, at = told.readings(), clock.now()
    if not measured:
        raise BadInput("There is no reading in this. Send at least one, for example pulse.")
    done = record_stream(
        visit_id=monitor.visit_id, readings=measured, measured_at=told.measured_at, device=monitor.scope.name,
        by=monitor.scope, at=at, key=monitor.key(told.key),
    )  # fmt: skip
    behind = round((at - told.measured_at).total_seconds(), 1)
    return ReadingsOut(kept=True, again=done.again, outside_database=done.spooled, device_clock_behind_s=behind)


@api.get("/health", response={200: Health, 503: Refusal}, summary="Whether the house takes readings now")
def health(request: HttpRequest) -> Health:
    clinics.clinics()  # the database answers, or this is refused with 503
    return Health(ready=True, kept_outside=spool.waiting())
