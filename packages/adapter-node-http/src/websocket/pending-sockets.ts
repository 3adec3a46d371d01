import { Deadlines } from "../sending/deadlines.ts";

export interface PendingSocket {
  /** It has been pending for too long, and no longer counts as pending. */
  onTimeout(): void;
}

/** Sockets on which no client has shown up yet. They cost memory and nobody has asked who they are. */
export class PendingSockets {
  readonly #limit: number;
  readonly #sockets: Deadlines<PendingSocket>;

  /** `timeout` is in milliseconds. */
  constructor(limit: number, timeout: number) {
    this.#limit = limit;
    this.#sockets = new Deadlines(timeout, (socket) => socket.onTimeout());
  }

  get isFull(): boolean {
    return this.#sockets.size >= this.#limit;
  }

  add(socket: PendingSocket): void {
    this.#sockets.add(socket);
  }

  /** Does nothing where it is not pending. */
  delete(socket: PendingSocket): void {
    this.#sockets.delete(socket);
  }
}
