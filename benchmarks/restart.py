"""How long the house takes from its start to its first page: after an orderly stop, and after kill -9 amid writes."""

from __future__ import annotations

import json
import statistics
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "faults"))

from _folder import counted
from _house import House, house, load

BAR_S = 3.0


def start_and_stop(there: House) -> float:
    taken = there.start()
    there.stop()
    return taken


def start_and_kill(there: House) -> float:
    """Killed with a write just acknowledged, so that the next start finds a log to take over."""
    taken = there.start()
    monitor, _ = there.monitor()
    monitor.send_reading("before the kill", pulse=70, spo2=98)
    there.kill()
    return taken


def main() -> int:
    count = counted(__doc__, full=10)
    with house() as there:
        start_and_stop(there)  # the first one writes the bytecode of a fresh machine
        orderly = [start_and_stop(there) for _ in range(count)]
        print(f"{count} orderly starts: {orderly}", flush=True)
        killed = [start_and_kill(there) for _ in range(count + 1)][1:]  # each start but the first follows a kill
        whole = there.run("audit", "verify")[1]["whole"]
    worst = max(orderly + killed)
    medians = {
        "start s": round(statistics.median(orderly), 2),
        "start after kill -9 s": round(statistics.median(killed), 2),
    }
    ok = whole and ("--full" not in sys.argv or worst <= BAR_S)
    found = {"starts": len(orderly + killed), "worst s": round(worst, 2), "bar s": BAR_S, **load()}
    print(json.dumps({"name": "restart", "ok": ok, **found, "medians": medians}))
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
