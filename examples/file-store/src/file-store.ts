import type { IStore, StoreCapabilities, StoreHost } from "@encke/core";
import { MemoryLog, type MemoryLogOptions } from "@encke/store-memory";
import { FileClients } from "./file-clients.ts";
import { Journal } from "./journal.ts";
import { readState, runLine, type SavedState } from "./saved-clients.ts";

/** Each run has this many positions for itself: at 10,000 messages a second, enough for 80 days. */
const POSITIONS_PER_RUN = 2 ** 36;

export interface FileStoreOptions {
  /** How much of the messages stays readable. They live in memory, whatever the file keeps. */
  readonly log?: Omit<MemoryLogOptions, "startAfter">;
  /**
   * Lines that the file may have beyond two for each client before it is written anew.
   * @default 1_000
   */
  readonly spareLines?: number;
}

/**
 * Keeps clients in a file, and messages in memory. After a restart a client goes on with its id and its
 * subscriptions, and is told that it may have missed messages.
 */
export class FileStore implements IStore {
  readonly capabilities: StoreCapabilities = {
    nodes: "one",
    durability: "restart",
    producerKeys: true,
  };
  readonly log: MemoryLog;
  readonly clients: FileClients;
  readonly #journal: Journal;
  #host: StoreHost | undefined;
  #closing: Promise<void> | undefined;

  private constructor(journal: Journal, log: MemoryLog, clients: FileClients) {
    this.#journal = journal;
    this.log = log;
    this.clients = clients;
  }

  /** Reads the file, or begins one. Only one process may use it at a time. Rejects when it is none of this store. */
  static async load(path: string, options: FileStoreOptions = {}): Promise<FileStore> {
    const { journal, lines } = await Journal.open(path);
    try {
      return await FileStore.#begin(journal, readState(lines), options);
    } catch (cause) {
      await journal.close();
      throw cause;
    }
  }

  open(host: StoreHost): void {
    this.#host = host;
    this.clients.open(host);
  }

  close(deadlineMs: number): Promise<void> {
    this.#closing ??= this.#close(deadlineMs);
    return this.#closing;
  }

  static async #begin(
    journal: Journal,
    before: SavedState,
    options: FileStoreOptions,
  ): Promise<FileStore> {
    const run = before.run + 1;
    // On the disk before the first position is given out: no later run may use one of them again.
    await journal.append(runLine(run));
    const log = new MemoryLog({ ...options.log, startAfter: run * POSITIONS_PER_RUN });
    const saved = { run, clients: before.clients };
    const clients = new FileClients(journal, log, saved, options.spareLines ?? 1_000);
    return new FileStore(journal, log, clients);
  }

  async #close(deadlineMs: number): Promise<void> {
    this.log.close();
    const closed = this.#journal.close();
    let cancel = (): void => {};
    const deadline = new Promise<void>((resolve) => {
      cancel = this.#host?.after(deadlineMs, resolve) ?? cancel;
    });
    await Promise.race([closed, deadline]);
    cancel();
  }
}
