import { patternsCovering } from "../channels.ts";
import type { Guard, ListenerHandle } from "./hooks.ts";
import type { CometMessage } from "./message.ts";

/** Who is called with messages: listeners and subscriptions alike, in the order in which they came. */
export class Listeners {
  readonly #guard: Guard;
  readonly #handles = new Map<string, Set<ListenerHandle>>();
  #lastId = 0;

  constructor(guard: Guard) {
    this.#guard = guard;
  }

  add(parts: Omit<ListenerHandle, "id">): ListenerHandle {
    const handle = { ...parts, id: ++this.#lastId };
    const handles = this.#handles.get(handle.channel) ?? new Set();
    this.#handles.set(handle.channel, handles.add(handle));
    return handle;
  }

  remove(handle: ListenerHandle): void {
    const handles = this.#handles.get(handle.channel);
    handles?.delete(handle);
    if (handles?.size === 0) this.#handles.delete(handle.channel);
  }

  clear(): void {
    this.#handles.clear();
  }

  /** Calls those on the channel, and then those on patterns that cover it. Never throws. */
  notify(channel: string, message: CometMessage): void {
    for (const pattern of patternsCovering(channel)) {
      for (const handle of [...(this.#handles.get(pattern) ?? [])]) {
        const { callback, scope, listener } = handle;
        const call = (): void => callback.call(scope, message);
        this.#guard(call, "onListenerException", handle, listener, message);
      }
    }
  }

  /** Tells those who listen to a meta channel, and to what was not successful. */
  announce(channel: string, message: CometMessage): void {
    this.notify(channel, message);
    if (message.successful !== true) this.notify("/meta/unsuccessful", message);
  }
}
