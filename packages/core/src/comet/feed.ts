import type { LocalClient } from "../clients/client.ts";
import type { ClientDirectory } from "../clients/client-directory.ts";
import { stamped } from "../clients/stamped.ts";
import type { Log } from "../ports/ports.ts";
import type {
  ControlEntry,
  ILogListener,
  LogEntry,
  LogState,
  Position,
} from "../store/message-log.ts";

export interface FeedObserver {
  /** Messages for the client are gone. */
  onGap(client: LocalClient, from: Position, to: Position): void;
  /** The store has forgotten its clients. */
  onForgotten(): void;
}

/** Passes what the log brings on to those whom it concerns. */
export class Feed implements ILogListener {
  readonly #clients: ClientDirectory;
  readonly #observer: FeedObserver;
  readonly #log: Log;

  constructor(clients: ClientDirectory, log: Log, observer: FeedObserver) {
    this.#clients = clients;
    this.#observer = observer;
    this.#log = log;
  }

  onEntries(partition: number, entries: readonly LogEntry[]): void {
    for (const entry of entries) this.#clients.local.offer(partition, stamped(entry));
  }

  onControl(_partition: number, entry: ControlEntry): void {
    this.#clients.control(entry);
  }

  onGap(_partition: number, from: Position, to: Position): void {
    for (const client of this.#clients.local) this.#observer.onGap(client, from, to);
  }

  onForgotten(): void {
    this.#observer.onForgotten();
  }

  onState(state: LogState): void {
    this.#log(state === "live" ? "info" : "warn", `The log is ${state}.`);
  }
}
