import type { Socket } from "@encke/client";
import { type Batch, type Cancel, CometAsyncResult, decodeMessages } from "@encke/core";
import { StreamingResponder } from "../../support/fake-responder.ts";
import type { World } from "../../support/world.ts";

type Listener = ((event: object) => void) | null;

/** Takes what the server answers to one frame. */
class FrameResponder extends StreamingResponder {
  readonly #frames: string[];

  constructor(frames: string[]) {
    super();
    this.#frames = frames;
  }

  protected override take(body: Batch): void {
    super.take(body);
    this.#frames.push(body.json);
  }
}

/** A WebSocket, as its client sees it, with frames on their way in both directions. */
export class Line implements Socket {
  onopen: Listener = null;
  onmessage: Listener = null;
  onerror: Listener = null;
  onclose: Listener = null;
  isOver = false;
  readonly #server: World;
  readonly #up: string[] = [];
  readonly #down: string[] = [];
  readonly #responders: FrameResponder[] = [];
  readonly #closeListeners = new Set<() => void>();
  readonly #connection = {
    close: (): void => undefined,
    onClose: (listener: () => void): Cancel => {
      this.#closeListeners.add(listener);
      return () => this.#closeListeners.delete(listener);
    },
  };
  #isOpen = false;
  #isDead = false;

  constructor(server: World) {
    this.#server = server;
  }

  send(text: string): void {
    if (!this.#isOpen) throw new Error("It is not open.");
    this.#up.push(text);
  }

  close(): void {
    if (!this.isOver) this.#end();
  }

  open(): void {
    if (this.#isOpen || this.#isStuck) return;
    this.#isOpen = true;
    this.onopen?.({});
  }

  /** A frame of the client reaches the server. */
  rise(): void {
    const text = this.#isStuck ? undefined : this.#up.shift();
    if (text === undefined) return;
    const { comet } = this.#server;
    const responder = new FrameResponder(this.#down);
    this.#responders.push(responder);
    const result = new CometAsyncResult(responder);
    void comet.bus.handleMessages(decodeMessages(text, comet.limits), result, {
      transport: "websocket",
      url: "/comet",
      header: () => undefined,
      isSecure: false,
      isReadInOrder: true,
      connection: this.#connection,
    });
  }

  /** A frame of the server reaches the client. */
  fall(): void {
    const text = this.#isStuck ? undefined : this.#down.shift();
    if (text !== undefined) this.onmessage?.({ data: text });
  }

  /** The network closes it. */
  break(): void {
    if (this.isOver) return;
    const listener = this.#isOpen ? this.onclose : this.onerror;
    this.#end();
    listener?.({ type: "close", code: 1006, reason: "" });
  }

  /** From now on nothing comes through, and nobody is told. */
  die(): void {
    this.#isDead = true;
  }

  get #isStuck(): boolean {
    return this.isOver || this.#isDead;
  }

  #end(): void {
    this.isOver = true;
    for (const responder of this.#responders) if (!responder.isOver) responder.leave();
    for (const listener of [...this.#closeListeners]) listener();
  }
}
