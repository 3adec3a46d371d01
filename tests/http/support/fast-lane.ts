import { channel } from "node:diagnostics_channel";
import { createServer, type Server } from "node:http";
import { type AttachOptions, attachComet } from "@encke/adapter-node-http";
import { onTestFinished } from "vitest";
import { FakeComet } from "./fake-comet.ts";
import { post, RawPeer } from "./raw-peer.ts";
import { listen } from "./serve.ts";

export const BODY: string = JSON.stringify({ channel: "/a" });
/** Not for the lane. */
export const GET = "GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n";

export interface Served {
  readonly comet: FakeComet;
  readonly server: Server;
  readonly port: number;
  /** The requests that node:http has read. */
  readonly read: readonly unknown[];
}

export async function served(
  options: AttachOptions = {},
  server = createServer(),
): Promise<Served> {
  const comet = new FakeComet();
  attachComet(server, comet, { fastLane: true, ...options });
  const read: unknown[] = [];
  const started = channel("http.server.request.start");
  const listener = (message: unknown): void => {
    if ((message as { server: Server }).server === server) read.push(message);
  };
  started.subscribe(listener);
  onTestFinished(() => {
    started.unsubscribe(listener);
  });
  return { comet, server, port: await listen(server), read };
}

/** With a peer whose first request is held. */
export async function held(options: AttachOptions = {}): Promise<Served & { peer: RawPeer }> {
  const all = await served(options);
  all.comet.holdAll();
  const peer = await RawPeer.connect(all.port);
  await peer.write(post(BODY));
  await all.comet.exchange();
  return { ...all, peer };
}

/** With a peer that was answered once. */
export async function idle(): Promise<Served & { peer: RawPeer }> {
  const all = await served();
  const peer = await RawPeer.connect(all.port);
  await peer.write(post(BODY));
  await peer.answer();
  return { ...all, peer };
}
