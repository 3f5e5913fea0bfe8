// Today follows the clinic: what happened fetches its parts anew. Focus, an open table and the scroll survive.
const GATHER_MS = 150, READING_MS = 5_000, MINUTE_MS = 60_000;
const SLOW = new Set(["reading"]);
const root = document.getElementById("today");
let timer = null, dueAt = Infinity, fetching = false, again = false;

function ask(wait) {
  const at = Date.now() + wait;
  if (at >= dueAt) return;
  clearTimeout(timer);
  dueAt = at;
  timer = setTimeout(load, wait);
}

async function load() {
  dueAt = Infinity;
  if (fetching) { again = true; return; }
  fetching = true;
  again = false;
  try {
    const answer = await fetch(root.dataset.parts, { headers: { "X-Requested-With": "fetch" }, redirect: "manual", cache: "no-store" });
    if (answer.status === 200) put(await answer.text());
  } catch (fault) {
    if (!(fault instanceof TypeError)) throw fault; // only "no network" is expected here; the strip says so
  } finally {
    fetching = false;
  }
  if (again) ask(GATHER_MS);
}

function put(html) {
  const focused = root.contains(document.activeElement) ? document.activeElement.id : "";
  const open = [...root.querySelectorAll("details[open][id]")].map((node) => node.id);
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  const place = [scrollX, scrollY];
  root.replaceChildren(fresh.content);
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  scrollTo(...place);
}

document.addEventListener("fe:event", ({ detail }) => ask(SLOW.has(detail.kind) ? READING_MS : GATHER_MS));
setInterval(() => { if (!document.hidden) ask(GATHER_MS); }, MINUTE_MS); // minutes go on when nothing happens
document.addEventListener("visibilitychange", () => { if (!document.hidden) ask(GATHER_MS); });
