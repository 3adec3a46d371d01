import { expect, it } from "vitest";
import { CometClient } from "../comet-client.ts";
import { longPolling } from "../long-polling.ts";
import type { ClientOptions } from "../settings.ts";
import { FakeFetch } from "../testing/fake-fetch.ts";
import { FakeWorld, settled } from "../testing/fake-world.ts";
import { CONNECT, HANDSHAKE } from "../testing/stage.ts";

interface Polling {
  readonly client: CometClient;
  readonly world: FakeWorld;
  readonly net: FakeFetch;
  readonly page: EventTarget;
  readonly errors: (string | undefined)[];
}

/** A client that has connected by long polling, and whose next connect is under way. */
async function polling(options: ClientOptions = {}): Promise<Polling> {
  const world = new FakeWorld();
  const net = new FakeFetch();
  world.fetch = net.fetch;
  const page = new EventTarget();
  const client = new CometClient("/comet", {
    ...{ world: { ...world, page }, transports: [longPolling] },
    ...options,
  });
  const errors: (string | undefined)[] = [];
  client.addEventListener("error", ({ error }) => errors.push(error?.code));
  const connecting = client.connect();
  await settled();
  const ext = { ack: true, idempotency: true };
  net.grant(HANDSHAKE, { clientId: "c", supportedConnectionTypes: ["long-polling"], ext });
  await settled();
  net.grant(CONNECT, { ext: { ack: 0 } });
  await connecting;
  await settled();
  return { client, world, net, page, errors };
}

it("has no more than two requests open, and none of them waits for a connect", async () => {
  const { client, net } = await polling();
  for (let n = 0; n < 10; n++) client.publish("/a", n).catch(() => undefined);
  client.subscribe("/a", () => undefined);
  await settled();
  expect(net.open.map(({ messages }) => messages[0]?.channel)).toEqual([CONNECT, "/a"]);
  net.grant("/a");
  await settled();
  expect(net.most).toBe(2);
});

it("sends what came meanwhile together, at most 50 messages and 32 kB at once, in order", async () => {
  const { client, net } = await polling();
  const publish = (data: unknown): void => void client.publish("/a", data).catch(() => undefined);
  publish("first");
  await settled();
  for (let n = 0; n < 70; n++) publish(n);
  for (let n = 0; n < 3; n++) publish("x".repeat(15_000));
  publish("y".repeat(100_000));
  publish("last");
  const sizes: number[] = [];
  const sent: unknown[] = [];
  while (net.open.length > 1) {
    const { messages } = net.with("/a");
    sizes.push(messages.length);
    sent.push(...messages.map(({ data }) => (typeof data === "string" ? data.length : data)));
    net.grant("/a");
    await settled();
  }
  expect(sizes).toEqual([1, 50, 22, 1, 1, 1]);
  const numbers = Array.from({ length: 70 }, (_, n) => n);
  expect(sent).toEqual([5, ...numbers, 15_000, 15_000, 15_000, 100_000, 4]);
});

it("makes a request of their own for messages that have headers of their own", async () => {
  const { client, net } = await polling({ headers: { "X-All": "1" } });
  client.publish("/a", 0).catch(() => undefined);
  await settled();
  client.publish("/b", 1).catch(() => undefined);
  client.publish("/c", 2, { headers: { "X-One": "2" } }).catch(() => undefined);
  net.grant("/a");
  await settled();
  expect(net.with("/b").messages).toHaveLength(1);
  expect(net.with("/b").headers).toMatchObject({ "X-All": "1" });
  net.grant("/b");
  await settled();
  expect(net.with("/c").headers).toMatchObject({ "X-All": "1", "X-One": "2" });
});

it("connects anew without an error where a connect is given up for another one", async () => {
  const { net, errors, page } = await polling();
  const given = net.with(CONNECT);
  page.dispatchEvent(new Event("online"));
  await settled();
  expect(given.signal?.aborted).toBe(true);
  expect(net.with(CONNECT).messages).toMatchObject([{ advice: { timeout: 0 }, ext: { ack: 0 } }]);
  net.grant(CONNECT, { ext: { ack: 0 } });
  await settled();
  expect(net.with(CONNECT).messages).toHaveLength(1);
  expect(net.most).toBe(1);
  expect(errors).toEqual([]);
});

it("connects anew though somebody who was asked for a header never answered", async () => {
  let asked = 0;
  const getToken = async (): Promise<string> => {
    asked++;
    return asked === 4 ? new Promise<string>(() => undefined) : "t";
  };
  const { client, net, world } = await polling({ getToken });
  expect(asked).toBe(4);
  expect(net.open).toEqual([]);
  await world.pass(71_000);
  net.grant(CONNECT);
  await settled();
  expect(client.state).toBe("connected");
});

it("gives up a request that is not answered, with all that went in it, and goes on with the next", async () => {
  const { client, net, world } = await polling({ maxNetworkDelay: 5_000 });
  const settled1: unknown[] = [];
  client.publish("/a", 0).catch(() => undefined);
  await settled();
  const call = client.call("slow", 1, { timeout: 1_000 });
  call.catch((error) => settled1.push(error.code));
  const lost = net.with("/a");
  await world.pass(1_000);
  expect(settled1).toEqual(["timeout"]);
  expect(lost.signal?.aborted).toBe(false);
  await world.pass(4_000);
  expect(lost.signal?.aborted).toBe(true);
  expect(net.with("/a").messages).toMatchObject([{ data: 0 }]);
  net.grant("/a");
  await settled();
  expect(net.open.map(({ messages }) => messages[0]?.channel)).toEqual([CONNECT]);
});

it("has disconnected also when the request fails that the good-bye was to go after", async () => {
  const { client, net, world } = await polling();
  client.publish("/a", 0).catch(() => undefined);
  await settled();
  const leaving = client.disconnect();
  await settled();
  net.with("/a").fail(new Error("broken"));
  await leaving;
  expect(client.state).toBe("disconnected");
  expect(world.timers).toBe(0);
});
