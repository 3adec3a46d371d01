import { type Awaitable, attempt, chain } from "../ports/awaitable.ts";
import type { Log } from "../ports/ports.ts";
import type { LogEntry, Position } from "../store/message-log.ts";
import type { IStore } from "../store/store.ts";
import type { LocalClient } from "./client.ts";
import { writeProfile } from "./profile-text.ts";

export interface CheckpointParts {
  readonly store: IStore;
  readonly node: string;
  readonly log: Log;
  /** Another node has claimed the client, and this one serves it no more. */
  onLost(client: LocalClient): void;
}

/**
 * Writes to the store how far clients have got, so that whoever claims one goes on from there. One write at a time
 * for each client; what is delivered meanwhile goes into the next. Nothing is written to a store that keeps
 * clients for this process only, because nobody else could read it.
 */
export class Checkpoints {
  readonly #parts: CheckpointParts;
  readonly #isNeeded: boolean;
  readonly #writing = new Set<LocalClient>();

  constructor(parts: CheckpointParts) {
    this.#parts = parts;
    const { nodes, durability } = parts.store.capabilities;
    this.#isNeeded = nodes === "many" || durability !== "none";
  }

  /** The entries have left for the client. */
  note(client: LocalClient, entries: readonly LogEntry[]): void {
    if (!this.#isNeeded || !this.#advance(client, entries)) return;
    if (!this.#writing.has(client)) this.#write(client);
  }

  /**
   * The same before they leave, where its next request may come to another node. False: one has claimed it. True also where
   * the store does not answer: what is known to nobody is better sent than kept.
   */
  reach(client: LocalClient, entries: readonly LogEntry[]): Awaitable<boolean> {
    const { store, node, log, onLost } = this.#parts;
    const isBound = store.capabilities.nodes === "one" || client.connection !== undefined;
    if (isBound || !this.#advance(client, entries)) return true;
    const lease = { node, generation: client.generation };
    const written = attempt(
      () => store.clients.commit(client.id, lease, [...client.cursor], client.isHeld),
      (cause) => {
        log("warn", "The store could not be told how far a client has got.", { cause });
        return true;
      },
    );
    return chain(written, (isOurs) => {
      if (!isOurs && client.isAlive) onLost(client);
      return isOurs;
    });
  }

  /** True where the client has got further. */
  #advance(client: LocalClient, entries: readonly LogEntry[]): boolean {
    let isFurther = false;
    for (const { channel, position } of entries) {
      const partition = this.#parts.store.log.partitionOf(channel);
      if (position <= (client.cursor[partition] as Position)) continue;
      client.cursor[partition] = position;
      isFurther = true;
    }
    return isFurther;
  }

  /**
   * Writes down what the client will have got when it acknowledges the number that this answers with. Undefined: it is not
   * known to be written, and the messages may not leave.
   */
  milestone(client: LocalClient, entries: readonly LogEntry[]): Awaitable<number | undefined> {
    const { milestones } = client;
    if (milestones === undefined) return undefined;
    const { store, node, log } = this.#parts;
    const number = milestones.add(client.cursor, entries);
    const written = attempt(
      () =>
        milestones.writing.run(() => {
          const lease = { node, generation: client.generation };
          const profile = { ...client.profile, milestones: milestones.all };
          return store.clients.rewrite(client.id, lease, writeProfile(profile));
        }),
      (cause) => {
        log("warn", "The store could not be told what a client is sent.", { cause });
        return false;
      },
    );
    return chain(written, (isOurs) => (isOurs ? number : undefined));
  }

  #write(client: LocalClient): void {
    const { store, node, log } = this.#parts;
    const cursor = [...client.cursor];
    const lease = { node, generation: client.generation };
    this.#writing.add(client);
    const written = attempt(
      () => store.clients.commit(client.id, lease, cursor, client.isHeld),
      (cause) => {
        log("warn", "The store could not be told how far a client has got.", { cause });
        return true;
      },
    );
    void chain(written, (isOurs) => {
      this.#writing.delete(client);
      if (!client.isAlive) return;
      if (!isOurs) this.#parts.onLost(client);
      else if (client.cursor.some((position, at) => position !== cursor[at])) this.#write(client);
    });
  }
}
