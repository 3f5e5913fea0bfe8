"""How long a monitor's numbers take to reach 50 live pages, each of another session: from the POST to the event."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "faults"))

from _folder import counted
from _house import Client, Viewer, load, served_house, share, spread, viewers

VIEWERS = 50
BAR_S = 0.1
LATEST_S = 10.0


def send_each_second(monitor: Client, count: int) -> list[float]:
    """Moments at which each reading was sent. Its pulse is its number, so that viewers' events are told apart."""
    sent = []
    for number in range(count):
        began = time.perf_counter()
        status, answer = monitor.send_reading(f"vital-{number}", pulse=60 + number % 40, spo2=98)
        assert status == 200, answer
        sent.append(began)
        time.sleep(max(0.0, began + 1.0 - time.perf_counter()))
    return sent


def heard(viewer: Viewer, count: int) -> list[float]:
    """Moments at which a viewer heard each reading, in order; waits for late ones."""
    until = time.perf_counter() + LATEST_S
    while True:
        moments = [at for at, event in list(viewer.seen) if event["kind"] == "reading"]
        if len(moments) >= count or time.perf_counter() > until:
            return moments
        time.sleep(0.05)


def main() -> int:
    count = counted(__doc__, full=60)
    with served_house() as there:
        monitor, _ = there.monitor()
        pages = viewers(there, VIEWERS)
        print(f"{VIEWERS} pages listen; {count} readings follow, one a second", flush=True)
        sent = send_each_second(monitor, count)
        moments = [heard(page, count) for page in pages]
    missed = sum(count - len(each) for each in moments)
    waits = [at - began for each in moments for began, at in zip(sent, each, strict=False)]
    ok = missed == 0 and bool(waits) and ("--full" not in sys.argv or share(waits, 0.95) <= BAR_S)
    figures = {"viewers": VIEWERS, "readings": count, "missed or doubled": missed, "bar p95 s": BAR_S, **load()}
    print(json.dumps({"name": "vitals_to_viewers", "ok": ok, **figures, **(spread(waits) if waits else {})}))
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
