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

/** Passes what the log brings on to those whom it concerns. */
export class Feed implements ILogListener {
  readonly #clients: ClientDirectory;
  readonly #onGap: (client: LocalClient, from: Position, to: Position) => void;
  readonly #log: Log;

  constructor(
    clients: ClientDirectory,
    log: Log,
    onGap: (client: LocalClient, from: Position, to: Position) => void,
  ) {
    this.#clients = clients;
    this.#onGap = onGap;
    this.#log = log;
  }

  onEntries(partition: number, entries: readonly LogEntry[]): void {
    for (const entry of entries) this.#clients.local.offer(partition, stamped(entry));
  }

  onControl(_partition: number, entry: ControlEntry): void {
    this.#clients.control(entry);
  }

  onGap(_partition: number, from: Position, to: Position): void {
    for (const client of this.#clients.local) this.#onGap(client, from, to);
  }

  onForgotten(): void {
    this.#clients.putAllBack();
  }

  onState(state: LogState): void {
    this.#log(state === "live" ? "info" : "warn", `The log is ${state}.`);
  }
}
