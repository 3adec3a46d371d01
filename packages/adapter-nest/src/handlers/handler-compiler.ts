import type { Comet } from "@encke/core";
import {
  type ContextId,
  ContextIdFactory,
  type ExternalContextCreator,
  type ModuleRef,
} from "@nestjs/core";
import { Injector } from "@nestjs/core/injector/injector.js";
import { localSessionsOf } from "../decorators/local-session.ts";
import { ROUTE_ARGUMENTS } from "../decorators/param-metadata.ts";
import type { CallStyle, Method, Prepared } from "./call-style.ts";
import { COMET_CONTEXT, type CometContext } from "./comet-context.ts";
import { CometParamsFactory } from "./comet-params-factory.ts";
import { deriveContextCreator } from "./derived-context-creator.ts";
import type { HandlerHost } from "./handler-host.ts";
import type { QuietFilters } from "./quiet-filters.ts";
import { SINGLE_CALLS } from "./single-calls.ts";
import { STREAM_CALLS } from "./stream-calls.ts";

/** Calls a handler with all that Nest puts around it. Rejects with what no filter has dealt with. */
export type Invoke = (call: CometContext) => Promise<unknown>;

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
    const style = styleOf(host);
    return async (call) => style.start(await prepare(call), call);
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
    const isController = module.controllers.get(wrapper.token) === wrapper;
    const instance = await this.#injector.loadPerContext(
      wrapper.instance as object,
      module,
      isController ? module.controllers : module.providers,
      contextId,
    );
    return this.#prepare(host, instance, contextId);
  }

  #prepare(host: HandlerHost, instance: object, contextId?: ContextId): Prepared {
    for (const property of localSessionsOf(host.type)) Reflect.set(instance, property, this.#comet);
    const style = styleOf(host);
    let filters: QuietFilters | undefined;
    const creator = deriveContextCreator(this.#creator, {
      toResult: style.toResult,
      onFilters: (those) => {
        filters = those;
      },
    });
    const run = creator.create(
      instance as Record<string, Method>,
      style.wrap(Reflect.get(instance, host.method) as Method),
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

function styleOf({ kind }: HandlerHost): CallStyle {
  return kind === "RemoteStream" ? STREAM_CALLS : SINGLE_CALLS;
}
