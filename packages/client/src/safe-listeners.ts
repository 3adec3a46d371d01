type Listener<Event> = (event: Event) => unknown;

/**
 * Listeners as an `EventTarget` of Node has to be given them: there, what one throws, or what its promise rejects with, ends
 * the process. Browsers only report it.
 */
export class SafeListeners {
  readonly #fail: (cause: unknown) => void;
  readonly #safe = new WeakMap<object, (event: never) => void>();

  /** `fail` takes what listeners throw. */
  constructor(fail: (cause: unknown) => void) {
    this.#fail = fail;
  }

  /** The same one each time, so that it is added once and can be removed. */
  of<Event>(listener: Listener<Event>): (event: Event) => void {
    const known = this.#safe.get(listener) as ((event: Event) => void) | undefined;
    if (known) return known;
    const safe = (event: Event): void => {
      try {
        const result = listener(event);
        if (result instanceof Promise) result.catch(this.#fail);
      } catch (cause) {
        this.#fail(cause);
      }
    };
    this.#safe.set(listener, safe);
    return safe;
  }
}
