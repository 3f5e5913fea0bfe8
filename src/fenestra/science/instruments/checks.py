"""Check an instrument against itself: what is named exists, ranges are true, bands cover them, wording may ship."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from fenestra.science.errors import DataFault
from fenestra.science.instruments.terms import Kind, Method, Sex, Ship
from fenestra.science.instruments.values import Band, BandRule, Instrument, Scale


def check_instrument(instrument: Instrument, file: str) -> None:
    """Refuse an instrument whose file contradicts itself, naming file, row and field."""
    for look in (_head, _wording, _items, _scales, _bands, _rules, _repeat, _alerts, _skips):
        for row, field, what in look(instrument):
            raise DataFault(file, row, field, what)
    if file.removesuffix(".toml") != instrument.id:
        raise DataFault(file, "top level", "id", f"the file is named otherwise than its id “{instrument.id}”")


Fault = tuple[str, str, str]  # row, field, what is wrong


def _head(instrument: Instrument) -> Iterable[Fault]:
    kind, scales = instrument.kind, [*instrument.subscales, *([instrument.total] if instrument.total else [])]
    if kind is Kind.TRIAGE and not instrument.rules:
        yield "top level", "rule", "a triage form needs rules"
    if kind is Kind.CALENDAR and not instrument.metrics:
        yield "top level", "metric", "a calendar needs metrics"
    if kind is not Kind.CALENDAR and not instrument.items:
        yield "top level", "item", "is missing"
    if kind not in (Kind.TRIAGE, Kind.CALENDAR, Kind.SLIDERS) and not scales:
        yield "top level", "total", "is missing; a form of this kind needs a total or subscales"
    if kind in KIND_OF_TOTAL and instrument.total and instrument.total.method is not KIND_OF_TOTAL[kind]:
        yield "total", "method", f"“{instrument.total.method}” does not fit the kind “{kind}”"
    if kind is Kind.SUBSCALES and not instrument.subscales:
        yield "top level", "subscale", "is missing"


KIND_OF_TOTAL = {
    Kind.SUM: Method.SUM,
    Kind.COUNT: Method.SUM,
    Kind.LEVEL: Method.SUM,
    Kind.MEAN: Method.MEAN,
    Kind.MAX: Method.MAX,
}


def _wording(instrument: Instrument) -> Iterable[Fault]:
    """Words of a form may stand in a file only where its licence lets them ship."""
    if (instrument.ship is Ship.CORE) != instrument.ships_wording:
        yield "top level", "ship", f"does not fit the licence “{instrument.licence}”"
    if instrument.ships_wording:
        yield from ((_row(item.id), "text", "is missing") for item in instrument.items if not item.text)
        return
    for item in instrument.items:
        if item.text or item.options or item.low or item.high:
            yield _row(item.id), "text", f"the licence “{instrument.licence}” does not let wording ship"
    for field, words in (("instruction", instrument.instruction), ("stem", instrument.stem)):
        if words:
            yield "top level", field, f"the licence “{instrument.licence}” does not let wording ship"


def _items(instrument: Instrument) -> Iterable[Fault]:
    earlier: set[str] = set()
    for item in instrument.items:
        if item.id in earlier:
            yield _row(item.id), "id", "stands twice"
        if item.ask_if:
            unknown = set(item.ask_if.items) - earlier
            yield from ((_row(item.id), "ask_if", f"there is no earlier item “{name}”") for name in sorted(unknown))
        if instrument.answer_words and len(instrument.answer_words) != len(item.scores):
            yield _row(item.id), "scores", "needs one score for each word of answers_order"
        earlier.add(item.id)


def _scales(instrument: Instrument) -> Iterable[Fault]:
    for name in _twice([scale.id for scale in instrument.subscales]):
        yield f"subscale {name}", "id", "stands twice"
    for row, scale in _scales_of(instrument):
        yield from _scale(instrument, row, scale)


def _scale(instrument: Instrument, row: str, scale: Scale) -> Iterable[Fault]:
    items = {item.id: item for item in instrument.items}
    if scale.method is Method.NONE or not scale.items or _twice(scale.items):
        yield row, "items", "needs a method and items, each only once"
    for name in scale.items:
        if name not in items:
            yield row, "items", f"there is no item “{name}”"
        elif not items[name].scored:
            yield row, "items", f"item “{name}” is marked as not scored"
    if all(name in items for name in scale.items):
        lowest = _extreme(scale, [items[name].min for name in scale.items])
        highest = _extreme(scale, [items[name].max for name in scale.items])
        if scale.min != lowest:
            yield row, "min", f"says {scale.min}; the items give {lowest}"
        if scale.max != highest:
            yield row, "max", f"says {scale.max}; the items give {highest}"


def _extreme(scale: Scale, scores: list[int]) -> float:
    """The value of a scale when its items stand at these ends."""
    by_method = {Method.SUM: sum(scores), Method.MAX: max(scores), Method.MEAN: sum(scores) / len(scores)}
    return scale.multiply * by_method[scale.method]


def _bands(instrument: Instrument) -> Iterable[Fault]:
    scales = {scale.id: scale for _, scale in _scales_of(instrument)}
    for band in instrument.bands:
        if band.scope not in scales:
            yield f"band “{band.label}”", "scope", f"there is no scale “{band.scope}”"
    for scope, scale in scales.items():
        banded = [band for band in instrument.bands if band.scope == scope]
        sexes = {band.sex for band in banded}
        if sexes not in (set(), {None}, set(Sex)):
            yield "band", "sex", f"{scope}: needs rows for each of {', '.join(Sex)}, or none by sex"
        for sex in sexes:
            yield from _cover(scale, sorted((b for b in banded if b.sex is sex), key=lambda band: band.min))


def _cover(scale: Scale, bands: list[Band]) -> Iterable[Fault]:
    row = f"band “{bands[0].label}”"
    if bands[0].min != scale.min:
        yield row, "min", f"{scale.id}: bands begin at {bands[0].min}, the scale at {scale.min}"
    for lower, upper in pairwise(bands):
        if upper.min != lower.max + 1:
            fault = "overlaps" if upper.min <= lower.max else "leaves a gap after"
            yield (
                f"band “{upper.label}”",
                "min",
                f"{scale.id}: {upper.min} {fault} “{lower.label}”, which ends at {lower.max}",
            )
    if bands[-1].max != scale.max:
        yield f"band “{bands[-1].label}”", "max", f"{scale.id}: bands end at {bands[-1].max}, the scale at {scale.max}"
    if any(band.min > band.max for band in bands):
        yield row, "max", "a band ends before it begins"
    if scale.method is Method.MEAN and len(bands) > 1:
        yield row, "min", "a mean falls between whole numbers: bands with whole ends cannot cover it"


def _rules(instrument: Instrument) -> Iterable[Fault]:
    yield from _rule_faults(instrument, "rule", instrument.rules)
    if instrument.refusal and instrument.refusal.band not in {rule.band for rule in instrument.rules}:
        yield "refused", "band", f"no rule gives the band “{instrument.refusal.band}”"


def _rule_faults(instrument: Instrument, name: str, rules: tuple[BandRule, ...]) -> Iterable[Fault]:
    known = {item.id for item in instrument.items}
    for number, rule in enumerate(rules, 1):
        yield from ((f"{name} {number}", "any", f"there is no item “{lost}”") for lost in rule.any if lost not in known)
        if not rule.any and number < len(rules):
            yield f"{name} {number}", "any", "an empty list matches always and must come last"
    if rules and rules[-1].any:
        yield f"{name} {len(rules)}", "any", "the last rule must have an empty list: the band that is left"


def _repeat(instrument: Instrument) -> Iterable[Fault]:
    if not instrument.repeat:
        return
    known = {item.id for item in instrument.items}
    for lost in set(instrument.repeat.skip) - known:
        yield "repeat", "skip_on_repeat", f"there is no item “{lost}”"
    yield from _rule_faults(instrument, "repeat, rule", instrument.repeat.rules)
    if {rule.band for rule in instrument.repeat.rules} != {rule.band for rule in instrument.rules}:
        yield "repeat", "rule", "names other bands than the first asking"


def _alerts(instrument: Instrument) -> Iterable[Fault]:
    scales = {scale.id for _, scale in _scales_of(instrument)}
    labels = {band.label for band in instrument.bands} | {rule.band for rule in instrument.rules}
    for number, alert in enumerate(instrument.alerts, 1):
        row = f"alert {number}"
        if alert.on not in scales | {item.id for item in instrument.items} | {"band"}:
            yield row, "on", f"there is no item, scale or band “{alert.on}”"
        if alert.on == "band" and (alert.value not in labels or alert.op != "=="):
            yield row, "value", f"there is no band “{alert.value}”, or it is not compared with =="
        if alert.on != "band" and isinstance(alert.value, str):
            yield row, "value", "must be a whole number"


def _skips(instrument: Instrument) -> Iterable[Fault]:
    items = {item.id: item for item in instrument.items}
    for number, skip in enumerate(instrument.skips, 1):
        for lost in [name for name in (*skip.when, *skip.then_zero) if name not in items]:
            yield f"skip {number}", "then_zero", f"there is no item “{lost}”"
        for name in [name for name in skip.then_zero if name in items and 0 not in items[name].scores]:
            yield f"skip {number}", "then_zero", f"item “{name}” cannot score 0"


def _scales_of(instrument: Instrument) -> list[tuple[str, Scale]]:
    total = [("total", instrument.total)] if instrument.total else []
    return [*total, *((f"subscale {scale.id}", scale) for scale in instrument.subscales)]


def _twice(names: Iterable[str]) -> list[str]:
    listed = list(names)
    return sorted({name for name in listed if listed.count(name) > 1})


def _row(item_id: str) -> str:
    return f"item {item_id}"
