"""The simulated monitor: speaks to a running server as a real one would, with made-up numbers."""

from __future__ import annotations

import sys
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from fenestra.faces.cli.made_up_vitals import STORIES, MadeUpVitals
from fenestra.science.errors import BadInput, Refused

if TYPE_CHECKING:
    import httpx

EVERY_S = 2
PATIENCE_S = 60
TIMEOUT_S = 5.0
CLOCK_OFF_S = 5.0  # more than an answer takes: the clock is wrong, and not the way slow
CLOSED = 409
DEVICE = "simulated monitor"

Wait = Callable[[float], None]


class ServerGone(Refused):
    """Nothing answers there any more."""


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


@dataclass(frozen=True)
class Line:
    """The way to the server. What cannot be delivered is sent again with the same key, for a minute."""

    client: httpx.Client
    wait: Wait = time.sleep

    def post(self, path: str, told: dict[str, Any], token: str = "") -> httpx.Response:
        """The server's answer, whatever it says; refused when there is none within a minute."""
        import httpx

        headers = {"Authorization": f"Bearer {token}"} if token else {}
        for _ in range(PATIENCE_S // EVERY_S):
            try:
                answer = self.client.post(f"/api/v1/monitor/{path}", json=told, headers=headers)
            except httpx.TransportError:
                self.wait(EVERY_S)
                continue
            if not answer.is_server_error:
                return answer
            self.wait(EVERY_S)
        raise ServerGone(f"{self.client.base_url} has not answered for a minute. Start it with `fenestra serve`.")


def _sentence(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["what"])
    except (ValueError, KeyError, TypeError):
        return f"The server answered {answer.status_code} without a sentence. Is this address a Fenestra?"


def _told(answer: httpx.Response) -> dict[str, Any]:
    """What the server answered; its refusal as it stands."""
    if not answer.is_success:
        raise Refused(_sentence(answer))
    return answer.json()


def run(
    url: str,
    *,
    username: str,
    password: str,
    person_code: str,
    seconds: int,
    story: str = "calm",
) -> int:
    """Send made-up readings for so many seconds into the open visit of this person; gives how many were sent.

    Stops by itself, with a sentence, when the visit is closed; refused when the server says no or is gone.
    """
    import httpx

    if story not in STORIES:
        raise BadInput(f"There is no story '{story}'. Choose {' or '.join(STORIES)}.", field="story")
    if seconds < 1:
        raise BadInput("Ask for at least one second: --seconds 60.", field="seconds")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise BadInput(f"'{url}' is no address. Write it like http://127.0.0.1:8350.", field="url")
    with httpx.Client(base_url=url, timeout=TIMEOUT_S, trust_env=False) as client:
        login = {"username": username, "password": password, "person_code": person_code, "device": DEVICE}
        return send(Line(client), login, seconds=seconds, story=story)


def send(line: Line, login: dict[str, str], *, seconds: int, story: str) -> int:
    """Connect and send; one reading each two seconds by the clock on the wall, however long an answer took."""
    connected = _told(line.post("connect", login))
    vitals, sent, began = MadeUpVitals(login["person_code"], story), 0, time.monotonic()
    behind = timedelta()  # a demo's clock may run ahead; this device sets its own by what each answer tells it
    _say(f"Connected to visit {connected['visit_id']}. Made-up numbers, each {EVERY_S} s; story: {story}.")
    for second in range(0, seconds, EVERY_S):
        shown = vitals.at(second)
        told = {"key": uuid.uuid4().hex, "measured_at": (datetime.now(UTC) + behind).isoformat(), **shown}
        answer = line.post("readings", told, connected["token"])
        if answer.status_code == CLOSED:
            _say(_sentence(answer))
            break
        off_s = _told(answer)["device_clock_behind_s"]
        behind += timedelta(seconds=off_s) if abs(off_s) > CLOCK_OFF_S else timedelta()
        sent += 1
        if second % 60 == 0:
            _say(f"minute {second // 60}: {sent} sent, now {words(shown)}")
        line.wait(max(0.0, second + EVERY_S - (time.monotonic() - began)))
    return sent


def words(shown: dict[str, int]) -> str:
    """One reading on one line."""
    return ", ".join(f"{name} {value}" for name, value in shown.items())
