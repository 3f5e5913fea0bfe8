// Every staff page: the clock, the readings and the line to the server.
import { startClock } from "./clock.js";
import { startReadings } from "./readings.js";
import { startStream } from "./stream.js";
import { startLimits } from "./limits.js";

startClock();
startReadings();
startStream();
startLimits();
