"""A person's course in words. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from fenestra.care.people.queries import EpisodeValue, PersonValue
from fenestra.care.people.rules import Decided
from fenestra.care.people.values import ScreeningValue
from fenestra.care.visit.rules import CLOSED, MEANING, VisitState
from fenestra.care.visit.values import VisitLine
from fenestra.science.errors import Refused
from fenestra.science.evidence.library import load_evidence
from fenestra.science.protocols.protocol import Protocol, Use
from fenestra.science.protocols.regimens import content_hash, protocol
from fenestra.science.protocols.screening import Verdict

USE_WORDS = {
    Use.CLINICAL: "clinical use, off-label",
    Use.RESEARCH: "research only: an ethics reference is needed",
    Use.HISTORICAL: "historical: to be read, not planned",
    Use.PATTERN: "a pattern without a trial",
}


# Asked, and there are none: exactly these words and nothing beside them. Whatever else is written stands as a warning.
NO_ALLERGY = frozenset({
    "none", "none known", "no", "nil", "no allergy", "no allergies", "no known allergy", "no known allergies",
    "none reported", "nka", "nkda",
})  # fmt: skip


def has_no_allergy(written: str) -> bool:
    """Whether somebody asked and was told that there is none. Nothing written is not that: nobody may have asked."""
    return written.strip().rstrip(".").casefold() in NO_ALLERGY


@dataclass(frozen=True)
class EpisodeWords:
    """One course: for what, with which goal, under which protocol, and what stands behind that."""

    id: int
    substances: str
    goal: str
    open: bool
    opened_at: datetime
    doses: int
    title: str
    use: str
    trials: tuple[str, ...]


def chair_words(chair: str) -> str:
    """The chair by its name: 'chair A' for A, and no second 'chair' where the name has one."""
    return chair if "chair" in chair.casefold() else f"chair {chair}"


def known_protocol(protocol_id: str) -> Protocol | None:
    """The shipped protocol, or None for one this installation does not know."""
    try:
        return protocol(protocol_id)
    except Refused:
        return None


def episode(value: EpisodeValue) -> EpisodeWords:
    """The episode with its protocol as it stood when it was opened, said plainly when it no longer does."""
    if not value.protocol:
        none = "not chosen yet", "a plan names it", ()
        return EpisodeWords(
            value.id, ", ".join(value.substances), value.goal, value.open, value.opened_at, value.doses_planned, *none
        )
    found = known_protocol(value.protocol)
    title, use = (found.title, USE_WORDS[found.use]) if found else (value.protocol, "a protocol not known here")
    if found and content_hash(found) != value.protocol_hash:
        use += "; opened under another version of it"
    trials = trial_words(found.trials) if found else ()
    return EpisodeWords(
        value.id, ", ".join(value.substances), value.goal, value.open, value.opened_at, value.doses_planned, title,
        use, trials,
    )  # fmt: skip


def trial_words(ids: Sequence[str]) -> tuple[str, ...]:
    """Trials by name as the evidence file has them."""
    named = {trial.id: trial for trial in load_evidence().trials}
    return tuple(f"{named[each].authors.split(',')[0]} {named[each].year}" if each in named else each for each in ids)


def meaning(day: VisitLine, *, today: date) -> str:
    """What a state means, on a page that also lists other days: who is booked for another day is not expected today."""
    if day.state is not VisitState.BOOKED or day.day == today:
        return MEANING[day.state]
    return "expected on that day" if day.day > today else "the day has passed, nobody checked in"


class Step(StrEnum):
    """What comes next on the way to a first visit."""

    SCREEN = "screen"
    DECIDE = "decide"
    CONSENT = "consent"
    PLAN = "plan"


STEP_WORDS = {
    Step.SCREEN: "An episode is open. Next: the screening.",
    Step.DECIDE: "Screened. Next: a prescriber decides.",
    Step.CONSENT: "Screened. Next: the consent to treatment is read and signed.",
    Step.PLAN: "Screened and consented. Next: the plan.",
}


def next_step(
    episodes: Sequence[EpisodeValue], visits: Sequence[VisitLine], screened: ScreeningValue | None, *, consented: bool
) -> Step | None:
    """The next step before anybody is booked; none without an open episode, and none after a screening that says not
    now."""
    if visits or not any(each.open for each in episodes):
        return None
    if screened is None:
        return Step.SCREEN
    decided = screened.decided
    if decided is None and screened.verdict is not Verdict.FIT:
        return Step.DECIDE
    if decided is not None and decided.decision is Decided.NOT_NOW:
        return None
    return Step.PLAN if consented else Step.CONSENT


def story(
    one: PersonValue, episodes: Sequence[EpisodeValue], visits: Sequence[VisitLine], step: Step | None = None
) -> str:
    """One sentence that says where this person is."""
    if not episodes:
        return "No episode yet. Open one to plan a course."
    if step:
        return STEP_WORDS[step]
    if not visits:
        return "An episode is open; no visit is booked yet." if episodes[0].open else "No visit was ever booked."
    done = sum(day.state in CLOSED and day.state is not VisitState.SENT_HOME for day in visits)
    ahead = [day for day in visits if day.state not in CLOSED]
    said = f"{done} of {visits[-1].doses_planned} doses done."
    if not ahead:
        return f"{said} No further visit is booked."
    if ahead[0].state is VisitState.BOOKED:
        return f"{said} Next: {ahead[0].day:%A %-d %B}, dose {ahead[0].dose_number}."
    return f"{said} Here now: {ahead[0].state.value}, {ahead[0].chair}."
