"""Slow work beside the clock: the whole book is verified once a day, by the worker inside the server."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from threading import Thread
from typing import Any

from django.db import close_old_connections
from django_tasks import task
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from fenestra.ground.book import clock, seal, verify
from fenestra.ground.book.act import write_line
from fenestra.ground.book.models import AuditLine
from fenestra.ground.book.scope import Scope

log = logging.getLogger("fenestra.chores")
EVERY = timedelta(hours=24)
LOOK_EVERY_S = 5.0


@task()
def verify_book() -> dict[str, Any]:
    """Read the whole book as a stranger would, against the heads kept outside. What is found is written down."""
    verdict = verify.verify(seal.head_file())
    for finding in verdict.findings:
        log.error("The book is not whole: %s %s", finding.row, finding.what)
    clinics = AuditLine.objects.values_list("clinic_id", flat=True).distinct()
    what = "the book is whole" if verdict.whole else f"the book is NOT whole: {len(verdict.findings)} findings"
    for clinic_id in clinics.order_by("clinic_id"):
        write_line(
            "check",
            what,
            by=Scope(clinic_id, None),
            at=clock.now(),
            about=verdict.findings[0].row if verdict.findings else "",
        )
    return {"whole": verdict.whole, "lines": verdict.lines, "rows": verdict.rows, "findings": len(verdict.findings)}


class Daily:
    """Puts the check on the worker's list once a day; called each second by the clock."""

    def __init__(self) -> None:
        self._asked_until: datetime | None = None

    def __call__(self, at: datetime) -> None:
        if self._asked_until and at < self._asked_until:
            return
        last = DBTaskResult.objects.filter(task_path=verify_book.module_path).order_by("-enqueued_at").first()
        if last is None or last.enqueued_at + EVERY <= at:
            verify_book.enqueue()
            self._asked_until = at + EVERY
        else:
            self._asked_until = last.enqueued_at + EVERY

    __qualname__ = "Daily"


def worker() -> tuple[Worker, Thread]:
    """The background worker of this process and its thread, not yet started."""
    made = Worker(
        queue_names=["default"],
        interval=LOOK_EVERY_S,
        batch=False,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id="in-the-server",
        excluded_queue_names=[],
    )
    return made, Thread(target=_run, args=(made,), name="fenestra-worker", daemon=True)


def _run(made: Worker) -> None:
    try:
        made.run()
    finally:
        close_old_connections()
