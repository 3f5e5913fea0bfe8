"""The server's one process: pages, the hub, the clock and what hangs on it, started and stopped together."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

# ruff: noqa: E402 - the apps must be loaded before the modules that hold their models
from django.core.asgi import get_asgi_application

django_application = get_asgi_application()

from django.conf import settings
from django.db import close_old_connections

from fenestra.care.checkins import follow_ups, misses
from fenestra.care.therapy import clock as therapy
from fenestra.care.visit import silence
from fenestra.care.work import clock as work
from fenestra.ground.book import chores, seal, spool, wiping
from fenestra.ground.book.clock import Ticker
from fenestra.ground.book.hub import hub
from fenestra.ground.book.triggers import check_triggers
from fenestra.ground.clinic import queries as clinics
from fenestra.ground.clinic.rules import check_mode
from fenestra.science.pharmacology import prediction
from fenestra.science.pharmacology.regimen import Infusion

TASKS = (
    silence.look, work.look, therapy.look, misses.look, follow_ups.look, spool.play, seal.seal, wiping.look,
)  # fmt: skip


def check() -> None:
    """What must hold before the first page: the record is guarded, and a demo stays a demo."""
    check_triggers()
    check_mode([clinic.made_up for clinic in clinics.clinics()], demo=settings.DEMO)


def warm() -> None:
    """The first prediction of a process takes a quarter of a second; better here than under a nurse's finger."""
    prediction.predict((Infusion(0.0, 40.0, 1.0),), weight_kg=70.0, at_min=[0.0, 40.0])


async def _lifespan(receive: Any, send: Any) -> None:
    ticker = Ticker([*TASKS, chores.Daily()], after_each=close_old_connections)
    worker, worker_thread = chores.worker()
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await asyncio.to_thread(check)
            hub.start(asyncio.get_running_loop())
            await asyncio.to_thread(hub.begun.wait, 5)
            ticker.start()
            worker_thread.start()
            threading.Thread(target=warm, name="fenestra-warm", daemon=True).start()
            await send({"type": "lifespan.startup.complete"})
        else:
            worker.running = False
            ticker.stop()
            hub.stop()
            await send({"type": "lifespan.shutdown.complete"})
            return


async def application(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    else:
        await django_application(scope, receive, send)
