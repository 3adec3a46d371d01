import type { Socket } from "engine.io";
import { describe, expect, it, vi } from "vitest";
import { eventPacket, type Text } from "./packets.ts";
import { sendNow } from "./short-cut.ts";

const text = eventPacket("/", ["say", "ö"]).text as Text;

function webSocket(changes: object = {}) {
  const sendFrame = vi.fn();
  const socket = { readyState: 1, bufferedAmount: 0, _sender: { sendFrame }, ...changes };
  return { transport: { name: "websocket", writable: true, socket }, sendFrame };
}

function polling(changes: object = {}, query: object = { sid: "1" }) {
  const answer = { status: 0, headers: {} as Record<string, string>, body: "" };
  const res = {
    setHeader: (name: string, value: string) => {
      answer.headers[name] = value;
    },
    writeHead: (status: number) => {
      answer.status = status;
    },
    end: (body: string) => {
      answer.body = body;
    },
  };
  const cleanup = vi.fn();
  const req = { _query: query, cleanup };
  return { transport: { name: "polling", writable: true, req, res, ...changes }, answer, cleanup };
}

function over(transport: object, readyState = "open"): boolean {
  return sendNow({ readyState, transport } as unknown as Socket, text);
}

describe("the short cut to a WebSocket", () => {
  it("hands it the frames that all others get", () => {
    const { transport, sendFrame } = webSocket();
    expect(over(transport)).toBe(true);
    expect(sendFrame.mock.calls).toEqual([[text.frames]]);
    expect(transport.writable).toBe(true);
  });

  it.each([
    ["is closing", { readyState: 2 }],
    ["has not got rid of what it was given", { bufferedAmount: 1 }],
  ])("is not taken while it %s", (_, changes) => {
    const { transport, sendFrame } = webSocket(changes);
    expect(over(transport)).toBe(false);
    expect(sendFrame).not.toHaveBeenCalled();
  });

  it("is not taken while the library is sending, or has done with the connection", () => {
    const { transport, sendFrame } = webSocket();
    expect(over({ ...transport, writable: false })).toBe(false);
    expect(over(transport, "closing")).toBe(false);
    expect(sendFrame).not.toHaveBeenCalled();
  });
});

describe("the short cut to a poll", () => {
  it("answers it, and lets the next one in", () => {
    const { transport, answer, cleanup } = polling();
    expect(over(transport)).toBe(true);
    expect(answer).toEqual({
      status: 200,
      headers: {
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Length": String(Buffer.byteLength('42["say","ö"]')),
        "cache-control": "no-store",
      },
      body: '42["say","ö"]',
    });
    expect(cleanup).toHaveBeenCalledTimes(1);
    expect(transport.writable).toBe(false);
  });

  it.each([
    ["no poll is held", { req: null }, undefined],
    ["the connection is to be closed with the answer", { shouldClose: () => undefined }, undefined],
    ["it is the first, which has headers of its own", {}, {}],
    ["a script of a page asks", {}, { sid: "1", j: "0" }],
  ])("is not taken when %s", (_, changes, query) => {
    const { transport, answer, cleanup } = polling(changes, query);
    expect(over(transport)).toBe(false);
    expect(answer.status).toBe(0);
    expect(cleanup).not.toHaveBeenCalled();
    expect(transport.writable).toBe(true);
  });
});

it("there is no short cut to a transport of another kind", () => {
  expect(over({ name: "webtransport", writable: true })).toBe(false);
});
