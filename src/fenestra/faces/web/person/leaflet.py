"""The leaflet: sentences of the claim list, in its own plain wording. What nobody could read in a source is left out,
and so is the list's answer to a claim that is wrong: nobody here has heard that claim."""

from __future__ import annotations

from fenestra.science.evidence.claims import Claim, Verdict, load_claims

# By their ids in the claim list; the wording stands there, with its sources. Efficacy stands under the substance.
PARTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("What it is", ("s001-03", "s003-02", "s002-12")),
    ("How it can feel, and what can go wrong", ("s004-12", "s004-22", "s001-10")),
    ("What it does not do", ("s002-10", "s001-04", "s002-11")),
    ("What goes on beside it", ("s002-03", "s003-21")),
    ("What it costs", ("s000-09",)),
)
OF_SUBSTANCE: dict[str, tuple[str, tuple[str, ...]]] = {
    "alcohol": ("What studies of alcohol found", ("s002-05", "s000-10")),
    "cocaine": ("What studies of cocaine found", ("s004-08", "s003-11")),
    "opioids": ("What studies of opioids found", ("s004-07", "s004-11")),
    "nicotine": ("What studies of smoking found", ("s000-02",)),
}
TIMING_ID = "s003-21"
TOLD = (Verdict.SUPPORTED, Verdict.OVERSTATED)  # of an overstated claim, the wording says what is so


def _wording(claim_id: str) -> str:
    claim = _claim(claim_id)
    return claim.patient_wording if claim.verdict in TOLD else ""


def _claim(claim_id: str) -> Claim:
    return next(each for each in load_claims() if each.id == claim_id)


def timing() -> str:
    """What may be said of the days after a dose."""
    return _wording(TIMING_ID)


def for_substance(substance: str) -> list[tuple[str, list[str]]]:
    """The parts of the leaflet for a person treated for this substance."""
    own = (OF_SUBSTANCE[substance],) if substance in OF_SUBSTANCE else ()
    parts = (PARTS[0], *own, *PARTS[1:])
    return [(title, [words for each in ids if (words := _wording(each))]) for title, ids in parts]
