"""Virtual adults of 70 kg: how much people are assumed to differ, drawn once from a fixed seed.

They show the spread around a typical curve. They are never a prognosis of one person.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from statistics import NormalDist

import numpy as np

from fenestra.science.pharmacology.compartments import (
    Compartments,
    Exponentials,
    Floats,
    compartments_at_70kg,
    exponentials,
)
from fenestra.science.pharmacology.models import PerezRuixo, PkSet, WorkingVariability

# Enough virtual adults that the 5 and 95 % edges move by about one per cent between seeds (measured in
# tests/science/pharmacology/test_bands.py), few enough that a visit's curve takes milliseconds.
VIRTUAL_ADULTS = 4000
SEED = 20201133  # the default model's year, volume and issue; any other would do

_DIMENSIONS = 9  # three volumes, clearance, two flows, absorption rate, bioavailability, residual


@dataclass(frozen=True, eq=False)
class VirtualAdults:
    """A batch of adults of 70 kg: their exponentials, absorption from muscle, and residual factors."""

    body: Exponentials
    ka_per_min: Floats
    bioavailability: Floats
    residual: Floats


def virtual_adults(
    pk_set: PkSet,
    variability: WorkingVariability,
    typical_ka_per_min: float,
    *,
    count: int = VIRTUAL_ADULTS,
    seed: int = SEED,
) -> VirtualAdults:
    """Adults of 70 kg around this set. The default set and its like use the proposal; perez_ruixo its own spread."""
    even, normal = _draws(count, seed)
    typical = compartments_at_70kg(pk_set.parameters)
    own = pk_set.parameters
    body = (
        _spread_perez_ruixo(own, typical, normal)
        if isinstance(own, PerezRuixo)
        else _spread(variability, typical, normal)
    )
    residual = own.residual_log_sd if isinstance(own, PerezRuixo) else variability.residual_log_sd
    lowest, highest = float(variability.im_f_min), float(variability.im_f_max)
    return VirtualAdults(
        body=exponentials(body),
        ka_per_min=typical_ka_per_min * np.exp(float(variability.im_ka_log_sd) * normal[6]),
        bioavailability=lowest + (highest - lowest) * even[7],
        residual=np.exp(float(residual) * normal[8]),
    )


def log_sd(coefficient_of_variation: float) -> float:
    """The standard deviation of the logarithm of a log-normal quantity with this coefficient of variation."""
    return float(np.sqrt(np.log1p(coefficient_of_variation**2)))


@cache
def _draws(count: int, seed: int) -> tuple[Floats, Floats]:
    """Latin hypercube: in every dimension one adult in each of `count` equal slices, in an order of its own.

    Each spread is thus met evenly, and far fewer adults are needed than with independent draws.
    """
    chance = np.random.default_rng(seed)
    even = np.array([(chance.permutation(count) + chance.random(count)) / count for _ in range(_DIMENSIONS)])
    normal = NormalDist()
    return even, np.array([[normal.inv_cdf(float(np.clip(u, 1e-12, 1 - 1e-12))) for u in row] for row in even])


def _spread(variability: WorkingVariability, typical: Compartments, normal: Floats) -> Compartments:
    own = variability
    volumes = _factors([own.cv_v1, own.cv_v2, own.cv_v3], normal[0:3])
    flows = _factors([own.cv_q2, own.cv_q3], normal[3:5])
    clearance = _factors([own.cv_cl], normal[5:6])
    count = typical.volumes_l.size
    return Compartments(
        typical.volumes_l * volumes[:, :count],
        typical.exchange_l_per_min * flows[:, : count - 1],
        typical.clearance_l_per_min * clearance,
    )


def _spread_perez_ruixo(own: PerezRuixo, typical: Compartments, normal: Floats) -> Compartments:
    spread = _factors([own.cv_vc, own.cv_vp1, own.cv_vh, own.cv_qh, own.cv_kel], normal[0:5])
    central, peripheral, liver, flow, kel = spread.T
    same = np.ones_like(central)
    typical_kel, kmet = float(own.kel_per_h), float(own.kmet_per_h)
    cleared = liver * (typical_kel * kel + kmet) / (typical_kel + kmet)
    return Compartments(
        typical.volumes_l * np.stack([central, peripheral, same, liver], axis=-1),
        typical.exchange_l_per_min * np.stack([same, same, flow], axis=-1),
        typical.clearance_l_per_min * cleared[:, np.newaxis],
    )


def _factors(variations: list[Decimal], normal: Floats) -> Floats:
    spreads = np.array([log_sd(float(each)) for each in variations])
    return np.asarray(np.exp(spreads[:, np.newaxis] * normal).T)
