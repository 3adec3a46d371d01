import type { Batch, Cancel, Responder } from "@encke/core";
import type { Session } from "./session.ts";

/** The way out of a client beside its requests: messages leave as events. */
export class Stream implements Responder {
  readonly #session: Session;
  #isOver = false;

  constructor(session: Session) {
    this.#session = session;
  }

  get isOpen(): boolean {
    return !this.#isOver && this.#session.isOpen;
  }

  write(body: Batch): boolean {
    return !this.isOpen || this.#session.deliver(body);
  }

  onDrain(listener: () => void): Cancel {
    return this.#session.outlet.onDrain(listener);
  }

  onClose(listener: () => void): Cancel {
    return this.#session.onClose(listener);
  }

  /** The Comet has done with the client here: it is gone, or it has another way out. */
  end(body: Batch): void {
    if (!this.isOpen) return;
    this.#session.deliver(body);
    this.#isOver = true;
    this.#session.dismiss();
  }

  abort(): void {
    this.#isOver = true;
  }
}
