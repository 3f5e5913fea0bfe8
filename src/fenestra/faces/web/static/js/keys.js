// The keyboard of the dosing page. Keys are ignored while typing, inside a sheet, and when switched off on this screen.
import { letGo, press } from "./hold.js";
import { step } from "./lane-read.js";

const SETTLE_MS = 600; // a next action that has just changed does not take an Enter meant for the old one
let nextSays = "", changedAt = 0;

const isTyping = (target) => target.closest?.("input, select, textarea, [contenteditable], dialog[open]") || document.querySelector("dialog[open]");
const acts = (target) => target.closest?.("a, button, summary, label");
const read = () => { try { return localStorage.getItem("fe-keys") !== "off"; } catch { return true; } };
let on = read();

export function noteNext() {
  const says = document.getElementById("next")?.textContent ?? "";
  if (nextSays && says !== nextSays) changedAt = Date.now();
  nextSays = says;
}

function enter(event) {
  if (acts(event.target) || Date.now() - changedAt < SETTLE_MS) return;
  event.preventDefault(); // else the same Enter sends the sheet that it has just opened
  document.getElementById("next")?.click();
}

function letter(event, heldDone) {
  const control = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!control || control.disabled) return;
  event.preventDefault();
  if (control.matches("[data-hold]")) press(control, heldDone);
  else control.click();
}

function showSwitch() {
  const button = document.getElementById("keys-switch");
  if (button) button.textContent = on ? "Letter keys are on" : "Letter keys are off";
}

export function startKeys(heldDone) {
  noteNext();
  showSwitch();
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat && !event.key.startsWith("Arrow") || isTyping(event.target)) return;
    if (event.key === "Enter") enter(event);
    else if (event.key === "ArrowLeft" || event.key === "ArrowRight") step((event.key === "ArrowLeft" ? -1 : 1) * (event.shiftKey ? 10 : 1));
    else if (on && event.key.length === 1 && event.key !== " ") letter(event, heldDone);
  });
  document.addEventListener("click", (event) => {
    if (event.target.id !== "keys-switch") return;
    on = !on;
    try { localStorage.setItem("fe-keys", on ? "on" : "off"); } catch { /* a private window keeps nothing */ }
    showSwitch();
  });
  addEventListener("blur", letGo);
}
