"""What is owed: raised once, taken by a human, written on, done."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from fenestra.care.people.rules import NoSuchPerson
from fenestra.care.work import actions, queries, rules
from fenestra.care.work.models import Item, ItemStep
from fenestra.care.work.rules import ITEM_STEPS, ItemState
from fenestra.ground.book.act import Stale
from fenestra.ground.book.scope import OPEN, Mask
from fenestra.ground.clinic.rules import NotYours
from fenestra.science.errors import BadInput
from tests.care.work.desk import Desk, furnish


def test_what_is_owed_is_taken_by_a_human_and_done_with_words(desk: Desk) -> None:
    item = desk.owed()
    desk.do(actions.take, "theo", item_id=item)
    assert (desk.see(item).state, desk.see(item).owner) == (ItemState.TAKEN, "Theo")
    desk.do(actions.note, "theo", item_id=item, words="called, no answer")
    desk.do(actions.finish, "theo", item_id=item, words="spoke for 20 minutes; safety plan renewed")
    assert desk.list() == []
    assert desk.said(item) == [
        ("opened", "thoughts of death"),
        ("taken", ""),
        ("noted", "called, no answer"),
        ("done", "spoke for 20 minutes; safety plan renewed"),
    ]


def test_the_same_cause_while_open_is_the_same_item(desk: Desk) -> None:
    first = desk.owed("response:1")
    assert desk.owed("response:1") == first
    assert len(desk.said(first)) == 1
    assert desk.owed("response:2") != first


def test_a_cause_that_comes_back_after_it_was_done_is_a_new_item(desk: Desk) -> None:
    first = desk.owed()
    desk.do(actions.finish, item_id=first, words="seen")
    assert desk.owed() != first


def test_a_cause_that_comes_back_worse_makes_its_item_as_grave(desk: Desk) -> None:
    item = desk.owed(level="low", words="once")
    desk.owed(level="high", words="now every day")
    desk.owed(level="medium", words="less again")
    assert desk.see(item).level == "high"
    assert desk.said(item) == [("opened", "once"), ("raised", "now every day")]
    assert desk.see(item).words == "now every day"


def test_the_list_has_what_harms_first_then_what_closes_first(desk: Desk) -> None:
    low = desk.owed("a", level="low", due_at=desk.at + timedelta(minutes=5))
    late = desk.owed("b", level="medium", due_at=desk.at + timedelta(days=2))
    soon = desk.owed("c", level="medium", due_at=desk.at + timedelta(hours=2))
    high = desk.owed("d", level="high")
    assert desk.list() == [high, soon, late, low]


def test_a_human_sees_what_they_took(desk: Desk) -> None:
    mine, _ = desk.owed("a"), desk.owed("b")
    desk.do(actions.take, "theo", item_id=mine)
    assert desk.list(owner_id=desk.scopes["theo"].staff_id) == [mine]


def test_nobody_takes_twice_what_is_theirs_and_another_may_take_it_over(desk: Desk) -> None:
    item = desk.owed()
    desk.do(actions.take, "theo", item_id=item)
    with pytest.raises(rules.AlreadyYours, match="yours already"):
        desk.do(actions.take, "theo", item_id=item)
    desk.do(actions.take, "nina", item_id=item)
    assert desk.see(item).owner == "Nina"


def test_two_who_take_at_once_do_not_take_it_from_each_other_unseen(desk: Desk) -> None:
    item = desk.owed()
    seen = desk.see(item).version
    desk.do(actions.take, "theo", item_id=item, version=seen)
    with pytest.raises(Stale):
        desk.do(actions.take, "nina", item_id=item, version=seen)


@pytest.mark.parametrize("verb", ["take", "note", "finish"])
def test_what_is_done_is_over(desk: Desk, verb: str) -> None:
    item = desk.owed()
    desk.do(actions.finish, item_id=item, words="seen")
    told = {} if verb == "take" else {"words": "more"}
    with pytest.raises(rules.ItemOver, match="done already"):
        desk.do(getattr(actions, verb), item_id=item, **told)


def test_done_without_words_is_refused(desk: Desk) -> None:
    with pytest.raises(BadInput, match="Write what was done"):
        desk.do(actions.finish, item_id=desk.owed(), words="  ")


@pytest.mark.parametrize("verb", ["take", "note", "finish"])
def test_an_auditor_only_reads(desk: Desk, verb: str) -> None:
    told = {} if verb == "take" else {"words": "more"}
    with pytest.raises(NotYours):
        desk.do(getattr(actions, verb), "audrey", item_id=desk.owed(), **told)


def test_what_happened_elsewhere_settles_its_item_and_nothing_when_none_is_open(desk: Desk) -> None:
    item = desk.owed("check-in:4")
    desk.do(actions.settle, kind="suicide_alert", about="check-in:4", words="answered by telephone")
    assert desk.see(item).state is ItemState.DONE
    assert desk.do(actions.settle, kind="suicide_alert", about="check-in:4", words="again").id is None


def test_an_item_without_a_known_kind_level_or_owner_is_refused(desk: Desk) -> None:
    for wrong in ({"kind": "gossip"}, {"level": "worst"}, {"owner_role": "janitor"}):
        with pytest.raises(BadInput, match="Choose one of"):
            desk.owed(**wrong)


def test_words_about_a_person_are_stored_sealed_and_hidden_from_who_may_not_know_them(desk: Desk) -> None:
    item = desk.owed(words="Marta said it")
    assert "Marta" not in ItemStep.objects.get(item_id=item).words
    blind = queries.item(desk.scopes["lena"], Mask(frozenset({"identity"})), item)
    assert blind.words == queries.HIDDEN


def test_another_clinic_sees_and_takes_nothing(desk: Desk) -> None:
    item, other = desk.owed(), furnish()
    assert other.list() == []
    with pytest.raises(rules.NoSuchItem):
        other.see(item)
    with pytest.raises(rules.NoSuchItem):
        other.do(actions.take, item_id=item)
    with pytest.raises(NoSuchPerson):
        other.owed(person_id=desk.person_id)


def test_a_person_behind_the_mask_has_no_items(desk: Desk) -> None:
    item = desk.owed()
    mask = Mask(people=frozenset({desk.person_id}))
    assert queries.items(desk.scopes["nina"], mask, desk.at) == ()
    with pytest.raises(rules.NoSuchItem):
        queries.steps(desk.scopes["nina"], mask, item)


def test_steps_are_never_changed(desk: Desk) -> None:
    desk.owed()
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        ItemStep.objects.update(words="")


def test_two_screens_with_one_cause_meet_in_the_database(desk: Desk) -> None:
    """The constraint is what holds when the look-up of both came before either wrote."""
    row = Item.objects.get(pk=desk.owed())
    row.pk = None
    with pytest.raises(DatabaseError, match=r"(?i)unique"), transaction.atomic():
        row.save(force_insert=True)


def test_the_list_asks_as_often_for_many_as_for_one(desk: Desk, django_assert_num_queries: object) -> None:
    desk.cover()
    desk.answer_within(30)
    counts = []
    for _ in range(2):
        for number in range(5):
            desk.owed(f"cause {desk.at} {len(counts)} {number}", person_id=desk.person())
        before = len(connection.queries_log)
        connection.force_debug_cursor = True
        queries.items(desk.scopes["nina"], OPEN, desk.at)
        connection.force_debug_cursor = False
        counts.append(len(connection.queries_log) - before)
    assert counts[0] == counts[1] <= 7


def test_every_state_has_its_ways_on() -> None:
    assert set(ITEM_STEPS) == set(ItemState)
    assert ITEM_STEPS[ItemState.DONE] == ()
