// A new alarm is said once to screen readers; when the last one ends, that is said too.
let known = null;

const standing = () => new Map([...document.querySelectorAll("[data-alarm-id]")].map((alarm) => [alarm.dataset.alarmId, (alarm.dataset.alarmText ?? alarm.textContent).trim().replace(/\s+/g, " ")]));

export function announceAlarms() {
  const now = standing();
  const fresh = [...now].filter(([id]) => !known?.has(id)).map(([, text]) => text);
  const ended = known?.size && !now.size;
  known = new Set(now.keys());
  const voice = document.getElementById("alarm-say");
  if (!voice) return;
  if (fresh.length) voice.textContent = fresh.join(". ");
  else if (ended) voice.textContent = "No alarm stands.";
}
