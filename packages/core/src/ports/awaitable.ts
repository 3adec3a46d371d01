/** A value, or a promise of one. The hot path never awaits a plain value: it branches on {@link isPromise}. */
export type Awaitable<T> = T | PromiseLike<T>;

export function isPromise<T>(value: Awaitable<T>): value is PromiseLike<T> {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as { then?: unknown }).then === "function"
  );
}

/**
 * Goes on with the value at once when it is there already, and when it has come otherwise. The `then` of
 * applications may do anything, return nothing or call back twice: it is only ever called by a promise.
 */
export function chain<T, U>(value: Awaitable<T>, next: (value: T) => Awaitable<U>): Awaitable<U> {
  return isPromise(value) ? Promise.resolve(value).then(next) : next(value);
}

/**
 * Runs a task that may throw, reject or answer, at once or later, and turns every failure into a value.
 * The only place where a throw and a rejection become the same thing.
 */
export function attempt<T, U>(
  task: () => Awaitable<T>,
  onFailure: (cause: unknown) => U,
): Awaitable<T | U> {
  try {
    const value = task();
    return isPromise(value) ? Promise.resolve(value).then(undefined, onFailure) : value;
  } catch (cause) {
    return onFailure(cause);
  }
}

/** Visits the items in order, awaiting only where the visitor answers with a promise. */
export function forEachInOrder<T>(
  items: readonly T[],
  visit: (item: T) => Awaitable<void>,
  from = 0,
): Awaitable<void> {
  for (let index = from; index < items.length; index++) {
    const pending = visit(items[index] as T);
    if (isPromise(pending)) return chain(pending, () => forEachInOrder(items, visit, index + 1));
  }
}

/** Settles when all have come. At once where all are there already. */
export function allOf(values: readonly Awaitable<void>[]): Awaitable<void> {
  if (!values.some(isPromise)) return;
  return Promise.all(values).then(() => undefined);
}
