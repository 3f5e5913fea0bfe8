// Check-ins not yet sent, kept on this phone by person mark. Sending twice changes nothing; each leaves when it is kept.
const NAME = "fenestra-outbox";
const MOST = 50;

const read = () => JSON.parse(localStorage.getItem(NAME) || "[]");
const write = (waiting) => localStorage.setItem(NAME, JSON.stringify(waiting));

export function outbox(form) {
  const says = document.getElementById("outbox");
  const mark = form.dataset.mark;
  const tell = (text) => {
    says.textContent = text;
    says.hidden = !text;
  };

  function put(told) {
    write([...read().filter((one) => one.told_id !== told.told_id), told]);
  }

  async function send() {
    const mine = read().filter((one) => one.mark === mark).slice(0, MOST);
    if (!mine.length) return;
    let answer;
    try {
      answer = await fetch(form.action, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": form.csrfmiddlewaretoken.value },
        body: JSON.stringify({ sent_at: new Date().toISOString(), check_ins: mine }),
      });
    } catch (unreachable) {
      tell("No signal. What you wrote is kept on this phone and sent by itself when there is one.");
      return;
    }
    await heard(answer);
  }

  async function heard(answer) {
    const told = await answer.json().catch(() => null);
    if (!told || answer.status >= 500) {
      tell("The clinic's system does not answer just now. What you wrote is kept on this phone; open this page later.");
    } else if (answer.status === 410) {
      write(read().filter((one) => one.mark !== mark));
      location.reload();
    } else {
      leave(told);
    }
  }

  function leave(told) {
    const gone = new Set([...(told.kept || []), ...(told.refused || []).map((one) => one.told_id)]);
    write(read().filter((one) => !gone.has(one.told_id)));
    if (told.refused?.length) tell(told.refused[0].say);
    else if (told.kept) location.assign("/me/check-in/?sent");
    else tell(told.say);
  }

  return { put, send };
}
