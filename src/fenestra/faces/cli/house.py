"""Commands about the house itself: demo, serve, status, audit, docs, monitor, migrate."""

from __future__ import annotations

import argparse
import functools
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fenestra.faces.cli import teaching
from fenestra.faces.cli.answer import Answer
from fenestra.ground.book.folder import data_folder, holds_a_clinic
from fenestra.science.errors import BadInput, Refused

DEFAULT_PORT = 8350
OLDER = "{} rows that may change were last written by an older version, which kept no digest of them: not checked."


def add_to(commands: Any) -> None:
    demo = commands.add_parser(
        "demo",
        help="fill a made-up clinic",
        description="Fill two made-up clinics, so that everything can be tried. Sends nothing, listens on this machine only, and never becomes a real clinic.",
    )
    demo.add_argument("--seed", type=int, default=1, help="the same seed makes the same people")
    demo.add_argument(
        "--people", type=int, default=48, help="how many made-up people in the first clinic; the second has a quarter"
    )
    demo.set_defaults(run=answering(_demo, makes=True))
    serve = commands.add_parser("serve", help="serve the clinic on this machine", description=teaching.SERVE)
    serve.add_argument("--port", type=int, default=DEFAULT_PORT, help=f"where to listen (default {DEFAULT_PORT})")
    serve.set_defaults(run=answering(_serve, makes=True))
    status = commands.add_parser("status", help="how the house stands", description=teaching.STATUS)
    status.set_defaults(run=answering(_status))
    audit = commands.add_parser(
        "audit",
        help="the head of the audit chain, and its check",
        description=teaching.AUDIT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    audit.add_argument(
        "what", choices=("head", "key", "verify"), help="say the head, the public key, or check the chain"
    )
    audit.add_argument("--head", metavar="FILE", help="heads kept outside, to find a chain that was cut or rebuilt")
    audit.add_argument("--key", metavar="PUBLIC", help="the public key you kept elsewhere, or the file it stands in")
    audit.set_defaults(run=answering(_audit))
    _add_monitor(commands)
    docs = commands.add_parser(
        "docs", help="draw the pages of docs/ that are drawn from the code", description=teaching.DOCS
    )
    docs.add_argument("--check", action="store_true", help="only say which are stale")
    docs.set_defaults(run=_docs)
    migrate = commands.add_parser("migrate", help="bring the database to this version", description=teaching.MIGRATE)
    migrate.set_defaults(run=answering(_migrate, makes=True))


def _add_monitor(commands: Any) -> None:
    monitor = commands.add_parser(
        "monitor",
        help="a simulated bedside monitor that sends made-up readings",
        description="Connect a simulated monitor to a person's open visit on a running server, and send made-up readings.",
    )
    monitor.add_argument("--person", required=True, metavar="CODE", help="the person's code, for example R-003")
    monitor.add_argument("--story", choices=("calm", "high"), default="calm", help="high: pressure climbs above 180")
    monitor.add_argument("--url", default=f"http://127.0.0.1:{DEFAULT_PORT}", help="where the server is")
    monitor.add_argument("--user", help="a user name; without it, the demo's nurse")
    monitor.add_argument("--password", help="and its password")
    monitor.add_argument("--seconds", type=int, default=7200, help="how long to send")
    monitor.set_defaults(run=_monitor)


def _monitor(told: argparse.Namespace) -> Answer:
    from fenestra.faces.cli import monitor

    if bool(told.user) != bool(told.password):
        raise BadInput("Give --user and --password together, or neither to take the demo's nurse.")
    user, password = (told.user, told.password) if told.user else _demo_nurse()
    sent = monitor.run(
        told.url, username=user, password=password, person_code=told.person, seconds=told.seconds, story=told.story
    )
    return Answer(f"{sent} readings sent.", {"sent": sent})


def _demo_nurse() -> tuple[str, str]:
    check_something_is_there()
    django()
    from fenestra.faces.cli import demo

    return demo.nurse_login()


def django() -> None:
    """Wake the framework; settings say in a sentence what is missing."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fenestra.project.settings")
    from django import setup
    from django.core.exceptions import ImproperlyConfigured

    try:
        setup()
    except ImproperlyConfigured as missing:
        raise Refused(str(missing)) from missing
    except OSError as fault:
        raise Refused(
            f"{fault.filename} cannot be used ({fault.strerror}). Look at --data and FENESTRA_DATA, and at who may write there."
        ) from fault


def check_something_is_there() -> None:
    """A command that only reads makes no folder, database or keys: it refuses where there is nothing to read."""
    from django.conf import settings

    folder = data_folder()
    if settings.configured or holds_a_clinic(folder) or (folder.exists() and not folder.is_dir()):
        return  # what stands in the folder's place is refused by the settings
    raise Refused(
        f"There is no clinic in {folder}, and nothing was made there. Name another folder with --data or FENESTRA_DATA; "
        "`fenestra demo` fills a made-up clinic, `fenestra found` begins a real one."
    )


def answering(
    run: Callable[[argparse.Namespace], Answer], *, makes: bool = False
) -> Callable[[argparse.Namespace], Answer]:
    """Turn a database that does not answer into a sentence. `makes`: the command may begin a folder."""

    @functools.wraps(run)
    def runs(told: argparse.Namespace) -> Answer:
        if not makes:
            check_something_is_there()
        django()
        from django.core.exceptions import ImproperlyConfigured
        from django.db import OperationalError, ProgrammingError

        try:
            return run(told)
        except (OperationalError, ProgrammingError, ImproperlyConfigured) as fault:
            why = str(fault).strip().splitlines()[0]
            raise Refused(
                f"The database does not answer as this version needs ({why}). Look at FENESTRA_DATABASE and --data; "
                "`fenestra demo` fills a made-up clinic, `fenestra migrate` prepares a real one."
            ) from fault

    return runs


def one_writer() -> Any:
    """On SQLite this process becomes the one writer of the folder; on PostgreSQL there may be several."""
    from django.conf import settings
    from django.db import connection

    from fenestra.ground.book import lockfile

    return lockfile.take(settings.FENESTRA_DATA) if connection.vendor == "sqlite" else None


def _migrate(told: argparse.Namespace) -> Answer:
    held = one_writer()
    bring_up_to_date()
    del held
    return Answer("The database is at this version.", {"migrated": True})


def _docs(told: argparse.Namespace) -> Answer:
    from fenestra.faces.cli import docs

    root = Path.cwd()
    if not (root / docs.MAP_FILE).exists():
        raise BadInput("Run this in the folder of the repository, where docs/ is.")
    found = docs.stale(root) if told.check else docs.write(root)
    what = "stale" if told.check else "drawn"
    text = "\n".join(f"{what}: {name}" for name in found) or "Every drawn page is as the code says."
    return Answer(text, {what: found}, 1 if told.check and found else 0)


def bring_up_to_date() -> None:
    """Migrate; the log names what protection of the record was missing before it is put back."""
    from django.core.management import call_command

    from fenestra.ground.book.triggers import report_missing

    report_missing()
    call_command("migrate", verbosity=0, interactive=False)


def _heal() -> None:
    """A demo's start: migrate only where there is something to migrate, and make only the protection that is missing."""
    from fenestra.ground.book.triggers import make_triggers, report_missing

    if _is_of_an_older_version():
        return bring_up_to_date()
    report_missing()
    make_triggers()


def _demo(told: argparse.Namespace) -> Answer:
    if told.people < 1:
        raise BadInput("Ask for at least one made-up person: --people 12.")
    from fenestra.faces.cli import demo

    held = one_writer()
    bring_up_to_date()
    made = demo.fill(seed=told.seed, people=told.people, quiet=told.json)
    del held
    return Answer(demo.words(made), made)


def _serve(told: argparse.Namespace) -> Answer:
    if not 1 <= told.port <= 65535:
        raise BadInput("A port lies between 1 and 65535, for example 8350.")
    from django.conf import settings

    from fenestra.faces.cli import demo, server

    held = one_writer()
    door = server.open_port(told.port)  # before anything is said of where Fenestra is
    if settings.DEMO:
        _heal()
    else:
        _check_up_to_date()
    from fenestra.ground.book.triggers import check_triggers
    from fenestra.ground.clinic import queries as clinics
    from fenestra.ground.clinic.rules import check_mode

    check_triggers()
    check_mode([clinic.made_up for clinic in clinics.clinics()], demo=settings.DEMO)

    if settings.DEMO:
        demo.freshen()
    print(demo.greeting(told.port), flush=True)
    server.run(told.port, door)
    del held
    return Answer("", {"stopped": True})


def _is_of_an_older_version() -> bool:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _check_up_to_date() -> None:
    if _is_of_an_older_version():
        raise Refused("The database is of an older version. Back it up, run `fenestra migrate`, then start again.")


def _status(told: argparse.Namespace) -> Answer:
    from django.conf import settings
    from django.db import connection

    from fenestra.ground.book import seal, spool, triggers
    from fenestra.ground.clinic import queries as clinics

    found = {
        "data": str(settings.FENESTRA_DATA),
        "mode": settings.MODE,
        "database": connection.vendor,
        "clinics": [clinic.name for clinic in clinics.clinics()],
        "head": seal.head(),
        "head_file": str(seal.head_file()),
        "kept_outside": spool.waiting(),
        "kept_and_refused": spool.refused(),
        "kept_and_unreadable": spool.unreadable(),
        "unguarded_tables": triggers.missing_triggers(),
        "missing_triggers": [guard.name for guard in triggers.missing_guards()],
    }
    return Answer("\n".join(f"{name.replace('_', ' ')}: {value}" for name, value in found.items()), found)


def _audit(told: argparse.Namespace) -> Answer:
    from fenestra.ground.book import heads, seal, verify

    if told.what == "head":
        head = seal.head()
        if head is None:
            raise Refused("Nothing is sealed yet. The server seals within two seconds of each act.")
        found = {**head, "file": str(seal.head_file())}
        return Answer(
            f"seal {head['seal']} over line {head['line']}: {head['link']}\nwritten to {found['file']}", found
        )
    if told.what == "key":
        key = heads.public_key()
        return Answer(key, {"public_key": key})
    path = Path(told.head) if told.head else seal.head_file()
    if told.head and not path.exists():
        raise BadInput(f"{told.head} is not there. Give the file of heads that was kept outside.")
    try:
        verdict = verify.verify(path, key=told.key or "")
    except (OSError, UnicodeDecodeError) as fault:
        raise BadInput(f"{path} cannot be read. Give the file of heads that was kept outside.") from fault
    findings = [{"row": f.row, "what": f.what} for f in verdict.findings]
    told_back = {
        "whole": verdict.whole,
        "lines": verdict.lines,
        "rows": verdict.rows,
        "rows_of_an_older_version": verdict.uncovered,
        "head": verdict.head,
        "findings": findings,
    }
    text = "\n".join(
        [
            *(f"{f.row} {f.what}" for f in verdict.findings),
            f"{verdict.lines} lines and {verdict.rows} rows read, {len(findings)} findings.",
            *([OLDER.format(verdict.uncovered)] if verdict.uncovered else []),
        ]
    )
    return Answer(text, told_back, 0 if verdict.whole else 1)
