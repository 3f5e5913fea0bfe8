"""Hold the database so that nobody else may write, stop a dose meanwhile, and look what becomes of the stop.

Another program's connection takes SQLite's write lock for eight seconds. The stop must be acknowledged all the same
(kept outside the database), pages must go on reading, and afterwards the stop stands in the record once.
"""

from __future__ import annotations

import json
import sqlite3
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from _folder import counted
from _house import IN_THE_HOUSE, Client, House, house, load

HELD_S = 8.0  # in a small run half of it
IN_THE_RECORD_WITHIN_S = 20.0
ACKNOWLEDGED = (202, 204, 303)  # 202: kept outside the database until it answers


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Nobody else writes while this lasts; it ends after eight seconds whatever happens."""
    with closing(sqlite3.connect(folder / "clinic.sqlite3", timeout=30, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        until = time.monotonic() + (HELD_S if "--full" in sys.argv else HELD_S / 2)
        try:
            yield
            time.sleep(max(0.0, until - time.monotonic()))
        finally:
            other.execute("ROLLBACK")


def stops(folder: Path, visit_id: int) -> int:
    with closing(sqlite3.connect(folder / "clinic.sqlite3")) as record:
        found = record.execute("SELECT count(*) FROM visit_dosemark WHERE visit_id = ? AND kind = 'stop'", [visit_id])
        return int(found.fetchone()[0])


def read_until(browser: Client, path: str, done: threading.Event, waits: list[float], wrong: list[int]) -> None:
    while not done.is_set():
        began = time.perf_counter()
        status, _ = browser.get(path)
        waits.append(time.perf_counter() - began)
        if status != 200:
            wrong.append(status)
        done.wait(0.2)


def stop_while_held(there: House, number: int) -> dict[str, float | int | list[int]]:
    """One stop against a held database, with a page read all the while."""
    _, visit_id = there.monitor(IN_THE_HOUSE[0])
    nurse, reader, done = there.browser(), there.browser("physician"), threading.Event()
    waits, wrong = list[float](), list[int]()
    reading = threading.Thread(target=read_until, args=(reader, f"/visits/{visit_id}/board/", done, waits, wrong))
    told = {"key": f"held-{number}", "reason": "pressure"}
    with held(there.folder):
        reading.start()
        began = time.perf_counter()
        status = nurse.post_form(f"/visits/{visit_id}/stop/", told)
        took = time.perf_counter() - began
        done.set()
        reading.join()
    until = time.monotonic() + IN_THE_RECORD_WITHIN_S
    while stops(there.folder, visit_id) < 1 and time.monotonic() < until:
        time.sleep(0.1)
    nurse.post_form(f"/visits/{visit_id}/stop/", told)  # the same sheet once more: the first answer, no second stop
    time.sleep(2)
    return {
        "status": status, "answered after s": round(took, 2), "in the record": stops(there.folder, visit_id),
        "pages read meanwhile": len(waits), "refused pages": wrong,
        "slowest page ms": round(max(waits, default=0) * 1000),
    }  # fmt: skip


def main() -> int:
    rounds = min(counted(__doc__, full=10), 10) if "--full" in sys.argv else 1
    results = []
    for number in range(rounds):
        with house() as there:
            there.start()
            results.append(stop_while_held(there, number))
            there.stop()
            results[-1]["whole"] = there.run("audit", "verify")[1]["whole"]
        print(f"{number + 1} of {rounds}: {results[-1]}", flush=True)
    ok = all(
        each["status"] in ACKNOWLEDGED and each["in the record"] == 1 and each["whole"] and not each["refused pages"]
        and each["pages read meanwhile"] for each in results
    )  # fmt: skip
    print(json.dumps({"name": "busy", "ok": ok, "held s": HELD_S, "stops": rounds, **load(), "each": results}))
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
