"""Who may hear a live stream is asked anew on every beat, and what a page is told is told to nobody on an old answer."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from fenestra.faces.web import stream
from fenestra.ground.book.hub import EventValue
from fenestra.ground.book.scope import OPEN, Mask, Scope

NINA = Scope(1, 7)
BEAT = None


def event(number: int, *, person_id: int = 5, clinic_id: int = 1) -> EventValue:
    return EventValue(number, "visit.changed", clinic_id, person_id, "visit", 3, None)


class Told:
    """A stream whose events and answers are made up; what it says to its page."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked = 0
        self.events: list[EventValue | None] = []
        self.answers: Iterator[Any] = iter(())
        monkeypatch.setattr(stream.hub, "subscribe", self._subscribe)
        monkeypatch.setattr(stream, "_still", self._still)

    async def _subscribe(self, after: int, backlog: Any, *, beat_s: float) -> Any:
        for each in self.events:
            yield each

    def _still(self, request: Any) -> tuple[Scope, Mask] | None:
        self.asked += 1
        return next(self.answers)

    def hear(self, *events: EventValue | None, answers: tuple[Any, ...] = ()) -> list[str]:
        """The first line of everything said: `id: 4`, `event: ping`, `event: signed-out`."""
        self.events, self.answers = list(events), iter(answers)

        async def run() -> list[str]:
            return [said.splitlines()[0] async for said in stream._events(None, NINA, OPEN, 0)]  # type: ignore[arg-type]  # who asks is made up

        return asyncio.run(run())


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    return Told(monkeypatch)


def test_a_role_that_ended_hears_nothing_after_the_beat(told):
    said = told.hear(event(1), BEAT, event(2), answers=(None,))
    assert said == ["event: ping", "id: 1", "event: signed-out"]


def test_a_role_in_another_clinic_only_hears_nothing_after_the_beat(told):
    said = told.hear(BEAT, event(2), answers=((Scope(2, 7), OPEN),))
    assert said == ["event: ping", "event: signed-out"]


def test_a_mask_set_meanwhile_is_obeyed_after_the_beat(told):
    masked = (NINA, Mask(people=frozenset({5})))
    said = told.hear(event(1), BEAT, event(2), event(3, person_id=6), answers=(masked,))
    assert said == ["event: ping", "id: 1", "event: ping", "id: 3"]


def test_an_event_of_another_clinic_is_not_told(told):
    assert told.hear(event(1, clinic_id=2), event(2)) == ["event: ping", "id: 2"]


def test_an_event_waits_for_nobody_while_the_answer_is_young(told):
    told.hear(event(1), event(2))
    assert told.asked == 0


def test_no_event_is_told_on_an_old_answer_also_when_no_beat_came(told, monkeypatch):
    monkeypatch.setattr(stream, "ASK_AGAIN_S", -1.0)
    assert told.hear(event(1), event(2), answers=(None,)) == ["event: ping", "event: signed-out"]


def test_what_a_monitor_measured_is_told_only_to_roles_that_see_it_live():
    page = {"id": 4, "kind": "reading", "visit": 3, "at_ms": 1000, "pulse": 71.0, "spo2": 98.0}
    assert stream._seen(page, OPEN) == page
    seen = stream._seen(page, Mask(fields=frozenset({"live"})))
    assert seen == {"id": 4, "kind": "reading", "visit": 3, "at_ms": 1000}
    assert "pulse" in page  # what was turned once is shared by all who listen
