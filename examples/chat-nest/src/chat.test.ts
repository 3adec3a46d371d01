import "reflect-metadata";
import { CometClient } from "@encke/client";
import { Comet } from "@encke/core";
import { People } from "@encke/example-chat";
import type { INestApplication } from "@nestjs/common";
import { Test } from "@nestjs/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ChatModule } from "./chat-module.ts";

/** Copy this: an application under test, and clients that talk to it over the network. */
describe("the chat", () => {
  let app: INestApplication;
  let url: string;
  const clients: CometClient[] = [];

  beforeEach(async () => {
    const module = await Test.createTestingModule({ imports: [ChatModule.with({})] }).compile();
    app = module.createNestApplication({ forceCloseConnections: true, logger: false });
    await app.listen(0, "127.0.0.1");
    url = `${await app.getUrl()}/comet`;
  });

  afterEach(async () => {
    for (const client of clients.splice(0)) await client.disconnect();
    await app.close();
  });

  async function arrive(name: string, password: string): Promise<CometClient> {
    const client = new CometClient(url, { ext: () => ({ authentication: { name, password } }) });
    clients.push(client);
    await client.connect();
    await client.subscribe("/rooms", () => undefined).ready;
    return client;
  }

  it("lets in who knows the password", async () => {
    await arrive("ann", "apple");
    await expect(arrive("bob", "wrong")).rejects.toThrow("There is no such name");
    expect(app.get(Comet).stats().clients).toBe(1);
  });

  it("says to all in a room what somebody says there, and who it was", async () => {
    const ann = await arrive("ann", "apple");
    const bob = await arrive("bob", "banana");
    const heard = new Promise((resolve) => {
      bob.subscribe("/chat/lobby", ({ data }) => resolve(data));
    });
    await ann.subscribe("/chat/lobby", () => undefined).ready;
    await bob.call("rooms", {});
    await ann.publish("/chat/lobby", { text: "  hello  ", author: "somebody else" });
    expect(await heard).toEqual({ author: "ann", text: "hello", time: expect.any(String) });
  });

  it("refuses what is no message, what is rude, and what comes from outside", async () => {
    const ann = await arrive("ann", "apple");
    await expect(ann.publish("/chat/lobby", { text: "hello" })).rejects.toThrow("Enter the room");
    await ann.subscribe("/chat/lobby", () => undefined).ready;
    await expect(ann.publish("/chat/lobby", { text: " " })).rejects.toThrow("1 to 500 characters");
    await expect(ann.publish("/chat/lobby", { text: "what the heck" })).rejects.toThrow("Mind");
    await expect(ann.publish("/rooms", [])).rejects.toThrow("Only the server");
    await expect(ann.subscribe("/secret", () => undefined).ready).rejects.toThrow("no such room");
  });

  it("carries a whisper, and tells who is there", async () => {
    const ann = await arrive("ann", "apple");
    const bob = await arrive("bob", "banana");
    await bob.subscribe("/chat/lobby", () => undefined).ready;
    const whisper = ann.call("whisper", { to: "bob", text: "psst" });
    await expect(whisper).resolves.toMatchObject({ isDelivered: true, text: "psst" });
    await expect(ann.call("whisper", { to: "zoe", text: "psst" })).resolves.toEqual({
      isDelivered: false,
      reason: "Nobody called zoe is here.",
    });
    await expect(ann.call("whisper", { text: "psst" })).rejects.toMatchObject({
      code: "bad_request",
    });
    await expect(ann.call("members", { room: "lobby" })).resolves.toEqual({
      room: "lobby",
      names: ["bob"],
    });
    await expect(app.get(People).in("lobby")).resolves.toEqual(["bob"]);
  });
});
