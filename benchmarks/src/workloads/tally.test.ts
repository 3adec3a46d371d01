import { beforeEach, describe, expect, it } from "vitest";
import { Latencies } from "./latencies.ts";
import { type Delivery, Tally } from "./tally.ts";

let reached = 0;
const toAll: Delivery = {
  stream: 0,
  recipients: 2,
  onReachedAll: () => {
    reached++;
  },
};
const wrong: string[] = [];
let tally: Tally;

beforeEach(() => {
  reached = 0;
  wrong.length = 0;
  tally = new Tally(2, (what) => wrong.push(what));
});

function receive(subscriber: number, ...texts: readonly string[]): void {
  const messages = texts.map((data) => ({ channel: "/a", data }));
  tally.receive(subscriber, Buffer.from(JSON.stringify(messages)));
}

describe("a tally", () => {
  it("tells when a message has reached all subscribers", () => {
    const text = tally.newText(toAll);
    receive(0, text);
    expect(reached).toBe(0);
    expect(tally.missing).toBe(1);
    receive(1, text);
    expect(reached).toBe(1);
    expect(tally.underWay).toBe(0);
    expect(wrong).toEqual([]);
  });

  it("finds every message in what was sent at once", () => {
    const texts = [tally.newText(toAll), tally.newText(toAll), tally.newText(toAll)];
    receive(0, ...texts);
    receive(1, ...texts);
    expect(reached).toBe(3);
    expect(wrong).toEqual([]);
  });

  it("notices a delivery that came twice", () => {
    const text = tally.newText(toAll);
    receive(0, text, text);
    expect(wrong).toEqual(["Subscriber 0 got message 0, which it was not to get."]);
  });

  it("notices a delivery that comes again when all have got it", () => {
    const text = tally.newText(toAll);
    receive(0, text);
    receive(1, text);
    receive(1, text);
    expect(wrong).toHaveLength(1);
  });

  it("notices a delivery that comes after a later one of the same sender", () => {
    const first = tally.newText(toAll);
    receive(0, tally.newText(toAll), first);
    expect(wrong).toHaveLength(1);
  });

  it("takes messages in any order where none is promised, and still notices one that came twice", () => {
    const first = tally.newText({ ...toAll, stream: undefined });
    receive(0, tally.newText({ ...toAll, stream: undefined }), first);
    expect(wrong).toEqual([]);
    receive(0, first);
    expect(wrong).toHaveLength(1);
  });

  it("takes messages of several senders in any order", () => {
    const first = tally.newText(toAll);
    receive(0, tally.newText({ ...toAll, stream: 1 }), first);
    expect(wrong).toEqual([]);
  });

  it("settles when nothing is missing any more", async () => {
    await tally.settled();
    const text = tally.newText(toAll);
    let isSettled = false;
    const settled = tally.settled().then(() => {
      isSettled = true;
    });
    receive(0, text);
    await Promise.resolve();
    expect(isSettled).toBe(false);
    receive(1, text);
    await settled;
    expect(isSettled).toBe(true);
  });

  it("notices a message that was never published", () => {
    receive(0, "~0~");
    expect(wrong).toHaveLength(1);
  });

  it("counts as missing what has not come", () => {
    receive(0, tally.newText(toAll));
    tally.newText(toAll);
    expect(tally.missing).toBe(3);
  });
});

describe("latencies", () => {
  it("give percentiles within a hundredth of a millisecond", () => {
    const latencies = new Latencies();
    for (let ms = 1; ms <= 100; ms++) latencies.record(ms);
    expect(latencies.percentile(0.5)).toBeCloseTo(50, 1);
    expect(latencies.percentile(0.99)).toBeCloseTo(99, 1);
  });
});
