import {
  type ClientOptions,
  CometClient,
  type SocketClass,
  type TransportFactory,
} from "@encke/client";
import { longPolling } from "@encke/client/long-polling";
import { streaming } from "@encke/client/streaming";
import { webSocket } from "@encke/client/websocket";
import { onTestFinished } from "vitest";
import { WebSocket } from "ws";

export const TRANSPORTS: readonly TransportFactory[] = [longPolling, webSocket, streaming];

/** Node has none of its own before version 22. */
export const WORLD: { readonly WebSocket: SocketClass; random(): number } = {
  WebSocket: WebSocket as unknown as SocketClass,
  // Nothing is gained by waiting for long.
  random: () => 0.01,
};

/** A client that is connected until the test is over. */
export async function connected(url: string, options: ClientOptions = {}): Promise<CometClient> {
  const client = new CometClient(url, { world: WORLD, ...options });
  onTestFinished(() => client.disconnect());
  await client.connect();
  return client;
}
