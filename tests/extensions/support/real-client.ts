import type { ICometExtension } from "@encke/core";
import { CometD, type Extension, type Message } from "cometd";
import { adapt } from "cometd-nodejs-client";
import { onTestFinished } from "vitest";
import { EnckeServer, type ServerOptions } from "../../clients/encke-server.ts";

// Once: each time empties the jar of cookies that all clients of this process share.
adapt();

export const TRANSPORTS = ["long-polling", "websocket"] as const;

export type Transport = (typeof TRANSPORTS)[number];

/** A server with these extensions, until the test is over. */
export async function serverWith(
  extensions: readonly ICometExtension[],
  comet: ServerOptions["comet"] = {},
  makeStore?: ServerOptions["makeStore"],
): Promise<EnckeServer> {
  const arrange: ServerOptions["arrange"] = (made) => {
    for (const extension of extensions) made.use(extension);
  };
  const server = await EnckeServer.start(
    { comet, arrange, ...(makeStore && { makeStore }) },
    (_, response) => response.end(),
  );
  onTestFinished(() => server.stop());
  return server;
}

/** A client of the `cometd` package, or of one that takes its place, with these extensions of its own, connected until the test is over. */
export async function clientOf(
  { url }: Pick<EnckeServer, "url">,
  transport: Transport,
  // Its type definitions say of its own extensions nothing at all.
  extensions: Readonly<Record<string, object>> = {},
  Library: new () => CometD = CometD,
): Promise<CometD> {
  const client = new Library();
  for (const type of client.getTransportTypes()) {
    if (type !== transport) client.unregisterTransport(type);
  }
  client.configure({ url, logLevel: "warn", backoffIncrement: 10, maxBackoff: 20 });
  for (const [name, extension] of Object.entries(extensions)) {
    client.registerExtension(name, extension as Extension);
  }
  await answered((reply) => client.handshake({}, reply));
  onTestFinished(async () => {
    if (!client.isDisconnected()) await answered((reply) => client.disconnect({}, reply));
  });
  return client;
}

/** Subscribes, and collects what comes. */
export async function subscribed(client: CometD, channel: string): Promise<Message[]> {
  const received: Message[] = [];
  await answered((reply) => client.subscribe(channel, (message) => received.push(message), reply));
  return received;
}

/** The reply that the callback is given. */
export function answered(ask: (reply: (message: Message) => void) => unknown): Promise<Message> {
  return new Promise((resolve) => {
    ask(resolve);
  });
}
