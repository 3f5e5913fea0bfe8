// Check-ins not yet sent, kept on this phone by person mark. Sending twice changes nothing; each leaves when the clinic
// has it, or when it can never be taken. What belongs to another person's link stays for that link.
const NAME = "fenestra-outbox";
const MOST = 50;
const AGAIN_MS = 20000;
export const NO_SIGNAL = "No signal. What you wrote is kept on this phone and sent by itself when there is one.";
const NO_ANSWER = "The clinic’s system does not answer just now. What you wrote is kept on this phone and sent by itself later.";
const LATE = "What you wrote earlier without a signal has been sent now. Thank you.";

const read = () => { try { return JSON.parse(localStorage.getItem(NAME)) || []; } catch { return []; } };
const write = (waiting) => localStorage.setItem(NAME, JSON.stringify(waiting));

// The token of a page that was kept offline may be too old: ask for the page as it is now.
async function freshToken() {
  const text = await (await fetch("/me/check-in/")).text();
  return new DOMParser().parseFromString(text, "text/html").querySelector("[name=csrfmiddlewaretoken]")?.value;
}

const post = (form, token, mine) => fetch(form.action, {
  method: "POST",
  headers: { "Content-Type": "application/json", "X-CSRFToken": token },
  body: JSON.stringify({ sent_at: new Date().toISOString(), check_ins: mine }),
});

export function outbox(form, says) {
  const { mark, link } = form.dataset;
  const waiting = () => read().filter((one) => one.mark === mark);
  let sending = false;

  // Gives what this phone holds of today under this link, so that it can be changed rather than written twice.
  function ofToday() {
    const today = new Date().toDateString();
    return waiting().find((one) => one.link === link && new Date(one.said_at).toDateString() === today);
  }

  function put(told) {
    write([...read().filter((one) => one.told_id !== told.told_id), { ...told, mark, link }]);
  }

  async function send(current) {
    const mine = waiting().slice(0, MOST);
    if (!mine.length || sending) return;
    sending = true;
    try {
      let answer = await post(form, form.csrfmiddlewaretoken.value, mine);
      if (answer.status === 403) answer = await post(form, await freshToken(), mine);
      heard(answer.status, await answer.json().catch(() => null), current);
    } catch (unreachable) {
      says(NO_SIGNAL);
    } finally {
      sending = false;
    }
  }

  function heard(status, told, current) {
    if (!told || status >= 500) return says(NO_ANSWER);
    const refused = told.refused || [];
    const gone = new Set([...(told.kept || []), ...refused.filter((one) => one.field !== "mark").map((one) => one.told_id)]);
    write(read().filter((one) => !gone.has(one.told_id)));
    if (gone.has(current) && !refused.some((one) => one.told_id === current && one.field !== "link")) location.assign("/me/check-in/?sent");
    else if (refused.length) says(refused[0].say, { open: true, icon: "decide" });
    else if (told.kept?.length) says(LATE, { open: true, icon: "ok" });
    else says(told.say, { icon: "decide" });
  }

  return { put, send, ofToday, waiting: () => waiting().length, againMs: AGAIN_MS };
}
