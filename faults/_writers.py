"""Clients that write through HTTP, what was acknowledged to them, and whether the record holds each of it once."""

from __future__ import annotations

import hashlib
import http.client
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from _house import IN_THE_HOUSE, Client, House

TYPED = 4  # numbers in a typed round
STREAMED = 2  # numbers in a monitor's reading
TOLD_NO = 400
TYPED_PACE = 10  # a person types a round for each ten readings of a monitor; the clinic's real pace is slower still


@dataclass
class Written:
    """One acknowledged write: its key as the record keeps it, how many numbers it holds, and how long it took."""

    key: str
    numbers: int
    seconds: float


@dataclass
class Writer(threading.Thread):
    """Writes one after the other, each sent `every_s` after the last at the earliest."""

    send: Callable[[str], tuple[int, object]]
    name_: str
    stored: Callable[[str], str]
    numbers: int
    done: threading.Event
    every_s: float = 0.0
    written: list[Written] = field(default_factory=list)
    refused: Counter[object] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    def __hash__(self) -> int:
        return id(self)

    def run(self) -> None:
        number = 0
        while not self.done.is_set():
            number += 1
            began = time.perf_counter()
            self.write_one(f"{self.name_}-{number}", began)
            self.done.wait(max(0.0, self.every_s - (time.perf_counter() - began)))

    def write_one(self, key: str, began: float) -> None:
        try:
            status, answer = self.send(key)
        except (OSError, http.client.HTTPException):
            self.done.wait(0.02)  # the server is gone for a moment; this key is not acknowledged
            return
        if status < TOLD_NO:
            self.written.append(Written(self.stored(key), self.numbers, time.perf_counter() - began))
        else:
            self.refused[f"{status} {answer}"] += 1


def writers(there: House, count: int, done: threading.Event, *, life: str = "", every_s: float = 0.0) -> list[Writer]:
    """So many clients: of each five, four send what a monitor measures each `every_s` seconds and one types a round
    each ten times that, spread over the visits of today; 0: all as fast as they are answered."""
    monitors = [there.monitor(code) for code in IN_THE_HOUSE]
    nurse = there.browser()
    made = []
    for n in range(count):
        first, visit_id = monitors[n % len(monitors)]
        if n % 5 == 4:
            client = Client(there.port, cookies=dict(nurse.cookies))
            send = _typing(client, visit_id)
            made.append(Writer(send, f"typed{life}-{n}", str, TYPED, done, TYPED_PACE * every_s))
        else:
            client = Client(there.port, token=first.token)
            made.append(Writer(_measuring(client), f"sent{life}-{n}", _of_token(first.token), STREAMED, done, every_s))
    return made


def _typing(client: Client, visit_id: int) -> Callable[[str], tuple[int, object]]:
    return lambda key: (client.type_round(visit_id, key), "")


def _measuring(client: Client) -> Callable[[str], tuple[int, object]]:
    began = datetime.now(UTC).isoformat()  # one time for all: a reading sent again is the same to the letter
    return lambda key: client.send_reading(key, began, pulse=72, spo2=98)


def _of_token(token: str) -> Callable[[str], str]:
    """How the record names a key of this monitor."""
    mark = hashlib.sha256(token.encode()).hexdigest()[:20]
    return lambda key: f"monitor:{mark}:{key}"


def judge(folder: Path, written: list[Written]) -> dict[str, int]:
    """Of what was acknowledged: what the record does not hold, what it holds twice, and acts without a request."""
    with closing(sqlite3.connect(folder / "clinic.sqlite3")) as record:
        acts = dict(record.execute("SELECT key, act_id FROM book_requestkey").fetchall())
        held = dict(record.execute("SELECT act_id, count(*) FROM visit_observation GROUP BY act_id").fetchall())
        keyless = record.execute(
            "SELECT count(*) FROM book_act WHERE name IN ('measured a round', 'took a monitor''s reading')"
            " AND id NOT IN (SELECT act_id FROM book_requestkey) AND id > (SELECT min(act_id) FROM book_requestkey)"
        ).fetchone()[0]
    found = [held.get(acts.get(each.key, 0), 0) - each.numbers for each in written]
    again = Counter(each.key for each in written)
    return {
        "acknowledged": len(again),
        "lost": sum(1 for each in found if each < 0),
        "doubled": sum(1 for each in found if each > 0) + keyless,
    }
