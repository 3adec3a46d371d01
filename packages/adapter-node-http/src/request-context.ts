import type { BrowserIdentity, Connection, RequestContext } from "@encke/core";
import { CookieIdentity } from "./browser-cookie.ts";
import { headerOf, type NodeRequest } from "./node-messages.ts";
import type { Settings } from "./settings.ts";

/** What core may know of a request. Made for each, so it holds what must be read early and looks up the rest when asked. */
export class HttpRequestContext implements RequestContext {
  readonly transport: string;
  readonly remoteAddress?: string;
  readonly isSecure: boolean;
  readonly isMultiplexed: boolean;
  readonly browser?: BrowserIdentity;
  /** Set by a transport that has a connection of its own. */
  connection?: Connection;
  isReadInOrder?: boolean;
  onClient?: (clientId: string) => void;
  readonly #request: NodeRequest;

  constructor(request: NodeRequest, transport: string, settings: Settings) {
    this.#request = request;
    this.transport = transport;
    // Read now, because a socket that has closed no longer knows.
    const { remoteAddress, isSecure } = settings.peerOf(request);
    if (remoteAddress !== undefined) this.remoteAddress = remoteAddress;
    this.isSecure = isSecure;
    this.isMultiplexed = request.httpVersionMajor === 2;
    if (settings.cookie !== undefined)
      this.browser = new CookieIdentity(request, settings.cookie, remoteAddress);
  }

  get url(): string {
    // Frameworks that cut a mount path off `url` keep the whole here.
    const { originalUrl, url } = this.#request as NodeRequest & { originalUrl?: string };
    return originalUrl ?? url ?? "";
  }

  header(name: string): string | undefined {
    return headerOf(this.#request, name);
  }
}
