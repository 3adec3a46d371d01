import { ack } from "@encke/extensions";
import { expect, it, onTestFinished } from "vitest";
import { soon } from "../clients/soon.ts";
import { CUTS, FaultyProxy } from "../support/faulty-proxy.ts";
import { LineClient } from "./support/line-client.ts";
import { serverWith } from "./support/real-client.ts";

const CHANNEL = "/a";

it("brings each message once and in order over streams of lines, wherever one breaks", async () => {
  const server = await serverWith([ack()], { timeout: 500 });
  const proxy = await FaultyProxy.before(server.url);
  const client = await LineClient.open(proxy.url, CHANNEL);
  const run = client.run();
  onTestFinished(async () => {
    client.stop();
    await run;
  });
  const published: number[] = [];
  for (const cut of CUTS) {
    proxy.cutNext(`"channel":"${CHANNEL}"`, cut);
    for (const data of [published.length, published.length + 1]) {
      published.push(data);
      await server.comet.publish(CHANNEL, data);
    }
    await soon(() => proxy.isToCut).toBe(false);
    await soon(() => client.received.length).toBeGreaterThanOrEqual(published.length);
  }
  expect(client.received).toEqual(published);
  expect(server.transports).toEqual(new Set(["streaming"]));
});
