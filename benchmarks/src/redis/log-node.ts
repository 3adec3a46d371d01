import { setTimeout as pause } from "node:timers/promises";
import { Latencies } from "../workloads/latencies.ts";
import { clock, type Load, readMessage, run } from "./load.ts";
import { LOGS, type LogName } from "./shared-log.ts";

/** Milliseconds after which what has not come will not. */
const PATIENCE = 20_000;

/** What a node is told, and what it answers with, over the pipe to the one that has started it. */
export type Order = { readonly load: Load } | { readonly reportAt: number } | "end";

export interface Report {
  readonly received: number;
  /** Those that came twice, out of order or not at all. */
  readonly faults: number;
  /** Milliseconds from one process to another. */
  readonly p50: number;
  readonly p99: number;
}

export type Said = "ready" | { readonly last: number } | { readonly report: Report };

/** The program of a node: it reads all that is published, and publishes when it is told to. */
export async function serveLog(name: LogName, url: string): Promise<void> {
  const log = LOGS[name](url);
  let reading = new Reading(0);
  let last = 0;
  await log.open((text) => reading.take(text));
  const say = (said: Said): unknown => process.send?.(said);
  process.on("message", async (order: Order) => {
    if (order === "end") {
      await log.close();
      process.exit();
    } else if ("load" in order) {
      last = await run(log, order.load, last);
      say({ last });
    } else {
      await reading.reaches(order.reportAt);
      say({ report: reading.report });
      reading = new Reading(reading.last);
    }
  });
  say("ready");
}

/** What has come since the last report. */
class Reading {
  last: number;
  #received = 0;
  #faults = 0;
  readonly #latencies = new Latencies();

  constructor(last: number) {
    this.last = last;
  }

  take(text: string): void {
    const { sentAt, number } = readMessage(text);
    this.#latencies.record(clock() - sentAt);
    this.#received += 1;
    if (number !== this.last + 1) this.#faults += 1;
    this.last = number;
  }

  /** Settles when this number has come, or will not any more. */
  async reaches(number: number): Promise<void> {
    const end = clock() + PATIENCE;
    while (this.last < number && clock() < end) await pause(5);
  }

  get report(): Report {
    return {
      received: this.#received,
      faults: this.#faults,
      p50: this.#latencies.percentile(0.5),
      p99: this.#latencies.percentile(0.99),
    };
  }
}
