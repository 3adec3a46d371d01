import { setTimeout as delay } from "node:timers/promises";
import type { Client, Target } from "../wires/wire.ts";
import { Latencies } from "./latencies.ts";
import { aftermath, allArrived, closeAll, type Session } from "./session.ts";
import type { Tally } from "./tally.ts";
import type { Load } from "./workload.ts";

/** Who is to publish what next. */
interface Turn {
  readonly sender: Client;
  readonly stream: number | undefined;
  readonly channel: string;
  readonly recipients: number;
}

/** In each lane one message is under way; when it has reached everybody whom it concerns, the next is sent. */
export type Lane = () => Turn;

interface Traffic {
  readonly clients: readonly Client[];
  readonly lanes: readonly Lane[];
  readonly tally: Tally;
  readonly target: Target;
  /** What one operation is: a message, or each of its deliveries. */
  readonly operationsOf: (turn: Turn) => number;
}

export class LaneSession implements Session {
  readonly #traffic: Traffic;
  #isDriving = false;
  #done = 0;

  constructor(traffic: Traffic) {
    this.#traffic = traffic;
  }

  async drive(ms: number): Promise<Load> {
    const { lanes, tally, target } = this.#traffic;
    const latencies = new Latencies();
    tally.latencies = latencies;
    this.#done = 0;
    this.#isDriving = true;
    const start = performance.now();
    for (const lane of lanes) this.#next(lane);
    await delay(ms);
    this.#isDriving = false;
    await allArrived(tally, target);
    const seconds = (performance.now() - start) / 1_000;
    const operations = this.#done;
    await aftermath();
    return { operations, seconds, latencies };
  }

  close(): void {
    closeAll(this.#traffic.clients);
  }

  #next(lane: Lane): void {
    const { tally, operationsOf } = this.#traffic;
    const turn = lane();
    const { sender, stream, channel, recipients } = turn;
    const onReachedAll = () => {
      this.#done += operationsOf(turn);
      if (this.#isDriving) this.#next(lane);
    };
    sender.publish(channel, [tally.newText({ stream, recipients, onReachedAll })]);
  }
}
