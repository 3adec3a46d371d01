import { describe, expect, it, vi } from "vitest";
import { byteLength } from "./byte-length.ts";
import { encodeDelivery, encodeMessage } from "./encode.ts";
import type { CometError } from "./errors.ts";
import type { Message } from "./message.ts";

const PLAIN_REST = { id: "1", successful: true, clientId: "c" };
const PLAIN = { channel: "/a", ...PLAIN_REST };
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
    ...texts.map((subscription) => ({ ...PLAIN, subscription })),
    { ...PLAIN, subscription: ["/b"] },
    { ...PLAIN, subscription: undefined },
    { ...PLAIN, subscription: "/b", ext: {} },
    { ...PLAIN, ext: {}, timestamp: "t" },
    { ...PLAIN, clientId: '"', subscription: "/b" },
    { channel: "/a", id: "1", successful: true, subscription: "/b" },
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

describe("the reply to a handshake", () => {
  const advice = { reconnect: "retry", interval: 0, timeout: 10, maxInterval: 20 };
  const types = ["websocket", "long-polling"];
  const terms = { version: "1.0", minimumVersion: "1.0", supportedConnectionTypes: types, advice };
  const welcome = { channel: "/meta/handshake", ...PLAIN_REST, ...terms };

  /** How often something of it, or all of it, was written by `JSON.stringify`. */
  function writings(...replies: readonly object[]): number {
    const stringify = vi.spyOn(JSON, "stringify");
    const encoded = replies.map((reply) => encodeMessage(reply as Message));
    const { length } = stringify.mock.calls;
    stringify.mockRestore();
    for (const [index, { json, isAscii }] of encoded.entries()) {
      expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(replies[index])));
      if (isAscii === true) expect(byteLength(json)).toBe(json.length);
    }
    return length;
  }

  it("is not written anew where only the ids are others", () => {
    writings(welcome);
    const other = { ...welcome, id: "2", clientId: "d" };
    expect(writings(welcome, other, structuredClone(welcome))).toBe(0);
  });

  it.each([
    { ...welcome, version: "1.1" },
    { ...welcome, minimumVersion: "0.9" },
    { ...welcome, supportedConnectionTypes: ["websocket"] },
    { ...welcome, supportedConnectionTypes: [...types, "eventsource"] },
    { ...welcome, supportedConnectionTypes: ["long-polling", "websocket"] },
    { ...welcome, supportedConnectionTypes: [] },
    { ...welcome, advice: { ...advice, reconnect: "none" } },
    { ...welcome, advice: { ...advice, interval: 1 } },
    { ...welcome, advice: { ...advice, timeout: 11 } },
    { ...welcome, advice: { ...advice, maxInterval: Number.POSITIVE_INFINITY } },
    { ...welcome, id: '"' },
    { ...welcome, clientId: "ä" },
    { ...welcome, channel: '/"' },
    { ...welcome, version: "ä" },
    { ...welcome, supportedConnectionTypes: ["ä"] },
    { ...welcome, supportedConnectionTypes: [["a"]] },
    { ...welcome, supportedConnectionTypes: "websocket" },
    { ...welcome, supportedConnectionTypes: 5 },
    { ...welcome, advice: { ...advice, interval: { toJSON: () => 5 } } },
    { ...welcome, advice: { ...advice, hosts: ["a"] } },
    { ...welcome, advice: { reconnect: "retry", interval: 0, timeout: 10, hosts: ["a"] } },
    { ...welcome, advice: { reconnect: "retry" } },
    { ...welcome, advice: null },
    { ...welcome, advice: "none" },
    { ...welcome, successful: false },
    { ...welcome, ext: {} },
    { ...PLAIN, advice, ext: {}, supportedConnectionTypes: types, minimumVersion: "1.0" },
    { ...PLAIN, advice, ext: {}, supportedConnectionTypes: types, version: "1.0" },
    { ...PLAIN_REST, ...terms, channel: "/a", id: undefined },
  ])("is written as it is where it is %j", (reply) => {
    for (const first of [welcome, reply]) {
      expect(writings(first, reply, welcome)).toBeGreaterThan(0);
    }
  });

  it("is written anew when what it was made of has changed since", () => {
    const changing = { ...structuredClone(welcome), version: "1.2" };
    writings(changing);
    changing.advice.interval = 7;
    writings(changing);
    changing.supportedConnectionTypes[0] = "eventsource";
    writings(changing);
  });

  it("is not taken for one whose list is a text", () => {
    const reply = { ...welcome, supportedConnectionTypes: "ab" };
    writings(reply, { ...welcome, supportedConnectionTypes: ["a", "b"] });
  });

  const inside: unknown[] = [1];
  it.each([
    { ...welcome, version: inside },
    { ...welcome, minimumVersion: inside },
    { ...welcome, supportedConnectionTypes: [inside] },
    { ...welcome, advice: { ...advice, reconnect: inside } },
    { ...welcome, advice: { ...advice, interval: inside } },
    { ...welcome, advice: { ...advice, timeout: inside } },
    { ...welcome, advice: { ...advice, maxInterval: inside } },
  ])("is written anew each time where something of it may change inside: %j", (reply) => {
    writings(reply);
    inside.push(2);
    expect(writings(reply)).toBe(1);
  });
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
