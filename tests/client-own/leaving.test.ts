import { execFile } from "node:child_process";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer, type Socket } from "node:net";
import { promisify } from "node:util";
import { ack } from "@encke/extensions";
import { describe, expect, it, onTestFinished } from "vitest";
import { serverWith } from "../extensions/support/real-client.ts";
import { bundled } from "./bundle.ts";
import { TRANSPORTS } from "./support.ts";

const PROGRAM = new URL("programs/lifetime.ts", import.meta.url);

/** Runs the program to its end, which has to come by itself. */
async function live(...args: readonly string[]): Promise<unknown> {
  const path = await bundled(PROGRAM);
  const { stdout } = await promisify(execFile)(process.execPath, [path, ...args], {
    timeout: 8_000,
  });
  return JSON.parse(stdout);
}

/** Somebody who accepts connections and says nothing. */
async function silence(): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => sockets.add(socket.on("error", () => undefined)));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/comet`;
}

describe.each(TRANSPORTS.map(({ type }) => type))("a program that disconnects, over %s", (type) => {
  it("ends by itself, and has told the server", async () => {
    const server = await serverWith([ack()], { timeout: 10_000 });
    server.comet.remote("silence", () => new Promise(() => undefined));
    expect(await live(server.url, type, "answered")).toEqual({
      state: "disconnected",
      outcomes: ["fulfilled", "rejected"],
      received: [1],
      resources: [],
    });
    expect(server.comet.stats().clients).toBe(0);
  });

  it.each([
    ["before anything was sent", "at once"],
    ["after the first attempt", "late"],
  ])("ends by itself, too, where it does so %s and nobody answers", async (_when, end) => {
    expect(await live(await silence(), type, end)).toEqual({
      state: "disconnected",
      outcomes: ["rejected", "rejected"],
      received: [],
      resources: [],
    });
  });
});
