// One line to the clinic's server: server-sent events from where we left off, reconnecting with patience.
// Used inside the shared worker, and in the tab itself where the browser has no shared workers.
const SILENT_AFTER_MS = 12_000; // the server pings every 5 s
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 5_000;
const KEPT_MESSAGES = 500;

export class Link {
  constructor({ url, after, tell }) {
    Object.assign(this, { url, cursor: after || "", tell, kept: [], wait: FIRST_WAIT_MS, state: "connecting", lastHeard: Date.now() });
    this.watch = setInterval(() => this.#listenForSilence(), 1_000);
    this.#open();
  }

  // What a tab needs when it joins: the state, and the messages since its page was made.
  welcome(after, tellOne) {
    if (this.state === "signed-out") { this.state = "connecting"; this.#open(); }
    const missed = this.kept.filter((message) => Number(message.id) > Number(after || this.cursor));
    const reachesBack = !after || Number(after) >= Number(this.cursor) || (this.kept.length && Number(this.kept[0].id) <= Number(after) + 1);
    if (!reachesBack) tellOne({ type: "event", detail: { kind: "gap" } });
    for (const message of missed) tellOne({ type: "event", detail: message.detail });
    tellOne(this.#stateMessage());
  }

  close() {
    clearInterval(this.watch);
    clearTimeout(this.retry);
    this.source?.close();
  }

  #open() {
    clearTimeout(this.retry);
    this.source?.close();
    const url = new URL(this.url, self.location.origin);
    if (this.cursor) url.searchParams.set("after", this.cursor);
    const source = new EventSource(url);
    this.source = source;
    this.openedAt = Date.now();
    // an open line proves nothing: only a message or a ping makes it live
    source.onmessage = (event) => { this.#heard(event); this.#pass(event); };
    source.addEventListener("ping", (event) => { this.#heard(event); this.#tellTime(event); });
    source.addEventListener("signed-out", () => this.#signedOut());
    source.onerror = () => { if (source.readyState === EventSource.CLOSED) this.#askWhy(url); source.close(); this.#lose(); };
  }

  // The server answered, but not with a stream: is the session over?
  async #askWhy(url) {
    const stop = new AbortController();
    try {
      const answer = await fetch(url, { redirect: "manual", signal: stop.signal });
      if (answer.type === "opaqueredirect" || answer.status === 401) this.#signedOut();
    } catch (fault) {
      if (!(fault instanceof TypeError)) throw fault; // no network: the retry is already under way
    }
    stop.abort();
  }

  #signedOut() {
    clearTimeout(this.retry);
    this.source.close();
    this.kept = [];
    this.#become("signed-out");
  }

  #heard(event) {
    this.lastHeard = Date.now();
    this.wait = FIRST_WAIT_MS;
    if (event?.lastEventId) this.cursor = event.lastEventId;
    this.#become("live");
  }

  #pass(event) {
    const detail = JSON.parse(event.data);
    if (event.lastEventId) this.kept = [...this.kept, { id: event.lastEventId, detail }].slice(-KEPT_MESSAGES);
    this.tell({ type: "event", detail });
  }

  // A ping may carry the server's clock: {"now_ms": …}.
  #tellTime(event) {
    const now = event.data?.startsWith("{") ? JSON.parse(event.data).now_ms : undefined;
    if (now) this.tell({ type: "time", detail: { now_ms: now } });
  }

  #lose() {
    this.#become("lost");
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.#open(), this.wait);
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT_MS);
  }

  #listenForSilence() {
    if (this.state === "signed-out") return;
    const heardFrom = this.state === "live" ? this.lastHeard : Math.max(this.lastHeard, this.openedAt);
    if (Date.now() - heardFrom < SILENT_AFTER_MS) return;
    this.source.close();
    this.#lose();
  }

  #become(state) {
    if (state === this.state) return;
    this.state = state;
    this.tell(this.#stateMessage());
  }

  #stateMessage() {
    return { type: "link", detail: { state: this.state, since: this.lastHeard } };
  }
}
