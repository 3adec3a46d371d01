import type { Advice } from "../protocol/message.ts";
import type { CancellableEvent } from "./comet-events.ts";

/** The state behind {@link CancellableEvent}. */
export class Cancellation implements CancellableEvent {
  #isCancelled = false;
  #reason: string | undefined;
  #advice: Advice | undefined;

  get isCancelled(): boolean {
    return this.#isCancelled;
  }

  get reason(): string | undefined {
    return this.#reason;
  }

  get advice(): Advice | undefined {
    return this.#advice;
  }

  cancel(reason?: string, advice?: Advice): void {
    if (this.#isCancelled) return;
    this.#isCancelled = true;
    this.#reason = reason;
    this.#advice = advice;
  }
}
