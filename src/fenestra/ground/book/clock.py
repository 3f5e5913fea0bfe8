"""The server's time, and the one ticker that everything periodic hangs on."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.conf import settings

log = logging.getLogger("fenestra.clock")


def now() -> datetime:
    """Server time in UTC. Pages and listeners ask here and hand the answer down as `at=`.

    A demo's clock may run ahead by a fixed time, so that a dosing day can be shown without waiting for it; settings
    refuse that for a real clinic.
    """
    return datetime.now(UTC) + timedelta(seconds=settings.CLOCK_AHEAD_S)


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
