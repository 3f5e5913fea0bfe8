"""Kill the server with `kill -9` under eight clients that write through HTTP, again and again.

After each kill it starts on the same folder and the last acknowledged requests are sent again: each must get its first
answer. At the end every acknowledged write stands once, and the book is whole.
"""

from __future__ import annotations

import json
import random
import statistics
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from _folder import counted
from _house import House, house, load
from _writers import Writer, Written, judge, writers

WRITERS = 8
LONGEST_LIFE_S = 3.0
BAR_S = 3.0


def write_until_killed(there: House, life: int, chance: random.Random) -> list[Writer]:
    """One life of the server under writing clients. They go on for a moment against the dead one."""
    done = threading.Event()
    made = writers(there, WRITERS, done, life=f"-life{life}")
    for writer in made:
        writer.start()
    while not any(writer.written for writer in made):
        time.sleep(0.01)
    time.sleep(chance.uniform(0.05, LONGEST_LIFE_S))
    there.kill()
    done.set()
    for writer in made:
        writer.join(60)
    return made


def send_again(made: list[Writer]) -> int:
    """How many clients were not given their first answer when the last acknowledged request came once more."""
    wrong = 0
    for writer in made:
        if writer.written:
            status, answer = writer.send(writer.written[-1].key.rpartition(":")[2])
            again = status < 400 and (not isinstance(answer, dict) or answer["again"])
            wrong += not again
    return wrong


def main() -> int:
    kills, chance = counted(__doc__, full=20), random.Random(9)
    acknowledged: list[Written] = []
    starts, wrong = [], 0
    with house() as there:
        there.start()
        for life in range(kills):
            made = write_until_killed(there, life, chance)
            acknowledged += [each for writer in made for each in writer.written]
            starts.append(there.start())
            wrong += send_again(made)
            print(f"killed {life + 1} of {kills}; {len(acknowledged)} acknowledged so far", flush=True)
        there.settle()
        there.stop()
        found = judge(there.folder, acknowledged)
        verdict = there.run("audit", "verify")[1]
    right = bool(acknowledged) and verdict["whole"] and not (found["lost"] or found["doubled"] or wrong)
    ok = right and ("--full" not in sys.argv or max(starts) <= BAR_S)
    figures = {
        "kills": kills, "writers": WRITERS, **found, "not answered as first": wrong, "whole": verdict["whole"],
        "findings": verdict["findings"][:5], "worst start s": round(max(starts), 2), "bar s": BAR_S, **load(),
        "medians": {"start s": round(statistics.median(starts), 2)},
    }  # fmt: skip
    print(json.dumps({"name": "kill9_server", "ok": ok, **figures}))
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
