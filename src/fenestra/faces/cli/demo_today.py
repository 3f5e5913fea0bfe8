"""What is open in the made-up clinic today: work that waits, and links that a phone can open."""

from __future__ import annotations

from datetime import timedelta

from fenestra.care.checkins import actions as checkins
from fenestra.care.checkins import follow_ups, links, misses
from fenestra.care.checkins.rules import LinkKind
from fenestra.care.work import actions as work
from fenestra.care.work import queries as work_queries
from fenestra.care.work.rules import ItemKind
from fenestra.faces.cli import demo_scales
from fenestra.faces.cli.demo_course import Course
from fenestra.faces.cli.demo_maker import Maker
from fenestra.faces.cli.demo_people import Way
from fenestra.ground.book.scope import OPEN, Scope

KEPT_OPEN_DAYS = 2
MISSES = 3  # in a row, after which this made-up clinic looks after somebody
STAYS_OPEN = (ItemKind.SCREENING_TO_DECIDE, ItemKind.COURSE_REVIEW)  # until somebody decides
LINKS_FOR = 5  # people who get live links
KINDS = {LinkKind.CHECK_IN: "check-in", LinkKind.OWN_PAGE: "own page"}


def tidy(maker: Maker) -> None:
    """What was raised more than two days ago has been done since; what waits for a decision stays."""
    scope, asks = maker.scopes["physician"], maker.now - timedelta(days=KEPT_OPEN_DAYS)
    for item in work_queries.items(scope, OPEN, maker.now, limit=5000):
        if item.opened_at < asks and item.kind not in STAYS_OPEN:
            at = item.opened_at + timedelta(hours=20)
            words = "Called and talked; an hour is booked." if item.person_id else "Done."
            maker.do(work.finish, "physician", at, item_id=item.id, words=words)


def raise_work(maker: Maker, courses: list[Course]) -> None:
    """A thought of death on a form, which cover has taken. Only where there are enough people, so that a small demo stays
    calm."""
    treated = [each for each in courses if each.laid is not None and each.let is not None]
    going = [each for each in treated if each.who.way is Way.GOING_ON]
    if len(courses) < 12 or not going:
        return
    first = going[0]
    assert first.let is not None
    at = maker.now - timedelta(minutes=50)
    response = demo_scales.ask(maker, first.who, first.let.person_id, "phq9", at, weeks=30, i9=1)
    for item in work_queries.items(maker.scopes["physician"], OPEN, maker.now, person_id=first.let.person_id):
        if item.kind is ItemKind.SUICIDE_ALERT and response:
            maker.do(work.take, "physician", at + timedelta(minutes=12), item_id=item.id)
            words = "Called: safe at home, not alone. Comes in this afternoon."
            maker.do(work.note, "physician", at + timedelta(minutes=20), item_id=item.id, words=words)


def look_over(maker: Maker) -> None:
    """What nobody said or asked, as the clock of a running server finds it."""
    maker.do(misses.declare_misses, "director", maker.now - timedelta(hours=3), in_a_row=MISSES)
    scope = Scope(maker.clinic_id, None, frozenset(), maker.zone.key, "the clock")
    for look in (misses.look_over, follow_ups.look_over):
        look(scope, maker.now - timedelta(minutes=30))


def live_links(maker: Maker, courses: list[Course]) -> None:
    """A check-in and an own page that open now, for the first people who check in."""
    at = maker.now - timedelta(minutes=1)
    open_ones = [
        each for each in courses
        if each.laid is not None and each.let is not None and each.who.way in (Way.TODAY, Way.GOING_ON)
    ]  # fmt: skip
    for course in open_ones[:LINKS_FOR]:
        assert course.let is not None
        for kind, words in KINDS.items():
            token = links.new_token()
            day = {"day": maker.today - timedelta(days=1)} if kind is LinkKind.CHECK_IN else {}
            maker.do(
                checkins.make_link, "coordinator", at, person_id=course.let.person_id, kind=kind.value,
                token_hash=links.hash_of(token), expires_at=maker.now + timedelta(days=60), **day,
            )  # fmt: skip
            maker.links.append({"kind": words, "person": course.who.code, "url": f"/c/{token}/"})
