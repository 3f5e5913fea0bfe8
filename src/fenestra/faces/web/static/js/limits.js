// A session ends after a time without a touch. Two minutes before, the page says so; at the chair of an open dose it
// locks instead of ending, and opens again with everything that was typed.
const STAY = "/account/stay/", LEFT = "/account/left/";
const TOLD_EVERY_MS = 60_000, WHILE_WARNED_MS = 5_000;
const strip = document.getElementById("limit"), lock = document.getElementById("lock");
let toldAt = Date.now(), timer = 0;

const token = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
const sent = (url, body) => fetch(url, { method: "POST", body, redirect: "manual", headers: { "X-Requested-With": "fetch", "X-CSRFToken": token() } });

async function stay() {
  toldAt = Date.now();
  await sent(STAY, new FormData()).catch(() => null);
  look();
}

function touched() {
  if (!lock.open && Date.now() - toldAt > TOLD_EVERY_MS) stay();
}

// How long is left is the server's to say: another tab may have been touched.
async function look() {
  clearTimeout(timer);
  const answer = await fetch(LEFT, { redirect: "manual", cache: "no-store", headers: { "X-Requested-With": "fetch" } }).catch(() => null);
  if (answer?.type === "opaqueredirect") return end();
  const told = answer?.ok ? read(await answer.text()) : null;
  if (told) show(told);
  timer = setTimeout(look, told && told.left > told.warned ? Math.min(TOLD_EVERY_MS, (told.left - told.warned) * 1_000 + 500) : WHILE_WARNED_MS);
}

function read(text) {
  const [left, warned, then] = text.split(" ");
  return { left: Number(left), warned: Number(warned), locks: then === "lock" };
}

function show({ left, warned, locks }) {
  if (left <= 0) { if (locks) close(); return; }
  if (lock.open) open();
  strip.hidden = left > warned;
  // Said once a half-minute, so that a reader is not spoken over each second.
  const about = left > 90 ? "2 minutes" : left > 45 ? "1 minute" : "half a minute";
  const text = strip.hidden ? "" : `Nobody has touched this screen. In ${about} ${locks ? "it locks" : "you are signed out"}.`;
  const says = strip.querySelector("[data-says]");
  if (says.textContent !== text) says.textContent = text;
}

function close() {
  strip.hidden = true;
  document.documentElement.classList.add("fe-locked");
  if (!lock.open) lock.showModal();
}

function open() {
  lock.close();
  document.documentElement.classList.remove("fe-locked");
}

function end() {
  strip.hidden = true;
  document.documentElement.classList.add("fe-locked");
  location.reload(); // the server shows the door; nothing of the page stays on the screen
}

async function unlock(event) {
  event.preventDefault();
  const form = event.target, problem = lock.querySelector("[data-problem]");
  const answer = await sent(form.action, new FormData(form)).catch(() => null);
  form.password.value = "";
  problem.textContent = answer?.status === 204 ? "" : answer ? await answer.text() : "Not sent. Try again.";
  if (answer?.status === 204) { open(); look(); } else form.password.focus();
}

export function startLimits() {
  if (!strip || !lock) return;
  for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, touched, { passive: true, capture: true });
  strip.querySelector("button").addEventListener("click", stay);
  lock.addEventListener("cancel", (event) => event.preventDefault());
  lock.querySelector("form").addEventListener("submit", unlock);
  timer = setTimeout(look, TOLD_EVERY_MS);
}
