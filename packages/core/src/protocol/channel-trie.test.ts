import { describe, expect, it } from "vitest";
import { ChannelTrie } from "./channel-trie.ts";
import { matches } from "./channels.ts";

function found<T>(trie: ChannelTrie<T>, channel: string): T[] {
  const values: T[] = [];
  trie.visit(channel, (value) => values.push(value));
  return values;
}

const CHANNELS = ["/a", "/b", "/a/a", "/a/b", "/b/a", "/a/b/c", "/a/b/c/d", "/ab", "/ab/c"];
const PATTERNS = [...CHANNELS, "/*", "/**", "/a/*", "/a/**", "/a/b/*", "/a/b/**", "/ab/*", "/b/**"];

describe("ChannelTrie", () => {
  it("finds what a look at every pattern finds, whatever is added and removed", () => {
    const trie = new ChannelTrie<string>();
    const present = new Set<string>();
    // Steps that share no factor with the number of patterns, so that each is added and removed in many states.
    for (let step = 0; step < 500; step++) {
      const pattern = PATTERNS[(step * 7) % PATTERNS.length] as string;
      if (step % 3 === 2) {
        trie.remove(pattern, pattern);
        present.delete(pattern);
      } else {
        trie.add(pattern, pattern);
        present.add(pattern);
      }
      expect(trie.size).toBe(present.size);
      for (const channel of CHANNELS) {
        const expected = [...present].filter((candidate) => matches(candidate, channel));
        expect(found(trie, channel).sort()).toEqual(expected.sort());
      }
    }
  });

  it("visits a value once for each of its patterns that matches", () => {
    const trie = new ChannelTrie<string>();
    for (const pattern of ["/a/b", "/a/*", "/a/**", "/**", "/b"]) trie.add(pattern, "one");
    expect(found(trie, "/a/b")).toEqual(["one", "one", "one", "one"]);
  });

  it("holds a value once under a pattern, however often it is added", () => {
    const trie = new ChannelTrie<string>();
    trie.add("/a", "one");
    trie.add("/a", "one");
    expect(found(trie, "/a")).toEqual(["one"]);
    trie.remove("/a", "one");
    expect(found(trie, "/a")).toEqual([]);
  });

  it("keeps the other values of a pattern when one is removed", () => {
    const trie = new ChannelTrie<string>();
    trie.add("/a/*", "one");
    trie.add("/a/*", "two");
    trie.remove("/a/*", "one");
    trie.remove("/a/*", "three");
    trie.remove("/b/*", "two");
    expect(found(trie, "/a/b")).toEqual(["two"]);
    expect(trie.has("/a/*")).toBe(true);
    expect(trie.has("/a/**")).toBe(false);
    expect(trie.has("/a/b")).toBe(false);
  });

  it("is empty when everything was removed", () => {
    const trie = new ChannelTrie<string>();
    for (const pattern of PATTERNS) trie.add(pattern, "one");
    for (const pattern of PATTERNS) trie.remove(pattern, "one");
    expect(trie.size).toBe(0);
  });

  it("takes names of the language's own objects for what they are: names", () => {
    const trie = new ChannelTrie<string>();
    expect(found(trie, "/__proto__")).toEqual([]);
    expect(found(trie, "constructor")).toEqual([]);
    trie.add("/__proto__/**", "one");
    expect(found(trie, "/__proto__/toString")).toEqual(["one"]);
  });
});
