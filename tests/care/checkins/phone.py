"""One person's phone: a link, an outbox, and a clock of its own."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from fenestra.care.checkins import actions, links, queries, rules
from fenestra.care.checkins.queries import CheckInsValue, LinkValue
from fenestra.care.checkins.rules import LinkKind
from fenestra.care.measures import queries as measures
from fenestra.care.measures.values import UseDayValue
from fenestra.care.people import consent
from fenestra.care.people.consent_texts import newest_text
from fenestra.care.people.rules import ConsentKind
from fenestra.ground.book.act import Done
from fenestra.ground.book.scope import OPEN
from tests.care.visit.day import Day


@dataclass
class Phone:
    day: Day
    person_id: int
    token: str = ""

    def give_link(self, kind: LinkKind = LinkKind.OWN_PAGE, *, days: float = 30, who: str = "cora") -> str:
        """A fresh link, made by staff and put on this phone."""
        self.token = links.new_token()
        at = self.day.at
        self.day.do(
            actions.make_link, who, person_id=self.person_id, kind=kind.value, token_hash=links.hash_of(self.token),
            expires_at=at + timedelta(days=days), day=at.date() if kind is LinkKind.CHECK_IN else None,
        )  # fmt: skip
        return self.token

    def link(self) -> LinkValue:
        return queries.link_of(self.token, at=self.day.at)

    def told(self, told_id: str, **said: Any) -> dict[str, Any]:
        """What the phone wrote down just now."""
        raw = {"told_id": told_id, "said_at": self.day.at.isoformat(), "offset_min": -300, **said}
        return asdict(rules.read_told(raw, sent_at=self.day.at, received_at=self.day.at))

    def send(self, *told: dict[str, Any], key: str = "") -> Done:
        link = self.link()
        key = key or f"phone:{hash(str(told))}:{self.day.at}"
        return actions.send(
            person_id=link.person_id, link_id=link.id, told=tuple(told), by=link.scope, at=self.day.at, key=key
        )

    def here(self) -> CheckInsValue:
        return queries.checkins_of(self.day.scopes["nina"], OPEN, self.person_id, at=self.day.at)

    def use(self) -> list[UseDayValue]:
        return list(measures.use_days(self.day.scopes["nina"], OPEN, self.person_id))


def phone_of(day: Day) -> Phone:
    day.episode()
    text = newest_text(ConsentKind.CHECK_INS)
    day.do(
        consent.sign_consent, "cora", person_id=day.person_id, kind=text.kind.value, text_version=text.version,
        text_hash=text.text_hash, signed_name="Marta Ellison",
    )  # fmt: skip
    found = Phone(day, day.person_id)
    found.give_link()
    return found
