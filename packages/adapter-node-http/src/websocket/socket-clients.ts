import type { ServedComet } from "../served-comet.ts";
import type { PendingSocket, PendingSockets } from "./pending-sockets.ts";

/** Whose socket it is. While it is nobody's, and again when all its clients are gone, it is pending. */
export class SocketClients {
  readonly #comet: Pick<ServedComet, "client">;
  readonly #pending: PendingSockets;
  readonly #socket: PendingSocket;
  #last: string | undefined;
  /** All of them, made when there is a second: most sockets have one client, which is the last that was heard. */
  #ids: Set<string> | undefined;
  #isPending = true;

  constructor(comet: Pick<ServedComet, "client">, pending: PendingSockets, socket: PendingSocket) {
    this.#comet = comet;
    this.#pending = pending;
    this.#socket = socket;
    pending.add(socket);
  }

  /** Called for each message of a client. */
  add(id: string): void {
    if (id === this.#last && !this.#isPending) return;
    if (this.#ids !== undefined) this.#ids.add(id);
    else if (this.#last !== undefined && this.#last !== id) this.#ids = new Set([this.#last, id]);
    this.#last = id;
    this.#isPending = false;
    this.#pending.delete(this.#socket);
  }

  /** To be called now and then. */
  check(): void {
    for (const id of this.#ids ?? []) if (!this.#isThere(id)) this.#ids?.delete(id);
    const isAnybodys = this.#ids === undefined ? this.#isThere(this.#last) : this.#ids.size > 0;
    if (isAnybodys || this.#isPending) return;
    this.#isPending = true;
    this.#pending.add(this.#socket);
  }

  close(): void {
    this.#pending.delete(this.#socket);
  }

  #isThere(id: string | undefined): boolean {
    return id !== undefined && this.#comet.client(id) !== undefined;
  }
}
