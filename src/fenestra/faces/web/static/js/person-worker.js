// Keeps the check-in and help at hand without a network. It keeps no answer and no page that names anybody.
const KEPT = "fenestra-person-1";
const PAGES = ["/me/check-in/", "/me/help/"];

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(KEPT).then((kept) => kept.addAll(["/me/help/"])).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = (names) => Promise.all(names.filter((name) => name !== KEPT).map((name) => caches.delete(name)));
  event.waitUntil(caches.keys().then(old).then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const path = new URL(request.url).pathname;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(page(request, path));
  else if (path.startsWith("/static/")) event.respondWith(file(request));
});

async function page(request, path) {
  const kept = await caches.open(KEPT);
  try {
    const answer = await fetch(request);
    if (answer.ok && PAGES.includes(path)) await kept.put(path, answer.clone());
    return answer;
  } catch (unreachable) {
    return (await kept.match(path)) || (await kept.match("/me/check-in/")) || (await kept.match("/me/help/"));
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
