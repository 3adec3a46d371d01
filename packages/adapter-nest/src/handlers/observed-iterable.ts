import { Observable } from "rxjs";
import type { Backlog } from "./backlog.ts";

export function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}

/** Its values as interceptors know them. No more are asked for than the backlog has room for. */
export function observed(values: AsyncIterable<unknown>, backlog: Backlog): Observable<unknown> {
  return new Observable((subscriber) => {
    const iterator = values[Symbol.asyncIterator]();
    const run = async (): Promise<void> => {
      for (;;) {
        await backlog.room();
        const next = subscriber.closed ? END : await iterator.next();
        if (next.done === true) break;
        subscriber.next(next.value);
      }
      subscriber.complete();
    };
    run().catch((cause: unknown) => subscriber.error(cause));
    return () => {
      // A generator that fails while it is told to stop has nobody left to tell.
      iterator.return?.().catch(() => undefined);
    };
  });
}

const END: IteratorResult<unknown> = { done: true, value: undefined };
