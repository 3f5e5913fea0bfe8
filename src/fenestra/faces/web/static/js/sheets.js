// Sheets: native dialogs in #sheets with forms that post in place. Also the forms on the board (next, acknowledge, stop).
import { newKey, NotSent, post } from "./send.js";

const sending = new WeakSet();
let afterSent = () => {};

export function openSheet(id) {
  const sheet = document.getElementById(id);
  if (!sheet || sheet.open) return;
  sheet.showModal();
  (sheet.querySelector("[data-first]") ?? sheet.querySelector("input:not([type=hidden]), select, textarea, button"))?.focus();
}

// The browser leaves the focus in a closed sheet until its next frame: a key pressed meanwhile would count as typing.
function closeSheet(sheet) {
  sheet?.close();
  if (sheet?.contains(document.activeElement)) document.activeElement.blur();
}

function note(form, text) {
  const sheet = form.closest("dialog");
  if (!sheet) return boardNotice(form, text);
  let line = sheet.querySelector(".fe-send-note");
  if (!line) { line = Object.assign(document.createElement("p"), { className: "fe-send-note" }); line.setAttribute("role", "alert"); form.prepend(line); }
  line.textContent = text;
}

// A form on the board may be gone by now: the notice keeps what was to be sent.
function boardNotice(form, text, unsent = { url: form.action, body: bodyOf(form) }) {
  const notice = document.getElementById("notice");
  const again = Object.assign(document.createElement("button"), { type: "button", className: "fe-button", textContent: "Try again" });
  const leave = Object.assign(document.createElement("button"), { type: "button", className: "fe-button", textContent: "Leave it" });
  const what = form.dataset.what ? `${form.dataset.what}: ` : "";
  notice.replaceChildren(Object.assign(document.createElement("span"), { className: "fe-grow", textContent: what + text }), again, leave);
  notice.hidden = false;
  leave.onclick = () => { notice.hidden = true; };
  again.onclick = async () => {
    notice.hidden = true;
    try { showOutcome(form, await post(unsent.url, unsent.body)); } catch (fault) { failed(fault, () => boardNotice(form, fault.message, unsent)); }
  };
}

// Safe, and not yet on anybody's screen: said until somebody has read it.
function keptNotice(form, sentence) {
  const notice = document.getElementById("notice");
  const read = Object.assign(document.createElement("button"), { type: "button", className: "fe-button", textContent: "I have read it" });
  const what = form.dataset.what ? `${form.dataset.what}: ` : "";
  notice.replaceChildren(Object.assign(document.createElement("span"), { className: "fe-grow", textContent: what + sentence }), read);
  notice.hidden = false;
  read.onclick = () => { notice.hidden = true; };
}

function failed(fault, say) {
  if (!(fault instanceof NotSent)) throw fault;
  say();
}

function bodyOf(form, submitter) {
  const key = form.elements.namedItem("key");
  if (key && !key.value) key.value = newKey();
  return new FormData(form, submitter);
}

async function send(form, submitter) {
  if (sending.has(form)) return;
  sending.add(form);
  submitter?.classList.add("fe-sending");
  const body = bodyOf(form, submitter), url = submitter?.getAttribute("formaction") ?? form.getAttribute("action");
  try {
    showOutcome(form, await post(url, body));
  } catch (fault) {
    failed(fault, () => (form.closest("dialog") ? note(form, fault.message) : boardNotice(form, fault.message, { url, body })));
  } finally {
    sending.delete(form);
    submitter?.classList.remove("fe-sending");
  }
}

function showOutcome(form, outcome) {
  if (outcome === "done") sent(form);
  else if (outcome.kept) { sent(form); keptNotice(form, outcome.kept); }
  else showProblem(form, outcome.problem);
}

function sent(form) {
  const sheet = form.closest("dialog");
  sheet?.querySelector(".fe-send-note")?.remove();
  form.querySelector(".fe-errors")?.remove();
  form.reset();
  const key = form.elements.namedItem("key");
  if (key) key.value = newKey();
  if (sheet?.open) closeSheet(sheet);
  afterSent();
}

// The server's own words. A fragment takes the form's place, with what was typed; from a whole page only the words are taken.
function showProblem(form, html) {
  const sheet = form.closest("dialog") ?? document.getElementById("sheet-problem");
  const answer = new DOMParser().parseFromString(html, "text/html");
  if (!/<html[\s>]/i.test(html)) sheet.replaceChildren(...answer.body.childNodes);
  else if (sheet.contains(form)) form.prepend(summaryOf(answer, form));
  else sheet.replaceChildren(summaryOf(answer, sheet), closing());
  if (!sheet.open) sheet.showModal();
  (sheet.querySelector(".fe-errors") ?? sheet).focus();
}

function summaryOf(page, within) {
  within.querySelector(".fe-errors")?.remove();
  const made = Object.assign(document.createElement("div"), { className: "fe-errors", tabIndex: -1 });
  made.setAttribute("role", "alert");
  const words = [...(page.querySelector("main") ?? page.body).querySelectorAll("h1, p, li")].map((part) => part.textContent.trim()).filter(Boolean);
  made.append(...words.map((text, i) => Object.assign(document.createElement(i ? "p" : "h2"), { textContent: text })));
  return made;
}

function closing() {
  const button = Object.assign(document.createElement("button"), { type: "button", className: "fe-button", textContent: "Close" });
  button.dataset.closes = "";
  return button;
}

// The board's answer may carry fresh sheets; one that is open keeps what is being typed.
export function takeFreshSheets(fragment) {
  fragment.querySelectorAll("template[data-sheet]").forEach((fresh) => {
    const sheet = document.getElementById(fresh.dataset.sheet);
    if (sheet && !sheet.open) sheet.replaceChildren(fresh.content.cloneNode(true));
    fresh.remove();
  });
}

// `146 91 84 97` in one line: each number goes to the field named at its place; "-" leaves one out.
function spread(line) {
  const words = line.value.trim().split(/\s+/).filter(Boolean);
  line.dataset.round.split(" ").forEach((name, i) => {
    const field = line.form.elements.namedItem(name);
    if (field) field.value = words[i] && words[i] !== "-" ? words[i] : "";
  });
}

export function startSheets({ onSent }) {
  afterSent = onSent;
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (opener && !opener.matches("[data-hold]")) { event.preventDefault(); openSheet(opener.dataset.opens); }
    if (event.target.closest("[data-closes]")) closeSheet(event.target.closest("dialog"));
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("#visit form") || event.target.target) return; // one that opens a window of its own goes its own way
    event.preventDefault();
    send(event.target, event.submitter);
  });
  document.addEventListener("input", (event) => { if (event.target.matches("[data-round]")) spread(event.target); });
}
