// Reading the time line: the pointer or ← → move a mark day by day (with Shift by a week); one line says what the table
// has of that day. Without this script the table says the same.
const DAY_MS = 86_400_000;
const read = document.getElementById("read"), said = read?.querySelector("[data-said]"), named = read?.querySelector("b");
const rows = new Map([...document.querySelectorAll("#table tr[data-day]")].map((row) => [row.dataset.day, row]));
const heads = [...document.querySelectorAll("#table thead th")].slice(1).map((head) => head.textContent);

const date = (iso) => new Date(`${iso}T00:00:00Z`);
const iso = (day) => day.toISOString().slice(0, 10);
const words = (day) => day.toLocaleDateString("en-GB", { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" });

function told(row) {
  if (!row) return "Nothing is written of this day.";
  const cells = [...row.cells].slice(1);
  return cells.map((cell, index) => (cell.textContent ? `${heads[index]}: ${cell.textContent}` : "")).filter(Boolean).join(" · ");
}

function show(picture, number) {
  const days = Number(picture.dataset.days);
  const at = Math.min(days - 1, Math.max(0, number));
  picture.dataset.at = at;
  const line = picture.querySelector("[data-at]"), place = `${((at + 0.5) / days) * 100}%`;
  line.setAttribute("x1", place);
  line.setAttribute("x2", place);
  line.removeAttribute("hidden");
  const day = new Date(date(picture.dataset.first).getTime() + at * DAY_MS);
  named.textContent = words(day);
  said.textContent = told(rows.get(iso(day)));
}

function follow(event) {
  const picture = event.currentTarget, box = picture.querySelector(".fe-journey-line").getBoundingClientRect();
  const part = (event.clientX - box.left) / box.width;
  if (part >= 0 && part <= 1) show(picture, Math.floor(part * Number(picture.dataset.days)));
}

function move(event) {
  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!by) return;
  event.preventDefault();
  const picture = event.currentTarget;
  show(picture, Number(picture.dataset.at) + by * (event.shiftKey ? 7 : 1));
}

for (const picture of document.querySelectorAll("[data-journey]")) {
  const today = Math.floor((date(read.dataset.today) - date(picture.dataset.first)) / DAY_MS);
  picture.dataset.at = Math.min(Number(picture.dataset.days) - 1, Math.max(0, today));
  picture.tabIndex = 0;
  picture.setAttribute("role", "group");
  picture.setAttribute("aria-label", "Time line; the arrow keys move by a day");
  picture.setAttribute("aria-describedby", "read");
  picture.addEventListener("pointermove", follow);
  picture.addEventListener("pointerdown", follow);
  picture.addEventListener("keydown", move);
}
if (read) {
  read.querySelector("[data-hint]").hidden = false;
  said.textContent = told(rows.get(read.dataset.today));
}
