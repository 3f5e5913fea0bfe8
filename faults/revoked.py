"""Takes the right to be here from humans who are at work, and counts what they were served after that.

Each round takes it in one of three ways: the role ends, the account is disabled, the password is changed on another
screen. Meanwhile three browsers of that human ask for pages without a pause and one listens to the live stream. What
was asked for after the act had been answered must not be served, and what happens in the clinic after it must not be
heard. Then the right is given back and the next round begins.
"""

from __future__ import annotations

import json
import secrets
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPException

from _folder import counted
from _house import IN_THE_CHAIR, Client, House, Viewer, load, served_house

FULL = 30
BROWSERS = 3
GOES_ON_S = 1.5  # so long are pages asked for after the act, and so long may a stream take to end
PATHS = ("/", "/people/", "/work-list/", "/calendar/")
WHO = "nurse2"


@dataclass
class Asker(threading.Thread):
    """One browser that asks for page after page: when each was asked for, and whether it was served."""

    client: Client
    done: threading.Event
    asked: list[tuple[float, bool]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    def __hash__(self) -> int:
        return id(self)

    def run(self) -> None:
        while not self.done.is_set():
            for path in PATHS:
                at = time.perf_counter()
                try:
                    status, _ = self.client.get(path)
                except (OSError, HTTPException):
                    continue
                self.asked.append((at, status == 200))


@dataclass
class Bench:
    """The served clinic, the one who takes rights, and what is known of the human whose right it is."""

    there: House
    director: Client
    staff_id: int
    password: str
    visit_id: int

    def account(self, verb: str, **told: str) -> None:
        path = f"/clinic/staff/{self.staff_id}/"
        status = self.director.post_form(path, {"key": secrets.token_hex(8), "verb": verb, **told})
        assert status == 302, f"{verb} was answered with {status}"

    def end_role(self) -> Callable[[], None]:
        self.account("end", role="nurse")
        return lambda: self.account("give", role="nurse")

    def disable(self) -> Callable[[], None]:
        self.account("disable", reason="left the clinic today")
        return lambda: self.account("enable")

    def change_password(self) -> Callable[[], None]:
        new = f"several other words {secrets.token_hex(4)}"
        another = Client(self.there.port).sign_in(WHO, self.password)
        told = {"key": secrets.token_hex(8), "old": self.password, "new": new, "again": new}
        assert another.post_form("/clinic/password/", told) == 302
        self.password = new
        return lambda: None


def take_from(bench: Bench, take: Callable[[Bench], Callable[[], None]]) -> dict[str, float]:
    """One round: how many requests were served and events heard after the act, and when the stream ended."""
    done = threading.Event()
    askers = [Asker(Client(bench.there.port).sign_in(WHO, bench.password), done) for _ in range(BROWSERS)]
    viewer = Viewer(bench.there, signed_in=Client(bench.there.port).sign_in(WHO, bench.password))
    for each in (*askers, viewer):
        each.start()
    assert viewer.listening.wait(30), "the live page heard nothing"
    time.sleep(0.3)
    give_back = take(bench)
    taken_at = time.perf_counter()
    nurse = bench.there.browser("nurse")
    assert nurse.type_round(bench.visit_id, secrets.token_hex(8)) < 400
    viewer.join(GOES_ON_S * 4)
    ended_s = time.perf_counter() - taken_at
    time.sleep(GOES_ON_S)
    done.set()
    for asker in askers:
        asker.join(30)
    give_back()
    return {
        "asked before": sum(served for each in askers for at, served in each.asked if at < taken_at),
        "asked after": sum(at > taken_at for each in askers for at, _ in each.asked),
        "served after": sum(served for each in askers for at, served in each.asked if at > taken_at),
        "heard after": sum(at > taken_at for at, _ in viewer.seen),
        "stream still open": int(viewer.is_alive()),
        "ended_s": round(ended_s, 2),
    }


def bench_of(there: House) -> Bench:
    director = there.browser("director")
    _, visit_id = there.monitor(IN_THE_CHAIR)
    page = director.get("/clinic/staff/")[1].decode()
    name = next(each["name"] for each in names(there) if each["user"] == WHO)
    row = page[: page.index(f"Change roles and account of {name}")]
    staff_id = int(row.rpartition("/clinic/staff/")[2].partition("/")[0])
    return Bench(there, director, staff_id, there.login(WHO)[1], visit_id)


def names(there: House) -> list[dict[str, str]]:
    made = json.loads((there.folder / "demo-logins.json").read_text())["names"]
    return [{"user": user, "name": name} for user, name in made.items()]


def main() -> int:
    count = counted(__doc__, full=FULL)
    ways = (Bench.end_role, Bench.disable, Bench.change_password)
    with served_house() as there:
        bench = bench_of(there)
        rounds = []
        for number in range(count):
            rounds.append(take_from(bench, ways[number % len(ways)]))
            print(f"{ways[number % len(ways)].__name__}: {rounds[-1]}", flush=True)
    total = {name: sum(each[name] for each in rounds) for name in rounds[0] if name != "ended_s"}
    bad = total["served after"] + total["heard after"] + total["stream still open"]
    verdict = {
        "name": "revoked",
        "ok": bad == 0 and total["asked before"] > 0 and total["asked after"] > 0,
        "rounds": count,
        **total,
        "longest until a stream ended, s": max(each["ended_s"] for each in rounds),
        **load(),
    }
    print(json.dumps(verdict))
    return 0 if verdict["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())
