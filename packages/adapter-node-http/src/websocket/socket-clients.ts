import type { Cancel } from "@encke/core";
import type { ServedComet } from "../served-comet.ts";
import type { PendingSockets } from "./pending-sockets.ts";

/** Whose socket it is. While it is nobody's, and again when all its clients are gone, it is pending. */
export class SocketClients {
  readonly #comet: Pick<ServedComet, "client">;
  readonly #pending: PendingSockets;
  readonly #onTimeout: () => void;
  #last: string | undefined;
  /** All of them, made when there is a second: most sockets have one client, which is the last that was heard. */
  #ids: Set<string> | undefined;
  #leave: Cancel | undefined;

  /** `onTimeout` is called when it has been pending for too long. */
  constructor(comet: Pick<ServedComet, "client">, pending: PendingSockets, onTimeout: () => void) {
    this.#comet = comet;
    this.#pending = pending;
    this.#onTimeout = onTimeout;
    this.#leave = pending.add(onTimeout);
  }

  /** Called for each message of a client. */
  add(id: string): void {
    if (id === this.#last && this.#leave === undefined) return;
    if (this.#ids !== undefined) this.#ids.add(id);
    else if (this.#last !== undefined && this.#last !== id) this.#ids = new Set([this.#last, id]);
    this.#last = id;
    this.#leave?.();
    this.#leave = undefined;
  }

  /** To be called now and then. */
  check(): void {
    for (const id of this.#ids ?? []) if (!this.#isThere(id)) this.#ids?.delete(id);
    const isAnybodys = this.#ids === undefined ? this.#isThere(this.#last) : this.#ids.size > 0;
    if (!isAnybodys) this.#leave ??= this.#pending.add(this.#onTimeout);
  }

  close(): void {
    this.#leave?.();
  }

  #isThere(id: string | undefined): boolean {
    return id !== undefined && this.#comet.client(id) !== undefined;
  }
}
