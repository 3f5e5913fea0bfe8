"""One walk past every door: each address × method × everybody × kind of object, asked for real, taken back after each.

A browser's answers are handed out one by one; the tests and the rig judge them against the table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import transaction
from django.test import Client

from fenestra.faces.web.access import RULES, Door
from fenestra.ground.clinic import accounts
from fenestra.ground.clinic.rules import HIDDEN_FROM, Role
from tests.access.house import COUNSELLING, DOSE_WORDS, IDENTITY, LEVEL_WORDS, WHO_IS, Full
from tests.access.routes import NOWHERE, Route, routes
from tests.faces.signing_in import sign_in

LOOKS, OTHERS = ("GET", "HEAD"), ("PUT", "PATCH", "DELETE", "OPTIONS")
METHODS = (*LOOKS, "POST", *OTHERS)
SIGN_IN = 302
SENT, FORM = b"key=asked-once", "application/x-www-form-urlencoded"
STREAM = "stream"  # never ends; its own tests open it
ALIEN = ("other clinic", "guessed", "other person", "other clinic's part")
ONES_OWN = ("end-factor",)  # what it names is the asker's alone, or not there
NOBODY = ("nobody", "disabled", "without a role")  # whom the house lets in nowhere


@dataclass(frozen=True)
class Asker:
    """Somebody with a browser; `roles` None: nobody the house lets in."""

    name: str
    client: Client
    roles: frozenset[Role] | None

    @property
    def hidden(self) -> frozenset[str]:
        held = [HIDDEN_FROM[role] for role in self.roles or ()]
        return frozenset.intersection(*held) if held else frozenset()


@dataclass(frozen=True)
class Answer:
    """What came back to one request."""

    asker: Asker
    route: Route
    method: str
    kind: str
    path: str
    status: int
    body: bytes
    headers: str

    def __str__(self) -> str:
        return f"{self.asker.name}: {self.method} {self.route.name} ({self.kind}) {self.path}"


def browser_of(full: Full, who: str) -> Client:
    return sign_in(Client(raise_request_exception=False), full, full.username(who))


def askers(here: Full) -> list[Asker]:
    """Everybody by role, and those who are let in nowhere: a stranger, an ex-employee with an open browser, and
    somebody whose only role ended meanwhile."""
    known = [Asker(role.value, browser_of(here, WHO_IS[role]), frozenset({role})) for role in Role]
    disabled, roleless = browser_of(here, "gone"), browser_of(here, "noel")
    here.make(accounts.disable_account, "lena", staff_id=here.scopes["gone"].staff_id, reason="left")
    here.make(accounts.end_role, "lena", staff_id=here.scopes["noel"].staff_id, role="nurse")
    strangers = (Client(raise_request_exception=False), disabled, roleless)
    return known + [Asker(name, client, None) for name, client in zip(NOBODY, strangers, strict=True)]


def objects(here: Full, there: Full, route: Route) -> dict[str, Mapping[str, int]]:
    """What an address may name: ours, what is over, another person's, another clinic's, a number that never was."""
    if not route.ids:
        return {"no object": {}}
    found: dict[str, Mapping[str, int]] = {
        "own": here.ids, "over": here.ids | here.gone | {"person_id": here.person_id}, "other clinic": there.ids,
        "guessed": dict.fromkeys(route.ids, NOWHERE),
    }  # fmt: skip
    if "person_id" in route.ids and len(route.ids) > 1:
        found["other person"] = here.ids | {"person_id": here.gone["person_id"]}
        found["other clinic's part"] = there.ids | {"person_id": here.person_id}
    return found


def walk(here: Full, there: Full, *, whole: bool, roles: int = len(Role)) -> Iterator[Answer]:
    """Every answer, to so many roles and to nobody. Not `whole`: the methods that the gate refuses before it looks at
    anybody are tried by a nurse and a stranger alone; HEAD, which runs the code of GET, and doors that are shut to the
    asker, on our own objects."""
    known = askers(here)
    everybody = known[:roles] + known[len(Role) :]
    for route in routes():
        for asker in everybody:
            for kind, ids in objects(here, there, route).items():
                for method in _methods(route, asker, kind, whole=whole):
                    yield ask(asker, route, method, kind, route.path(ids))


def _methods(route: Route, asker: Asker, kind: str, *, whole: bool) -> Iterator[str]:
    first, rule = kind in ("own", "no object"), RULES.get(route.name)
    for method in METHODS:
        if route.name == STREAM and method == "GET" and asker.roles:
            continue
        opens = rule.of(method) if rule is not None else None
        known, shut = opens is not None, _is_shut(opens, asker.roles)
        if not whole and not first and (method == "HEAD" or shut):
            continue
        if not known and not (first and (whole or asker.name in ("nurse", "nobody"))):
            continue
        yield method


def _is_shut(opens: Door | tuple[Role, ...] | None, roles: frozenset[Role] | None) -> bool:
    """Whether the gate refuses before anything is looked up, so that what is asked for makes no difference."""
    return not isinstance(opens, Door) and (roles is None or opens is None or roles.isdisjoint(opens))


def ask(asker: Asker, route: Route, method: str, kind: str, path: str) -> Answer:
    """One request; what it wrote is taken back, what it left in the browser too."""
    client = asker.client
    with undone(client):
        told = client.generic(method, path, SENT, FORM)
    headers = "\n".join(f"{name}: {value}" for name, value in told.items())
    return Answer(asker, route, method, kind, path, told.status_code, told.content, headers)


@contextmanager
def undone(client: Client) -> Iterator[None]:
    """What a request wrote is taken back, in the database and in the browser."""
    kept, mark = {name: cookie.value for name, cookie in client.cookies.items()}, transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(mark)
        client.cookies.clear()
        for name, value in kept.items():
            client.cookies[name] = value


def plain(body: bytes) -> str:
    """An answer without what differs in each: the token of its form, its key, the cursor of the stream."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", body.decode())
    text = re.sub(r'data-stream-after="\d+"|"X-CSRFToken": "[^"]*"', "", text)
    return re.sub(r'name="key" value="[^"]*"', "", text)


# ---- what the table expects


def expected(answer: Answer) -> set[int]:
    """The statuses this may be answered with."""
    rule, roles = RULES[answer.route.name], answer.asker.roles
    if not rule.methods:
        return {404}
    opens = rule.of(answer.method)
    doors = any(isinstance(each, Door) for each in (rule.look, rule.send))
    if roles is None and not doors:
        return {SIGN_IN}
    if opens is None or (answer.route.name == STREAM and answer.method == "HEAD"):
        return {405}
    if isinstance(opens, Door):
        return DOOR[opens, answer.method] if (opens, answer.method) in DOOR else set(range(200, 500))
    if roles is not None and roles.isdisjoint(opens):
        return {403}
    if answer.kind in ALIEN:
        return {404}
    maybe_over = answer.kind == "over" or answer.route.name in ONES_OWN
    return {200, 302, 404, 422} if maybe_over else {200, 302, 422}


# A door opened without its key: a page that is open to all, or one sentence.
DOOR: Mapping[tuple[Door, str], set[int]] = {}


def judged(answer: Answer, here: Full, there: Full) -> list[str]:
    """What is wrong with an answer; nothing, when it is the table's and holds no byte beyond it."""
    if answer.route.name not in RULES:
        return ["no rule stands for this address in faces/web/access.py"]
    may, found = expected(answer), met(answer, here, there)
    wrong = [] if answer.status in may else [f"{answer.status}, not {sorted(may)}"]
    return [*wrong, found] if found else wrong


# ---- what nobody may meet


def met(answer: Answer, here: Full, there: Full) -> str:
    """What stands in an answer that must not; empty when nothing does."""
    told = answer.body.decode("utf-8", "replace") + answer.headers
    rule = RULES.get(answer.route.name)
    if rule is not None and any(isinstance(each, Door) for each in (rule.look, rule.send)):
        for public in there.public:
            told = told.replace(public, "")
    if there.word in told:
        return f"a text of another clinic: …{_around(told, there.word)}…"
    for group, words in GROUPS.items():
        if answer.asker.roles and group in answer.asker.hidden:
            for word in words:
                found = word.format(here.word)
                if found in told:
                    return f"{group}, which is hidden: …{_around(told, found)}…"
    return ""


GROUPS: Mapping[str, tuple[str, ...]] = {
    "identity": ("{}" + IDENTITY,), "counselling": ("{}" + COUNSELLING,), "dose": DOSE_WORDS, "level": LEVEL_WORDS,
}  # fmt: skip


def _around(told: str, word: str) -> str:
    place = told.index(word)
    return " ".join(told[max(0, place - 120) : place + len(word) + 10].split())
