// Every staff page: the clock and the line to the server.
import { startClock } from "./clock.js";
import { startStream } from "./stream.js";

startClock();
startStream();
