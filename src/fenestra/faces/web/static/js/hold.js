// Stop asks for one second: press and hold with the pointer, or hold its key, Enter or Space. Without script it is a plain button.
const HOLD_MS = 1_000;
let held = null; // { button, byPointer, timer }

export const isHolding = () => held !== null;

export function press(button, done, byPointer = false) {
  if (held) return;
  button.classList.add("fe-holding");
  held = { button, byPointer, timer: setTimeout(() => { letGo(); done(button); }, HOLD_MS) };
}

export function letGo() {
  if (!held) return;
  clearTimeout(held.timer);
  held.button.classList.remove("fe-holding");
  held = null;
}

export function startHolding(done) {
  const target = (event) => event.target.closest?.("[data-hold]");
  document.addEventListener("pointerdown", (event) => { if (target(event) && event.button === 0) press(target(event), done, true); });
  for (const end of ["pointerup", "pointercancel", "blur"]) addEventListener(end, letGo);
  // sliding off the button gives up; moving within it, or holding by key, does not
  document.addEventListener("pointerout", (event) => { if (held?.byPointer && target(event) === held.button && !held.button.contains(event.relatedTarget)) letGo(); });
  document.addEventListener("contextmenu", (event) => { if (target(event)) event.preventDefault(); });
  // a mere click does nothing; one that no pointer made comes from a voice or a switch, which cannot hold, and counts
  document.addEventListener("click", (event) => {
    if (!target(event)) return;
    event.preventDefault();
    if (event.isTrusted && event.detail === 0) done(target(event));
  }, true);
  document.addEventListener("keydown", (event) => {
    if (!target(event) || !["Enter", " "].includes(event.key)) return;
    event.preventDefault();
    if (!event.repeat) press(target(event), done);
  });
  document.addEventListener("keyup", (event) => { if (target(event) && event.key === " ") event.preventDefault(); letGo(); });
}
