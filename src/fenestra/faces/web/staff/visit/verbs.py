"""Which sheets there are: title, button, who may send it, how it is filled beforehand, and the act it becomes."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_UP, Decimal
from typing import Any

from django.http import QueryDict

from fenestra.care.inventory import queries as stock
from fenestra.care.visit import actions, dose, going_home, injection, lists, queries, syringe
from fenestra.care.visit.readings import disconnect_monitor, record_round, see_alarm
from fenestra.care.visit.rules import Measure, Route
from fenestra.faces.web.staff.visit import sheets
from fenestra.faces.web.staff.visit.fields import on_the_clock
from fenestra.faces.web.staff.visit.seen import Asking, Seen
from fenestra.faces.web.staff.visit.sheets import Sheet
from fenestra.ground.book.act import Done, records_what_happened
from fenestra.ground.clinic.rules import AT_THE_CHAIR, HANDLES_MEDICINE, PRESCRIBERS, SEES_PEOPLE, Role, can
from fenestra.science.errors import Refused
from fenestra.science.protocols.regimens import protocol
from fenestra.science.quantities import plain

Send = Callable[..., Done]
HUNDREDTH = Decimal("0.01")
RATINGS = (Measure.MOAAS, Measure.UNREAL, Measure.APART, Measure.CONTACT, Measure.CRAVING)


def _nothing(seen: Seen) -> dict[str, Any]:
    return {}


def _told(asking: Asking, form: Any) -> dict[str, Any]:
    """The fields of the form but its key, as the action names them."""
    return {name: value for name, value in form.cleaned_data.items() if name != "key"}


@dataclass(frozen=True)
class Verb:
    """One sheet: `form` is drawn with `always` and `given`, filled with `first`; what was typed goes to `send` as
    `told`. Sheets that record what happened need nothing `given`: they are taken without anything being read."""

    title: str
    button: str
    form: type[Sheet]
    send: Send
    roles: tuple[Role, ...] = AT_THE_CHAIR
    told: Callable[[Asking, Any], dict[str, Any]] = _told
    always: Mapping[str, Any] = field(default_factory=dict)
    given: Callable[[Seen], dict[str, Any]] = field(default=_nothing)
    first: Callable[[Seen], dict[str, Any]] = field(default=_nothing)
    hint: str = ""

    def draw(self, slug: str, seen: Seen, data: QueryDict | None = None) -> Sheet:
        """The form: fresh with a new key, or bound to what was typed."""
        start = {"key": uuid.uuid4().hex, "version": seen.value.version} | self.first(seen)
        return self.form(data, auto_id=f"{slug}-%s", initial=start, **self.always, **self.given(seen))

    @property
    def records(self) -> bool:
        """Whether it records what has happened, which nothing may stand in the way of."""
        return records_what_happened(self.send)

    def typed(self, slug: str, data: QueryDict) -> Sheet:
        """The form of a sheet that `records`, bound to what was typed, without a look at the visit."""
        return self.form(data, auto_id=f"{slug}-%s", **self.always)

    def act(self, asking: Asking, visit_id: int, form: Any) -> Done:
        told = self.told(asking, form)
        return self.send(by=asking.scope, at=asking.at, key=form.cleaned_data["key"], visit_id=visit_id, **told)


# ---- what a sheet is drawn with and filled with beforehand


def _arrival_lines(seen: Seen) -> dict[str, Any]:
    value = seen.value
    return {"lines": lists.arrival_lines(substances=value.substances, dose_number=value.dose_number)}


def _arrival_before(seen: Seen) -> dict[str, Any]:
    """On a second look the answers of the first stand; readings are always taken anew."""
    return dict(seen.value.arrival)


def _findings(seen: Seen) -> dict[str, Any]:
    return {"findings": [(f"{f.rule} {f.text}", f.text) for f in seen.findings if not f.blocks]}


def _only_finding(seen: Seen) -> dict[str, Any]:
    open_ones = _findings(seen)["findings"]
    return {"finding": open_ones[0][0]} if len(open_ones) == 1 else {}


def _from_protocol(seen: Seen) -> dict[str, Any]:
    """The standing order when there is one, else the protocol's dose and today's weight. It chooses nothing."""
    value, order = seen.value, seen.value.order
    if order is not None:
        asked = {"mg_per_kg": order.mg_per_kg, "dosing_weight_kg": order.dosing_weight_kg, "minutes": order.minutes}
    else:
        asked = {"dosing_weight_kg": value.weight_kg} | _regimen(value.protocol)
    return {name: plain(amount) for name, amount in asked.items() if amount is not None}


def _regimen(protocol_id: str) -> dict[str, Decimal | None]:
    try:
        planned = protocol(protocol_id).dose
    except Refused:
        return {}  # a clinic's own version: nothing is filled in beforehand
    return {"mg_per_kg": planned.mg_per_kg.value, "minutes": planned.minutes.value if planned.minutes else None}


def _lots(seen: Seen) -> dict[str, Any]:
    return {"lots": [(lot.id, _lot_words(lot)) for lot in seen.lots]}


def _lot_words(lot: stock.LotValue) -> str:
    counted = "" if lot.counted_today else ", not counted today"
    held = f"{plain(lot.on_hand_ml)} mL in stock"
    return f"{lot.product}, lot {lot.number}, expires {lot.expires_on:%-d %b %Y}, {held}{counted}"


def _draw_first(seen: Seen) -> dict[str, Any]:
    """The millilitres that hold the order, from the lot that expires first; rounded up, the rest is wasted."""
    order = seen.value.order
    if not seen.lots or order is None:
        return {}
    drawn = (order.dose_mg / seen.lots[0].strength_mg_per_ml).quantize(HUNDREDTH, ROUND_UP)
    undiluted = {"final_ml": plain(drawn)} if seen.value.route is Route.IM else {}
    return {"lot_id": seen.lots[0].id, "drawn_ml": plain(drawn)} | undiluted


def _syringe(seen: Seen) -> dict[str, Any]:
    syringe = seen.value.syringe
    if syringe is None:
        return {}
    rate = {"ml_per_h": plain(syringe.rate_ml_per_h)} if syringe.rate_ml_per_h else {}
    return {"mg_per_ml": plain(syringe.mg_per_ml)} | rate


# ---- what is told to the action


def _arrived(asking: Asking, form: Any) -> dict[str, Any]:
    return {"weight_kg": form.cleaned_data["weight_kg"], "answers": form.answers(), "readings": form.readings()}


def _round(asking: Asking, form: Any) -> dict[str, Any]:
    at = on_the_clock(form.cleaned_data["measured_at"], now=asking.at, time_zone=asking.scope.time_zone)
    return {"readings": form.readings(), "measured_at": at}


def _decided(asking: Asking, form: Any) -> dict[str, Any]:
    rule, _, finding = form.cleaned_data["finding"].partition(" ")
    return {"rule": rule, "finding": finding, "reason": form.cleaned_data["reason"]}


def _ordered(asking: Asking, form: Any) -> dict[str, Any]:
    return {"minutes": None} | _told(asking, form)


def _started(asking: Asking, form: Any) -> dict[str, Any]:
    return {"time_out": form.answers(), "version": form.cleaned_data["version"]}


def _leaving(asking: Asking, form: Any) -> dict[str, Any]:
    ready = on_the_clock(form.cleaned_data["ready_at"], now=asking.at, time_zone=asking.scope.time_zone)
    told = {"answers": form.answers(), "escort": form.cleaned_data["escort"], "ready_at": ready}
    return told | {"version": form.cleaned_data["version"]}


def _ran_already(asking: Asking, form: Any) -> dict[str, Any]:
    return {"mg_per_min": form.mg_per_min(), "reason": form.cleaned_data["reason"]}


def _bare(asking: Asking, form: Any) -> dict[str, Any]:
    return {}


VERBS: Mapping[str, Verb] = {
    "arrive": Verb("Check the person in", "Check in", sheets.Bare, actions.arrive, SEES_PEOPLE, told=_bare),
    "arrival": Verb(
        "Ask and measure on arrival", "Keep the answers", sheets.Arrival, actions.record_arrival,
        told=_arrived, given=_arrival_lines, first=_arrival_before,
    ),
    "decide": Verb(
        "A prescriber decides", "Go on, with this reason", sheets.Decide, actions.decide, PRESCRIBERS,
        told=_decided, given=_findings, first=_only_finding,
    ),
    "order": Verb(
        "Order the dose", "Sign the order", sheets.Order, actions.order_dose, PRESCRIBERS,
        told=_ordered, given=lambda seen: {"iv": seen.value.route is Route.IV}, first=_from_protocol,
    ),
    "confirm": Verb(
        "Draw up and read back", "Confirm", sheets.Confirm, syringe.confirm_dose, HANDLES_MEDICINE,
        given=_lots, first=_draw_first,
    ),
    "start": Verb("Time-out, then start", "Start the infusion", sheets.Start, dose.start_infusion, told=_started),
    "round": Verb("A round", "Record the round", sheets.Round, record_round, told=_round),
    "sedation": Verb(
        "Sedation, dissociation, craving", "Record", sheets.Round, record_round, told=_round,
        always={"measures": RATINGS},
    ),
    "rate": Verb("Change the rate", "Record the new rate", sheets.Rate, dose.change_rate, first=_syringe),
    "pause": Verb("Pause the pump", "I have paused it", sheets.OptionalReason, dose.pause),
    "resume": Verb("Let the infusion go on", "It runs again", sheets.OptionalReason, dose.resume),
    "stop": Verb("Stop the dose", "I have stopped it", sheets.Stop, dose.stop),
    "finish": Verb("The pump has finished", "It has finished", sheets.Finish, dose.finish),
    "recover": Verb("The person recovers", "Nothing is being treated", sheets.Bare, injection.recover, told=_bare),
    "treat": Verb("Treat after the injection", "Record", sheets.Reason, injection.treat),
    "event": Verb("An event", "Record", sheets.Event, actions.record_event, SEES_PEOPLE),
    "therapist": Verb(
        "From the therapist", "Record", sheets.Event, actions.record_event, SEES_PEOPLE,
        first=lambda seen: {"kind": "therapist"},
    ),
    "alarm": Verb("I have seen the alarm", "I have seen it", sheets.Seen, see_alarm),
    "monitor-off": Verb(
        "Take the monitor off", "The monitor is off", sheets.Reason, disconnect_monitor,
        hint="Its silence is no alarm any more; rounds are measured by hand until a monitor is connected again.",
    ),
    "waste": Verb(
        "Waste what is left", "Wasted, and seen", sheets.Waste, syringe.waste, HANDLES_MEDICINE,
        first=lambda seen: {"mg": plain(seen.left_mg)} if seen.left_mg else {},
    ),
    "discharge": Verb(
        "Discharge", "Discharge", sheets.Discharge, going_home.discharge, told=_leaving,
        first=lambda seen: {"escort": seen.value.arrival.get("escort_name", "")},
    ),
    "left-early": Verb(
        "The person left early", "Record", sheets.OptionalReason, going_home.left_early,
        hint="Never refused. It opens an incident; call the person today.",
    ),
    "send-home": Verb("No dose today", "Send home", sheets.Reason, actions.send_home),
    "record-start": Verb(
        "The pump runs already", "Record", sheets.RecordStart, dose.record_start, told=_ran_already, first=_syringe,
        hint="Kept whatever rule stands against it, marked, and an incident.",
    ),
    "record-given": Verb(
        "A dose was given already", "Record", sheets.RecordGiven, injection.record_given,
        hint="Kept whatever rule stands against it, marked, and an incident.",
    ),
}  # fmt: skip

INJECT = Verb("Time-out, then give", "The injection is given", sheets.Start, injection.give_injection, told=_started)


def verb_of(slug: str, seen: Seen) -> Verb | None:
    """The verb of a sheet; the start of an injection is another than that of an infusion."""
    return INJECT if slug == "start" and seen.value.route is Route.IM else VERBS.get(slug)


def worked_out(seen: Seen, data: Mapping[str, Any]) -> queries.ordering.Ordered | None:
    """The order in the form, worked out against the limits; None while its figures cannot be read."""
    form = sheets.Order(dict(data) | {"key": "-"}, iv=seen.value.route is Route.IV)
    if not form.is_valid():
        return None
    told = _ordered(seen, form)
    told.pop("reason")
    return queries.ordered(seen.scope, seen.mask, seen.value, **told)


def can_send(seen: Seen, slug: str) -> bool:
    """Whether the asker's roles may send this sheet: what buttons, keys and sheets are all offered by."""
    verb = verb_of(slug, seen)
    return verb is not None and can(seen.scope.roles, verb.roles)
