import { describe, expect, it } from "vitest";
import { isChannel, isChannelPattern, isWildcard, kindOf, matches, overlaps } from "./channels.ts";

const LIMITS = { channelLength: 20, channelDepth: 3 };

const NO_NAMES = [
  "",
  "/",
  "a",
  "a/b",
  "//",
  "//a",
  "/a/",
  "/a//b",
  "/a b",
  " /a",
  "/a ",
  "/a\n",
  "/a\u0000",
  "/%61",
  "/ä",
  "/\u0430",
  "/meta\u2044connect",
  "/a?b",
  "/a#b",
  "/a\\b",
  "/a|b",
  '/a"b',
  "/<a>",
];

describe("a channel's name", () => {
  it.each(["/a", "/a/b", "/chat/room-1", "/a_b/c!d~e", "/(a)/$b/@c", "/a.b/c+d=e,f:g;h&i'j"])(
    "may be %s",
    (name) => {
      expect(isChannel(name)).toBe(true);
      expect(isChannelPattern(name)).toBe(true);
    },
  );

  it.each(NO_NAMES)("is not %j", (name) => {
    expect(isChannel(name)).toBe(false);
    expect(isChannelPattern(name)).toBe(false);
  });

  it.each(["/META/connect", "/Meta", "/sErvice/x", "/SERVICE", "/mEtA/handshake"])(
    "is not %s, which could be taken for a reserved one",
    (name) => {
      expect(isChannel(name)).toBe(false);
      expect(isChannelPattern(name)).toBe(false);
    },
  );

  it.each(["/meta", "/meta/connect", "/service/x", "/service", "/metadata", "/services/x"])(
    "may be %s, which is what it seems",
    (name) => {
      expect(isChannel(name)).toBe(true);
    },
  );

  it("is no longer and no deeper than the limits allow", () => {
    expect(isChannel("/a/b/c", LIMITS)).toBe(true);
    expect(isChannel("/a/b/c/d", LIMITS)).toBe(false);
    expect(isChannel(`/${"a".repeat(19)}`, LIMITS)).toBe(true);
    expect(isChannel(`/${"a".repeat(20)}`, LIMITS)).toBe(false);
    expect(isChannelPattern("/a/b/**", LIMITS)).toBe(true);
    expect(isChannelPattern("/a/b/c/**", LIMITS)).toBe(false);
  });

  it("is refused in no time, however long it is", () => {
    expect(isChannel(`/${"a".repeat(1_000_000)} `)).toBe(false);
    expect(isChannel(`${"/a".repeat(500_000)}/`)).toBe(false);
  });
});

describe("a pattern", () => {
  it.each(["/*", "/**", "/a/*", "/a/**", "/a/b/*"])("may be %s", (pattern) => {
    expect(isChannelPattern(pattern)).toBe(true);
    expect(isChannel(pattern)).toBe(false);
    expect(isWildcard(pattern)).toBe(true);
  });

  it.each(["*", "**", "/*/a", "/a/*/b", "/a*", "/a/b**", "/**/a", "/a/***", "/*/*", "/META/*"])(
    "is not %s",
    (pattern) => {
      expect(isChannelPattern(pattern)).toBe(false);
    },
  );
});

describe("kindOf", () => {
  it.each([
    ["/meta/handshake", "meta"],
    ["/meta", "meta"],
    ["/meta/**", "meta"],
    ["/service/x", "service"],
    ["/service", "service"],
    ["/service/*", "service"],
    ["/metadata/x", "broadcast"],
    ["/services", "broadcast"],
    ["/a/meta/b", "broadcast"],
  ])("says that %s is %s", (channel, kind) => {
    expect(kindOf(channel)).toBe(kind);
  });
});

/** Every name of up to three segments of `a`, `b` and `aa`. */
const NAMES = ["a", "b", "aa"].flatMap((one) => [
  [one],
  ...["a", "b", "aa"].flatMap((two) => [
    [one, two],
    ...["a", "b"].map((three) => [one, two, three]),
  ]),
]);
const CHANNELS = NAMES.map((segments) => `/${segments.join("/")}`);
const PATTERNS = [
  ...CHANNELS,
  "/*",
  "/**",
  ...CHANNELS.flatMap((channel) => [`${channel}/*`, `${channel}/**`]),
];

/** The rule, spelled out: segment by segment. */
function covers(pattern: string, channel: string): boolean {
  const ours = pattern.split("/").slice(1);
  const theirs = channel.split("/").slice(1);
  const last = ours.at(-1);
  const fixed = last === "*" || last === "**" ? ours.slice(0, -1) : ours;
  if (fixed.some((segment, index) => theirs[index] !== segment)) return false;
  const rest = theirs.length - fixed.length;
  if (last === "**") return rest >= 1;
  return last === "*" ? rest === 1 : rest === 0;
}

describe("matches", () => {
  it("says for every pattern and channel what the rule says", () => {
    for (const pattern of PATTERNS) {
      for (const channel of CHANNELS) {
        expect(matches(pattern, channel), `${pattern} ${channel}`).toBe(covers(pattern, channel));
      }
    }
  });
});

describe("overlaps", () => {
  it("is true of two patterns exactly when there is a channel that both cover", () => {
    // Deeper channels than there are in patterns, so that ** has something to cover below each of them.
    const channels = [
      ...CHANNELS,
      ...CHANNELS.flatMap((channel) => [`${channel}/x`, `${channel}/x/y`]),
      "/x",
      "/x/y",
    ];
    const covered = new Map(
      PATTERNS.map((pattern) => [pattern, channels.filter((channel) => covers(pattern, channel))]),
    );
    for (const one of PATTERNS) {
      const ours = new Set(covered.get(one));
      for (const other of PATTERNS) {
        const isShared = (covered.get(other) ?? []).some((channel) => ours.has(channel));
        if (overlaps(one, other) !== isShared) expect.fail(`${one} ${other} should be ${isShared}`);
      }
    }
    expect(overlaps("/a/*", "/a/**")).toBe(true);
  });
});
