// The server's clock on the page: clock times in the clinic's zone, timers, and the age of every number.
const CLOCKS_MAY_DIFFER_MS = 5_000; // a reading further in the future has a wrong clock, and no known age
let aheadMs = 0; // server minus this machine
let zone = document.documentElement.dataset.timeZone || undefined;
let offsetMin = null;

export const serverNow = () => Date.now() + aheadMs;

export function setServerTime(nowMs, timeZone, timeOffsetMin, receivedAt = Date.now()) {
  aheadMs = nowMs - receivedAt;
  if (timeZone) zone = timeZone;
  if (timeOffsetMin !== undefined) offsetMin = timeOffsetMin;
  formats.clear();
}

const formats = new Map();
function format(withSeconds) {
  if (!formats.has(withSeconds)) formats.set(withSeconds, makeFormat(withSeconds));
  return formats.get(withSeconds);
}

// A zone this browser does not know falls back to the offset the server sent.
function makeFormat(withSeconds) {
  const parts = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", ...(withSeconds ? { second: "2-digit" } : {}) };
  try {
    const known = new Intl.DateTimeFormat("en-GB", { ...parts, timeZone: zone });
    return (ms) => known.format(ms);
  } catch {
    const utc = new Intl.DateTimeFormat("en-GB", { ...parts, timeZone: "UTC" });
    return (ms) => utc.format(ms + (offsetMin ?? 0) * 60_000);
  }
}

export const clockTime = (serverMs, withSeconds = false) => format(withSeconds)(serverMs);
export const serverClock = (localMs) => clockTime(localMs + aheadMs);

export function duration(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const hours = Math.floor(seconds / 3_600), minutes = Math.floor(seconds / 60) % 60, rest = seconds % 60;
  if (hours) return `${hours} h ${minutes} min`;
  if (minutes) return `${minutes} min ${rest} s`;
  return `${rest} s`;
}

function until(atMs, now) {
  const early = atMs - now;
  if (early > 0) return `in ${duration(early)}`;
  return `due since ${clockTime(atMs)}, ${duration(-early)} late`;
}

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

// An age past its `data-stale-s` marks itself and the number it stands beside.
function showAge(element, now) {
  const at = Number(element.dataset.ageMs);
  if (!element.dataset.ageMs || Number.isNaN(at)) return;
  const age = now - at;
  const ahead = age < -CLOCKS_MAY_DIFFER_MS;
  write(element, ahead ? "clock runs ahead" : `${duration(age)} ago`);
  if (!element.dataset.staleS) return;
  const stale = ahead || age > Number(element.dataset.staleS) * 1_000;
  element.classList.toggle("fe-stale", stale);
  element.closest(".fe-vital, .fe-pill")?.classList.toggle("fe-stale", stale);
}

// What the pump has given since the server last said so, at its rate, until it runs dry.
function givenBy({ givenMg, givenAtMs, mgPerMin, givenUntilMs }, now) {
  const minutes = (Math.min(now, Number(givenUntilMs)) - Number(givenAtMs)) / 60_000;
  return (Number(givenMg) + Math.max(0, minutes) * Number(mgPerMin)).toFixed(1);
}

export function tick() {
  const now = serverNow();
  const each = (selector, show) => document.querySelectorAll(selector).forEach(show);
  each(".fe-clock", (element) => write(element, clockTime(now, true)));
  each("[data-since-ms]", (element) => write(element, duration(now - Number(element.dataset.sinceMs))));
  each("[data-minutes-since-ms]", (element) => write(element, String(Math.max(0, Math.floor((now - Number(element.dataset.minutesSinceMs)) / 60_000)))));
  each("[data-seconds-since-ms]", (element) => write(element, String(Math.max(0, Math.floor((now - Number(element.dataset.secondsSinceMs)) / 1_000)) % 60)));
  each("[data-until-ms]", (element) => {
    write(element, until(Number(element.dataset.untilMs), now));
    element.classList.toggle("fe-late", now > Number(element.dataset.untilMs));
  });
  each("[data-given-mg]", (element) => write(element, givenBy(element.dataset, now)));
  each("[data-age-ms]", (element) => showAge(element, now));
}

// When this page's own bytes began to arrive: the moment its `server_now_ms` was true, give or take the network.
export const pageArrived = () => performance.timeOrigin + (performance.getEntriesByType("navigation")[0]?.responseStart ?? 0);

export function startClock() {
  const page = document.documentElement.dataset;
  if (page.serverNowMs) setServerTime(Number(page.serverNowMs), undefined, undefined, pageArrived());
  document.addEventListener("fe:time", ({ detail }) => setServerTime(detail.now_ms));
  tick();
  setInterval(tick, 1_000);
}
