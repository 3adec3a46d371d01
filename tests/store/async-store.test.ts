import type { ILogListener, IMessageLog, IStore, LogEntry } from "@encke/core";
import { MemoryStore } from "@encke/store-memory";
import { asyncStore, FakeHost, HandDrivenScheduler } from "@encke/store-testkit";
import { describe, expect, it } from "vitest";
import { delegate } from "./delegate.ts";

interface Late {
  readonly store: IStore;
  readonly scheduler: HandDrivenScheduler;
  readonly fed: LogEntry[];
}

async function openLate(worksAt: "call" | "release" = "call"): Promise<Late> {
  const scheduler = new HandDrivenScheduler({ worksAt, autoRelease: true });
  const store = asyncStore(new MemoryStore(), scheduler);
  const fed: LogEntry[] = [];
  await store.open(new FakeHost());
  await store.log.open({
    onEntries: (_, entries) => fed.push(...entries),
    onControl: () => {},
    onGap: () => {},
    onState: () => {},
  });
  scheduler.autoRelease = false;
  return { store, scheduler, fed };
}

function publication(text: string): { channel: string; json: string } {
  return { channel: "/a", json: JSON.stringify(text) };
}

describe("asyncStore", () => {
  it("answers a call when it is released, and not before", async () => {
    const { store, scheduler } = await openLate();
    const answers: unknown[] = [];
    void Promise.resolve(store.clients.create("a", "{}", 1_000)).then((record) =>
      answers.push(record.id),
    );
    await scheduler.settle();
    expect(answers).toEqual([]);
    expect(scheduler.pending).toMatchObject([
      { method: "clients.create", label: "clients.create a" },
    ]);
    scheduler.release();
    await scheduler.settle();
    expect(answers).toEqual(["a"]);
  });

  it("answers calls in the order in which they are released", async () => {
    const { store, scheduler } = await openLate();
    const answers: string[] = [];
    for (const id of ["a", "b", "c"]) {
      void Promise.resolve(store.clients.create(id, "{}", 1_000)).then(() => answers.push(id));
    }
    await scheduler.drain((pending) => pending.length - 1);
    expect(answers).toEqual(["c", "b", "a"]);
  });

  it("feeds in order, whichever news is released first", async () => {
    const { store, scheduler, fed } = await openLate();
    const appended = ["a", "b"].map((text) => store.log.append(publication(text)));
    const second = scheduler.pending.findLastIndex(({ method }) => method === "feed");
    scheduler.release(second);
    expect(fed.map(({ position }) => position)).toEqual([1, 2]);
    await scheduler.drain();
    expect((await Promise.all(appended)).map(({ position }) => position)).toEqual([1, 2]);
    expect(fed).toHaveLength(2);
  });

  it("can settle an append before the feed tells of it", async () => {
    const { store, scheduler, fed } = await openLate();
    const appended = store.log.append(publication("a"));
    scheduler.release(scheduler.pending.findIndex(({ method }) => method === "log.append"));
    expect(await appended).toEqual({ position: 1, isDuplicate: false });
    expect(fed).toEqual([]);
    await scheduler.drain();
    expect(fed).toHaveLength(1);
  });

  it("does the work of a call when it is made, or when it is released, as it was told", async () => {
    for (const [worksAt, expected] of [
      ["call", 1],
      ["release", 0],
    ] as const) {
      const { store, scheduler } = await openLate(worksAt);
      void store.clients.create("a", "{}", 1_000);
      const count = store.clients.count();
      scheduler.release(1);
      expect(await count).toBe(expected);
    }
  });

  it("keeps appends in order that do their work when they are released", async () => {
    const { store, scheduler } = await openLate("release");
    const appended = ["a", "b"].map((text) => store.log.append(publication(text)));
    scheduler.release(1);
    await scheduler.drain();
    expect((await Promise.all(appended)).map(({ position }) => position)).toEqual([1, 2]);
  });

  it("lets one call fail before it has done anything", async () => {
    const { store, scheduler } = await openLate();
    scheduler.autoRelease = true;
    scheduler.failNext("clients.create", new Error("down"));
    await expect(store.clients.create("a", "{}", 1_000)).rejects.toThrow("down");
    expect(await store.clients.count()).toBe(0);
    await expect(store.clients.create("a", "{}", 1_000)).resolves.toMatchObject({ id: "a" });
  });

  it("lets one call fail after it has done all", async () => {
    const { store, scheduler } = await openLate();
    scheduler.autoRelease = true;
    scheduler.failNext("log.append", new Error("answer lost"), "after");
    await expect(store.log.append(publication("a"))).rejects.toThrow("answer lost");
    expect(await store.log.head(0)).toBe(1);
  });

  it("passes on whatever the feed tells, and what is wanted of it at once", async () => {
    const memory = new MemoryStore();
    const scheduler = new HandDrivenScheduler({ autoRelease: true });
    const wanted: string[] = [];
    let listener: ILogListener | undefined;
    const log = delegate<IMessageLog>(memory.log, {
      interest: (pattern) => wanted.push(pattern),
      open: (heard) => {
        listener = heard;
      },
    });
    const store = asyncStore(delegate<IStore>(memory, { log }), scheduler);
    const told: unknown[] = [];
    await store.log.open({
      onEntries: (...news) => told.push(news),
      onControl: (...news) => told.push(news),
      onGap: (...news) => told.push(news),
      onState: (...news) => told.push(news),
    });
    scheduler.autoRelease = false;
    const moved = { type: "moved", client: "a", from: "b", generation: 2, position: 3 } as const;
    listener?.onState("stalled");
    listener?.onGap(0, 1, 2);
    listener?.onControl(0, moved);
    listener?.onEntries(0, []);
    store.log.interest?.("/a", true);
    expect([told, wanted]).toEqual([[], ["/a"]]);
    await scheduler.drain();
    expect(told).toEqual([["stalled"], [0, 1, 2], [0, moved], [0, []]]);
  });

  it("has history and presence only where the store has them", () => {
    const scheduler = new HandDrivenScheduler();
    const { capabilities, log, clients, ...rest } = asyncStore(new MemoryStore(), scheduler);
    expect(Object.keys(rest).sort()).toEqual(["close", "history", "open", "presence"]);
    const bare = { capabilities, log, clients, open: () => {}, close: () => {} };
    expect(Object.keys(asyncStore(bare, scheduler)).sort()).not.toContain("history");
  });
});
