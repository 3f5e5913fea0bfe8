"""How long the staff's pages take once warm: the median of repeated GETs of each, on a clinic day with a monitor.

The visit that is looked at carries an hour of a monitor's numbers in a clinic of twelve people (in small runs a minute
in the clinic of the other rigs), because pages that are quick on an empty day may not be on a full one.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "faults"))

from _folder import counted
from _house import Client, House, load, served_house

BAR_S = 0.1
GETS = 20
AN_HOUR_OF_READINGS = 1800  # one each two seconds
FULL_HOUSE, SMALL_HOUSE = 12, 4


def fill(there: House, readings: int) -> int:
    """The visit in the chair, with so many readings of its monitor."""
    monitor, visit_id = there.monitor()
    for number in range(readings):
        status, answer = monitor.send_reading(f"filled-{number}", pulse=70 + number % 9, spo2=96 + number % 4)
        assert status == 200, answer
    return visit_id


def get(browser: Client, path: str) -> float:
    began = time.perf_counter()
    status, body = browser.get(path)
    assert status == 200 and body, f"{path} was answered with {status}"
    return time.perf_counter() - began


def main() -> int:
    count = counted(__doc__, full=GETS)
    with served_house(FULL_HOUSE if "--full" in sys.argv else SMALL_HOUSE) as there:
        visit_id = fill(there, AN_HOUR_OF_READINGS if "--full" in sys.argv else 30)
        browser = there.browser()
        paths = {
            "Today": "/",
            "People": "/people/",
            "a person": "/people/1/",
            "a visit": f"/visits/{visit_id}/",
            "its board": f"/visits/{visit_id}/board/",
            "medicine": "/medicine/",
        }
        medians = {}
        for name, path in paths.items():
            get(browser, path)  # warm
            medians[f"{name} ms"] = round(statistics.median(get(browser, path) for _ in range(count)) * 1000, 1)
            print(f"{name}: {medians[f'{name} ms']} ms", flush=True)
    ok = "--full" not in sys.argv or max(medians.values()) <= BAR_S * 1000
    print(json.dumps({"name": "pages", "ok": ok, "gets of each": count, "bar s": BAR_S, **load(), "medians": medians}))
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
