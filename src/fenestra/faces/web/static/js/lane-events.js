// The dose bar and the events, as SVG on the lanes' own minutes. Labels that would touch go to the second row.
import { LEFT, RIGHT, nowMinute } from "./lane-scale.js";

const SVG = "http://www.w3.org/2000/svg";
const HEIGHT = 50, ROWS = 2, LONGEST_LABEL = 26;

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
  const svg = draw("svg", { width, height: HEIGHT, viewBox: `0 0 ${width} ${HEIGHT}`, class: "fe-halo", "aria-hidden": "true" });
  root.replaceChildren(svg);
  if (data.dose) drawDose(svg, data.dose, x, now);
  drawTicks(svg, data.events ?? [], x, width, data.x);
  if (now >= data.x[0] && now <= data.x[1]) svg.append(draw("line", { x1: x(now), x2: x(now), y1: 0, y2: 20, stroke: "var(--fe-ink)", "stroke-width": 1.6 }));
}

// Outlined: ordered. Filled: given until now.
function drawDose(svg, dose, x, now) {
  svg.append(draw("text", { x: LEFT() - 6, y: 12, class: "fe-t-s fe-t-faint", "text-anchor": "end" }, "Dose"));
  for (const { from, to, planned } of dose.bars) {
    const given = Math.min(to, now);
    svg.append(draw("rect", { x: x(from), y: 2, width: Math.max(3, x(to) - x(from)), height: 13, rx: 3, fill: "var(--fe-accent-soft)", stroke: "var(--fe-accent-line)" }));
    if (!planned && given >= from) svg.append(draw("rect", { x: x(from), y: 2, width: Math.max(3, x(given) - x(from)), height: 13, rx: 3, fill: "var(--fe-accent)" }));
  }
  const end = Math.max(...dose.bars.map((bar) => bar.to));
  svg.append(draw("text", { x: x(end) + 6, y: 12.5, class: "fe-t-s fe-t-ink" }, dose.text));
}

function drawTicks(svg, events, x, width, [first, last]) {
  const rowEnds = Array(ROWS).fill(-Infinity);
  for (const { m, text } of [...events].sort((a, b) => a.m - b.m)) {
    if (m < first || m > last) continue;
    const short = text.length > LONGEST_LABEL ? `${text.slice(0, LONGEST_LABEL - 1)}…` : text;
    const label = draw("text", { class: "fe-t-s", "text-anchor": "middle" }, short);
    svg.append(label);
    const half = (label.getComputedTextLength?.() || short.length * 6) / 2;
    const middle = Math.min(Math.max(x(m), half), width - half);
    const row = rowEnds.findIndex((end) => middle - half > end + 8);
    const reach = row < 0 ? 5 : 5 + row * 13;
    svg.prepend(draw("path", { d: `M${x(m)} 18v${reach}`, stroke: "var(--fe-ink-3)", "stroke-width": 1.2 }));
    // a third label has no room: its tick stays, its words are in the table
    if (row < 0) { label.remove(); continue; }
    label.setAttribute("x", middle);
    label.setAttribute("y", 33 + row * 13);
    rowEnds[row] = middle + half;
  }
}
