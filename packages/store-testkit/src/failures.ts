import type { Awaitable } from "@encke/core";
import type { StoreMethod } from "./store-method.ts";

/** Whether a call fails before it has done anything, or after it has done all. */
export type FailurePoint = "before" | "after";

interface Failure {
  readonly cause: unknown;
  readonly point: FailurePoint;
}

/** Failures that were ordered, each for one call. */
export class Failures {
  readonly #ordered = new Map<StoreMethod, Failure[]>();

  add(method: StoreMethod, failure: Failure): void {
    const ordered = this.#ordered.get(method) ?? [];
    this.#ordered.set(method, ordered);
    ordered.push(failure);
  }

  async run<T>(method: StoreMethod, work: () => Awaitable<T>): Promise<T> {
    const failure = this.#ordered.get(method)?.shift();
    if (failure === undefined) return await work();
    if (failure.point === "after") await work();
    throw failure.cause;
  }
}
