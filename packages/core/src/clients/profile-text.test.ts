import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ClientProfile } from "./client.ts";
import { readProfile, writeNew, writeProfile } from "./profile-text.ts";

const SIMPLE = { publicId: "p", data: {}, acknowledges: false };

let parse: ReturnType<typeof vi.spyOn>;

beforeEach(() => {
  parse = vi.spyOn(JSON, "parse");
});

afterEach(() => vi.restoreAllMocks());

/** What becomes of a profile that is written as one of a new client, and whether it was parsed for that. */
function kept(profile: object): { readonly text: string; readonly isParsed: boolean } {
  const before = parse.mock.calls.length;
  const read = readProfile(writeNew(profile as ClientProfile));
  const isParsed = parse.mock.calls.length > before;
  return { text: JSON.stringify(read), isParsed };
}

class Named {
  get name(): string {
    return "n";
  }
}

describe("the profile of a new client", () => {
  it.each([
    SIMPLE,
    { ...SIMPLE, browser: "b", isBound: true, address: "::1", presentWithin: 10 },
    { ...SIMPLE, data: { name: 'A"\n\ud800', age: 7.5, isNew: false } },
  ])("is not parsed where JSON makes nothing else of it: %j", (profile) => {
    expect(kept(profile)).toEqual({ text: JSON.stringify(profile), isParsed: false });
  });

  it.each<[string, object]>([
    ["a pace", { ...SIMPLE, pace: { timeout: 10 } }],
    ["connection types", { ...SIMPLE, connectionTypes: ["websocket"] }],
    ["data in data", { ...SIMPLE, data: { roles: ["a"] } }],
    ["a date", { ...SIMPLE, data: { since: new Date(0) } }],
    ["a null", { ...SIMPLE, data: { name: null } }],
    ["what is undefined", { ...SIMPLE, data: { name: undefined } }],
    ["what is no number", { ...SIMPLE, data: { age: Number.NaN } }],
    ["what is beyond all numbers", { ...SIMPLE, presentWithin: Number.POSITIVE_INFINITY }],
    ["minus nothing", { ...SIMPLE, data: { age: -0 } }],
    ["a function", { ...SIMPLE, data: { toJSON: () => ({ other: 1 }) } }],
    ["an object of a class", { ...SIMPLE, data: new Named() }],
    [
      "an object without a class",
      { ...SIMPLE, data: Object.assign(Object.create(null), { a: 1 }) },
    ],
    ["a list", { ...SIMPLE, data: ["a"] }],
    ["no data", { ...SIMPLE, data: undefined }],
    ["null for data", { ...SIMPLE, data: null }],
    ["a text for data", { ...SIMPLE, data: "text" }],
    ["the name of a prototype", { ...SIMPLE, data: JSON.parse('{"__proto__":"a"}') }],
  ])("is parsed where it has %s", (_, profile) => {
    expect(kept(profile)).toEqual({ text: JSON.stringify(profile), isParsed: true });
  });

  it("is not changed by who has made it", () => {
    const data = { name: "a" };
    const text = writeNew({ ...SIMPLE, data });
    data.name = "b";
    expect(readProfile(text)).toEqual({ ...SIMPLE, data: { name: "a" } });
  });

  it("is what has been written, whatever it says when it is asked again", () => {
    let asked = 0;
    const counting = { enumerable: true, get: () => ++asked };
    const text = writeNew({ ...SIMPLE, data: Object.defineProperty({}, "asked", counting) });
    expect(JSON.stringify(readProfile(text))).toBe(text);
    expect(parse).not.toHaveBeenCalled();
  });

  it("is not shared by two clients with the same", () => {
    const text = writeNew(SIMPLE);
    const first = readProfile(text);
    const second = readProfile(text);
    expect(second).toEqual(first);
    expect(second).not.toBe(first);
    expect(second.data).not.toBe(first.data);
  });

  it("is not that of another one that was written meanwhile", () => {
    const text = writeNew(SIMPLE);
    writeNew({ ...SIMPLE, publicId: "q" });
    expect(readProfile(text)).toEqual(SIMPLE);
  });

  it("is not taken for that of a client whose profile cannot be copied", () => {
    const text = writeNew(SIMPLE);
    writeNew({ ...SIMPLE, pace: {} });
    expect(readProfile(text)).toEqual(SIMPLE);
    expect(parse).toHaveBeenCalledOnce();
  });
});

it.each<[string, () => object]>([
  ["a ring", ring],
  ["what fails when it is asked for", failing],
])("has no JSON for %s", (_, dataOf) => {
  for (const write of [writeProfile, writeNew]) {
    expect(() => write({ ...SIMPLE, data: dataOf() as ClientProfile["data"] })).toThrow(
      expect.objectContaining({ name: "CometError", code: "data_not_serializable" }),
    );
  }
});

function ring(): object {
  const data: { self?: object } = {};
  data.self = data;
  return data;
}

function failing(): object {
  return {
    get name(): string {
      throw new Error("mine");
    },
  };
}
