"""Who may open and send what: every address × method × role × object against the table, and no byte beyond it."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from fenestra.faces.web.access import RULES
from tests.access.house import Full
from tests.access.routes import routes
from tests.access.walk import Answer, judged, plain, walk


class Wrong:
    """What was answered wrongly, once for all who met it."""

    def __init__(self) -> None:
        self.told: dict[str, list[str]] = defaultdict(list)

    def note(self, answer: Answer, what: str) -> None:
        self.told[f"{answer.method} {answer.route.name} ({answer.kind}): {what}"].append(answer.asker.name)

    @property
    def many(self) -> int:
        return sum(len(each) for each in self.told.values())

    def __str__(self) -> str:
        return "\n".join(f"{what} [{', '.join(who)}]" for what, who in self.told.items())


def test_every_address_has_a_rule_and_every_rule_an_address() -> None:
    known = {route.name for route in routes()}
    assert sorted(known - set(RULES)) == [], "write a rule for these into faces/web/access.py"
    assert sorted(set(RULES) - known) == [], "these addresses are gone: take their rules from faces/web/access.py"


def test_everybody_gets_what_the_table_says_and_not_a_byte_more(here: Full, there: Full, capsys: Any) -> None:
    wrong, done, alike = Wrong(), 0, defaultdict(set)
    for answer in walk(here, there, whole=False):
        done += 1
        for what in judged(answer, here, there):
            wrong.note(answer, what)
        if answer.kind in ("other clinic", "guessed") and answer.method in ("GET", "POST"):
            alike[answer.asker.name, answer.route.name, answer.method].add((answer.status, plain(answer.body)))
    for (asker, *told), bodies in alike.items():
        if len(bodies) > 1:
            wrong.told[f"{told}: another clinic's differs from a number that never was"].append(asker)
    with capsys.disabled():
        print(f"\naccess: {done - wrong.many} of {done} answers are the table's", flush=True)
    assert not wrong.told, f"\n{wrong}"
