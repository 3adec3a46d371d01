import type { Guard } from "../hooks.ts";
import type { CometMessage } from "../message.ts";
import type { IExtension } from "./extension.ts";

interface Entry {
  readonly name: string;
  readonly extension: IExtension;
}

/** The extensions by their names. What comes passes them in the order of registration, and what goes in the other. */
export class ExtensionChain {
  readonly #guard: Guard;
  #entries: readonly Entry[] = [];

  constructor(guard: Guard) {
    this.#guard = guard;
  }

  /** False where there is one of this name already. */
  add(name: string, extension: IExtension): boolean {
    if (this.find(name) !== null) return false;
    this.#entries = [...this.#entries, { name, extension }];
    return true;
  }

  remove(name: string): IExtension | null {
    const extension = this.find(name);
    this.#entries = this.#entries.filter((entry) => entry.name !== name);
    return extension;
  }

  find(name: string): IExtension | null {
    return this.#entries.find((entry) => entry.name === name)?.extension ?? null;
  }

  /** True where one of them is such an extension. */
  has(kind: new () => IExtension): boolean {
    return this.#entries.some(({ extension }) => extension instanceof kind);
  }

  /** What becomes of the message; null where it is taken out. An extension that throws is left out. */
  pass(message: CometMessage, direction: "incoming" | "outgoing"): CometMessage | null {
    const isOutgoing = direction === "outgoing";
    const entries = isOutgoing ? [...this.#entries].reverse() : this.#entries;
    let current: CometMessage | null = message;
    for (const { name, extension } of entries) {
      if (current === null) break;
      const before: CometMessage = current;
      const run = (): CometMessage | null | undefined => extension[direction]?.(before);
      const after = this.#guard(run, "onExtensionException", name, isOutgoing, before);
      if (after !== undefined) current = after;
    }
    return current;
  }
}
