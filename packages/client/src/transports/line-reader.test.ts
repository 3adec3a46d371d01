import { expect, it } from "vitest";
import type { Message } from "../message.ts";
import { streaming } from "../streaming.ts";
import { FakeWorld } from "../testing/fake-world.ts";
import type { ITransport } from "../transport.ts";

const CONNECT = { channel: "/meta/connect", id: "1" };

interface Stage {
  readonly world: FakeWorld;
  readonly received: (readonly Message[])[];
  readonly failures: unknown[];
  readonly transport: ITransport;
  write(text: string): void;
  end(): void;
}

/** A streaming transport that has sent a connect. */
function open(): Stage {
  const world = new FakeWorld();
  const received: (readonly Message[])[] = [];
  const failures: unknown[] = [];
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const body = new ReadableStream<Uint8Array>({
    start: (given) => {
      controller = given;
    },
  });
  world.fetch = async () => ({ ok: true, status: 200, body, json: async () => [] });
  const transport = streaming.open({
    ...{ url: "/comet", world, headers: async () => ({}), alive: () => undefined },
    receive: (messages) => received.push(messages),
    fail: (cause) => failures.push(cause),
  });
  transport.send([CONNECT], false);
  return {
    ...{ world, received, failures, transport },
    write: (text) => controller?.enqueue(new TextEncoder().encode(text)),
    end: () => controller?.close(),
  };
}

it("passes on lines as they are complete, and leaves half of one alone", async () => {
  const { world, received, write, end } = open();
  write('[]\n[{"channel":"/a","da');
  await world.pass(0);
  expect(received).toEqual([[]]);
  write('ta":"ä"}]\n[{"channel":"/b"');
  await world.pass(0);
  end();
  await world.pass(0);
  expect(received).toEqual([[], [{ channel: "/a", data: "ä" }]]);
});

it("is unfit where the first line does not come in time", async () => {
  const { world, failures } = open();
  await world.pass(4_999);
  expect(failures).toEqual([]);
  await world.pass(1);
  expect(failures).toEqual([expect.objectContaining({ code: "transport_unfit" })]);
});

it("lets the rest of a stream come as late as it likes", async () => {
  const { world, failures, write } = open();
  write("[]\n");
  await world.pass(60_000);
  expect(failures).toEqual([]);
  expect(world.timers).toBe(0);
});
