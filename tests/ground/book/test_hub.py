"""Live pages hear every committed event once, in order, and a page that falls behind is sent back to its cursor."""

from __future__ import annotations

import asyncio
import itertools
import threading
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connection

from fenestra.ground.book import act as act_module
from fenestra.ground.book import hub as hub_module
from fenestra.ground.book.hub import EventValue, Hub, events_after, last_event_id
from tests.ground.book import deeds
from tests.ground.book.deeds import NOON, keep_rule

PATIENCE_S = 60.0


@pytest.fixture
def ada(book_db):
    return deeds.a_director()


async def backlog(cursor: int) -> list[EventValue]:
    def read():
        try:
            return events_after(cursor)
        finally:
            connection.close()

    return await sync_to_async(read, thread_sensitive=False)()


def write(ada, *keys: str) -> None:
    """Acts of another thread, as requests are."""

    def run():
        for key in keys:
            keep_rule(rule=key, by=ada, at=NOON, key=key)
        connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(20)


async def first(stream: Any, count: int) -> list[int]:
    """The ids of the next events; silence in between does not count."""
    seen = []
    async for event in stream:
        if event is not None:
            seen.append(event.id)
        if len(seen) == count:
            return seen
    return seen


def with_hub(play: Callable[[Hub], Any]) -> Any:
    """Run a play with a started hub. A busy machine makes nothing wrong, so the patience is long."""

    async def run():
        hub = Hub()
        hub.start(asyncio.get_running_loop())
        assert await asyncio.to_thread(hub.begun.wait, PATIENCE_S)
        try:
            return await asyncio.wait_for(play(hub), PATIENCE_S)
        finally:
            await asyncio.to_thread(hub.stop)

    return asyncio.run(run())


def test_a_stream_gets_its_backlog_and_then_each_new_event_in_order(ada):
    write(ada, "a", "b", "c")
    after = last_event_id() - 2

    async def play(hub):
        stream = hub.subscribe(after, backlog, beat_s=0.2)
        seen = await first(stream, 2)
        await asyncio.to_thread(write, ada, "d", "e")
        return seen + await first(stream, 2)

    assert with_hub(play) == [after + n for n in (1, 2, 3, 4)]


def test_two_streams_hear_the_same(ada):
    async def play(hub):
        streams = [hub.subscribe(0, backlog, beat_s=0.2) for _ in range(2)]
        heard = [asyncio.create_task(first(stream, 5)) for stream in streams]
        await asyncio.sleep(0.2)
        await asyncio.to_thread(write, ada, *"abcde")
        return await asyncio.gather(*heard)

    one, other = with_hub(play)
    assert one == other == sorted(set(one))


def test_silence_gives_a_beat(ada):
    async def play(hub):
        return [await anext(hub.subscribe(last, backlog, beat_s=0.05)) for last in (0,)]

    assert with_hub(play) == [None]


def test_the_beat_comes_also_while_events_keep_coming(ada):
    """On it a stream asks who listens, so a monitor that never rests must not put it off."""

    async def play(hub):
        stream = hub.subscribe(0, backlog, beat_s=0.1)
        assert await anext(stream) is None  # it listens
        heard, loop, began = [], asyncio.get_running_loop(), asyncio.get_running_loop().time()
        for number in itertools.count(1):
            hub._publish([EventValue(number, "reading", 1, None, "visit", 1, None)])
            heard.append(await anext(stream))
            if heard[-1] is None or loop.time() > began + 5:
                return heard

    assert with_hub(play)[-1] is None


def test_an_act_wakes_the_hub_when_it_is_committed(ada, monkeypatch):
    monkeypatch.setattr(hub_module, "POLL_S", 3600)

    async def play(hub):
        monkeypatch.setattr(act_module, "hub", hub)
        stream = hub.subscribe(last_event_id_now, backlog, beat_s=0.2)
        while await anext(stream) is not None:
            pass
        await asyncio.to_thread(write, ada, "a")
        return await first(stream, 1)

    last_event_id_now = last_event_id()
    heard = with_hub(play)
    # By what the table holds, not by counting on: on PostgreSQL numbers go on also where the rows are gone.
    assert heard == [last_event_id()] and heard[0] > last_event_id_now


def test_a_stream_that_falls_behind_is_closed_and_comes_back_with_its_cursor(ada, monkeypatch):
    monkeypatch.setattr(hub_module, "QUEUE", 2)

    async def play(hub):
        stream = hub.subscribe(0, backlog, beat_s=0.05)
        assert await anext(stream) is None  # it listens, and then reads no more
        await asyncio.to_thread(write, ada, *"abcdef")
        while hub.streams:
            await asyncio.sleep(0.01)
        rest = [event async for event in stream]
        return rest, await first(hub.subscribe(0, backlog, beat_s=0.05), 6)

    rest, again = with_hub(play)
    assert rest == []
    assert len(again) == 6


def test_a_stream_that_ends_is_forgotten(ada):
    async def play(hub):
        stream = hub.subscribe(0, backlog, beat_s=0.05)
        await anext(stream)
        open_then = hub.streams
        await stream.aclose()
        return open_then, hub.streams

    assert with_hub(play) == (1, 0)


def test_the_hub_outlives_a_database_that_goes_away(ada, monkeypatch):
    """Live pages must not fall silent because the database was restarted at night."""
    monkeypatch.setattr(hub_module, "RETRY_S", 0.05)
    real, broken = hub_module.events_after, threading.Event()

    def breaks_once(cursor, **how):
        if not broken.is_set():
            broken.set()
            with connection.cursor() as cursor_:
                cursor_.execute("SELECT * FROM a_table_that_has_gone")
        return real(cursor, **how)

    monkeypatch.setattr(hub_module, "events_after", breaks_once)

    async def play(hub):
        stream = hub.subscribe(0, backlog, beat_s=0.05)
        assert await anext(stream) is None
        await asyncio.to_thread(write, ada, "a", "b")
        return await first(stream, 2)

    assert len(with_hub(play)) == 2
    assert broken.is_set()
