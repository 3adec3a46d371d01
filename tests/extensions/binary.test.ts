import type { Message, PublishedEvent, ServiceRequest } from "@encke/core";
import { type BinaryData, binary, binaryData, isBinaryData } from "@encke/extensions";
import { BinaryExtension, type CometD } from "cometd";
import { describe, expect, it } from "vitest";
import { soon } from "../clients/soon.ts";
import { World } from "../support/world.ts";
import { answered, clientOf, serverWith, subscribed, TRANSPORTS } from "./support/real-client.ts";

const BYTES = Uint8Array.from({ length: 1_001 }, (_, index) => (index * 167 + 13) % 256);
const META = { name: "a.bin", type: "application/octet-stream" };

/** What its type definitions do not tell. */
type WithBinaryCalls = CometD & {
  remoteCallBinary(...args: unknown[]): void;
};

/** The parts of a binary message in a form that can be compared. */
function shown(data: unknown): unknown {
  const { data: bytes, ...about } = data as { data: ArrayBuffer | Uint8Array };
  return { bytes: [...new Uint8Array(bytes)], ...about };
}

describe.each(TRANSPORTS)("binary data with cometd.js over %s", (transport) => {
  it("comes from a client as bytes, and reaches other clients as what was sent", async () => {
    const server = await serverWith([binary()]);
    const seen: unknown[] = [];
    server.comet.on("publishing", ({ message }) => seen.push(message.data));
    const [sender, receiver] = [
      await clientOf(server, transport, { binary: new BinaryExtension() }),
      await clientOf(server, transport, { binary: new BinaryExtension() }),
    ];
    const received = await subscribed(receiver, "/files");
    const reply = await answered((done) =>
      sender.publishBinary("/files", BYTES.slice().buffer, false, META, {}, done),
    );
    expect(reply).toMatchObject({ successful: true });
    const expected = { bytes: [...BYTES], last: false, meta: META };
    expect(seen.map(shown)).toEqual([expected]);
    await soon(() => received.map(({ data }) => shown(data))).toEqual([expected]);
  });

  it("comes from the server, a view of a larger buffer as what it shows", async () => {
    const server = await serverWith([binary()]);
    const client = await clientOf(server, transport, { binary: new BinaryExtension() });
    const received = await subscribed(client, "/files");
    const window = BYTES.subarray(10, 27);
    await server.comet.publish("/files", binaryData(window, { last: false, meta: META }));
    await server.comet.publish("/files", { data: Buffer.from(window), last: true });
    await server.comet.deliver(server.latest.id, "/files", binaryData(window));
    const bytes = [...window];
    await soon(() => received.map(({ data }) => shown(data))).toEqual([
      { bytes, last: false, meta: META },
      { bytes, last: true },
      { bytes, last: true },
    ]);
  });

  it("is asked for and answered by remote calls", async () => {
    const server = await serverWith([binary()]);
    const client = await clientOf(server, transport, { binary: new BinaryExtension() });
    server.comet.handle("/service/reversed", ({ data }: ServiceRequest) => {
      if (!isBinaryData(data)) throw new TypeError("These are no bytes.");
      return binaryData(data.data.toReversed(), { meta: data.meta });
    });
    const { data } = await answered((done) =>
      (client as WithBinaryCalls).remoteCallBinary(
        ...["reversed", BYTES.slice().buffer, true, META, 5_000, {}, done],
      ),
    );
    expect(shown(data)).toEqual({ bytes: [...BYTES].reverse(), last: true, meta: META });
  });
});

describe("binary data", () => {
  async function send(message: Partial<Message>): Promise<{ reply: Message; world: World }> {
    const world = new World();
    world.comet.use(binary());
    const reply = await world.reply((await world.connected()).say({ channel: "/a", ...message }));
    return { reply, world };
  }

  it.each([
    undefined,
    null,
    "Hello",
    ["Hello"],
    {},
    { data: 1 },
    { data: null },
    { data: ["H"] },
    { data: "Hell o" },
    { data: "#####" },
    { data: "HelloW" },
    { data: "Hello", last: "yes" },
    { data: "Hello", last: null },
  ])("that is %j is answered with an error", async (data) => {
    const { reply, world } = await send({ data, ext: { binary: {} } });
    expect(reply).toMatchObject({ successful: false, error: "400:data:field_invalid" });
    expect(world.ports.lines).toEqual([]);
  });

  it.each([false, null, 0, ""])("is no more than text where ext.binary is %j", async (mark) => {
    const world = new World();
    world.comet.use(binary());
    const published: PublishedEvent[] = [];
    world.comet.on("published", (event) => published.push(event));
    const talker = await world.connected();
    await world.answer(talker.say({ channel: "/a", data: { data: "H" }, ext: { binary: mark } }));
    expect(published.map(({ data }) => data)).toEqual([{ data: "H" }]);
  });

  it("is bytes for those who listen to what was published", async () => {
    const world = new World();
    world.comet.use(binary());
    const published: unknown[] = [];
    world.comet.on("published", ({ data }) => published.push(data));
    await world.comet.publish("/a", binaryData(BYTES));
    expect(published.map(shown)).toEqual([{ bytes: [...BYTES], last: true }]);
  });

  it("cannot be hidden in meta messages", async () => {
    const world = new World();
    world.comet.use(binary());
    const reply = await world.reply((await world.client()).handshake({ ext: { binary: {} } }));
    expect(reply).toMatchObject({ successful: true });
  });

  it("on its way out leaves what was published as it is", async () => {
    const world = new World();
    world.comet.use(binary());
    const data: BinaryData = { data: BYTES.slice(0, 5), meta: { "": 1 } };
    await world.comet.publish("/a", data);
    expect(data.data.constructor).toBe(Uint8Array);
  });
});
