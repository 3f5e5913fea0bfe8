"""Who may open and send what: one table for every address of the house. Pure.

Default-deny: an address without a rule answers as one that is not there, and `tests/access` fails. The table says who
may look and who may send at all; the act behind an address stays the judge of what is written, and masks say which
groups of fields a role sees of it. Drawn into docs/access.md by `fenestra docs`; `gate.py` asks it for each request.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from fenestra.care.measures.rules import MEASURES
from fenestra.care.people.disclosure_rules import ANSWERS_COURTS, DISCLOSES, READS_ACCOUNTING
from fenestra.care.people.disclosure_rules import REVIEWS as REVIEWS_DISCLOSURES
from fenestra.care.people.erasure_rules import ERASES
from fenestra.care.work.rules import DECLARES, WORKS
from fenestra.ground.clinic.rules import (
    ASKS_WHO_SAW,
    AT_THE_CHAIR,
    COUNSELS,
    DIAGNOSES,
    HANDLES_MEDICINE,
    HIDDEN_FROM,
    KEEPS_THE_BOOK,
    KEEPS_TRIGGERS,
    MAKES_ACCOUNTS,
    PRESCRIBERS,
    SEES_PEOPLE,
    SETS_HOURS,
    TAKES_BACK,
    Role,
)
from fenestra.learning.registry.rules import READS_OUTCOMES

Roles = tuple[Role, ...]


class Door(StrEnum):
    """What opens an address that asks for no signed-in human of the clinic."""

    ALL = "anybody: nothing about a person stands there"
    LINK = "a person's own link, for what is theirs"
    PASSWORD = "user name and password of somebody at the chair, in the message"
    TOKEN = "the token of a monitor, for one open visit"


@dataclass(frozen=True)
class Rule:
    """Who may look (GET, HEAD) and who may send (POST); None: there is no such way. Other methods: never.
    `to`: what is done there, as a refusal says it."""

    to: str
    look: Door | Roles | None
    send: Door | Roles | None = None

    def of(self, method: str | None) -> Door | Roles | None:
        return self.look if method in ("GET", "HEAD") else self.send if method == "POST" else None

    @property
    def methods(self) -> list[str]:
        return [method for method in ("GET", "HEAD", "POST") if self.of(method) is not None]


STAFF: Roles = tuple(Role)
SIGNS: Roles = (Role.MEDICAL_DIRECTOR,)
SEES_DOSES: Roles = tuple(role for role in Role if "dose" not in HIDDEN_FROM[role])


def _form(roles: Roles, to: str) -> Rule:
    """A form: who may send it may open it."""
    return Rule(to, roles, roles)


SECTIONS: Mapping[str, Mapping[str, Rule]] = {
    "Signing in, and one's own account": {
        "sign-in": Rule("sign in", Door.ALL, Door.ALL),
        "sign-out": Rule("sign out", None, STAFF),
        "change-clinic": Rule("go over to another clinic of one's own", None, STAFF),
        "clinic-password": _form(STAFF, "change one's own password"),
        "second-factor": Rule("show one's second factor", Door.ALL, Door.ALL),
        "factors": Rule("see one's own second factors", STAFF),
        "add-app": _form(STAFF, "take an authenticator app"),
        "renew-codes": _form(STAFF, "make new codes on paper"),
        "time-left": Rule("ask how long one's own session stands", STAFF),
        "stay": Rule("say that one is still there", None, STAFF),
        "unlock": Rule("unlock one's own screen", None, STAFF),
        "end-factor": _form(STAFF, "end a second factor of one's own"),
    },
    "The clinic": {
        "clinic-rules": Rule("adopt a rule", STAFF, SIGNS),
        "clinic-rule": Rule("withdraw an adoption", STAFF, SIGNS),
        "clinic-feeds": Rule("adopt a rule", STAFF, SIGNS),
        "clinic-staff": Rule("make an account", STAFF, MAKES_ACCOUNTS),
        "clinic-account": _form(MAKES_ACCOUNTS, "look after accounts"),
        "signatures": Rule("read what was signed in the clinic", STAFF),
        "who-saw": _form(ASKS_WHO_SAW, "ask who saw a person"),
    },
    "The day": {
        "today": Rule("see the day", STAFF),
        "today-parts": Rule("see the day", STAFF),
        "stream": Rule("hear what happens", STAFF),
    },
    "People and their records, behind the mask": {
        "people": Rule("look for a person", STAFF, STAFF),
        "register": _form(SEES_PEOPLE, "register a person"),
        "person": Rule("read a person's page", STAFF),
        "journey": Rule("read a person's way", STAFF),
        "open-episode": _form(SEES_PEOPLE, "open an episode"),
        "close-episode": _form(SEES_PEOPLE, "close an episode"),
        "book-visit": _form(SEES_PEOPLE, "book a visit"),
        "screen": _form(SEES_PEOPLE, "screen a person"),
        "screening": Rule("decide on a screening", STAFF, PRESCRIBERS),
        "refer": _form(SEES_PEOPLE, "note a referral"),
        "keep-medicine": _form(SEES_PEOPLE, "write down a medicine"),
        "end-medicine": _form(SEES_PEOPLE, "note that a medicine ended"),
        "criteria": _form(DIAGNOSES, "ask the eleven criteria"),
        "sign-consent": _form(SEES_PEOPLE, "take a signature"),
        "withdraw-consent": _form(TAKES_BACK, "take down that a consent is withdrawn"),
        "person-signatures": Rule("read what was signed about a person", STAFF),
        "erase": _form(ERASES, "erase a person"),
        "consent-event": Rule("note that a consent has ended", None, TAKES_BACK),
        "end-supporter": _form(TAKES_BACK, "end what a supporter may learn"),
    },
    "What goes out": {
        "clinic-disclosures": Rule("read what went out of this clinic", READS_ACCOUNTING),
        "disclosures": Rule("see what went out about a person", READS_ACCOUNTING),
        "new-disclosure": _form(DISCLOSES, "give out anything about a person"),
        "fetch-disclosure": Rule("give out anything about a person", None, DISCLOSES),
        "stop-disclosure": _form(DISCLOSES, "stop what would go out"),
        "emergency": _form(DISCLOSES, "write down a disclosure in an emergency"),
        "review-emergency": _form(REVIEWS_DISCLOSURES, "review an emergency disclosure"),
        "legal-hold": _form(ANSWERS_COURTS, "place a legal hold"),
        "law-summary": _form(SEES_PEOPLE, "give a person the summary of the law"),
        "print-law-summary": Rule("give a person the summary of the law", None, SEES_PEOPLE),
        "report-contact": _form(REVIEWS_DISCLOSURES, "write where violations are reported"),
    },
    "Plan and calendar": {
        "plan": Rule("make a plan", STAFF, PRESCRIBERS),
        "plan-end": Rule("end a plan", None, PRESCRIBERS),
        "plan-review": Rule("review the course", None, PRESCRIBERS),
        "plan-intend": Rule("write down an intention", None, SEES_PEOPLE),
        "plan-date": Rule("book an appointment", None, SEES_PEOPLE),
        "plan-visit": Rule("book a visit", None, SEES_PEOPLE),
        "calendar": Rule("read the calendar", STAFF),
        "calendar-hours": Rule("set chairs and hours", STAFF, SETS_HOURS),
        "appointment": Rule("move, cancel or note an appointment", STAFF, SEES_PEOPLE),
    },
    "The dosing day; each sheet asks for its act's own roles besides": {
        "visit": Rule("see a dosing day", STAFF),
        "visit-board": Rule("see a dosing day", STAFF),
        "visit-sheet": _form(SEES_PEOPLE, "write at the chair"),
        "discharge-sheet": Rule("print a discharge sheet", None, AT_THE_CHAIR),
    },
    "Work and cover": {
        "work": Rule("read the work list", STAFF),
        "work-item": Rule("write on an item of work", STAFF, WORKS),
        "take-item": Rule("take an item of work", None, WORKS),
        "cover": Rule("declare cover", STAFF, DECLARES),
        "take-back-cover": Rule("take back cover", None, DECLARES),
    },
    "Measures, check-ins, outcomes": {
        "measures": Rule("read what was measured", STAFF),
        "answered": Rule("read an answered form", STAFF),
        "ask": _form(MEASURES, "record a measure"),
        "measures-use": _form(MEASURES, "record a measure"),
        "correct-use": _form(MEASURES, "record a measure"),
        "measures-weight": _form(MEASURES, "record a measure"),
        "measures-test": _form(MEASURES, "record a measure"),
        "check-ins": Rule("make a link for a person", STAFF, SEES_PEOPLE),
        "end-link": Rule("end a link", None, SEES_PEOPLE),
        "outcomes": Rule("read what became of the clinic's people", READS_OUTCOMES),
    },
    "Therapy": {
        "therapy": Rule("read the therapy list", STAFF),
        "therapy-hour": Rule("write down a therapy hour", STAFF, COUNSELS),
        "therapy-hour-new": _form(COUNSELS, "write down a therapy hour"),
        "therapy-book": _form(SEES_PEOPLE, "book an appointment"),
        "trigger-new": _form(KEEPS_TRIGGERS, "write down a trigger"),
        "trigger": _form(KEEPS_TRIGGERS, "write down a trigger"),
    },
    "Medicine": {
        "medicine": Rule("read the ledger", SEES_DOSES),
        "count-lot": _form(HANDLES_MEDICINE, "count stock"),
        "adjust-lot": _form(KEEPS_THE_BOOK, "adjust the book"),
        "destroy-stock": _form(HANDLES_MEDICINE, "destroy stock"),
        "reverse-line": _form(HANDLES_MEDICINE, "reverse a line"),
        "new-product": _form(KEEPS_THE_BOOK, "add a product"),
        "receive-medicine": _form(HANDLES_MEDICINE, "receive medicine"),
    },
    "A person's own pages": {
        "enter-link": Rule("come in by a link", Door.LINK),
        "my-page": Rule("read one's own page", Door.LINK),
        "my-proof": Rule("show one's birth date", Door.LINK, Door.LINK),
        "answer-coming": Rule("say whether one comes", None, Door.LINK),
        "keep-my-words": Rule("keep words of one's own", None, Door.LINK),
        "my-leaflet": Rule("read about the treatment", Door.LINK),
        "my-consents": Rule("read what one agreed to", Door.LINK),
        "withdraw-my-consent": Rule("take a consent back", None, Door.LINK),
        "ask-for-hour": Rule("ask for an hour", None, Door.LINK),
        "my-check-in": Rule("check in", Door.LINK),
        "send-check-ins": Rule("check in", None, Door.LINK),
        "read-contract": Rule("read the agreement on honesty", None, Door.LINK),
        "my-help": Rule("find help", Door.ALL),
        "person-worker": Rule("load what lets a page open on a train", Door.ALL),
    },
    "Other programs": {
        "api-1:openapi-json": Rule("read how the interface is described", Door.ALL),
        "api-1:health": Rule("ask whether the house is ready", Door.ALL),
        "api-1:connect": Rule("connect a monitor", None, Door.PASSWORD),
        "api-1:readings": Rule("send readings", None, Door.TOKEN),
        "api-1:api-root": Rule("nothing: the library's own address", None),
    },
}
RULES: Mapping[str, Rule] = {name: rule for section in SECTIONS.values() for name, rule in section.items()}
