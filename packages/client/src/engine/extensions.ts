import type { CometError } from "../comet-error.ts";
import type { Message } from "../message.ts";
import type { Cancel } from "../world.ts";

/** What a hook makes of a message: another one, the same where it returns nothing, and none at all where that is null. */
// biome-ignore lint/suspicious/noConfusingVoidType: a hook that only looks returns nothing
export type Hooked = Message | null | undefined | void;

/** Sees all messages in either direction, those on meta channels included. What a hook throws is told as an `error`. */
export interface ClientExtension {
  /** Before it is sent. A message that is taken out rejects with `message_deleted`. */
  outgoing?(message: Message): Hooked;
  /** Before anybody else sees it. */
  incoming?(message: Message): Hooked;
  /** There will be no answer to what was sent. */
  failed?(message: Message, error: CometError): void;
}

/** The extensions of a client, in the order in which they were added. */
export class Extensions {
  readonly #extensions = new Set<ClientExtension>();
  readonly #report: (cause: unknown) => void;

  constructor(report: (cause: unknown) => void) {
    this.#report = report;
  }

  add(extension: ClientExtension): Cancel {
    this.#extensions.add(extension);
    return () => {
      this.#extensions.delete(extension);
    };
  }

  /** What becomes of the message; null where it is taken out. */
  pass(message: Message, direction: "incoming" | "outgoing"): Message | null {
    let current: Message | null = message;
    for (const extension of this.#extensions) {
      if (current === null) break;
      const before: Message = current;
      const after = this.#run(() => extension[direction]?.(before));
      if (after !== undefined) current = after as Message | null;
    }
    return current;
  }

  fail(message: Message, error: CometError): void {
    for (const extension of this.#extensions) this.#run(() => extension.failed?.(message, error));
  }

  #run(hook: () => Hooked): Hooked {
    try {
      return hook();
    } catch (cause) {
      this.#report(cause);
    }
  }
}
