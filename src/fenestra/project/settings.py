"""Settings. It starts with nothing set, as a made-up clinic on localhost; a real clinic must say what it needs.

FENESTRA_DATA      the folder that holds everything a clinic owns (default: ./var/demo)
FENESTRA_DATABASE  a PostgreSQL address; absent, SQLite in that folder
FENESTRA_MODE      `demo` (default) or `clinic`
FENESTRA_HOSTS     names this server answers to, comma separated; needed in clinic mode

FENESTRA_DEMO_CLOCK_AHEAD_S  seconds by which a demo's clock runs ahead, so that nobody waits for a pump; every page says so
"""

from __future__ import annotations

import base64
import os
import secrets
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from fenestra.ground.book.folder import DATABASE_FILE, data_folder

MODE = os.environ.get("FENESTRA_MODE", "demo")
if MODE not in {"demo", "clinic"}:
    raise ImproperlyConfigured(f"FENESTRA_MODE is '{MODE}'. Set it to 'demo' or 'clinic'.")
DEMO = MODE == "demo"
KEY_BYTES = 32
FENESTRA_DATA = data_folder()


def _needs(name: str, why: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise ImproperlyConfigured(f"{name} is not set. A real clinic needs it: {why}")
    return value


def _clock_ahead_s() -> int:
    """A demo may be shown at a later time of its day; a real clinic's clock is never moved."""
    told = os.environ.get("FENESTRA_DEMO_CLOCK_AHEAD_S", "0")
    if not told.isdigit():
        raise ImproperlyConfigured(f"FENESTRA_DEMO_CLOCK_AHEAD_S is '{told}'. Give whole seconds, for example 2400.")
    if int(told) and not DEMO:
        raise ImproperlyConfigured(
            "FENESTRA_DEMO_CLOCK_AHEAD_S is set, and this is a real clinic. Its clock is never moved: unset it."
        )
    return int(told)


CLOCK_AHEAD_S = _clock_ahead_s()


def _key_file(name: str) -> Path:
    """A secret of its own per data folder, made on first use and readable by its owner only."""
    path = FENESTRA_DATA / "keys" / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path
        with os.fdopen(handle, "w") as file:
            file.write(base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode())
    return path


def _postgres(address: str) -> dict[str, object]:
    # The address may hold a password, so it is not said back.
    parts, example = urlsplit(address), "for example postgresql://user@host/name"
    if parts.scheme not in {"postgresql", "postgres"}:
        raise ImproperlyConfigured(
            f"FENESTRA_DATABASE is no PostgreSQL address. Give one, {example}, or unset it to keep SQLite in the folder."
        )
    try:
        port = str(parts.port or "")
    except ValueError as fault:
        raise ImproperlyConfigured(
            f"FENESTRA_DATABASE names a port that is none. Give an address, {example}."
        ) from fault
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host", parts.hostname or ""),
        "PORT": port,
        "CONN_MAX_AGE": 60,
        "OPTIONS": {"options": "-c lock_timeout=5000 -c statement_timeout=30000"},
    }


def _sqlite() -> dict[str, object]:
    return {
        "ENGINE": "fenestra.ground.book.sqlite",
        "NAME": FENESTRA_DATA / DATABASE_FILE,
        "OPTIONS": {"transaction_mode": "IMMEDIATE"},
    }


def _folder(path: Path) -> Path:
    """The data folder, made when it is not there."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise ImproperlyConfigured(
            f"{path} cannot be used as the data folder ({fault.strerror}). Name another with --data or FENESTRA_DATA."
        ) from fault
    return path


def _key_of_a_clinic(name: str, why: str) -> Path:
    """A key file, looked at before anything is served: without it nobody's name could be read, or no head signed."""
    path = Path(_needs(name, why))
    make = "For a new clinic make one: head -c 32 /dev/urandom | base64 > FILE."
    if not path.is_file():
        raise ImproperlyConfigured(f"{name} is {path}, and there is no such file. {make}")
    try:
        length = len(base64.urlsafe_b64decode(path.read_text().strip()))
    except (OSError, ValueError):
        length = 0
    if length != KEY_BYTES:
        raise ImproperlyConfigured(f"What stands in {path} is no key of {KEY_BYTES} bytes, or cannot be read. {make}")
    return path


DATABASE = os.environ.get("FENESTRA_DATABASE", "")
DATABASES = {"default": _postgres(DATABASE) if DATABASE else _sqlite()}  # refuses before anything is made

_folder(FENESTRA_DATA)
if DEMO:
    FENESTRA_MASTER_KEY_FILE = _key_file("master.key")
    FENESTRA_HEAD_KEY_FILE = _key_file("head.key")
    SECRET_KEY = _key_file("session.key").read_text()
    ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
    FENESTRA_HEAD_FILE = Path(os.environ.get("FENESTRA_HEAD_FILE", FENESTRA_DATA / "heads" / "head.jsonl"))
else:
    FENESTRA_MASTER_KEY_FILE = _key_of_a_clinic(
        "FENESTRA_MASTER_KEY_FILE", "the key that wraps each person's key, on another disk."
    )
    FENESTRA_HEAD_KEY_FILE = _key_of_a_clinic(
        "FENESTRA_HEAD_KEY_FILE", "it signs the heads of the audit chain, away from the database and the heads."
    )
    SECRET_KEY = _needs("FENESTRA_SECRET_KEY", "it signs sessions; 50 random characters.")
    ALLOWED_HOSTS = (
        _needs("FENESTRA_HOSTS", "the names this server answers to, comma separated.").replace(" ", "").split(",")
    )
    FENESTRA_HEAD_FILE = Path(
        _needs("FENESTRA_HEAD_FILE", "where the head of the audit chain is written, on another disk than the database.")
    )

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "fenestra.faces.web",
    "fenestra.care.checkins",
    "fenestra.care.therapy",
    "fenestra.care.visit",
    "fenestra.care.inventory",
    "fenestra.care.plan",
    "fenestra.care.measures",
    "fenestra.care.work",
    "fenestra.care.people",
    "fenestra.ground.clinic",
    "fenestra.ground.book",
    "django_tasks_db",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "fenestra.faces.web.headers.Headers",
    "fenestra.faces.web.files.Files",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "fenestra.faces.web.session.WhoAsks",
    "fenestra.faces.web.gate.Gate",
    "fenestra.faces.web.reading.WritesReads",
    "fenestra.faces.web.handed_out.OnlyWithLeave",  # last: whatever a view answers, a file without leave stays here
]
ROOT_URLCONF = "fenestra.project.urls"
ASGI_APPLICATION = "fenestra.project.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "fenestra.faces.web.session.every_page",
            ],
            "builtins": ["fenestra.faces.web.templatetags.fenestra"],
        },
    }
]

AUTH_USER_MODEL = "clinic.Staff"
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEMO
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "fenestra.faces.web.errors.form_too_old"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-us"
USE_I18N = False

STATIC_URL = "/static/"
STATIC_ROOT = FENESTRA_DATA / "static"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_MAX_AGE = 60 if DEMO else 3600

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"without words": {"()": "fenestra.ground.book.logs.WithoutWords"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "without words"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "fenestra": {"level": "INFO"},
        "django": {"handlers": [], "level": "ERROR"},
    },
}
