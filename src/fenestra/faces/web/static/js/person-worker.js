// Keeps the check-in and help at hand without a network: pages that the server says to keep, and what they load. It
// keeps no answer and no page that names anybody. It answers for /me/, and for a link that is tapped on a train.
const KEPT = "fenestra-person-2";
const CHECK_IN = "/me/check-in/";
const HELP = "/me/help/";
const SAYS = "Fenestra-Offline";

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(KEPT).then((kept) => kept.add(HELP)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = (names) => Promise.all(names.filter((name) => name !== KEPT).map((name) => caches.delete(name)));
  event.waitUntil(caches.keys().then(old).then(() => self.clients.claim()));
});

// The first page of all was loaded before this worker was there: it says itself what it is made of.
self.addEventListener("message", (event) => {
  event.waitUntil(caches.open(KEPT).then((kept) => Promise.all(event.data.files.map((file) => kept.add(file).catch(() => null)))));
  event.waitUntil(refresh(CHECK_IN));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const path = new URL(request.url).pathname;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(page(request, path));
  else if (path.startsWith("/static/")) event.respondWith(file(request));
});

async function refresh(path) {
  const answer = await fetch(path).catch(() => null);
  if (answer) await obey(answer, path);
}

async function obey(answer, path) {
  const kept = await caches.open(KEPT);
  const says = answer.headers.get(SAYS);
  if (says === "keep" && answer.ok && !answer.redirected) await kept.put(path, answer.clone());
  if (says === "forget") await kept.delete(path);
}

async function page(request, path) {
  try {
    const answer = await fetch(request);
    await obey(answer, path);
    return answer;
  } catch (unreachable) {
    const kept = await caches.open(KEPT);
    const instead = path.startsWith("/c/") ? CHECK_IN : path;
    return (await kept.match(instead)) || (await kept.match(HELP)) || Response.error();
  }
}

async function file(request) {
  const kept = await caches.open(KEPT);
  try {
    const answer = await fetch(request);
    if (answer.ok) await kept.put(request, answer.clone());
    return answer;
  } catch (unreachable) {
    return (await kept.match(request)) || Response.error();
  }
}
