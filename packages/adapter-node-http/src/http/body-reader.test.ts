import { PassThrough } from "node:stream";
import { describe, expect, it, vi } from "vitest";
import type { NodeRequest, NodeResponse } from "../node-messages.ts";
import { Deadlines } from "../sending/deadlines.ts";
import { Arriving } from "./arriving.ts";
import { BodyReader } from "./body-reader.ts";

function setUp(headers: Record<string, string> = {}) {
  const heard: string[] = [];
  const request = Object.assign(new PassThrough(), { headers });
  const deadlines = new Deadlines<BodyReader>(60_000, (reader) => reader.expire());
  const reader = new BodyReader(request as unknown as NodeRequest, {} as NodeResponse, {
    limit: 4,
    arriving: new Arriving(deadlines),
    onBody: (body) => heard.push(body.toString()),
    onFault: (fault) => heard.push(fault),
  });
  reader.read();
  return { heard, request, deadlines, reader };
}

async function turnOver(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

async function closed(request: PassThrough): Promise<void> {
  await new Promise((resolve) => request.once("close", resolve));
}

describe("BodyReader", () => {
  it("puts the pieces together, and waits no longer", async () => {
    const { heard, request, deadlines } = setUp();
    request.write("ab");
    request.end("cd");
    await closed(request);
    expect(heard).toEqual(["abcd"]);
    expect(deadlines.size).toBe(0);
  });

  it("calls back for an empty body", async () => {
    const { heard, request } = setUp();
    request.end();
    await closed(request);
    expect(heard).toEqual([""]);
  });

  it("S4 says nothing and waits no longer when the peer goes away", async () => {
    const { heard, request, deadlines } = setUp();
    request.write("ab");
    await turnOver();
    expect(deadlines.size).toBe(1);
    request.destroy();
    await closed(request);
    expect(heard).toEqual([]);
    expect(deadlines.size).toBe(0);
  });

  it("S4 says nothing and does not begin to wait when the peer goes away at once", async () => {
    const { heard, request, deadlines } = setUp();
    request.write("ab");
    request.destroy();
    await turnOver();
    await turnOver();
    expect(heard).toEqual([]);
    expect(deadlines.size).toBe(0);
  });

  it("S4 has no time set for a body that comes at once, and one for a body that does not", async () => {
    const { heard, request, deadlines } = setUp();
    const add = vi.spyOn(deadlines, "add");
    request.end("ab");
    await turnOver();
    expect(heard).toEqual(["ab"]);
    expect(add).not.toHaveBeenCalled();
    const slow = setUp();
    slow.request.write("ab");
    await turnOver();
    expect(slow.deadlines.size).toBe(1);
    slow.request.end("cd");
    await closed(slow.request);
    expect(slow.heard).toEqual(["abcd"]);
    expect(slow.deadlines.size).toBe(0);
  });

  it("calls back once for a body that goes on after it was too large", async () => {
    const { heard, request, deadlines } = setUp();
    request.write("abc");
    request.write("de");
    request.write("f");
    request.end();
    await closed(request);
    expect(heard).toEqual(["too-large"]);
    expect(deadlines.size).toBe(0);
  });

  it.each(["5", "10", "0005"])("believes the length %s, which is over the limit", (length) => {
    const { heard, deadlines } = setUp({ "content-length": length });
    expect(heard).toEqual(["too-large"]);
    expect(deadlines.size).toBe(0);
  });

  it.each(["4", "04"])("waits for what is announced as %s, the limit", async (length) => {
    const { heard, request } = setUp({ "content-length": length });
    request.end("abcd");
    await closed(request);
    expect(heard).toEqual(["abcd"]);
  });

  it("does not believe a length below it", async () => {
    const { heard, request } = setUp({ "content-length": "1" });
    request.end("abcde");
    await closed(request);
    expect(heard).toEqual(["too-large"]);
  });

  it("calls back once for a body that comes after its time", async () => {
    const { heard, request, reader } = setUp();
    reader.expire();
    request.end("ab");
    await closed(request);
    expect(heard).toEqual(["too-slow"]);
  });
});
