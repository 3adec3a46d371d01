import type { Socket } from "node:net";

/**
 * What becomes of connections. `pass`: everything gets through. `refuse`: nobody listens; those there are go on. `reset`: new
 * ones are reset. `hang`: new ones are accepted, and that is all; those there are go on. `black-hole`: nothing gets through in
 * either direction on any, closing included, until something else is chosen; then all that was held does.
 */
export type Mode = "pass" | "refuse" | "reset" | "hang" | "black-hole" | Slow;

/** So many bytes at a time get through, in either direction, and then nothing for so many milliseconds. */
export interface Slow {
  readonly bytes: number;
  readonly every: number;
}

/** How many of the bytes of a piece get through before the connection is cut. */
export type Cut = (length: number) => number;

/** A connection of a client, and the one to the server that goes with it. */
export class ProxiedConnection {
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #cutOf: (piece: Buffer) => number | undefined;
  readonly #timers = new Set<NodeJS.Timeout>();
  #isHole = false;
  #isBroken = false;
  #slow: Slow | undefined;
  /** Bytes from the server that may still pass. */
  #left = Number.POSITIVE_INFINITY;

  /** `cutOf`: how much of a piece from the server gets through, where that is to be its last. */
  constructor(client: Socket, server: Socket, cutOf: (piece: Buffer) => number | undefined) {
    this.#client = client;
    this.#server = server;
    this.#cutOf = cutOf;
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      from.on("data", (piece: Buffer) => this.#take(piece, from, to));
      from.on("end", () => to.end());
      from.on("error", () => this.#break());
      from.on("close", () => this.#break());
    }
  }

  become(mode: Mode): void {
    this.#isHole = mode === "black-hole";
    this.#slow = typeof mode === "object" ? mode : undefined;
    if (this.#isBroken) this.#break();
    for (const socket of [this.#client, this.#server]) {
      if (this.#isHole) socket.pause();
      else if (this.#timers.size === 0) socket.resume();
    }
  }

  breakAfter(bytes: number): void {
    this.#left = bytes;
    if (bytes === 0) this.destroy();
  }

  halfClose(): void {
    this.#client.end();
  }

  destroy(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#client.destroy();
    this.#server.destroy();
  }

  #take(piece: Buffer, from: Socket, to: Socket): void {
    if (from === this.#client) {
      this.#pass(piece, from, to);
      return;
    }
    const through = Math.min(this.#cutOf(piece) ?? Number.POSITIVE_INFINITY, this.#left);
    this.#left -= piece.length;
    if (through > piece.length) this.#pass(piece, from, to);
    else this.#cut(piece.subarray(0, through));
  }

  /** One side is gone. The other one gets what is on its way to it, and hears nothing through a hole. */
  #break(): void {
    this.#isBroken = true;
    if (this.#isHole) return;
    this.#client.destroySoon();
    this.#server.destroySoon();
  }

  #cut(rest: Buffer): void {
    this.#client.end(rest);
    this.#server.destroy();
  }

  /** Passes a piece on, and reads no more until all of it has passed. */
  #pass(piece: Buffer, from: Socket, to: Socket): void {
    const bytes = this.#slow?.bytes ?? piece.length;
    if (to.writable) to.write(piece.subarray(0, bytes));
    if (piece.length <= bytes || !to.writable) {
      if (!this.#isHole) from.resume();
      return;
    }
    from.pause();
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#pass(piece.subarray(bytes), from, to);
    }, this.#slow?.every);
    this.#timers.add(timer);
  }
}
