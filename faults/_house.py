"""A served clinic for a rig: a made-up clinic of its own folder, `fenestra serve` on a free port, HTTP as browsers and
monitors speak it. Loopback only; the server goes when the rig goes, however that ends."""

from __future__ import annotations

import atexit
import functools
import http.client
import json
import math
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from _folder import fresh_folder

FENESTRA = Path(sys.executable).with_name("fenestra")
READY_WITHIN_S = 60
SETTLED_WITHIN_S = 180
SHELF = "FENESTRA_RIG_SHELF"  # names a folder in which rigs that run one after the other share filled clinics
IN_THE_CHAIR = "R-001"  # who the demo's first person is: a dose runs, so readings beyond a limit are alarms
IN_THE_HOUSE = ("R-001", "R-002", "R-003", "R-004")  # those of its people who have an open visit today
IDLE_S = 2.0  # the server closes a kept connection after five idle seconds; a client that idles opens a new one
PLACE = ZoneInfo("America/New_York")


def seconds_to_noon() -> int:
    """By how much the demo's clock runs ahead, so that a rig started near the clinic's midnight measures the same."""
    here = datetime.now(UTC).astimezone(PLACE)
    return int((here.replace(hour=12, minute=0, second=0) - here) / timedelta(seconds=1)) % 86_400


def load() -> dict[str, float]:
    """How busy the machine is, so that a figure taken on a busy one is known for that."""
    return {"load of the last minute": round(os.getloadavg()[0], 1)}


def share(values: list[float], of: float) -> float:
    """The value that this share of all values does not exceed (nearest rank)."""
    return sorted(values)[max(0, math.ceil(of * len(values)) - 1)]


def spread(seconds: list[float]) -> dict[str, float]:
    """Median, tail and worst, in milliseconds."""
    named = {"p50 ms": 0.5, "p95 ms": 0.95, "p99 ms": 0.99, "worst ms": 1.0}
    return {name: round(share(seconds, of) * 1000, 1) for name, of in named.items()}


@dataclass
class Client:
    """One browser or device: one kept connection, and its cookies."""

    port: int
    timeout_s: float = 30.0
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""
    _open: http.client.HTTPConnection | None = None
    _used_at: float = 0.0

    def send(
        self, method: str, path: str, body: bytes | None = None, kind: str = "", *, by_script: bool = False,
        more: dict[str, str] | None = None,
    ) -> tuple[int, bytes]:  # fmt: skip
        """Status and body of the answer. A connection that broke is opened anew by the next call."""
        try:
            answer = self.ask(method, path, body, kind, by_script=by_script, more=more).getresponse()
            self._keep_cookies(answer)
            return answer.status, answer.read()
        except BaseException:
            self.close()
            raise

    def _connection(self) -> http.client.HTTPConnection:
        if self._open is not None and time.monotonic() - self._used_at > IDLE_S:
            self.close()
        self._used_at = time.monotonic()
        if self._open is None:
            self._open = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.timeout_s)
            self._open.connect()
            self._open.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self._open

    def ask(
        self, method: str, path: str, body: bytes | None = None, kind: str = "", *, by_script: bool = False,
        more: dict[str, str] | None = None,
    ) -> http.client.HTTPConnection:  # fmt: skip
        """Send a request; the connection on which its answer comes."""
        headers = {**(more or {}), **({"Content-Type": kind} if kind else {})}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if by_script:
            headers["X-Requested-With"] = "fetch"
        connection = self._connection()
        connection.request(method, path, body, headers)
        return connection

    def _keep_cookies(self, answer: http.client.HTTPResponse) -> None:
        for line in answer.headers.get_all("Set-Cookie", []):
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value

    def close(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None

    def get(self, path: str) -> tuple[int, bytes]:
        return self.send("GET", path)

    def post_json(self, path: str, told: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        status, body = self.send("POST", path, json.dumps(told).encode(), "application/json")
        return status, json.loads(body)

    def post_form(self, path: str, told: dict[str, Any]) -> int:
        told = {"csrfmiddlewaretoken": self.cookies.get("csrftoken", ""), **told}
        kind = "application/x-www-form-urlencoded"
        return self.send("POST", path, urlencode(told).encode(), kind, by_script=True)[0]

    # ---- what people and devices do

    def sign_in(self, username: str, password: str) -> Client:
        self.get("/sign-in/")
        status = self.post_form("/sign-in/", {"username": username, "password": password})
        assert status == 302, f"signing in as {username} was answered with {status}"
        return self

    def click_in(self, username: str) -> Client:
        """Signed in by the one click of a made-up clinic, which goes through password and second factor."""
        self.get("/sign-in/")
        status = self.post_form("/sign-in/", {"demo_username": username})
        assert status == 302, f"the click on {username} was answered with {status}"
        status = self.get("/account/")[0]  # a page that opens to everybody who is in
        assert status == 200, f"after the click {username} was answered with {status}"
        return self

    def send_reading(self, key: str, at: str = "", **readings: int) -> tuple[int, dict[str, Any]]:
        """What a monitor sends; the device's clock is this machine's unless `at` is given."""
        told = {"key": key, "measured_at": at or datetime.now(UTC).isoformat(), **readings}
        return self.post_json("/api/v1/monitor/readings", told)

    def type_round(self, visit_id: int, key: str, line: str = "128 82 71 98") -> int:
        return self.post_form(f"/visits/{visit_id}/round/", {"key": key, "line": line})


@dataclass
class House:
    """The served clinic."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("FENESTRA_")}
        ahead = (self.folder / "ahead").read_text()
        return {**kept, "FENESTRA_DATA": str(self.folder), "FENESTRA_DEMO_CLOCK_AHEAD_S": ahead}

    def run(self, *words: str) -> tuple[int, dict[str, Any]]:
        """One command of the house on this folder: its code and its answer."""
        done = subprocess.run([FENESTRA, *words, "--json"], env=self.environment, stdout=subprocess.PIPE, check=False)
        return done.returncode, json.loads(done.stdout)

    def login(self, user: str) -> tuple[str, str]:
        made = json.loads((self.folder / "demo-logins.json").read_text())["logins"]
        return next((each["user"], each["password"]) for each in made if each["user"] == user)

    def start(self) -> float:
        """Serve, and give the seconds until the first page was answered."""
        dies_with_us = [setpriv, "--pdeathsig", "KILL"] if (setpriv := shutil.which("setpriv")) else []
        began = time.perf_counter()
        with open(self.folder / "server.log", "ab") as log:
            self.process = subprocess.Popen(
                [*dies_with_us, FENESTRA, "serve", "--port", str(self.port)],
                env=self.environment, stdout=subprocess.DEVNULL, stderr=log,
            )  # fmt: skip
        while not self._answers():
            assert self.process.poll() is None, f"the server ended: {self._said()}"
            assert time.perf_counter() - began < READY_WITHIN_S, f"no page after {READY_WITHIN_S} s: {self._said()}"
            time.sleep(0.01)
        return time.perf_counter() - began

    def settle(self) -> float:
        """Wait until everything kept outside the database has been written into it; how many seconds that took."""
        began = time.perf_counter()
        while any((self.folder / "spool").glob("*.kept")):
            assert time.perf_counter() - began < SETTLED_WITHIN_S, "what was kept outside is not being written"
            time.sleep(0.1)
        time.sleep(3)  # and is sealed
        return time.perf_counter() - began

    def _answers(self) -> bool:
        client = Client(self.port)
        try:
            return client.get("/sign-in/")[0] == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            client.close()

    def _said(self) -> str:
        return (self.folder / "server.log").read_text(errors="replace")[-1000:]

    @property
    def processor_s(self) -> float:
        """Processor time the server has used so far: a figure that other work on the machine moves little."""
        assert self.process is not None
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")  # user and system time, proc(5)

    def stop(self) -> None:
        """As a person stops it; killed when it does not go."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def kill(self) -> None:
        """kill -9."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        self.process = None

    # ---- who uses it

    def browser(self, user: str = "nurse") -> Client:
        return Client(self.port).click_in(user)

    def monitor(self, code: str = IN_THE_CHAIR) -> tuple[Client, int]:
        """A monitor connected to the open visit of this person, and the visit's number."""
        client = Client(self.port)
        username, password = self.login("nurse")
        told = {"username": username, "password": password, "person_code": code, "device": f"rig at {code}"}
        status, answer = client.post_json("/api/v1/monitor/connect", told)
        assert status == 200, answer
        client.token = answer["token"]
        return client, answer["visit_id"]


def free_port() -> int:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@functools.cache
def shelf() -> Path:
    """Where filled clinics stand to be copied: one place for all rigs of a small run, else this rig's own."""
    if there := os.environ.get(SHELF):
        return Path(there)
    own = fresh_folder()
    atexit.register(own.cleanup)
    return Path(own.name)


def filled(people: int) -> Path:
    """An untouched made-up clinic with this many people; filled by the first who asks, closed, so fit to be copied."""
    folder = shelf() / f"people-{people}"
    if not folder.exists():
        making = folder.with_suffix(".making")
        making.mkdir()
        (making / "ahead").write_text(str(seconds_to_noon()))
        code, answer = House(making, port=0).run("demo", "--people", str(people))
        assert code == 0, answer
        assert not list(making.glob("*-wal")), "the demo left rows in a log of its own; a copy would miss them"
        (making / "filled-at").write_text(str(time.time()))
        making.rename(folder)
    return folder


def copied(people: int, folder: Path) -> House:
    """A clinic of its own, served at the moment at which it was filled, however long ago that was."""
    shutil.copytree(filled(people), folder, dirs_exist_ok=True)
    ago_s = time.time() - float((folder / "filled-at").read_text())
    ahead = folder / "ahead"
    ahead.write_text(str(max(0, int(ahead.read_text()) - int(ago_s))))
    return House(folder, free_port())


@contextmanager
def house(people: int = 4) -> Iterator[House]:
    """A made-up clinic with this many people, not yet served; stopped and gone at the end."""
    with fresh_folder() as folder:
        made = copied(people, Path(folder))
        try:
            yield made
        finally:
            made.stop()


@contextmanager
def served_house(people: int = 4) -> Iterator[House]:
    with house(people) as made:
        made.start()
        yield made


class Viewer(threading.Thread):
    """One live page in a session of its own: every event it saw, with the moment it was read from the wire."""

    def __init__(self, house: House, user: str = "nurse", *, signed_in: Client | None = None) -> None:
        super().__init__(daemon=True)
        self.seen: list[tuple[float, dict[str, Any]]] = []
        self.listening = threading.Event()
        self.signed_in = signed_in or house.browser(user)

    def run(self) -> None:
        client = self.signed_in
        client.timeout_s = 60
        client.close()
        answer = client.ask("GET", "/stream/").getresponse()
        try:
            for line in answer:
                self._hear(line)
        except (OSError, ValueError, http.client.HTTPException):
            return  # the server or the rig has gone

    def _hear(self, line: bytes) -> None:
        at = time.perf_counter()
        if line.startswith(b"event: ping"):
            self.listening.set()
        elif line.startswith(b"data: ") and b'"kind"' in line:
            self.seen.append((at, json.loads(line[6:])))


def viewers(house: House, count: int) -> list[Viewer]:
    """So many live pages, all listening; each in a session of its own."""
    made = [Viewer(house) for _ in range(count)]
    for each in made:
        each.start()
    for each in made:
        assert each.listening.wait(30), "a live page heard nothing"
    return made
