import type { Site } from "@encke/example-site";
import { describe, expect, it, onTestFinished } from "vitest";
import { createChat } from "./chat.ts";

describe("the chat's server", () => {
  it("serves the page under a policy that allows nothing from elsewhere", async () => {
    const response = await fetch(urlOf(await start()));
    expect(await response.text()).toContain("<title>Encke chat</title>");
    expect(response.headers.get("content-security-policy")).toContain("default-src 'self';");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(response.headers.get("x-powered-by")).toBeNull();
  });

  it("hands out the client library and the demo accounts", async () => {
    const url = urlOf(await start());
    const library = await fetch(new URL("/client/index.js", url));
    expect(library.headers.get("content-type")).toContain("javascript");
    const accounts = await (await fetch(new URL("/demo-accounts", url))).json();
    expect(accounts).toContainEqual({ name: "ann", password: "apple" });
  });

  it("answers handshakes, and offers WebSocket and long polling", async () => {
    const [reply] = await shakeHands(await start());
    const offered = expect.arrayContaining(["long-polling", "websocket"]);
    expect(reply.supportedConnectionTypes).toEqual(offered);
  });

  it("is gone when it is closed, with connects that were held answered", async () => {
    const chat = await createChat({ host: "127.0.0.1" });
    const [{ clientId }] = await shakeHands(chat);
    const connect = { channel: "/meta/connect", clientId, connectionType: "long-polling" };
    await post(chat, connect);
    const held = post(chat, connect);
    await expect.poll(() => chat.comet.stats().held).toBe(1);
    await Promise.all([chat.close(), chat.close()]);
    expect(await held).toMatchObject([{ channel: "/meta/connect", successful: true }]);
    await expect(fetch(urlOf(chat))).rejects.toThrow("fetch failed");
  });

  it("cannot start on a port that is taken", async () => {
    const { port } = await start();
    await expect(createChat({ host: "127.0.0.1", port })).rejects.toThrow("EADDRINUSE");
  });
});

interface Welcome {
  readonly clientId: string;
  readonly supportedConnectionTypes: readonly string[];
}

async function start(): Promise<Site> {
  const chat = await createChat({ host: "127.0.0.1" });
  onTestFinished(() => chat.close());
  return chat;
}

function urlOf({ port }: Site): string {
  return `http://127.0.0.1:${port}/`;
}

function shakeHands(chat: Site): Promise<[Welcome]> {
  const message = {
    channel: "/meta/handshake",
    version: "1.0",
    supportedConnectionTypes: ["websocket", "long-polling"],
    ext: { authentication: { name: "ann", password: "apple" } },
  };
  return post(chat, message) as Promise<[Welcome]>;
}

async function post(chat: Site, message: object): Promise<unknown> {
  const response = await fetch(new URL("/comet", urlOf(chat)), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify([message]),
  });
  return response.json();
}
