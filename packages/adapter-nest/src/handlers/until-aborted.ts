import type { CancelSignal } from "@encke/core";
import { Observable } from "rxjs";

/** Completes when the signal is given, and unsubscribes from the source. */
export function untilAborted<T>(
  source: Observable<T>,
  signal: CancelSignal | undefined,
): Observable<T> {
  if (signal === undefined) return source;
  return new Observable((subscriber) => {
    const complete = (): void => subscriber.complete();
    if (signal.aborted) return complete();
    signal.addEventListener("abort", complete);
    subscriber.add(() => signal.removeEventListener("abort", complete));
    subscriber.add(source.subscribe(subscriber));
  });
}
