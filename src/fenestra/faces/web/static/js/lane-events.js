// The dose bar and the events, as SVG on the lanes' own minutes. Labels that would touch go to the second row.
import { LEFT, RIGHT, nowMinute } from "./lane-scale.js";

const SVG = "http://www.w3.org/2000/svg";
const EVENTS_HEIGHT = 50;
const DOSE_ROW = 14, ROWS = 2, LONGEST_LABEL = 26;

function draw(name, attributes, text) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (text !== undefined) node.textContent = text;
  return node;
}

export function drawEvents(root, data) {
  if (!root) return;
  const width = root.clientWidth, now = nowMinute(data);
  const x = (minute) => LEFT() + ((minute - data.x[0]) / (data.x[1] - data.x[0])) * (width - LEFT() - RIGHT);
  const svg = draw("svg", { width, class: "fe-halo", "aria-hidden": "true" });
  root.replaceChildren(svg);
  if (now >= data.x[0] && now <= data.x[1]) svg.append(draw("line", { x1: x(now), x2: x(now), y1: 0, y2: 20, stroke: "var(--fe-ink)", "stroke-width": 1.6 }));
  const down = data.dose ? drawDose(svg, data.dose, x, now, width) : 0;
  drawTicks(svg, data.events ?? [], x, width, data.x, down);
  svg.setAttribute("height", EVENTS_HEIGHT + down);
  svg.setAttribute("viewBox", `0 0 ${width} ${EVENTS_HEIGHT + down}`);
}

// Outlined: ordered. Filled: given until now. Words that have no room beside the bar get a row of their own: its height comes back.
function drawDose(svg, dose, x, now, width) {
  svg.append(draw("text", { x: LEFT() - 6, y: 12, class: "fe-t-s fe-t-faint", "text-anchor": "end" }, "Dose"));
  for (const { from, to, planned } of dose.bars) {
    const given = Math.min(to, now);
    svg.append(draw("rect", { x: x(from), y: 2, width: Math.max(3, x(to) - x(from)), height: 13, rx: 3, fill: "var(--fe-accent-soft)", stroke: "var(--fe-accent-line)" }));
    if (!planned && given >= from) svg.append(draw("rect", { x: x(from), y: 2, width: Math.max(3, x(given) - x(from)), height: 13, rx: 3, fill: "var(--fe-accent)" }));
  }
  const end = Math.max(...dose.bars.map((bar) => bar.to));
  const words = draw("text", { x: x(end) + 6, y: 12.5, class: "fe-t-s fe-t-ink" }, dose.text);
  svg.append(words);
  if (x(end) + 6 + lengthOf(words) <= width) return 0;
  words.setAttribute("x", Math.max(0, Math.min(x(dose.bars[0].from), width - lengthOf(words))));
  words.setAttribute("y", 14 + DOSE_ROW);
  return DOSE_ROW;
}

const lengthOf = (label) => label.getComputedTextLength?.() || label.textContent.length * 6;

function drawTicks(svg, events, x, width, [first, last], down) {
  const rowEnds = Array(ROWS).fill(-Infinity);
  for (const { m, text } of [...events].sort((a, b) => a.m - b.m)) {
    if (m < first || m > last) continue;
    const short = text.length > LONGEST_LABEL ? `${text.slice(0, LONGEST_LABEL - 1)}…` : text;
    const label = draw("text", { class: "fe-t-s", "text-anchor": "middle" }, short);
    svg.append(label);
    const half = lengthOf(label) / 2;
    const middle = Math.min(Math.max(x(m), half), width - half);
    const row = rowEnds.findIndex((end) => middle - half > end + 8);
    const reach = row < 0 ? 5 : 5 + row * 13;
    svg.prepend(draw("path", { d: `M${x(m)} ${18 + down}v${reach}`, stroke: "var(--fe-ink-3)", "stroke-width": 1.2 }));
    // a third label has no room: its tick stays, its words are in the table
    if (row < 0) { label.remove(); continue; }
    label.setAttribute("x", middle);
    label.setAttribute("y", 33 + down + row * 13);
    rowEnds[row] = middle + half;
  }
}
