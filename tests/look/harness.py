"""Shows the dosing page without the server: `python tests/look/harness.py`, then open /dosing_calm or /dosing_alarm.

Every person and figure is made up; the curves have the shape of the real ones and no clinical meaning. The stream sends a
ping every five seconds and a reading every second; `/tell/…` switches what the board answers, `/silence` stops the stream.
"""

import json
import math
import re
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

from tests.look.board_alarm import LOG, NEXT, PRESSURE, STATE

HERE = Path(__file__).parent
STATIC = HERE.parents[1] / "src/fenestra/faces/web/static"
SPRITE = STATIC.parent / "templates/_parts/sprite.html"
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".woff2": "font/woff2"}
POLICY = (
    "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
MINUTES_IN = {"calm": 31.6, "alarm": 22.6}


class Scene:
    """What the pretended clinic is in: calm or alarm, and since when."""

    name = "calm"
    silent = False
    refuses = False
    streams = 0
    signed_out = False
    events: list[dict] = []
    extra: list[dict] = []
    posted: list[dict] = []
    opened_ms = time.time() * 1000
    heard_ms = opened_ms


def start_ms() -> float:
    return Scene.opened_ms - MINUTES_IN[Scene.name] * 60_000


def wave(base: float, rise: float, swing: float, until: float) -> list[list[float]]:
    steps = range(-36, int(until * 4))
    return [[m / 4, round(base + rise * min(max(m / 4, 0), 40) + swing * math.sin(m * 1.7), 1)] for m in steps]


def level() -> dict:
    minutes = [m / 2 for m in range(0, 201)]
    rise = [1 - math.exp(-min(m, 40) / 18) for m in minutes]
    median = [
        round(400 * r * (1 if m <= 40 else 0.75 * math.exp(-(m - 40) / 12) + 0.25), 1)
        for m, r in zip(minutes, rise, strict=True)
    ]
    note = "median and 90 % band · kamp_2020 · predicted, not measured"
    band = {"p05": [round(v * 0.66, 1) for v in median], "p95": [round(v * 1.5, 1) for v in median]}
    return {"model": "kamp_2020", "note": note, "m": minutes, "median": median, **band}


def cuff(m: float, sys: int, dia: int) -> dict:
    return {"m": m, "sys": sys, "dia": dia, "out": sys > 180, "text": f"{sys}/{dia}"}


def expected(base: float, top: float, width: float) -> list[list[float]]:
    rows = []
    for m in range(-10, 101, 2):
        rise = 0 if m < 0 else top * math.sin(m / 38 * math.pi / 2) if m < 38 else top * max(0, 1 - (m - 38) / 46)
        rows.append([m, round(base + rise - width, 1), round(base + rise + width, 1)])
    return rows


def lanes() -> dict:
    alarm, now = Scene.name == "alarm", (time.time() * 1000 - start_ms()) / 60_000
    calm_cuffs = [(-8, 128, 82), (0, 129, 83), (10, 136, 86), (20, 142, 90), (30, 146, 91)]
    alarm_cuffs = [(-8, 138, 88), (0, 141, 90), (10, 160, 99), (20, 190, 110), (22, 192, 112)]
    cuffs = alarm_cuffs if alarm else calm_cuffs
    calm_events = [(0, "start"), (13, "music"), (20, "CADSS 7"), (24, "therapist")]
    alarm_events = [(0, "start"), (10, "calm talk"), (20, "190/110"), (22, "repeat")]
    return {
        "start_ms": start_ms(), "server_now_ms": time.time() * 1000, "x": [-10, 100],
        "time_zone": "America/New_York", "tz_offset_min": -300,
        "pressure": [cuff(*reading) for reading in cuffs] + Scene.extra,
        "pulse": wave(82 if alarm else 71, 0.9 if alarm else 0.42, 1.6, now), "spo2": wave(97.4, 0, 0.4, now),
        "limits": {"pressure": [{"value": 180, "text": "180: pause and call the prescriber"}], "spo2": [{"value": 90, "text": "90: stop"}]},
        "expected": {"sys": expected(cuffs[0][1], 16, 13), "dia": expected(cuffs[0][2], 11, 9)},
        "level": level(), "level_why_not": None,
        "dose": {"bars": [{"from": 0, "to": 40, "planned": False}], "text": "59.2 mg over 40 min = 88.8 mL/h"},
        "events": [{"m": m, "text": text} for m, text in (alarm_events if alarm else calm_events)],
    }  # fmt: skip


def clock(minute: float) -> str:
    at = datetime.fromtimestamp((start_ms() + minute * 60_000) / 1000 - 5 * 3600, UTC)
    return at.strftime("%H:%M")


def fill(html: str) -> str:
    html = html.replace("{{sprite}}", SPRITE.read_text().split("#}\n")[1])
    html = re.sub(r"\{\{clock:([-\d.]+)\}\}", lambda m: clock(float(m[1])), html)
    html = re.sub(r"\{\{ms:([-\d.]+)\}\}", lambda m: str(int(start_ms() + float(m[1]) * 60_000)), html)
    html = html.replace("{{now}}", str(int(Scene.heard_ms)))
    return html.replace("{{lanes}}", json.dumps(lanes()))


def page() -> str:
    html = (HERE / "dosing_calm.html").read_text()
    if Scene.name == "calm":
        return html
    html = re.sub(r'      <div class="fe-state fe-calm">.*?</div>\n', lambda _: STATE, html)
    html = re.sub(r'          <div class="fe-vital fe-of-pressure">.*?\n', lambda _: PRESSURE, html)
    html = re.sub(r'          <a class="fe-next".*?</a>\n', lambda _: NEXT, html)
    html = re.sub(r"            <li><time>\{\{clock:(30|24)\}\}.*?\n", "", html)
    return html.replace("<ol>\n", "<ol>\n" + LOG, 1)


def board() -> str:
    return fill(page().split("<!-- board -->")[1].split("<!-- /board -->")[0])


PROBLEM = """<form method="post" action="/visits/7/round/"><input type="hidden" name="key" value="round-1">
<div class="fe-errors" role="alert" tabindex="-1"><h2>There is a problem</h2><ul><li><a href="#systolic">Systolic is 999. Write a number from 40 to 300.</a></li></ul></div>
<div class="fe-field fe-bad"><label for="systolic">Systolic</label><div class="fe-msg" id="e1">Systolic is 999. Write a number from 40 to 300.</div><input id="systolic" name="systolic" value="999" aria-invalid="true" aria-describedby="e1"></div>
<button class="fe-button fe-main" type="submit">Record the round</button></form>"""


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Quiet."""

    def answer(self, body: str | bytes, kind: str = "text/html; charset=utf-8", status: int = 200) -> None:
        data = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        for name, value in {
            "Content-Type": kind,
            "Content-Length": str(len(data)),
            "Content-Security-Policy": POLICY,
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self) -> None:
        path = self.path.split("?")[0]
        if path.startswith("/static/"):
            file = STATIC / path.removeprefix("/static/")
            self.answer(
                file.read_bytes() if file.is_file() else b"",
                TYPES.get(file.suffix, "text/plain"),
                200 if file.is_file() else 404,
            )
        elif path.startswith("/dosing_"):
            Scene.name, Scene.opened_ms = path.removeprefix("/dosing_"), time.time() * 1000
            Scene.heard_ms = Scene.opened_ms
            self.answer(fill(page()))
        elif path == "/visits/7/board/":
            self.answer(board())
        elif path == "/stream/" and Scene.signed_out:
            self.send_response(302)
            self.send_header("Location", "/sign-in/")
            self.end_headers()
        elif path == "/stream/":
            self.stream()
        elif path == "/posted":
            self.answer(json.dumps(Scene.posted), "application/json")
        elif path.startswith("/tell/"):
            Scene.name = path.removeprefix("/tell/")
            Scene.events.append({"kind": "alarm", "visit": 7})
            self.answer("told")
        elif path == "/silence":
            Scene.silent = True
            self.answer("silent")
        else:
            self.answer("nothing here", status=404)

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers["Content-Length"])).decode(errors="replace")
        values = dict(re.findall(r'name="(\w+)"\r\n\r\n(.*?)\r\n', raw)) or {k: v[0] for k, v in parse_qs(raw).items()}
        Scene.posted.append({"path": self.path, **values})
        if self.path == "/visits/7/seen/" and Scene.refuses:
            whole_page = "<!doctype html><html><body><main><h1>This cannot be done</h1><p>Only staff in the room may.</p></main></html>"
            self.answer(whole_page, status=422)
        elif values.get("systolic") == "999":
            self.answer(PROBLEM, status=422)
        else:
            self.send_response(204)
            self.end_headers()

    def stream(self) -> None:
        Scene.streams += 1
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        sent, beat = len(Scene.events), 0
        try:
            while True:
                if not Scene.silent:
                    sent = self.say(sent, beat)
                beat += 1
                time.sleep(1)
        except (BrokenPipeError, ConnectionResetError):
            return

    def say(self, sent: int, beat: int) -> int:
        now = time.time() * 1000
        reading = {"kind": "reading", "visit": 7, "at_ms": now, "pulse": 84 + beat % 3, "spo2": 97}
        if beat % 5 == 0:
            self.wfile.write(b'event: ping\ndata: {"now_ms": %d}\n\n' % now)
        for event in [*Scene.events[sent:], reading]:
            self.wfile.write(f"id: {int(now)}\ndata: {json.dumps(event)}\n\n".encode())
        self.wfile.flush()
        Scene.heard_ms = now
        return len(Scene.events)


def server(port: int = 0) -> ThreadingHTTPServer:
    return ThreadingHTTPServer(("127.0.0.1", port), Handler)


if __name__ == "__main__":
    with server(8123) as running:
        print("http://127.0.0.1:8123/dosing_calm")
        running.serve_forever()
