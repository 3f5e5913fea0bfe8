"""Who may open and send what: every address × method × everybody × kind of object, asked for real and judged by the
table of access; no answer holds a byte of another clinic, nor of a group of fields hidden from the asker.

`--n COUNT` asks as so many roles and as nobody; `--full` as everybody, with every method for every kind of object.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter

from _folder import counted, fresh_folder, open_clinic

ROLES = 12


def main() -> int:
    many, began = counted(__doc__, ROLES), time.perf_counter()
    with fresh_folder() as folder:
        open_clinic(folder)
        from django.conf import settings
        from django.db import transaction

        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
        settings.ALLOWED_HOSTS = ["testserver"]
        with transaction.atomic():
            asked, wrong = walked(many)
            transaction.set_rollback(True)
    for what, times in wrong.most_common(50):
        print(f"{times} x {what}", file=sys.stderr)
    right = asked - wrong.total()
    print(f"access: {right} of {asked} answers are the table's")
    found = {
        "name": "matrix", "ok": right == asked and asked > 0, "asked": asked, "right": right,
        "medians": {"ms an answer": round(1000 * (time.perf_counter() - began) / max(asked, 1), 2)},
    }  # fmt: skip
    print(json.dumps(found))
    return 0 if found["ok"] else 1


def walked(many: int) -> tuple[int, Counter[str]]:
    """How many answers came, and what was wrong with which."""
    from fenestra.ground.book import clock
    from tests.access.house import fill
    from tests.access.walk import judged, walk

    here = fill("ourskiffle")
    clock.now = lambda: here.at  # type: ignore[method-assign]  # the made-up clinics live on one made-up day
    there = fill("theirsquonk")
    asked, wrong = 0, Counter[str]()
    for answer in walk(here, there, whole=many >= ROLES, roles=many):
        asked += 1
        wrong.update(f"{answer}: {what}" for what in judged(answer, here, there))
    return asked, wrong


if __name__ == "__main__":
    sys.exit(main())
