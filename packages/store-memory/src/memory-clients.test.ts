import type { ControlEntry } from "@encke/core";
import { FakeHost } from "@encke/store-testkit";
import { describe, expect, it } from "vitest";
import type { ClientNews } from "./client-news.ts";
import { MemoryClients } from "./memory-clients.ts";
import { MemoryLog } from "./memory-log.ts";
import { MemoryStore } from "./memory-store.ts";

const TTL = 1_000;

interface Opened {
  readonly clients: MemoryClients;
  readonly host: FakeHost;
  readonly news: ControlEntry[];
}

function open(): Opened {
  const log = new MemoryLog();
  const host = new FakeHost("here");
  const clients = new MemoryClients(log);
  const news: ControlEntry[] = [];
  clients.open(host);
  log.open({
    onEntries: () => {},
    onControl: (_, entry) => news.push(entry),
    onGap: () => {},
    onState: () => {},
  });
  return { clients, host, news };
}

describe("MemoryClients", () => {
  it("refuses an id that exists with a CometError", () => {
    const { clients } = open();
    clients.create("a", "{}", TTL);
    expect(() => clients.create("a", "{}", TTL)).toThrow(
      expect.objectContaining({ name: "CometError", code: "store_failed" }),
    );
  });

  it("tells the node that served a client when another one claims it, and not when the same does", () => {
    const { clients, news } = open();
    clients.create("a", "{}", TTL);
    clients.claim("a", "here", TTL);
    clients.claim("a", "here", TTL);
    expect(news).toEqual([]);
    clients.claim("a", "there", TTL);
    expect(news).toEqual([
      { type: "moved", client: "a", from: "here", generation: 4, position: 1 },
    ]);
  });

  it("tells a node elsewhere what is done to its clients here", () => {
    const { clients, host, news } = open();
    for (const id of ["a", "b"]) {
      clients.create(id, "{}", TTL);
      clients.claim(id, "there", TTL);
    }
    clients.subscribe("a", "/x");
    clients.subscribe("a", "/x");
    clients.unsubscribe("a", "/x");
    clients.unsubscribe("a", "/x");
    clients.destroy("a", "kicked");
    host.advance(TTL);
    clients.reap(10);
    const owner = "there";
    expect(news).toEqual([
      { type: "subscribed", client: "a", owner, pattern: "/x", position: 1 },
      { type: "unsubscribed", client: "a", owner, pattern: "/x", position: 2 },
      { type: "ended", client: "a", owner, reason: "kicked", position: 3 },
      { type: "ended", client: "b", owner, reason: "timeout", position: 4 },
    ]);
  });

  it("tells nothing of clients that it serves itself or that nobody serves", () => {
    const { clients, news } = open();
    clients.create("nobody's", "{}", TTL);
    clients.create("mine", "{}", TTL);
    clients.claim("mine", "here", TTL);
    for (const id of ["nobody's", "mine"]) {
      clients.subscribe(id, "/x");
      clients.unsubscribe(id, "/x");
      clients.destroy(id, "disconnect");
    }
    expect(news).toEqual([]);
  });

  it("puts a client back as it was, for a new life", () => {
    const { clients, host } = open();
    const subscriptions = new Map([["/x/*", [5]]]);
    const record = {
      id: "a",
      owner: "gone",
      generation: 7,
      cursor: [9],
      subscriptions,
      data: "{}",
    };
    expect(clients.restore(record, TTL)).toEqual(record);
    expect(clients.get("a")).toEqual(record);
    expect(clients.whereSubscribedTo("/x/y", 10)).toEqual({ ids: ["a"] });
    expect(clients.claim("a", "gone", TTL)).toMatchObject({ generation: 8, cursor: [9] });
    expect(() => clients.restore(record, TTL)).toThrow("exists already");
    host.advance(TTL);
    expect(clients.reap(10)).toHaveLength(1);
  });

  it("does not change the subscriptions that it was given or has given away", () => {
    const { clients } = open();
    const subscriptions = new Map([["/x", [1]]]);
    clients.restore({ id: "a", generation: 1, cursor: [1], subscriptions, data: "{}" }, TTL);
    const before = clients.get("a");
    clients.subscribe("a", "/y");
    clients.unsubscribe("a", "/x");
    expect([...subscriptions.keys()]).toEqual(["/x"]);
    expect([...(before?.subscriptions.keys() ?? [])]).toEqual(["/x"]);
    expect([...(clients.get("a")?.subscriptions.keys() ?? [])]).toEqual(["/y"]);
  });

  it("reaps those first that ended first", () => {
    const { clients, host } = open();
    for (const [id, ttl] of [
      ["b", 20],
      ["a", 30],
      ["c", 10],
    ] as const)
      clients.create(id, "", ttl);
    host.advance(30);
    expect(clients.reap(2).map(({ id }) => id)).toEqual(["c", "b"]);
    expect(clients.reap(2).map(({ id }) => id)).toEqual(["a"]);
  });

  it("says so when it is used before it was opened", () => {
    const store = new MemoryStore();
    expect(() => store.clients.create("a", "", TTL)).toThrow("open(host) comes first");
    expect(() => store.presence.enter("/a", "a", "", TTL)).toThrow("open(host) comes first");
  });

  it("needs no more of a log than its heads and a way to tell news", () => {
    const told: ClientNews[] = [];
    const clients = new MemoryClients({ heads: [3, 4], announce: (entry) => told.push(entry) });
    clients.open(new FakeHost("here"));
    expect(clients.create("a", "{}", TTL).cursor).toEqual([3, 4]);
    clients.claim("a", "there", TTL, [9, 1]);
    expect(clients.get("a")?.cursor).toEqual([9, 4]);
    clients.claim("a", "here", TTL);
    expect(told).toEqual([{ type: "moved", client: "a", from: "there", generation: 3 }]);
  });
});
