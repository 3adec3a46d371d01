import { describe, expect, it } from "vitest";
import { clusterPort, type ServerAddress, translated } from "./cluster-port.ts";
import type { RedisConnection, Reply } from "./redis-port.ts";

const KEY = "{encke}";

/** A cluster whose servers tell what they are given, and what was opened and closed of it. */
function clusterOf(tells: Readonly<Record<number, Reply | Error>>): {
  readonly opened: number[];
  readonly closed: number[];
  connect(): Promise<RedisConnection>;
} {
  const [opened, closed]: [number[], number[]] = [[], []];
  const open = async ({ port }: ServerAddress): Promise<RedisConnection> => {
    opened.push(port);
    const told = tells[port];
    if (told instanceof Error) throw told;
    return { call: async () => told ?? null, close: () => closed.push(port) };
  };
  const roots = async (): Promise<ServerAddress[]> => [{ host: "a", port: 1 }];
  const port = clusterPort({ roots, open });
  return { opened, closed, connect: () => port.connect(KEY) };
}

const SLOTS_OF_2: Reply = [[0, 16_383, ["b", 2], ["c", 3]]];

describe("a way to a cluster", () => {
  it("leads to the master that has the slot", async () => {
    const { connect, opened, closed } = clusterOf({ 1: SLOTS_OF_2, 2: SLOTS_OF_2 });
    await connect();
    expect([opened, closed]).toEqual([[1, 2], [1]]);
  });

  it("asks once for all who want to know it at once", async () => {
    const { connect, opened } = clusterOf({ 1: SLOTS_OF_2 });
    await Promise.all([connect(), connect(), connect()]);
    expect(opened).toEqual([1, 2, 2, 2]);
  });

  it("leads to nobody where nobody has the slot", async () => {
    const { connect } = clusterOf({ 1: [[0, 1, ["b", 2]]] });
    await expect(connect()).rejects.toThrow("nobody in the cluster has the slot");
  });

  it("takes the address of the one that was asked for one that does not know its own", async () => {
    const { connect, opened } = clusterOf({ 1: [[0, 16_383, ["", 7]]] });
    await connect();
    expect(opened).toEqual([1, 7]);
  });

  it("uses the user's table of addresses, whichever form it has", () => {
    const [inside, outside] = [
      { host: "10.0.0.1", port: 1 },
      { host: "here", port: 2 },
    ];
    const table = { "10.0.0.1:1": outside };
    expect(translated(table, inside)).toEqual(outside);
    expect(translated((name) => (name === "10.0.0.1:1" ? outside : null), inside)).toEqual(outside);
    expect(translated(undefined, inside)).toEqual(inside);
  });
});
