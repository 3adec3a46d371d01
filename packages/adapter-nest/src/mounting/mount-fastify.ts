import type { ServerResponse } from "node:http";
import {
  type CometHandler,
  createCometHandler,
  type NodeRequest,
  type Peer,
} from "@encke/adapter-node-http";
import type { HttpServer } from "@nestjs/common";
import type { Mounting } from "./mounting.ts";

/** What is used of a request of Fastify. */
interface FastifyRequest {
  readonly raw: NodeRequest;
  readonly ip: string;
  readonly protocol: string;
}

/** What is used of a reply of Fastify. */
interface FastifyReply {
  readonly raw: ServerResponse;
  getHeaders(): Readonly<Record<string, number | string | string[] | undefined>>;
  hijack(): void;
}

type Parse = (request: unknown, payload: unknown, done: (error: null) => void) => void;

/** What is used of an application of Fastify. */
interface FastifyScope {
  register(plugin: (scope: FastifyScope) => Promise<void>): unknown;
  removeAllContentTypeParsers(): void;
  addContentTypeParser(type: string, parse: Parse): void;
  route(route: {
    readonly method: readonly string[];
    readonly url: string;
    readonly handler: (request: FastifyRequest, reply: FastifyReply) => void;
  }): unknown;
}

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;

/** As routes of their own, in a scope where nobody reads the body before the Comet does. */
export function mountOnFastify(adapter: HttpServer, { comet, options }: Mounting): CometHandler {
  const peers = new WeakMap<NodeRequest, Peer>();
  const peerOf = (request: NodeRequest): Peer => peers.get(request) ?? { isSecure: false };
  const handler = createCometHandler(comet, { peerOf, ...options });
  const handle = (request: FastifyRequest, reply: FastifyReply): void => {
    const { raw, ip, protocol } = request;
    peers.set(raw, { remoteAddress: ip, isSecure: protocol === "https" });
    keepHeaders(reply);
    reply.hijack();
    handler(raw, reply.raw);
  };
  const { path } = options;
  (adapter.getInstance() as FastifyScope).register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", (_request, _payload, done) => done(null));
    for (const url of [path, `${path.replace(/\/+$/, "")}/*`]) {
      scope.route({ method: METHODS, url, handler: handle });
    }
  });
  return handler;
}

/** What hooks have set, such as those of CORS and helmet, is not sent with an answer that Fastify does not write. */
function keepHeaders(reply: FastifyReply): void {
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    if (value !== undefined) reply.raw.setHeader(name, value);
  }
}
