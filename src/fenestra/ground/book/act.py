"""The one way to write: `@act("stopped dose")`.

An act looks up its request key and gives the first answer again, opens the transaction, lets the body ask its rules
and write its rows, adds one audit line and its events, and commits. A refusal rolls everything back and is then
written on its own. An act called inside an act joins it: one transaction, one number, one audit line.

    @act("stopped dose", happened=True)
    def stop_dose(act, *, visit_id, reason):
        visit = visit_of(act, visit_id)
        rules.check_can_stop(facts_of(visit))
        return act.done(act.add(VisitStep(...)), "The dose has stopped.")

    stop_dose(visit_id=7, reason="pressure", by=scope, at=now, key="c0ffee")
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar

from django.db import DatabaseError, IntegrityError, InterfaceError, connection, transaction
from django.db.models import F

from fenestra.ground.book import clock, digits, patience, reads, spool, vault
from fenestra.ground.book.digest import as_bytes, row_entry
from fenestra.ground.book.hub import hub
from fenestra.ground.book.models import Act as ActRow
from fenestra.ground.book.models import AuditLine, Event, EventRow, HeadRow, RequestKey
from fenestra.ground.book.scope import Scope
from fenestra.ground.book.told import plain, same_form
from fenestra.science.errors import Refused

log = logging.getLogger("fenestra.act")

Row = TypeVar("Row", bound=EventRow | HeadRow)
TRIES = 4
TRY_AGAIN = {"40001", "40P01"}  # serialisation failure and deadlock, as PostgreSQL names them
EVENT_ORDER_LOCK = 0x0FE_E51  # any fixed number; it orders commits of events on PostgreSQL
KEPT_OUTSIDE = "Kept safe outside the database, which is not answering. It is written as soon as it does."


class Stale(Refused):
    """Somebody else changed this since the page was drawn."""


class KeyReused(Refused):
    """The same request key came with different content."""


@dataclass(frozen=True)
class Done:
    """What an act answers, the first time and every time the same request comes again."""

    act_id: int
    id: int | None
    said: str
    version: int | None = None
    again: bool = False
    spooled: bool = False


@dataclass
class Act:
    """The open act: what the body of an action writes through."""

    name: str
    by: Scope
    at: datetime
    happened: bool = False
    number: int = 0
    person_id: int | None = None
    subject: str = ""
    reason: str = ""
    rows: list[list[Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    rounded: list[str] = field(default_factory=list)
    failed: BaseException | None = None

    def about(self, kind: str, row_id: int, *, person_id: int | None = None, reason: str = "") -> None:
        """Name whom and what this act is about; the first to say so wins, inner acts do not change it."""
        self.subject = self.subject or f"{kind}:{row_id}"
        self.person_id = self.person_id or person_id
        self.reason = self.reason or reason

    def add(self, row: Row) -> Row:
        """Write one new row and take its digest into the audit line. A number that its column would round is refused;
        of what happened it is rounded, and the audit line says from what."""
        self._settle(row)
        row.save(force_insert=True)
        row.refresh_from_db()  # the digest is of what is stored, not of what was meant
        self.rows.append(row_entry(row))
        return row

    def record(self, row: Row) -> Row:
        """Take the digest of a row that this act has saved itself, in more than one step, into the audit line."""
        row.refresh_from_db()
        self.rows.append(row_entry(row))
        return row

    def add_many(self, rows: Sequence[Row]) -> list[Row]:
        """Write many new rows of one table, as `add` does one by one, with one insert and one re-read. What comes back
        is what is stored, in the order given. Only for tables whose rows stand alone: none points to another of them."""
        if not rows:
            return []
        for row in rows:
            self._settle(row)
        manager: Any = type(rows[0])._default_manager
        made = manager.bulk_create(rows)
        stored: dict[int, Any] = manager.in_bulk([row.pk for row in made])
        kept = [stored[row.pk] for row in made]
        self.rows += [row_entry(row) for row in kept]
        return kept

    def _settle(self, row: EventRow | HeadRow) -> None:
        for column in row._meta.concrete_fields:
            told = row.__dict__.get(column.attname)
            if not digits.fits(column, told):
                setattr(row, column.attname, self._settled(column, told))

    def change(self, row: Row, *, seen: int | None = None, **fields: Any) -> Row:
        """Change a head row. `seen` is the version the human saw; another one since is refused."""
        assert isinstance(row, HeadRow)
        expected = row.version if seen is None else seen
        fields = {name: self._settled(row._meta.get_field(name), value) for name, value in fields.items()}
        hit = type(row)._default_manager.filter(pk=row.pk, version=expected)
        if not hit.update(version=F("version") + 1, **fields):
            raise Stale("Somebody changed this since you opened it. Look at it as it is now, then do it again.")
        row.refresh_from_db()
        self.rows.append(row_entry(row))
        return row

    def _settled(self, column: Any, told: object) -> object:
        """A value as its column keeps it."""
        kept = digits.settled(column, told, happened=self.happened)
        if kept != told:
            self.rounded.append(f"{column.name} {told} is kept as {kept}")
        return kept

    def tell(self, kind: str, *, about: str = "", about_id: int | None = None, row_id: int | None = None) -> None:
        """Let live pages know, by ids, once the act is committed."""
        self.events.append({"kind": kind, "about": about, "about_id": about_id, "row_id": row_id})

    def done(self, row: EventRow | HeadRow | None, said: str) -> Done:
        """The answer of this act."""
        version = row.version if isinstance(row, HeadRow) else None
        return Done(act_id=self.number, id=row.pk if row else None, said=said, version=version)


_current: ContextVar[Act | None] = ContextVar("fenestra_act", default=None)
Body = Callable[..., Done]
_records: set[Body] = set()
_named: dict[str, str] = {}  # every act of the house by its name, and where it is written


def records_what_happened(verb: Body) -> bool:
    """Whether this act records something that has happened already, and so is kept whatever stands in the way."""
    return verb in _records


def act(name: str, *, happened: bool = False) -> Callable[[Body], Body]:
    """Make a function the one act it names. The function takes the open `Act` first, then what it is told by keyword;
    callers add `by=`, `at=` and `key=`.

    `happened=True` marks the record of something that has already happened (a dose given, a stop, an observation):
    it is kept in the spool when the database cannot take it, and goes on when the audit line cannot be written.
    """

    def wrap(body: Body) -> Body:
        where = f"{body.__module__}.{body.__qualname__}"
        _take_name(name, where)

        @functools.wraps(body)
        def run(*, by: Scope, at: datetime, key: str = "", **told: Any) -> Done:
            outer = _current.get()
            if outer is not None:
                return _joined(body, outer, told)
            if not key:
                raise ValueError(f"The act '{name}' came without a request key.")
            if not happened:
                return write(by=by, at=at, key=key, **told)
            plain(told)  # a value the spool could not keep shows today, not on the day it is needed
            try:
                with patience.short_wait():
                    if spool.waiting():
                        spool.play(at)  # what happened before is written before
                    return write(by=by, at=at, key=key, **told)
            except (DatabaseError, InterfaceError) as fault:
                if isinstance(fault, IntegrityError):
                    raise
                log.error("The act '%s' goes to the spool: %s", name, type(fault).__name__)
                spool.keep(name, by=by, at=at, key=key, told=told)
                return Done(0, None, KEPT_OUTSIDE, spooled=True)

        def write(*, by: Scope, at: datetime, key: str, **told: Any) -> Done:
            return _with_tries(body, Act(name=name, by=by, at=at, happened=happened), key, told)

        if happened:
            spool.register(name, write)
            spool.register(where, write)  # what an older version kept is named by it
            _records.add(run)
        return run

    return wrap


def _joined(body: Body, outer: Act, told: dict[str, Any]) -> Done:
    """An act inside an act. What stopped it stops the outer one too, even if that catches it: some rows of the inner
    act may be written, and half of an act is never kept."""
    try:
        return body(outer, **told)
    except BaseException as fault:
        outer.failed = outer.failed or fault
        raise


def _take_name(name: str, where: str) -> None:
    """A kept act is found again by its name, so no two acts may have the same; it must not change with a file's."""
    if _named.setdefault(name, where) != where:
        raise ValueError(f"'{name}' is the name of the act {_named[name]}. Give {where} another.")


def _with_tries(body: Body, opened: Act, key: str, told: dict[str, Any]) -> Done:
    for attempt in range(1, TRIES + 1):
        fresh = replace(opened, rows=[], events=[], rounded=[], failed=None)
        try:
            return _once(body, fresh, key, told)
        except Refused as refusal:
            _write_refusal(fresh, refusal)
            raise
        except IntegrityError:
            # The same request at the same moment from two screens: the other one has written its answer by now.
            if (first := _answer_of_the_other(fresh, key, told)) is not None:
                return first
            raise
        except DatabaseError as fault:
            if attempt == TRIES or getattr(fault.__cause__, "sqlstate", None) not in TRY_AGAIN:
                raise
    raise AssertionError("unreachable")


def _answer_of_the_other(opened: Act, key: str, told: dict[str, Any]) -> Done | None:
    try:
        return _first_answer(opened.by, key, told)
    except KeyReused as refusal:
        _write_refusal(opened, refusal)
        raise


def _once(body: Body, opened: Act, key: str, told: dict[str, Any]) -> Done:
    by = opened.by
    with transaction.atomic():
        if (first := _first_answer(by, key, told)) is not None:
            return first
        row = ActRow(name=opened.name, clinic_id=by.clinic_id, by_id=by.staff_id, at=opened.at, written_at=clock.now())
        row.save(force_insert=True)
        opened.number = row.pk
        opened.rows.append(row_entry(row))
        token = _current.set(opened)
        try:
            answer = body(opened, **told)
            if opened.failed:
                raise opened.failed
        finally:
            _current.reset(token)
        _write_audit(opened)
        RequestKey(
            clinic_id=by.clinic_id,
            by_id=by.staff_id or 0,
            key=key,
            fingerprint=_fingerprint(told),
            act_id=opened.number,
            answer=asdict(answer),
        ).save(force_insert=True)
        _write_events(opened)
        return answer


def _first_answer(by: Scope, key: str, told: dict[str, Any]) -> Done | None:
    first = RequestKey.objects.filter(clinic_id=by.clinic_id, by_id=by.staff_id or 0, key=key).first()
    if first is None:
        return None
    if first.fingerprint != _fingerprint(told):
        raise KeyReused("This form was already sent with other content. Open the page again and look at what was kept.")
    return replace(Done(**first.answer), again=True)


def _fingerprint(told: dict[str, Any]) -> str:
    # Under the master key: what is told may hold a password or a name, and a bare hash of those can be guessed.
    return vault.fingerprint(as_bytes({name: same_form(value) for name, value in told.items()}))


def _write_audit(opened: Act) -> None:
    """One line for the act. Its failure blocks the act, but never the record of what happened."""
    at = clock.now()
    line: dict[str, Any] = {
        "what": opened.name,
        "act_id": opened.number,
        "person_id": opened.person_id,
        "about": opened.subject,
        "rows": opened.rows,
        "reason": "; ".join(filter(None, [opened.reason, *opened.rounded])),
    }
    try:
        with transaction.atomic():
            write_line("write", by=opened.by, at=at, **line)
    except DatabaseError as fault:
        if not opened.happened:
            raise
        log.error("The audit line of act %s could not be written: %s", opened.number, type(fault).__name__)
        # Only a committed act gets its line later: the number of one that rolls back may be given to another.
        transaction.on_commit(lambda: spool.keep(LATE_LINE, by=opened.by, at=at, key="", told=line))


def _write_late_line(*, by: Scope, at: datetime, key: str, act_id: int, **line: Any) -> None:
    """The audit line that failed beside its act, once."""
    with transaction.atomic():
        ActRow.objects.select_for_update().get(pk=act_id)
        if not AuditLine.objects.filter(act_id=act_id).exists():
            write_line("write", by=by, at=at, act_id=act_id, **line)


LATE_LINE = "audit line"
spool.register(LATE_LINE, _write_late_line)


def _write_refusal(opened: Act, refusal: Refused) -> None:
    write_line(
        "refusal",
        f"{opened.name}: {type(refusal).__name__}",
        by=opened.by,
        at=clock.now(),
        person_id=opened.person_id,
        about=opened.subject,
        reason=str(refusal),
    )


def write_line(
    kind: str,
    what: str,
    *,
    by: Scope,
    at: datetime,
    act_id: int | None = None,
    person_id: int | None = None,
    about: str = "",
    rows: list[list[Any]] | None = None,
    reason: str = "",
) -> None:
    """Add one audit line. Acts and refusals come here by themselves, and what a page showed (`reads.py`); a page that
    says more of one person than that calls it."""
    reads.noted_in_line(person_id)
    AuditLine(
        act_id=act_id,
        kind=kind,
        what=what[:80],
        clinic_id=by.clinic_id,
        by_id=by.staff_id,
        person_id=person_id,
        about=about,
        at=at,
        rows=rows or [],
        reason=vault.lock(person_id, reason, longest=None) if person_id else reason,
    ).save(force_insert=True)


def _write_events(opened: Act) -> None:
    if not opened.events:
        return
    transaction.on_commit(hub.wake)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # Ids must become visible in their order, or a stream's cursor would step over a late commit.
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [EVENT_ORDER_LOCK])
            cursor.execute("NOTIFY fenestra_event")
    for told in opened.events:
        Event(
            kind=told["kind"],
            clinic_id=opened.by.clinic_id,
            person_id=opened.person_id,
            about=told["about"],
            about_id=told["about_id"],
            row_id=told["row_id"],
            act_id=opened.number,
            at=clock.now(),
        ).save(force_insert=True)
