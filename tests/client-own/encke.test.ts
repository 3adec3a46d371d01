import { stream } from "@encke/call-stream";
import { CometClient, CometError } from "@encke/client";
import { type ICometExtension, RemoteError } from "@encke/core";
import { describe, expect, it } from "vitest";
import { soon } from "../clients/soon.ts";
import { serverWith } from "../extensions/support/real-client.ts";
import { connected, TRANSPORTS, WORLD } from "./support.ts";

const CHANNEL = "/a";

describe.each(TRANSPORTS.map((transport) => [transport.type, transport] as const))(
  "a client of Encke over %s",
  (type, transport) => {
    const open = async (extensions: readonly ICometExtension[] = []) => {
      const server = await serverWith(extensions, { timeout: 500 });
      return { server, client: await connected(server.url, { transports: [transport] }) };
    };

    it("publishes, and reads what is published", async () => {
      const { server, client } = await open();
      const news = client.subscribe("/news/*");
      await news.ready;
      const receipt = await client.publish("/news/one", { text: "hello" });
      expect(receipt).toMatchObject({ channel: "/news/one", successful: true });
      for await (const message of news) {
        expect(message).toEqual({ channel: "/news/one", data: { text: "hello" } });
        break;
      }
      expect(news.isOpen).toBe(false);
      expect(client.connectionType).toBe(type);
      await soon(() => server.transports).toEqual(new Set([type]));
    });

    it("sends what was asked for early when it is connected", async () => {
      const server = await serverWith([], { timeout: 500 });
      let start = (): void => undefined;
      const started = new Promise<void>((resolve) => {
        start = resolve;
      });
      server.comet.remote("double", async ({ data }) => {
        await started;
        return Number(data) * 2;
      });
      const received: unknown[] = [];
      const client = new CometClient(server.url, { world: WORLD, transports: [transport] });
      client.subscribe(CHANNEL, ({ data }) => received.push(data));
      const receipt = client.publish(CHANNEL, 1);
      const four = client.call("double", 2);
      const six = stream(client, "double", 3).next();
      await client.connect();
      await receipt;
      start();
      expect([await four, (await six).value]).toEqual([4, 6]);
      await soon(() => received).toEqual([1]);
      await client.disconnect();
      expect(server.comet.stats().clients).toBe(0);
    });

    it("rejects with the code with which the server refuses", async () => {
      const { server, client } = await open();
      server.comet.on("subscribing", "/secret", (event) => event.cancel("not: yours"));
      server.comet.on("publishing", "/secret", (event) => event.cancel());
      const secret = client.subscribe("/secret", () => undefined);
      await expect(secret.ready).rejects.toMatchObject({ code: "not: yours", status: 403 });
      expect(secret.isOpen).toBe(false);
      const refused = client.publish("/secret", 1);
      await expect(refused).rejects.toMatchObject({ code: "publish_denied", status: 403 });
      await expect(refused).rejects.toBeInstanceOf(CometError);
    });

    it("calls handlers of the server", async () => {
      const { server, client } = await open();
      server.comet.remote("double", ({ data }) => Number(data) * 2);
      server.comet.remote("fail", () => {
        throw new RemoteError("out_of_stock", "There are none left.");
      });
      server.comet.remote("count", async function* ({ data }) {
        for (let value = 0; value < Number(data); value++) yield value;
      });
      expect(await client.call("double", 21)).toBe(42);
      await expect(client.call("unknown")).rejects.toMatchObject({ code: "target_unknown" });
      await expect(client.call("fail")).rejects.toMatchObject({ code: "out_of_stock" });
      const counted: unknown[] = [];
      for await (const value of stream(client, "count", 3)) counted.push(value);
      expect(counted).toEqual([0, 1, 2]);
    });

    it("has a handler stop whose call it gives up, and another one take its place", async () => {
      const server = await serverWith([], { timeout: 500, limits: { callsPerClient: 1 } });
      const client = await connected(server.url, { transports: [transport] });
      const ends: unknown[] = [];
      server.comet.remote("slow", ({ signal }) => {
        signal.addEventListener("abort", () => ends.push(signal.reason));
        return new Promise(() => undefined);
      });
      const end = new AbortController();
      const aborted = client.call("slow", null, { signal: end.signal });
      end.abort();
      await expect(aborted).rejects.toMatchObject({ code: "aborted" });
      await soon(() => ends.length).toBe(1);
      const late = client.call("slow", null, { timeout: 100 });
      await expect(late).rejects.toMatchObject({ code: "timeout" });
      await soon(() => ends.length).toBe(2);
    });

    it("subscribes again when the server has forgotten it", async () => {
      const { server, client } = await open();
      const received: unknown[] = [];
      const recovered: boolean[] = [];
      client.addEventListener("connected", (event) => recovered.push(event.recovered));
      await client.subscribe(CHANNEL, ({ data }) => received.push(data)).ready;
      await server.restart();
      await soon(() => recovered).toEqual([false]);
      await client.publish(CHANNEL, "after");
      await soon(() => received).toEqual(["after"]);
    });

    it("has the server stop what nobody reads any more", async () => {
      const { server, client } = await open();
      const stopped: string[] = [];
      server.comet.remote("count", async function* ({ signal }) {
        signal.addEventListener("abort", () => stopped.push("count"));
        for (let value = 0; ; value++) yield value;
      });
      server.comet.remote("think", ({ signal }) => {
        signal.addEventListener("abort", () => stopped.push("think"));
        return new Promise(() => undefined);
      });
      for await (const value of stream(client, "count")) if (value === 3) break;
      await soon(() => stopped).toEqual(["count"]);
      const end = new AbortController();
      const thinking = stream(client, "think", 1, { signal: end.signal }).next();
      await client.publish(CHANNEL, "has been asked before");
      end.abort();
      await expect(thinking).rejects.toMatchObject({ code: "aborted" });
      await soon(() => stopped).toEqual(["count", "think"]);
    });
  },
);
