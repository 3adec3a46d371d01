import { describe, expect, it } from "vitest";
import { Batch, BatchCache } from "./batch.ts";

function encoded(...values: unknown[]): { json: string }[] {
  return values.map((value) => ({ json: JSON.stringify(value) }));
}

/** Counts how often it was asked. */
class Frames {
  made = 0;

  encode(json: string): string {
    this.made++;
    return `<${json}>`;
  }
}

describe("Batch", () => {
  it.each([[[]], [[1]], [[1, "a,b", { c: [2] }]]])("of %j is their JSON array", (values) => {
    expect(JSON.parse(new Batch(encoded(...values)).json)).toEqual(values);
  });

  it("can be made longer by one, and stays what it was", () => {
    const short = new Batch(encoded(1, 2));
    const long = short.with({ json: "3" });
    expect(long.json).toBe("[1,2,3]");
    expect(long.messages).toHaveLength(3);
    expect(short.json).toBe("[1,2]");
    expect(new Batch([]).with({ json: "1" }).json).toBe("[1]");
  });

  it.each([
    ["of nothing but ASCII", ["a"], "b", true],
    ["with a character of two bytes", ["ä"], "b", false],
    ["with one of four bytes in the last message", ["a"], "🚀", false],
  ])("knows whether it is ASCII: one %s", (_name, values, last, isAscii) => {
    expect(new Batch(encoded(...values, last)).isAscii).toBe(isAscii);
    expect(new Batch(encoded(...values)).with({ json: JSON.stringify(last) }).isAscii).toBe(
      isAscii,
    );
  });

  it("believes a message that says that it is ASCII, and looks at no other text of it", () => {
    const said = { isAscii: true, json: "ä" };
    expect(new Batch(encoded("a")).with(said).isAscii).toBe(true);
    expect(new Batch(encoded("ä")).with(said).isAscii).toBe(false);
  });

  it("is encoded once, however often the same encoder asks", () => {
    const frames = new Frames();
    const batch = new Batch(encoded(1));
    expect(batch.as(frames)).toBe("<[1]>");
    expect(batch.as(frames)).toBe("<[1]>");
    expect(frames.made).toBe(1);
  });

  it("is encoded anew for another encoder", () => {
    const batch = new Batch(encoded(1));
    batch.as(new Frames());
    expect(batch.as({ encode: (json) => json.length })).toBe(3);
  });
});

describe("BatchCache", () => {
  it("gives the same batch for the same messages", () => {
    const cache = new BatchCache();
    const messages = encoded(1, 2);
    expect(cache.of([...messages])).toBe(cache.of(messages));
  });

  it("gives another batch for more, fewer or other messages", () => {
    const cache = new BatchCache();
    const [one, two, three] = encoded(1, 2, 3) as [
      { json: string },
      { json: string },
      { json: string },
    ];
    const both = cache.of([one, two]);
    expect(cache.of([one])).not.toBe(both);
    expect(cache.of([one, three])).not.toBe(both);
    expect(cache.of([one, two, three]).json).toBe("[1,2,3]");
    expect(cache.of([one, two]).json).toBe("[1,2]");
  });

  it("tells messages apart by what they are, not by their text", () => {
    const cache = new BatchCache();
    expect(cache.of(encoded(1))).not.toBe(cache.of(encoded(1)));
  });

  it("forgets everything when it is cleared", () => {
    const cache = new BatchCache();
    const messages = encoded(1);
    const before = cache.of(messages);
    cache.clear();
    expect(cache.of(messages)).not.toBe(before);
  });
});
