// The alarm sound. A browser lets no page sound before a tap, so it is armed by hand, and the button says when it is not.
const EVERY_MS = 2_500;
const NOTES = [[0, 880], [0.18, 880], [0.36, 1175]]; // seconds after the start, hertz
let audio = null;

const armed = () => audio?.state === "running";
const unanswered = () => document.querySelector('[data-alarm-level="high"]:not([data-acknowledged])');

function beep() {
  const start = audio.currentTime;
  for (const [after, pitch] of NOTES) {
    const tone = audio.createOscillator(), loud = audio.createGain();
    tone.frequency.value = pitch;
    loud.gain.setValueAtTime(0.0001, start + after);
    loud.gain.exponentialRampToValueAtTime(0.4, start + after + 0.02);
    loud.gain.exponentialRampToValueAtTime(0.0001, start + after + 0.14);
    tone.connect(loud).connect(audio.destination);
    tone.start(start + after);
    tone.stop(start + after + 0.16);
  }
}

export function showSound() {
  const button = document.getElementById("sound");
  if (!button) return;
  button.querySelector("[data-says]").textContent = armed() ? "Sound is on" : "Sound is off";
  button.setAttribute("aria-pressed", String(armed()));
  button.classList.toggle("fe-wanted", !armed() && Boolean(unanswered()));
}

async function toggle() {
  if (armed()) await audio.suspend();
  else { audio ??= new AudioContext(); await audio.resume(); beep(); }
  showSound();
}

export function startSound() {
  const button = document.getElementById("sound");
  if (!button) return;
  button.addEventListener("click", toggle);
  showSound();
  setInterval(() => { showSound(); if (armed() && unanswered()) beep(); }, EVERY_MS);
}
