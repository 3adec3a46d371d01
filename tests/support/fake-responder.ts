import type { Batch, Cancel, EncodedMessage, Message, Responder } from "@encke/core";

/**
 * A peer that sent one request, over a transport that answers once. What core ends with reaches the peer when the
 * test flushes it.
 */
export class FakeResponder implements Responder {
  /** What core handed over, in order. */
  readonly batches: Batch[] = [];
  /** What the peer has got. */
  readonly received: Message[] = [];
  /** What a responder must never see: words after the last word. */
  readonly faults: string[] = [];
  #isOpen = true;
  #isFading = false;
  #hasLeft = false;
  #wasAborted = false;
  #unsettled: { readonly body: Batch; readonly settle: (wasSent: boolean) => void } | undefined;
  readonly #closeListeners = new Set<() => void>();

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** True when core has said its last word, whether it reached the peer or not. */
  hasEnded = false;

  /** True when the exchange is over one way or the other. */
  get isOver(): boolean {
    return this.hasEnded || this.#hasLeft || this.#wasAborted;
  }

  get wasAborted(): boolean {
    return this.#wasAborted;
  }

  /** True between the last word and the moment when it leaves. */
  get isUnsettled(): boolean {
    return this.#unsettled !== undefined && !this.#wasAborted;
  }

  /** How many callbacks core has left behind here. */
  get listeners(): number {
    return this.#closeListeners.size;
  }

  end(body: Batch, onSettled?: (wasSent: boolean) => void): void {
    if (!this.#isOpen) this.faults.push(`ended with ${body.json} when it was over`);
    this.#isOpen = false;
    this.hasEnded = true;
    this.batches.push(body);
    this.#unsettled = { body, settle: onSettled ?? (() => {}) };
  }

  onClose(listener: () => void): Cancel {
    this.#closeListeners.add(listener);
    return () => {
      this.#closeListeners.delete(listener);
    };
  }

  /** What has not left never will; that is told only when the network next tells of anything. */
  abort(): void {
    this.#isOpen = false;
    this.#wasAborted = true;
  }

  /** The answer leaves for the peer, unless it was broken off. */
  flush(): void {
    this.#settle(!this.#wasAborted);
  }

  /** The peer is gone, and only {@link leave} tells that it is. */
  fade(): void {
    this.#isFading = this.#isOpen;
    this.#isOpen = false;
  }

  /** The peer goes away: before the answer, or before the answer has left. */
  leave(): void {
    if (this.#hasLeft) return;
    const wasOpen = this.#isOpen || this.#isFading;
    this.#isOpen = false;
    this.#hasLeft = true;
    this.#settle(false);
    if (wasOpen) for (const listener of [...this.#closeListeners]) listener();
    this.#closeListeners.clear();
  }

  /** What has left reaches the peer. */
  protected take(body: Batch): void {
    this.received.push(...(JSON.parse(body.json) as Message[]));
  }

  #settle(wasSent: boolean): void {
    const unsettled = this.#unsettled;
    this.#unsettled = undefined;
    if (unsettled === undefined) return;
    if (wasSent) this.take(unsettled.body);
    unsettled.settle(wasSent);
  }
}

/** The same over a transport that can send and stay open. What is written reaches the peer at once. */
export class StreamingResponder extends FakeResponder {
  readonly #drainListeners = new Set<() => void>();
  #isFull = false;

  override get listeners(): number {
    return super.listeners + this.#drainListeners.size;
  }

  write(body: Batch): boolean {
    if (!this.isOpen) this.faults.push(`written ${body.json} when it was over`);
    if (this.#drainListeners.size > 0) this.faults.push(`written ${body.json} when it was full`);
    this.batches.push(body);
    this.take(body);
    return !this.#isFull;
  }

  override end(body: Batch, onSettled?: (wasSent: boolean) => void): void {
    super.end(body, onSettled);
    this.flush();
  }

  onDrain(listener: () => void): Cancel {
    this.#drainListeners.add(listener);
    return () => {
      this.#drainListeners.delete(listener);
    };
  }

  /** From now on the peer reads too slowly. */
  fill(): void {
    this.#isFull = true;
  }

  /** The peer has caught up. */
  drain(): void {
    this.#isFull = false;
    const listeners = [...this.#drainListeners];
    this.#drainListeners.clear();
    for (const listener of listeners) listener();
  }
}

/** A stream over a network that takes its time: what is written reaches the peer when the test lets it arrive, or never. */
export class SlowStream extends StreamingResponder {
  /** The position of the last message that the peer has got. */
  lastPosition: number | undefined;
  /** True when a message with a position has been sent: its position is then the first that the peer is told. */
  hasBegun = false;
  #underWay: Batch[] = [];

  /** What is under way reaches the peer. */
  arrive(): void {
    for (const body of this.#underWay.splice(0)) {
      super.take(body);
      this.lastPosition = body.messages.findLast(isPlaced)?.position ?? this.lastPosition;
    }
  }

  /** What is under way never arrives. */
  override leave(): void {
    this.#underWay = [];
    super.leave();
  }

  protected override take(body: Batch): void {
    this.#underWay.push(body);
    this.hasBegun ||= body.messages.some(isPlaced);
  }
}

function isPlaced({ position }: EncodedMessage): boolean {
  return position !== undefined;
}
