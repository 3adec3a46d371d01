import type { Batch, Cancel, Responder } from "@encke/core";
import type { Outlet } from "../sending/outlet.ts";
import { frameEncoder } from "./frame.ts";

/** What an exchange needs of the socket it came in on. */
export interface ExchangeSocket {
  readonly isOpen: boolean;
  readonly outlet: Outlet;
  onClose(listener: () => void): Cancel;
}

/** The answer to the messages of one frame. Its end is not the end of the socket. */
export class FrameExchange implements Responder {
  readonly #socket: ExchangeSocket;
  #isOver = false;

  constructor(socket: ExchangeSocket) {
    this.#socket = socket;
  }

  get isOpen(): boolean {
    return !this.#isOver && this.#socket.isOpen;
  }

  write(body: Batch): boolean {
    return !this.isOpen || this.#socket.outlet.sendShared(body.as(frameEncoder));
  }

  onDrain(listener: () => void): Cancel {
    return this.#socket.outlet.onDrain(listener);
  }

  onClose(listener: () => void): Cancel {
    return this.#socket.onClose(listener);
  }

  end(body: Batch): void {
    if (this.isOpen) this.#socket.outlet.sendShared(body.as(frameEncoder));
    this.#isOver = true;
  }

  /** What was handed to the socket before cannot be held back. */
  abort(): void {
    this.#isOver = true;
  }
}
