"""The dosing screen: one page, its live board, and one sheet for each verb."""

from __future__ import annotations

from typing import Any, cast

from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from fenestra.care.people.rules import NoSuchPerson
from fenestra.care.visit.rules import VisitState
from fenestra.faces.web import errors
from fenestra.faces.web.session import Asked
from fenestra.faces.web.staff.visit.bar import bar_of
from fenestra.faces.web.staff.visit.board import board_of
from fenestra.faces.web.staff.visit.keys import sheets_of
from fenestra.faces.web.staff.visit.lanes import lanes_of
from fenestra.faces.web.staff.visit.seen import Asking, Seen, Unseen, look
from fenestra.faces.web.staff.visit.sheets import Sheet
from fenestra.faces.web.staff.visit.verbs import VERBS, Verb, verb_of, worked_out
from fenestra.ground.book import clock, reads, spool
from fenestra.ground.book.act import Done
from fenestra.ground.book.patience import is_busy
from fenestra.ground.clinic.rules import NotYours, check_has
from fenestra.science.errors import BadInput, Refused


def _asked(request: HttpRequest) -> Asked:
    return cast(Asked, request)


def _look(request: HttpRequest, visit_id: int) -> Seen:
    asked = _asked(request)
    return look(asked.scope_, asked.mask, visit_id, at=clock.now())


@require_safe
def page(request: HttpRequest, visit_id: int) -> HttpResponse:
    """The whole screen. Opening it is written down, once, with the person's number."""
    seen = _look(request, visit_id)
    reads.call("visit page", only={seen.value.person_id})
    told = _board(request, seen) | {"bar": bar_of(seen), "now": seen.at}
    told["unoffered"] = [(slug, verb) for slug, verb in VERBS.items() if slug not in sheets_of(seen)]
    return render(request, "visit/page.html", told)


@require_safe
def board(request: HttpRequest, visit_id: int) -> HttpResponse:
    """What changes, as a fragment: the board, its lanes, and fresh sheets for those that are not open."""
    seen = _look(request, visit_id)
    return render(request, "visit/board.html", _board(request, seen) | {"fresh": True, "bar": bar_of(seen)})


def _board(request: HttpRequest, seen: Seen) -> dict[str, Any]:
    drawn = [_drawn(slug, verb, seen, verb.draw(slug, seen)) for slug, verb in _offered(seen)]
    keys = {"pause_key": _fresh_key(seen, "pause"), "stop_key": _fresh_key(seen, "stop")}
    told = {"visit_id": seen.value.id, "board": board_of(seen), "lanes": lanes_of(seen), "sheets": drawn}
    return told | keys | {"kept_outside": spool.waiting()}


def _fresh_key(seen: Seen, slug: str) -> str:
    return str(VERBS[slug].draw(slug, seen).initial["key"])


def _offered(seen: Seen) -> list[tuple[str, Verb]]:
    found = [(slug, verb_of(slug, seen)) for slug in sheets_of(seen)]
    return [(slug, verb) for slug, verb in found if verb is not None]


def _drawn(slug: str, verb: Verb, seen: Seen, form: Sheet) -> dict[str, Any]:
    """What the template of a sheet needs."""
    told = {"slug": slug, "verb": verb, "form": form, "visit_id": seen.value.id, "why_not": _why_not(verb, seen)}
    if slug == "order" and (form.is_bound or seen.state is not VisitState.ORDERED):
        told["worked"] = _worked(seen, form)
    return told


def _check_may_send(verb: Verb, seen: Seen) -> None:
    """The roles of the act itself: nobody fills in a sheet that is refused on sending."""
    check_has(seen.scope.roles, verb.roles, verb.title[:1].lower() + verb.title[1:])


def _why_not(verb: Verb, seen: Seen) -> str:
    """The sentence for somebody whose roles may not send this sheet."""
    try:
        _check_may_send(verb, seen)
    except NotYours as refusal:
        return str(refusal)
    return ""


def _worked(seen: Seen, form: Sheet) -> Any:
    """The sums of the order as it stands in the form; none while they cannot be worked out."""
    data = {name: form[name].value() for name in form.fields}
    try:
        return worked_out(seen, data)
    except Refused:
        return None  # the form says it beside the field


@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: HttpRequest, visit_id: int, slug: str) -> HttpResponse:
    """One sheet: by itself as a page, or sent. What happened is sent before anything is looked up."""
    if request.method == "POST" and slug in VERBS and VERBS[slug].records:
        return _record(request, visit_id, slug, VERBS[slug])
    seen = _look(request, visit_id)
    verb = verb_of(slug, seen)
    if verb is None:
        raise Http404("There is no such sheet.")
    if request.method != "POST" or "work_out" in request.POST:
        _check_may_send(verb, seen)
    if request.method != "POST":
        return _page_of(request, seen, _drawn(slug, verb, seen, verb.draw(slug, seen)), 200)
    form = verb.draw(slug, seen, request.POST)
    if "work_out" in request.POST:
        form.is_valid()
        return _answer_again(request, seen, _drawn(slug, verb, seen, form))
    try:
        done = _send(verb, seen, visit_id, form)
    except OperationalError as fault:
        if errors.by_script(request) or not is_busy(fault):
            raise
        form.blame(None, errors.BUSY_TEXT)
        return _page_of(request, seen, _drawn(slug, verb, seen, form), 503)
    return _sent(request, visit_id, done) if done else _answer_again(request, seen, _drawn(slug, verb, seen, form))


def _record(request: HttpRequest, visit_id: int, slug: str, verb: Verb) -> HttpResponse:
    """Keep what happened, also when nothing can be read: only a sheet that comes back is drawn from the visit."""
    asking = Unseen(_asked(request).scope_, clock.now())
    form = verb.typed(slug, request.POST)
    if done := _send(verb, asking, visit_id, form):
        return _sent(request, visit_id, done)
    seen = _look(request, visit_id)
    return _answer_again(request, seen, _drawn(slug, verb, seen, form))


def _send(verb: Verb, asking: Asking, visit_id: int, form: Sheet) -> Done | None:
    """Act; a refusal goes back onto the sheet, at the field it speaks of."""
    if not form.is_valid():
        return None
    try:
        return verb.act(asking, visit_id, form)
    except NoSuchPerson:
        raise
    except BadInput as fault:
        form.blame(fault.field, str(fault))
    except Refused as refusal:
        form.blame(None, str(refusal))
    return None


def _sent(request: HttpRequest, visit_id: int, done: Done) -> HttpResponse:
    if errors.by_script(request) and done.spooled:
        # accepted, and not yet in the record that everybody sees: whoever sent it reads so
        return HttpResponse(done.said, status=202, content_type="text/plain; charset=utf-8")
    if errors.by_script(request):
        return HttpResponse(status=204)
    return errors.kept_outside(done.said) if done.spooled else HttpResponseRedirect(_home(visit_id), status=303)


def _home(visit_id: int) -> str:
    return reverse("visit", args=[visit_id])


def _answer_again(request: HttpRequest, seen: Seen, drawn: dict[str, Any]) -> HttpResponse:
    """The sheet with what was typed and what is wrong: a fragment for the script, else a page."""
    if errors.by_script(request):
        return HttpResponse(render_to_string("visit/sheet.html", drawn, request), status=422)
    return _page_of(request, seen, drawn, 422)


def _page_of(request: HttpRequest, seen: Seen, drawn: dict[str, Any], status: int) -> HttpResponse:
    told = drawn | {"bar": bar_of(seen), "now": seen.at, "alone": True}
    return render(request, "visit/alone.html", told, status=status)
