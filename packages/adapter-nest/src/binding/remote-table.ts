import { type Comet, RemoteError, type RemoteRequest } from "@encke/core";
import { toldOf } from "../handlers/failures.ts";
import { type BoundHandler, callFor } from "./bound-handler.ts";

const SERVICE = "/service/";

/** Handlers of remote calls: the one with the closest template answers, whatever patterns the Comet knows. */
export class RemoteTable {
  readonly #comet: Comet;
  #handlers: readonly BoundHandler[] = [];
  readonly #patterns = new Set<string>();

  constructor(comet: Comet) {
    this.#comet = comet;
  }

  add(...handlers: readonly BoundHandler[]): void {
    this.#handlers = [...this.#handlers, ...handlers].sort(closestFirst);
    for (const { template } of this.#handlers) this.#register(template.pattern);
  }

  /** The Comet asks the handler that was registered first. */
  #register(pattern: string): void {
    if (this.#patterns.has(pattern)) return;
    this.#patterns.add(pattern);
    this.#comet.remote(pattern.slice(SERVICE.length), (request) => this.#answer(request));
  }

  async #answer(request: RemoteRequest): Promise<unknown> {
    const { client, ...facts } = request;
    for (const handler of this.#handlers) {
      const call = callFor(handler, { ...facts, session: client });
      if (call === undefined) continue;
      try {
        return await handler.invoke(call);
      } catch (cause) {
        throw toldOf(cause) ?? cause;
      }
    }
    throw new RemoteError("not_found", `Nobody answers ${request.channel}.`);
  }
}

function closestFirst(one: BoundHandler, other: BoundHandler): number {
  return other.template.closeness - one.template.closeness;
}
