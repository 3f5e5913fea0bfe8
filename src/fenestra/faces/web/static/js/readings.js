import { clockTime } from "./clock.js";

const changeFrom = (first, now) => `${now < first ? "−" : "+"}${Math.abs(now - first)} from ${first}`;

// A monitor's reading, written into the figures of its visit without asking the server.
export function writeReading(within, reading) {
  for (const name of ["pulse", "spo2"]) {
    if (reading[name] == null) continue; // a missing value leaves the old number, which goes on ageing
    const ages = [...within.querySelectorAll(`[data-live-age="${name}"], [data-live-age="monitor"]`)];
    if (ages.some((age) => age.dataset.liveAge === name && Number(age.dataset.ageMs) > reading.at_ms)) continue; // a late one never replaces a newer
    within.querySelectorAll(`[data-live="${name}"]`).forEach((figure) => { figure.textContent = Math.round(reading[name]); });
    within.querySelectorAll(`[data-live-change="${name}"]`).forEach((change) => { change.textContent = changeFrom(Number(change.dataset.first), Math.round(reading[name])); });
    within.querySelectorAll(`[data-live-clock="${name}"]`).forEach((clock) => { clock.textContent = clockTime(reading.at_ms); });
    ages.forEach((age) => { age.dataset.ageMs = Math.max(reading.at_ms, Number(age.dataset.ageMs) || 0); });
  }
}

// One the figures can show: it has a time and at least one of the two numbers. Any other asks for the board.
export const isShowable = (reading) => reading.at_ms != null && (reading.pulse != null || reading.spo2 != null);

// Any staff page: `data-live-visit="7"` around the figures of that visit, such as a chair on Today.
export function startReadings() {
  document.addEventListener("fe:event", ({ detail }) => {
    if (detail.kind !== "reading" || !isShowable(detail.payload ?? detail)) return;
    document.querySelectorAll(`[data-live-visit="${Number(detail.visit)}"]`).forEach((part) => writeReading(part, detail.payload ?? detail));
  });
}
