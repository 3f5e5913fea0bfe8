"""A form takes what it asks for and nothing else: every name a column of the project has is sent along with it, with
values of another clinic, and the database is compared with what the honest form alone makes of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.test import Client

from fenestra.care.checkins import links
from fenestra.care.people.consent_texts import newest_text
from fenestra.care.people.rules import ConsentKind
from fenestra.faces.web.access import RULES
from fenestra.ground.book import vault
from tests.access.house import WHO_IS, Full, password
from tests.access.routes import Route, routes
from tests.access.walk import browser_of, undone

OURS = [model for model in apps.get_models() if model.__module__.startswith("fenestra.")]
COLUMNS = sorted({name for model in OURS for f in model._meta.concrete_fields for name in (f.name, f.attname)})
MORE = ("is_staff", "is_superuser", "roles", "verified", "groups", "clinic", "by", "at", "scope", "mask")
# Columns whose value is chance, a number given by the database, or made of such.
CHANCE = {"password", "token_hash", "rows", "answer", "last_login", "identity", "wrapped"}
DONE = (200, 302, 303)
WORDS_TODAY = newest_text(ConsentKind.TREATMENT)
DAY = "2026-11-20"

# What a human would honestly type, by the address it is sent to. `{version}` is the row as it stands.
HONEST: Mapping[str, Mapping[str, Any]] = {
    "register": {"name": "New", "born": "1990-02-28", "sex": "female", "code": "N-1", "allergies": "none"},
    "open-episode": {"substances": ["cannabis"], "goal": "abstinence", "protocol": "", "doses": ""},
    "close-episode": {"because": "completed", "seen": "{episode}"},
    "refer": {"source": "self", "words": "came by"},
    "keep-medicine": {"kind": "other", "name": "zinc", "words": ""},
    "end-medicine": {"words": "enough"},
    "sign-consent": {
        "text_version": WORDS_TODAY.version, "text_hash": WORDS_TODAY.text_hash, "signed_name": "Marta",
        "agreed": "on", "clear_headed": "on",
    },
    "withdraw-consent": {"reason": "no more"},
    "end-supporter": {"seen": "{supporter}"},
    "plan-intend": {"words": "to rest"},
    "plan-review": {"go_on": "yes", "reason": "still craves"},
    "plan-end": {"reason": "moved"},
    "appointment": {"verb": "cancel", "reason": "ill"},
    "calendar-hours": {"verb": "chair", "name": "C"},
    "visit-sheet": {"kind": "note", "text": "sleeps"},
    "work-item": {"words": "called", "version": "{item}"},
    "take-item": {"version": "{item}"},
    "take-back-cover": {},
    "measures-weight": {"kg": "73", "told_on": DAY},
    "trigger-new": {"cue": "rain", "plan": "read"},
    "trigger": {"cue": "rain", "plan": "read"},
    "count-lot": {"containers": "9", "opened_ml": "0"},
    "clinic-account": {"verb": "give", "role": "lead"},
    "clinic-staff": {
        "username": "new.one", "name": "New One", "password": "a long pass phrase", "again": "a long pass phrase",
        "roles": ["nurse"],
    },
    "clinic-password": {"old": "{password}", "new": "another pass phrase", "again": "another pass phrase"},
    "check-ins": {"kind": "own_page", "days_valid": "3"},
    "end-link": {},
}  # fmt: skip


@contextmanager
def no_chance() -> Iterator[None]:
    """Two sendings of the same form seal alike, so that what they left can be compared."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vault.os, "urandom", lambda length: b"\0" * length)
        patch.setattr(links, "new_token", lambda: "t" * 22)
        yield


def sender(full: Full, route: Route) -> str:
    """Somebody who may send there."""
    opens = RULES[route.name].send
    assert isinstance(opens, tuple)
    return next(who for role, who in WHO_IS.items() if role in opens)


def versions(full: Full) -> dict[str, str]:
    at = {
        "episode": ("people.Episode", "episode_id"),
        "supporter": ("people.Supporter", "supporter_id"),
        "item": ("work.Item", "item_id"),
    }
    return {
        name: str(apps.get_model(label)._default_manager.get(pk=full.ids[key]).version)
        for name, (label, key) in at.items()
    }  # type: ignore[attr-defined]  # all three are head rows


def typed(full: Full, who: str, name: str) -> dict[str, Any]:
    known = {**versions(full), "password": password(full.username(who))}
    body = {key: value.format(**known) if isinstance(value, str) else value for key, value in HONEST[name].items()}
    return {**body, "key": f"honest {name}"}


def stuffed(asked: set[str], there: Full) -> dict[str, Any]:
    """Every column's name that the form does not ask for, with another clinic's numbers where it is a number."""
    names = [name for name in (*COLUMNS, *MORE) if name not in asked]
    numbers = {**there.ids, "clinic_id": there.clinic_id, "clinic": there.clinic_id, "person": there.person_id}
    return {name: numbers.get(name, there.clinic_id if name.endswith("_id") else "lead") for name in names}


def left(before: Mapping[type[models.Model], set[Any]]) -> Counter[str]:
    """Everything the database holds, row by row, without what is chance; new rows are new, whatever their number."""
    held: Counter[str] = Counter()
    for model in OURS:
        for row in model._default_manager.all():
            told = {f.attname: _plain(f, getattr(row, f.attname), before) for f in model._meta.concrete_fields}
            held[f"{model._meta.label} {sorted(told.items())}"] += 1
    return held


def _plain(column: Any, value: Any, before: Mapping[type[models.Model], set[Any]]) -> str:
    if column.name in CHANCE:
        return ""
    target = column.model if column.primary_key else column.related_model
    if column.attname == "person_id" and target is None:  # the book knows people by bare number
        target = apps.get_model("people.Person")
    if target in before:
        return str(value) if value is None or value in before[target] else "new"
    if column.attname in ("row_id", "about_id", "act_id"):
        return ""
    return re.sub(r":\d+", ":n", str(value)) if column.name == "about" else str(value)


def sent(
    client: Client, path: str, body: Mapping[str, Any], before: Mapping[type[models.Model], set[Any]]
) -> tuple[int, Counter[str]]:
    with no_chance(), undone(client):
        answer = client.post(path, body)
        return answer.status_code, left(before)


def test_no_form_takes_more_than_it_asks_for(here: Full, there: Full, capsys: Any) -> None:
    known = {route.name: route for route in routes()}
    before = {model: set(model._default_manager.values_list("pk", flat=True)) for model in OURS}
    wrong, changed = [], 0
    for name in HONEST:
        route = known[name]
        who = sender(here, route)
        client, path, body = browser_of(here, who), route.path(here.ids), typed(here, who, name)
        asked = set(body) | set(re.findall(r'name="([^"]+)"', client.get(path).content.decode()))
        untouched = left(before)
        status, honest = sent(client, path, body, before)
        again, more = sent(client, path, {**stuffed(asked, there), **body}, before)
        changed += honest != untouched and status in DONE
        if status not in DONE or honest == untouched:
            wrong.append(f"{name}: the honest form was answered {status} and changed nothing: this test proves nothing")
        if (again, more) != (status, honest):
            wrong.append(
                f"{name}: {again} for {status}; {list((more - honest).items())[:3]} beside {list((honest - more).items())[:3]}"
            )
    with capsys.disabled():
        print(
            f"\nmass assignment: {changed} of {len(HONEST)} forms keep the honest change alone, {len(COLUMNS)} names sent along",
            flush=True,
        )
    assert not wrong, "\n" + "\n".join(wrong)
