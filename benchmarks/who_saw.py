"""How long the answer to "who saw this person?" takes in a book of 100,000 lines, half of them pages of many people."""

from __future__ import annotations

import json
import statistics
import sys
import time
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "faults"))

from _folder import counted, fresh_folder, open_clinic

LINES, PEOPLE, SHOWN = 100_000, 400, 40
BARS_MS = {"month ms": 500, "year ms": 2000}  # what a human waits without wondering
DAYS = 365


def write_lines() -> None:
    """A year of a busy clinic: pages about one person, and lists of forty."""
    from fenestra.ground.book import reads
    from fenestra.ground.book.models import AuditLine
    from tests.ground.book.deeds import NOON

    for start in range(0, LINES, 5000):
        AuditLine.objects.bulk_create(
            AuditLine(
                kind="read", what="person page" if n % 2 else "today", clinic_id=1, by_id=n % 20 + 1,
                person_id=n % PEOPLE + 1 if n % 2 else None, about="",
                rows=[] if n % 2 else reads.as_rows((n + each) % PEOPLE + 1 for each in range(SHOWN)),
                at=NOON - timedelta(minutes=n * DAYS * 1440 / LINES),
            )
            for n in range(start, start + 5000)
        )  # fmt: skip


def main() -> int:
    rounds = counted(__doc__, full=20)
    with fresh_folder() as folder:
        open_clinic(folder)
        from fenestra.ground.book import trail
        from fenestra.ground.book.scope import Scope
        from tests.ground.book.deeds import NOON

        write_lines()
        took: dict[str, list[float]] = {"month ms": [], "year ms": []}
        for number in range(rounds):
            for name, days in (("month ms", 30), ("year ms", DAYS)):
                began = time.perf_counter()
                found = trail.of_person(
                    Scope(1, 1), number % PEOPLE + 1, since=NOON - timedelta(days=days), until=NOON + timedelta(days=1)
                )
                took[name].append((time.perf_counter() - began) * 1000)
                assert found.total
    medians = {name: round(statistics.median(times), 1) for name, times in took.items()}
    ok = all(medians[name] <= bar for name, bar in BARS_MS.items())
    print(json.dumps({"name": "who_saw", "ok": ok, "lines": LINES, "rounds": rounds, "medians": medians}))
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
