import type { Socket } from "node:net";
import { describe, expect, it, vi } from "vitest";
import { Deadlines } from "../sending/deadlines.ts";
import { socketPair } from "../testing/socket-pair.ts";
import { AnswerSender } from "./answer-sender.ts";
import { LaneExchange } from "./lane-exchange.ts";

interface Sent {
  readonly exchange: LaneExchange;
  readonly onSettled: ReturnType<typeof vi.fn>;
}

async function open() {
  const { socket, peer } = await socketPair({ noDelay: true, highWaterMark: 1_000 });
  socket.on("error", () => undefined);
  const unsent = new Deadlines<LaneExchange>(1_000_000, () => undefined);
  const sender = new AnswerSender(socket, unsent);
  const line = { isOpen: true, answer: () => undefined, destroy: () => undefined };
  const send = (text: string, parts: Partial<LaneExchange> = {}): Sent => {
    const exchange = Object.assign(new LaneExchange(line, [], undefined), { isAscii: true }, parts);
    const onSettled = vi.fn();
    exchange.end([] as never, onSettled);
    sender.send(exchange, text);
    return { exchange, onSettled };
  };
  // From the first one it learns with what node writes.
  expect(send("a").onSettled).toHaveBeenCalledWith(true);
  const write = vi.spyOn(socket, "write");
  return { socket, peer, unsent, sender, send, write };
}

const numbered = (number: number): string => `${number};`.padEnd(16_000, ".");

/** Sends until the network takes no more, and answers with the one that it has not taken. */
function fill(send: (text: string) => Sent): { last: Sent; count: number } {
  for (let count = 1; ; count++) {
    const last = send(numbered(count));
    if (last.onSettled.mock.calls.length === 0) return { last, count };
  }
}

async function readAll(peer: Socket, length: number): Promise<string> {
  let text = "";
  for await (const chunk of peer) {
    text += chunk;
    if (text.length >= length) break;
  }
  return text;
}

describe("answers of the fast lane", () => {
  it("leave past the stream, and settle at once", async () => {
    const { peer, sender, send, write } = await open();
    expect(send("b").onSettled.mock.calls).toEqual([[true]]);
    expect(send("c").onSettled.mock.calls).toEqual([[true]]);
    expect(write).not.toHaveBeenCalled();
    expect(sender.hasSentAll).toBe(true);
    expect(await readAll(peer, 3)).toBe("abc");
  });

  it.each([
    ["has more than one byte for a character", "é", { isAscii: false }],
    ["is the last", "b", { isLast: true }],
    ["is large", "b".repeat(16_385), {}],
  ])("leave through the stream what %s", async (_, text, parts) => {
    const { peer, send, write } = await open();
    const { onSettled } = send(text, parts);
    expect(write).toHaveBeenCalled();
    expect(await readAll(peer, 1 + text.length)).toBe(`a${text}`);
    await vi.waitFor(() => expect(onSettled.mock.calls).toEqual([[true]]));
  });

  it("leave through the stream where the socket has a time that they are to restart", async () => {
    const { socket, send, write } = await open();
    socket.setTimeout(100_000);
    send("b");
    expect(write).toHaveBeenCalled();
    write.mockClear();
    socket.setTimeout(0);
    send("c");
    expect(write).not.toHaveBeenCalled();
  });

  it("settle as unsent where their peer has gone and nobody has noticed", async () => {
    const { socket, peer, send } = await open();
    (Reflect.get(socket, "_handle") as { readStop(): void }).readStop();
    peer.resetAndDestroy();
    await new Promise((resolve) => setTimeout(resolve, 30));
    const settled = ["b", "c", "d"].map((text) => send(text).onSettled.mock.calls);
    expect(settled.flat()).not.toContainEqual([true]);
    await vi.waitFor(() => expect(settled).toEqual([[[false]], [[false]], [[false]]]));
  });

  it("settle when the network has taken them, for which they have a time, and keep their order", async () => {
    const { peer, unsent, sender, send, write } = await open();
    expect(unsent.size).toBe(0);
    const { last, count } = fill(send);
    expect(write).not.toHaveBeenCalled();
    expect(unsent.size).toBe(1);
    expect(sender.hasSentAll).toBe(false);
    const next = send(numbered(count + 1));
    expect(write).toHaveBeenCalled();
    expect(next.onSettled).not.toHaveBeenCalled();
    expect(unsent.size).toBe(2);
    const expected = Array.from({ length: count + 1 }, (_, at) => numbered(at + 1));
    expect(await readAll(peer, 1 + expected.join("").length)).toBe(`a${expected.join("")}`);
    await vi.waitFor(() => expect(next.onSettled.mock.calls).toEqual([[true]]));
    expect(last.onSettled.mock.calls).toEqual([[true]]);
    expect(unsent.size).toBe(0);
    expect(sender.hasSentAll).toBe(true);
  });

  it("settle as unsent when their peer goes", async () => {
    const { socket, peer, send } = await open();
    const { last } = fill(send);
    peer.resetAndDestroy();
    if (!socket.closed) await new Promise((resolve) => socket.once("close", resolve));
    await vi.waitFor(() => expect(last.onSettled.mock.calls).toEqual([[false]]));
  });

  it("settle as unsent when their socket is destroyed", async () => {
    const { socket, send } = await open();
    const { last } = fill(send);
    socket.destroy();
    await vi.waitFor(() => expect(last.onSettled.mock.calls).toEqual([[false]]));
    expect(send("late").onSettled.mock.calls).toEqual([[false]]);
  });
});
