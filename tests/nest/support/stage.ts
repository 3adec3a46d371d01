import "reflect-metadata";
import { CometModule, type CometModuleOptions, getCometToken } from "@encke/adapter-nest";
import type { Comet } from "@encke/core";
import { MemoryStore } from "@encke/store-memory";
import type {
  DynamicModule,
  INestApplication,
  LoggerService,
  ModuleMetadata,
} from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { ExpressAdapter } from "@nestjs/platform-express";
import { FastifyAdapter } from "@nestjs/platform-fastify";
import { onTestFinished } from "vitest";
import { BayeuxPeer } from "./bayeux-peer.ts";

export type Platform = "express" | "fastify";

export const PLATFORMS: readonly Platform[] = ["express", "fastify"];

export interface StageOptions extends Pick<ModuleMetadata, "providers" | "controllers"> {
  /** Modules beside the one of the Comet. */
  readonly imports?: NonNullable<ModuleMetadata["imports"]>;
  readonly comet?: Partial<CometModuleOptions>;
  /** Called before the application starts. */
  readonly prepare?: (app: INestApplication) => void | Promise<void>;
  readonly forceCloseConnections?: boolean;
  readonly bodyParser?: boolean;
  /** Of Fastify, which must know it from the beginning. */
  readonly trustProxy?: boolean;
}

/** What Nest and the Comet have logged. */
export class LogBook implements LoggerService {
  readonly lines: { readonly level: string; readonly text: string }[] = [];

  log(text: unknown): void {
    this.#write("log", text);
  }

  warn(text: unknown): void {
    this.#write("warn", text);
  }

  error(text: unknown, ...more: readonly unknown[]): void {
    this.#write("error", [text, ...more].join("\n"));
  }

  debug(text: unknown): void {
    this.#write("debug", text);
  }

  of(level: string): readonly string[] {
    return this.lines.filter((line) => line.level === level).map(({ text }) => text);
  }

  #write(level: string, text: unknown): void {
    this.lines.push({ level, text: text instanceof Error ? (text.stack ?? "") : String(text) });
  }
}

/** An application of Nest that listens. */
export class Stage {
  readonly app: INestApplication;
  readonly origin: string;
  readonly logs: LogBook;
  #closed: Promise<void> | undefined;

  private constructor(app: INestApplication, origin: string, logs: LogBook) {
    this.app = app;
    this.origin = origin;
    this.logs = logs;
  }

  static async open(platform: Platform, options: StageOptions = {}): Promise<Stage> {
    const logs = new LogBook();
    const { bodyParser = true, forceCloseConnections = false, trustProxy = false } = options;
    const adapter = adapterOf(platform, { trustProxy, forceCloseConnections });
    const app = await NestFactory.create(rootOf(options), adapter, {
      logger: logs,
      abortOnError: false,
      bodyParser,
      forceCloseConnections,
    });
    await options.prepare?.(app);
    await app.listen(0, "127.0.0.1");
    onTestFinished(async () => {
      const server = app.getHttpServer() as { closeAllConnections(): void };
      server.closeAllConnections();
      await stage.close();
    });
    const stage = new Stage(app, await app.getUrl(), logs);
    return stage;
  }

  /** Once: Nest 11 would call all hooks again. */
  close(): Promise<void> {
    this.#closed ??= this.app.close();
    return this.#closed;
  }

  get comet(): Comet {
    return this.app.get<Comet>(getCometToken());
  }

  peer(path = "/comet"): BayeuxPeer {
    return new BayeuxPeer(`${this.origin}${path}`);
  }

  /** A peer that has shaken hands. */
  async client(path = "/comet"): Promise<BayeuxPeer> {
    const peer = this.peer(path);
    await peer.handshake();
    return peer;
  }
}

export function adapterOf(
  platform: Platform,
  options: { readonly trustProxy?: boolean; readonly forceCloseConnections?: boolean } = {},
): ExpressAdapter | FastifyAdapter {
  return platform === "express" ? new ExpressAdapter() : new FastifyAdapter(options);
}

/** A module with the Comet and what a test is about. */
export function rootOf(options: StageOptions): DynamicModule {
  const { comet = {}, imports = [], providers, controllers } = options;
  return {
    module: class Root {},
    imports: [CometModule.forRoot({ store: new MemoryStore(), ...comet }), ...imports],
    providers: providers ?? [],
    controllers: controllers ?? [],
  };
}
