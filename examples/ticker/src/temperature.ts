import { readFile } from "node:fs/promises";
import { availableParallelism, loadavg } from "node:os";

/** What is published of the server's temperature. */
export interface Temperature {
  /** Degrees Celsius. */
  readonly celsius: number;
  /** False where the machine has no sensor that we may read: it is guessed then, from the load. */
  readonly isMeasured: boolean;
  /** Milliseconds since 1970. */
  readonly time: number;
}

/** Where Linux says it, in thousandths of a degree. */
const SENSOR = "/sys/class/thermal/thermal_zone0/temp";
/** Of an idle machine, and how much it rises when all of it is busy. */
const GUESS = { idle: 38, rise: 30 };

/** How warm this machine is. */
export async function readTemperature(sensor: string = SENSOR): Promise<Temperature> {
  const measured = await readFile(sensor, "utf8").then(Number, () => Number.NaN);
  const isMeasured = Number.isFinite(measured) && measured > 0;
  const celsius = isMeasured ? measured / 1_000 : guess();
  return { celsius: Math.round(celsius * 10) / 10, isMeasured, time: Date.now() };
}

function guess(): number {
  const load = (loadavg()[0] ?? 0) / availableParallelism();
  return GUESS.idle + GUESS.rise * Math.min(load, 1.5);
}
