"""Verbs of links and check-ins. What a person tells us is the record of something that happened: it is kept also when
the database does not answer, and sending it twice changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from fenestra.care.checkins import links, queries, rules
from fenestra.care.checkins.models import CheckIn, ContractSeen, Link, LinkEnd, OwnWords
from fenestra.care.checkins.rules import LinkKind, Used
from fenestra.care.measures import actions as measures
from fenestra.care.measures import queries as measures_queries
from fenestra.care.measures.rules import Source
from fenestra.care.people.actions import person_of
from fenestra.care.people.rules import Substance, chosen
from fenestra.care.work import actions as work
from fenestra.care.work.rules import ItemKind, Level
from fenestra.ground.book import clock, vault
from fenestra.ground.book.act import Act, Done, act
from fenestra.ground.book.scope import OPEN, Scope
from fenestra.ground.book.texts import check_length
from fenestra.ground.clinic.rules import SEES_PEOPLE, THE_PERSON, NotYours, Role, check_has
from fenestra.science.errors import BadInput

LONGEST_WORDS = 2000
LONGEST_DAYS = 90  # a typing check; a link that lives longer than its episode closes with the consent
TOLD_AGAIN = "told again in a later check-in"
GUESSED = (
    "The birth date was wrong five times at a link to this person's own page, so it opens no more. Ask them whether it "
    "was they, and make a new one; if not, the link was in other hands."
)
HEARD = "A check-in came."
OFFER_HELP = "Told of use in a check-in. Offer an hour; nobody has to explain."


def check_is_person(act: Act) -> None:
    """Refuse anybody but the person themselves."""
    if THE_PERSON not in act.by.roles:
        raise NotYours("Only the person themselves can do this, from their own link.")


@act("made a link")
def make_link(
    act: Act, *, person_id: int, kind: str, token_hash: str, expires_at: datetime, day: date | None = None
) -> Done:
    """A link for one person; the caller holds the token and shows it once."""
    check_has(act.by.roles, SEES_PEOPLE, "make a link for a person")
    person = person_of(act.by, person_id)
    act.about("person", person.pk, person_id=person.pk)
    queries.check_may_check_in(act.by, OPEN, person.pk, act.at)
    if expires_at <= act.at:
        raise BadInput("The link would end before it begins. Choose a later end.", field="expires_at")
    link = Link(
        clinic_id=act.by.clinic_id,
        person=person,
        kind=chosen(LinkKind, kind, field="kind").value,
        token_hash=token_hash,
        day=day,
        expires_at=expires_at,
        at=act.at,
        by_id=act.by.staff_id,
    )
    return act.done(act.add(link), "The link is made. Hand it over now: it is shown only once.")


def new_link(*, person_id: int, kind: str, days_valid: int, by: Scope, at: datetime, key: str) -> tuple[Done, str]:
    """Make a link and give its token, which nobody can give again. A link for one check-in asks about yesterday, on
    the clinic's calendar; without an answer that day is a miss once the link is over."""
    if not 1 <= days_valid <= LONGEST_DAYS:
        raise BadInput(f"Give it 1 to {LONGEST_DAYS} days.", field="days_valid")
    token = links.new_token()
    yesterday = by.day_of(at) - timedelta(days=1)
    done = make_link(
        person_id=person_id, kind=kind, token_hash=links.hash_of(token), expires_at=at + timedelta(days=days_valid),
        day=yesterday if kind == LinkKind.CHECK_IN else None, by=by, at=at, key=key,
    )  # fmt: skip
    return done, token


@act("ended a link")
def end_link(act: Act, *, link_id: int, reason: str) -> Done:
    """A lost or forwarded link opens no more."""
    check_has(act.by.roles, (*SEES_PEOPLE,), "end a link")
    link = Link.objects.filter(clinic_id=act.by.clinic_id, pk=link_id).first()
    if link is None:
        raise rules.LinkForged("There is no such link in this clinic.")
    act.about("person", link.person_id, person_id=link.person_id)
    ended = LinkEnd(link=link, reason=reason.strip()[:40] or "ended", at=act.at, by_id=act.by.staff_id)
    return act.done(act.add(ended), "The link opens no more.")


@act("ended a link after wrong birth dates", happened=True)
def end_guessed_link(act: Act, *, link_id: int) -> Done:
    """Somebody who does not know the birth date tried too often: the link was forwarded or found. A coordinator asks."""
    check_is_person(act)
    link = Link.objects.get(clinic_id=act.by.clinic_id, pk=link_id)
    act.about("person", link.person_id, person_id=link.person_id)
    work.open_item(
        kind=ItemKind.OTHER.value, about=f"link:{link.pk}", level=Level.MEDIUM.value,
        owner_role=Role.COORDINATOR.value, person_id=link.person_id, words=GUESSED, by=act.by, at=act.at,
    )  # fmt: skip
    return act.done(act.add(LinkEnd(link=link, reason="guessed", at=act.at, by_id=None)), "The link opens no more.")


@act("took check-ins", happened=True)
def send(
    act: Act, *, person_id: int, link_id: int, told: tuple[Mapping[str, Any], ...], elsewhere: tuple[str, ...] = ()
) -> Done:
    """Take what a phone had in its outbox, as `rules.read_told` gave it. One that is here already changes nothing.
    `elsewhere` names those that were written under an earlier link of this person: they do not close this one."""
    check_is_person(act)
    act.about("person", person_id, person_id=person_id)
    link = _link_of(act, link_id, person_id)
    here = set(
        CheckIn.objects.filter(person_id=person_id, told_id__in=[each["told_id"] for each in told]).values_list(
            "told_id", flat=True
        )
    )
    once: dict[str, Mapping[str, Any]] = {}
    for each in told:
        once.setdefault(each["told_id"], each)  # an outbox may hold the same one twice
    fresh = [each for each in once.values() if each["told_id"] not in here]
    if any(each["told_id"] not in elsewhere for each in fresh):
        _check_open(link)
    substance = queries.asked_about(act.by, OPEN, person_id)
    here_now = {"person_id": person_id, "substance": substance, "received_at": act.at}
    added = act.add_many(
        [
            CheckIn(
                **here_now,
                link_id=None if each["told_id"] in elsewhere else link_id,
                **{**each, "used": each["used"] or ""},
            )
            for each in fresh
        ]
    )
    _keep_use(person_id, substance, fresh, act)
    if fresh:
        work.settle_all(kind=ItemKind.MISSED_CHECK_INS.value, person_id=person_id, words=HEARD, by=act.by, at=act.at)
        act.tell("checkin.sent", about="person", about_id=person_id)
    return act.done(added[-1] if added else None, f"{len(told)} here, {len(fresh)} of them new.")


def _link_of(act: Act, link_id: int, person_id: int) -> Link:
    # The person's row is held: two phones of one person send one after the other.
    rows = Link.objects.select_for_update(of=("self", "person")).select_related("person")
    link = rows.filter(clinic_id=act.by.clinic_id, pk=link_id, person_id=person_id).first()
    if link is None:
        raise rules.LinkForged(f"This link is not this person's. {queries.ASK_FOR_ANOTHER}")
    return link


def _check_open(link: Link) -> None:
    """A link for one check-in closes when that is here."""
    if link.kind == LinkKind.CHECK_IN and CheckIn.objects.filter(link=link).exists():
        raise rules.LinkUsed(f"This link's check-in is here already. {queries.ASK_FOR_ANOTHER}")


def _keep_use(person_id: int, substance: str, fresh: list[Mapping[str, Any]], act: Act) -> None:
    """What was said about use becomes use days; somebody hears of a day with use, to offer help."""
    said = [each for each in fresh if each["used"] in (Used.NO, Used.YES)]
    if not said or not substance:
        return
    of = {each["day"] for each in said}
    stands = {day.day: day for day in measures_queries.use_days(act.by, OPEN, person_id, substance, days=of)}
    new: list[dict[str, Any]] = []
    for each in _said_last(person_id, of):
        day, earlier = _use_day(each, substance), stands.get(each.day)
        if earlier is None or earlier.source != Source.PERSON:
            new.append(day)
        elif (earlier.used, earlier.amount) != (day["used"], day["amount"]):
            told = {name: day[name] for name in ("used", "amount", "unit")}
            measures.correct_use_day(use_day_id=earlier.id, **told, reason=TOLD_AGAIN, by=act.by, at=act.at)
    if new:
        days, source = tuple(new), Source.PERSON.value
        measures.record_use_days(person_id=person_id, days=days, source=source, by=act.by, at=act.at)
    if any(each["used"] == Used.YES for each in said):
        work.open_item(
            kind=ItemKind.USE_TOLD.value, about=f"person:{person_id}", level=Level.LOW.value,
            owner_role=Role.THERAPIST.value, person_id=person_id, words=OFFER_HELP, by=act.by, at=act.at,
        )  # fmt: skip


def _said_last(person_id: int, days: set[date]) -> list[CheckIn]:
    """Of each day what was said about it last, by the true time of saying: a check-in that waited for a network does
    not take the place of one that was written after it."""
    rows = CheckIn.objects.filter(person_id=person_id, day__in=days, used__in=(Used.NO.value, Used.YES.value))
    last: dict[date, CheckIn] = {}
    for row in sorted(rows, key=lambda row: (row.said_at + timedelta(seconds=row.clock_off_s), row.pk)):
        last[row.day] = row
    return list(last.values())


def _use_day(row: CheckIn, substance: str) -> dict[str, Any]:
    unit = "drinks" if substance == Substance.ALCOHOL and row.amount is not None else ""
    used = row.used == Used.YES
    return {"day": row.day, "substance": substance, "used": used, "amount": row.amount, "unit": unit}


@act("read the honesty contract")
def see_contract(act: Act, *, person_id: int, version: str) -> Done:
    """The person read who sees what they write and what a lapse leads to."""
    check_is_person(act)
    act.about("person", person_id, person_id=person_id)
    if ContractSeen.objects.filter(person_id=person_id, version=version).exists():
        return act.done(None, "Read before.")
    return act.done(act.add(ContractSeen(person_id=person_id, version=version, at=act.at)), "Read.")


@act("kept own words")
def keep_words(act: Act, *, person_id: int, words: str) -> Done:
    """Something the person wants to find again. Staff do not read it."""
    check_is_person(act)
    act.about("person", person_id, person_id=person_id)
    if not words.strip():
        raise BadInput("Write something to keep, or leave the page as it is.", field="words")
    check_length(words, LONGEST_WORDS, field="words")
    row = OwnWords(person_id=person_id, words=vault.lock(person_id, words), at=clock.now())
    return act.done(act.add(row), "Kept.")
