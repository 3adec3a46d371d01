import { CometClient } from "@encke/client";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { Program } from "../support/program.ts";
import { RedisServer } from "../support/redis-server.ts";

const PASSWORDS = { ann: "apple", bob: "banana", cleo: "cherry" };
const PATIENCE = { timeout: 20_000 };

/** Somebody in the chat, and what came on each channel. */
class Guest {
  readonly client: CometClient;
  readonly #heard: Record<string, unknown>[] = [];

  private constructor(name: keyof typeof PASSWORDS, port: number) {
    const authentication = { name, password: PASSWORDS[name] };
    this.client = new CometClient(`http://127.0.0.1:${port}/comet`, {
      ext: () => ({ authentication }),
    });
    this.client.addEventListener("message", ({ message: { channel, data } }) => {
      this.#heard.push({ channel, ...(data as object) });
    });
  }

  static async arrive(name: keyof typeof PASSWORDS, port: number): Promise<Guest> {
    const guest = new Guest(name, port);
    onTestFinished(() => guest.client.disconnect());
    await guest.client.connect();
    for (const channel of ["/rooms", "/members/lobby", "/notices/lobby", "/chat/lobby"]) {
      await guest.client.subscribe(channel, () => undefined).ready;
    }
    return guest;
  }

  async hears(channel: string, data: object): Promise<void> {
    const wanted = expect.objectContaining({ channel, ...data });
    await expect.poll(() => this.#heard, PATIENCE).toContainEqual(wanted);
  }
}

describe.each(["chat", "chat-nest"])("%s in two processes and one Redis", (example) => {
  let redis: RedisServer;
  const nodes: Program[] = [];
  const ports: number[] = [];

  beforeAll(async () => {
    redis = await RedisServer.start(["appendonly", "yes"]);
    const path = `examples/${example}/dist/server.js`;
    for (let count = 0; count < 2; count++) nodes.push(Program.run(path, { REDIS_URL: redis.url }));
    ports.push(...(await Promise.all(nodes.map((node) => node.port()))));
  });

  afterAll(async () => {
    expect(await Promise.all(nodes.map((node) => node.end()))).toEqual([0, 0]);
    await redis.close();
  });

  it("lets people on different nodes see each other, talk and whisper", async () => {
    const [here = 0, there = 0] = ports;
    const ann = await Guest.arrive("ann", here);
    const bob = await Guest.arrive("bob", there);
    await ann.hears("/notices/lobby", { kind: "enter", name: "bob" });
    await ann.hears("/members/lobby", { names: ["ann", "bob"] });
    await ann.client.publish("/chat/lobby", { text: "hello" });
    await bob.hears("/chat/lobby", { author: "ann", text: "hello" });
    const answer = await bob.client.call("whisper", { to: "ann", text: "psst" });
    expect(answer).toMatchObject({ isDelivered: true });
    await ann.hears("/service/whisper", { from: "bob", text: "psst" });
    await bob.client.disconnect();
    await ann.hears("/notices/lobby", { kind: "leave", name: "bob" });
    const left = await ann.client.call("members", { room: "lobby" });
    expect(left).toEqual({ room: "lobby", names: ["ann"] });
  });

  it("counts a person with windows on two nodes once, until the last one is closed", async () => {
    const [here = 0, there = 0] = ports;
    const ann = await Guest.arrive("ann", here);
    const [one, other] = [await Guest.arrive("cleo", here), await Guest.arrive("cleo", there)];
    await one.client.disconnect();
    const both = await ann.client.call("members", { room: "lobby" });
    expect(both).toEqual({ room: "lobby", names: ["ann", "cleo"] });
    await other.client.disconnect();
    await ann.hears("/notices/lobby", { kind: "leave", name: "cleo" });
  });
});

it("says that there is no Redis where it should be", async () => {
  const redis = await RedisServer.start();
  await redis.close();
  const chat = Program.run("examples/chat/dist/server.js", { REDIS_URL: redis.url });
  expect(await chat.ended()).toBe(1);
  expect(chat.output).toContain(`Is there a Redis at ${redis.url}?`);
});
