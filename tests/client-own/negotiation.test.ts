import { CometClient } from "@encke/client";
import { longPolling } from "@encke/client/long-polling";
import { streaming } from "@encke/client/streaming";
import { webSocket } from "@encke/client/websocket";
import { ack } from "@encke/extensions";
import { expect, it, onTestFinished } from "vitest";
import { soon } from "../clients/soon.ts";
import { serverWith } from "../extensions/support/real-client.ts";
import { Middlebox } from "./middlebox.ts";
import { connected, WORLD } from "./support.ts";

it("falls back where the server serves no WebSockets", async () => {
  const server = await serverWith([], { timeout: 500 });
  const url = `${server.url}/nothing/below/serves/websockets`;
  const client = await connected(url, { transports: [webSocket, longPolling] });
  expect(client.connectionType).toBe("long-polling");
});

it("falls back where a WebSocket never opens, and never fails", async () => {
  const server = await serverWith([], { timeout: 500 });
  const box = await Middlebox.before(server.url);
  const transports = [webSocket, longPolling];
  const client = await connected(box.url, { transports, maxNetworkDelay: 200 });
  expect(box.ignored).toHaveLength(1);
  expect(client.connectionType).toBe("long-polling");
  await client.publish("/a", 1);
  await soon(() =>
    box.ignored.every(({ readableEnded, destroyed }) => readableEnded || destroyed),
  ).toBe(true);
});

it("falls back within the session where a proxy collects a stream, and loses nothing", async () => {
  const server = await serverWith([ack()]);
  const box = await Middlebox.before(server.url);
  // Twenty times as fast, so that what takes seconds need not.
  const after = (milliseconds: number, action: () => void): (() => void) => {
    const timer = setTimeout(action, milliseconds / 20);
    return () => clearTimeout(timer);
  };
  const transports = [streaming, longPolling];
  const client = new CometClient(box.url, { transports, world: { ...WORLD, after } });
  onTestFinished(() => client.disconnect());
  const errors: unknown[] = [];
  const received: unknown[] = [];
  client.addEventListener("error", ({ error }) => errors.push(error?.code));
  client.subscribe("/a", ({ data }) => received.push(data));
  await client.connect();
  expect(client.connectionType).toBe("streaming");
  for (const data of [1, 2, 3]) await server.comet.publish("/a", data);
  await soon(() => client.connectionType).toBe("long-polling");
  await soon(() => client.state).toBe("connected");
  await server.comet.publish("/a", 4);
  await soon(() => received).toEqual([1, 2, 3, 4]);
  expect(errors).toEqual(["transport_unfit"]);
  expect(server.welcomes).toHaveLength(1);
});

it("has no more than two requests open, of which the one that is held keeps nobody waiting", async () => {
  const server = await serverWith([], { timeout: 60_000 });
  const box = await Middlebox.before(server.url);
  const client = await connected(box.url, { transports: [longPolling] });
  const publishes = Array.from({ length: 200 }, (_, n) => client.publish("/a", n));
  await client.subscribe("/b", () => undefined);
  await Promise.all(publishes);
  expect(box.open).toBe(1);
  expect(box.most).toBe(2);
});
