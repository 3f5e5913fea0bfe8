"""What pages read about people: frozen, and as the asker may see it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from fenestra.care.people.rules import Decided, EndReason, MedicineKind, ReferralSource, Substance
from fenestra.science.protocols.facts import ScreeningFacts
from fenestra.science.protocols.protocol import Protocol
from fenestra.science.protocols.regimens import content_hash
from fenestra.science.protocols.screening import Reason, Verdict
from fenestra.science.protocols.screening_rules import Effect
from fenestra.science.protocols.trial_entry import EntryStanding, would_have_been_in_trial

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class PersonValue:
    """A person as the asker may see them; hidden or erased identity reads as words, never as somebody else."""

    id: int
    code: str
    name: str
    born: date | None
    age: int | None
    sex: str
    allergies: str
    address: str
    version: int


@dataclass(frozen=True)
class EpisodeValue:
    """One course; protocol and doses are empty until a plan names them."""

    id: int
    person_id: int
    substances: tuple[str, ...]
    goal: str
    protocol: str
    protocol_hash: str
    doses_planned: int
    opened_at: datetime
    open: bool
    closed_at: datetime | None
    closed_because: EndReason | None
    version: int


@dataclass(frozen=True)
class ReferralValue:
    id: int
    source: ReferralSource
    words: str
    at: datetime


@dataclass(frozen=True)
class DiagnosisValue:
    """What was found last for one substance. `severity` is empty while open; `severity_words` then gives the range."""

    id: int
    episode_id: int
    substance: Substance
    criteria: Mapping[str, bool | None]
    present: int
    severity: str
    severity_words: str
    icd10cm: str
    code_source: str
    proposed_unread: str
    by_id: int | None
    at: datetime


@dataclass(frozen=True)
class MedicineValue:
    """A medicine beside the treatment; `ended_at` when it is taken no longer."""

    id: int
    kind: MedicineKind
    name: str
    words: str
    since: datetime
    ended_at: datetime | None
    ended_words: str


@dataclass(frozen=True)
class EntryValue:
    """One entry rule of a trial, and how the person stood to it on the day of the screening."""

    text: str
    source: str
    verified: bool
    standing: EntryStanding


@dataclass(frozen=True)
class TrialValue:
    """Would this person have been in the trial behind this protocol? By the version of that day."""

    protocol: str
    protocol_hash: str
    title: str
    use: str
    substances: tuple[str, ...]
    entry: tuple[EntryValue, ...]

    def of(self, standing: EntryStanding) -> tuple[EntryValue, ...]:
        return tuple(each for each in self.entry if each.standing is standing)


@dataclass(frozen=True)
class DecisionValue:
    """What a prescriber decided on a screening."""

    decision: Decided
    reason: str
    by_id: int | None
    at: datetime


@dataclass(frozen=True)
class ScreeningValue:
    """One screening as it stood. Facts, reasons and trials are None for those who may not see them, and once erased."""

    id: int
    person_id: int
    at: datetime
    by_id: int | None
    verdict: Verdict
    facts: ScreeningFacts | None
    reasons: tuple[Reason, ...] | None
    trials: tuple[TrialValue, ...] | None
    decisions: tuple[DecisionValue, ...]
    newest: bool

    @property
    def decided(self) -> DecisionValue | None:
        """The decision that counts: the last."""
        return self.decisions[-1] if self.decisions else None


def reasons_in(text: str) -> tuple[Reason, ...]:
    """Reasons as they were kept."""
    return tuple(Reason(**{**told, "effect": Effect(told["effect"])}) for told in json.loads(text))


def trials_as_text(protocols: Iterable[Protocol], facts: ScreeningFacts) -> str:
    """How a person stands to the trial of each protocol that has one, as it is kept."""
    return json.dumps([asdict(_trial(each, facts)) for each in protocols if each.has_a_trial])


def _trial(protocol: Protocol, facts: ScreeningFacts) -> TrialValue:
    found = would_have_been_in_trial(protocol, facts)
    entry = tuple(EntryValue(f.rule.text, f.rule.source, f.rule.verified, f.standing) for f in found)
    substances = tuple(each.value for each in protocol.substances)
    return TrialValue(protocol.id, content_hash(protocol), protocol.title, protocol.use.value, substances, entry)


def trials_in(text: str) -> tuple[TrialValue, ...]:
    """Standing to each trial as it was kept."""
    return tuple(
        TrialValue(
            **{
                **told,
                "substances": tuple(told["substances"]),
                "entry": tuple(EntryValue(**{**e, "standing": EntryStanding(e["standing"])}) for e in told["entry"]),
            }
        )
        for told in json.loads(text)
    )
