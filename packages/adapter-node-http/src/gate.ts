import type { EventEmitter } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { Cancel, RequestContext } from "@encke/core";
import { setCookieOf } from "./browser-cookie.ts";
import { corsHeaders, preflightHeaders } from "./http/cors.ts";
import { isOriginAllowed } from "./origins.ts";
import { HttpRequestContext } from "./request-context.ts";
import { routeRequests } from "./requests/request-hub.ts";
import { type CometHttpOptions, type Settings, settingsOf } from "./settings.ts";
import { isAt } from "./upgrade/is-at.ts";
import { refuseUpgrade } from "./upgrade/refuse-upgrade.ts";
import { routeUpgrades } from "./upgrade/upgrade-hub.ts";

/** Who may come in, and who is who. They mean what they mean for `attachComet`. */
export type GateOptions = Pick<
  CometHttpOptions,
  "path" | "origins" | "allowedHeaders" | "cookie" | "trustProxy" | "peerOf"
>;

/** What answers at the path of a gate. Its methods are called only for requests that the gate lets in. */
export interface GateKeeper {
  request(request: IncomingMessage, response: ServerResponse): void;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** An option that is a function has thrown; the request was answered 500. */
  failed(cause: unknown): void;
}

/**
 * For those who bring another protocol to the same server: the rules of this adapter about paths, origins, peers and
 * cookies, without what it says to its own clients.
 */
export class Gate {
  readonly #settings: Settings;

  /** Throws a `CometError` `options_invalid`. */
  constructor(options: GateOptions) {
    this.#settings = settingsOf(options);
  }

  /** Gives the keeper what comes for the path, before any listener of the server sees it. Returns what undoes it. */
  open(server: EventEmitter, keeper: GateKeeper): Cancel {
    const owns = ({ url }: { readonly url?: string | undefined }): boolean =>
      isAt(this.#settings.path, url);
    const undo = [
      routeRequests(server, {
        owns,
        handle: (request, response) =>
          this.#request(request as IncomingMessage, response as ServerResponse, keeper),
      }),
      routeUpgrades(server, {
        owns,
        handle: (request, socket, head) => this.#upgrade(request, socket, head, keeper),
      }),
    ];
    return () => {
      for (const step of undo) step();
    };
  }

  /** To be made for the request with which a connection begins: it holds what the cookie of the answer will say. */
  contextOf(request: IncomingMessage, transport: string): RequestContext {
    return new HttpRequestContext(request, transport, this.#settings);
  }

  /** The value of `Set-Cookie` for the answer to that request. Undefined: none is to be set. */
  cookieFor({ browser, isSecure }: RequestContext): string | undefined {
    const { cookie } = this.#settings;
    if (cookie === undefined || browser === undefined) return undefined;
    return setCookieOf(browser, isSecure, cookie);
  }

  #request(request: IncomingMessage, response: ServerResponse, keeper: GateKeeper): void {
    try {
      const isAllowed = isOriginAllowed(this.#settings, request);
      if (isAllowed) this.#setHeaders(request, response);
      if (!isAllowed) response.writeHead(403).end();
      else if (request.method === "OPTIONS") response.writeHead(204).end();
      else keeper.request(request, response);
    } catch (cause) {
      keeper.failed(cause);
      if (!response.headersSent) response.writeHead(500).end();
    }
  }

  #setHeaders(request: IncomingMessage, response: ServerResponse): void {
    const headers = [...corsHeaders(this.#settings, request)];
    if (request.method === "OPTIONS") {
      headers.push(...preflightHeaders(this.#settings, "GET, POST, OPTIONS"));
    }
    for (let at = 0; at < headers.length; at += 2) {
      response.setHeader(headers[at] as string, headers[at + 1] as string);
    }
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, keeper: GateKeeper): void {
    try {
      if (isOriginAllowed(this.#settings, request)) keeper.upgrade(request, socket, head);
      else refuseUpgrade(socket, 403);
    } catch (cause) {
      keeper.failed(cause);
      refuseUpgrade(socket, 500);
    }
  }
}
