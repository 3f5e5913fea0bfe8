"""Linear compartments, and their answer to one milligram as a sum of falling exponentials.

Every published set becomes the same thing: a central compartment that exchanges with others at a flow, and a clearance
wherever drug leaves. Because each exchange flows equally both ways, the rate matrix becomes symmetric when amounts are
scaled by the square root of volume, so its eigenvalues are real, its eigenvectors orthogonal, and the level after a
bolus is a sum of exponentials with weights that are never negative. That holds for one to four compartments and for
a whole batch of virtual adults at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from fenestra.science.errors import BadInput
from fenestra.science.pharmacology.models import Parameters, PerezRuixo, PkSet, RatesPerKg, Summary, Volumes70kg

Floats = NDArray[np.float64]

REFERENCE_WEIGHT_KG = 70.0

# How clearances follow weight in sets that scale with it; volumes follow it linearly. The default set's own paper is
# unread on this point: one public code base uses 1, another 0.75 (`covariates` in data/models.toml).
CLEARANCE_WEIGHT_EXPONENT = 1.0

MINUTES_PER_HOUR = 60.0
NG_PER_ML_IN_MG_PER_L = 1000.0


@dataclass(frozen=True)
class Compartments:
    """Volumes (L), flows between the central and each other compartment, and clearances out of each (L/min).

    The last axis counts compartments, the central one first; axes before it count people.
    """

    volumes_l: Floats
    exchange_l_per_min: Floats
    clearance_l_per_min: Floats

    def scaled(self, volume: float, flow: float) -> Compartments:
        """The same person with all volumes and all flows multiplied."""
        return Compartments(self.volumes_l * volume, self.exchange_l_per_min * flow, self.clearance_l_per_min * flow)


@dataclass(frozen=True)
class Exponentials:
    """The level after 1 mg at once: the sum of `ng_per_ml_per_mg` × exp(−`per_min` × minutes) over the last axis."""

    ng_per_ml_per_mg: Floats
    per_min: Floats


def compartments_at_70kg(parameters: Parameters) -> Compartments:
    """A typical adult of 70 kg. A summary without a time course is refused."""
    if isinstance(parameters, Volumes70kg):
        return _from_volumes(parameters)
    if isinstance(parameters, RatesPerKg):
        return _from_rates(parameters)
    if isinstance(parameters, PerezRuixo):
        return _from_perez_ruixo(parameters)
    raise BadInput("A summary has no time course, so it cannot predict. Choose another model.", field="model")


def paced(body: Exponentials, *, volume: float, flow: float) -> Exponentials:
    """The answer of the same bodies with all volumes and all flows multiplied, without another decomposition."""
    return Exponentials(body.ng_per_ml_per_mg / volume, body.per_min * (flow / volume))


def weight_factors(
    parameters: Parameters, weight_kg: float, exponent: float = CLEARANCE_WEIGHT_EXPONENT
) -> tuple[float, float]:
    """How volumes and how flows of this set grow from 70 kg to this weight."""
    if isinstance(parameters, PerezRuixo | Summary):
        return 1.0, 1.0
    ratio = weight_kg / REFERENCE_WEIGHT_KG
    return ratio, ratio**exponent


def response(pk_set: PkSet, *, weight_kg: float, clearance_exponent: float = CLEARANCE_WEIGHT_EXPONENT) -> Exponentials:
    """The typical adult's answer to 1 mg into a vein, at this weight."""
    factors = weight_factors(pk_set.parameters, weight_kg, clearance_exponent)
    return exponentials(compartments_at_70kg(pk_set.parameters).scaled(*factors))


def exponentials(body: Compartments) -> Exponentials:
    """Eigen-decomposition of a body, or of a batch of them."""
    eigenvalues, eigenvectors = np.linalg.eigh(_symmetric_rates(body))
    central = eigenvectors[..., 0, :]
    return Exponentials(
        ng_per_ml_per_mg=NG_PER_ML_IN_MG_PER_L * central**2 / body.volumes_l[..., :1], per_min=-eigenvalues
    )


def with_effect_site(plasma: Exponentials, ke0_per_min: float) -> Exponentials:
    """The answer at an effect site that follows plasma with this constant: one exponential more.

    A constant that equals one of the body's own rates would need another formula; it is refused.
    """
    gap = ke0_per_min - plasma.per_min
    if ke0_per_min <= 0 or np.any(np.abs(gap) < 1e-6 * ke0_per_min):
        raise BadInput(f"An effect site with {ke0_per_min} per minute cannot be told from this model's own rates.")
    weights = plasma.ng_per_ml_per_mg * ke0_per_min / gap
    own = -weights.sum(axis=-1, keepdims=True)
    return Exponentials(
        np.concatenate([weights, own], axis=-1),
        np.concatenate([plasma.per_min, np.full(own.shape, ke0_per_min)], axis=-1),
    )


def _symmetric_rates(body: Compartments) -> Floats:
    volumes, exchange = body.volumes_l, body.exchange_l_per_min
    count = volumes.shape[-1]
    rates = np.zeros((*volumes.shape, count))
    leaving = body.clearance_l_per_min.copy()
    leaving[..., 0] += exchange.sum(axis=-1)
    leaving[..., 1:] += exchange
    places = np.arange(count)
    rates[..., places, places] = -leaving / volumes
    coupling = exchange / np.sqrt(volumes[..., :1] * volumes[..., 1:])
    rates[..., 0, 1:] = coupling
    rates[..., 1:, 0] = coupling
    return rates


def _from_volumes(given: Volumes70kg) -> Compartments:
    flows = _array(given.q2_l_per_h, given.q3_l_per_h) / MINUTES_PER_HOUR
    clearance = _array(given.cl_l_per_h, 0, 0) / MINUTES_PER_HOUR
    return Compartments(_array(given.v1_l, given.v2_l, given.v3_l), flows, clearance)


def _from_rates(given: RatesPerKg) -> Compartments:
    away, back = [given.k12_per_min], [given.k21_per_min]
    if given.k13_per_min is not None and given.k31_per_min is not None:
        away, back = [*away, given.k13_per_min], [*back, given.k31_per_min]
    central = float(given.v1_l_per_kg) * REFERENCE_WEIGHT_KG
    flows = _array(*away) * central
    volumes = np.concatenate([[central], flows / _array(*back)])
    clearance = np.zeros_like(volumes)
    clearance[0] = float(given.k10_per_min) * central
    return Compartments(volumes, flows, clearance)


def _from_perez_ruixo(given: PerezRuixo) -> Compartments:
    flows = _array(given.q1_l_per_h, given.q2_l_per_h, given.qh_l_per_h) / MINUTES_PER_HOUR
    out_of_liver = (given.kel_per_h + given.kmet_per_h) * given.vh_l
    clearance = _array(0, 0, 0, out_of_liver) / MINUTES_PER_HOUR
    return Compartments(_array(given.vc_l, given.vp1_l, given.vp2_l, given.vh_l), flows, clearance)


def _array(*numbers: Decimal | int) -> Floats:
    return np.array([float(number) for number in numbers])
