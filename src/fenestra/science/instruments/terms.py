"""The closed lists an instrument file may choose its words from."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """How the form as a whole is read."""

    SUM = "sum"
    MEAN = "mean"
    MAX = "max"
    COUNT = "count"  # criteria present; "unknown" is an allowed answer
    LEVEL = "level"  # one observed level
    SUBSCALES = "subscales"
    SLIDERS = "sliders"  # each line stands alone
    TRIAGE = "triage"  # a risk band by rules, no number
    CALENDAR = "calendar"  # day by day; scored by `use_days`


class Method(StrEnum):
    """How the answers of a scale become one number."""

    SUM = "sum"
    MEAN = "mean"
    MAX = "max"
    NONE = "none"


class Licence(StrEnum):
    """On what terms the wording may be shown."""

    PUBLIC_DOMAIN = "public-domain"
    OWN_WORDS = "own-words"
    FREE_NONCOMMERCIAL = "free-noncommercial"
    FREE_ATTRIBUTION = "free-attribution"
    PERMISSION = "permission"


WORDING_SHIPS = frozenset({Licence.PUBLIC_DOMAIN, Licence.OWN_WORDS})


class Ship(StrEnum):
    """What of the instrument stands in the package."""

    CORE = "core"  # wording and scoring
    SCORING_ONLY = "scoring only"
    NONE = "none"  # identifiers and scoring; the clinic needs written permission first


class Sex(StrEnum):
    """Which row of a limit that differs by sex applies."""

    FEMALE = "female"
    MALE = "male"
    UNSPECIFIED = "unspecified"


class Operator(StrEnum):
    """How an alert or a skip compares."""

    AT_LEAST = ">="
    AT_MOST = "<="
    EQUAL = "=="


class AlertLevel(StrEnum):
    """How much an alert asks for, lowest first."""

    INFO = "info"
    WARN = "warn"
    URGENT = "urgent"
    STOP = "stop"


class MissingRule(StrEnum):
    """What the file says of unanswered items. Not one of them fills a gap: a total needs all its items."""

    NONE = "none"
    NONE_PER_SUBSCALE = "none per subscale"
    KEEP_ANSWERED = "keep what was answered"
    REFUSAL_IS_POSITIVE = "refusal is positive"
    STAYS_EMPTY = "a missed time point stays empty"
    NEVER_CARRIED = "a missed time point stays empty, never carried forward"
    UNKNOWN_DAYS_APART = "unknown days reported apart"
