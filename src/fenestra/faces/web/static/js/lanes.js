// The live lanes: pressure and pulse, oxygen, predicted level, dose and events, on one minute axis.
// uPlot makes the frames and lines; marks, limits, the future's ground and the now line are drawn on top of it.
import { clockTime } from "./clock.js";
import { alpha, drawBand, drawFuture, drawLimits, drawMarks, drawNow, drawRead, token, whenDrawn } from "./lane-marks.js";
import { drawEvents } from "./lane-events.js";
import { labelOf, tablesOf } from "./lane-words.js";
import { broken, climbs, splitsFor, steps } from "./lane-numbers.js";
import { LEFT, msOf, nowMinute, RIGHT, SMALL } from "./lane-scale.js";

const SPO2_HEIGHT = 66, LEVEL_HEIGHT = 118, AXIS_HEIGHT = 36;
const LEAST = { pressure: 96, spo2: 58, level: 50 }; // where a lane can still be read; below that the box scrolls

let lanes = null; // { data, plots, readAt }

const element = (id) => document.getElementById(id);

export function drawLanes(data) {
  const readAt = lanes?.readAt ?? null;
  takeDown();
  if (!data || !element("lane-pressure")) return;
  lanes = { data, plots: {}, readAt };
  for (const id of ["lane-pressure", "lane-spo2", "lane-level", "lane-events"]) element(id)?.replaceChildren();
  drawEvents(element("lane-events"), data);
  const heights = laneHeights(data);
  lanes.plots.spo2 = spo2Lane(data, heights.spo2);
  lanes.plots.level = levelLane(data, heights.level);
  lanes.plots.pressure = pressureLane(data, heights.pressure);
  nameLanes(data);
}

export function redrawLanes() {
  if (lanes) drawLanes(lanes.data);
}

// The now line moves; nothing else does.
export function moveNow() {
  if (!lanes) return;
  for (const plot of Object.values(lanes.plots)) plot?.redraw(false);
  drawEvents(element("lane-events"), lanes.data);
}

export function addReading({ m, pulse, spo2 }) {
  if (!lanes) return;
  if (pulse != null) lanes.data.pulse.push([m, pulse]);
  if (spo2 != null) lanes.data.spo2.push([m, spo2]);
  lanes.plots.pressure?.setData(broken(lanes.data.pulse), false);
  lanes.plots.spo2?.setData(broken(lanes.data.spo2), false);
  nameLanes(lanes.data);
}

export const currentLanes = () => lanes;

export function setReadMinute(minute) {
  if (!lanes) return;
  lanes.readAt = minute;
  for (const plot of Object.values(lanes.plots)) plot?.redraw(false);
}

function takeDown() {
  for (const plot of Object.values(lanes?.plots ?? {})) plot?.destroy();
  lanes = null;
}

// The pressure lane takes what the others leave; when alarms take the room, all three give; a phone has its own heights.
function laneHeights(data) {
  const spo2 = SPO2_HEIGHT, level = data.level ? LEVEL_HEIGHT + AXIS_HEIGHT : AXIS_HEIGHT + 14;
  if (SMALL()) return { pressure: 250, spo2, level };
  const labels = [...document.querySelectorAll("#lanes-box .fe-lane-label, #lanes-box .fe-lane-empty")];
  const taken = labels.reduce((sum, label) => sum + label.offsetHeight, 0);
  const events = element("lane-events")?.offsetHeight ?? 0;
  const room = element("lanes-box").clientHeight - taken - events - 8;
  if (room >= 130 + spo2 + level) return { pressure: room - spo2 - level, spo2, level };
  const axisRoom = level - (data.level ? LEVEL_HEIGHT : 0), shared = room - axisRoom;
  const share = (part, least) => Math.max(least, Math.floor(shared * part));
  const small = { spo2: share(0.22, LEAST.spo2), level: axisRoom + (data.level ? share(0.33, LEAST.level) : 0) };
  return { ...small, pressure: Math.max(LEAST.pressure, room - small.spo2 - small.level) };
}

function nameLanes(data) {
  const name = (id, sentence) => {
    const lane = element(id);
    lane?.setAttribute("role", "img");
    lane?.setAttribute("aria-label", sentence);
  };
  name("lane-pressure", labelOf.pressure(data));
  name("lane-spo2", labelOf.spo2(data));
  name("lane-level", labelOf.level(data));
  name("lane-events", labelOf.events(data));
  tablesOf(data);
}

const axis = (side, more) => ({
  side, stroke: token("ink-3"), font: `12px ${token("font")}`, gap: 5, size: LEFT(),
  grid: { stroke: token("grid"), width: 1 }, ticks: { show: false }, ...more,
});

function minuteAxis(data, show) {
  return axis(2, {
    show, size: show ? AXIS_HEIGHT : 0,
    splits: () => steps(data.x, SMALL()),
    values: (_, minutes) => minutes.map((minute) => `${minute}\n${clockTime(msOf(data, minute))}`),
  });
}

function lane(id, data, { height, range, splits, series, values, under = [], limits = [], over = [], withMinutes = false, bands }) {
  const root = element(id);
  if (!root) return null;
  const options = {
    width: root.clientWidth, height, padding: [6, RIGHT, withMinutes ? 0 : 7, 0], legend: { show: false },
    cursor: { x: false, y: false, points: { show: false }, drag: { x: false, y: false }, bind: { dblclick: () => null } },
    scales: { x: { time: false, range: () => data.x }, y: { range: () => range } },
    axes: [minuteAxis(data, withMinutes), axis(3, { splits: () => splits })],
    series: [{}, ...series], bands,
    hooks: {
      drawClear: [(plot) => drawFuture(plot, nowMinute(data)), ...under],
      drawAxes: [whenDrawn((paint) => drawLimits(paint, limits))], // below the readings: no word hides one
      draw: [...over, (plot) => drawRead(plot, lanes?.readAt), (plot) => drawNow(plot, nowMinute(data))],
    },
  };
  return new uPlot(options, values, root);
}

// A reading with none near it is a dot, for no line crosses a gap; so is the last one, which the now line would hide.
const alone = (plot, series) => plot.data[series].flatMap((value, i, all) => (value != null && ((all[i - 1] == null && all[i + 1] == null) || i === all.length - 1) ? [i] : []));
const line = (name) => ({ stroke: token(name), width: 2, points: { show: true, size: 7, width: 0, fill: token(name), filter: alone }, spanGaps: false });

function pressureLane(data, height) {
  const seen = data.pressure.flatMap((cuff) => [cuff.sys, cuff.dia]).concat(data.pulse.map(([, value]) => value).filter((value) => value != null));
  const limits = data.limits?.pressure ?? [];
  const range = climbs([36, 212], seen.concat(limits.map((limit) => limit.value)));
  const grey = alpha(token("v-expected"), 0.2);
  return lane("lane-pressure", data, {
    height, range, splits: splitsFor(range, 40), series: [line("v-pulse")], values: broken(data.pulse),
    under: [whenDrawn((paint) => { drawBand(paint, data.expected?.sys, grey); drawBand(paint, data.expected?.dia, grey); })],
    limits, over: [whenDrawn((paint) => drawMarks(paint, data.pressure))],
  });
}

function spo2Lane(data, height) {
  const seen = data.spo2.map(([, value]) => value).filter((value) => value != null);
  const limits = data.limits?.spo2 ?? [];
  const range = climbs([87, 101], seen.concat(limits.map((limit) => limit.value)), 1);
  range[1] = Math.min(range[1], 101);
  return lane("lane-spo2", data, {
    height, range, splits: splitsFor(range, range[0] < 80 ? 10 : 5), series: [line("v-spo2")], values: broken(data.spo2),
    limits,
  });
}

// Where nothing may be predicted, the lane keeps only its minutes: the sentence beside it says why.
function levelLane(data, height) {
  const level = data.level;
  const top = level ? climbs([0, 100], level.p95)[1] : 1;
  const band = level ? [{ series: [1, 2], fill: alpha(token("v-level"), Number(token("band"))) }] : [];
  const unseen = { stroke: "transparent", points: { show: false } };
  const values = level ? [level.m, level.p95, level.p05] : [[...data.x], [null, null], [null, null]];
  return lane("lane-level", data, {
    height, range: [0, top], splits: level ? splitsFor([0, top], top > 500 ? 200 : top > 200 ? 100 : 50) : [], series: [unseen, unseen], values, bands: band, withMinutes: true,
    over: [whenDrawn((paint) => { if (level) paint.median(level, nowMinute(data)); })],
  });
}
