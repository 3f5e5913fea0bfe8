"""The working band: how far levels of adults may spread around the typical one. This is our assumption.

No published set of between-person variability could be read for the default model, so the spread is a proposal that
stands in `data/models.toml` with its basis. It holds volumes, clearances and flows between people, absorption from
muscle, and a residual (assay, timing, everything else). The same virtual adults are made from a fixed seed every time;
the band of a regimen is found once for its shape and scaled in dose, which is exact because the models are linear.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, lru_cache

import numpy as np

from fenestra.science.pharmacology.compartments import Floats, paced, weight_factors
from fenestra.science.pharmacology.level import in_then_out
from fenestra.science.pharmacology.models import PkSet, WorkingVariability
from fenestra.science.pharmacology.regimen import Bolus, Infusion, Intramuscular, Regimen, Step, total_mg
from fenestra.science.pharmacology.virtual_adults import VirtualAdults, virtual_adults

BAND_NAME = "working band"
BAND_PERCENTS = (5.0, 50.0, 95.0)

# Doses are divided by their sum before the band of a shape is looked up; twelve figures make equal shapes equal.
_FIGURES_OF_A_SHAPE = 12
_SHAPES_KEPT = 256
# Minutes between two moments are rounded to a hundredth of a microsecond, so that an even grid has few intervals.
_FIGURES_OF_AN_INTERVAL = 10


def band(
    pk_set: PkSet,
    variability: WorkingVariability,
    typical_ka_per_min: float,
    regimen: Regimen,
    *,
    weight_kg: float,
    minutes: Floats,
) -> Floats:
    """The 5, 50 and 95 % levels (ng/mL), one row each, at the given minutes. A regimen without drug gives zeros."""
    total = total_mg(regimen)
    if total == 0:
        return np.zeros((len(BAND_PERCENTS), minutes.size))
    shape = tuple(_share(step, total) for step in regimen)
    source = _Source(pk_set, variability, typical_ka_per_min)
    volume, flow = weight_factors(pk_set.parameters, weight_kg)
    return _band_of_shape(source, flow / volume, shape, tuple(minutes.tolist())) * (total / volume)


@dataclass(frozen=True)
class _Source:
    """What the virtual adults are made from; equal sources make the same adults."""

    pk_set: PkSet
    variability: WorkingVariability
    typical_ka_per_min: float


@lru_cache(maxsize=_SHAPES_KEPT)
def _band_of_shape(source: _Source, pace: float, shape: Regimen, minutes: tuple[float, ...]) -> Floats:
    adults = _adults(source)
    adults = replace(adults, body=paced(adults.body, volume=1.0, flow=pace))
    order = np.argsort(minutes, kind="stable")
    levels = levels_of(adults, shape, np.array(minutes)[order]) * adults.residual
    edges = np.empty((len(BAND_PERCENTS), len(minutes)))
    edges[:, order] = percentiles(levels)
    edges.flags.writeable = False
    return edges


def percentiles(levels: Floats) -> Floats:
    """The band's percentiles over the last axis, between neighbours in proportion; sorting beats `np.percentile`."""
    ranked = np.sort(levels, axis=-1)
    places = np.array(BAND_PERCENTS) / 100 * (ranked.shape[-1] - 1)
    below = np.floor(places).astype(int)
    above = np.minimum(below + 1, ranked.shape[-1] - 1)
    return np.asarray((ranked[..., below] + (places - below) * (ranked[..., above] - ranked[..., below])).T)


@cache
def _adults(source: _Source) -> VirtualAdults:
    return virtual_adults(source.pk_set, source.variability, source.typical_ka_per_min)


def levels_of(adults: VirtualAdults, regimen: Regimen, minutes: Floats) -> Floats:
    """Levels (ng/mL) of all adults, a row for each of the rising `minutes`; exact from one change to the next.

    Steps from event to event instead of adding closed forms, because it needs one exponential per adult and interval.
    """
    depots = [step for step in regimen if isinstance(step, Intramuscular)]
    at_once = [step for step in regimen if isinstance(step, Bolus)]
    pump = [step for step in regimen if isinstance(step, Infusion)]
    events = np.unique(np.concatenate([minutes, _turns(regimen)]))
    walk = _Walk(adults)
    seen: dict[float, Floats] = {}
    before = events[0] if events.size else 0.0
    for now in events.tolist():
        rate = sum(step.rate_mg_per_min for step in pump if step.start_min <= before < step.end_min)
        walk.forward(now - before, rate)
        walk.add(sum(s.mg for s in at_once if s.at_min == now), sum(s.mg for s in depots if s.at_min == now))
        seen[now] = walk.level()
        before = now
    return np.array([seen[minute] for minute in minutes.tolist()]).reshape(minutes.size, adults.residual.size)


class _Walk:
    """All adults at one moment: drug in each exponential, and drug waiting in the muscle."""

    def __init__(self, adults: VirtualAdults) -> None:
        self._weight, self._out = adults.body.ng_per_ml_per_mg, adults.body.per_min
        self._into, self._share = adults.ka_per_min[:, np.newaxis], adults.bioavailability[:, np.newaxis]
        self._parts = np.zeros_like(self._weight)
        self._waiting = np.zeros_like(self._into)
        self._holds_depot = False
        self._emptied: dict[float, Floats] = {}
        self._arrived: dict[float, tuple[Floats, Floats]] = {}

    def forward(self, minutes: float, rate_mg_per_min: float) -> None:
        """Let time pass at one infusion rate. Equal intervals of a grid share their exponentials."""
        interval = round(minutes, _FIGURES_OF_AN_INTERVAL)
        if interval not in self._emptied:
            self._emptied[interval] = np.exp(-self._out * interval)
        emptied = self._emptied[interval]
        self._parts = self._parts * emptied
        if rate_mg_per_min:
            self._parts += rate_mg_per_min / self._out * (1.0 - emptied)
        if self._holds_depot:
            self._absorb(interval)

    def _absorb(self, interval: float) -> None:
        if interval not in self._arrived:
            arrived = self._into * in_then_out(self._into, self._out, interval)
            self._arrived[interval] = (arrived, np.exp(-self._into * interval))
        arrived, left = self._arrived[interval]
        self._parts += self._waiting * arrived
        self._waiting = self._waiting * left

    def add(self, mg_into_vein: float, mg_into_muscle: float) -> None:
        """Drug given at this moment."""
        if mg_into_vein:
            self._parts = self._parts + mg_into_vein
        if mg_into_muscle:
            self._waiting = self._waiting + mg_into_muscle * self._share
            self._holds_depot = True

    def level(self) -> Floats:
        return np.asarray(np.einsum("ij,ij->i", self._parts, self._weight))


def _turns(regimen: Regimen) -> Floats:
    turns = [(step.start_min, step.end_min) if isinstance(step, Infusion) else (step.at_min,) for step in regimen]
    return np.array([minute for pair in turns for minute in pair], dtype=np.float64)


def _share(step: Step, total: float) -> Step:
    if isinstance(step, Infusion):
        return Infusion(step.start_min, step.end_min, _shape_figure(step.rate_mg_per_min / total))
    return type(step)(step.at_min, _shape_figure(step.mg / total))


def _shape_figure(share: float) -> float:
    return float(f"{share:.{_FIGURES_OF_A_SHAPE}g}")
