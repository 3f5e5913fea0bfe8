// The minute axis every lane shares, and the margins that keep them in line.
import { serverNow } from "./clock.js";

export const SMALL = () => innerWidth <= 760;
export const RIGHT = 22;
export const LEFT = () => (SMALL() ? 34 : 42);

// Minutes since the start; before it, since the planned start, which is when the page was made.
const zero = (data) => data.start_ms ?? data.server_now_ms;
export const minuteOf = (data, ms) => (ms - zero(data)) / 60_000;
export const msOf = (data, minute) => zero(data) + minute * 60_000;
export const nowMinute = (data) => minuteOf(data, serverNow());
