"""How long the journey page of a person with a year of data takes once warm, and how many questions it asks.

The person is made by the same acts that pages and phones call: three doses, ten months of check-ins with misses, use days
from two sources, scales, tests, therapy hours, what is booked. The page is asked for over HTTP from the real server; the
questions are counted in this process on the same data, for a course of three months and for the year: the count must not
grow with what is written.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "faults"))

from _folder import ROOT, counted, open_clinic
from _house import Client, House, house, load

BAR_MS, MOST_QUERIES, GETS = 150, 25, 20
WHO = "dana"


def lived(there: House, *more: str) -> dict[str, int]:
    """A clinic with such people beside the demo's, `year` for the long one too; their ids."""
    made = subprocess.run(
        [sys.executable, "-m", "tests.faces.web.journey.year", str(there.folder), *more],
        cwd=ROOT, env=there.environment, stdout=subprocess.PIPE, check=True,
    )  # fmt: skip
    found: dict[str, int] = json.loads(made.stdout)
    return found


def timed_ms(browser: Client, path: str) -> float:
    began = time.perf_counter()
    status, body = browser.get(path)
    assert status == 200 and body, f"{path} was answered with {status}"
    return 1000 * (time.perf_counter() - began)


def medians(there: House, paths: dict[str, str], count: int) -> dict[str, float]:
    there.start()
    browser = there.browser(WHO)
    found = {}
    for name, path in paths.items():
        timed_ms(browser, path)  # warm
        found[name] = round(statistics.median(timed_ms(browser, path) for _ in range(count)), 1)
        print(f"{name}: {found[name]} ms", flush=True)
    there.stop()
    return found


def questions(there: House, paths: dict[str, str]) -> dict[str, int]:
    """How many queries each page asks, the session's own included."""
    os.environ["FENESTRA_DEMO_CLOCK_AHEAD_S"] = there.environment["FENESTRA_DEMO_CLOCK_AHEAD_S"]
    open_clinic(str(there.folder))
    from django.db import connection
    from django.test import Client as Browser
    from django.test.utils import CaptureQueriesContext

    browser = Browser(headers={"host": "localhost"})
    assert browser.post("/sign-in/", {"demo_username": WHO}).status_code == 302
    found = {}
    for name, path in paths.items():
        assert browser.get(path).status_code == 200  # once before, so that nothing is counted that is asked only once
        with CaptureQueriesContext(connection) as asked:
            browser.get(path)
        found[name] = len(asked)
        print(f"{name}: {found[name]} queries", flush=True)
    return found


def main() -> int:
    count = counted(__doc__, full=GETS)
    with house(4) as there:
        full = "--full" in sys.argv
        people = lived(there, *(["year"] if full else []))
        year, months = (f"/people/{people[who]}/journey/" for who in ("year" if full else "person", "person"))
        paths = {"a year, latest weeks": year, "a year, whole": f"{year}?span=year", "three months": months}
        took, asked = medians(there, paths, count), questions(there, paths)
    ok = max(asked.values()) <= MOST_QUERIES and asked["a year, whole"] == asked["three months"]
    ok = ok and (not full or max(took.values()) <= BAR_MS)
    told = {"name": "journey", "ok": ok, "gets of each": count, "bar ms": BAR_MS, "most queries": MOST_QUERIES}
    print(json.dumps({**told, **load(), "medians ms": took, "queries": asked}))
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
