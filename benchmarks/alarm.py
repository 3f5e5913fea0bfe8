"""How long a reading beyond a limit takes to be an alarm on a live page: from its POST to `alarm.raised`.

Each reading beyond the limit is followed by one inside it, which ends the alarm, so that the next is a new one.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "faults"))

from _folder import counted
from _house import Client, Viewer, load, served_house, share, spread, viewers

BEYOND, INSIDE = 84, 98  # SpO2 in percent, during a dose
BAR_S = 1.0
LATEST_S = 10.0


def heard(page: Viewer, kind: str) -> list[float]:
    """Moments at which the page heard of something of this kind, in order."""
    return [at for at, event in list(page.seen) if event["kind"] == kind]


def wait_for(page: Viewer, kind: str, count: int) -> float | None:
    """When this many had been heard; None when that takes too long."""
    until = time.perf_counter() + LATEST_S
    while time.perf_counter() < until:
        if len(found := heard(page, kind)) >= count:
            return found[count - 1]
        time.sleep(0.002)
    return None


def send(monitor: Client, page: Viewer, key: str, spo2: int) -> float:
    """When it was sent; comes back once the page has heard the reading, and with it every alarm before it."""
    before, began = len(heard(page, "reading")), time.perf_counter()
    status, answer = monitor.send_reading(key, pulse=70, spo2=spo2)
    assert status == 200, answer
    assert wait_for(page, "reading", before + 1) is not None, "the page never heard of a reading"
    return began


def raise_one(monitor: Client, page: Viewer, number: int) -> float | None:
    """Seconds from the POST to the first alarm of it; None when none came."""
    before = len(heard(page, "alarm.raised"))
    began = send(monitor, page, f"beyond-{number}", BEYOND)
    at = wait_for(page, "alarm.raised", before + 1)
    send(monitor, page, f"inside-{number}", INSIDE)
    return None if at is None else at - began


def main() -> int:
    count = counted(__doc__, full=200)
    with served_house() as there:
        monitor, _ = there.monitor()
        (page,) = viewers(there, 1)
        waits = [raise_one(monitor, page, number) for number in range(count)]
    came = [each for each in waits if each is not None]
    ok = len(came) == count and ("--full" not in sys.argv or share(came, 0.99) <= BAR_S)
    figures = {"readings beyond the limit": count, "alarms": len(came), "bar p99 s": BAR_S, **load()}
    print(json.dumps({"name": "alarm", "ok": ok, **figures, **(spread(came) if came else {})}))
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
