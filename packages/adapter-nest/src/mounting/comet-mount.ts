import type { Server } from "node:http";
import { attachWebSockets } from "@encke/adapter-node-http";
import type { Comet } from "@encke/core";
import type { HttpServer } from "@nestjs/common";
import type { ApplicationConfig, HttpAdapterHost } from "@nestjs/core";
import type { SplitOptions } from "../module-options.ts";
import { mountOnExpress } from "./mount-express.ts";
import { mountOnFastify } from "./mount-fastify.ts";
import type { Mounting } from "./mounting.ts";

const MOUNTS = new Map([
  ["express", mountOnExpress],
  ["fastify", mountOnFastify],
]);

/** The place of a Comet in the server of the application. */
export class CometMount {
  readonly #comet: Comet;
  readonly #options: SplitOptions;
  readonly #host: HttpAdapterHost;
  readonly #config: ApplicationConfig;
  #undo: readonly (() => void)[] = [];

  constructor(
    comet: Comet,
    options: SplitOptions,
    host: HttpAdapterHost,
    config: ApplicationConfig,
  ) {
    this.#comet = comet;
    this.#options = options;
    this.#host = host;
    this.#config = config;
  }

  /** To be called when what comes before the routes is there already, and the routes are not. */
  attach(): void {
    const adapter: HttpServer | undefined = this.#host.httpAdapter;
    if (adapter === undefined) return;
    const type = adapter.getType();
    const mount = MOUNTS.get(type);
    if (mount === undefined) throw new Error(`Nest's platform "${type}" is not supported.`);
    const { http } = this.#options;
    const mounting: Mounting = { comet: this.#comet, options: { ...http, path: this.#path() } };
    const handler = mount(adapter, mounting);
    this.#undo = [() => handler.detach()];
    const server: Server = adapter.getHttpServer();
    if (http.webSocket !== false) {
      this.#undo = [...this.#undo, attachWebSockets(server, this.#comet, mounting.options)];
    }
    for (const attach of this.#options.nest.attach) {
      const attachment = attach(server, this.#comet);
      this.#undo = [...this.#undo, () => attachment.detach()];
    }
  }

  detach(): void {
    for (const step of this.#undo) step();
    this.#undo = [];
  }

  #path(): string {
    const { http, nest } = this.#options;
    const { path = "/comet" } = http;
    if (!nest.useGlobalPrefix) return path;
    const prefix = this.#config.getGlobalPrefix().replace(/^\/+|\/+$/g, "");
    return prefix === "" ? path : `/${prefix}${path}`;
  }
}
