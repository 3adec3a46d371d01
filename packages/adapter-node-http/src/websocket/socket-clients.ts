import type { Cancel } from "@encke/core";
import type { ServedComet } from "../served-comet.ts";
import type { PendingSockets } from "./pending-sockets.ts";

/** Whose socket it is. While it is nobody's, and again when all its clients are gone, it is pending. */
export class SocketClients {
  readonly #comet: Pick<ServedComet, "client">;
  readonly #pending: PendingSockets;
  readonly #onTimeout: () => void;
  readonly #ids = new Set<string>();
  #last: string | undefined;
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
    this.#last = id;
    this.#ids.add(id);
    this.#leave?.();
    this.#leave = undefined;
  }

  /** To be called now and then. */
  check(): void {
    for (const id of this.#ids) if (this.#comet.client(id) === undefined) this.#ids.delete(id);
    if (this.#ids.size === 0) this.#leave ??= this.#pending.add(this.#onTimeout);
  }

  close(): void {
    this.#leave?.();
  }
}
