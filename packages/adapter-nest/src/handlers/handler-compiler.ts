import { AsyncLocalStorage } from "node:async_hooks";
import type { Comet } from "@encke/core";
import type { ExternalContextCreator } from "@nestjs/core";
import { type ContextId, ContextIdFactory, type ModuleRef } from "@nestjs/core";
import { ExecutionContextHost } from "@nestjs/core/helpers/execution-context-host.js";
import { Injector } from "@nestjs/core/injector/injector.js";
import { isObservable, lastValueFrom, type Observable } from "rxjs";
import { localSessionsOf } from "../decorators/local-session.ts";
import { ROUTE_ARGUMENTS } from "../decorators/param-metadata.ts";
import { Backlog } from "./backlog.ts";
import { COMET_CONTEXT, type CometContext } from "./comet-context.ts";
import { CometParamsFactory } from "./comet-params-factory.ts";
import { deriveContextCreator } from "./derived-context-creator.ts";
import { toldOf } from "./failures.ts";
import type { HandlerHost } from "./handler-host.ts";
import { isAsyncIterable, observed } from "./observed-iterable.ts";
import type { QuietFilters } from "./quiet-filters.ts";
import { untilAborted } from "./until-aborted.ts";

/** Calls a handler with all that Nest puts around it. Rejects with what no filter has dealt with. */
export type Invoke = (call: CometContext) => Promise<unknown>;

/** A call that is under way, for those steps of it that Nest tells nothing of it. */
interface Running {
  readonly call: CometContext;
  readonly backlog?: Backlog;
}

interface Prepared {
  readonly run: (...args: readonly unknown[]) => Promise<unknown>;
  readonly filters: QuietFilters;
}

type Method = (...args: readonly unknown[]) => unknown;

const running = new AsyncLocalStorage<Running>();

/** Makes of methods what can be called with a message. */
export class HandlerCompiler {
  readonly #creator: ExternalContextCreator;
  readonly #modules: ModuleRef;
  readonly #comet: Comet;
  readonly #injector = new Injector();
  readonly #params = new CometParamsFactory();

  constructor(creator: ExternalContextCreator, modules: ModuleRef, comet: Comet) {
    this.#creator = creator;
    this.#modules = modules;
    this.#comet = comet;
  }

  compile(host: HandlerHost): Invoke {
    const prepare = this.#preparer(host);
    const start = host.kind === "RemoteStream" ? startStream : startCall;
    return async (call) => start(await prepare(call), call);
  }

  /** An object that lives as long as the application is prepared once; others are made for each message. */
  #preparer(host: HandlerHost): (call: CometContext) => Prepared | Promise<Prepared> {
    if (!host.wrapper.isDependencyTreeStatic()) return (call) => this.#prepareFor(host, call);
    const prepared = this.#prepare(host, host.wrapper.instance as object);
    return () => prepared;
  }

  async #prepareFor(host: HandlerHost, call: CometContext): Promise<Prepared> {
    const { wrapper } = host;
    const contextId = ContextIdFactory.getByRequest(call);
    const request = wrapper.isDependencyTreeDurable() ? (contextId.payload ?? call) : call;
    this.#modules.registerRequestByContextId(request, contextId);
    const module = wrapper.host;
    if (module === undefined) throw new Error(`${host.type.name} is in no module.`);
    const owners = [module.controllers, module.providers];
    const owner = owners.find((wrappers) => wrappers.get(wrapper.token) === wrapper);
    const instance = await this.#injector.loadPerContext(
      wrapper.instance as object,
      module,
      owner ?? module.providers,
      contextId,
    );
    return this.#prepare(host, instance, contextId);
  }

  #prepare(host: HandlerHost, instance: object, contextId?: ContextId): Prepared {
    for (const property of localSessionsOf(host.type)) Reflect.set(instance, property, this.#comet);
    let filters: QuietFilters | undefined;
    const creator = deriveContextCreator(this.#creator, {
      toResult: host.kind === "RemoteStream" ? asItIs : lastOf,
      onFilters: (those) => {
        filters = those;
      },
    });
    const method = Reflect.get(instance, host.method) as Method;
    const run = creator.create(
      instance as Record<string, Method>,
      host.kind === "RemoteStream" ? streaming(method) : method,
      host.method,
      ROUTE_ARGUMENTS,
      this.#params,
      contextId,
      host.wrapper.id,
      undefined,
      COMET_CONTEXT,
    );
    if (filters === undefined) throw new Error("This version of Nest is not supported.");
    return { run, filters };
  }
}

function startCall({ run }: Prepared, call: CometContext): Promise<unknown> {
  return running.run({ call }, () => run(...argumentsOf(call)));
}

async function startStream({ run, filters }: Prepared, call: CometContext): Promise<unknown> {
  const backlog = new Backlog();
  const args = argumentsOf(call);
  const result = await running.run({ call, backlog }, () => run(...args));
  if (!isObservable(result)) {
    backlog.push(result);
    backlog.close();
    return backlog;
  }
  const host = new ExecutionContextHost([...args]);
  host.setType(COMET_CONTEXT);
  const subscription = running.run({ call, backlog }, () =>
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

/** What a filter made of the failure is the last value. */
async function endBy(filtered: Promise<unknown>, backlog: Backlog): Promise<void> {
  try {
    backlog.push(await filtered);
    backlog.close();
  } catch (cause) {
    backlog.close({ cause: toldOf(cause) ?? cause });
  }
}

/** What `getArgs()` of an execution context are, and so what `switchToWs()` and `switchToHttp()` find. */
function argumentsOf(call: CometContext): readonly unknown[] {
  return [call, call.data, call.message, call.params, call.channel];
}

async function asItIs(result: unknown): Promise<unknown> {
  return result;
}

async function lastOf(result: unknown): Promise<unknown> {
  if (!isObservable(result)) return result;
  const signal = running.getStore()?.call.signal;
  return lastValueFrom(untilAborted(result as Observable<unknown>, signal), {
    defaultValue: undefined,
  });
}

/** Before interceptors see it, which know Observables and would take an iterable for one value. */
function streaming(method: Method): Method {
  const wrapped = async function (this: unknown, ...args: readonly unknown[]): Promise<unknown> {
    const result = await method.apply(this, [...args]);
    const backlog = running.getStore()?.backlog;
    if (backlog === undefined || !isAsyncIterable(result)) return result;
    return observed(result, backlog);
  };
  for (const key of Reflect.getMetadataKeys(method)) {
    Reflect.defineMetadata(key, Reflect.getMetadata(key, method), wrapped);
  }
  return Object.defineProperty(wrapped, "name", { value: method.name });
}
