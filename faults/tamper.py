"""Tamper with a clinic's book in every known way, again and again, and count what the verifier misses.

Each plant is done in a fresh copy of one honest book of 60 acts. A plant counts as found when the verifier names the
very row that was harmed, or the seal or head that gives it away.
"""

from __future__ import annotations

import json
import random
import shutil
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from _folder import counted, fresh_folder, open_clinic

ACTS = 60


def write_a_book() -> None:
    from fenestra.ground.book.seal import seal
    from tests.ground.book import deeds, tampering

    ada = deeds.a_director()
    for n in range(ACTS):
        deeds.keep_rule(rule=f"LIM-{n}", person_id=n % 5 or None, by=ada, at=deeds.NOON, key=str(n))
        if n % 7 == 0:
            seal(deeds.NOON)
    tampering.a_colleague(ada, deeds.NOON)
    deeds.rename(name="Lake Clinic", seen=1, by=ada, at=deeds.NOON, key="rename")
    seal(deeds.NOON)
    tampering.keep_heads_elsewhere()


def harm_and_look(plant, chance: random.Random, key: str) -> tuple[str, list[str]]:
    from tests.ground.book import tampering

    with tampering.unguarded():
        named = plant(chance)
    return named, [finding.row for finding in tampering.findings(key)]


def main() -> int:
    count = counted(__doc__, full=1000)
    with fresh_folder() as folder:
        open_clinic(folder)
        from django.db import connection

        from fenestra.ground.book.heads import head_file, public_key
        from tests.ground.book import tampering

        write_a_book()
        key, heads = public_key(), head_file().read_text()
        honest = len(tampering.findings(key))
        with closing(connection.cursor()) as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        book, kept = Path(connection.settings_dict["NAME"]), Path(folder) / "honest.sqlite3"
        shutil.copyfile(book, kept)
        found, missed = Counter(), Counter()
        for number in range(count):
            plant = tampering.PLANTS[number % len(tampering.PLANTS)]
            named, findings = harm_and_look(plant, random.Random(number), key)
            (found if named in findings else missed)[plant.__name__] += 1
            connection.close()
            for left in book.parent.glob(f"{book.name}-*"):
                left.unlink()
            shutil.copyfile(kept, book)
            head_file().write_text(heads)
            if (number + 1) % 100 == 0:
                print(f"{number + 1} of {count} planted, {missed.total()} missed", flush=True)
    verdict = {
        "name": "tamper",
        "ok": honest == 0 and missed.total() == 0,
        "acts in the book": ACTS,
        "findings in the honest book": honest,
        "planted": count,
        "found": found.total(),
        "missed": dict(missed),
        "by kind": dict(found),
    }
    print(json.dumps(verdict))
    return 0 if verdict["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())
