"""Forms that made-up people answer. Low is well: scores fall slowly with the weeks for everybody, whatever was given."""

from __future__ import annotations

import random
from datetime import datetime

from fenestra.care.measures import actions as measures
from fenestra.faces.cli.demo_maker import Maker
from fenestra.faces.cli.demo_people import Who
from fenestra.science.instruments import find_instrument

BASELINE = {"asq": "suicide", "audit_c": "alcohol", "dast10": "drugs", "phq9": "mood", "gad7": "anxiety"}
FOLLOW_UP = ("phq9", "gad7", "weekly_sliders")
CALM = {"asq": (0.0, 0.0), "ciwa_ar": (0.02, 0.07)}
USUAL, SPREAD = 0.45, 0.18
FALLS_TO = 0.65  # of the start after a year; a made-up shape
NO_HARM = {"phq9": ("i9",)}


def answers(chance: random.Random, instrument: str, share: float, spread: float) -> dict[str, int]:
    """Answers about a share of the way from the lowest to the highest score of each question."""
    found = {}
    for item in find_instrument(instrument).items:
        place = min(1.0, max(0.0, chance.gauss(share, spread)))
        found[item.id] = sorted(item.scores)[round(place * (len(item.scores) - 1))]
    return found | dict.fromkeys(NO_HARM.get(instrument, ()), 0)


def ask(maker: Maker, who: Who, person_id: int, instrument: str, at: datetime, *, weeks: int = 0, purpose: str = "",
        **said: int) -> int:  # fmt: skip
    """The person fills in one form at the clinic; `said` are answers that are given and not drawn."""
    chance = who.draws(f"{instrument} {weeks}")
    own = who.draws(instrument).uniform(0.7, 1.3)
    usual = USUAL * own * (1 - (1 - FALLS_TO) * min(weeks, 52) / 52), SPREAD
    told = answers(chance, instrument, *CALM.get(instrument, usual)) | said
    done = maker.do(
        measures.answer, "nurse", at, person_id=person_id, instrument=instrument, answers=told, day=maker.day_of(at),
        source="person", purpose=purpose,
    )  # fmt: skip
    return done.id or 0


def baseline(maker: Maker, who: Who, person_id: int, at: datetime) -> None:
    """One form for each purpose that must be met before a first dose, and the sliders."""
    forms = dict(BASELINE) | ({"ciwa_ar": "alcohol_withdrawal"} if who.substance == "alcohol" else {})
    for instrument, purpose in forms.items():
        ask(maker, who, person_id, instrument, at, purpose=purpose)
    ask(maker, who, person_id, "weekly_sliders", at)
