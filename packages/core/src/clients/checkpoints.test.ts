import { describe, expect, it } from "vitest";
import type { Cursor, LogEntry } from "../store/message-log.ts";
import type { IStore } from "../store/store.ts";
import { Checkpoints } from "./checkpoints.ts";
import { LocalClient } from "./client.ts";

const CLIENT = { id: "c", data: "{}", generation: 1, cursor: [0], subscriptions: new Map() };

describe("Checkpoints", () => {
  it("never write that a client has got less far than it has", () => {
    const written: Cursor[] = [];
    const checkpoints = new Checkpoints({
      store: storeThatNotes(written),
      node: "n",
      log: () => undefined,
      onLost: () => undefined,
    });
    const client = new LocalClient(CLIENT, {
      onTimer: () => undefined,
      onAcknowledged: () => undefined,
    });
    checkpoints.note(client, [entryAt(7), entryAt(5)]);
    checkpoints.note(client, [entryAt(6)]);
    expect(written).toEqual([[7]]);
  });
});

function storeThatNotes(written: Cursor[]): IStore {
  return {
    capabilities: { nodes: "many", durability: "none", producerKeys: false },
    log: { partitionOf: () => 0 },
    clients: { commit: (_id: string, _lease: object, cursor: Cursor) => written.push(cursor) > 0 },
  } as unknown as IStore;
}

function entryAt(position: number): LogEntry {
  return { channel: "/a", json: "{}", position };
}
