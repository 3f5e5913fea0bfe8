"""The check-in on the phone: from the link, three questions, sent once however often it comes."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, TypeVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from fenestra.care.checkins import actions, contract, links, own, queries, rules
from fenestra.care.checkins.queries import LinkValue
from fenestra.care.checkins.rules import LinkKind
from fenestra.care.work import queries as work
from fenestra.care.work.rules import Level
from fenestra.faces.web.forms import whole_number
from fenestra.faces.web.person.asks import JSON, OFFLINE, closed, just_said, keep_link, keep_said, with_link
from fenestra.faces.web.person.numbers import help_of
from fenestra.faces.web.person.words import asked
from fenestra.ground.book import clock
from fenestra.ground.book.act import Done
from fenestra.ground.book.scope import OPEN
from fenestra.science.errors import BadInput

Answer = TypeVar("Answer", bound=HttpResponse)
NOTHING = Done(0, None, "")
MOST_BYTES = 64_000  # fifty check-ins are under 20 kB
NUMBERS = ("craving_now", "craving_most", "mood", "readiness")
TOO_MUCH = "That is too much at once. Nothing was kept; send at most fifty check-ins."
ALL_HERE = "All of it is here already."
OTHER_PERSON = "This check-in was written on another person's link. It was not sent; open that link to send it."


@require_safe
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """Open a link. Writes nothing, however often a mail scanner opens it first: the token becomes a cookie."""
    try:
        link = queries.link_of(token, at=clock.now())
    except rules.LinkRefused as refused:
        return closed(request, refused)
    response = redirect("my-check-in" if link.kind is LinkKind.CHECK_IN else "my-page")
    keep_link(response, token, link)
    return response


@require_safe
@with_link
def page(request: Any) -> HttpResponse:
    """The questions; the honesty contract first, until it was read; thanks when this link's check-in is here."""
    link: LinkValue = request.link
    return thanks(request, link) if link.sent or "sent" in request.GET else questions(request, link)


def questions(request: HttpRequest, link: LinkValue, *, refused: BadInput | None = None) -> HttpResponse:
    """The form; after a refusal with its sentence and everything that was typed."""
    words, typed = contract.load(), request.POST
    told = {
        "contract": None if queries.contract_seen(link.scope, OPEN, link.person_id, words.version) else words,
        "told_id": typed.get("told_id") or uuid.uuid4().hex,
        "mark": links.person_mark(link.person_id),
        "link_mark": links.link_mark(link.id),
        "asked": asked(queries.asked_about(link.scope, OPEN, link.person_id)),
        "helps": [help_of(link)],
        "typed": typed,
        "refused": refused,
        "own_page": link.kind is LinkKind.OWN_PAGE,
    }
    response = render(request, "person/check_in.html", told, status=422 if refused else 200)
    response[OFFLINE] = "forget" if told["contract"] else "keep"
    return response


def thanks(request: HttpRequest, link: LinkValue) -> HttpResponse:
    """After sending: thanks, who reads it and when, and help; after a day with use the same, and no reproach. What was
    said is answered only in the browser that just said it."""
    said_id, at = just_said(request, link), clock.now()
    said = queries.newest(link.scope, OPEN, link.person_id) if said_id else None
    told = {
        "said": said if said and said.id == said_id else None,
        "zone": link.scope.time_zone,
        "read_by": work.read_by_words(link.scope, OPEN, Level.LOW.value, at),
        "helps": [help_of(link)],
        "own_page": link.kind is LinkKind.OWN_PAGE,
    }
    response = render(request, "person/thanks.html", told)
    if link.sent:
        response[OFFLINE] = "forget"  # the form of a link that has closed is of no use on a train
    return response


@require_POST
@with_link
def offer(request: Any) -> HttpResponse:
    """After a check-in: the person would like an hour, or a call."""
    link: LinkValue = request.link
    said_id = just_said(request, link)
    if said_id is not None:
        how = request.POST.get("how", "")
        own.ask_for_hour(
            person_id=link.person_id, check_in_id=said_id, how=how, by=link.scope, at=clock.now(),
            key=f"hour:{said_id}:{how[:10]}",
        )  # fmt: skip
        messages.success(request, "Your team knows. Somebody will be in touch.")
    return redirect(f"{reverse('my-check-in')}?sent")


@require_POST
@with_link
def agree(request: Any) -> HttpResponse:
    """The person has read the honesty contract."""
    link: LinkValue = request.link
    version = contract.load().version
    key = f"contract:{link.person_id}:{version}"
    actions.see_contract(person_id=link.person_id, version=version, by=link.scope, at=clock.now(), key=key)
    return redirect("my-check-in" if link.kind is LinkKind.CHECK_IN else "my-page")


@require_POST
@with_link
def send(request: Any) -> HttpResponse:
    """Take one check-in from the page's form, or an outbox of up to fifty as JSON. Sending again changes nothing."""
    if request.content_type == JSON:
        return _outbox(request, request.link)
    try:
        told = rules.read_told(_typed(request.POST, request.link), sent_at=clock.now(), received_at=clock.now())
        done = _keep(request.link, [told])
    except BadInput as refused:
        return questions(request, request.link, refused=refused)
    except rules.LinkUsed:
        return thanks(request, request.link)
    return _remembered(redirect(f"{reverse('my-check-in')}?sent"), request.link, done)


def _remembered(response: Answer, link: LinkValue, done: Done) -> Answer:
    """The answer, with which this browser is thanked for what it said."""
    if done.id:
        keep_said(response, link, done.id)
    return response


def _typed(posted: Mapping[str, str], link: LinkValue) -> dict[str, Any]:
    """The page's form as an outbox would hold it; without a script the time is ours and the clinic's."""
    here = clock.now().astimezone(link.scope.zone)
    offset = here.utcoffset()
    numbers = {name: _number(posted.get(name, "").strip()) for name in NUMBERS}
    return {
        "told_id": posted.get("told_id", ""),
        "used": posted.get("used", ""),
        "amount": posted.get("amount", "").strip().replace(",", "."),
        "said_at": here.isoformat(),
        "offset_min": round(offset.total_seconds() / 60) if offset else 0,
        **numbers,
    }


def _number(typed: str) -> int | str:
    """A slider's number; what is none stays as it was typed, to be refused and not to be taken for silence."""
    number = whole_number(typed)
    return typed if number is None else number


def _outbox(request: HttpRequest, link: LinkValue) -> JsonResponse:
    """Each check-in of the outbox by itself: one that cannot be is said so, the others are kept. A phone lets go of
    what is kept, and of what can never be; what was written on another person's link it holds on to."""
    received_at = clock.now()
    try:
        check_length(request)
        told, sent_at = _read_outbox(request.body, received_at)
    except BadInput as refused:
        return JsonResponse({"say": str(refused)}, status=400)
    good, bad, elsewhere = [], [], []
    mark, here = links.person_mark(link.person_id), links.link_mark(link.id)
    for raw in told:
        try:
            if raw.get("mark", mark) != mark:
                raise BadInput(OTHER_PERSON, field="mark")
            good.append(rules.read_told(raw, sent_at=sent_at, received_at=received_at))
            if raw.get("link", here) != here:
                elsewhere.append(good[-1].told_id)
        except BadInput as refused:
            bad.append({"told_id": raw.get("told_id"), "field": refused.field, "say": str(refused)})
    try:
        done = _keep(link, good, elsewhere) if good else NOTHING
    except rules.LinkUsed as used:
        over = [each for each in good if each.told_id not in elsewhere]
        bad += [{"told_id": each.told_id, "field": "link", "say": str(used)} for each in over]
        good = [each for each in good if each.told_id in elsewhere]
        done = _keep(link, good, elsewhere) if good else NOTHING
    answer = {"kept": [each.told_id for each in good], "refused": bad, "say": done.said}
    response = JsonResponse(answer, status=200 if good or not bad else 422)
    return _remembered(response, link, done)


def check_length(request: HttpRequest) -> None:
    """Refuse what is too long before it is read."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        raise BadInput(TOO_MUCH)


def _read_outbox(body: bytes, received_at: datetime) -> tuple[list[dict[str, Any]], datetime]:
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError):  # the second: brackets within brackets, thousands deep
        raise BadInput("This could not be read. Nothing was kept; send it again.") from None
    told = sent.get("check_ins") if isinstance(sent, dict) else None
    if not isinstance(told, list) or not all(isinstance(each, dict) for each in told):
        raise BadInput("There is no check-in in this. Send a list of them under check_ins.")
    if len(told) > rules.MOST_IN_OUTBOX:
        raise BadInput(TOO_MUCH)
    return told, rules.read_instant(sent["sent_at"]) if "sent_at" in sent else received_at


def _keep(link: LinkValue, told: list[rules.Told], elsewhere: Sequence[str] = ()) -> Done:
    """One act for what came together. What is all here already writes nothing more."""
    if queries.all_here(link.scope, OPEN, link.person_id, {each.told_id for each in told}):
        newest = queries.newest(link.scope, OPEN, link.person_id)
        return Done(0, newest.id if newest else None, ALL_HERE, again=True)
    plain = tuple(asdict(each) for each in told)
    key = hashlib.sha256(repr((link.id, plain, elsewhere)).encode()).hexdigest()[:40]
    return actions.send(
        person_id=link.person_id, link_id=link.id, told=plain, elsewhere=tuple(elsewhere), by=link.scope,
        at=clock.now(), key=f"phone:{key}",
    )  # fmt: skip
