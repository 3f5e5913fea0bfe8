// The board follows the visit: a reading is drawn without asking; anything else fetches the board anew.
// Focus, open tables, scroll and what a finger is pressing survive the change.
import { setServerTime, tick } from "./clock.js";
import { isHolding } from "./hold.js";
import { addReading, currentLanes, drawLanes } from "./lanes.js";
import { minuteOf } from "./lane-scale.js";
import { isShowable, writeReading } from "./readings.js";
import { takeFreshSheets } from "./sheets.js";

const GATHER_MS = 150, RETRY_MS = 2_000;
let root, board, changed = () => {};
let timer = null, fetching = false, again = false, pressing = false;

export function readLanes(receivedAt) {
  const block = document.getElementById("lanes");
  if (!block) return null;
  const data = JSON.parse(block.textContent);
  setServerTime(data.server_now_ms, data.time_zone, data.tz_offset_min, receivedAt);
  return data;
}

export function refresh() {
  if (fetching) { again = true; return; }
  clearTimeout(timer);
  timer = setTimeout(load, GATHER_MS);
}

async function load() {
  fetching = true;
  again = false;
  try {
    const answer = await fetch(root.dataset.boardUrl, { headers: { "X-Requested-With": "fetch" }, redirect: "manual", cache: "no-store" });
    if (answer.status === 200) put(await answer.text());
    else if (answer.type !== "opaqueredirect") retry();
  } catch (fault) {
    if (!(fault instanceof TypeError)) throw fault; // only "no network" is expected here
    retry();
  } finally {
    fetching = false;
  }
  if (again) refresh();
}

function retry() {
  clearTimeout(timer);
  timer = setTimeout(load, RETRY_MS);
}

const isTypedIn = () => board.contains(document.activeElement) && document.activeElement.matches("input, select, textarea");

// A button under a finger is not taken away: the change waits for the finger.
function put(html) {
  if (pressing || isHolding() || isTypedIn()) { setTimeout(put, 100, html); return; }
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  takeFreshSheets(fresh.content);
  takeFreshWho(fresh.content);
  const keep = remember();
  board.replaceChildren(fresh.content);
  restore(keep);
  drawLanes(readLanes());
  tick();
  changed();
}

// Weight, allergy and monitor stand above the board and change with it.
function takeFreshWho(fragment) {
  const fresh = fragment.querySelector("template[data-who]");
  if (fresh) document.getElementById("who")?.replaceChildren(fresh.content.cloneNode(true));
  fresh?.remove();
}

function remember() {
  const withId = [...board.querySelectorAll("[id]")];
  return {
    focused: board.contains(document.activeElement) ? document.activeElement.id : "",
    open: withId.filter((node) => node.tagName === "DETAILS" && node.open).map((node) => node.id),
    scrolled: withId.filter((node) => node.scrollTop || node.scrollLeft).map((node) => [node.id, node.scrollTop, node.scrollLeft]),
    page: [scrollX, scrollY],
  };
}

function restore({ focused, open, scrolled, page }) {
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  for (const [id, top, left] of scrolled) document.getElementById(id)?.scrollTo(left, top);
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  scrollTo(...page);
}

function showReading(reading) {
  const lanes = currentLanes();
  writeReading(root, reading);
  if (lanes) addReading({ ...reading, m: reading.m ?? minuteOf(lanes.data, reading.at_ms) });
  tick();
}

function heard({ detail }) {
  if (detail.kind !== "gap" && String(detail.visit) !== root.dataset.visit) return;
  const reading = detail.payload ?? detail;
  if (detail.kind === "reading" && isShowable(reading)) showReading(reading);
  else refresh();
}

export function startLive({ onChange }) {
  root = document.getElementById("visit");
  board = document.getElementById("board");
  changed = onChange;
  let wasLive = true;
  document.addEventListener("fe:event", heard);
  document.addEventListener("fe:link", ({ detail }) => {
    if (detail.state === "live" && !wasLive) refresh();
    wasLive = detail.state === "live";
  });
  board.addEventListener("pointerdown", () => { pressing = true; });
  // the click comes just after the finger lifts
  for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => setTimeout(() => { pressing = false; }, 50));
}
