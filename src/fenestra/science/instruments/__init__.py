"""Questionnaires and ratings: load, score, band, alert."""

from fenestra.science.instruments.day_file import UseDay, amounts_of, read_use_days
from fenestra.science.instruments.loader import find_instrument, load_instruments, parse_instrument, read_instruments
from fenestra.science.instruments.purposes import fulfils, instruments_for, unmet_purposes
from fenestra.science.instruments.report import as_plain, score_answers, score_days
from fenestra.science.instruments.scoring import Alert, Scored, score
from fenestra.science.instruments.terms import AlertLevel, Kind, Licence, Sex
from fenestra.science.instruments.use_days import (
    CalendarLimits,
    UseSummary,
    calendar_limits,
    score_drinks,
    score_use,
)
from fenestra.science.instruments.values import Band, Instrument, Item

__all__ = [
    "Alert",
    "AlertLevel",
    "Band",
    "CalendarLimits",
    "Instrument",
    "Item",
    "Kind",
    "Licence",
    "Scored",
    "Sex",
    "UseDay",
    "UseSummary",
    "amounts_of",
    "as_plain",
    "calendar_limits",
    "find_instrument",
    "fulfils",
    "instruments_for",
    "load_instruments",
    "parse_instrument",
    "read_instruments",
    "read_use_days",
    "score",
    "score_answers",
    "score_days",
    "score_drinks",
    "score_use",
    "unmet_purposes",
]
