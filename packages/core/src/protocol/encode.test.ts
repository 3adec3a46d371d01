import { describe, expect, it, vi } from "vitest";
import { byteLength } from "./byte-length.ts";
import { encodeDelivery, encodeMessage } from "./encode.ts";
import type { CometError } from "./errors.ts";
import type { Message } from "./message.ts";

const texts = ["", "1", "a b", '"', "\\", "\n", "\u007f", "ä", "\u2028", "\ud800", "~!#[]"];

describe("byteLength", () => {
  it.each([
    "",
    "plain",
    "\u007f\u0080",
    "\u07ff\u0800",
    "äöü €",
    "\ud7ff\ue000\uffff",
    "\u{10000}\u{1f600}\u{10ffff}",
    "mixed: ä€\u{1f600}z",
    "\u2028\u2029\ufeff",
  ])("of %j is that of its UTF-8", (text) => {
    expect(byteLength(text)).toBe(Buffer.byteLength(text));
  });

  it("never counts less than what is written for half a pair", () => {
    for (const text of ["\ud800", "a\udc00b", "\ud800\ud800\udc00"]) {
      expect(byteLength(JSON.stringify(text))).toBe(Buffer.byteLength(JSON.stringify(text)));
    }
  });

  it("agrees on every code unit of its own", () => {
    for (let code = 0; code < 0xd800; code += 13) {
      const text = String.fromCharCode(code);
      if (byteLength(text) !== Buffer.byteLength(text)) expect.fail(`differs at ${code}`);
    }
    expect(byteLength("\ud7ff")).toBe(3);
  });
});

describe("encodeMessage", () => {
  it("leaves out what is undefined, and keeps what is null", () => {
    const message = { channel: "/a", id: undefined, data: null } as never;
    expect(encodeMessage(message).json).toBe('{"channel":"/a","data":null}');
  });

  const replies: readonly object[] = [
    ...texts.map((id) => ({ channel: "/a", id, successful: true })),
    ...texts.map((channel) => ({ channel, id: "1", successful: true, clientId: "c" })),
    ...texts.map((clientId) => ({ channel: "/a", id: "1", successful: true, clientId })),
    { channel: "/a", id: 1, successful: true },
    { channel: "/a", successful: true },
    { channel: "/a", id: "1", successful: false },
    { channel: "/a", id: "1", successful: true, clientId: undefined },
    { channel: "/a", id: "1", successful: true, clientId: null },
    { channel: "/a", id: "1", successful: true, clientId: 7 },
    { channel: "/a", id: "1", successful: true, advice: { interval: 0 } },
    { channel: "/a", id: "1", successful: true, clientId: "c", ext: {} },
    { channel: "/a", id: "1", successful: true, toJSON: () => "b" },
  ];
  it.each(replies)("writes the reply %j as JSON has it", (reply) => {
    expect(encodeMessage(reply as Message).json).toBe(JSON.stringify(reply));
    expect(encodeMessage(reply as Message, "c").json).toBe(JSON.stringify(reply));
  });
});

it("encodes a first reply on a channel without a name", async () => {
  vi.resetModules();
  const { encodeMessage: encodeFirst } = await import("./encode.ts");
  const reply = { channel: "", id: "1", successful: true };
  expect(encodeFirst(reply).json).toBe(JSON.stringify(reply));
});

describe("encodeDelivery", () => {
  const values = [null, 0, false, [], ["ä"], { deep: { er: 1 } }, { __proto__: null }, new Date(0)];
  const deliveries: readonly Message[] = [
    ...[...texts, ...values].map((data) => ({ channel: "/a", data })),
    ...texts.map((channel) => ({ channel, data: "b" })),
    { channel: "/a", data: "b", ext: { from: "c" } },
    { channel: "/a", data: "b", id: "1" },
    { data: "b", channel: "/a", advice: undefined as never },
  ];
  it.each(deliveries)("writes %j as JSON has it, and says whether it is ASCII", (delivery) => {
    const json = JSON.stringify(delivery);
    const isAscii = Buffer.byteLength(json) === json.length;
    expect(encodeDelivery(delivery)).toEqual({ json, isAscii });
  });

  it("keeps a key that is the name of an object's own prototype", () => {
    const data = JSON.parse('{"__proto__":{"admin":true}}') as object;
    expect(encodeDelivery({ channel: "/a", data }).json).toBe(
      '{"channel":"/a","data":{"__proto__":{"admin":true}}}',
    );
  });

  it.each([
    ["undefined", undefined],
    ["a function", () => 1],
    ["a symbol", Symbol("s")],
    ["a bigint", 1n],
    ["a ring", ring()],
  ])("refuses %s, which has no JSON", (_, data) => {
    let thrown: unknown;
    try {
      encodeDelivery({ channel: "/a", data });
    } catch (cause) {
      thrown = cause;
    }
    expect(thrown).toMatchObject({ name: "CometError", code: "data_not_serializable" });
    expect((thrown as CometError).cause).toBeInstanceOf(TypeError);
  });
});

function ring(): object {
  const ring: { self?: object } = {};
  ring.self = ring;
  return ring;
}
