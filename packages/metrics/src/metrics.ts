import type { Comet, CometStats, IExtension, Message } from "@encke/core";
import { Counter, Gauge, Histogram, type Registry, register } from "prom-client";
import { ChannelLabels, kindLabel, reasonLabel } from "./labels.ts";

export interface MetricsOptions {
  /** Where the figures are put. @default the default registry of prom-client */
  readonly registry?: Registry;
  /** What the names begin with. @default "encke_" */
  readonly prefix?: string;
  /** The patterns by which channels are told apart in labels; the closest counts, and what none covers is `other`. @default [] */
  readonly channels?: readonly string[];
  /** Whether it is measured how long messages take to handle. @default true */
  readonly timings?: boolean;
}

/** Bounds of the buckets, in seconds. */
const BUCKETS = [0.000_1, 0.000_5, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30];

type Figure = keyof CometStats;

const GAUGES: Readonly<Record<string, readonly [figure: Figure, help: string]>> = {
  clients: ["clients", "Clients that this process serves."],
  held_connects: ["held", "Connects that are held."],
  subscriptions: ["subscriptions", "Subscriptions of the clients that this process serves."],
  timers: ["timers", "Timers that are set."],
};

const TOTALS: Readonly<Record<string, readonly [figure: Figure, help: string]>> = {
  published_total: ["published", "Messages that this process has put into the log."],
  delivered_total: ["delivered", "Messages that have left for a client, counted for each."],
  dropped_total: ["dropped", "Messages for which a mailbox had no room."],
  conflated_total: ["conflated", "Messages that a newer one of the same key has overtaken."],
  clients_ended_total: ["ended", "Clients that are gone."],
  gaps_total: ["gaps", "Times that a client was told of lost messages."],
};

/** Figures of a Comet for Prometheus: `comet.use(metrics())`. All of them stand in docs/reference/metrics.md. */
export function metrics(options: MetricsOptions = {}): IExtension & {
  attach(comet: Comet): () => void;
} {
  const { registry = register, prefix = "encke_", channels = [], timings = true } = options;
  const labels = new ChannelLabels(channels);
  const collected = new Collected(registry, prefix);
  let seconds: Histogram<"kind"> | undefined;
  let now = (): number => 0;
  const started = new WeakMap<Message, number>();
  return {
    name: "metrics",
    ...(timings && {
      incoming(message) {
        started.set(message, now());
      },
      outgoing(_reply, { request }) {
        const start = request && started.get(request);
        if (request === undefined || start === undefined) return;
        started.delete(request);
        seconds?.observe({ kind: kindLabel(request.channel) }, (now() - start) / MILLISECONDS);
      },
    }),
    attach(comet) {
      now = () => comet.ports.now();
      collected.stats(comet);
      if (timings) seconds = collected.timings();
      const stop = collected.events(comet, labels);
      return () => {
        stop();
        collected.remove();
      };
    },
  };
}

const MILLISECONDS = 1_000;

/** The figures of one Comet in a registry, from which they can be taken again. */
class Collected {
  readonly #registry: Registry;
  readonly #prefix: string;
  readonly #names: string[] = [];

  constructor(registry: Registry, prefix: string) {
    this.#registry = registry;
    this.#prefix = prefix;
  }

  /** Read when somebody asks for them, at no cost before. */
  stats(comet: Comet): void {
    for (const [name, [figure, help]] of Object.entries(GAUGES)) {
      const gauge: Gauge = new Gauge({
        ...this.#named(name, help),
        collect: () => gauge.set(comet.stats()[figure]),
      });
    }
    for (const [name, [figure, help]] of Object.entries(TOTALS)) {
      const counter: Counter = new Counter({
        ...this.#named(name, help),
        collect() {
          counter.reset();
          counter.inc(comet.stats()[figure]);
        },
      });
    }
  }

  timings(): Histogram<"kind"> {
    return new Histogram({
      ...this.#named("message_seconds", "How long messages took to handle, by what they ask for."),
      labelNames: ["kind"] as const,
      buckets: BUCKETS,
    });
  }

  /** Returns what ends it. */
  events(comet: Comet, labels: ChannelLabels): () => void {
    const handshakes = this.#counter("handshakes_total", "Clients that were made.", ["transport"]);
    const ended = this.#counter("disconnects_total", "Clients that are gone.", ["reason"]);
    const messages = this.#counter("messages_total", "Messages published.", ["channel"]);
    const subscribed = this.#counter("subscribes_total", "Subscriptions made.", ["channel"]);
    const overflow = this.#counter("overflow_total", "Messages thrown away.", [
      ...["channel", "policy"],
    ]);
    const cancels = [
      comet.on("handshaken", ({ context }) => handshakes.inc({ transport: context.transport })),
      comet.on("disconnected", ({ reason }) => ended.inc({ reason: reasonLabel(reason) })),
      comet.on("published", ({ channel }) => messages.inc({ channel: labels.of(channel) })),
      comet.on("subscribed", ({ channel }) => subscribed.inc({ channel: labels.of(channel) })),
      comet.on("overflow", ({ channel, policy, dropped }) =>
        overflow.inc({ channel: labels.of(channel), policy }, dropped),
      ),
    ];
    return () => {
      for (const cancel of cancels) cancel();
    };
  }

  remove(): void {
    for (const name of this.#names) this.#registry.removeSingleMetric(name);
  }

  #counter(name: string, help: string, labelNames: string[]): Counter {
    return new Counter({ ...this.#named(name, help), labelNames });
  }

  #named(name: string, help: string): { name: string; help: string; registers: Registry[] } {
    const full = `${this.#prefix}${name}`;
    this.#names.push(full);
    return { name: full, help, registers: [this.#registry] };
  }
}
