"""Kill the writing process with `kill -9` at a random moment, again and again, and judge what it had acknowledged.

Eight threads of one process write acts to a clinic's SQLite folder and say each key once its act has answered. After
every kill the process starts again on the same folder. At the end every acknowledged key must be there exactly once,
no act twice, and the book whole against the heads outside.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from _folder import counted, fresh_folder, open_clinic

WRITERS = 8
LONGEST_LIFE_S = 1.5


def write_until_killed(folder: str, life: str) -> None:
    """The process that is killed: eight writers and the sealer."""
    open_clinic(folder)
    from fenestra.ground.book import clock, lockfile
    from fenestra.ground.book.scope import Scope
    from fenestra.ground.book.seal import seal
    from fenestra.ground.clinic.models import Staff
    from tests.ground.book import deeds

    held = lockfile.take(Path(folder))
    there = Staff.objects.first()
    ada = Scope(1, there.pk, frozenset({"medical director"})) if there else deeds.a_director()

    def write(writer: int) -> None:
        number = 0
        while True:
            key = f"{life}-{writer}-{number}"
            deeds.record(rule=key, by=ada, at=clock.now(), key=key)
            os.write(1, f"{key}\n".encode())  # one short write to a pipe: whole or not at all
            number += 1

    for writer in range(WRITERS):
        threading.Thread(target=write, args=(writer,), daemon=True).start()
    while not held.closed:
        seal(clock.now())
        time.sleep(0.05)


def live_and_die(folder: str, life: int, chance: random.Random) -> list[str]:
    """One life of the writing process; gives what it had acknowledged when it was killed."""
    with subprocess.Popen(
        [sys.executable, __file__, "--write", folder, str(life)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        said = [process.stdout.readline()]  # alive and writing
        threading.Timer(chance.uniform(0.05, LONGEST_LIFE_S), process.send_signal, [signal.SIGKILL]).start()
        said += process.stdout.readlines()
    return [line.strip() for line in said if line.endswith("\n")]


def judge(folder: str, acknowledged: list[str]) -> dict[str, object]:
    open_clinic(folder)
    from fenestra.ground.book import clock, spool
    from fenestra.ground.book.seal import head_file, seal
    from fenestra.ground.book.verify import verify
    from fenestra.ground.clinic.models import Adoption

    spool.play(clock.now())
    seal(clock.now())
    rows = Counter(Adoption.objects.values_list("rule", flat=True))
    verdict = verify(head_file())
    return {
        "acknowledged": len(acknowledged),
        "rows": rows.total(),
        "lost": sum(1 for key in acknowledged if not rows[key]),
        "doubled": sum(1 for count in rows.values() if count > 1),
        "findings": [f"{finding.row} {finding.what}" for finding in verdict.findings[:5]],
    }


def main() -> int:
    kills, chance, acknowledged = counted(__doc__, full=20), random.Random(9), []
    with fresh_folder() as folder:
        for life in range(kills):
            acknowledged += live_and_die(folder, life, chance)
            print(f"killed {life + 1} of {kills}; {len(acknowledged)} acts acknowledged so far", flush=True)
        found = judge(folder, acknowledged)
    ok = bool(acknowledged) and not (found["lost"] or found["doubled"] or found["findings"])
    print(json.dumps({"name": "kill9", "ok": ok, "kills": kills, "writers": WRITERS, **found}))
    return 0 if ok else 1


if __name__ == "__main__":
    if sys.argv[1:2] == ["--write"]:
        write_until_killed(*sys.argv[2:4])
    sys.exit(main())
