"""What holds for any instrument and any answers."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from fenestra.science.instruments import AlertLevel, Instrument, Kind, Scored, load_instruments, score

FORMS = [instrument for instrument in load_instruments().values() if instrument.kind is not Kind.CALENDAR]
LEVELS = list(AlertLevel)


@st.composite
def half_answered(draw: st.DrawFn) -> tuple[Instrument, dict[str, int | None]]:
    """Any form with any of its items answered."""
    instrument = draw(st.sampled_from(FORMS))
    return instrument, {
        item.id: draw(st.none() | st.sampled_from(item.scores[:1] + item.scores[-1:]) | st.sampled_from(item.scores))
        for item in instrument.items
    }


@st.composite
def filled_further(draw: st.DrawFn) -> tuple[Instrument, dict[str, int | None], dict[str, int | None]]:
    """A form, and the same form with some open items answered."""
    instrument, answers = draw(half_answered())
    more = {i.id: draw(st.none() | st.sampled_from(i.scores)) for i in instrument.items if answers[i.id] is None}
    return instrument, answers, answers | more


@given(half_answered())
def test_no_score_leaves_its_range(form: tuple[Instrument, dict[str, int | None]]) -> None:
    instrument, answers = form
    scored = score(instrument, answers)
    values = dict(scored.subscales) | ({"total": scored.total} if instrument.total else {})
    scales = {scale.id: scale for scale in (*instrument.subscales, *([instrument.total] if instrument.total else []))}
    for scale_id, value in values.items():
        assert value is None or scales[scale_id].min <= value <= scales[scale_id].max


@given(half_answered())
def test_a_total_stands_exactly_when_its_items_are_answered(form: tuple[Instrument, dict[str, int | None]]) -> None:
    instrument, answers = form
    if instrument.total and not instrument.skips:
        is_answered = all(answers[item_id] is not None for item_id in instrument.total.items)
        assert (score(instrument, answers).total is not None) is is_answered


@given(half_answered())
def test_a_complete_form_with_bands_has_a_band(form: tuple[Instrument, dict[str, int | None]]) -> None:
    instrument, answers = form
    scored = score(instrument, answers)
    if scored.complete and (instrument.rules or any(band.scope == "total" for band in instrument.bands)):
        assert scored.band is not None


@given(filled_further())
def test_an_alert_on_an_item_stays_whatever_else_is_answered(
    form: tuple[Instrument, dict[str, int | None], dict[str, int | None]],
) -> None:
    instrument, before, after = form
    assert item_alerts(instrument, score(instrument, before)) <= item_alerts(instrument, score(instrument, after))


@given(filled_further())
def test_no_alert_is_undone_by_a_later_answer(
    form: tuple[Instrument, dict[str, int | None], dict[str, int | None]],
) -> None:
    instrument, before, after = form
    early, late = score(instrument, before).alerts, score(instrument, after).alerts
    if not instrument.skips:
        assert worst(early) <= worst(late)
        assert {alert for alert in early if alert.on != "band"} <= set(late)


@given(filled_further())
def test_a_triage_band_once_printed_never_changes(
    form: tuple[Instrument, dict[str, int | None], dict[str, int | None]],
) -> None:
    instrument, before, after = form
    band = score(instrument, before).band
    if instrument.rules and band is not None:
        required = {item.id for item in instrument.items if item.ask_if is None}
        assert score(instrument, after).band == band or all(before[item_id] is not None for item_id in required)


@given(half_answered())
def test_an_answer_by_word_scores_as_its_number(form: tuple[Instrument, dict[str, int | None]]) -> None:
    instrument, answers = form
    words: dict[str, Any] = dict(answers)
    for item in instrument.items:
        label = {option.value: option.label for option in item.options}.get(answers[item.id] or 0)
        words[item.id] = label if answers[item.id] is not None and label else answers[item.id]
    assert score(instrument, words) == score(instrument, answers)


def item_alerts(instrument: Instrument, scored: Scored) -> set[object]:
    return {alert for alert in scored.alerts if alert.on in {item.id for item in instrument.items}}


def worst(alerts: tuple[Any, ...]) -> int:
    return max((LEVELS.index(alert.level) for alert in alerts), default=-1)
