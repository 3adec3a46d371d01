import type { CometMessage } from "../message.ts";

/** What extensions may use of the `CometD` that they are registered with. */
export interface ExtensionOwner {
  /** Where an extension puts how the session is taken over by the next page. */
  reload: ((options?: { readonly name?: string }) => void) | undefined;
  getURL(): string;
  startBatch(): void;
  endBatch(): void;
  receive(message: CometMessage): void;
  setTimeout(action: () => void, delay: number): unknown;
}

/** Sees all messages in either direction. Each method may change the message, give another one, or null to take it out. */
export interface IExtension {
  incoming?(message: CometMessage): CometMessage | null | undefined;
  outgoing?(message: CometMessage): CometMessage | null | undefined;
  registered?(name: string, cometd: ExtensionOwner): void;
  unregistered?(): void;
}

/** An extension that changes nothing, for others to begin from. */
class BaseExtension implements IExtension {
  #cometd: ExtensionOwner | undefined;

  registered(_name: string, cometd: ExtensionOwner): void {
    this.#cometd = cometd;
  }

  unregistered(): void {
    this.#cometd = undefined;
  }

  /** Undefined unless it is registered. */
  get cometd(): ExtensionOwner | undefined {
    return this.#cometd;
  }

  incoming(message: CometMessage): CometMessage | null | undefined {
    return message;
  }

  outgoing(message: CometMessage): CometMessage | null | undefined {
    return message;
  }
}

/** As in cometd.js: the class to extend, and by its type what any object may be. */
export const Extension: typeof BaseExtension = BaseExtension;
export type Extension = IExtension;
