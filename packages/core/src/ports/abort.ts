/** What is used of a signal where the platform's own type is not known. */
interface MinimalSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

/** The platform's `AbortSignal`, as whatever takes one knows it: fetch, streams, timers. */
export type CancelSignal = typeof globalThis extends {
  AbortSignal: { prototype: infer Platform };
}
  ? Platform
  : MinimalSignal;

/** A signal, and the way to give it: an `AbortController` of the platform. */
export interface Abort {
  readonly signal: CancelSignal;
  abort(reason?: unknown): void;
}
