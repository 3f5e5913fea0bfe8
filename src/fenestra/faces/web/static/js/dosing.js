// The dosing page: what starts, and what follows a change of the board.
import { announceAlarms } from "./alarms.js";
import { pageArrived } from "./clock.js";
import { startHolding } from "./hold.js";
import { noteNext, startKeys } from "./keys.js";
import { showAgain, startReading } from "./lane-read.js";
import { drawLanes, moveNow, redrawLanes } from "./lanes.js";
import { readLanes, refresh, startLive } from "./live.js";
import { openSheet, startSheets } from "./sheets.js";
import { showSound, startSound } from "./sound.js";

// A hold that ran its second opens its sheet, or sends its form.
function heldDone(button) {
  if (button.dataset.opens) openSheet(button.dataset.opens);
  else button.form?.requestSubmit(button);
}

function boardChanged() {
  announceAlarms();
  showSound();
  noteNext();
  showAgain();
}

startLive({ onChange: boardChanged });
startSheets({ onSent: refresh });
startHolding(heldDone);
startKeys(heldDone);
startReading();
startSound();
announceAlarms();
const lanes = readLanes(pageArrived());
document.fonts.ready.then(() => {
  drawLanes(lanes);
  setInterval(moveNow, 1_000);
  const box = document.getElementById("board");
  let size = [box.clientWidth, box.clientHeight].join();
  new ResizeObserver(() => { const now = [box.clientWidth, box.clientHeight].join(); if (now !== size) redrawLanes(); size = now; }).observe(box);
  new MutationObserver(redrawLanes).observe(document.documentElement, { attributeFilter: ["data-theme"] });
});
