// Plain numbers behind the lanes: ranges, ticks, gaps.
const GAP_MIN = 2; // a line never crosses more than two minutes without a reading

// The usual range, widened where a value lies outside it, so that no reading leaves the picture.
export function climbs([low, high], values, room = 8) {
  const known = values.filter((value) => value != null);
  if (!known.length) return [low, high];
  return [Math.min(low, Math.min(...known) - room), Math.max(high, Math.max(...known) + room)];
}

export function splitsFor([low, high], step) {
  const splits = [];
  for (let value = Math.ceil(low / step) * step; value <= high; value += step) splits.push(value);
  return splits;
}

// Minutes on the axis: every ten until 40, then every fifteen; every twenty on a small screen.
export function steps([from, to], small) {
  const minutes = [];
  for (let minute = Math.max(0, from); minute <= to; minute += small ? 20 : minute < 40 ? 10 : 15) minutes.push(minute);
  return minutes;
}

// Two columns for uPlot, sorted, with an explicit gap wherever readings are missing for longer.
export function broken(pairs) {
  const sorted = [...pairs].sort((a, b) => a[0] - b[0]);
  const minutes = [], values = [];
  let last = null;
  for (const [minute, value] of sorted) {
    if (last !== null && minute - last > GAP_MIN) { minutes.push((minute + last) / 2); values.push(null); }
    minutes.push(minute);
    values.push(value);
    last = minute;
  }
  return [minutes, values];
}

// The reading at or before a minute, if it is not older than the gap.
export function lastBefore(pairs, minute, within = GAP_MIN) {
  let found = null;
  for (const pair of pairs) if (pair[0] <= minute && minute - pair[0] <= within && (!found || pair[0] >= found[0])) found = pair;
  return found;
}

export function nearestIndex(list, minute) {
  let best = 0;
  list.forEach((value, i) => { if (Math.abs(value - minute) < Math.abs(list[best] - minute)) best = i; });
  return best;
}
