"""Erase people of a made-up clinic that has lived in every room, and look for them in every byte that is left.

Before, everything that can be read of a person is read: each text that opens with their key, name and birth date among
them. After two signatures none of it may stand in any file of the data folder, in a backup made then, in the log or in
what pages answer; their key's own bytes neither; the chain must verify, and as many people and episodes be counted.
"""

from __future__ import annotations

import json
import logging
import re
import sqlite3
import sys
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from _folder import ROOT, counted, fresh_folder, open_clinic

SHORTEST = 6  # characters; a shorter text ("none") stands in many bytes and names nobody
DAY = re.compile(r"\d{4}-\d\d-\d\d")
HOUSE = ROOT / "src" / "fenestra"
KEEP_UNTIL = date(2020, 1, 1)


def texts_of(person_id: int) -> set[str]:
    """Everything stored that opens with this person's key, whatever table it stands in."""
    from django.apps import apps
    from django.db import models

    from fenestra.ground.book import vault

    found: set[str] = set()
    for model in apps.get_models():
        names = [f.attname for f in model._meta.concrete_fields if isinstance(f, models.TextField)]
        for row in model._default_manager.values_list(*names) if names else ():
            found |= {
                plain for stored in row if isinstance(stored, str) and (plain := _opened(vault, person_id, stored))
            }
    return found


def _opened(vault: Any, person_id: int, stored: str) -> str:
    from cryptography.exceptions import InvalidTag

    try:
        return vault.unlock(person_id, stored)
    except (ValueError, InvalidTag):
        return ""


def words_in(texts: set[str]) -> set[str]:
    """The texts themselves, and each value inside those that are JSON; without words of the house's own (a verdict, a
    band, a line of a list), which name nobody, and without days other than the birth date."""
    found: set[str] = set()
    for text in texts:
        try:
            told = json.loads(text)
        except ValueError:
            found.add(text)
            continue
        named = told if isinstance(told, dict) else {}
        found |= {value for name, value in named.items() if isinstance(value, str) and not _is_a_day(name, value)}
    files = [path for end in ("py", "toml", "html") for path in HOUSE.rglob(f"*.{end}")]
    own = "".join(path.read_text() for path in files if not path.name.startswith("demo"))  # a demo invents its texts
    return {each for each in found if len(each) >= SHORTEST and not _says_only(own, each)}


def _says_only(own: str, text: str) -> bool:
    """Whether every sentence of it is one of the house."""
    return all(sentence in own for sentence in re.split(r"(?<=[.:]) ", text))


def _is_a_day(name: str, value: str) -> bool:
    return bool(DAY.fullmatch(value)) and name not in ("born", "birth_date")


def sign_and_erase(person_id: int, password: str) -> None:
    from fenestra.care.people import actions, erasure
    from fenestra.care.people.models import Episode, Person
    from fenestra.ground.book import clock
    from fenestra.ground.clinic import queries as clinics

    person = Person.objects.get(pk=person_id)
    scopes = {each: clinics.scope_named(each) for each in ("officer", "chief")}
    at = clock.now()
    for episode in Episode.objects.filter(person=person, closed_at=None):
        actions.close_episode(
            episode_id=episode.pk, because="moved_away", by=scopes["chief"], at=at, key=f"e{episode.pk}"
        )
    asked = erasure.ask_erasure(
        person_id=person_id, basis="the person asked", keep_until=KEEP_UNTIL, nobody_asks_for_it=True,
        password=password, by=scopes["officer"], at=at, key=f"ask {person_id}",
    )  # fmt: skip
    erasure.confirm_erasure(
        asked_id=asked.id, code=person.code, password=password, by=scopes["chief"], at=at, key=f"confirm {person_id}"
    )


def left_in(folder: Path, secrets: set[str], key: bytes, log: Path) -> list[str]:
    """Where one of the secrets, or the key, still stands."""
    backup = folder / "backup.sqlite3"
    with closing(sqlite3.connect(folder / "clinic.sqlite3")) as book, closing(sqlite3.connect(backup)) as made:
        book.backup(made)
    found = []
    for path in [*(each for each in folder.rglob("*") if each.is_file()), log]:
        content = path.read_bytes()
        found += [f"{path.name}: {secret[:12]}" for secret in secrets if secret.encode() in content]
        found += [f"{path.name}: the key"] if key in content else []
    backup.unlink()
    return found


def main() -> int:
    count = counted(__doc__, full=24)
    with fresh_folder() as name, fresh_folder() as beside:
        folder, log = Path(name), Path(beside) / "log"
        open_clinic(name)
        from fenestra.care.people.models import Episode, Person
        from fenestra.faces.cli import demo
        from fenestra.ground.book import logs, verify
        from fenestra.ground.book.models import PersonKey
        from fenestra.ground.book.scope import Scope
        from fenestra.ground.book.seal import head_file, seal
        from fenestra.ground.clinic.actions import add_staff

        handler = logging.FileHandler(log)
        handler.setFormatter(logs.WithoutWords())
        logging.getLogger().addHandler(handler)
        demo.fill(seed=1, people=count, quiet=True)
        clinic_id, password = Person.objects.earliest("pk").clinic_id, "four words of a password"
        from fenestra.ground.book import clock

        for user, role in (("officer", "privacy officer"), ("chief", "medical director")):
            add_staff(username=user, name=user, password=password, roles=(role,), by=Scope(clinic_id, None),
                      at=clock.now(), key=user)  # fmt: skip
        counts = (Person.objects.count(), Episode.objects.count())
        ids = list(Person.objects.filter(clinic_id=clinic_id).values_list("pk", flat=True)[:count])
        read, left = 0, []
        for number, person_id in enumerate(ids, start=1):
            secrets, key = words_in(texts_of(person_id)), bytes(PersonKey.objects.get(pk=person_id).wrapped)
            read += len(secrets)
            sign_and_erase(person_id, password)
            left += left_in(folder, secrets, key, log)
            print(f"{number} of {len(ids)} erased, {len(left)} found again", flush=True)
        seal(clock.now())
        findings = len(verify.verify(head_file()).findings)
        kept = (Person.objects.count(), Episode.objects.count()) == counts
    ok = bool(read) and not left and not findings and kept
    verdict = {
        "name": "erase", "ok": ok, "erased": len(ids), "texts read before": read, "found again": left[:20],
        "findings in the book": findings, "counts stay": kept,
    }  # fmt: skip
    print(json.dumps(verdict))
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
