import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createComet, type IStore } from "@encke/core";
import { FakeHost, testStore } from "@encke/store-testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FileStore, type FileStoreOptions } from "./index.ts";

const TTL = 60_000;
const paths = new WeakMap<IStore, string>();
let folder = "";
let files = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "file-store-"));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

function newPath(): string {
  return join(folder, `clients-${++files}.jsonl`);
}

async function load(path: string = newPath(), options?: FileStoreOptions): Promise<FileStore> {
  const store = await FileStore.load(path, options);
  paths.set(store, path);
  return store;
}

async function opened(path: string, options?: FileStoreOptions): Promise<FileStore> {
  const store = await load(path, options);
  store.open(new FakeHost());
  return store;
}

testStore(
  { describe, it },
  {
    name: "FileStore",
    declares: {
      nodes: "one",
      durability: "restart",
      producerKeys: true,
      history: false,
      presence: false,
    },
    create: () => load(),
    createForgetful: () => load(newPath(), { log: { maxBytes: 64 * 1024 } }),
    reopen: (closed) => load(paths.get(closed)),
  },
);

describe("FileStore", () => {
  it("is the store of a Comet", async () => {
    const path = newPath();
    const comet = createComet({ store: await FileStore.load(path) });
    const published: string[] = [];
    comet.on("published", ({ channel }) => published.push(channel));
    await comet.publish("/news", { hello: "world" });
    expect(published).toEqual(["/news"]);
    await comet.close();
  });

  it("has a client again after a restart, with its subscriptions", async () => {
    const path = newPath();
    const before = await opened(path);
    await before.clients.create("a", '{"name":"Ada"}', TTL);
    await before.clients.subscribe("a", "/chat/*");
    await before.close(1_000);

    const after = await opened(path);
    const record = await after.clients.claim("a", "node-1", TTL);
    expect(record?.data).toBe('{"name":"Ada"}');
    expect([...(record?.subscriptions.keys() ?? [])]).toEqual(["/chat/*"]);
    await after.close(1_000);
  });

  it("has what has settled even if it was never closed", async () => {
    const path = newPath();
    const crashed = await opened(path);
    await crashed.clients.create("a", "{}", TTL);
    const after = await opened(path);
    expect(after.clients.count()).toBe(1);
    for (const store of [crashed, after]) await store.close(1_000);
  });

  it("cuts off what a crash left of a line, and writes on behind it", async () => {
    const path = newPath();
    const crashed = await opened(path);
    await crashed.clients.create("a", "{}", TTL);
    await crashed.close(1_000);
    await appendFile(path, '{"type":"client","ttlMs":60000,"cli');

    const repaired = await opened(path);
    await repaired.clients.create("b", "{}", TTL);
    await repaired.close(1_000);
    const after = await opened(path);
    expect(after.clients.count()).toBe(2);
    await after.close(1_000);
  });

  it.each(["{oops", '{"type":"else"}'])("refuses a file with the line %s in it", async (line) => {
    const path = newPath();
    await writeFile(path, `${line}\n`);
    await expect(FileStore.load(path)).rejects.toThrow("Line 1");
  });

  it("writes the file anew when most of its lines are of the past", async () => {
    const path = newPath();
    const store = await opened(path, { spareLines: 10 });
    await store.clients.create("a", "{}", TTL);
    await store.clients.create("gone", "{}", TTL);
    await store.clients.destroy("gone", "disconnect");
    for (let index = 0; index < 100; index++) await store.clients.subscribe("a", `/a/${index}`);
    await Promise.all(Array.from({ length: 100 }, () => store.clients.claim("a", "node-1", TTL)));
    await store.close(1_000);
    const lines = (await readFile(path, "utf8")).split("\n");
    expect(lines.length).toBeLessThan(120);

    const after = await opened(path);
    expect(after.clients.count()).toBe(1);
    const record = await after.clients.claim("a", "node-1", TTL);
    expect([record?.generation, record?.subscriptions.size]).toEqual([102, 100]);
    await after.close(1_000);
  });

  it("gives a client its full time again after a restart, on a clock that begins anew", async () => {
    const path = newPath();
    const before = await opened(path);
    await before.clients.create("a", "{}", 1_000);
    await before.clients.touch(["a"], TTL);
    await before.close(1_000);

    const host = new FakeHost("node-1", 0);
    const after = await load(path);
    after.open(host);
    host.advance(TTL - 1);
    expect(await after.clients.reap(10)).toEqual([]);
    host.advance(1);
    expect(await after.clients.reap(10)).toHaveLength(1);
    await after.close(1_000);
  });

  it("gives up waiting for the disk at the deadline", async () => {
    const host = new FakeHost();
    const store = await load();
    store.open(host);
    const settled: string[] = [];
    const created = store.clients.create("a", "{}", TTL).then(() => settled.push("created"));
    const closed = store.close(1_000).then(() => settled.push("closed"));
    host.advance(1_000);
    await Promise.all([created, closed]);
    expect(settled).toEqual(["closed", "created"]);
    expect(host.waitingTimers).toBe(0);
  });
});
