"""Pages for refusals and faults. A refusal is shown as it stands; a fault of ours says so and what to do."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from fenestra.care.inventory.rules import DosesHidden
from fenestra.ground.clinic.rules import NotYours
from fenestra.science.errors import NotHere, Refused

STATUS: tuple[tuple[type[Exception], int], ...] = (
    (NotHere, 404),
    (NotYours, 403),
    (DosesHidden, 403),
    (Refused, 422),
)


def status_of(refusal: Exception) -> int:
    return next(status for kind, status in STATUS if isinstance(refusal, kind))


def page(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    return render(request, "error.html", {"title": title, "text": text}, status=status)


def refusal(request: HttpRequest, refused: Exception) -> HttpResponse:
    """A rule said no and no form was there to say it beside the field."""
    status = status_of(refused)
    return page(request, status, "Not here" if status == 404 else "This cannot be done", str(refused))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(request, 404, "Not here", "There is no such page, or it is not of this clinic. Go back to Today.")


def too_long(request: HttpRequest) -> bool:
    """Whether more is sent than a form of ours can hold."""
    told = request.META.get("CONTENT_LENGTH") or "0"
    return told.isascii() and told.isdigit() and int(told) > (settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0)


def more_than_a_form_holds(request: HttpRequest) -> HttpResponse:
    text = "Nothing was kept. Go back: what you typed still stands there. Shorten it and send it again."
    return page(request, 413, "This is more than a form holds", text)


def not_readable(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Too long, or not what a page of ours sends."""
    text = "This was too much at once, or could not be read. Nothing was kept; go back and send less."
    return _unasked(400, "Not taken", text)


BROKE = "Something broke on our side"
BROKE_TEXT = (
    "Nothing was half-written. Go back and look what was kept; chart on paper meanwhile and tell whoever runs this "
    "server."
)


def fault(request: HttpRequest) -> HttpResponse:
    return _unasked(500, BROKE, BROKE_TEXT)


BUSY = "The database is busy with something else."
BUSY_TEXT = f"{BUSY} Nothing was written; send it again."


def busy(request: HttpRequest) -> HttpResponse:
    """Somebody else holds the database. A script shows the sentence beside the form, where what was typed still stands."""
    text = BUSY_TEXT if request.method == "POST" else f"{BUSY} Open the page again in a moment."
    if by_script(request):
        return HttpResponse(text, status=503, content_type="text/plain; charset=utf-8")
    return _unasked(503, "Busy", text)


def by_script(request: HttpRequest) -> bool:
    """Whether a page's script sent this, and shows the answer without leaving the page."""
    return request.headers.get("X-Requested-With") == "fetch"


def kept_outside(said: str) -> HttpResponse:
    """What happened is kept, and the database does not answer yet."""
    return _unasked(202, "Kept", said)


def _unasked(status: int, title: str, text: str) -> HttpResponse:
    """Drawn without asking the database who is there: it may be what broke."""
    told = {"title": title, "text": text, "demo": settings.DEMO, "back": True}
    return HttpResponse(render_to_string("error.html", told), status=status)


def form_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    return page(
        request, 403, "This form is too old", "Go back, reload the page and send it again. Nothing was written."
    )
