import type { ArgumentsHost } from "@nestjs/common";
import { isObservable, lastValueFrom } from "rxjs";
import { toldOf } from "./failures.ts";

/** As Nest keeps an exception filter. Without types: for all exceptions. */
interface Filter {
  func(exception: unknown, host: ArgumentsHost): unknown;
  readonly exceptionMetatypes?: readonly (abstract new (...args: never[]) => unknown)[];
}

/**
 * The exception filters of a handler. Unlike Nest's own last filter, which logs whatever is no `HttpException`, it logs
 * nothing: what nobody could tell the peer is logged by the Comet, once.
 */
export class QuietFilters {
  readonly #filters: readonly Filter[];

  /** `handler` is the `ExternalExceptionsHandler` that Nest has made. */
  constructor(handler: object) {
    this.#filters = (Reflect.get(handler, "filters") as readonly Filter[] | undefined) ?? [];
  }

  /** What a filter makes of it. Throws the exception where none wants it, or the one that does returns nothing. */
  async next(exception: unknown, host: ArgumentsHost): Promise<unknown> {
    const filter = this.#filters.find(({ exceptionMetatypes: types = [] }) => {
      return types.length === 0 || types.some((type) => exception instanceof type);
    });
    if (filter === undefined) throw exception;
    const value = await this.#ask(filter, exception, host);
    if (value === undefined) throw exception;
    return value;
  }

  async #ask(filter: Filter, exception: unknown, host: ArgumentsHost): Promise<unknown> {
    try {
      const value = await filter.func(exception, host);
      return isObservable(value) ? await lastValueFrom(value, { defaultValue: undefined }) : value;
    } catch (cause) {
      if (toldOf(cause) !== undefined) throw cause;
      // Made for HTTP, perhaps: what it was given must not be lost, and must not get out in its place.
      throw new Error(`An exception filter failed: ${String(cause)}`, { cause: exception });
    }
  }
}
