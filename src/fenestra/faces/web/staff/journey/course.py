"""What the journey page knows of one person: frozen values, gathered once, already behind the mask. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from zoneinfo import ZoneInfo

from fenestra.care.people.queries import EpisodeValue, PersonValue
from fenestra.science.outcomes.spells import Spell, spells
from fenestra.science.outcomes.use_rule import DayState, DecidedDay
from fenestra.science.protocols.window import TherapyWindow
from fenestra.science.quantities import plain

ONE_DAY = timedelta(days=1)


class DoseIs(StrEnum):
    """How a dose stands on the time line."""

    GIVEN = "given"
    HERE = "here now"
    BOOKED = "booked"
    PLANNED = "planned"
    SENT_HOME = "sent home"
    NOT_GIVEN = "not given"


@dataclass(frozen=True)
class Dose:
    """One dose: when it ended, or when it is expected. `window` by the rule of its protocol, None where none is known."""

    number: int
    of: int
    at: datetime
    state: DoseIs
    window: TherapyWindow | None = None
    visit_id: int | None = None

    @property
    def words(self) -> str:
        """Dose 2 of 3; a dose whose number is beyond the plan, because a visit was sent home, without its "of"."""
        return f"Dose {self.number} of {self.of}" if self.number <= self.of else f"Dose {self.number}"

    @property
    def ahead(self) -> bool:
        return self.state in (DoseIs.BOOKED, DoseIs.PLANNED, DoseIs.HERE)


class HourIs(StrEnum):
    """What became of a therapy hour."""

    HELD = "held"
    BOOKED = "booked"
    MISSED = "missed"


@dataclass(frozen=True)
class Hour:
    """One therapy hour. `inside` a window: yes, no, or None where no dose came before it or doses are hidden."""

    at: datetime
    minutes: int
    state: HourIs
    inside: bool | None = None
    dose_number: int | None = None
    who: str = ""
    what: str = ""


@dataclass(frozen=True)
class Told:
    """One check-in: the day it is about, the moment it was said, craving on sliders of 0 to 100 (None: not answered)."""

    day: date
    at: datetime
    craving_now: int | None = None
    craving_most: int | None = None


@dataclass(frozen=True)
class UseOf:
    """Days of one substance. A day without an entry, or with None, is a day nobody knows."""

    substance: str
    used: Mapping[date, bool | None]
    amounts: Mapping[date, Decimal]
    unit: str
    disagree: frozenset[date]
    heavy_from: int | None
    first: date
    last: date

    @cached_property
    def decided(self) -> tuple[DecidedDay, ...]:
        """Every day from the first to the last, unknown ones too."""
        words = {True: DayState.USED, False: DayState.ABSTINENT, None: DayState.UNKNOWN}
        days = (self.first + ONE_DAY * n for n in range((self.last - self.first).days + 1))
        return tuple(DecidedDay(day, words[self.used.get(day)], day in self.disagree) for day in days)

    @cached_property
    def spells(self) -> tuple[Spell, ...]:
        return spells(self.decided)


@dataclass(frozen=True)
class Scale:
    """One answered form. No total unless all of it was answered, and some forms give none but a word."""

    day: date
    name: str
    purpose: str
    total: Decimal | None
    band: str
    whole: bool

    @property
    def said(self) -> str:
        """What the form gave, as short as it can stand on a line."""
        if self.total is not None:
            return plain(self.total)
        return (self.band or "answered") if self.whole else "not whole"


@dataclass(frozen=True)
class Sample:
    """One biological test; `positive` None: the sample could not be read."""

    day: date
    name: str
    positive: bool | None
    value: str


@dataclass(frozen=True)
class Incident:
    at: datetime
    kind: str
    text: str
    visit_id: int


@dataclass(frozen=True)
class Appointment:
    """A person is expected, for something that is not drawn as a dose or a therapy hour, or for what comes next."""

    at: datetime
    until: datetime
    words: str
    who: str = ""
    inside: bool | None = None
    dose_number: int | None = None


@dataclass(frozen=True)
class Trigger:
    cue: str
    plan: str


@dataclass(frozen=True)
class Course:
    """Everything of one person that the page draws and tells. `hidden` names what this role does not see."""

    person: PersonValue
    episode: EpisodeValue | None
    at: datetime
    zone: str
    doses: tuple[Dose, ...] = ()
    hours: tuple[Hour, ...] = ()
    told: tuple[Told, ...] = ()
    missed: tuple[date, ...] = ()
    use: tuple[UseOf, ...] = ()
    scales: tuple[Scale, ...] = ()
    tests: tuple[Sample, ...] = ()
    incidents: tuple[Incident, ...] = ()
    appointments: tuple[Appointment, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    hidden: frozenset[str] = field(default_factory=frozenset)

    @property
    def today(self) -> date:
        return self.day_of(self.at)

    def day_of(self, at: datetime) -> date:
        """The clinic day of a moment."""
        return at.astimezone(ZoneInfo(self.zone)).date()

    def hides(self, group: str) -> bool:
        return group in self.hidden

    @property
    def given(self) -> tuple[Dose, ...]:
        return tuple(dose for dose in self.doses if dose.state is DoseIs.GIVEN)

    @property
    def empty(self) -> bool:
        """Nothing has been written of this person yet."""
        return not (self.doses or self.hours or self.told or self.missed or self.use or self.scales or self.tests)

    @cached_property
    def first_day(self) -> date:
        """The first day of which anything is written; today when nothing is."""
        moments = [dose.at for dose in self.doses] + [hour.at for hour in self.hours] + [told.at for told in self.told]
        moments += [self.episode.opened_at] if self.episode else []
        days = [*self.missed] + [use.first for use in self.use] + [scale.day for scale in self.scales]
        days += [sample.day for sample in self.tests]
        return min([*days, self.day_of(min(moments, default=self.at)), self.today])
