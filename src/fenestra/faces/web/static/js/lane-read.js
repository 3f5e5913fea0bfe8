// Reading the chart: ← → move a mark minute by minute (with Shift by ten), the pointer moves it too; a line says what is there.
import { currentLanes, setReadMinute } from "./lanes.js";
import { LEFT, nowMinute, RIGHT } from "./lane-scale.js";
import { readLine } from "./lane-words.js";

let minute = null;

function show(next) {
  const lanes = currentLanes();
  if (!lanes) return;
  const [first, last] = lanes.data.x;
  minute = Math.round(Math.min(last, Math.max(first, next)));
  setReadMinute(minute);
  const out = document.getElementById("readout");
  if (!out) return;
  const [when, what] = readLine(lanes.data, minute);
  const strong = document.createElement("b");
  strong.textContent = when;
  out.replaceChildren(strong, ` · ${what}`);
}

export const step = (by) => { const lanes = currentLanes(); if (lanes) show((minute ?? Math.round(nowMinute(lanes.data))) + by); };
export const showAgain = () => { if (minute !== null) show(minute); };

function follow(event) {
  const lane = event.target.closest?.(".fe-lane");
  const lanes = currentLanes();
  if (!lane || !lanes) return;
  const box = lane.getBoundingClientRect(), [first, last] = lanes.data.x;
  const part = (event.clientX - box.left - LEFT()) / (box.width - LEFT() - RIGHT);
  const next = Math.round(first + part * (last - first));
  if (next !== minute) show(next);
}

export function startReading() {
  document.addEventListener("pointermove", follow);
}
