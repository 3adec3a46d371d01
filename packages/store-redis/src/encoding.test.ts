import type { Publication } from "@encke/core";
import { describe, expect, it } from "vitest";
import { decode, encode } from "./encoding.ts";

const HOSTILE: readonly Publication[] = [
  { channel: "/a", json: "" },
  { channel: "/a,1:b\n\t", json: '1,2:{"a":1}' },
  { channel: "/\u{1f680}", json: '{"data":"\u2028"}', to: "1,2:", except: "{}" },
  { channel: "/a", json: "1", producer: { key: "k", sequence: 9 }, keep: { count: 1, ms: 2 } },
  { channel: "/a", json: "1", hints: { key: "k", positionAt: 3 } },
];

describe("what is written into the log", () => {
  it.each(HOSTILE)("is read as it was: %j", (publication) => {
    expect(decode(encode(publication), 7)).toEqual({ ...publication, position: 7 });
  });

  it("has nothing of what can be seen in it", () => {
    const publication = { channel: "/a", json: "{}" };
    expect(encode({ ...publication, isAscii: true })).toBe(encode(publication));
  });

  it.each(["", ":", "1", "9,0:a", "x,y:", "1,1:a"])(
    "is refused when it is not its own: %j",
    (text) => {
      expect(() => decode(text, 1)).toThrow();
    },
  );
});
