// What the server tells, as events on the document: `fe:event` (something happened), `fe:changed` (the same, without the
// readings: a part of a page may ask anew), `fe:link` (how the line is), `fe:time` (the server's clock).
import { Link } from "./link.js";
import { serverClock } from "./clock.js";

const FIRST_CONNECTION_MS = 6_000;
const page = document.documentElement.dataset;
let linkState = { state: "connecting", since: Date.now() };
const openedAt = Date.now();

function pass({ type, detail }) {
  if (type === "link") linkState = detail;
  document.dispatchEvent(new CustomEvent(`fe:${type}`, { detail }));
  if (type === "event" && detail.kind !== "reading") document.dispatchEvent(new CustomEvent("fe:changed", { detail }));
}

function joinWorker(join) {
  const worker = new SharedWorker(page.streamWorker, { type: "module", name: "fenestra-stream" });
  worker.port.onmessage = ({ data }) => pass(data);
  worker.onerror = () => { openHere(join); };
  worker.port.postMessage({ type: "join", ...join });
  addEventListener("pagehide", () => worker.port.postMessage({ type: "leave" }));
}

function openHere(join) {
  const link = new Link({ ...join, tell: pass });
  addEventListener("pagehide", () => link.close());
}

// The strip says so when the line is down, on every staff page; a first connection gets six seconds.
function showLink() {
  if (linkState.state === "connecting" && Date.now() - openedAt < FIRST_CONNECTION_MS) return;
  const strip = document.getElementById("link-strip");
  const live = linkState.state === "live";
  document.documentElement.classList.toggle("fe-old", !live);
  if (!strip) return;
  strip.hidden = live;
  const says = strip.querySelector("[data-says]");
  if (live) says.textContent = "";
  else if (linkState.state === "signed-out") says.replaceChildren("You are signed out. Nothing below is live. ", signInLink());
  else says.textContent = `No link to the clinic’s server since ${serverClock(linkState.since)}. Readings below are old.`;
}

function signInLink() {
  const link = document.createElement("a");
  link.href = `/sign-in/?next=${encodeURIComponent(location.pathname)}`;
  link.textContent = "Sign in again";
  return link;
}

export function startStream() {
  if (!page.stream) return;
  const join = { url: page.stream, after: page.streamAfter };
  document.addEventListener("fe:link", showLink);
  setTimeout(showLink, FIRST_CONNECTION_MS);
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  if ("SharedWorker" in window && page.streamWorker) joinWorker(join);
  else openHere(join);
}
