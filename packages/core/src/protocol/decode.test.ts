import { describe, expect, it } from "vitest";
import { checkMessage, decodeMessages } from "./decode.ts";
import { DEFAULT_LIMITS, type Limits } from "./limits.ts";
import type { ReceivedMessage } from "./message.ts";

function decode(text: string, limits: Partial<Limits> = {}): ReceivedMessage[] {
  return decodeMessages(text, { ...DEFAULT_LIMITS, ...limits });
}

function decodeOne(fields: object, limits: Partial<Limits> = {}): ReceivedMessage {
  return decode(JSON.stringify({ channel: "/a", ...fields }), limits)[0] as ReceivedMessage;
}

function refusalOf(text: string, limits: Partial<Limits> = {}): unknown {
  return codeOf(() => decode(text, limits));
}

function codeOf(read: () => unknown): unknown {
  try {
    return read();
  } catch (cause) {
    return (cause as { code: unknown }).code;
  }
}

/** JSON nested as deep as it says: an array in an array ... */
function nested(depth: number): string {
  return `${"[".repeat(depth)}${"]".repeat(depth)}`;
}

describe("a request", () => {
  it("may be one message, or an array of them", () => {
    expect(decode('{"channel":"/a"}')).toEqual([{ channel: "/a" }]);
    expect(decode('[{"channel":"/a"},{"channel":"/b"}]')).toEqual([
      { channel: "/a" },
      { channel: "/b" },
    ]);
  });

  it("may begin with a byte order mark, and have white space around it", () => {
    expect(decode('\ufeff \n[{"channel":"/a"}] ')).toEqual([{ channel: "/a" }]);
    expect(refusalOf('\ufeff\ufeff[{"channel":"/a"}]')).toBe("request_malformed");
  });

  it.each(["", " ", "{", "[", "[{]", "nonsense", '{"channel":"/a"', "]]]]", "\u0000", '"', '"\\'])(
    "is malformed when it is %j, which is no JSON",
    (text) => {
      expect(refusalOf(text)).toBe("request_malformed");
    },
  );

  it.each([
    "1",
    "null",
    "true",
    '"a"',
    "[1]",
    "[null]",
    '[{"channel":"/a"},[]]',
    '[[{"channel":"/a"}]]',
  ])("is malformed when it is %s, which is no message", (text) => {
    expect(refusalOf(text)).toBe("request_malformed");
  });

  it("is refused when it is empty", () => {
    expect(refusalOf("[]")).toBe("request_empty");
  });

  it("holds at most as many messages as the limit says", () => {
    const of = (count: number): string => JSON.stringify(Array(count).fill({ channel: "/a" }));
    expect(decode(of(3), { messagesPerRequest: 3 })).toHaveLength(3);
    expect(refusalOf(of(4), { messagesPerRequest: 3 })).toBe("request_too_many_messages");
  });

  it("is nested at most as deep as the limit says, and is not parsed when it is deeper", () => {
    const withData = (depth: number): string => `[{"channel":"/a","data":${nested(depth)}}]`;
    expect(decode(withData(3), { jsonDepth: 5 })).toHaveLength(1);
    expect(refusalOf(withData(4), { jsonDepth: 5 })).toBe("request_too_deep");
    expect(
      refusalOf(`{"channel":"/a","data":${'{"a":'.repeat(5)}1${"}".repeat(6)}`, { jsonDepth: 5 }),
    ).toBe("request_too_deep");
    expect(refusalOf("[".repeat(5_000_000))).toBe("request_too_deep");
  });

  it.each(['[[[[[["', '\\"[[[[[[', '\\\\\\"[[[[[[', "]]]}}}", 'a"b[[[[['])(
    "does not take brackets in the string %j for nesting",
    (data) => {
      expect(decode(JSON.stringify([{ channel: "/a", data }]), { jsonDepth: 2 })).toMatchObject([
        { data },
      ]);
    },
  );

  it("counts brackets behind a string that ends in backslashes", () => {
    const data = ["\\", [[[]]]];
    expect(refusalOf(JSON.stringify([{ channel: "/a", data }]), { jsonDepth: 4 })).toBe(
      "request_too_deep",
    );
  });

  it("is looked through in time that grows with its length, however it is escaped", () => {
    const data = '\\"'.repeat(1_000_000);
    expect(decode(JSON.stringify({ channel: "/a", data }))).toMatchObject([{ data }]);
  });
});

describe("a message", () => {
  it("keeps the fields of the protocol, and nothing else", () => {
    const fields = {
      id: "1",
      clientId: "abc",
      version: "1.0",
      minimumVersion: "0.9",
      supportedConnectionTypes: ["long-polling"],
      connectionType: "websocket",
      subscription: ["/a", "/b"],
      ext: { token: "t" },
      data: { any: ["thing"] },
      advice: { timeout: 5, interval: 10 },
    };
    const others = {
      successful: true,
      error: "x",
      reconnect: "none",
      timestamp: "now",
      reply: true,
    };
    expect(decodeOne({ ...fields, ...others })).toEqual({ channel: "/a", ...fields });
  });

  it.each([
    ["id", {}],
    ["id", true],
    ["id", "x".repeat(65)],
    ["clientId", 7],
    ["clientId", "x".repeat(129)],
    ["version", 1],
    ["minimumVersion", []],
    ["supportedConnectionTypes", "long-polling"],
    ["supportedConnectionTypes", [1]],
    ["supportedConnectionTypes", ["x".repeat(129)]],
    ["connectionType", {}],
    ["subscription", 1],
    ["subscription", ["/a", 2]],
    ["subscription", { 0: "/a" }],
    ["ext", []],
    ["ext", "x"],
    ["ext", { big: "x".repeat(4_096) }],
    ["advice", "none"],
    ["advice", []],
  ])("has a fault when its %s is %j, and does not keep that", (name, value) => {
    const message = decodeOne({ [name]: value, data: 1 });
    expect(message).toEqual({ channel: "/a", data: 1, fault: `400:${name}:field_invalid` });
  });

  it("names all of its faults", () => {
    expect(decodeOne({ id: [], ext: 1 }).fault).toBe("400:id,ext:field_invalid");
  });

  it.each([undefined, null, "", 1, {}, ["/a"]])("has a fault when its channel is %j", (channel) => {
    expect(decodeOne({ channel, id: "7" })).toEqual({
      channel: "",
      id: "7",
      fault: "400::channel_missing",
    });
  });

  it("treats a field that is null as if it were not there, but for data", () => {
    expect(decodeOne({ id: null, clientId: null, ext: null, advice: null, data: null })).toEqual({
      channel: "/a",
      data: null,
    });
  });

  it("keeps the JSON type of its id", () => {
    expect(decodeOne({ id: 7 }).id).toBe(7);
    expect(decodeOne({ id: "7" }).id).toBe("7");
  });

  it("has a fault when its id could not be given back", () => {
    expect(decode('{"channel":"/a","id":1e999}')[0]?.fault).toBe("400:id:field_invalid");
  });

  it.each([-1, "5", null, {}, true])("does not keep the advice to wait for %j", (timeout) => {
    expect(decodeOne({ advice: { timeout, interval: timeout } }).advice).toEqual({});
  });

  it("does not keep the advice to wait for ever", () => {
    expect(decode('{"channel":"/a","advice":{"timeout":1e999}}')[0]?.advice).toEqual({});
  });

  it("does not keep advice that only a server gives", () => {
    const advice = { reconnect: "none", "multiple-clients": true, maxInterval: 1 };
    expect(decodeOne({ advice }).advice).toEqual({});
  });

  it("is not changed by keys that are names of the language's own objects", () => {
    const [message] = decode(
      '{"channel":"/a","__proto__":{"clientId":"stolen","fault":"x"},"constructor":1,"toString":2,' +
        '"ext":{"__proto__":{"admin":true}},"data":{"__proto__":{"admin":true}}}',
    );
    expect(Object.keys(message ?? {}).sort()).toEqual(["channel", "data", "ext"]);
    expect(message?.clientId).toBeUndefined();
    expect(message?.fault).toBeUndefined();
    expect(message?.ext?.admin).toBeUndefined();
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });
});

describe("a message that is parsed already", () => {
  function check(value: unknown, limits: Partial<Limits> = {}): ReceivedMessage {
    return checkMessage(value, { ...DEFAULT_LIMITS, ...limits });
  }

  it.each([
    { channel: "/a", id: "1", clientId: "c", data: { any: ["thing"] }, successful: true },
    { channel: "/a", id: [], ext: 1, subscription: [2], data: null },
    { channel: 1, ext: { big: "x".repeat(4_096) }, advice: { timeout: -1, interval: 5 } },
    {},
  ])("is what it would be if %j had come as a text", (value) => {
    expect([check(value)]).toEqual(decode(JSON.stringify(value)));
  });

  it.each([undefined, null, 1, "a", [], [{ channel: "/a" }]])(
    "is malformed when it is %j",
    (value) => {
      expect(codeOf(() => check(value))).toBe("request_malformed");
    },
  );

  it.each(["data", "ext", "subscription", "unknown"])(
    "is nested at most as deep as the limit says, as the text of it in %s",
    (name) => {
      for (const depth of [4, 5, 1_000]) {
        const list = `{"channel":"/a","${name}":${nested(depth)}}`;
        const record = `{"channel":"/a","${name}":${'{"a":'.repeat(depth)}1${"}".repeat(depth)}}`;
        for (const text of [list, record]) {
          const refusal = codeOf(() => check(JSON.parse(text), { jsonDepth: 5 }).channel);
          expect(refusal).toBe(depth < 5 ? "/a" : "request_too_deep");
          expect(refusal === "/a").toBe(Array.isArray(decodeOrCode(text)));
        }
      }
    },
  );

  it("may hold bytes, which are not looked at", () => {
    const data = new Uint8Array(3);
    expect(check({ channel: "/a", data }, { jsonDepth: 1 }).data).toBe(data);
    expect(check({ channel: "/a", subscription: data }).fault).toBe(
      "400:subscription:field_invalid",
    );
  });

  it("keeps its data without a copy of it", () => {
    const data = { text: "hello" };
    expect(check({ channel: "/a", data }).data).toBe(data);
  });

  function decodeOrCode(text: string): unknown {
    return codeOf(() => decode(text, { jsonDepth: 5 }));
  }
});
