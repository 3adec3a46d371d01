import type { BrowserIdentity, RequestContext } from "@encke/core";
import { identityOf } from "./browser-cookie.ts";
import { headerOf, type NodeRequest } from "./node-messages.ts";
import type { Settings } from "./settings.ts";

/**
 * What core may know of a request. A WebSocket keeps it for as long as it is open, so it holds nothing of the request but
 * what may be asked for.
 */
export class HttpRequestContext implements RequestContext {
  readonly transport: string;
  readonly remoteAddress?: string;
  readonly isSecure: boolean;
  readonly isMultiplexed: boolean;
  readonly browser?: BrowserIdentity;
  isReadInOrder?: boolean;
  readonly url: string;
  readonly #headers: NodeRequest["headers"];

  constructor(request: NodeRequest, transport: string, settings: Settings) {
    // Frameworks that cut a mount path off `url` keep the whole here.
    const { originalUrl, url } = request as NodeRequest & { originalUrl?: string };
    this.url = originalUrl ?? url ?? "";
    this.#headers = request.headers;
    this.transport = transport;
    // Read now, because a socket that has closed only knows what it was asked before.
    const { remoteAddress, isSecure } = settings.peerOf(request);
    if (remoteAddress !== undefined) this.remoteAddress = remoteAddress;
    this.isSecure = isSecure;
    this.isMultiplexed = request.httpVersionMajor === 2;
    if (settings.cookie !== undefined)
      this.browser = identityOf(request, settings.cookie, remoteAddress);
  }

  header(name: string): string | undefined {
    return headerOf({ headers: this.#headers }, name);
  }
}
