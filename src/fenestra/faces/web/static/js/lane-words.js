// The lanes in words: a sentence for each picture, its table, and the line under the reading mark.
import { clockTime } from "./clock.js";
import { msOf, nowMinute } from "./lane-scale.js";
import { lastBefore, nearestIndex } from "./lane-numbers.js";

const at = (data, minute) => clockTime(msOf(data, minute));
const whole = (minute) => `${minute < 0 ? "−" : ""}${Math.floor(Math.abs(minute))} min`;
const last = (list) => list[list.length - 1];
const round = (value) => (value == null ? "–" : Math.round(value));

export const labelOf = {
  pressure(data) {
    const cuff = last(data.pressure), pulse = last(data.pulse);
    if (!cuff && !pulse) return "Pressure and pulse: no reading yet.";
    const outside = data.pressure.filter((reading) => reading.out).length;
    const pressure = cuff ? `${data.pressure.length} pressure readings, last ${cuff.sys} over ${cuff.dia} at ${at(data, cuff.m)}, ${outside ? `${outside} outside a limit` : "none outside a limit"}` : "No pressure reading yet";
    return `${pressure}. ${pulse ? `Pulse ${round(pulse[1])} at ${at(data, pulse[0])}.` : "No pulse yet."}`;
  },
  spo2(data) {
    const values = data.spo2.map(([, value]) => value).filter((value) => value != null);
    if (!values.length) return "Oxygen saturation: no reading yet.";
    const newest = last(data.spo2);
    return `Oxygen saturation ${round(newest[1])} % at ${at(data, newest[0])}, lowest ${Math.min(...values)} %.`;
  },
  level(data) {
    if (!data.level) return data.level_why_not ?? "No predicted level.";
    const i = nearestIndex(data.level.m, nowMinute(data));
    return `Predicted plasma level now ${round(data.level.median[i])} ng/mL, band ${round(data.level.p05[i])} to ${round(data.level.p95[i])}. ${data.level.note}.`;
  },
  events(data) {
    const dose = data.dose ? `Dose: ${data.dose.text}. ` : "No dose yet. ";
    return dose + (data.events?.length ? `Events: ${data.events.map((event) => `${event.text} at ${at(data, event.m)}`).join(", ")}.` : "No events.");
  },
};

// One row a minute: the last reading in it.
function eachMinute(pairs) {
  const byMinute = new Map();
  for (const [minute, value] of pairs) byMinute.set(Math.floor(minute), value);
  return [...byMinute].sort((a, b) => a[0] - b[0]);
}

const tables = {
  "table-pressure": (data) => {
    const pulse = new Map(eachMinute(data.pulse));
    const measured = new Set(data.pressure.map((cuff) => Math.floor(cuff.m)));
    // every cuff reading has its own row, also two in one minute
    const rows = data.pressure.map((cuff) => [cuff.m, `${cuff.sys}/${cuff.dia}`, pulse.get(Math.floor(cuff.m)) ?? "", cuff.out ? "outside" : ""]);
    for (const [m, value] of pulse) if (!measured.has(m)) rows.push([m, "", value ?? "", ""]);
    return ["Pressure and pulse: each cuff reading, and the pulse once a minute", ["Clock", "Minute", "Pressure, mmHg", "Pulse, /min", "Limit"],
      rows.sort((a, b) => a[0] - b[0]).map(([m, ...rest]) => [at(data, m), whole(m), ...rest])];
  },
  "table-spo2": (data) => ["Oxygen saturation, one row a minute", ["Clock", "Minute", "SpO₂, %"], eachMinute(data.spo2).map(([m, value]) => [at(data, m), whole(m), value ?? ""])],
  "table-level": (data) => {
    const level = data.level;
    if (!level) return [data.level_why_not ?? "No predicted level.", [], []];
    const rows = level.m.map((m, i) => [m, i]).filter(([m]) => Math.abs(m % 5) < 1e-6);
    return [level.note, ["Clock", "Minute", "Median, ng/mL", "5 %", "95 %"], rows.map(([m, i]) => [at(data, m), whole(m), round(level.median[i]), round(level.p05[i]), round(level.p95[i])])];
  },
  "table-events": (data) => ["Dose and events", ["Clock", "Minute", "What"],
    [...(data.dose?.bars ?? []).map((bar) => [bar.from, `${bar.planned ? "planned dose" : "dose"} until minute ${bar.to}: ${data.dose.text}`]), ...(data.events ?? []).map((event) => [event.m, event.text])].sort((a, b) => a[0] - b[0]).map(([m, what]) => [at(data, m), whole(m), what])],
};

// Built only while open: a closed table costs nothing on a live page.
export function tablesOf(data) {
  for (const [id, make] of Object.entries(tables)) {
    const details = document.getElementById(id);
    if (!details) continue;
    details.ontoggle = () => { if (details.open) fill(details, make(data)); };
    if (details.open) fill(details, make(data));
  }
}

function fill(details, [caption, heads, rows]) {
  const table = document.createElement("table");
  table.className = "fe-table";
  table.createCaption().textContent = caption;
  const head = table.createTHead().insertRow();
  for (const text of heads) { const cell = document.createElement("th"); cell.scope = "col"; cell.textContent = text; head.append(cell); }
  const body = table.createTBody();
  for (const row of rows) { const line = body.insertRow(); for (const text of row) line.insertCell().textContent = text; }
  details.querySelector("div").replaceChildren(table);
}

export function readLine(data, minute) {
  const cuff = [...data.pressure].filter((reading) => Math.abs(reading.m - minute) <= 1).pop();
  const pulse = lastBefore(data.pulse, minute), spo2 = lastBefore(data.spo2, minute);
  const level = data.level && minute >= 0 ? nearestIndex(data.level.m, minute) : null;
  const events = (data.events ?? []).filter((event) => Math.abs(event.m - minute) <= 0.5).map((event) => event.text);
  const parts = [
    cuff && `pressure ${cuff.sys}/${cuff.dia}${cuff.out ? ", outside a limit" : ""}`,
    pulse && `pulse ${round(pulse[1])}`,
    spo2 && `SpO₂ ${round(spo2[1])} %`,
    level != null && `predicted level ${round(data.level.median[level])} ng/mL (${round(data.level.p05[level])} to ${round(data.level.p95[level])})`,
    ...events,
  ].filter(Boolean);
  return [`${at(data, minute)}, ${whole(minute)}`, parts.length ? parts.join(" · ") : "nothing recorded"];
}
