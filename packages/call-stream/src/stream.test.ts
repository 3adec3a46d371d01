import { getEventListeners } from "node:events";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import {
  CometClient,
  HEADERS,
  type ITransport,
  type Message,
  type TransportHost,
} from "@encke/client";
import { describe, expect, expectTypeOf, it } from "vitest";
import { stream } from "./stream.ts";

const TARGET = "/service/count";

/** A server that a test plays, with a client that is connected to it. */
class Desk implements ITransport {
  readonly sent: Message[] = [];
  readonly timers = new Map<() => void, number>();
  readonly client: CometClient;
  clientId = "c";
  #host: TransportHost | undefined;

  constructor() {
    const open = (host: TransportHost): ITransport => {
      this.#host = host;
      return this;
    };
    const after = (milliseconds: number, action: () => void): (() => void) => {
      this.timers.set(action, milliseconds);
      return () => this.timers.delete(action);
    };
    this.client = new CometClient("/comet", {
      transports: [{ type: "desk", isSupported: () => true, open }],
      world: { after },
    });
  }

  static async open(): Promise<Desk> {
    const desk = new Desk();
    await desk.client.connect();
    return desk;
  }

  send(messages: readonly Message[]): void {
    this.sent.push(...messages);
    for (const { channel, id, advice } of messages) {
      const { clientId } = this;
      const isHeld = channel === "/meta/connect" && !advice;
      const reply = { channel, id, successful: true };
      if (!isHeld) queueMicrotask(() => this.bring({ ...reply, clientId }));
    }
  }

  abandon(): void {}

  close(): void {}

  bring(...messages: Message[]): void {
    this.#host?.receive(messages);
  }

  /** What the handler answers. */
  result(data: unknown, fields: Partial<Message> = {}): void {
    this.bring({ channel: TARGET, id: this.question?.id, data, ...fields });
  }

  get question(): Message | undefined {
    return this.sent.findLast(({ channel, ext }) => channel === TARGET && ext?.call);
  }

  get stops(): readonly Message[] {
    return this.sent.filter(({ channel, ext }) => channel === TARGET && ext?.stream);
  }
}

const NEXT = { ext: { stream: { seq: 0 } } };
const LAST = { ext: { stream: { done: true } } };

/** When all promises that can settle have done so. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

describe("a stream", () => {
  it("yields what the handler yields, those that come before they are asked for included", async () => {
    const desk = await Desk.open();
    const got: unknown[] = [];
    const reading = (async () => {
      for await (const value of stream(desk.client, "count", 3, { ext: { x: 1 } })) got.push(value);
    })();
    expect(desk.question).toMatchObject({ channel: TARGET, data: 3, ext: { call: true, x: 1 } });
    desk.result(0, NEXT);
    desk.result(1, NEXT);
    await settled();
    desk.result(2, NEXT);
    desk.result(null, LAST);
    await reading;
    expect(got).toEqual([0, 1, 2]);
    expect(desk.stops).toEqual([]);
  });

  it("yields once what a handler returns", async () => {
    const desk = await Desk.open();
    const once = stream(desk.client, "count");
    const first = once.next();
    desk.result("all");
    expect([await first, await once.next()]).toEqual([
      { done: false, value: "all" },
      { done: true, value: undefined },
    ]);
  });

  it("has the server stop when the loop is left", async () => {
    const desk = await Desk.open();
    const options = { ext: { ticket: 7 }, headers: { "x-ticket": "7" } };
    const loop = stream(desk.client, "count", null, options);
    const first = loop.next();
    desk.result(0, NEXT);
    await first;
    await loop.return();
    expect(desk.stops).toMatchObject([
      {
        id: desk.question?.id,
        ext: { ticket: 7, stream: { cancel: true } },
        [HEADERS]: { "x-ticket": "7" },
      },
    ]);
  });

  it("shows nobody else its results", async () => {
    const desk = await Desk.open();
    const seen: unknown[] = [];
    desk.client.addEventListener("message", ({ message }) => seen.push(message.data));
    const first = stream(desk.client, "count").next();
    desk.result(0, NEXT);
    await first;
    desk.bring({ channel: TARGET, id: "another", data: 1 });
    expect(seen).toEqual([1]);
  });

  it("throws what the handler answers instead of a result", async () => {
    const desk = await Desk.open();
    const first = stream(desk.client, "count").next();
    desk.result({ code: "out_of_stock", message: "None left." }, { successful: false, ...LAST });
    await expect(first).rejects.toMatchObject({ code: "out_of_stock", message: "None left." });
  });

  it("throws when the signal is given, before or later", async () => {
    const desk = await Desk.open();
    const end = new AbortController();
    const { signal } = end;
    const first = stream(desk.client, "count", 1, { signal }).next();
    end.abort();
    await expect(first).rejects.toMatchObject({ code: "aborted" });
    expect(desk.stops).toHaveLength(1);
    const late = stream(desk.client, "count", 1, { signal }).next();
    await expect(late).rejects.toMatchObject({ code: "aborted" });
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  it("throws when a result does not come in time", async () => {
    const desk = await Desk.open();
    const first = stream(desk.client, "count", 1, { timeout: 77 }).next();
    const [timeout] = [...desk.timers].find(([, milliseconds]) => milliseconds === 77) ?? [];
    timeout?.();
    await expect(first).rejects.toMatchObject({ code: "timeout" });
  });

  it("throws when nobody reads a thousand results", async () => {
    const desk = await Desk.open();
    const loop = stream(desk.client, "count");
    const first = loop.next();
    for (let data = 0; data <= 1_001; data++) desk.result(data, NEXT);
    expect(await first).toMatchObject({ value: 0 });
    let last: unknown;
    const reading = (async () => {
      for await (const value of loop) last = value;
    })();
    await expect(reading).rejects.toMatchObject({ code: "overflow" });
    expect(last).toBe(999);
  });

  it("throws when the server knows another client than the one that asked", async () => {
    const desk = await Desk.open();
    const first = stream(desk.client, "count").next();
    await settled();
    desk.clientId = "d";
    const { id } = desk.sent.findLast(({ channel }) => channel === "/meta/connect") ?? {};
    const advice = { reconnect: "handshake" } as const;
    desk.bring({ channel: "/meta/connect", id, successful: false, advice });
    await expect(first).rejects.toMatchObject({ code: "session_lost" });
  });

  it("leaves nothing behind when the client disconnects", async () => {
    const desk = await Desk.open();
    const { signal } = new AbortController();
    const first = stream(desk.client, "count", 1, { signal }).next();
    await desk.client.disconnect();
    await expect(first).rejects.toMatchObject({ code: "disconnected" });
    expect(getEventListeners(signal, "abort")).toEqual([]);
    expect(desk.timers.size).toBe(0);
  });

  it("listens to its client no more when it is over, though garbage has been collected", async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const desk = await Desk.open();
    const count = (): readonly number[] =>
      ["connected", "disconnected"].map((type) => getEventListeners(desk.client, type).length);
    const before = count();
    const results = stream(desk.client, "count", 1);
    const first = results.next();
    await settled();
    expect(count()).not.toEqual(before);
    collect();
    await settled();
    desk.result(1, NEXT);
    await first;
    await results.return();
    expect(count()).toEqual(before);
  });
});

interface Order {
  readonly item: string;
}

/** What an application declares. */
interface Calls {
  time(): Promise<string>;
  find(data?: string): readonly Order[];
  count(data: number): AsyncIterable<number>;
}

it("knows what is streamed by target", () => {
  const ask = (client: CometClient<object, Calls>, untyped: CometClient): void => {
    expectTypeOf(stream(client, "count", 3)).toEqualTypeOf<AsyncGenerator<number, void>>();
    expectTypeOf(stream(client, "find")).toEqualTypeOf<AsyncGenerator<readonly Order[], void>>();
    expectTypeOf(stream(client, "time")).toEqualTypeOf<AsyncGenerator<string, void>>();
    expectTypeOf(stream(untyped, "x", 3)).toEqualTypeOf<AsyncGenerator<unknown, void>>();
    // @ts-expect-error: "cont is no target that this client knows"
    void stream(client, "cont", 3);
    // @ts-expect-error: the argument is of another kind
    void stream(client, "count", "3");
  };
  expect(ask).toBeTypeOf("function");
});
