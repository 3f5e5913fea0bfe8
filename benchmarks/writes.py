"""How long 50 clients wait for an acknowledged write while all of them write, and whether each stands there once.

Two ways: 40 monitors send once a second and 10 people type a round each ten seconds, which the bar is for; then every
client sends as soon as it was answered, which asks the server for all it can give.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "faults"))

from _folder import counted
from _house import House, load, served_house, share, spread
from _writers import Writer, Written, judge, writers

CLIENTS = 50
BAR_S = 0.5


def write_for(there: House, seconds: float, *, every_s: float) -> tuple[list[Writer], float]:
    """The clients after so many seconds of writing, and how many writes a second were acknowledged."""
    done = threading.Event()
    made = writers(there, CLIENTS, done, life=f"-every{every_s:g}", every_s=every_s)
    starts, began = list[threading.Timer](), time.perf_counter()
    for number, writer in enumerate(made):
        start = threading.Timer(writer.every_s * number / CLIENTS, writer.start)  # not all at one moment
        start.start()
        starts.append(start)
    time.sleep(seconds + every_s)
    done.set()
    for start, writer in zip(starts, made, strict=True):
        start.cancel()
        start.join()
        if writer.ident:
            writer.join(60)
    count = sum(len(writer.written) for writer in made)
    return made, count / (time.perf_counter() - began)


def all_of(made: list[Writer]) -> list[Written]:
    return [each for writer in made for each in writer.written]


def main() -> int:
    seconds = counted(__doc__, full=60)
    with served_house() as there:
        paced, paced_rate = write_for(there, seconds, every_s=1.0)
        print(f"once a second: {paced_rate:.0f}/s {spread([w.seconds for w in all_of(paced)])}", flush=True)
        used = there.processor_s
        flat_out, most_rate = write_for(there, seconds, every_s=0.0)
        used_ms = (there.processor_s - used) / max(1, len(all_of(flat_out))) * 1000
        print(f"flat out: {most_rate:.0f}/s {spread([w.seconds for w in all_of(flat_out)])}", flush=True)
        settled_s = there.settle()
        there.stop()
        found = judge(there.folder, all_of(paced) + all_of(flat_out))
        whole = there.run("audit", "verify")[1]["whole"]
    refused = sum((writer.refused for writer in paced + flat_out), Counter[object]())
    waited = [each.seconds for each in all_of(paced)]
    ok = whole and not (found["lost"] or found["doubled"] or refused) and bool(waited)
    ok = ok and ("--full" not in sys.argv or share(waited, 0.99) <= BAR_S)
    figures = {
        "clients": CLIENTS, **found, "refused": len(refused), "whole": whole, "bar p99 s": BAR_S, **load(),
        "kept outside written after s": round(settled_s, 1),
        "once a second": {"writes a second": round(paced_rate, 1), **spread(waited)},
        "flat out": {"writes a second": round(most_rate), "processor ms a write": round(used_ms, 1), **spread([w.seconds for w in all_of(flat_out)])},
    }  # fmt: skip
    if refused:
        print(f"refused: {refused.most_common(3)}", flush=True)
    print(json.dumps({"name": "writes", "ok": ok, **figures}))
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
