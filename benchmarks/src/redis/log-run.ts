import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Load } from "./load.ts";
import type { Order, Report, Said } from "./log-node.ts";
import type { MeasuredRedis } from "./measured-redis.ts";
import type { LogName } from "./shared-log.ts";

const PROGRAM = fileURLToPath(new URL("main.js", import.meta.url));
const READERS = 2;

export interface LogFigures {
  readonly published: number;
  /** Messages a second. */
  readonly rate: number;
  /** Microseconds of Redis for each message: to store it once, and to have it read by two nodes. */
  readonly redisCpu: number;
  /** How many messages left together, with one call. */
  readonly batch: number;
  /** Milliseconds from the process that publishes to another one. */
  readonly p50: number;
  readonly p99: number;
}

/** One process that publishes and two that read, on one Redis. */
export class LogRun {
  readonly #redis: MeasuredRedis;
  readonly #publisher: Node;
  readonly #readers: readonly Node[];
  #last = 0;

  private constructor(redis: MeasuredRedis, publisher: Node, readers: readonly Node[]) {
    this.#redis = redis;
    this.#publisher = publisher;
    this.#readers = readers;
  }

  static async start(name: LogName, redis: MeasuredRedis): Promise<LogRun> {
    const nodes = await Promise.all(
      Array.from({ length: READERS + 1 }, () => Node.start(name, redis.url)),
    );
    const [publisher, ...readers] = nodes as [Node, ...Node[]];
    return new LogRun(redis, publisher, readers);
  }

  /** Throws when a message has not come, or not once and in order. */
  async measure(load: Load): Promise<LogFigures> {
    const before = await this.#redis.usage();
    const first = this.#last;
    this.#last = await this.#publisher.run(load);
    const reports = await Promise.all(this.#readers.map((reader) => this.#reportOf(reader, first)));
    const after = await this.#redis.usage();
    const published = this.#last - first;
    const worst = reports.reduce((one, other) => (one.p99 > other.p99 ? one : other));
    return {
      published,
      rate: published / load.seconds,
      redisCpu: (after.cpu - before.cpu) / published,
      batch: published / (after.appends - before.appends),
      p50: worst.p50,
      p99: worst.p99,
    };
  }

  async close(): Promise<void> {
    await Promise.all([this.#publisher, ...this.#readers].map((node) => node.end()));
  }

  async #reportOf(reader: Node, first: number): Promise<Report> {
    const report = await reader.report(this.#last);
    const missing = this.#last - first - report.received;
    if (report.faults === 0 && missing === 0) return report;
    throw new Error(`${report.faults} messages came as they should not, ${missing} did not come.`);
  }
}

class Node {
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess) {
    this.#process = process;
  }

  static async start(name: LogName, url: string): Promise<Node> {
    const node = new Node(fork(PROGRAM, ["node", name, url]));
    await node.#said();
    return node;
  }

  async run(load: Load): Promise<number> {
    const said = await this.#ask({ load });
    return (said as { readonly last: number }).last;
  }

  async report(last: number): Promise<Report> {
    return ((await this.#ask({ reportAt: last })) as { readonly report: Report }).report;
  }

  async end(): Promise<void> {
    const gone = once(this.#process, "exit");
    this.#process.send("end" satisfies Order);
    await gone;
  }

  #ask(order: Order): Promise<Said> {
    const said = this.#said();
    this.#process.send(order);
    return said;
  }

  async #said(): Promise<Said> {
    const failed = once(this.#process, "exit").then(() => Promise.reject(new Error("It died.")));
    const [said] = (await Promise.race([once(this.#process, "message"), failed])) as [Said];
    failed.catch(() => {});
    return said;
  }
}
