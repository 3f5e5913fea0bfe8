// A monitor's reading, written into the figures of its visit without asking the server.
export function writeReading(within, reading) {
  for (const name of ["pulse", "spo2"]) {
    if (reading[name] == null) continue; // a missing value leaves the old number, which goes on ageing
    within.querySelectorAll(`[data-live="${name}"]`).forEach((figure) => { figure.textContent = Math.round(reading[name]); });
    within.querySelectorAll(`[data-live-age="${name}"], [data-live-age="monitor"]`).forEach((age) => { age.dataset.ageMs = reading.at_ms; });
  }
}

// Any staff page: `data-live-visit="7"` around the figures of that visit, such as a chair on Today.
export function startReadings() {
  document.addEventListener("fe:event", ({ detail }) => {
    if (detail.kind !== "reading") return;
    document.querySelectorAll(`[data-live-visit="${Number(detail.visit)}"]`).forEach((part) => writeReading(part, detail.payload ?? detail));
  });
}
