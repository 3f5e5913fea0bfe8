"""Doses laid on the calendar backwards from therapist hours, so that an hour falls in each window. Pure search.

For every first day it gives the best course that starts on it, and ranks those: fewest doses without any hour, then
fewest hours outside the window, then fewest hours of others that would move, then the earliest end. Where moving
somebody's hour brings one into the window, the way with and the way without the move are both given: which is better
is for a human to say, for the window is a hypothesis and the other person's hour is a promise.

Nothing here chooses a dose or a spacing: the protocol or a human gives them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from fenestra.care.plan.laid import Calendar, Cost, LaidDose, LaidHour, Layout, Move, Wish
from fenestra.care.plan.spans import Span, Taken, Weekly, free, span_on, starts_in
from fenestra.science.protocols.window import TherapyWindow, WindowStanding, therapy_window

# How the calendar is cut and how far it looks: handling, not clinical figures.
EVERY_MINUTES = 30
FIRST_DAYS = 21
HOURS_OUTSIDE_LOOKED_AT = 12


def layouts(calendar: Calendar, wish: Wish, *, count: int = 5) -> list[Layout]:
    """The best ways to lay the course, best first, at most `count`; one for each first day, and beside it the way
    without moving anybody where that differs."""
    found: list[Layout] = []
    searches = [_Search(calendar, wish, may_move=False)]
    if any(taken.may_move_in for taken in calendar.taken):
        searches.append(_Search(calendar, wish, may_move=True))
    for offset in range(FIRST_DAYS):
        laid = [search.best(wish.first_day + timedelta(days=offset)) for search in searches]
        found += [
            each for at, each in enumerate(laid) if each and (at == 0 or laid[0] is None or each.cost < laid[0].cost)
        ]
    return sorted(found, key=lambda each: (each.cost, each.doses[0].day))[:count]


@dataclass
class _Search:
    """One search over one calendar; keeps what it has worked out for a day."""

    calendar: Calendar
    wish: Wish
    may_move: bool
    days: dict[date, list[LaidDose]] = field(default_factory=dict)
    bounds: dict[tuple[int, date], Cost | None] = field(default_factory=dict)
    starts: dict[tuple[int, date], list[Span]] = field(default_factory=dict)
    free_starts: dict[tuple[int, date], list[Span]] = field(default_factory=dict)

    # ---- the course: depth first, cheapest day first, cut off by the least that the rest can cost

    def best(self, first: date) -> Layout | None:
        """The cheapest course that starts on this day, or None when there is none."""
        self._found: Layout | None = None
        self._go((), (first,))
        return self._found

    def _go(self, laid: tuple[LaidDose, ...], days: tuple[date, ...]) -> None:
        spent = _sum(laid)
        if len(laid) == self.wish.doses:
            self._found = Layout(laid, spent)
            return
        left = self.wish.doses - len(laid)
        for day in sorted(days, key=lambda day: (self._bound(left, day) or _NEVER, day)):
            rest = self._bound(left, day)
            if rest is None or not self._better(spent.plus(rest)):
                continue
            for option in self.options(day):
                later = self._rest_after(left, day)
                if later is None or not self._better(spent.plus(option.cost).plus(later)):
                    break
                if _fits(option, laid):
                    self._go((*laid, option), self._next_days(day))

    def _better(self, cost: Cost) -> bool:
        return self._found is None or cost < self._found.cost

    def _next_days(self, day: date) -> tuple[date, ...]:
        gaps = range(self.wish.least_days, self.wish.most_days + 1)
        return tuple(day + timedelta(days=gap) for gap in gaps)

    def _rest_after(self, left: int, day: date) -> Cost | None:
        """The least that the doses after this one can cost, clashes aside."""
        if left == 1:
            return _NOTHING
        bounds = [bound for each in self._next_days(day) if (bound := self._bound(left - 1, each))]
        return min(bounds, default=None)

    def _bound(self, left: int, day: date) -> Cost | None:
        """The least that so many doses from this day on can cost, clashes aside; None when they cannot be laid."""
        if (left, day) not in self.bounds:
            least, rest = self._least(day), self._rest_after(left, day)
            self.bounds[left, day] = least.plus(rest) if least and rest else None
        return self.bounds[left, day]

    # ---- one day

    def _least(self, day: date) -> Cost | None:
        """What a dose on this day costs at least. Most days have an hour in a window, and then nothing more is asked."""
        nothing = Cost(0, 0, 0, day.toordinal())
        if any(option.cost == nothing for held in self._held(day) for option in self._with_hours(day, held)):
            return nothing
        options = self.options(day)
        return options[0].cost if options else None

    def options(self, day: date) -> list[LaidDose]:
        """Every way to give a dose on this day, cheapest first."""
        if day not in self.days:
            made = [option for held in self._held(day) for option in self._with_hours(day, held)]
            self.days[day] = sorted(made, key=_order)
        return self.days[day]

    def _held(self, day: date) -> list[Span]:
        wish = self.wish
        minutes = wish.minutes_before + wish.dose_minutes + wish.minutes_after
        open_spans = [span for weekly in self.calendar.dosing if (span := span_on(weekly, day, self.calendar.zone))]
        starts = {held for span in open_spans for held in starts_in(span, minutes=minutes, every_minutes=EVERY_MINUTES)}
        return sorted(held for held in starts if held.starts_at >= wish.first_instant and free(held, self._own))

    def _with_hours(self, day: date, held: Span) -> list[LaidDose]:
        chair = next((each for each in self.calendar.chairs if free(held, self._of_chair(each))), None)
        if chair is None:
            return []
        ends = held.starts_at + timedelta(minutes=self.wish.minutes_before + self.wish.dose_minutes)
        window = therapy_window(self.wish.window, ends)
        hours: list[LaidHour | None] = [*self._hours(window, held)] if self.wish.wants_hours else []
        return [
            LaidDose(day, held, chair, window, hour, _cost(day, hour, wanted=self.wish.wants_hours))
            for hour in [*hours, None]
        ]

    def _hours(self, window: TherapyWindow, held: Span) -> list[LaidHour]:
        """Hours for a dose: all that are free in the window, those that a move would free, the nearest outside."""
        inside, outside = self._around(window, held, self._free_starts)
        outside.sort(key=lambda each: (_far(window, each[1]), each[0]))
        kept = inside + outside[:HOURS_OUTSIDE_LOOKED_AT]
        hours = [LaidHour(staff, span, window.standing(span.starts_at)) for staff, span in kept]
        if self.may_move:
            given_away = self._around(window, held, self._given_starts)[0]
            moved = ((staff, span, self._move(staff, span)) for staff, span in given_away)
            hours += [LaidHour(staff, span, WindowStanding.OPEN, move) for staff, span, move in moved if move]
        return hours

    def _around(
        self, window: TherapyWindow, held: Span, starts_of: Callable[[int, date], list[Span]]
    ) -> tuple[list[tuple[int, Span]], list[tuple[int, Span]]]:
        """Times in the window, and those outside it from the next morning on until its soft tail ends."""
        zone = self.calendar.zone
        inside: list[tuple[int, Span]] = []
        outside: list[tuple[int, Span]] = []
        day, last = held.ends_at.astimezone(zone).date(), window.soft_until.astimezone(zone).date()
        next_day = day + timedelta(days=1)
        while day <= last:
            for staff in self._staff:
                for span in starts_of(staff, day):
                    if held.ends_at <= span.starts_at and _is_open(window, span):
                        inside.append((staff, span))
                    elif day >= next_day and span.starts_at <= window.soft_until:
                        outside.append((staff, span))
            day += timedelta(days=1)
        return inside, outside

    def _free_starts(self, staff: int, day: date) -> list[Span]:
        if (staff, day) not in self.free_starts:
            self.free_starts[staff, day] = [span for span in self._starts(staff, day) if self._free(staff, span)]
        return self.free_starts[staff, day]

    def _given_starts(self, staff: int, day: date) -> list[Span]:
        return [span for span in self._starts(staff, day) if span not in self._free_starts(staff, day)]

    def _starts(self, staff: int, day: date) -> list[Span]:
        if (staff, day) not in self.starts:
            weekly = [each for each in self.calendar.therapists if each.staff_id == staff]
            spans = [span for each in weekly if (span := span_on(each, day, self.calendar.zone))]
            minutes = self.wish.hour_minutes
            made = {s for span in spans for s in starts_in(span, minutes=minutes, every_minutes=EVERY_MINUTES)}
            self.starts[staff, day] = sorted(made)
        return self.starts[staff, day]

    def _free(self, staff: int, span: Span) -> bool:
        return free(span, self._own) and free(span, self._of_staff.get(staff, ()))

    def _move(self, staff: int, span: Span) -> Move | None:
        """The one appointment in the way, moved to the nearest time of the same therapist that suits it too."""
        across = [each for each in self._of_staff.get(staff, ()) if each.span.meets(span)]
        if len(across) != 1 or across[0].may_move_in is None or not free(span, self._own):
            return None
        moved, within = across[0], across[0].may_move_in
        if moved.person_id == self.wish.person_id:
            return None
        others = [each for each in self.calendar.taken if each.id != moved.id]
        theirs = [each for each in others if each.staff_id == staff or each.person_id == moved.person_id]
        minutes = int((moved.span.ends_at - moved.span.starts_at) / timedelta(minutes=1))
        places = [
            place
            for each in self.calendar.therapists
            if each.staff_id == staff
            for open_span in self._on_days(each, within)
            for place in starts_in(open_span, minutes=minutes, every_minutes=EVERY_MINUTES)
            if within.starts_at <= place.starts_at <= within.ends_at
            and place.starts_at >= self.wish.first_instant
            and not place.meets(span)
            and free(place, theirs)
        ]
        nearest = min(places, key=lambda p: (abs(p.starts_at - moved.span.starts_at), p.starts_at), default=None)
        return Move(moved.id, staff, moved.person_id, nearest) if nearest else None

    def _on_days(self, weekly: Weekly, within: Span) -> list[Span]:
        first, last = (moment.astimezone(self.calendar.zone).date() for moment in (within.starts_at, within.ends_at))
        days = (first + timedelta(days=at) for at in range((last - first).days + 1))
        return [span for day in days if (span := span_on(weekly, day, self.calendar.zone))]

    # ---- what is given away, by whose it is

    @cached_property
    def _own(self) -> list[Taken]:
        return [each for each in self.calendar.taken if each.person_id == self.wish.person_id]

    @cached_property
    def _of_staff(self) -> dict[int, list[Taken]]:
        found: dict[int, list[Taken]] = {}
        for each in self.calendar.taken:
            if each.staff_id is not None:
                found.setdefault(each.staff_id, []).append(each)
        return found

    def _of_chair(self, chair_id: int) -> list[Taken]:
        return [each for each in self.calendar.taken if each.chair_id == chair_id]

    @cached_property
    def _staff(self) -> list[int]:
        return sorted({each.staff_id for each in self.calendar.therapists if each.staff_id is not None})


_NOTHING = Cost(0, 0, 0, 0)
_NEVER = Cost(10**6, 0, 0, 0)


def _cost(day: date, hour: LaidHour | None, *, wanted: bool) -> Cost:
    if hour is None:
        return Cost(int(wanted), 0, 0, day.toordinal())
    return Cost(0, int(not hour.in_window), int(hour.move is not None), day.toordinal())


def _sum(laid: tuple[LaidDose, ...]) -> Cost:
    total = _NOTHING
    for dose in laid:
        total = total.plus(dose.cost)
    return total


def _order(dose: LaidDose) -> tuple[Cost, Span, timedelta, int]:
    """Cheapest first, then early in the day, then the first hour in the window or the nearest outside it."""
    if dose.hour is None:
        return dose.cost, dose.span, timedelta(0), 0
    return dose.cost, dose.span, _far(dose.window, dose.hour.span), dose.hour.staff_id


def _is_open(window: TherapyWindow, span: Span) -> bool:
    # As `window.standing` says it; all of these are instants in UTC, and this is asked a hundred thousand times.
    return window.opens_at <= span.starts_at <= window.closes_at


def _far(window: TherapyWindow, span: Span) -> timedelta:
    """How far outside the window an hour lies; inside it, how long after it opens."""
    if _is_open(window, span):
        return span.starts_at - window.opens_at
    return max(window.opens_at - span.starts_at, span.starts_at - window.closes_at)


def _fits(option: LaidDose, laid: tuple[LaidDose, ...]) -> bool:
    """Whether this dose and its hour can stand beside those laid before: one person, one therapist, one place each."""
    return all(_apart(option, before) for before in laid)


def _apart(one: LaidDose, other: LaidDose) -> bool:
    moves = [dose.hour.move for dose in (one, other) if dose.hour and dose.hour.move]
    if len(moves) == 2 and moves[0].appointment_id == moves[1].appointment_id:
        return False
    own = [one.span, *_hour(one)], [other.span, *_hour(other)]
    staffed = [*_hour(one), *_moved(one)], [*_hour(other), *_moved(other)]
    return not any(a.meets(b) for mine, theirs in (own, staffed) for a in mine for b in theirs)


def _hour(dose: LaidDose) -> list[Span]:
    return [dose.hour.span] if dose.hour else []


def _moved(dose: LaidDose) -> list[Span]:
    return [dose.hour.move.to] if dose.hour and dose.hour.move else []
