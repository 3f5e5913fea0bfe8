"""The server's time, and the one ticker that everything periodic hangs on."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.conf import settings

from fenestra.science.errors import BadInput

log = logging.getLogger("fenestra.clock")
AHEAD_FILE = "clock-ahead"


def now() -> datetime:
    """Server time in UTC. Pages and listeners ask here and hand the answer down as `at=`.

    A demo's clock may run ahead, so that a dosing day can be shown without waiting for it; a real clinic's never does.
    """
    return datetime.now(UTC) + timedelta(seconds=ahead_s())


def ahead_s() -> int:
    """Whole seconds by which a demo's clock runs ahead: those it started with, and those that have been written into
    its folder since, in the file `clock-ahead`. Settings refuse the first for a real clinic; the second is not read
    there.
    """
    if not settings.DEMO:
        return 0
    try:
        told = (settings.FENESTRA_DATA / AHEAD_FILE).read_text().strip()
    except FileNotFoundError:
        told = "0"
    if not told.isdecimal():
        raise BadInput(f"{AHEAD_FILE} says '{told}'. Write whole seconds into it, for example 2400.")
    return settings.CLOCK_AHEAD_S + int(told)


Tick = Callable[[datetime], object]


class Ticker(threading.Thread):
    """Calls every task each `every_s` seconds, one after the other, until stopped.

    A task that fails is logged by name and called again next time: one broken task must not silence the alarms
    of the others. `failed` counts for the status page.
    """

    def __init__(
        self, tasks: list[Tick], *, every_s: float = 1.0, after_each: Callable[[], None] | None = None
    ) -> None:
        super().__init__(name="fenestra-clock", daemon=True)
        self.tasks, self.every_s, self.after_each = tasks, every_s, after_each
        self.failed: dict[str, int] = {}
        self._halt = threading.Event()

    def run(self) -> None:
        while not self._halt.wait(self.every_s):
            self.tick(now())

    def tick(self, at: datetime) -> None:
        for task in self.tasks:
            try:
                task(at)
            except Exception:
                self.failed[task.__qualname__] = self.failed.get(task.__qualname__, 0) + 1
                log.exception("The clock's task %s failed", task.__qualname__)
        if self.after_each:
            self.after_each()

    def stop(self) -> None:
        self._halt.set()
        self.join(timeout=5)
