import { monitorEventLoopDelay } from "node:perf_hooks";
import { type Cancel, type Comet, CometError } from "@encke/core";

/** All durations are milliseconds. */
export interface LoadAdviceOptions {
  /** How late one in a hundred turns of the event loop may be before clients are asked to come less often. @default 100 */
  readonly maxDelay?: number;
  /** What clients are advised to wait between two connects as long as it is. @default 2_000 */
  readonly interval?: number;
  /** Tells how late the event loop has been since it was asked last. @default the 99th percentile, by `perf_hooks` */
  readonly measure?: () => number;
}

/** Milliseconds between two looks. */
const LOOK_EVERY = 1_000;
/** Looks in a row that find no load before the interval is lowered again: it must not go up and down all the time. */
const CALM_LOOKS = 10;
const NANOSECONDS = 1e6;
/** Milliseconds of the event loop's delay that are nothing but the resolution of the measure. */
const RESOLUTION = 10;

/** Raises `comet.interval` while the process is under load, and takes that back when it no longer is. Ends with the Comet. */
export function adviseByLoad(
  comet: Pick<Comet, "interval" | "isClosing">,
  { maxDelay = 100, interval = 2_000, measure }: LoadAdviceOptions = {},
): Cancel {
  for (const [name, value] of Object.entries({ maxDelay, interval })) {
    if (!(Number.isFinite(value) && value > 0)) {
      throw new CometError("options_invalid", `${name} must be a number of milliseconds above 0.`);
    }
  }
  const usual = comet.interval;
  const watch = measure === undefined ? watchEventLoop() : { measure, end: () => undefined };
  let calm = CALM_LOOKS;
  const look = (): void => {
    if (comet.isClosing) {
      end();
      return;
    }
    calm = watch.measure() > maxDelay ? 0 : calm + 1;
    comet.interval = calm < CALM_LOOKS ? Math.max(interval, usual) : usual;
  };
  const timer = setInterval(look, LOOK_EVERY).unref();
  const end = (): void => {
    clearInterval(timer);
    watch.end();
    comet.interval = usual;
  };
  return end;
}

function watchEventLoop(): { measure(): number; end(): void } {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION });
  histogram.enable();
  return {
    measure() {
      const late = histogram.percentile(99) / NANOSECONDS - RESOLUTION;
      histogram.reset();
      return late;
    },
    end: () => histogram.disable(),
  };
}
