"""The simulated monitor speaks to the real interface, and says what it is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from fenestra.care.visit import dose, going_home
from fenestra.faces.cli import main, monitor
from fenestra.faces.cli.made_up_vitals import STORIES, MadeUpVitals
from fenestra.science.errors import BadInput, Refused
from tests.care.visit.day import password
from tests.faces.bedside import Bedside


def line(bedside: Bedside, *, on_wait: Callable[[], None] = lambda: None, breaks: int = 0) -> monitor.Line:
    """A line to the application itself; time passes by the day's clock, and the first requests are lost on the way."""
    lost = [breaks]

    def carry(request: httpx.Request) -> httpx.Response:
        if lost[0]:
            lost[0] -= 1
            raise httpx.ConnectError("lost")
        headers = {"Authorization": request.headers.get("Authorization", "")}
        answer = bedside.client.generic("POST", request.url.path, request.content, "application/json", headers=headers)
        return httpx.Response(answer.status_code, content=answer.content)

    def wait(_: float) -> None:
        bedside.day.later(seconds=2)
        on_wait()

    client = httpx.Client(base_url="http://127.0.0.1", transport=httpx.MockTransport(carry))
    return monitor.Line(client, wait)


def login(bedside: Bedside, **other: str) -> dict[str, str]:
    told = {"username": "nina", "password": password("nina"), "person_code": bedside.code, "device": monitor.DEVICE}
    return told | other


def test_it_sends_a_reading_each_two_seconds(bedside: Bedside, capsys: pytest.CaptureFixture[str]) -> None:
    assert monitor.send(line(bedside), login(bedside), seconds=130, story="calm") == 65
    kept = [measure for measure, _ in bedside.streamed()]
    assert kept.count("pulse") == kept.count("spo2") == kept.count("breaths") == 65
    said = capsys.readouterr().err.splitlines()
    assert [words.split(":")[0] for words in said[1:]] == ["minute 0", "minute 1", "minute 2"]


def test_the_high_story_raises_an_alarm_after_two_minutes(bedside: Bedside) -> None:
    monitor.send(line(bedside), login(bedside), seconds=118, story="high")
    assert not bedside.day.see(bedside.visit_id).alarms
    monitor.send(line(bedside), login(bedside), seconds=160, story="high")
    assert "systolic" in {alarm.measure for alarm in bedside.day.see(bedside.visit_id).open_alarms()}


def test_what_was_lost_on_the_way_is_sent_again(bedside: Bedside) -> None:
    assert monitor.send(line(bedside, breaks=5), login(bedside), seconds=10, story="calm") == 5
    assert len({value for value in bedside.streamed() if value[0] == "pulse"}) >= 1


def test_it_sets_its_clock_by_the_servers_answer(bedside: Bedside) -> None:
    """The day of these tests is not today, as in a demo whose clock runs ahead."""
    monitor.send(line(bedside), login(bedside), seconds=8, story="calm")
    pulses = [r for r in bedside.day.see(bedside.visit_id).readings if r.origin == "stream" and r.measure == "pulse"]
    off = [abs((r.entered_at - r.at).total_seconds()) for r in pulses]
    assert max(off[1:]) < 10


def test_a_server_that_is_gone_is_given_up_after_a_minute(bedside: Bedside) -> None:
    began = bedside.day.at
    with pytest.raises(monitor.ServerGone, match="has not answered for a minute"):
        monitor.send(line(bedside, breaks=1000), login(bedside), seconds=10, story="calm")
    assert (bedside.day.at - began).total_seconds() == 60


def test_it_stops_with_a_sentence_when_the_visit_is_closed(
    bedside: Bedside, capsys: pytest.CaptureFixture[str]
) -> None:
    def close() -> None:
        bedside.day.later(minutes=41)
        bedside.day.do(dose.finish, visit_id=bedside.visit_id)
        bedside.day.do(going_home.left_early, visit_id=bedside.visit_id, reason="walked out")

    assert monitor.send(line(bedside, on_wait=close), login(bedside), seconds=60, story="calm") == 1
    assert "This visit is closed" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("told", "says"), [({"password": "wrong"}, "do not match"), ({"person_code": "Z-9"}, "Nobody with the code Z-9")]
)
def test_the_servers_refusal_is_shown_as_it_stands(bedside: Bedside, told: dict[str, str], says: str) -> None:
    with pytest.raises(Refused, match=says):
        monitor.send(line(bedside), login(bedside, **told), seconds=4, story="calm")


@pytest.mark.parametrize("told", [{"seconds": 0}, {"story": "stormy"}, {"url": "127.0.0.1:8350"}])
def test_what_cannot_be_done_is_refused_before_anything_is_sent(told: dict[str, Any]) -> None:
    whole = {"url": "http://127.0.0.1:1", "username": "u", "password": "p", "person_code": "R-1", "seconds": 4}
    with pytest.raises(BadInput):
        monitor.run(**whole | told)


@pytest.mark.parametrize("story", STORIES)
def test_the_same_code_makes_the_same_numbers(story: str) -> None:
    one, other = MadeUpVitals("R-001", story), MadeUpVitals("R-001", story)
    assert [one.at(s) for s in range(0, 200, 2)] == [other.at(s) for s in range(0, 200, 2)]


def test_the_command_says_what_is_missing_and_leaves_with_two(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["monitor", "--person", "R-001", "--user", "nina"]) == 2
    assert "together" in capsys.readouterr().err
