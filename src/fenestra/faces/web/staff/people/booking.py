"""Register a person, open an episode, book a visit."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from fenestra.care.people import actions as people_actions
from fenestra.care.people import queries as people_queries
from fenestra.care.people.queries import EpisodeValue
from fenestra.care.people.rules import Goal, Identity, Sex, Substance
from fenestra.care.visit import actions as visit_actions
from fenestra.care.visit import queries as visits
from fenestra.care.visit.rules import Route
from fenestra.faces.web import forms as ours
from fenestra.faces.web.staff.people.words import USE_WORDS, known_protocol
from fenestra.ground.book import clock
from fenestra.ground.book.scope import Mask, Scope
from fenestra.ground.clinic.rules import SEES_PEOPLE, check_has
from fenestra.science.protocols.protocol import Use
from fenestra.science.protocols.regimens import content_hash, load_protocols

SEX = [(sex.value, sex.value) for sex in Sex]
GOALS = [(goal.value, goal.value) for goal in Goal]
SUBSTANCES = [(each.value, each.value) for each in Substance]
ROUTES = [(Route.IV.value, "iv infusion"), (Route.IM.value, "im injection")]


class Register(ours.Keyed):
    name = ours.text("Name", missing="Write the person's name, as on their papers.")
    born = ours.day("Birth date", missing="Write the birth date as year-month-day, for example 1984-04-12.")
    sex = ours.choice("Sex, as reference values need it", SEX, missing="Choose one; unspecified is an answer.")
    code = ours.text("Code", missing="Write a code that names nobody, for example P-014.", longest=20, hint="It stands where a name must not.")  # fmt: skip
    allergies = ours.text("Allergies", hint="Write none when you asked and there are none.", longest=300)
    phone = ours.text("Telephone", longest=40)
    address = ours.text("Address", longest=200)


def offered() -> list[tuple[str, str]]:
    """Protocols that can be followed here: plannable ones in clinical use, and patterns, marked so."""
    uses = (Use.CLINICAL, Use.PATTERN)
    return [(p.id, f"{p.title} · {USE_WORDS[p.use]}") for p in load_protocols() if p.plannable and p.use in uses]


class OpenEpisode(ours.Keyed):
    substances = forms.MultipleChoiceField(
        label="For", choices=SUBSTANCES, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one substance."},
    )  # fmt: skip
    goal = ours.choice("Goal", GOALS, missing="Choose the goal the person has.")
    protocol = forms.ChoiceField(label="Protocol", required=False, help_text="Left open: the plan names it later.")
    doses = ours.whole("Doses planned", least=1, hint="Left empty: as many as the protocol's trial gave.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ours.offer(self, "protocol", offered(), first="not chosen yet")

    def clean(self) -> dict[str, Any]:
        found = known_protocol(self.cleaned_data.get("protocol", ""))
        planned = found.dose.doses.value if found else None
        if found and not self.cleaned_data.get("doses") and "doses" not in self.errors:
            if planned is None:
                self.add_error("doses", "The protocol does not say how many doses. Write how many you plan.")
            else:
                self.cleaned_data["doses"] = int(planned)
        return self.cleaned_data


class BookVisit(ours.Keyed):
    episode = ours.choice("Episode", [], missing="Choose the episode.")
    dose_number = ours.whole("Dose number", missing="Write which dose this is, for example 2.", least=1)
    day = ours.day("Day", missing="Write the day as year-month-day, for example 2026-11-20.")
    hour = ours.hour()
    chair = ours.text("Chair", missing="Write the chair, for example Chair A.", longest=20)
    route = ours.choice("Route", ROUTES, missing="Choose the route.")

    def __init__(self, episodes: list[EpisodeValue], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Any = self.fields["episode"]
        open_ones = [each for each in episodes if each.open]
        choices.choices = [(str(e.id), f"{', '.join(e.substances)} · {_title(e)}") for e in open_ones]


def _title(episode: EpisodeValue) -> str:
    found = known_protocol(episode.protocol)
    return found.title if found else episode.protocol or "no protocol chosen yet"


def _page(request: Any, form: Any, title: str, verb: str, person: Any = None) -> HttpResponse:
    page = {"here": "people", "form": form, "title": title, "verb": verb, "person": person}
    return render(request, "person_form.html", page, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def register(request: Any) -> HttpResponse:
    """Take a person into the clinic."""
    check_has(request.scope_.roles, SEES_PEOPLE, "register a person")
    form = Register(request.POST) if request.method == "POST" else Register()
    if form.is_bound and form.is_valid():
        told = form.told()
        identity = Identity(told["name"], told["born"], told["address"], told["phone"], told["allergies"])
        act = {"code": told["code"], "identity": identity, "sex": told["sex"]}
        done = ours.done_or_said(form, people_actions.register_person, request.scope_, act)
        if done and done.id:
            messages.success(request, done.said)
            return redirect("person", done.id)
    return _page(request, form, "Register a person", "Register")


@require_http_methods(["GET", "HEAD", "POST"])
def episode(request: Any, person_id: int) -> HttpResponse:
    """Open a course of treatment under one version of a protocol."""
    scope, mask = request.scope_, request.mask
    check_has(scope.roles, SEES_PEOPLE, "open an episode")
    person = people_queries.person(scope, mask, person_id, at=clock.now())
    form = OpenEpisode(request.POST) if request.method == "POST" else OpenEpisode()
    if form.is_bound and form.is_valid():
        told = form.told()
        chosen = known_protocol(told["protocol"])
        version = {"protocol_hash": content_hash(chosen) if chosen else "", "doses": told["doses"] or 0}
        act = {**told, "substances": tuple(told["substances"]), **version}
        done = ours.done_or_said(form, people_actions.open_episode, scope, {**act, "person_id": person_id})
        if done:
            messages.success(request, done.said)
            return redirect("person", person_id)
    return _page(request, form, "Open an episode", "Open the episode", person)


@require_http_methods(["GET", "HEAD", "POST"])
def visit(request: Any, person_id: int) -> HttpResponse:
    """Expect the person on a day, for one dose."""
    scope, mask = request.scope_, request.mask
    check_has(scope.roles, SEES_PEOPLE, "book a visit")
    person = people_queries.person(scope, mask, person_id, at=clock.now())
    episodes = people_queries.episodes(scope, mask, person_id)
    if request.method == "POST":
        form = BookVisit(episodes, request.POST)
    else:
        form = BookVisit(episodes, initial=_next_dose(scope, mask, person_id, episodes))
    if form.is_bound and form.is_valid():
        done = ours.done_or_said(form, visit_actions.book_visit, scope, _booking(form.told(), scope))
        if done:
            messages.success(request, done.said)
            return redirect("person", person_id)
    return _page(request, form, "Book a visit", "Book the visit", person)


def _next_dose(scope: Scope, mask: Mask, person_id: int, episodes: list[EpisodeValue]) -> dict[str, Any]:
    """What is most likely meant: the next dose, by the route of the protocol."""
    booked = [day.dose_number for day in visits.visits_of(scope, mask, person_id)]
    found = known_protocol(episodes[0].protocol) if episodes else None
    route = found.dose.route.value.value if found and found.dose.route.value else ""
    return {"dose_number": max(booked, default=0) + 1, "route": route}


def _booking(told: dict[str, Any], scope: Scope) -> dict[str, Any]:
    due = datetime.combine(told["day"], told["hour"], scope.zone)
    return {
        "episode_id": int(told["episode"]), "day": told["day"], "due_at": due, "chair": told["chair"],
        "dose_number": told["dose_number"], "route": told["route"],
    }  # fmt: skip
