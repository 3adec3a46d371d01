import { CometError } from "../comet-error.ts";
import type { Message } from "../message.ts";
import type { TransportHost } from "../transport.ts";
import type { Cancel, World } from "../world.ts";
import type { Guard } from "./hooks.ts";
import type { CometMessage } from "./message.ts";

/** Told that messages have no answer yet. Gives the milliseconds by which to wait longer, if it wants that. */
export type TimeoutListener = (messages: readonly CometMessage[]) => unknown;

/** What the client is told to wait, where somebody here decides: no timer can be set for much longer. */
export const FOREVER = 2_000_000_000;

/** Waits for answers where listeners are to be asked before it is given up. */
export class Patience {
  readonly #world: World;
  readonly #guard: Guard;
  readonly #listeners: ReadonlySet<TimeoutListener>;
  readonly #timers = new Map<unknown, Cancel>();

  constructor(world: World, guard: Guard, listeners: ReadonlySet<TimeoutListener>) {
    this.#world = world;
    this.#guard = guard;
    this.#listeners = listeners;
  }

  wait(message: Message, milliseconds: number, host: () => TransportHost | undefined): void {
    const expire = (): void => {
      const more = this.#more(message as CometMessage);
      if (more > 0) this.wait(message, more, host);
      else host()?.fail(new CometError("timeout", `timeout: ${message.channel}`), [message]);
    };
    this.end(message);
    this.#timers.set(message.id, this.#world.after(milliseconds, expire));
  }

  end({ id }: { readonly id?: Message["id"] }): void {
    this.#timers.get(id)?.();
    this.#timers.delete(id);
  }

  clear(): void {
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
  }

  #more(message: CometMessage): number {
    for (const listener of this.#listeners) {
      const more = this.#guard(() => listener([message]), "onListenerException", listener);
      if (typeof more === "number" && more > 0) return more;
    }
    return 0;
  }
}
