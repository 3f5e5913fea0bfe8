"""One person's plan: choose a protocol, see ways to lay it on the calendar, confirm one; then follow the course."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from fenestra.care.people import queries as people
from fenestra.care.people.values import EpisodeValue
from fenestra.care.plan import actions, queries
from fenestra.care.plan.laid import LaidDose, Layout
from fenestra.care.plan.protocols import VersionValue
from fenestra.care.plan.rules import spacing_of
from fenestra.care.plan.values import Alternatives
from fenestra.faces.web import forms as ours
from fenestra.faces.web.staff.plan import follow as plan_follow
from fenestra.faces.web.staff.plan import words as plan_words
from fenestra.faces.web.staff.plan.picture import DrawnDose, DrawnHour, picture
from fenestra.ground.book import clock
from fenestra.ground.book.act import write_line
from fenestra.ground.book.scope import Mask, Scope
from fenestra.ground.clinic import queries as clinic
from fenestra.ground.clinic.rules import PRESCRIBERS, can
from fenestra.science.errors import Refused

WAYS = 4


class Ask(forms.Form):
    """From when, and what the protocol does not say. Comes by address: it names nobody."""

    from_day = ours.day("From", missing="Write the first day to look at, for example 2026-11-23.")
    doses = ours.whole("Doses", least=1)
    least_days = ours.whole("Fewest days between", least=1)
    most_days = ours.whole("Most days between", least=1)


class Confirm(ours.Keyed):
    """A way, confirmed. `mark` says which way the page showed."""

    mark = forms.CharField(widget=forms.HiddenInput)
    ethics_reference = ours.text("Ethics reference", longest=80, hint="Of the committee that allows this study.")
    reason = ours.text(
        "Why this plan", area=True, hint="Needed where it differs from the trial or is for another substance."
    )

    def __init__(self, way: Layout, *args: Any, ethics: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not ethics:
            del self.fields["ethics_reference"]
        self.outside = [n for n, dose in enumerate(way.doses, 1) if dose.hour and not dose.hour.in_window]
        for number in self.outside:
            self.fields[f"outside_{number}"] = ours.text(
                f"Why the hour of dose {number} may lie outside its window",
                missing=f"Write why the hour of dose {number} is right outside its window, or choose another way.",
            )


@dataclass
class Choice:
    """Where somebody is in choosing: the version, the question asked of the calendar, and what came back."""

    version: VersionValue | None = None
    ask: Ask | None = None
    found: Alternatives | None = None
    refusal: str = ""
    way: int | None = None

    @property
    def layout(self) -> Layout | None:
        ways = self.found.layouts if self.found else ()
        return ways[self.way] if self.way is not None and 0 <= self.way < len(ways) else None


def open_episode(scope: Scope, mask: Mask, person_id: int) -> EpisodeValue | None:
    return next((each for each in people.episodes(scope, mask, person_id) if each.open), None)


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: Any, person_id: int) -> HttpResponse:
    """Three steps on one page, or the course that runs."""
    scope, mask, at = request.scope_, request.mask, clock.now()
    person = people.person(scope, mask, person_id, at=at)
    write_line("read", "plan page", by=scope, at=at, person_id=person_id, about=f"person:{person_id}")
    episode = open_episode(scope, mask, person_id)
    plan = queries.plan_of(scope, mask, episode.id) if episode else None
    if episode and plan and plan.open and not mask.hides("dose"):
        return plan_follow.page(request, person, episode, plan)
    told: dict[str, Any] = {"here": "people", "person": person, "episode": episode, "last": plan}
    if episode is None or mask.hides("dose"):
        return render(request, "plan.html", told | {"hidden": mask.hides("dose")})
    told |= plan_follow.without_a_plan(scope, mask, episode.id)
    choice = _choice(request, scope, mask, episode)
    form = _confirm(request, choice) if choice.layout else None
    if form and form.is_bound and form.is_valid() and (done := _make(request, form, choice, episode)):
        messages.success(request, done)
        return redirect("plan", person_id)
    return render(
        request, "plan.html", told | _shown(scope, mask, episode, choice) | {"form": form},
        status=422 if form and form.errors else 200,
    )  # fmt: skip


@require_POST
def review(request: Any, person_id: int, number: int) -> HttpResponse:
    """The course review before a dose, of a plan that runs or of an episode without one."""
    scope, mask = request.scope_, request.mask
    person, episode = people.person(scope, mask, person_id, at=clock.now()), open_episode(scope, mask, person_id)
    plan = queries.plan_of(scope, mask, episode.id) if episode else None
    if episode is None or (plan and plan.open):
        return plan_follow.review(request, person_id, number)
    form = plan_follow.Review(request.POST, auto_id="review_%s")
    if form.is_valid():
        typed = {"go_on": form.cleaned_data["go_on"] == "yes", "reason": form.cleaned_data["reason"]}
        about = {"episode_id": episode.id, "before_dose": number}
        if done := ours.done_or_said(form, actions.review_episode, scope, about | typed):
            messages.success(request, done.said)
            return redirect("plan", person_id)
    told = {"here": "people", "person": person, "episode": episode, "last": plan, "review_errors": form}
    told |= plan_follow.without_a_plan(scope, mask, episode.id, form) | _shown(scope, mask, episode, Choice())
    return render(request, "plan.html", told, status=422)


def _choice(request: Any, scope: Scope, mask: Mask, episode: EpisodeValue) -> Choice:
    asked = request.GET
    versions = queries.protocols(scope, mask)
    chosen = next((each for each in versions if plan_words.key_of(each) == asked.get("protocol")), None)
    if chosen is None or chosen.why_not:
        return Choice()
    tomorrow = scope.day_of(clock.now() + timedelta(days=1))
    ask = Ask(asked if asked.get("from_day") else {"from_day": tomorrow.isoformat()})
    choice = Choice(chosen, ask, way=ours.whole_number(asked.get("way", "")))
    if not ask.is_valid():
        return choice
    told = ask.cleaned_data
    try:
        choice.found = queries.alternatives(
            scope, mask, episode.id, chosen, told["from_day"], WAYS, at=clock.now(), doses=told["doses"],
            least_days=told["least_days"], most_days=told["most_days"],
        )  # fmt: skip
    except Refused as refusal:
        choice.refusal = str(refusal)
    return choice


def _confirm(request: Any, choice: Choice) -> Confirm:
    assert choice.layout and choice.version
    ethics = choice.version.protocol.needs_ethics_reference
    if request.method == "POST":
        form = Confirm(choice.layout, request.POST, ethics=ethics)
        if form.is_valid() and form.cleaned_data["mark"] != plan_words.mark_of(choice.layout):
            form.add_error(
                None, "Time was given away since this page was drawn. Look at this way as it is now, then confirm."
            )
        return form
    return Confirm(
        choice.layout, initial={"mark": plan_words.mark_of(choice.layout), "key": ours.fresh_key()}, ethics=ethics
    )


def _make(request: Any, form: Confirm, choice: Choice, episode: EpisodeValue) -> str:
    """The plan, and the visit of its first dose. What was said; empty when it was refused."""
    layout, version, told = choice.layout, choice.version, form.cleaned_data
    assert layout and version
    act = {
        "episode_id": episode.id, "protocol": version.protocol.id, "protocol_hash": version.content_hash,
        "dose_days": tuple(dose.span.starts_at for dose in layout.doses),
        "chair_ids": tuple(dose.chair_id for dose in layout.doses),
        "hours": tuple(_hour(dose, number, told) for number, dose in enumerate(layout.doses, 1) if dose.hour),
        "moves": tuple({"appointment_id": move.appointment_id, "starts_at": move.to.starts_at} for move in layout.moves),
        "reason": told["reason"], "ethics_reference": told.get("ethics_reference", ""),
    }  # fmt: skip
    fields = {"outside_because": f"outside_{form.outside[0]}"} if form.outside else {}
    done = ours.done_or_said(form, actions.make_plan, request.scope_, act, fields=fields)
    if done is None:
        return ""
    return f"{done.said} {plan_follow.book_first_visit(request, episode.id, key=told['key'])}"


def _hour(dose: LaidDose, number: int, told: dict[str, Any]) -> dict[str, Any]:
    assert dose.hour
    span = dose.hour.span
    return {
        "staff_id": dose.hour.staff_id, "starts_at": span.starts_at, "dose_number": number,
        "minutes": int((span.ends_at - span.starts_at) / timedelta(minutes=1)),
        "outside_because": told.get(f"outside_{number}", ""),
    }  # fmt: skip


def _shown(scope: Scope, mask: Mask, episode: EpisodeValue, choice: Choice) -> dict[str, Any]:
    made = plan_words.cards(queries.protocols(scope, mask), episode.substances)
    chosen = plan_words.key_of(choice.version) if choice.version else ""
    ways = _ways(scope, mask, choice)
    return {
        "cards": [each for each in made if not each.why_not],
        "to_read": [each for each in made if each.why_not],
        "chosen": next((each for each in made if each.key == chosen), None),
        "choice": choice,
        "ways": ways,
        "way": ways[choice.way] if choice.layout and choice.way is not None else None,
        "spacing": spacing_of(choice.version.protocol) if choice.version else None,
        "may_plan": can(scope.roles, PRESCRIBERS),
        "dots_said": plan_words.DOTS_SAID,
        "missing": choice.found.missing if choice.found else (),
    }


def _ways(scope: Scope, mask: Mask, choice: Choice) -> list[dict[str, Any]]:
    """The ways found, each drawn and in words."""
    if choice.version is None or choice.found is None or not choice.found.layouts:
        return []
    staff = {each.id: each.name for each in clinic.staff(scope, mask)}
    movers = {move.person_id for layout in choice.found.layouts for move in layout.moves if move.person_id}
    names = {p.id: p.name for p in people.people(scope, mask, at=clock.now(), ids=movers)} if movers else {}
    return [_way(scope, choice.version, layout, at, staff, names) for at, layout in enumerate(choice.found.layouts)]


def _way(
    scope: Scope, version: VersionValue, layout: Layout, at: int, staff: dict[int, str], names: dict[int, str]
) -> dict[str, Any]:
    minutes = actions.chair_time(version.protocol)
    ends = timedelta(minutes=minutes.before + minutes.dose)
    doses = [DrawnDose(n, d.span.starts_at, d.span.starts_at + ends) for n, d in enumerate(layout.doses, 1)]
    hours = [DrawnHour(d.hour.span.starts_at, d.hour.in_window) for d in layout.doses if d.hour]
    drawn = picture(doses, hours, version.protocol.window, scope.zone, said=layout.why)
    lines = plan_words.lines(layout, staff, names, scope.time_zone)
    return {
        "at": at,
        "number": at + 1,
        "picture": drawn,
        "lines": lines,
        "why": layout.why,
        "layout": layout,
        "id": f"way-{at}",
    }
