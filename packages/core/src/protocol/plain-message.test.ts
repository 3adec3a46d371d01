import { afterEach, describe, expect, it, vi } from "vitest";
import { decodeMessages } from "./decode.ts";
import { DEFAULT_LIMITS, type Limits } from "./limits.ts";
import type { ReceivedMessage } from "./message.ts";

afterEach(() => vi.restoreAllMocks());

const CONNECT = {
  channel: "/meta/connect",
  clientId: "0123456789abcdef",
  connectionType: "long-polling",
  id: "12",
};

/** What becomes of a text, and whether it was parsed for that. */
function read(text: string, limits: Partial<Limits> = {}) {
  const parse = vi.spyOn(JSON, "parse");
  const result = outcomeOf(text, { ...DEFAULT_LIMITS, ...limits });
  const isParsed = parse.mock.calls.length > 0;
  parse.mockRestore();
  return { result, isParsed };
}

function outcomeOf(text: string, limits: Limits): readonly ReceivedMessage[] | string {
  try {
    return decodeMessages(text, limits);
  } catch (cause) {
    return (cause as { code: string }).code;
  }
}

/** Once as it is, and once with white space behind it, which has it parsed. */
function expectNoDifference(text: string, limits?: Partial<Limits>): void {
  const { result } = read(text, limits);
  const parsed = read(`${text} `, limits);
  expect(parsed.result, text).toEqual(result);
  if (typeof result === "string") return;
  expect(JSON.stringify(parsed.result), text).toBe(JSON.stringify(result));
}

/** Numbers that look like chance, and are the same each time. */
function numbersFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

describe("a plain message", () => {
  const { id, ...withoutId } = CONNECT;
  it.each([
    CONNECT,
    withoutId,
    { id, ...withoutId },
    { ...CONNECT, connectionType: "websocket" },
    { channel: "/a", data: "some text", id: "1", clientId: "c" },
    { channel: "/a", data: "", id: "", clientId: "" },
    { data: "[]{},:'", clientId: "~", channel: " " },
    { channel: "/meta/subscribe", id: "2", clientId: "c", subscription: "/a/**" },
    { subscription: "", channel: "/a", data: "b" },
    {
      channel: "/a",
      id: "i".repeat(64),
      clientId: "c".repeat(128),
      connectionType: "t".repeat(128),
    },
  ])("is not parsed, and is the same: %j", (message) => {
    for (const text of [JSON.stringify(message), JSON.stringify([message])]) {
      expect(read(text)).toEqual({ result: [message], isParsed: false });
      expectNoDifference(text);
    }
  });

  it("has the value that comes last, where there are several", () => {
    const text = '{"channel":"/a","id":"1","channel":"/b","id":"2"}';
    expect(read(text)).toEqual({ result: [{ channel: "/b", id: "2" }], isParsed: false });
    expectNoDifference(text);
  });

  it("is as long as half a thousand characters", () => {
    const textOf = (length: number): string => {
      const rest = JSON.stringify([{ channel: "/a", data: "" }]).length;
      return JSON.stringify([{ channel: "/a", data: "x".repeat(length - rest) }]);
    };
    expect(read(textOf(512)).isParsed).toBe(false);
    expect(read(textOf(513)).isParsed).toBe(true);
    expectNoDifference(textOf(512));
  });
});

describe("what is not quite plain is parsed, as", () => {
  it.each([
    ["nothing", ""],
    ["no fields", "[{}]"],
    ["two messages", '[{"channel":"/a"},{"channel":"/b"}]'],
    ["white space", '[{"channel": "/a"}]'],
    ["a line break behind it", '[{"channel":"/a"}]\n'],
    ["an escape", '[{"channel":"/a","data":"\\n"}]'],
    ["an escaped quote", '[{"channel":"/a","data":"\\""}]'],
    ["an escaped name", '[{"\\u0063hannel":"/a"}]'],
    ["a control character, which is not JSON", '[{"channel":"/a","data":"\n"}]'],
    ["a text that is not ASCII", '[{"channel":"/a","data":"ä"}]'],
    ["a number", '[{"channel":"/a","id":1}]'],
    ["data that is no text", '[{"channel":"/a","data":{"b":"c"}}]'],
    ["null", '[{"channel":"/a","id":null}]'],
    ["another field of the protocol", '[{"channel":"/a","version":"1.0"}]'],
    ["a list of subscriptions", '[{"channel":"/a","subscription":["/b"]}]'],
    ["an unknown field", '[{"channel":"/a","other":"b"}]'],
    ["a name that only begins like one", '[{"channel":"/a","idea":"b"}]'],
    ["the name of a prototype", '[{"channel":"/a","__proto__":"b"}]'],
    ["no channel", '[{"id":"1"}]'],
    ["an empty channel", '[{"channel":""}]'],
    ["a channel that is taken back", '[{"channel":"/a","channel":""}]'],
    ["a bracket too few", '[{"channel":"/a"}'],
    ["a bracket too many", '{"channel":"/a"}]'],
    ["brackets too many", '[[{"channel":"/a"}]]'],
    ["a comma too many", '[{"channel":"/a",}]'],
    ["a comma too few", '[{"channel":"/a""id":"1"}]'],
    ["a comma at the beginning", '[{,"channel":"/a"}]'],
    ["an open text", '[{"channel":"/a}]'],
    ["more behind it", '[{"channel":"/a"}]]'],
    ["an id that is too long", JSON.stringify({ channel: "/a", id: "x".repeat(65) })],
    ["a client id that is too long", JSON.stringify({ channel: "/a", clientId: "x".repeat(129) })],
    [
      "a connection type that is too long",
      JSON.stringify({ channel: "/a", connectionType: "x".repeat(129) }),
    ],
  ])("%s", (_what, text) => {
    expect(read(text).isParsed).toBe(true);
    expectNoDifference(text);
  });

  it("anything where nothing may be nested", () => {
    const text = JSON.stringify([CONNECT]);
    expect(read(text, { jsonDepth: 2 }).isParsed).toBe(false);
    expect(read(text, { jsonDepth: 1 }).result).toBe("request_too_deep");
    expectNoDifference(text, { jsonDepth: 1 });
  });

  it("anything where no message is allowed", () => {
    const text = JSON.stringify([CONNECT]);
    expect(read(text, { messagesPerRequest: 0 }).result).toBe("request_too_many_messages");
    expectNoDifference(text, { messagesPerRequest: 0 });
  });

  it("an id that is longer than this Comet allows", () => {
    expect(read(JSON.stringify(CONNECT), { idLength: 2 }).isParsed).toBe(false);
    expect(read(JSON.stringify(CONNECT), { idLength: 1 }).isParsed).toBe(true);
    expectNoDifference(JSON.stringify(CONNECT), { idLength: 1 });
  });
});

describe("both ways of reading", () => {
  it.each([1, 2, 3, 4])("agree on whatever is nearly a plain message (%i)", (seed) => {
    const below = numbersFrom(seed);
    const one = <T>(of: readonly T[]): T => of[below(of.length)] as T;
    const names = ["channel", "clientId", "id", "connectionType", "data", "subscription", "x", ""];
    const values = ['"/a"', '"b"', '""', '"/meta/connect"', '"long-polling"', '"\\""', "1", "{}"];
    const bits = ['"', ",", "{", "}", "[", "]", ":", "\\", " ", "a", "\u0000", "\u007f", "ä"];
    let plain = 0;
    for (let count = 0; count < 5_000; count++) {
      const field = (): string => `"${names[below(4 + below(5))]}":${one(values)}`;
      const object = `{${Array.from({ length: below(5) }, field).join(",")}}`;
      const whole = one([object, `[${object}]`]);
      const at = below(whole.length);
      const text = one([whole, whole.slice(0, at) + one(bits) + whole.slice(at + below(2))]);
      expectNoDifference(text);
      if (!read(text).isParsed) plain++;
    }
    expect(plain).toBeGreaterThan(100);
  });
});
