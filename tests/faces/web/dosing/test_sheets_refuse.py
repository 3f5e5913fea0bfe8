"""What a sheet says when it cannot be sent, and that the record of what happened is taken whatever stands against it."""

from __future__ import annotations

from typing import Any

import pytest

from fenestra.care.visit import actions, lists
from fenestra.care.visit.rules import VisitState
from fenestra.ground.book.scope import Scope
from fenestra.ground.book.texts import LONGEST_TEXT
from fenestra.ground.clinic.actions import add_staff, found_clinic
from fenestra.ground.clinic.queries import scope_of
from tests.care.visit.day import Day, password
from tests.faces.web.dosing.conftest import Browser
from tests.faces.web.dosing.test_sheets import send, words

S = VisitState
SECOND = {"second_username": "noel", "second_password": password("noel")}
WITNESS = {"witness_username": "noel", "witness_password": password("noel")}

BAD: list[tuple[VisitState, str, dict[str, Any], str]] = [
    (S.INFUSING, "round", {"line": "146,91 84 97"}, "has a comma. Write the number with a point"),
    (S.INFUSING, "round", {"line": "1200 91 84 97"}, "1200 cannot be a systolic pressure. It lies between 30 and 300"),
    (S.INFUSING, "round", {"line": "91 146 84 97"}, "91/146 has the lower number first"),
    (S.INFUSING, "round", {"line": "146 91 84 97.125"}, "'97.125' has more than 2 decimals, and no more are kept"),
    (S.INFUSING, "round", {"line": "1 2 3 4 5"}, "5 numbers stand there. Type four"),
    (S.INFUSING, "round", {}, "Type at least one reading"),
    (S.INFUSING, "round", {"pulse": "71", "measured_at": "25:99"}, "is not a clock time"),
    (S.INFUSING, "sedation", {"moaas": "6"}, "6 cannot be a sedation (MOAA/S). It lies between 0 and 5"),
    (S.INFUSING, "rate", {"ml_per_h": "90"}, "Write why the rate changes"),
    (S.INFUSING, "event", {"kind": "note", "text": " "}, "Write what happened"),
    (S.INFUSING, "resume", {}, "the pump runs"),
    (S.ARRIVED, "arrival", {"weight_kg": "74"}, "Answer yes or no: Identity checked by two means"),
    (S.CLEARED, "order", {"mg_per_kg": "0.5", "dosing_weight_kg": "70", "minutes": "99999"}, "longer than a day"),
    (S.ARRIVED, "send-home", {}, "Write why, in a few words"),
    (S.ORDERED, "confirm", {"drawn_ml": "1"}, "Choose the lot you draw from"),
    (S.CONFIRMED, "start", {"version": "1"}, "The time-out is not complete"),
    (S.RECOVERING, "discharge", {"version": "1"}, "Write who takes the person home"),
    (S.RECOVERING, "waste", {"mg": "1"}, "The second person types their own password"),
]


@pytest.mark.parametrize(("state", "sheet", "told", "sentence"), BAD)
def test_a_sheet_says_what_is_wrong(
    day: Day, as_: Browser, state: VisitState, sheet: str, told: dict[str, Any], sentence: str
) -> None:
    visit = day.visit(state)
    answer = send(as_("dana" if sheet == "order" else "nina"), visit, sheet, **told)
    assert answer.status_code == 422
    assert "There is a problem" in words(answer) and sentence in words(answer)
    assert "<html" not in answer.content.decode()


def test_what_was_typed_is_kept_and_the_summary_leads_to_its_field(day: Day, as_: Browser) -> None:
    html = send(as_("nina"), day.visit(S.INFUSING), "round", systolic="1200", diastolic="91").content.decode()
    assert 'value="1200"' in html and 'value="91"' in html
    assert 'href="#round-systolic"' in html and 'id="round-systolic"' in html


def test_a_text_that_is_too_long_comes_back_whole_with_how_much_too_long_it_is(day: Day, as_: Browser) -> None:
    visit, told = day.visit(S.INFUSING), "w" * (LONGEST_TEXT + 12)
    answer = send(as_("nina"), visit, "event", kind="note", text=told)
    assert answer.status_code == 422
    assert "This is 12 characters too long; 4,000 are kept" in words(answer)
    assert (
        told in answer.content.decode()
        and "maxlength" not in answer.content.decode().split('id="event-text"')[0][-200:]
    )
    assert send(as_("nina"), visit, "event", kind="adverse", text=told[:LONGEST_TEXT]).status_code == 204
    assert day.see(visit).incidents[-1].text.endswith(told[:LONGEST_TEXT])


def test_a_password_is_never_sent_back(day: Day, as_: Browser) -> None:
    told = {"lot_id": day.lot_id, "drawn_ml": "1", "final_ml": "50", "diluent": "saline", "read_back_mg": "99"}
    answer = send(as_("nina"), day.visit(S.ORDERED), "confirm", **told, **SECOND)
    assert "Noel read back 99 mg, the order is 37 mg" in words(answer)
    assert password("noel") not in answer.content.decode()


def test_without_script_the_answer_is_a_whole_page_and_success_leads_back(day: Day, as_: Browser) -> None:
    visit, nina = day.visit(S.INFUSING), as_("nina")
    wrong = nina.post(f"/visits/{visit}/round/", {"key": "plain", "line": "146,91"})
    assert wrong.status_code == 422 and "<html" in wrong.content.decode()
    right = nina.post(f"/visits/{visit}/round/", {"key": "plain", "line": "146 91 84 97"})
    assert right.status_code == 303 and right["Location"] == f"/visits/{visit}/"


def test_an_order_beyond_a_limit_is_worked_out_before_it_is_signed(day: Day, as_: Browser) -> None:
    visit, dana = day.visit(S.CLEARED), as_("dana")
    told = {"mg_per_kg": "0.8", "dosing_weight_kg": "74", "minutes": "40"}
    worked = send(dana, visit, "order", work_out="yes", **told)
    assert "0.8 mg/kg × 74 kg = 59.2 mg" in words(worked)
    assert day.state(visit) is S.CLEARED
    assert send(dana, visit, "order", **told).status_code == 204
    assert day.state(visit) is S.ORDERED


def test_a_nurse_reads_who_may_order(day: Day, as_: Browser) -> None:
    answer = as_("nina").get(f"/visits/{day.visit(S.CLEARED)}/order/")
    assert "takes a physician or medical director" in words(answer)


def test_a_stop_is_recorded_when_the_dose_has_ended_already(day: Day, as_: Browser) -> None:
    visit = day.visit(S.RECOVERING)
    assert send(as_("nina"), visit, "stop").status_code == 204
    assert len(day.see(visit).incidents) == 1


def test_a_rate_the_limits_refuse_is_kept_when_the_pump_runs_at_it(day: Day, as_: Browser) -> None:
    visit = day.visit(S.INFUSING)
    told = {"ml_per_h": "900", "reason": "set by mistake"}
    assert send(as_("nina"), visit, "rate", **told).status_code == 422
    assert send(as_("nina"), visit, "rate", already_done="on", **told).status_code == 204
    assert day.see(visit).incidents


def test_what_had_happened_already_is_taken_before_any_order(day: Day, as_: Browser) -> None:
    visit = day.visit(S.ARRIVED)
    told = {"given_mg": "20", "reason": "given in the wrong room"}
    assert send(as_("nina"), visit, "record-given", **told).status_code == 204
    assert day.see(visit).incidents


def test_a_whole_day_by_sheets(day: Day, as_: Browser) -> None:
    visit, nina, dana = day.visit(S.BOOKED), as_("nina"), as_("dana")
    day.let_in(day.person_id)
    assert send(nina, visit, "arrive").status_code == 204
    lines = lists.arrival_lines(substances=("alcohol",), dose_number=1)
    answers = {line.item: "0" if line.answer is lists.Answer.NUMBER else "no" for line in lines}
    answers |= {"identity": "yes", "consent": "yes", "solids_h": "7", "clear_liquids_h": "3", "escort_name": "Jo"}
    calm = {"weight_kg": "74", "systolic": "150", "diastolic": "82", "pulse": "71", "spo2": "98", "breaths": "14"}
    assert send(nina, visit, "arrival", **answers, **calm, moaas="5").status_code == 204
    found = "THR-001 Systolic pressure 150 mmHg is above 140. The prescriber decides and gives a reason."
    assert send(dana, visit, "decide", finding=found, reason="calm, settled").status_code == 204
    order = {"mg_per_kg": "0.5", "dosing_weight_kg": "74", "minutes": "40"}
    assert send(dana, visit, "order", **order).status_code == 204
    drawn = {"lot_id": day.lot_id, "drawn_ml": "1", "final_ml": "50", "diluent": "saline", "read_back_mg": "37"}
    assert send(nina, visit, "confirm", **drawn, **SECOND).status_code == 204
    ticks = {line.item: "on" for line in lists.TIME_OUT if line.item != "therapy"}
    waived = {"therapy_waived": "Dr Dana: tomorrow by telephone", "version": day.see(visit).version}
    assert send(nina, visit, "start", **ticks, **waived).status_code == 204
    day.later(minutes=5)
    for sheet in ("pause", "resume"):
        assert send(nina, visit, sheet, reason="site check").status_code == 204
    day.later(minutes=36)
    assert send(nina, visit, "finish", given_mg="37").status_code == 204
    assert send(nina, visit, "waste", mg="13", method="deactivation container", **WITNESS).status_code == 204
    day.later(minutes=61)
    assert send(nina, visit, "round", line="124 78 71 98", breaths="14", moaas="5").status_code == 204
    done = {line.item: "on" for line in lists.discharge_lines()} | {"version": day.see(visit).version}
    assert send(nina, visit, "discharge", escort="Jo", **done).status_code == 204
    assert day.state(visit) is S.DISCHARGED


def test_an_alarm_is_seen_from_its_strip(day: Day, as_: Browser) -> None:
    visit = day.visit(S.INFUSING)
    day.round(visit, systolic=190, diastolic=100)
    alarm = day.see(visit).alarms[0]
    assert send(as_("nina"), visit, "alarm", alarm_id=alarm.id).status_code == 204
    assert day.see(visit).alarms[0].seen_at == day.at


def test_an_injection_is_given_from_the_start_sheet_and_treated(day: Day, as_: Browser) -> None:
    visit, nina = day.visit(S.CONFIRMED, route="im"), as_("nina")
    ticks = {line.item: "on" for line in lists.TIME_OUT} | {"version": day.see(visit).version}
    assert send(nina, visit, "start", **ticks).status_code == 204
    assert day.state(visit) is S.GIVEN
    assert send(nina, visit, "treat", reason="nausea").status_code == 204
    assert send(nina, visit, "recover").status_code == 204
    assert send(nina, visit, "left-early", reason="a taxi came").status_code == 204


def test_no_page_board_or_sheet_of_another_clinic(day: Day, as_: Browser) -> None:
    at, visit = day.at, day.visit(S.INFUSING)
    elsewhere = found_clinic(slug="hill", name="Hill", time_zone="UTC", phone="", crisis_line="", made_up=True, at=at)
    told = {"username": "olaf", "name": "Olaf", "password": "x" * 12, "roles": ("nurse",)}
    made = add_staff(by=Scope(elsewhere, None), at=at, key="olaf", **told)
    day.scopes["olaf"] = scope_of(made.id or 0, elsewhere) or Scope(elsewhere, None)
    olaf = as_("olaf")
    for path in ("", "board/", "round/"):
        assert olaf.get(f"/visits/{visit}/{path}").status_code == 404
    assert send(olaf, visit, "round", line="146 91 84 97").status_code == 404


def test_opening_the_page_is_written_down_once_and_its_boards_are_one_look(day: Day, as_: Browser) -> None:
    from fenestra.ground.book.models import AuditLine

    visit, nina = day.visit(S.INFUSING), as_("nina")
    nina.get(f"/visits/{visit}/")
    for _ in range(3):
        nina.get(f"/visits/{visit}/board/", headers={"X-Requested-With": "fetch"})
    read = AuditLine.objects.filter(kind="read", about=f"visit:{visit}").order_by("pk")
    assert [line.what for line in read] == ["visit page", "page: visit board"]
    assert {(line.person_id, line.by_id) for line in read} == {(day.person_id, day.scopes["nina"].staff_id)}


@pytest.mark.parametrize("state", [S.ORDERED, S.INFUSING, S.RECOVERING])
def test_page_and_board_ask_the_database_at_most_25_times(
    day: Day, as_: Browser, django_assert_max_num_queries: Any, state: VisitState
) -> None:
    visit, nina = day.visit(state), as_("nina")
    if state is S.INFUSING:
        day.round(visit, systolic=190, diastolic=100, spo2=93)
        day.do(actions.record_event, visit_id=visit, kind="note", text="calm")
    nina.get(f"/visits/{visit}/")
    for path in ("", "board/"):
        with django_assert_max_num_queries(25):
            nina.get(f"/visits/{visit}/{path}")
