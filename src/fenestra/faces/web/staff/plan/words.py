"""What a protocol's card and a way on the calendar say. Pure.

The dots count what stands behind a protocol: none without a trial, one for trials that were not randomised, two for one
randomised trial, three for more; never more than one where it is not in clinical use, for its trials show no benefit, or
not in patients. They are no grade of certainty; the sentences beside them say what is known and not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from fenestra.care.plan.laid import Layout
from fenestra.care.plan.protocols import VersionValue
from fenestra.care.plan.rules import beside_its_trials
from fenestra.faces.web.days import short_moment
from fenestra.faces.web.staff.people.words import USE_WORDS
from fenestra.science.evidence.library import load_evidence
from fenestra.science.evidence.trials import Trial
from fenestra.science.protocols.protocol import Amount, Phase, Protocol, Statement, Use
from fenestra.science.quantities import plain

DOTS_SAID = (
    "The dots count what stands behind a protocol: one for trials that were not randomised, two for one randomised "
    "trial, three for more; research and historical protocols have one at most. They are no grade; the sentences say what "
    "is known and what is not."
)
PHASE_WORDS = {
    Phase.BEFORE: "Before the dose",
    Phase.DURING: "During the dose",
    Phase.AFTER: "After the dose",
    Phase.COURSE: "Around the dose",
}
ORDER = (Use.CLINICAL, Use.PATTERN, Use.RESEARCH, Use.HISTORICAL)


@dataclass(frozen=True)
class Card:
    """One version of a protocol as a physician weighs it."""

    key: str
    title: str
    use: str
    fits: bool
    dose: str
    trials: tuple[str, ...]
    dots: tuple[bool, ...]
    certainty_word: str
    certainty: tuple[Statement, ...]
    setting: tuple[Statement, ...]
    therapy: tuple[str, ...]
    window: str
    note: str
    why_not: str
    own: str


def key_of(version: VersionValue) -> str:
    """How an address names one version: its id and the start of its hash."""
    return f"{version.protocol.id}.{version.content_hash[:12]}"


def cards(versions: Sequence[VersionValue], substances: Sequence[str]) -> list[Card]:
    """Cards in the order of a choice: what can be planned for this episode first, what is only to be read last."""
    made = [(version, card(version, substances)) for version in versions]
    made.sort(
        key=lambda pair: (bool(pair[1].why_not), not pair[1].fits, ORDER.index(pair[0].protocol.use), pair[1].title)
    )
    return [each for _, each in made]


def card(version: VersionValue, substances: Sequence[str]) -> Card:
    """One card; nothing that nobody has read in its source is said as if somebody had."""
    of = version.protocol
    trials = _trials(of)
    dots, word = _certainty(trials, of.use)
    return Card(
        key=key_of(version),
        title=of.title,
        use=USE_WORDS[of.use],
        fits=not beside_its_trials(of, substances),
        dose=_dose(of),
        trials=tuple(_trial_words(each) for each in trials),
        dots=dots,
        certainty_word=word,
        certainty=of.certainty,
        setting=(*of.setting, *of.staff),
        therapy=tuple(f"{PHASE_WORDS[part.phase]}: {part.modality}. {part.text}." for part in of.therapy),
        window=of.window.text,
        note="" if version.why_not else of.plannable_note,
        why_not=version.why_not,
        own=f"This clinic's own version {of.version}: {version.reason}" if version.own else "",
    )


def _trials(of: Protocol) -> list[Trial]:
    named = {trial.id: trial for trial in load_evidence().trials}
    return [named[each] for each in of.trials if each in named]


def _trial_words(trial: Trial) -> str:
    people = trial.n_randomised or trial.n_analysed
    seen = f"{people} people" if people else "number of people not in the text read"
    kind = "randomised" if trial.randomised else "not randomised"
    return f"{trial.authors.split(',')[0]} {trial.year}: {seen}, {kind}"


def _certainty(trials: Sequence[Trial], use: Use) -> tuple[tuple[bool, ...], str]:
    randomised = sum(trial.randomised for trial in trials)
    count = 0 if not trials else 1 if not randomised else 2 if randomised == 1 else 3
    words = ("no trial", "no randomised trial", "one randomised trial", "more than one randomised trial")
    shown = count if use is Use.CLINICAL else min(count, 1)
    return tuple(place < shown for place in range(3)), words[count]


def _said(amount: Amount | None, unit: str) -> str:
    return "" if amount is None or amount.value is None else f"{plain(amount.value)} {unit}"


def _dose(of: Protocol) -> str:
    dose, route = of.dose, of.dose.route.value
    parts = [
        _said(dose.mg_per_kg, "mg/kg") or "dose not in the text read",
        f"{route.value}" if route else "route not in the text read",
        f"over {_said(dose.minutes, 'min')}" if _said(dose.minutes, "min") else "",
    ]
    count = _said(dose.doses, "dose") + ("s" if dose.doses.value and dose.doses.value > 1 else "")
    timing = dose.timing.text if dose.timing else ""
    said = [" ".join(part for part in parts if part), count, timing]
    return " · ".join(part for part in said if part)


def mark_of(layout: Layout) -> str:
    """What a way on the calendar is, in a short mark: a page that shows another one is out of date."""
    told = [
        (dose.span.starts_at.isoformat(), dose.chair_id, dose.hour and (dose.hour.staff_id, dose.hour.span.starts_at))
        for dose in layout.doses
    ]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Line:
    """One dose of a way, with its hour, in words."""

    number: int
    dose: str
    hour: str
    inside: bool | None
    move: str


def when(at: datetime, zone: str) -> str:
    """Tue 24 Nov 09:00."""
    return short_moment(at, ZoneInfo(zone))


def lines(layout: Layout, staff: Mapping[int, str], people: Mapping[int, str], zone: str) -> list[Line]:
    """A way as a list: each dose, its hour, and what would move."""
    made = []
    for number, dose in enumerate(layout.doses, 1):
        hour, move = "no hour", ""
        if dose.hour:
            inside = "in the window" if dose.hour.in_window else "outside the window"
            hour = (
                f"{when(dose.hour.span.starts_at, zone)} with {staff.get(dose.hour.staff_id, 'a therapist')}, {inside}"
            )
            if dose.hour.move:
                who = people.get(dose.hour.move.person_id or 0, "somebody")
                move = f"the hour of {who} would move to {when(dose.hour.move.to.starts_at, zone)}"
        made.append(
            Line(number, when(dose.span.starts_at, zone), hour, dose.hour.in_window if dose.hour else None, move)
        )
    return made
