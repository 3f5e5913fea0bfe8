"""What happened to a clinic's people under one endpoint, beside what was published: numbers of people, never who."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from fenestra.care.people.rules import Substance, chosen
from fenestra.faces.web.research import outcome_words as words
from fenestra.faces.web.research.arms import ArmShown, arms
from fenestra.faces.web.research.curve_picture import curve_picture
from fenestra.faces.web.research.row_pictures import Told, arm_rows, dot_picture, lines_picture
from fenestra.ground.book import clock
from fenestra.ground.book.act import write_line
from fenestra.learning.registry import queries, rules
from fenestra.learning.registry.queries import ClinicOutcome
from fenestra.science.outcomes.clinic_curve import ClinicCurve, TooFewForACurve
from fenestra.science.outcomes.endpoints import MissingRule
from fenestra.science.outcomes.presets import BOTH_RULES, Preset, load_presets, preset
from fenestra.science.outcomes.shares import GroupPercentDays, GroupShare, RuleShare

FIRST_SHOWN, FIRST_SUBSTANCE = "first_lapse", Substance.ALCOHOL
SIZES = (("wide", False), ("narrow", True))  # a picture is drawn twice, so that its words stay readable on a phone


@require_safe
def page(request: Any) -> HttpResponse:
    """`?preset=…&substance=…&rule=…`: nothing in the address is about a person."""
    scope, mask, at = request.scope_, request.mask, clock.now()
    endpoint = preset(request.GET.get("preset") or FIRST_SHOWN)
    substance = _substance(endpoint, request.GET.get("substance"))
    typed = request.GET.get("rule")
    rule = chosen(MissingRule, typed, field="rule") if typed else endpoint.missing_rule
    found = queries.clinic_outcome(scope, mask, endpoint.id, substance, at=at, stated=rule)
    write_line("read", "outcomes of the clinic", by=scope, at=at, about=f"endpoint:{endpoint.id}")
    shown = arms(found.beside.points)
    return render(
        request,
        "research/outcomes.html",
        {
            "here": "outcomes",
            "found": found,
            "records": found.records,
            "endpoint": found.preset,
            "own_rule": words.RULE[endpoint.missing_rule],
            "source_of_a_day": words.SOURCE_OF_A_DAY[endpoint.use_rule],
            "head": words.headline(found),
            "counted": words.counted(found),
            "arms": shown,
            "presets": load_presets(),
            "substances": _offered(endpoint),
            "switch": _switch(endpoint, substance, rule),
            "rule_says": words.rule_says(found.preset),
            **_picture(found, shown),
        },
    )


def _substance(endpoint: Preset, typed: str | None) -> Substance:
    """The endpoint's own substance where it has one: changing the endpoint changes the word with it."""
    own = rules.substance_of(endpoint)
    return own or (chosen(Substance, typed, field="substance") if typed else FIRST_SUBSTANCE)


def _offered(endpoint: Preset) -> tuple[Substance, ...]:
    own = rules.substance_of(endpoint)
    return (own,) if own else tuple(Substance)


def _switch(endpoint: Preset, substance: Substance, rule: MissingRule) -> list[tuple[str, str, bool]]:
    """Both missing rules: the word, where it leads, and whether it is on."""
    asked = {"preset": endpoint.id, "substance": substance.value}
    address = reverse("outcomes")
    return [
        (words.RULE[each], f"{address}?{urlencode(asked | {'rule': each.value})}", each is rule) for each in BOTH_RULES
    ]


def _picture(found: ClinicOutcome, shown: tuple[ArmShown, ...]) -> dict[str, Any]:
    """What is drawn and its table: a curve, single lines, or a number with its interval among the published ones."""
    own, rule = found.beside.own, found.preset.missing_rule
    if not found.records.people:
        return {"kind": "nobody", "title": "Nobody to count yet"}
    if isinstance(own, ClinicCurve):
        names = (words.RULE[rule], words.RULE[words.OTHER[rule]])
        event = words.EVENT[found.preset.question]
        return {
            "kind": "curve", "title": words.STILL[found.preset.question], "event": event, "names": names,
            "pictures": [(size, curve_picture(own, shown, event=event, rules=names, narrow=small)) for size, small in SIZES],
            "rows": words.time_rows(own), "own": own,
        }  # fmt: skip
    if isinstance(own, TooFewForACurve):
        return {
            "kind": "lines", "title": "Each person's own line", "own": own, "rows": words.line_rows(own),
            "pictures": [(size, lines_picture(own, narrow=small)) for size, small in SIZES],
        }  # fmt: skip
    told = (_share_rows(own, rule) if isinstance(own, GroupShare) else _mean_rows(own, rule)) + arm_rows(shown)
    return {
        "kind": "dots", "title": found.preset.name, "rows": told,
        "pictures": [(size, dot_picture(told, narrow=small)) for size, small in SIZES],
    }  # fmt: skip


def _share_rows(own: GroupShare, rule: MissingRule) -> list[Told]:
    return [_share_row(own.stated, rule, "ours"), _share_row(own.beside, words.OTHER[rule], "ours-other")]


def _share_row(told: RuleShare, rule: MissingRule, kind: str) -> Told:
    bounds = told.interval
    return Told(
        f"Ours, {words.RULE[rule]}: {told.met} of {told.n}", told.share, bounds.low if bounds else None,
        bounds.high if bounds else None, words.percent(told.share), kind,
    )  # fmt: skip


def _mean_rows(own: GroupPercentDays, rule: MissingRule) -> list[Told]:
    both = {each.missing_rule: each for each in (own.observed_only, own.missing_is_use)}
    rows = []
    for which, kind in ((rule, "ours"), (words.OTHER[rule], "ours-other")):
        mean = both[which].mean
        share = None if mean is None else float(mean) / 100
        name = f"Ours, {words.RULE[which]}: mean of {words.people(both[which].n)}"
        rows.append(Told(name, share, None, None, words.percent(share), kind))
    return rows
