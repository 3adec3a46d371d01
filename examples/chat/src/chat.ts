import { createServer } from "node:http";
import { attachWebSockets, cometMiddleware } from "@encke/adapter-express";
import { openSite, type Site, type SiteOptions } from "@encke/example-site";
import { attachSocketIo } from "@encke/gateway-socket-io";
import express from "express";
import { type ChatCometOptions, createChatComet } from "./chat-comet.ts";
import { socketIoPage } from "./socket-io-page.ts";
import { webPage } from "./web-page.ts";

// What is the same in a chat that is built with a framework.
export { logIn, nameOf } from "./accounts.ts";
export { isBad } from "./bad-language.ts";
export { MAX_TEXT } from "./messages.ts";
export { People, type RoomEntry } from "./people.ts";
export { type Change, tellOf } from "./presence.ts";
export { channelsOf, isRoom, ROOM_LIST_CHANNEL, roomOf } from "./rooms.ts";
export { socketIoPage } from "./socket-io-page.ts";
export { webPage } from "./web-page.ts";

const PATH = "/comet";

export interface ChatOptions extends SiteOptions, ChatCometOptions {}

/** Starts the chat. Rejects when the port is taken. */
export function createChat({ port, host, ...options }: ChatOptions = {}): Promise<Site> {
  const comet = createChatComet(options);
  const app = express();
  app.disable("x-powered-by");
  app.use(webPage());
  app.use(socketIoPage());
  app.use(PATH, cometMiddleware(comet));
  const server = createServer(app);
  attachWebSockets(server, comet, { path: PATH });
  attachSocketIo(server, comet, { namespaces: { "/chat": {} } });
  return openSite(server, comet, { port, host });
}
