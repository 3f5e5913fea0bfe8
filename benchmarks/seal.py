"""How fast the sealer chains committed lines, and what the audit line costs an act and a page."""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "faults"))

from _folder import counted, fresh_folder, open_clinic

LINES = 20_000
BAR_LINES_A_SECOND, BAR_LINE_MS = 20_000, 1.0  # judged in full runs
SHOWN = 40  # people on a page about many


def write_lines(count: int) -> None:
    from fenestra.ground.book.models import AuditLine
    from tests.ground.book.deeds import NOON

    rows = [["people_person", 2, ""]]
    AuditLine.objects.bulk_create(
        AuditLine(kind="read", what="looked", clinic_id=1, by_id=1, person_id=2, about="person:2", at=NOON, rows=rows)
        for _ in range(count)
    )


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def main() -> int:
    rounds = counted(__doc__, full=10)
    with fresh_folder() as folder:
        open_clinic(folder)
        from fenestra.ground.book import act, reads
        from fenestra.ground.book.seal import head_file, seal
        from fenestra.ground.book.verify import verify
        from tests.ground.book import deeds

        ada, rates = deeds.a_director(), []
        shown = reads.as_rows(range(1, SHOWN + 1))
        for number in range(rounds):
            write_lines(LINES)
            rates.append(LINES / seconds(lambda: seal(deeds.NOON)))
            print(f"round {number + 1} of {rounds}: {rates[-1]:,.0f} lines a second", flush=True)
        verifying = seconds(lambda: verify(head_file()))
        whole = verify(head_file()).whole
        one_act = [seconds(lambda n=n: deeds.record(rule="a", by=ada, at=deeds.NOON, key=f"a{n}")) for n in range(300)]
        write_audit, act._write_audit = act._write_audit, lambda *_: None
        without = [seconds(lambda n=n: deeds.record(rule="a", by=ada, at=deeds.NOON, key=f"b{n}")) for n in range(300)]
        act._write_audit = write_audit
        page = [seconds(lambda: act.write_line("read", "today", by=ada, at=deeds.NOON, rows=shown)) for _ in range(300)]
    with_ms, without_ms = (statistics.median(times) * 1000 for times in (one_act, without))
    medians = {
        "sealed lines a second": round(statistics.median(rates)),
        "verified lines a second": round(rounds * LINES / verifying),
        "act ms": round(with_ms, 2),
        "act without its audit line ms": round(without_ms, 2),
        "audit line ms": round(with_ms - without_ms, 2),
        f"line of a page of {SHOWN} people ms": round(statistics.median(page) * 1000, 2),
    }
    quick = medians["sealed lines a second"] >= BAR_LINES_A_SECOND and medians["audit line ms"] <= BAR_LINE_MS
    ok = whole and (quick or "--full" not in sys.argv)
    bars = {"bar lines a second": BAR_LINES_A_SECOND, "bar line ms": BAR_LINE_MS}
    print(json.dumps({"name": "seal", "ok": ok, "lines": rounds * LINES, **bars, "medians": medians}))
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
