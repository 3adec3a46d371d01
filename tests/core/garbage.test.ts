import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import {
  type Batch,
  type Cancel,
  decodeMessages,
  RenewedMap,
  RenewedSet,
  type Responder,
  systemPorts,
} from "@encke/core";
import { MemoryStore } from "@encke/store-memory";
import { beforeAll, describe, expect, it } from "vitest";
import { Talker } from "../support/talker.ts";
import { World } from "../support/world.ts";

/** A stream that keeps nothing of what it is given. */
class Forgetful implements Responder {
  readonly isOpen = true;
  written = 0;

  write(body: Batch): boolean {
    this.written += body.messages.length;
    return true;
  }

  end(): void {}

  onClose(): Cancel {
    return () => {};
  }

  onDrain(): Cancel {
    return () => {};
  }

  abort(): void {}
}

type Collect = (options?: { readonly type: "minor" }) => void;

const ROUNDS = 4_000;
const ROUNDS_BETWEEN_COLLECTIONS = 200;

let collect: Collect;

beforeAll(() => {
  setFlagsFromString("--expose-gc");
  collect = runInNewContext("gc") as Collect;
});

/**
 * Bytes that have come to where only the collection of all garbage looks. `once` leaves nothing that lasts, so all of it
 * is garbage that something held on to for too long. Before that, it is made sure that what lasts is there already.
 */
function promotedBy(once: (round: number) => void): number {
  for (let round = 0; round < ROUNDS_BETWEEN_COLLECTIONS; round++) once(round);
  for (let time = 0; time < 3; time++) collect({ type: "minor" });
  collect();
  const before = oldSpace();
  for (let round = 1; round <= ROUNDS; round++) {
    once(round);
    if (round % ROUNDS_BETWEEN_COLLECTIONS === 0) collect({ type: "minor" });
  }
  return oldSpace() - before;
}

function oldSpace(): number {
  const space = getHeapSpaceStatistics().find(({ space_name: name }) => name === "old_space");
  return space?.space_used_size ?? Number.NaN;
}

describe("what has gone is collected with what is new, and not only with all garbage", () => {
  it.each([1, 50])("in a map with %i entries", (living) => {
    const map = new RenewedMap<number, unknown>();
    const bytes = promotedBy((round) => {
      map.set(round, new Array(64).fill(round));
      map.delete(round - living);
    });
    expect(bytes).toBeLessThan(400_000);
  });

  it.each([1, 50])("in a set with %i values", (living) => {
    const set = new RenewedSet<unknown>();
    const values: unknown[] = [];
    const bytes = promotedBy((round) => {
      const value = new Array(64).fill(round);
      set.add(value);
      values.push(value);
      if (values.length > living) set.delete(values.shift());
    });
    expect(bytes).toBeLessThan(400_000);
  });

  it("of clients that come and go", () => {
    const { comet } = new World();
    const bytes = promotedBy(() => {
      const talker = new Talker(comet);
      const { responder } = talker.handshake();
      responder.flush();
      talker.clientId = responder.received[0]?.clientId ?? "";
      talker.subscribe("/a");
      talker.disconnect();
    });
    expect(comet.stats().clients).toBe(0);
    // With a plain map in one place: twice as much.
    expect(bytes).toBeLessThan(1_150_000);
  });

  it("of messages that have left", async () => {
    const world = new World({ store: new MemoryStore({ maxEntries: 10 }) });
    const talker = await world.subscriber("/a");
    const forgetful = new Forgetful();
    talker.streamTo(forgetful);
    const sender = await world.client();
    const bytes = promotedBy((round) => {
      sender.publish("/a", round);
      world.ports.endTurns();
    });
    expect(forgetful.written).toBeGreaterThan(ROUNDS);
    // With a map that is cleared after each turn: 2,500,000.
    expect(bytes).toBeLessThan(1_000_000);
  });

  it.each([500, 20_000])("of messages of %i characters whose channels are kept", (length) => {
    const { log } = new MemoryStore({ maxEntries: 100 });
    const channels: string[] = [];
    const before = used();
    while (channels.length < 20_000_000 / length) {
      const channel = `/a/channel/with/a/long/name/${channels.length}`;
      const { position } = log.append({ channel, json: textOf(channel, length) });
      channels.push(channelAt(log, position));
    }
    expect(used() - before).toBeLessThan(2_000_000 + 200 * channels.length);
  });
});

describe("what is kept for as long as a client lives is kept without anything else:", () => {
  it("the channel of a subscription, without its message", () => {
    const { limits } = new World().comet;
    const kept: unknown[] = [];
    const before = used();
    while (kept.length < 20_000) {
      const subscription = `/rooms/${"x".repeat(20)}/${kept.length}`;
      const fields = { channel: "/meta/subscribe", clientId: "c".repeat(128), subscription };
      const text = Buffer.from(JSON.stringify([fields])).toString();
      kept.push(decodeMessages(text, limits)[0]?.subscription);
    }
    // With their messages it is 300 bytes each.
    expect((used() - before) / kept.length).toBeLessThan(100);
  });

  it("an id, without what it was made of", () => {
    const { newId } = systemPorts();
    const kept = new Set<string>();
    const before = used();
    // So many that what else comes and goes meanwhile weighs nothing.
    while (kept.size < 80_000) kept.add(newId());
    // Of 56 of its own, and of 32 in the set. As a text that is put together of pieces, it is more.
    expect((used() - before) / kept.size).toBeLessThan(105);
  });
});

function textOf(channel: string, length: number): string {
  return JSON.stringify({ channel, data: "x".repeat(length) });
}

function channelAt(log: MemoryStore["log"], position: number): string {
  return log.read(0, position - 1, 1).entries[0]?.channel ?? "";
}

/** Bytes of everything, once all garbage is collected. */
function used(): number {
  collect();
  return process.memoryUsage().heapUsed;
}
