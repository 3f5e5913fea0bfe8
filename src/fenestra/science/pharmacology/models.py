"""Published ketamine models as frozen values: what is known, from where, and whether anybody read it.

The numbers stand in `data/models.toml` with their sources; nothing is retyped here. `verified` says whether a number
was seen in its publication or in two independent code bases; a set that was not is never a default.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from fenestra.science.errors import BadInput
from fenestra.science.pharmacology.toml_row import Figures


class Form(StrEnum):
    """How a publication writes its parameters."""

    VOLUMES_70KG = "volumes_70kg"
    RATES_PER_KG = "rates_per_kg"
    PEREZ_RUIXO = "perez_ruixo"
    SUMMARY = "summary"


class Offer(StrEnum):
    """Whether a clinic may choose a set: the default, one to compare with, its venous companion, a switch, or never."""

    DEFAULT = "default"
    COMPARE = "compare"
    VENOUS_LINE = "venous_line"
    SWITCH = "switch"
    NEVER = "never"


@dataclass(frozen=True)
class Volumes70kg:
    """Three compartments as volumes in litres and clearances in litres per hour of a person of 70 kg."""

    v1_l: Decimal
    v2_l: Decimal
    v3_l: Decimal
    cl_l_per_h: Decimal
    q2_l_per_h: Decimal
    q3_l_per_h: Decimal


@dataclass(frozen=True)
class RatesPerKg:
    """Two or three compartments as a central volume per kilogram and rate constants per minute."""

    v1_l_per_kg: Decimal
    k10_per_min: Decimal
    k12_per_min: Decimal
    k21_per_min: Decimal
    k13_per_min: Decimal | None = None
    k31_per_min: Decimal | None = None


@dataclass(frozen=True)
class PerezRuixo:
    """Three compartments and a hepato-portal one that alone eliminates, by two ways; the same at any weight.

    `cv_…` is the published variability between people as a fraction; `residual_log_sd` that of S-ketamine.
    """

    vc_l: Decimal
    q1_l_per_h: Decimal
    vp1_l: Decimal
    q2_l_per_h: Decimal
    vp2_l: Decimal
    qh_l_per_h: Decimal
    vh_l: Decimal
    kel_per_h: Decimal
    kmet_per_h: Decimal
    cv_vc: Decimal
    cv_vp1: Decimal
    cv_qh: Decimal
    cv_vh: Decimal
    cv_kel: Decimal
    residual_log_sd: Decimal


@dataclass(frozen=True)
class Summary:
    """Figures without a time course: they can be read, not predicted with."""

    figures: Figures


Parameters = Volumes70kg | RatesPerKg | PerezRuixo | Summary


@dataclass(frozen=True)
class PkSet:
    """One published parameter set. `notes` keeps what the file says beside it (covariates, caveats, known doubts)."""

    id: str
    form: Form
    offer: Offer
    parameters: Parameters
    drug: str
    citation: str
    doi: str | None
    structure: str
    sampling_site: str | None
    verified: bool
    verification: str
    source: tuple[str, ...]
    notes: Figures

    @property
    def can_predict(self) -> bool:
        """Whether the set has a time course and may be offered at all."""
        return self.offer is not Offer.NEVER and not isinstance(self.parameters, Summary)


@dataclass(frozen=True)
class Absorption:
    """How much of a dose by another route arrives, and how fast where that is known (`ka_per_min`)."""

    id: str
    route: str
    bioavailability: Decimal
    ka_per_min: Decimal | None
    lag_min: Decimal | None
    ka_log_sd: Decimal | None
    verified: bool
    sources: Figures
    notes: Figures


@dataclass(frozen=True)
class EffectSite:
    """A published equilibration constant between plasma and effect, for the set it was found with."""

    id: str
    ke0_per_min: Decimal
    paired_pk: str
    endpoint: str
    source: str
    verified: bool
    notes: Figures


@dataclass(frozen=True)
class FoundInPeople:
    """A published relation, level or context that no code computes with; kept for readers, as the file has it."""

    id: str
    verified: bool
    source: tuple[str, ...]
    notes: Figures

    def note(self, key: str) -> str | None:
        """The text kept under a key, if there is one."""
        return next((value for name, value in self.notes if name == key and isinstance(value, str)), None)


@dataclass(frozen=True)
class NotFound:
    """A set that was looked for and not reached, so that nobody thinks it was forgotten."""

    id: str
    citation: str
    reason: str


@dataclass(frozen=True)
class BandCheck:
    """The band a simulation by other means gave at the end of 0.5 mg/kg over 40 minutes at 70 kg, in ng/mL."""

    p05: Decimal
    p50: Decimal
    p95: Decimal
    unit: str


@dataclass(frozen=True)
class WorkingVariability:
    """How much adults are assumed to differ: our proposal, not a published set. CVs are fractions (0.25 is 25 %)."""

    status: str
    basis: str
    cv_v1: Decimal
    cv_v2: Decimal
    cv_v3: Decimal
    cv_cl: Decimal
    cv_q2: Decimal
    cv_q3: Decimal
    im_ka_log_sd: Decimal
    im_f_min: Decimal
    im_f_max: Decimal
    residual_log_sd: Decimal
    check: BandCheck


@dataclass(frozen=True)
class Models:
    """Everything `data/models.toml` says."""

    compiled: str
    molar_mass_g_per_mol: Decimal
    sets: tuple[PkSet, ...]
    context: tuple[FoundInPeople, ...]
    not_found: tuple[NotFound, ...]
    observed: tuple[FoundInPeople, ...]
    absorption: tuple[Absorption, ...]
    effect_sites: tuple[EffectSite, ...]
    relations: tuple[FoundInPeople, ...]
    variability: WorkingVariability

    @property
    def default(self) -> PkSet:
        """The one set offered first; the loader has checked that it is one, and verified."""
        return next(each for each in self.sets if each.offer is Offer.DEFAULT)

    @property
    def im(self) -> Absorption:
        """Absorption from muscle."""
        return next(each for each in self.absorption if each.id == "im")

    def pk(self, model_id: str) -> PkSet:
        """A set that can predict, by its id; any other id is refused with those that can."""
        able = [each for each in self.sets if each.can_predict]
        for each in able:
            if each.id == model_id:
                return each
        raise BadInput(
            f"No model {model_id!r} can predict a level. Choose one of {', '.join(each.id for each in able)}.",
            field="model",
        )

    def effect_site(self, effect_site_id: str) -> EffectSite:
        """An equilibration constant by its id."""
        for each in self.effect_sites:
            if each.id == effect_site_id:
                return each
        known = ", ".join(each.id for each in self.effect_sites)
        raise BadInput(f"No effect site {effect_site_id!r} is known. Choose one of {known}.", field="effect_site")

    def relation(self, relation_id: str) -> FoundInPeople | None:
        """A published relation between level and effect by its id, if the file has it."""
        return next((each for each in self.relations if each.id == relation_id), None)
