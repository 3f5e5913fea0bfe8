"""How fast check-ins are taken from phones, and that each stands once however often and in whatever order it comes.

Eight phones post one check-in after the other over HTTP; then a thousand check-ins, in outboxes of up to fifty, each
sent one to five times, shuffled.
"""

from __future__ import annotations

import json
import random
import sqlite3
import sys
import threading
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "faults"))

from _folder import counted
from _house import Client, House, house, load, share, spread
from _phones import Phone, links

PHONES = 8
BAR_PER_S, BAR_P95_S = 60, 0.3
FULL_S, PER_ROUND_S = 20, 1.0
FULL_CHECK_INS, BAR_ALL_S = 1000, 20
MOST_TIMES, OUTBOX = 5, 50
WRITTEN_WITHIN_S = 20


class Poster(threading.Thread):
    """One phone that posts until it is told to stop."""

    def __init__(self, phone: Phone, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.phone, self.stop = phone, stop
        self.seconds: list[float] = []
        self.refused: Counter[int] = Counter()

    def run(self) -> None:
        while not self.stop.is_set():
            began = time.perf_counter()
            status, answer = self.phone.post([self.phone.next()])
            self.seconds.append(time.perf_counter() - began)
            if status != 200 or len(answer["kept"]) != 1:
                self.refused[status] += 1


def flat_out(phones: list[Phone], seconds: float) -> tuple[list[Poster], float]:
    """All phones post for so long; how many posts a second were answered."""
    stop, began = threading.Event(), time.perf_counter()
    made = [Poster(phone, stop) for phone in phones]
    for each in made:
        each.start()
    time.sleep(seconds)
    stop.set()
    for each in made:
        each.join(60)
    return made, sum(len(each.seconds) for each in made) / (time.perf_counter() - began)


def rows(there: House) -> int:
    with closing(sqlite3.connect(there.folder / "clinic.sqlite3")) as database:
        return int(database.execute("SELECT count(*) FROM checkins_checkin").fetchone()[0])


def rows_after(there: House, before: int, wanted: int) -> int:
    """How many rows were added. On a busy machine some are kept outside the database first and written as soon as it
    has time, so what is missing is waited for; what is too many is not."""
    until = time.monotonic() + WRITTEN_WITHIN_S
    while rows(there) - before < wanted and time.monotonic() < until:
        time.sleep(0.1)
    return rows(there) - before


def outboxes(phone: Phone, count: int, chance: random.Random) -> list[list[dict[str, Any]]]:
    """So many check-ins of one phone, each in one to five outboxes of up to fifty, shuffled."""
    written = [phone.next() for _ in range(count)]
    copies = [each for each in written for _ in range(chance.randint(1, MOST_TIMES))]
    chance.shuffle(copies)
    sizes = iter(lambda: chance.randint(1, OUTBOX), 0)
    made = []
    while copies:
        size = next(sizes)
        made.append(copies[:size])
        copies = copies[size:]
    return made


def again_and_again(phones: list[Phone], count: int) -> tuple[float, int, Counter[int]]:
    """Every phone sends its outboxes; seconds, outboxes sent, answers that were no 200."""
    chance, wrong, sent = random.Random(7), Counter[int](), 0
    shares = [count // len(phones) + (n < count % len(phones)) for n in range(len(phones))]
    boxes = [outboxes(phone, each, chance) for phone, each in zip(phones, shares, strict=True)]

    def send(phone: Phone, mine: list[list[dict[str, Any]]]) -> None:
        for box in mine:
            status, _ = phone.post(box)
            if status != 200:
                wrong[status] += 1

    threads = [threading.Thread(target=send, args=each) for each in zip(phones, boxes, strict=True)]
    sent, began = sum(map(len, boxes)), time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - began, sent, wrong


def main() -> int:
    rounds = counted(__doc__, full=FULL_CHECK_INS)
    full = "--full" in sys.argv
    seconds, count = (FULL_S, FULL_CHECK_INS) if full else (rounds * PER_ROUND_S / 3, max(rounds, PHONES))
    with house() as there:
        paths = links(there, PHONES)
        there.start()
        phones = [Phone(Client(there.port)).open(path) for path in paths]
        there_before, used = rows(there), there.processor_s
        posters, rate = flat_out(phones, seconds)
        waited = [each for poster in posters for each in poster.seconds]
        used_ms = (there.processor_s - used) / max(1, len(waited)) * 1000
        print(f"{PHONES} phones: {rate:.0f}/s {spread(waited)}", flush=True)
        first = rows_after(there, there_before, len(waited))
        all_s, sent, wrong = again_and_again(phones, count)
        second = rows_after(there, first + there_before, count)
        there.stop()
        whole = there.run("audit", "verify")[1]["whole"]
    print(f"{count} check-ins in {sent} outboxes: {second} rows in {all_s:.1f} s", flush=True)
    refused = sum((poster.refused for poster in posters), Counter[int]()) + wrong
    ok = whole and not refused and first == len(waited) and second == count
    ok = ok and (not full or (rate >= BAR_PER_S and share(waited, 0.95) <= BAR_P95_S and all_s <= BAR_ALL_S))
    figures = {
        "phones": PHONES, "posts": len(waited), "rows of posts": first, "posts a second": round(rate, 1),
        "processor ms a post": round(used_ms, 1), **spread(waited), "bar a second": BAR_PER_S, "bar p95 s": BAR_P95_S,
        "check-ins": count, "outboxes": sent, "rows": second, "seconds": round(all_s, 1), "bar seconds": BAR_ALL_S,
        "refused": refused.total(), "whole": whole, **load(),
    }  # fmt: skip
    print(json.dumps({"name": "checkins", "ok": ok, **figures}))
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
