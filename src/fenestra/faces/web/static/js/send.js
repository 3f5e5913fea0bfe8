// Forms that post without leaving the page. Nothing typed is ever lost, and the same request key makes a repeat harmless.
const PATIENCE_MS = 10_000;

export class NotSent extends Error {}

// "done" · {kept: sentence} when it is safe, and not yet in the record that everybody sees · {problem: html} when the server says what is wrong · NotSent when nobody knows whether it arrived
export async function post(url, body) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE_MS);
  try {
    const answer = await fetch(url, { method: "POST", body, redirect: "manual", credentials: "same-origin", headers: { "X-Requested-With": "fetch" }, signal: stop.signal });
    if (answer.status === 200 || answer.status === 204) return "done";
    if (answer.status === 202) return { kept: await answer.text() };
    if (answer.status === 422) return { problem: await answer.text() };
    if (answer.status === 503 && answer.headers.get("Content-Type")?.startsWith("text/plain")) throw new NotSent(await answer.text());
    throw new NotSent(refusal(answer));
  } catch (fault) {
    if (fault instanceof NotSent) throw fault;
    throw new NotSent("Not sent. Try again.");
  } finally {
    clearTimeout(timer);
  }
}

// A redirect is a sign-in page, never a yes.
function refusal(answer) {
  if (answer.type === "opaqueredirect" || answer.status === 401) return "Not sent: you are signed out. Sign in again in another tab, then try again.";
  if (answer.status === 403 || answer.status === 404) return "Not sent: the server does not let you do this. Reload the page.";
  return `Not sent: the server could not do it (${answer.status}). Try again.`;
}

export function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
