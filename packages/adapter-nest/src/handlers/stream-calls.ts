import { ExecutionContextHost } from "@nestjs/core/helpers/execution-context-host.js";
import { isObservable } from "rxjs";
import { Backlog } from "./backlog.ts";
import { argumentsOf, type CallStyle, type Method, type Prepared, underWay } from "./call-style.ts";
import { COMET_CONTEXT, type CometContext } from "./comet-context.ts";
import { toldOf } from "./failures.ts";
import { isAsyncIterable, observed } from "./observed-iterable.ts";

/** Calls for many results, which are an async iterable in the end, whatever the handler returns. */
export const STREAM_CALLS: CallStyle = {
  wrap: asObservable,
  toResult: async (result) => result,
  start: startStream,
};

/** Interceptors know Observables, and would take an iterable for one value. */
function asObservable(method: Method): Method {
  const wrapped = async function (this: unknown, ...args: readonly unknown[]): Promise<unknown> {
    const result = await method.apply(this, [...args]);
    const backlog = underWay.getStore()?.backlog;
    if (backlog === undefined || !isAsyncIterable(result)) return result;
    return observed(result, backlog);
  };
  for (const key of Reflect.getMetadataKeys(method)) {
    Reflect.defineMetadata(key, Reflect.getMetadata(key, method), wrapped);
  }
  return Object.defineProperty(wrapped, "name", { value: method.name });
}

async function startStream({ run, filters }: Prepared, call: CometContext): Promise<Backlog> {
  const backlog = new Backlog();
  const args = argumentsOf(call);
  const result = await underWay.run({ call, backlog }, () => run(...args));
  if (!isObservable(result)) {
    backlog.push(result);
    backlog.close();
    return backlog;
  }
  const host = new ExecutionContextHost([...args]);
  host.setType(COMET_CONTEXT);
  const subscription = underWay.run({ call, backlog }, () =>
    result.subscribe({
      next: (value) => backlog.push(value),
      complete: () => backlog.close(),
      // Nest's filters are through by now, so they are asked again.
      error: (exception: unknown) => void endBy(filters.next(exception, host), backlog),
    }),
  );
  backlog.onEnd(() => subscription.unsubscribe());
  return backlog;
}

/** What a filter has made of the failure is the last value. */
async function endBy(filtered: Promise<unknown>, backlog: Backlog): Promise<void> {
  try {
    backlog.push(await filtered);
    backlog.close();
  } catch (cause) {
    backlog.close({ cause: toldOf(cause) ?? cause });
  }
}
