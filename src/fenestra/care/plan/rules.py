"""What may be planned, when an hour needs a reason, and whether a course goes on. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

from fenestra.science.errors import BadInput, NotHere, Refused
from fenestra.science.protocols.orders import Route
from fenestra.science.protocols.protocol import Protocol, Use
from fenestra.science.protocols.screening import Verdict


class AppointmentKind(StrEnum):
    """What a person is expected for."""

    THERAPY = "therapy"
    DOSE = "dose"
    SCALES = "scales"
    FOLLOW_UP = "follow_up"


class AppointmentState(StrEnum):
    BOOKED = "booked"
    KEPT = "kept"
    MISSED = "missed"
    CANCELLED = "cancelled"


class DoseState(StrEnum):
    """Whether a planned dose still stands. What was given is written in its visit, not here."""

    PLANNED = "planned"
    DROPPED = "dropped"


KIND_WORDS: Mapping[AppointmentKind, str] = {
    AppointmentKind.THERAPY: "therapy hour",
    AppointmentKind.DOSE: "dose",
    AppointmentKind.SCALES: "scales",
    AppointmentKind.FOLLOW_UP: "follow-up",
}

# Typing checks, not clinical limits.
MOST_DOSES = 99
MOST_MINUTES = 24 * 60
MOST_DAYS_BETWEEN = 365


class NotPlannable(Refused):
    """This protocol cannot be planned here as things stand."""


class NotReady(Refused):
    """The person, or the episode, is not at the point where a course can be planned."""


class Clash(Refused):
    """Two things would lie on one person, one therapist or one chair."""


class CourseStops(Refused):
    """No review said that the course goes on to this dose."""


class OtherRoute(Refused):
    """The dose would be given by another way than the episode's protocol gives it."""


class NoSuchPlan(NotHere):
    """Not a plan, an appointment or a chair of this clinic, or not one this human may see."""


@dataclass(frozen=True)
class PlanFacts:
    """What a plan is judged by. `verdict` and `decided` are of the newest screening; `consent` says what is wrong with
    the consent to treatment, empty when it stands."""

    episode_open: bool
    has_plan: bool
    episode_substances: frozenset[str]
    consent: str
    verdict: Verdict | None
    decided: str
    ethics_reference: str
    reason: str


def why_not_plannable(protocol: Protocol) -> str:
    """Why nobody can plan this protocol as it stands; empty when it can be planned."""
    if protocol.use is Use.HISTORICAL or not protocol.plannable:
        return (
            f"{protocol.title}: {protocol.plannable_note} "
            "A medical director can sign a version of the clinic's own; or choose another protocol."
        )
    return ""


def check_plannable(protocol: Protocol, *, ethics_reference: str) -> None:
    """Refuse a historical protocol, one whose dose is not known, and a research one without an ethics reference."""
    if why := why_not_plannable(protocol):
        raise NotPlannable(why)
    if protocol.needs_ethics_reference and not ethics_reference.strip():
        raise BadInput(
            f"{protocol.title} is for research. Write the reference of the ethics committee that allows it, or choose a "
            "clinical protocol.",
            field="ethics_reference",
        )


def check_can_plan(protocol: Protocol, facts: PlanFacts) -> None:
    """Refuse to plan before the person is screened, judged fit and has consented, or over a plan that still runs."""
    if not facts.episode_open:
        raise NotReady("This episode is closed. Open a new one for a new course.")
    if facts.has_plan:
        raise NotReady("This episode has a plan. End that plan first, then lay a new one.")
    check_plannable(protocol, ethics_reference=facts.ethics_reference)
    if facts.consent:
        raise NotReady(facts.consent)
    if facts.verdict is None:
        raise NotReady("Nobody has screened this person yet. Screen first; the plan follows from it.")
    check_decided(facts.verdict, facts.decided, before="a plan is made")
    if (beside := beside_its_trials(protocol, facts.episode_substances)) and not facts.reason.strip():
        raise BadInput(f"{beside} Write why it is right for this person, or choose another.", field="reason")


def check_decided(verdict: Verdict, decided: str, *, before: str) -> None:
    """Refuse to go on from a screening that nobody let pass. `decided`: what a prescriber decided on it, empty when
    nobody has."""
    if decided == Verdict.NOT_NOW:
        raise NotReady("The prescriber decided after screening: not now. Screen again when things have changed.")
    if decided == Verdict.FIT or verdict is Verdict.FIT:
        return
    said = "not now" if verdict is Verdict.NOT_NOW else "a prescriber must decide"
    raise NotReady(f"The last screening says: {said}. A prescriber decides there, with a reason, before {before}.")


# The words of an episode and of the evidence differ for three substances.
IN_EVIDENCE: Mapping[str, str] = {"opioids": "opioid", "nicotine": "tobacco", "amphetamines": "methamphetamine"}


def beside_its_trials(protocol: Protocol, episode_substances: Collection[str]) -> str:
    """In a sentence, that the protocol is for another substance than the episode; empty when it is for this one."""
    meant = {each.value for each in protocol.substances}
    if not meant or meant & {IN_EVIDENCE.get(each, each) for each in episode_substances}:
        return ""
    return f"{protocol.title} is for {' and '.join(sorted(meant))}; this episode is for {', '.join(sorted(episode_substances))}."


def check_own_version(protocol: Protocol, *, origin: Protocol) -> None:
    """Refuse to sign what ships, what says no reason, or a historical protocol made plannable without limits of its
    own."""
    if protocol.made_from is None or not protocol.made_from.reason.strip():
        raise BadInput("Sign a version of your own: copy the protocol, change it, and say why.", field="content")
    if protocol.plannable and protocol.use is Use.HISTORICAL:
        raise BadInput("Give your version a use of its own: what is historical cannot be planned.", field="content")
    if protocol.plannable and origin.use is Use.HISTORICAL and protocol.own_limits is None:
        raise BadInput(
            f"{origin.title} is historical. Your version needs dose limits of its own, and the staff that go with them.",
            field="content",
        )


@dataclass(frozen=True)
class Spacing:
    """How many doses, and the days from one to the next. None: the protocol does not say, and a human must."""

    doses: int | None
    least_days: int | None
    most_days: int | None


def spacing_of(protocol: Protocol) -> Spacing:
    """What the trial gave. One number of days alone is taken for both ends."""
    dose = protocol.dose
    doses, least, most = (
        int(amount.value) if amount is not None and amount.value is not None else None
        for amount in (dose.doses, dose.days_between_least, dose.days_between_most)
    )
    return Spacing(doses, least or most, most or least)


def spacing_for(protocol: Protocol, *, doses: int | None, least_days: int | None, most_days: int | None) -> Spacing:
    """The spacing to lay: the protocol's own, or what a human typed where it says nothing. Refused while open."""
    given = spacing_of(protocol)
    wanted = doses or given.doses
    if wanted is None or not 1 <= wanted <= MOST_DOSES:
        raise BadInput(
            "The protocol does not say how many doses. Write how many you plan, for example 2.", field="doses"
        )
    least, most = least_days or given.least_days, most_days or given.most_days
    if wanted == 1:
        return Spacing(1, 1, 1)
    least, most = least or most, most or least
    if least is None or most is None:
        raise BadInput(
            "The protocol does not say how many days lie between its doses. Write them: nothing is assumed.",
            field="least_days",
        )
    if not 1 <= least <= most <= MOST_DAYS_BETWEEN:
        raise BadInput(
            "Write the fewest days between doses first, then the most, for example 7 and 21.", field="most_days"
        )
    return Spacing(wanted, least, most)


def check_hours(from_time: time, until_time: time, weekday: int) -> None:
    """Refuse hours that end before they begin."""
    if not 0 <= weekday <= 6:
        raise BadInput("Choose a day of the week.", field="weekday")
    if from_time >= until_time:
        raise BadInput(
            "The hours end before they begin. Write from and until, for example 09:00 and 13:00.", field="until_time"
        )


def check_outside_said(*, inside: bool, because: str, when_words: str) -> None:
    """Refuse an hour outside the window without a reason. With one it is allowed: the window is a hypothesis."""
    if not inside and not because.strip():
        raise BadInput(
            f"The hour on {when_words} lies outside the window of its dose. Write why it is right all the same, or choose "
            "another time.",
            field="outside_because",
        )


def check_state(now: AppointmentState, then: str) -> None:
    """Refuse to move, keep, miss or cancel what is over."""
    if now is not AppointmentState.BOOKED:
        raise Refused(
            f"This appointment is {now.value} already. Book a new one if the person comes again, not '{then}'."
        )


def check_starts_in_order(starts: Collection[datetime]) -> None:
    """Refuse doses that are not one after another."""
    if not starts or list(starts) != sorted(set(starts)):
        raise BadInput("Write the doses in their order, each later than the one before.", field="dose_days")


def check_spacing(
    protocol: Protocol, starts: Sequence[datetime], zone: ZoneInfo, *, now: datetime, reason: str
) -> None:
    """Refuse a course in the past, or one other than the trial's without a reason. Where the protocol says nothing of
    days between doses, nothing is assumed."""
    days = [each.astimezone(zone).date() for each in starts]
    if days[0] < now.astimezone(zone).date():
        raise BadInput("The first dose lies in the past. Choose a day from today on.", field="dose_days")
    given = spacing_of(protocol)
    gaps = [(later - earlier).days for earlier, later in pairwise(days)]
    said = ""
    if given.doses is not None and given.doses != len(days):
        said = (
            f"{protocol.title} has {given.doses} {'dose' if given.doses == 1 else 'doses'}; this plan has {len(days)}."
        )
    elif given.least_days and given.most_days and any(not given.least_days <= g <= given.most_days for g in gaps):
        said = f"{protocol.title} has {given.least_days} to {given.most_days} days between doses; this plan has others."
    if said and not reason.strip():
        raise BadInput(f"{said} Write why, or plan it as the trial gave it.", field="reason")


def check_review(before_dose: int, *, go_on: bool, reason: str) -> None:
    """Refuse a course review before a first dose, or one that does not say why."""
    if not 2 <= before_dose <= MOST_DOSES:
        raise BadInput("A course review stands before the second or a later dose.", field="before_dose")
    if not reason.strip():
        raise BadInput("Write why more is wanted." if go_on else "Write why the course stops here.", field="reason")


def reviewed_words(before_dose: int, *, go_on: bool) -> str:
    """What a review says, in a sentence."""
    return f"The course {'goes on to' if go_on else 'stops before'} dose {before_dose}."


ROUTE_WORDS: Mapping[Route, str] = {Route.IV: "an infusion (iv)", Route.IM: "an injection (im)"}


def other_route(protocol: Protocol, route: Route) -> str:
    """Why a dose by this route is none of this protocol's; empty when it is, or where the protocol does not say."""
    meant = protocol.dose.route.value
    if meant is None or meant is route:
        return ""
    return (
        f"{protocol.title} gives {ROUTE_WORDS[meant]}; this visit is for {ROUTE_WORDS[route]}. Book a visit of that route, "
        "or plan a version of the clinic's own that a medical director signed for this one."
    )


def course_stops(dose_number: int, go_on: bool | None) -> str:
    """Why the course stops before this dose; empty when it goes on. `go_on`: the newest review, None for none."""
    if dose_number <= 1 or go_on:
        return ""
    if go_on is None:
        return (
            f"Nobody has reviewed the course before dose {dose_number}. It stops here unless a prescriber says, with a "
            "reason, why more is wanted: write the course review first."
        )
    return f"The course review before dose {dose_number} says stop. A new review, with its reason, would have to say why more."
