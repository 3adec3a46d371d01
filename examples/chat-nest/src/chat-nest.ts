import "reflect-metadata";
import type { AddressInfo } from "node:net";
import type { CometModuleOptions } from "@encke/adapter-nest";
import { Comet } from "@encke/core";
import { socketIoPage, webPage } from "@encke/example-chat";
import type { Site, SiteOptions } from "@encke/example-site";
import { NestFactory } from "@nestjs/core";
import type { NestExpressApplication } from "@nestjs/platform-express";
import { ChatModule } from "./chat-module.ts";

export interface ChatNestOptions
  extends SiteOptions,
    Pick<Partial<CometModuleOptions>, "maxInterval" | "log" | "store"> {}

/** Starts the chat. Rejects when the port is taken. */
export async function createChatNest({
  port = 0,
  host = "::",
  ...options
}: ChatNestOptions = {}): Promise<Site> {
  const app = await NestFactory.create<NestExpressApplication>(ChatModule.with(options), {
    logger: ["warn", "error"],
    // A browser keeps connections open that it may never use.
    forceCloseConnections: true,
  });
  await app.get(Comet).opened;
  app.disable("x-powered-by");
  app.use(webPage());
  app.use(socketIoPage());
  await app.listen(port, host);
  const address = app.getHttpServer().address() as AddressInfo;
  return { comet: app.get(Comet), port: address.port, close: () => app.close() };
}
