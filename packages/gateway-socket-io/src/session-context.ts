import { newSecret } from "@encke/adapter-node-http";
import type { BrowserIdentity, RequestContext } from "@encke/core";
import { clientIdOf } from "./recovery.ts";

/** Who a client is: what the request with which its connection began has said, for as long as it lasts. */
export class SessionContext implements RequestContext {
  readonly transport: string;
  readonly url: string;
  readonly remoteAddress?: string;
  readonly isSecure: boolean;
  /** One connection serves all namespaces, and none of them keeps the others waiting. */
  readonly isMultiplexed = true;
  readonly browser?: BrowserIdentity;
  readonly #request: RequestContext;
  #key = "";

  constructor(request: RequestContext) {
    this.#request = request;
    this.transport = request.transport;
    this.url = request.url;
    this.isSecure = request.isSecure;
    if (request.remoteAddress !== undefined) this.remoteAddress = request.remoteAddress;
    if (request.browser !== undefined) this.browser = request.browser;
  }

  /** What the peer is told in place of the id of the client that was made last for it. */
  get key(): string {
    return this.#key;
  }

  newClientId(): string {
    this.#key = newSecret();
    return clientIdOf(this.#key);
  }

  header(name: string): string | undefined {
    return this.#request.header(name);
  }
}
