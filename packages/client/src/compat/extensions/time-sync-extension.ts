import type { CometMessage } from "../message.ts";
import { Extension } from "./extension.ts";

interface Sample {
  readonly lag: number;
  readonly offset: number;
}

/** What the server says: `tc` is when the message was sent, `ts` when it came, and `p` how long it took to answer. */
interface TimeSync {
  readonly tc: number;
  readonly ts: number;
  readonly p: number;
}

/** Finds out what time it is for the server, from what goes with handshakes and connects. Times are milliseconds. */
export class TimeSyncExtension extends Extension {
  readonly #maxSamples: number;
  #samples: readonly Sample[] = [];

  constructor({ maxSamples = 10 }: { readonly maxSamples?: number } = {}) {
    super();
    this.#maxSamples = maxSamples;
  }

  override unregistered(): void {
    super.unregistered();
    this.#samples = [];
  }

  override incoming(message: CometMessage): CometMessage {
    const sync: TimeSync | undefined = message.ext?.timesync;
    if (!message.channel.startsWith("/meta/") || !sync) return message;
    const lag = (Date.now() - sync.tc - sync.p) / 2;
    const sample = { lag, offset: sync.ts - sync.tc - lag };
    this.#samples = [...this.#samples, sample].slice(-this.#maxSamples);
    return message;
  }

  override outgoing(message: CometMessage): CometMessage {
    if (!message.channel.startsWith("/meta/")) return message;
    const timesync = { tc: Date.now(), l: this.getNetworkLag(), o: this.getTimeOffset() };
    return { ...message, ext: { ...message.ext, timesync } };
  }

  /** What the clock of the server is ahead by. */
  getTimeOffset(): number {
    return this.#mean(({ offset }) => offset);
  }

  /** How long a message takes to the server. */
  getNetworkLag(): number {
    return this.#mean(({ lag }) => lag);
  }

  getServerTime(): number {
    return Date.now() + this.getTimeOffset();
  }

  getServerDate(): Date {
    return new Date(this.getServerTime());
  }

  /** Runs the action when it is that time for the server. */
  setTimeout(action: () => void, serverTime: number | Date): unknown {
    const delay = Number(serverTime) - this.getServerTime();
    return this.cometd?.setTimeout(action, Math.max(0, delay));
  }

  #mean(part: (sample: Sample) => number): number {
    const sum = this.#samples.reduce((total, sample) => total + part(sample), 0);
    return Math.round(sum / (this.#samples.length || 1));
  }
}
