// The check-in on a phone: sliders that start unset, an outbox for when there is no network.
import { outbox, NO_SIGNAL } from "./outbox.js";

const WORDS = {
  wish: [[4, "none at all"], [30, "a little"], [60, "quite strong"], [85, "strong"], [101, "very strong"]],
  mood: [[20, "very low"], [40, "low"], [60, "in between"], [80, "good"], [101, "very good"]],
  ready: [[20, "not really"], [40, "a little"], [60, "half and half"], [80, "quite"], [101, "very"]],
};
const MIDDLE = "50";
const ID_BYTES = 16;
const AMOUNT = /^\d{1,3}(\.\d{1,2})?$/;
const ANSWERS = ["craving_now", "craving_most", "used", "mood", "readiness"];
const NOTHING_YET = "Nothing is answered yet. One answer is enough. To send it empty, press Send again.";
const UNMOVING = new Set(["Tab", "Shift", "Control", "Alt", "Meta", "Escape", "Enter"]);

// A number of its own for each check-in, made here: a page kept offline would hand out the same one again.
const freshId = () => Array.from(crypto.getRandomValues(new Uint8Array(ID_BYTES)), (byte) => byte.toString(16).padStart(2, "0")).join("");

function makeSlider(field) {
  const said = document.getElementById(field.getAttribute("aria-describedby"));
  const words = WORDS[field.dataset.slider];
  let set = field.value !== "";
  const value = field.value || MIDDLE;
  field.type = "range";
  field.className = "fe-slide";
  field.value = value;
  const show = () => {
    field.classList.toggle("fe-unset", !set);
    field.style.setProperty("--p", set ? `${field.value}%` : "0%");
    said.textContent = set ? words.find(([below]) => Number(field.value) < below)[1] : "not answered";
    said.classList.toggle("fe-set", set);
    field.setAttribute("aria-valuetext", said.textContent);
  };
  const touch = () => { set = true; show(); };
  field.addEventListener("input", touch);
  field.addEventListener("pointerup", touch);
  field.addEventListener("keydown", (event) => { if (!UNMOVING.has(event.key)) touch(); });
  show();
  field.answer = () => (set ? Number(field.value) : null);
  field.put = (told) => { set = told !== null && told !== undefined; field.value = set ? told : MIDDLE; show(); };
}

function answerOf(form) {
  const told = { told_id: form.told_id.value };
  for (const field of form.querySelectorAll("[data-slider]")) told[field.name] = field.answer();
  told.used = form.querySelector("[name=used]:checked")?.value ?? null;
  const amount = form.amount?.value.trim().replace(",", ".");
  told.amount = told.used === "yes" && amount ? amount : null;
  const now = new Date();
  told.said_at = now.toISOString();
  told.offset_min = -now.getTimezoneOffset();
  return told;
}

function putBack(form, told) {
  form.told_id.value = told.told_id;
  for (const field of form.querySelectorAll("[data-slider]")) field.put(told[field.name]);
  for (const tap of form.querySelectorAll("[name=used]")) tap.checked = tap.value === told.used;
  if (form.amount) form.amount.value = told.amount ?? "";
}

function start(form) {
  const note = document.getElementById("outbox");
  const change = document.getElementById("change");
  const kept = (is) => { form.hidden = is; change.hidden = !is; };
  const says = (text, { open = false, icon = "away" } = {}) => {
    note.querySelector("span").textContent = text;
    note.querySelector("use").setAttribute("href", `#icon-${icon}`);
    note.hidden = !text;
    kept(!open && Boolean(box.ofToday()));
    note.scrollIntoView({ block: "center" });
  };
  const box = outbox(form, says);
  const send = () => box.send(form.told_id.value);
  let emptyIsMeant = false;
  // What can be put right is said while the person is here: on a train the server says it hours later.
  const wrong = (told) => {
    if (told.amount !== null && !(AMOUNT.test(told.amount) && Number(told.amount) > 0)) return form.amount.dataset.says;
    if (emptyIsMeant || ANSWERS.some((name) => told[name] !== null)) return "";
    emptyIsMeant = true;
    return NOTHING_YET;
  };

  form.querySelectorAll("[data-slider]").forEach(makeSlider);
  form.told_id.value = freshId();
  const waiting = box.ofToday();
  if (waiting) { putBack(form, waiting); says(NO_SIGNAL); }
  change.addEventListener("click", () => { kept(false); note.hidden = true; form.querySelector("input[data-slider]").focus(); });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const told = answerOf(form);
    const fault = wrong(told);
    if (fault) return says(fault, { open: true, icon: "decide" });
    box.put(told);
    send();
  });
  addEventListener("online", send);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) send(); });
  setInterval(() => { if (navigator.onLine && !document.hidden && form.hidden) send(); }, box.againMs);
  send();
}

async function keepOffline() {
  await navigator.serviceWorker.register("/me/worker.js", { scope: "/me/" });
  await navigator.serviceWorker.register("/me/worker.js", { scope: "/c/" });
  const { active } = await navigator.serviceWorker.ready;
  const own = (url) => url.startsWith(`${location.origin}/static/`);
  active.postMessage({ files: performance.getEntriesByType("resource").map((entry) => entry.name).filter(own) });
}

const form = document.getElementById("check-in");
if (form) start(form);
document.getElementById("refused")?.focus();
if ("serviceWorker" in navigator) keepOffline().catch(() => { /* a private window keeps nothing; the page works without */ });
