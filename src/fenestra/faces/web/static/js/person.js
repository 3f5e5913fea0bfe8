// The check-in on a phone: sliders that start unset, an outbox for when there is no network.
import { outbox } from "./outbox.js";

const WORDS = {
  wish: [[4, "none at all"], [30, "a little"], [60, "quite strong"], [85, "strong"], [101, "very strong"]],
  mood: [[20, "very low"], [40, "low"], [60, "in between"], [80, "good"], [101, "very good"]],
  ready: [[20, "not really"], [40, "a little"], [60, "half and half"], [80, "quite"], [101, "very"]],
};
const MIDDLE = "50";

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
    field.setAttribute("aria-valuetext", said.textContent);
  };
  for (const kind of ["input", "pointerdown", "keydown"]) {
    field.addEventListener(kind, (event) => {
      if (kind === "keydown" && event.key === "Tab") return;
      set = true;
      show();
    });
  }
  show();
  field.answer = () => (set ? Number(field.value) : null);
}

function answerOf(form) {
  const told = { told_id: form.told_id.value, mark: form.dataset.mark };
  for (const field of form.querySelectorAll("[data-slider]")) told[field.name] = field.answer();
  told.used = form.querySelector("[name=used]:checked")?.value ?? null;
  told.amount = form.amount?.value.trim().replace(",", ".") || null;
  const now = new Date();
  told.said_at = now.toISOString();
  told.offset_min = -now.getTimezoneOffset();
  return told;
}

function start(form) {
  form.querySelectorAll("[data-slider]").forEach(makeSlider);
  const box = outbox(form);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    box.put(answerOf(form));
    await box.send();
  });
  box.send();
  window.addEventListener("online", () => box.send());
}

const form = document.getElementById("check-in");
if (form) start(form);
document.getElementById("refused")?.focus();
if ("serviceWorker" in navigator) navigator.serviceWorker.register("/me/worker.js", { scope: "/me/" });
